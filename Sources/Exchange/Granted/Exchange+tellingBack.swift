import Database
import Logging
import StrictJSON
import Vocabulary
import Web

/// Telling other members' nodes what was given back of their grants.
extension Exchange {
    /// Tells a node what was given back of its grants, each until it says that it is over. Where one is not taken the
    /// others are told all the same; where nobody answers they wait, and the next round begins behind the one that
    /// was told last, so that none stands before the rest for good.
    func tellGivenBack(to member: Member) async throws {
        let node = member.organisation
        let open = try await database.read { try HeldStore.open(from: node, in: $0) }
        let deadline = ContinuousClock.now.advanced(by: .seconds(settings.tellingSeconds))
        for held in standings.inTurn(open.filter(\.awaitsEnd), at: node) {
            standings.told(held.id, to: node)
            do {
                try await tell(held, to: member)
            } catch {
                if await hasNoDoor("/exchange/granted/\(held.id)/end", at: member, as: error) {
                    // A node of before, for all of them; how they stand is asked all the same.
                    for other in open where other.awaitsEnd { try await note(.noDoor, of: other) }
                    return
                }
                logger.debug(
                    "a peer does not hear what is given back",
                    metadata: [
                        "exchange.peer": "\(node)", "exchange.grant": "\(held.id)", "exchange.cause": "\(error)",
                    ])
                guard PeerError.isOfOneCall(error) else { return }
            }
            guard ContinuousClock.now < deadline else { return }
        }
    }

    /// Whether a node refused because it has no such door. It reads no body for one, and what is refused then is the
    /// digest of the body: so the path is asked for once more, without.
    func hasNoDoor(_ path: String, at member: Member, as error: any Error) async -> Bool {
        guard case PeerError.refused(let status, let code) = error else { return false }
        guard status != 404 else { return true }
        guard code == CallRefusal.badDigest.rawValue else { return false }
        do {
            _ = try await call(.get, path, at: member.place)
            return false
        } catch PeerError.refused(404, _) {
            return true
        } catch {
            return false
        }
    }

    private func tell(_ held: HeldGrant, to member: Member) async throws {
        let answer = try await call(
            .post, "/exchange/granted/\(held.id)/end", at: member.place,
            body: Exchange.ending(held.givenBack?.reason ?? ""), type: "application/json", maxBytes: 256 << 10)
        let json = try JSONDocument(answer.body).root
        if let refused = try json.optional("refused") {
            return try await note(try refusal(refused, json.optional("unknown"), of: held, by: member), of: held)
        }
        let standing = try RequestStanding(try json.requireObject("standing"))
        guard standing.grant == held.id, standing.signed.isValid(by: member.key), try standing.isOfItsGrant else {
            throw PeerError.untrusted("a grant's signature")
        }
        let at = now()
        try await database.write { [self] tx in
            guard let known = try HeldStore.grant(held.id, from: held.node, in: tx) else { return }
            var told = known
            told.standing = standing
            told.givenBack = known.givenBack?.heard(standing)
            _ = try keep(told, after: known, at: at, in: tx)
        }
        bells.events.ring()
    }

    /// That it has no such grant counts when it signed that; without, it is a refusal in its own words.
    private func refusal(
        _ refused: JSONValue, _ unknown: JSONValue?, of held: HeldGrant, by member: Member
    ) throws -> GivenBack.Answer.What {
        if let signed = try? unknown.map(SignedDocument.init),
            NoSuchGrant.isSaid(in: signed, of: held.id, to: home.organisation, by: member)
        {
            return .unknown(signed)
        }
        return .refused(
            Phrase(
                vi: String(try refused.requireString("vi").prefix(1000)),
                en: String(try refused.requireString("en").prefix(1000))))
    }

    /// Writes down what a node says instead of ending a grant, once.
    private func note(_ what: GivenBack.Answer.What, of held: HeldGrant) async throws {
        let at = now()
        let isNews = try await database.write { [self] tx -> Bool in
            guard let known = try HeldStore.grant(held.id, from: held.node, in: tx), known.awaitsEnd,
                known.givenBack?.answer?.what != what
            else { return false }
            var told = known
            told.givenBack?.answer = GivenBack.Answer(what: what, at: at)
            return try keep(told, after: known, at: at, in: tx)
        }
        guard isNews else { return }
        logger.notice(
            "a peer does not end what was given back to it",
            metadata: [
                "exchange.peer": "\(held.node)", "exchange.grant": "\(held.id)",
                "exchange.cause": "\(GivenBack.Answer(what: what, at: at).code)",
            ])
        bells.events.ring()
    }
}

extension PeerError {
    /// Whether the next call may fare better: the node did answer, and its answer is about this one, not about who
    /// calls or how often.
    static func isOfOneCall(_ error: any Error) -> Bool {
        switch error {
        case PeerError.refused(let status, let code):
            status != 429 && status != 503 && CallRefusal(rawValue: code) == nil
        case is PeerError, is JSONError: true
        default: false
        }
    }
}
