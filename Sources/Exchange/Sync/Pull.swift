import Database
import Logging
import StrictJSON
import Synchronization
package import Vocabulary
import Web

extension Exchange {
    /// Asks one peer for everything it has for us, until there is no more. Returns how many facts came.
    ///
    /// Three pages are on their way at a time: while one is stored, the next is looked at and the one after it fetched.
    /// A page's cursor moves in the transaction that stores it, so whatever stops this, the next pull begins after the
    /// last page that is durable here.
    @discardableResult
    package func pull(from organisation: ID<Organisation>) async throws -> Int {
        guard let peer = try await currentPeer(organisation) else { return 0 }
        let start = try await database.read { try DeliveryStore(tx: $0).counters(of: organisation).taken }
        var pipe = Pipe(held: start, fetched: await fetch(peer, held: start, from: start))
        while pipe.isRunning {
            try Task.checkCancellation()
            guard try await step(&pipe, peer) else { return pipe.count }
        }
        if pipe.held > pipe.told { await acknowledge(peer, upTo: pipe.held) }
        _ = try pipe.fetched.get()
        return pipe.count
    }

    /// Stores what was looked at, looks at what was fetched and fetches what comes after that, all at once, and tells
    /// the peer what the last step stored. False when somebody else moved the cursor: another pull brings the rest.
    private func step(_ pipe: inout Pipe, _ peer: Member) async throws -> Bool {
        let (page, told, held) = (try? pipe.fetched.get(), pipe.told, pipe.held)
        async let next = page?.hasMore == true ? fetch(peer, held: told, from: page?.next ?? held) : .success(nil)
        async let looked = look(at: page)
        async let telling: Void = tell(peer, held, after: told)
        if let ready = pipe.ready {
            let reached = try await store(ready.facts, from: peer.organisation, after: ready.after, next: ready.next)
            guard reached == ready.next else { return false }
            pipe.held = reached
            pipe.count += ready.facts.count
        }
        pipe.ready = try await looked
        await telling
        pipe.told = held
        // What went wrong is said at the end, when what came before it is stored.
        if page != nil { pipe.fetched = await next }
        return true
    }

    /// The member under that code, when it has a role today and is not this node.
    func currentPeer(_ organisation: ID<Organisation>) async throws -> Member? {
        guard organisation != home.organisation, let roster = try await roster()?.roster,
            let member = roster.member(organisation),
            !member.roles(on: Day(now())).isEmpty
        else { return nil }
        return member
    }

    /// The page after `from`, nil when there is nothing. `held` is what is stored here already and confirms it.
    private func fetch(_ peer: Member, held: Int64, from: Int64) async -> Result<FactPage?, any Error> {
        do {
            return .success(try await page(of: peer, held: held, from: from))
        } catch {
            return .failure(error)
        }
    }

    private func page(of peer: Member, held: Int64, from: Int64) async throws -> FactPage? {
        let answer: PeerAnswer
        do {
            answer = try await call(
                .get, "/exchange/facts?after=\(held)" + (from > held ? "&from=\(from)" : ""), at: peer.place,
                maxBytes: settings.pageBytes + settings.factBytesLimit + (1 << 20))
        } catch PeerError.refused(_, CallRefusal.cursorAhead.rawValue) {
            try await alarm(CallRefusal.cursorAhead.rawValue, peer.organisation, "after \(from)")
            throw PeerError.refused(status: 400, code: CallRefusal.cursorAhead.rawValue)
        }
        watch.note(peer.organisation) { state in
            state.answeredAt = now()
            state.rosterVersion = answer.mark.version
        }
        if answer.mark != mark { try await syncRoster(with: peer.place, named: peer.organisation, seen: answer.mark) }
        if answer.status == 204 { return nil }
        guard let page = FactPage(answer.body, after: from) else { throw PeerError.unreadable }
        return page
    }

    /// Checks every fact of a page and lets the rooms prepare what they will store.
    private func look(at page: FactPage?) async throws -> ReadyPage? {
        guard let page else { return nil }
        guard let roster = try await roster()?.roster else { throw PeerError.unreadable }
        let inspector = Inspector(
            home: home.organisation, roster: roster, now: now(), skewSeconds: settings.skewSeconds)
        let rooms = rooms.withLock { $0 }
        let facts = await inspector.inspect(page.frames) { fact in
            rooms.map { fact.mediaType.hasPrefix($0.prefix) ? $0.prepare(fact) : nil }
        }
        return ReadyPage(after: page.after, next: page.next, facts: facts)
    }

    private func tell(_ peer: Member, _ held: Int64, after told: Int64) async {
        if held > told { await acknowledge(peer, upTo: held) }
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

/// Where a pull stands.
private struct Pipe {
    /// The last number that is durable here.
    var held: Int64
    /// The last number that the peer was told of.
    var told: Int64
    var fetched: Result<FactPage?, any Error>
    var ready: ReadyPage?
    var count = 0

    init(held: Int64, fetched: Result<FactPage?, any Error>) {
        self.held = held
        told = held
        self.fetched = fetched
    }

    var isRunning: Bool { ready != nil || (try? fetched.get()) != nil }
}

/// A page that was looked at and waits to be stored.
private struct ReadyPage: Sendable {
    let after: Int64
    let next: Int64
    let facts: [Inspected]
}
