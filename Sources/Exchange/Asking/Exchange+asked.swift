import Database
import Gateway
import Identity
import Ledger
import StrictJSON
import Vocabulary
import Web

/// The provider's side of requests from other members' nodes. The door has checked the call's signature against the
/// roster; the request has a signature of its own, which stays provable after the call.
extension Exchange {
    private static let waitingMax = 200
    private static let toldDays: Int64 = 60

    /// Takes a request, once: asked again with the same bytes, or the same without a name, it says how that one stands.
    func takeRequest(_ call: Web.Call, from peer: ID<Organisation>) async throws -> Response {
        let signed = try SignedDocument(
            try JSONDocument(
                call.request.body, limits: JSONLimits(bytes: 2 * GrantRequest.limitBytes, depth: 2, nodes: 10)
            ).root)
        let request = try GrantRequest(signed.document)
        guard let member = try await roster()?.roster.member(peer), signed.isValid(by: member.key) else {
            throw CallRefusal.badSignature
        }
        guard request.node == peer, request.provider == home.organisation else { throw CallRefusal.otherDestination }
        let today = Day(now())
        let members = try await roster()?.roster.membership(on: today).network ?? []
        let register = try await authorization.organisations()
        return try await telling {
            guard register.node(of: request.organisation, among: members, on: today) == peer else {
                throw Problem.conflict(.notYourOrganisation)
            }
            return try await self.enter(request, signed, by: self.officer(of: member))
        }
    }

    private func enter(_ request: GrantRequest, _ signed: SignedDocument, by peer: Person) async throws -> JSON {
        let at = now()
        return try await changeRegistry(
            checking: { [self] tx in
                guard try AskedStore.grant(request.id, from: request.node, in: tx) == nil else { return nil }
                return (try asked(of: request, in: tx).version, request.terms)
            }
        ) { [self] tx, settled in
            if let known = try AskedStore.grant(request.id, from: request.node, in: tx) {
                guard
                    try known.document == signed.document
                        || forgetName(of: known.grant, known.document, for: request, signed, at: at, in: tx)
                else { throw Problem.conflict(.requestIsTaken) }
                return try standing(of: known.grant, request: request.id, in: tx).json
            }
            let offered = try asked(of: request, in: tx)
            let application = try self.application(of: request, by: peer, at: at, in: tx)
            let grant = try ask(
                try terms(settled, for: offered.version, in: tx), for: application, of: offered, by: peer, at: at,
                in: tx)
            try AskedStore.insert(signed, request, as: grant.id, in: tx)
            try record(
                "exchange.request-taken",
                [
                    "request": "\(request.id)", "node": "\(request.node)", "grant": "\(grant.id)",
                    "sha256": .string(signed.sha256), "signature": .string(Base64.encode(signed.signature)),
                ], about: grant.id.text, by: peer, at: at, in: tx)
            return try standing(of: grant.id, request: request.id, in: tx).json
        }
    }

    /// Of what a node asks for more, when it may.
    private func asked(of request: GrantRequest, in tx: any Transaction) throws -> OfferedVersion {
        guard try AskedStore.waiting(of: request.node, in: tx) < Exchange.waitingMax else {
            throw Problem.conflict(.tooManyRequests)
        }
        let parts = request.service.split(separator: "/v", maxSplits: 1).map(String.init)
        guard parts.count == 2, let number = Int(parts[1]),
            let offered = try ServiceStore.offered(code: parts[0], number: number, in: tx), offered.isOpen,
            !offered.instances.contains(where: { $0.upstream.node != nil })
        else { throw Problem.conflict(.versionIsClosed) }
        try offered.stays()
        return offered
    }

    /// The application as it is known here, or a new one that lives at the node that asks.
    private func application(
        of request: GrantRequest, by peer: Person, at now: Instant, in tx: any Transaction
    ) throws -> Application {
        if let known = try ApplicationStore.application(
            request.applicationCode, of: request.organisation, in: tx)
        {
            guard known.node == request.node, known.endedAt == nil else {
                throw Problem.conflict(.applicationIsAnothers)
            }
            return known
        }
        let application = Application(
            id: ID(newID()), organisation: request.organisation, code: request.applicationCode,
            name: Folding.compose(request.applicationName), contact: Folding.compose(request.contact),
            node: request.node, createdAt: now, endedAt: nil)
        try ApplicationStore.insert(application, by: peer.id, in: tx)
        try record(
            "exchange.application-added",
            [
                "application": "\(application.id)", "organisation": "\(application.organisation)",
                "code": .string(application.code), "node": "\(request.node)",
            ], about: application.id.text, by: peer, at: now, in: tx)
        return application
    }

    /// Takes back what waits, ends what was granted.
    func endRequest(_ call: Web.Call, from peer: ID<Organisation>) async throws -> Response {
        guard let text = call.parameters["id"], let member = try await roster()?.roster.member(peer) else {
            throw Problem.notFound
        }
        let reason = try Exchange.reason(of: call)
        let (id, at) = (ID<GrantRequest>(text), now())
        return try await telling {
            try await self.changeRegistry { [self] tx in
                guard let known = try AskedStore.grant(id, from: peer, in: tx),
                    let grant = try GrantStore.grant(known.grant, in: tx)
                else { throw Problem.notFound }
                try giveUp(grant, because: reason, by: member, at: at, in: tx)
                return try standing(of: grant.id, request: id, in: tx).json
            }
        }
    }

    /// How the requests of one node stand, and what its applications were given without one; nothing when it knows.
    func giveStandings(to peer: ID<Organisation>, unless known: String?) async throws -> Response {
        let since = now().adding(days: -Exchange.toldDays)
        let (asked, given) = try await database.read { [self] tx in
            (
                try AskedStore.requests(of: peer, endedSince: since, limit: 1000, in: tx).map {
                    try standing(of: $0.grant, request: $0.request, in: tx).json
                }, try givenStandings(to: peer, endedSince: since, in: tx)
            )
        }
        let bytes = JSON.object([.init("requests", .array(asked)), .init("grants", .array(given))]).canonical()
        return known == StandingShelf.digest(bytes) ? .empty : .bytes(bytes, type: "application/json")
    }

    func standing(
        of id: ID<AccessGrant>, request: ID<GrantRequest>, in tx: any Transaction
    ) throws -> RequestStanding {
        guard let grant = try GrantStore.grant(id, in: tx), let signed = try GrantStore.signed(id, in: tx) else {
            throw Problem.notFound
        }
        return RequestStanding(
            request: request, grant: id, state: grant.state, terms: grant.terms, dueAt: grant.dueAt,
            reason: grant.reason, suspension: grant.suspension,
            signed: SignedDocument(document: signed.document, signature: signed.signature),
            steps: try GrantStore.events(of: id, in: tx).map {
                RequestStanding.Step(what: $0.what, reason: $0.reason, at: $0.at)
            })
    }

    /// What cannot be done is said in words that the other node can show, under this node's signature.
    func telling(_ body: () async throws -> JSON) async throws -> Response {
        let why: Phrase
        do {
            return .json(["standing": try await body()])
        } catch Problem.conflict(let phrase) {
            why = phrase
        } catch Problem.invalid(let fields) {
            why = Exchange.lines(fields)
        } catch Problem.rejected(_, let fields) {
            why = Exchange.lines(fields)
        } catch Problem.notFound {
            why = .noSuchRequest
        }
        return .json(["refused": Exchange.refusal(why)])
    }

    static func refusal(_ why: Phrase) -> JSON { ["vi": .string(why.vi), "en": .string(why.en)] }

    private static func lines(_ fields: [String: Phrase]) -> Phrase {
        let lines = fields.sorted { $0.key < $1.key }.map(\.value)
        return Phrase(vi: lines.map(\.vi).joined(separator: "\n"), en: lines.map(\.en).joined(separator: "\n"))
    }

    /// Another node, where otherwise an officer stands.
    func officer(of member: Member) -> Person {
        Person(
            id: ID("\(Exchange.nodePrefix)\(member.organisation)"), name: member.name.vi,
            organisation: member.organisation, roles: [.peerNode])
    }

    static let nodePrefix = "node:"
}
