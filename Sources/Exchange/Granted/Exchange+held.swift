import Database
import Logging
package import StrictJSON
package import Vocabulary
import Web

/// What other members' nodes gave to applications of this node, kept in step with what they say.
extension Exchange {
    /// At the provider: the grants of one node's applications that were not asked for from there.
    func givenStandings(
        to peer: ID<Organisation>, endedSince moment: Instant, in tx: any Transaction
    ) throws -> [JSON] {
        try HeldStore.given(to: peer, endedSince: moment, in: tx).compactMap { id in
            guard let grant = try GrantStore.grant(id, in: tx),
                let offered = try ServiceStore.offered(grant.version, in: tx)
            else { return nil }
            return HeldGrant.json(
                try standing(of: id, request: ID(id.text), in: tx), name: offered.service.name)
        }
    }

    /// Whether a peer may have something to tell of: its gateway's document names grants, one that was told of is not
    /// over, or it was not asked since this node began.
    func mayHold(from peer: ID<Organisation>) async throws -> Bool {
        if standings.known(of: peer) == nil { return true }
        if granted.taken.contains(where: { $0.node == peer && !$0.said.isEmpty }) { return true }
        return try await !database.read { try HeldStore.open(from: peer, in: $0) }.isEmpty
    }

    /// Writes down what a peer says of grants that it gave; those that it tells of no more while they were open are
    /// gone. One that its node did not sign, or that is for no application of this node, is passed over.
    func take(given json: JSONValue, from member: Member) async throws {
        guard let told = try json.optional("grants")?.requireElements() else { return }
        let found = told.prefix(HeldGrant.toldMax).compactMap { entry -> (RequestStanding, SignedNames, Phrase)? in
            guard let standing = try? RequestStanding(entry), standing.signed.isValid(by: member.key),
                (try? standing.isOfItsGrant) == true, let names = try? SignedNames(standing.signed.document),
                let name = try? entry.requireObject("service-name"), let vi = name["vi"]?.string,
                let en = name["en"]?.string
            else {
                logger.warning(
                    "a peer says of a grant what cannot be read", metadata: ["exchange.peer": "\(member.organisation)"])
                return nil
            }
            return (standing, names, Phrase(vi: String(vi.prefix(300)), en: String(en.prefix(300))))
        }
        let at = now()
        let isNews = try await database.write { tx -> Bool in
            let before = try HeldStore.open(from: member.organisation, in: tx)
            var isNews = false
            for (standing, names, name) in found {
                guard
                    let application = try ApplicationStore.application(
                        names.application, of: names.organisation, in: tx), application.node == nil
                else { continue }
                let held = HeldGrant(
                    node: member.organisation, application: application.id, service: names.service, serviceName: name,
                    standing: standing)
                guard try HeldStore.grant(held.id, from: held.node, in: tx) != held else { continue }
                isNews = true
                try HeldStore.save(held, in: tx)
                try Events.add(
                    "grant", ["grant": "\(held.id)", "node": "\(held.node)", "what": .string(standing.state.rawValue)],
                    at: at, in: tx)
            }
            let ids = Set(found.map(\.0.grant))
            for gone in before where !ids.contains(gone.id) {
                isNews = true
                try HeldStore.delete(gone, in: tx)
            }
            return isNews
        }
        if isNews { bells.events.ring() }
    }

    func heldGrants() async throws -> [HeldGrant] { try await database.read { try HeldStore.all(in: $0) } }

    func heldGrant(_ id: ID<AccessGrant>, from node: ID<Organisation>) async throws -> (HeldGrant, Application) {
        let found = try await database.read { tx -> (HeldGrant, Application)? in
            guard let held = try HeldStore.grant(id, from: node, in: tx),
                let application = try ApplicationStore.application(held.application, in: tx)
            else { return nil }
            return (held, application)
        }
        guard let found else { throw Problem.notFound }
        return found
    }

    /// As `truc grant list` prints them.
    ///
    /// - Parameter all: those that are over, too.
    package func grantsElsewhere(all: Bool) async throws -> [JSON] {
        var lines: [JSON] = []
        for held in try await heldGrants() where all || held.isOpen {
            var line = try await json(held)
            line["service"] = .string("\(held.node):\(held.service)")
            lines.append(line)
        }
        return lines
    }

    /// One that another node gave, as that node signed it; throws `notFound`.
    package func signedElsewhere(_ id: ID<AccessGrant>) async throws -> JSON {
        guard let held = try await heldGrants().first(where: { $0.id == id }) else { throw Problem.notFound }
        return try held.file()
    }

    func json(_ held: HeldGrant) async throws -> JSON {
        let application = try await database.read { try ApplicationStore.application(held.application, in: $0) }
        let terms = held.standing.terms
        let owner = application.map { "\($0.organisation)/\($0.code)" } ?? held.application.text
        return .object(
            [
                .init("id", "\(held.id)"), .init("node", "\(held.node)"), .init("service", .string(held.service)),
                .init("application", .string(owner)), .init("state", .string(held.standing.state.rawValue)),
                .init("suspended-from", .string(orNull: held.standing.suspension?.from.rfc3339)),
                .init("reason", .string(GrantReason(held.standing.reason).phrase.en)),
            ] + terms.members.map { .init($0.0, $0.1) })
    }
}

extension HeldGrant {
    func file() throws -> JSON {
        try SignedGrant(document: standing.signed.document, signature: standing.signed.signature).file()
    }
}
