import Database
import Logging
import StrictJSON
package import Vocabulary
import Web

extension Exchange {
    /// Asks one peer for everything it has for us, until there is no more. Returns how many facts came.
    @discardableResult
    package func pull(from organisation: ID<Organisation>) async throws -> Int {
        guard let peer = try await currentPeer(organisation) else { return 0 }
        var count = 0
        while true {
            let page = try await pullPage(peer, organisation)
            count += page.count
            guard page.hasMore else { return count }
            try Task.checkCancellation()
        }
    }

    /// The member under that code, when it has a role today and is not this node.
    func currentPeer(_ organisation: ID<Organisation>) async throws -> Member? {
        guard organisation != home.organisation, let roster = try await roster()?.roster,
            let member = roster.member(organisation),
            !member.roles(on: Day(now())).isEmpty
        else { return nil }
        return member
    }

    private func pullPage(_ peer: Member, _ organisation: ID<Organisation>) async throws -> (count: Int, hasMore: Bool)
    {
        let after = try await database.read { try DeliveryStore(tx: $0).counters(of: organisation).taken }
        let answer: PeerAnswer
        do {
            answer = try await call(
                .get, "/exchange/facts?after=\(after)", at: peer.place,
                maxBytes: settings.pageBytes + settings.factBytesLimit + (1 << 20))
        } catch PeerError.refused(_, CallRefusal.cursorAhead.rawValue) {
            try await alarm(CallRefusal.cursorAhead.rawValue, organisation, "after \(after)")
            throw PeerError.refused(status: 400, code: CallRefusal.cursorAhead.rawValue)
        }
        watch.note(organisation) { state in
            state.answeredAt = now()
            state.rosterVersion = answer.mark.version
        }
        if answer.mark != mark { try await syncRoster(with: peer.place, named: organisation, seen: answer.mark) }
        if answer.status == 204 { return (0, false) }
        guard let page = FactPage(answer.body, after: after) else { throw PeerError.unreadable }
        guard let roster = try await roster()?.roster else { throw PeerError.unreadable }
        let inspector = Inspector(
            home: home.organisation, roster: roster, now: now(), skewSeconds: settings.skewSeconds)
        let inspected = await inspector.inspect(page.frames)
        try await store(inspected, from: organisation, after: after, next: page.next)
        await acknowledge(peer, upTo: page.next)
        return (inspected.count, page.hasMore)
    }

    /// Tells the origin at once what is durable here, and under which head of our ledger. When this call is lost, the
    /// next pull says the same without the checkpoint.
    private func acknowledge(_ peer: Member, upTo seq: Int64) async {
        do {
            let body: JSON = ["after": .integer(seq), "checkpoint": .string(orNull: try await checkpoint())]
            _ = try await call(.post, "/exchange/ack", at: peer.place, body: body.encoded(), type: "application/json")
        } catch {
            logger.debug(
                "acknowledgement failed",
                metadata: ["exchange.peer": "\(peer.organisation)", "exchange.cause": "\(error)"])
        }
    }

    /// Tells a peer that there is something for it. Nothing more is said.
    func ringDoorbell(at peer: Member) async throws {
        let answer = try await call(.post, "/exchange/doorbell", at: peer.place)
        watch.note(peer.organisation) { $0.answeredAt = now() }
        if answer.mark != mark { bells.pull(peer.organisation).ring() }
    }

    /// Records something that somebody should look at.
    func alarm(_ code: String, _ peer: ID<Organisation>?, _ detail: String) async throws {
        let now = now()
        guard watch.count(code, from: peer?.text ?? "", at: now) else { return }
        logger.warning(
            "alarm",
            metadata: [
                "exchange.code": "\(code)", "exchange.peer": "\(peer?.text ?? "")", "exchange.detail": "\(detail)",
            ])
        try await database.write { [outbox] tx in
            try Alarms.add(code, peer: peer, String(detail.prefix(500)), at: now, outbox: outbox, in: tx)
        }
        bells.events.ring()
    }
}
