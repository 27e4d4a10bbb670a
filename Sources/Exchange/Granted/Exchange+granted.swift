import Database
package import Gateway
import Identity
import Logging
import StrictJSON
import Synchronization
import Vocabulary
import Web

/// Passing grants on to the nodes whose applications hold them, and taking what other nodes pass on.
extension Exchange {
    /// Rings the nodes to whose applications something else is granted than before.
    ///
    /// - Parameter nodes: of which it may be other; nil for all.
    func passOn(_ new: [ID<Organisation>: GrantedAcross], for nodes: Set<ID<Organisation>>?) {
        for node in granted.offer(new.mapValues { GrantedShelf.Said($0) }, for: nodes) { bells.ring(node).ring() }
    }

    /// The door's answer: what the calling node's applications may use here.
    ///
    /// - Throws: `.busy` until that is known: that nothing is granted would be written down there, and would end calls.
    ///
    /// - Parameter known: the digest of what it has; then nothing is said again.
    func giveGranted(to peer: ID<Organisation>, unless known: String? = nil) throws(Problem) -> Response {
        guard let offered = granted.offered else { throw .busy(retryAfterSeconds: 5) }
        let said = offered[peer] ?? .nothing
        return known == said.digest ? .empty : .bytes(said.bytes, type: GrantedAcross.mediaType)
    }

    /// Keeps at hand what is granted at one peer, until cancelled: asks when it rings, and on a clock.
    func keepGranted(by peer: ID<Organisation>) async {
        let bell = bells.pull(peer)
        while !Task.isCancelled {
            let heard = bell.count
            do {
                guard let member = try await currentPeer(peer) else { return }
                let known = granted.digest(from: peer).map { "?unless=\($0)" } ?? ""
                let answer = try await call(.get, "/exchange/granted\(known)", at: member.place, maxBytes: 16 << 20)
                if !answer.body.isEmpty { try await take(answer.body, from: peer) }
            } catch {
                logger.debug(
                    "grants of a peer are not known",
                    metadata: ["exchange.peer": "\(peer)", "exchange.cause": "\(error)"])
            }
            try? await Task.sleep(for: .milliseconds(500))
            await bell.next(after: heard, within: .seconds(settings.pollSeconds * Double.random(in: 0.8...1.2)))
        }
    }

    /// Written down, so that a node that is down later is named to its callers and not unknown. What could not be
    /// written is new again the next time.
    private func take(_ bytes: [UInt8], from peer: ID<Organisation>) async throws {
        guard granted.isNew(bytes, from: peer) else { return }
        _ = try GrantedAcross(bytes)
        let now = now()
        try await database.write { tx in
            try tx.execute(
                """
                INSERT INTO exchange_granted (node, document, at) VALUES (\(peer), \(bytes), \(now))
                ON CONFLICT (node) DO UPDATE SET document = excluded.document, at = excluded.at
                """)
        }
        granted.take(bytes, from: peer, saying: readGranted(bytes, by: peer))
        bells.granted.ring()
        // How those grants stand is asked as well.
        bells.pull(peer).ring()
    }

    /// What a peer's document says, when all of it can stand in a table; nil otherwise, and then it adds nothing.
    private func readGranted(_ bytes: [UInt8], by peer: ID<Organisation>) -> GrantedAcross? {
        do {
            let found = try GrantedAcross(bytes)
            try found.check(from: peer)
            return found
        } catch {
            logger.error(
                "what a peer grants cannot be in force",
                metadata: ["exchange.peer": "\(peer)", "exchange.cause": "\(error)"])
            return nil
        }
    }

    /// What was known at the last stop; once.
    func recallGranted() async throws {
        guard !granted.isRecalled else { return }
        let known = try await database.read { tx in
            try tx.rows("SELECT node, document FROM exchange_granted").map {
                (try $0.get("node", as: ID<Organisation>.self), try $0.get("document", as: [UInt8].self))
            }
        }
        for (node, bytes) in known where granted.isNew(bytes, from: node) {
            granted.take(bytes, from: node, saying: readGranted(bytes, by: node), isRecalled: true)
        }
        granted.recalled()
    }

    /// What other members' nodes grant to applications of this one, joined to its own rows.
    ///
    /// A node speaks for its own organisation and for those that the register puts under it, for nobody else's. What
    /// this node's own policies forbid is not called there either.
    ///
    /// - Parameter ended: of each node's grants those that this node has ended, which give nothing here.
    func joined(
        to ground: JoinGround, _ register: OrganisationRegister, _ rules: CallRules,
        without ended: [ID<Organisation>: Set<String>]
    ) -> JoinedRows {
        let today = Day(now())
        let members = rosters.known?.roster.membership(on: today).network ?? []
        var joined = JoinedRows(to: ground)
        for (node, said) in granted.taken where members.contains(node) {
            var found = said
            if let ended = ended[node] { found.grants.removeAll { ended.contains($0.id) } }
            joined.join(found, from: node) { provider in
                node == register.node(of: ID(provider), among: members, on: today)
            }
        }
        joined.keep(by: rules)
        return joined
    }

    func callRules() async throws -> CallRules {
        let at = now()
        return try await database.read { [authorization] in try authorization.calls(at, $0) }
    }

    /// The table with what other members' nodes grant to applications of this one, each standing where the roster says.
    package func reaching(_ table: Table) async throws -> Table {
        let joined = joined(
            to: JoinGround(table), try await authorization.organisations(), try await callRules(),
            without: try await database.read { [self] in try endedHere(in: $0) })
        var table = table
        table.services = (table.services + joined.services).map { placing($0) }
        table.grants += joined.grants
        return table
    }

    static let grantedTables: [SQL] = [
        """
        CREATE TABLE exchange_granted (
            node TEXT PRIMARY KEY, document \(.blob) NOT NULL, at \(.integer64) NOT NULL
        ) \(.strict)
        """
    ]
}

/// What is passed on to each node and what each passed on to us.
final class GrantedShelf: Sendable {
    /// What is said to a node, with its digest: worked out once, however often it is asked for.
    struct Said: Sendable {
        let bytes: [UInt8]
        let digest: String

        init(_ granted: GrantedAcross) {
            bytes = granted.json.canonical()
            digest = StandingShelf.digest(bytes)
        }

        static let nothing = Said(GrantedAcross())
    }

    private struct State {
        /// Nil until the table was made for the first time.
        var offered: [ID<Organisation>: Said]?
        var taken: [ID<Organisation>: (bytes: [UInt8], digest: String, said: GrantedAcross?)] = [:]
        var isRecalled = false
    }

    private let state = Mutex(State())

    /// - Parameter nodes: of which it is said what is offered; nil for all.
    /// - Returns: the nodes for which it is another than before.
    func offer(_ new: [ID<Organisation>: Said], for nodes: Set<ID<Organisation>>?) -> [ID<Organisation>] {
        state.withLock { state in
            let old = state.offered ?? [:]
            let changed = (nodes ?? Set(new.keys).union(old.keys)).filter { new[$0]?.bytes != old[$0]?.bytes }
            state.offered = old
            for node in changed { state.offered?[node] = new[node] }
            return changed.sorted { $0.text < $1.text }
        }
    }

    var offered: [ID<Organisation>: Said]? { state.withLock { $0.offered } }

    var isRecalled: Bool { state.withLock { $0.isRecalled } }

    func recalled() { state.withLock { $0.isRecalled = true } }

    /// Of what a node said last; nil when it never said anything.
    func digest(from node: ID<Organisation>) -> String? { state.withLock { $0.taken[node]?.digest } }

    func isNew(_ bytes: [UInt8], from node: ID<Organisation>) -> Bool {
        state.withLock { $0.taken[node]?.bytes != bytes }
    }

    /// - Parameters:
    ///   - found: what the document says, read once; nil when it cannot be in force.
    ///   - isRecalled: it is of before: what the node has said since goes first.
    func take(_ bytes: [UInt8], from node: ID<Organisation>, saying found: GrantedAcross?, isRecalled: Bool = false) {
        let digest = StandingShelf.digest(bytes)
        state.withLock { state in
            if isRecalled, state.taken[node] != nil { return }
            state.taken[node] = (bytes, digest, found)
        }
    }

    /// By node, in their order.
    var taken: [(node: ID<Organisation>, said: GrantedAcross)] {
        state.withLock { state in
            state.taken.compactMap { node, taken in taken.said.map { (node, $0) } }.sorted { $0.0.text < $1.0.text }
        }
    }
}

extension OrganisationRegister {
    /// The nearest node at or above an organisation; nil when there is none.
    func node(
        of organisation: ID<Organisation>, among nodes: Set<ID<Organisation>>, on day: Day
    ) -> ID<Organisation>? {
        var (next, seen): (ID<Organisation>?, Set<ID<Organisation>>) = (organisation, [])
        while let one = next, seen.insert(one).inserted {
            if nodes.contains(one) { return one }
            next = self[one]?.parent(on: day)
        }
        return nil
    }
}
