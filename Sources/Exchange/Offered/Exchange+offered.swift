import Contracts
import Crypto
import Database
import Gateway
import Identity
import Logging
import StrictJSON
import Synchronization
import Vocabulary
import Web

/// Saying to the other members' nodes what is offered here.
extension Exchange {
    /// The door's answer: nothing when the caller has it already.
    func giveOffered(unless known: String?) async throws -> Response {
        let (bytes, sha256) = try await offeredHere()
        return known == sha256 ? .empty : .bytes(bytes, type: OfferedAcross.mediaType)
    }

    /// The OpenAPI document of one version, byte for byte.
    func giveDocument(_ code: String, _ number: String) async throws -> Response {
        guard let number = Int(number) else { throw Problem.notFound }
        let stored = try await database.read { tx -> StoredDocument? in
            guard let offered = try ServiceStore.offered(code: code, number: number, in: tx), offered.isOfferedAcross
            else { return nil }
            return try ServiceStore.document(of: offered.version.id, revision: offered.version.revision, in: tx)
        }
        guard let stored else { throw Problem.notFound }
        return .bytes(stored.bytes, type: "application/octet-stream")
    }

    /// The fuller document of one version, for people to read; `notFound` where there is none.
    func giveFullerDocument(_ code: String, _ number: String) async throws -> Response {
        guard let number = Int(number) else { throw Problem.notFound }
        let isOffered = try await database.read { tx in
            try ServiceStore.offered(code: code, number: number, in: tx)?.isOfferedAcross ?? false
        }
        guard isOffered, let document = fullerDocument(code) else { throw Problem.notFound }
        return .bytes(document, type: "application/octet-stream")
    }

    /// None that another node would not read.
    private func fullerDocument(_ code: String) -> [UInt8]? {
        let document = ownDoors.withLock { $0 }?.here(code)?.document
        return document.flatMap { $0.count <= OwnDoors.limits.bytes ? $0 : nil }
    }

    /// Made once for each state of the registry, and of what is said of services with doors of their own.
    private func offeredHere() async throws -> (bytes: [UInt8], sha256: String) {
        let doors = ownDoors.withLock { $0 }?.revision() ?? -1
        let revision = OfferedShelf.Revision(
            registry: try await database.read { try RegistryRevision.current(in: $0) }, doors: doors)
        if let made = offered.made(at: revision) { return made }
        let (register, day) = (try await authorization.organisations(), Day(now()))
        let services = try await database.read { [self] tx in
            try ServiceStore.openVersions(in: tx).compactMap { version -> FarOffer? in
                guard let offered = try ServiceStore.offered(version.id, in: tx), offered.isOfferedAcross,
                    let sha256 = try ServiceStore.digest(of: version, in: tx)
                else { return nil }
                let contract = try contract(of: version, in: tx)
                return FarOffer(
                    code: offered.service.code, version: version.number, name: offered.service.name,
                    about: offered.service.about, contact: offered.service.contact,
                    organisation: offered.service.organisation,
                    organisationName: register.name(of: offered.service.organisation, on: day),
                    dataClass: offered.service.dataClass,
                    operations: contract.plain.map {
                        FarOffer.Operation(id: $0.id, method: $0.method, template: $0.template)
                    }, document: sha256, documentVersion: contract.document.version,
                    fuller: fullerDocument(offered.service.code).map(ContractShelf.digest))
            }
        }
        var all = OfferedAcross()
        all.services = services
        return offered.make(all.json.canonical(), at: revision)
    }
}

extension OfferedVersion {
    /// What another node offers is that node's to offer.
    fileprivate var isOfferedAcross: Bool { isOpen && !instances.contains { $0.upstream.node != nil } }
}

/// Keeping at hand what the other members offer.
extension Exchange {
    /// No peer is asked more often than this, however often it rings.
    private static let offeredSpacingSeconds = 2.0

    /// Until cancelled: when the peer rings, and on a clock.
    func keepOffered(by peer: ID<Organisation>) async {
        let bell = bells.pull(peer)
        while !Task.isCancelled {
            let heard = bell.count
            do {
                guard let member = try await currentPeer(peer) else { return }
                try await askOffered(of: member)
            } catch {
                logger.debug(
                    "services of a peer are not known",
                    metadata: ["exchange.peer": "\(peer)", "exchange.cause": "\(error)"])
            }
            try? await Task.sleep(for: .seconds(Exchange.offeredSpacingSeconds))
            await bell.next(after: heard, within: .seconds(settings.offeredSeconds * Double.random(in: 0.8...1.2)))
        }
    }

    /// Rings the other members when something else is offered here than before, until cancelled.
    func tellOffered() async {
        var told: String?
        while !Task.isCancelled {
            let heard = bells.registry.count
            if let (_, sha256) = try? await offeredHere() {
                if let told, told != sha256 { bells.announce.ring() }
                told = sha256
            }
            await bells.registry.next(after: heard, within: .seconds(20))
        }
    }

    /// Asks one peer, and writes down what it says when that is something new.
    func askOffered(of member: Member) async throws {
        let peer = member.organisation
        let known = try await database.read { tx in
            try tx.row("SELECT sha256 FROM exchange_offered WHERE node = \(peer)")?.get("sha256", as: String.self)
        }
        let answer = try await call(
            .get, "/exchange/offered" + (known.map { "?unless=\($0)" } ?? ""), at: member.place,
            maxBytes: OfferedAcross.limitBytes)
        guard !answer.body.isEmpty else { return }
        _ = try OfferedAcross(answer.body)
        let (sha256, now) = (Hex.encode(SHA256.hash(data: answer.body)), now())
        try await database.write { tx in
            try tx.execute(
                """
                INSERT INTO exchange_offered (node, document, sha256, at)
                VALUES (\(peer), \(answer.body), \(sha256), \(now))
                ON CONFLICT (node) DO UPDATE SET document = excluded.document, sha256 = excluded.sha256,
                    at = excluded.at
                """)
        }
    }

    /// What the members of today offer, of those organisations for which each of their nodes speaks.
    func allOffered() async throws -> [(node: ID<Organisation>, services: [FarOffer])] {
        let today = Day(now())
        let members = try await roster()?.roster.membership(on: today).network ?? []
        let register = try await authorization.organisations()
        let rows = try await database.read { tx in
            try tx.rows("SELECT node, document, sha256 FROM exchange_offered ORDER BY node").map {
                (
                    node: try $0.get("node", as: ID<Organisation>.self),
                    bytes: try $0.get("document", as: [UInt8].self),
                    sha256: try $0.get("sha256", as: String.self)
                )
            }
        }
        return try rows.filter { members.contains($0.node) && $0.node != home.organisation }.map { row in
            let said = try offered.read(row.sha256) { try OfferedAcross(row.bytes) }
            return (
                row.node,
                said.services.filter { register.node(of: $0.organisation, among: members, on: today) == row.node }
            )
        }
    }

    /// One of them; throws `notFound`.
    func farService(_ label: String, at node: ID<Organisation>) async throws -> FarOffer {
        let found = try await allOffered().first { $0.node == node }?.services.first { $0.label == label }
        guard let found else { throw Problem.notFound }
        return found
    }

    /// Its contract, asked of its node when nobody here has read this document yet; nil when the node does not answer.
    func contract(of service: FarOffer, at node: ID<Organisation>) async -> Contract? {
        await contract(
            service.document, at: node, "/exchange/offered/\(service.code)/\(service.version)",
            limits: ContractText.Limits())
    }

    /// What people read of it where its node says more than it registered. Grants and calls never hang on it.
    ///
    /// Nil where there is none, when its node does not answer or has another one by now, and when it is about other
    /// operations than those that the node offers.
    func fullerDocument(of service: FarOffer, at node: ID<Organisation>) async -> OpenAPIDocument? {
        guard let sha256 = service.fuller,
            let found = await contract(
                sha256, at: node, "/exchange/offered/\(service.code)/\(service.version)/fuller",
                limits: OwnDoors.limits)
        else { return nil }
        let operations = found.plain.map { FarOffer.Operation(id: $0.id, method: $0.method, template: $0.template) }
        return Set(operations) == Set(service.operations) ? found.document : nil
    }

    /// A document that another node announced by its digest.
    private func contract(
        _ sha256: String, at node: ID<Organisation>, _ path: String, limits: ContractText.Limits
    ) async -> Contract? {
        if let known = try? contracts.contract(sha256, isChecking: false, read: { throw Problem.notFound }) {
            return known
        }
        do {
            guard let member = try await currentPeer(node) else { return nil }
            let answer = try await call(.get, path, at: member.place, maxBytes: limits.bytes)
            guard ContractShelf.digest(answer.body) == sha256 else { return nil }
            return try contracts.contract(sha256, isChecking: false, limits: limits) { answer.body }
        } catch {
            logger.debug(
                "a peer's document", metadata: ["exchange.peer": "\(node)", "exchange.cause": "\(error)"])
            return nil
        }
    }

    static let offeredTables: [SQL] = [
        """
        CREATE TABLE exchange_offered (
            node TEXT PRIMARY KEY, document \(.blob) NOT NULL, sha256 TEXT NOT NULL, at \(.integer64) NOT NULL
        ) \(.strict)
        """
    ]
}

/// What was made of the registry last, and what of other nodes was read already.
final class OfferedShelf: Sendable {
    struct Revision: Equatable {
        let registry: Int64
        let doors: Int64
    }

    private struct State {
        var own: (revision: Revision, bytes: [UInt8], sha256: String)?
        var read: [String: OfferedAcross] = [:]
    }

    private let state = Mutex(State())

    func made(at revision: Revision) -> (bytes: [UInt8], sha256: String)? {
        state.withLock { state in
            guard let own = state.own, own.revision == revision else { return nil }
            return (own.bytes, own.sha256)
        }
    }

    func make(_ bytes: [UInt8], at revision: Revision) -> (bytes: [UInt8], sha256: String) {
        let sha256 = Hex.encode(SHA256.hash(data: bytes))
        state.withLock { $0.own = (revision, bytes, sha256) }
        return (bytes, sha256)
    }

    func read(_ sha256: String, _ body: () throws -> OfferedAcross) throws -> OfferedAcross {
        if let known = state.withLock({ $0.read[sha256] }) { return known }
        let read = try body()
        state.withLock { state in
            if state.read.count > 200 { state.read.removeAll() }
            state.read[sha256] = read
        }
        return read
    }
}
