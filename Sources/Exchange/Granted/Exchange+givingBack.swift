import Database
import Identity
import Ledger
import Logging
import StrictJSON
package import Vocabulary
import Web

/// Giving back what another member's node gave by itself (trả lại quyền; NĐ 47/2020 Đ44: either side may end it).
extension Exchange {
    static let endingMax = 16 << 10

    /// Calls under the grant are refused here from now on. The node that gave it is told at once, and again until it
    /// says that it is over. Said a second time, nothing is other.
    package func giveBack(
        _ id: ID<AccessGrant>, from node: ID<Organisation>, because reason: String, by person: Person?
    ) async throws {
        let at = now()
        try await changeRegistry { [self] tx in
            guard let held = try HeldStore.grant(id, from: node, in: tx),
                let application = try ApplicationStore.application(held.application, in: tx)
            else { throw Problem.notFound }
            try authorization.require(
                person, .requestGrants, on: .registered(application.id.text, by: application.organisation))
            guard held.givenBack == nil else { return }
            guard held.isOpen else { throw Problem.conflict(.notActive) }
            let why = try GrantReason.writing(reason)
            guard !why.isEmpty else { throw Problem.invalid(["reason": .reasonIsMissing]) }
            guard Exchange.ending(why.text).count <= Exchange.endingMax else {
                throw Problem.invalid(["reason": .textIsLong])
            }
            try giveBack(held, because: why, by: person, at: at, in: tx)
        }
        bells.pull(node).ring()
    }

    /// Ends a grant, whoever gave it: one of this node's, one that was asked for at another's, or one that another
    /// gave by itself.
    ///
    /// - Parameters:
    ///   - id: of the grant, or of the request at another node.
    ///   - node: which node's; nil where one alone has this id.
    /// - Returns: the node that is told of it, for one of another node.
    @discardableResult
    package func endAnyGrant(
        _ id: String, at node: ID<Organisation>?, because reason: String, by person: Person?
    ) async throws -> ID<Organisation>? {
        let (isOwn, asked, held) = try await database.read { tx in
            (
                try GrantStore.grant(ID(id), in: tx) != nil,
                try FarRequestStore.request(ID(id), in: tx)?.request.provider,
                try HeldStore.grants(ID(id), in: tx).map(\.node)
            )
        }
        // An id is the word of whoever says it: another node's may be that of a grant here.
        let all = Set(held + [isOwn ? home.organisation : nil, asked].compactMap { $0 })
        let among = all.filter { node == nil || $0 == node }
        guard among.count < 2 else { throw Problem.conflict(.severalNodes(among.sorted { $0.text < $1.text })) }
        guard let one = among.first else { throw Problem.notFound }
        if isOwn, one == home.organisation {
            try await endGrant(ID(id), because: reason, by: person)
            return nil
        }
        if one == asked {
            try await giveUpFar(ID(id), because: reason, by: person)
        } else {
            try await giveBack(ID(id), from: one, because: reason, by: person)
        }
        return one
    }

    func giveBack(
        _ held: HeldGrant, because why: GrantReason, by person: Person?, at now: Instant, in tx: any Transaction
    ) throws {
        var held = held
        held.givenBack = GivenBack(at: now, reason: why.text)
        try HeldStore.save(held, in: tx)
        // What the application may call is other, in every process of the node.
        try RegistryRevision.note(.application, held.application.text, in: tx)
        try record(
            "exchange.grant-given-back",
            ["grant": "\(held.id)", "node": "\(held.node)", "reason": .string(why.text)], about: held.id.text,
            by: person, at: now, in: tx)
        try Events.add(
            "grant", ["grant": "\(held.id)", "node": "\(held.node)", "what": "given-back"], at: now, in: tx)
        try announceGivenBack(held, because: why, at: now, in: tx)
    }

    /// What the node that gave it signed: it is over there, or it has no such grant.
    func confirm(_ held: HeldGrant, at now: Instant, in tx: any Transaction) throws {
        var (signed, state) = (held.standing.signed, held.standing.state.rawValue)
        if let answer = held.givenBack?.answer, case .unknown(let statement) = answer.what {
            (signed, state) = (statement, answer.code)
        }
        try record(
            "exchange.giving-back-confirmed",
            [
                "grant": "\(held.id)", "node": "\(held.node)", "state": .string(state),
                "sha256": .string(signed.sha256), "signature": .string(Base64.encode(signed.signature)),
            ], about: held.id.text, by: nil, at: now, in: tx)
    }

    /// The body that tells of an end.
    static func ending(_ reason: String) -> [UInt8] { (["reason": .string(reason)] as JSON).encoded() }

    /// Of these nodes' grants nothing is called from here any more: what was given back, and what was asked for from
    /// here and is being ended.
    func endedHere(in tx: any Transaction) throws -> [ID<Organisation>: Set<String>] {
        var ended: [ID<Organisation>: Set<String>] = [:]
        for (node, grant) in try HeldStore.givenBack(in: tx) { ended[node, default: []].insert(grant.text) }
        for far in try FarRequestStore.ending(in: tx) {
            if let grant = far.standing?.grant { ended[far.request.provider, default: []].insert(grant.text) }
        }
        return ended
    }
}

/// The provider's side.
extension Exchange {
    /// Ends a grant that an application of the calling node holds, whoever asked for it. Said again, it says how the
    /// grant stands. Of one that there is not it says so under the node's key: the caller need not ask again.
    func endGiven(_ call: Web.Call, from peer: ID<Organisation>) async throws -> Response {
        guard let member = try await roster()?.roster.member(peer) else { throw Problem.notFound }
        let (id, at) = (ID<AccessGrant>(try call.parameter("id")), now())
        let reason = try Exchange.reason(of: call)
        do {
            return try await telling {
                try await self.changeRegistry { [self] tx in
                    guard let grant = try GrantStore.grant(id, in: tx),
                        try ApplicationStore.application(grant.application, in: tx)?.node == peer
                    else { throw NotGiven() }
                    try giveUp(grant, because: reason, by: member, at: at, in: tx)
                    return try standing(of: id, request: ID(id.text), in: tx).json
                }
            }
        } catch is NotGiven {
            var answer: JSON = ["refused": Exchange.refusal(.noGrantOfYours)]
            if id.isPlain { answer["unknown"] = try NoSuchGrant.statement(id, to: peer, by: home, at: at).json }
            return .json(answer)
        }
    }

    private struct NotGiven: Error {}

    static func reason(of call: Web.Call) throws -> GrantReason {
        let said = try JSONDocument(
            call.request.body, limits: JSONLimits(bytes: Exchange.endingMax, depth: 2, nodes: 10)
        ).root.requireString("reason")
        return GrantReason(Folding.compose(said))
    }

    /// What waits is withdrawn, what holds ends, and what is over stays as it is: the consumer's side may, whatever
    /// the provider thinks. A request is taken back without a reason; one that was approved meanwhile ends.
    func giveUp(
        _ grant: AccessGrant, because reason: GrantReason, by member: Member, at now: Instant, in tx: any Transaction
    ) throws {
        var grant = grant
        switch grant.state {
        case .waiting:
            try grant.withdraw(at: now)
            try save(grant, .withdrawn, by: officer(of: member), at: now, in: tx)
        case .active, .suspended:
            try grant.end(because: reason.isEmpty ? .requestWithdrawn : reason, at: now)
            try save(grant, .ended, by: officer(of: member), at: now, in: tx)
        case .refused, .withdrawn, .lapsed, .ended: break
        }
    }
}

extension Phrase {
    static let noGrantOfYours = Phrase(
        vi: "Không có quyền khai thác này cho ứng dụng của nút gọi.",
        en: "There is no such grant to an application of the calling node.")

    static func severalNodes(_ nodes: [ID<Organisation>]) -> Phrase {
        let list = nodes.map(\.text).joined(separator: ", ")
        return Phrase(
            vi: "Nhiều nút có quyền mang mã này: \(list). Hãy nêu nút.",
            en: "Several nodes have a grant with this id: \(list). Name the node.")
    }
}
