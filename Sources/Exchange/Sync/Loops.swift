import Database
import Logging
import Vocabulary
import Web

extension Exchange {
    /// Says that something was published and committed: peers with something waiting get a doorbell.
    package func ring() {
        bells.outgoing.ring()
        bells.events.ring()
    }

    /// Calls `heard` whenever something arrived, was taken or was published, until cancelled: rooms tell their own open
    /// pages.
    package func eachEvent(_ heard: @Sendable () -> Void) async {
        var count = bells.events.count
        while !Task.isCancelled {
            await bells.events.next(after: count)
            count = bells.events.count
            heard()
        }
    }

    /// Keeps every peer in step until cancelled. Each peer has its own tasks: one that does not answer slows nobody.
    package func run() async throws {
        _ = try await roster()
        try await recallGranted()
        await withDiscardingTaskGroup { group in
            group.addTask { await self.dispatch() }
            group.addTask { await self.keepGrantDates() }
            group.addTask { await self.keepPlaceKnown() }
            group.addTask { await self.tellOffered() }
            let running = RunningPeers()
            while !Task.isCancelled {
                let count = bells.roster.count
                for peer in await otherMembers() where running.begin(peer) {
                    group.addTask {
                        await self.attend(peer)
                        running.end(peer)
                    }
                }
                await bells.roster.next(after: count, within: .seconds(60))
            }
            group.cancelAll()
        }
        try Task.checkCancellation()
    }

    private func otherMembers() async -> [ID<Organisation>] {
        guard let roster = try? await roster()?.roster else { return [] }
        return roster.membership(on: Day(now())).network.subtracting([home.organisation]).sorted { $0.text < $1.text }
    }

    /// Turns "something was published" into one ring for each peer that was given something since the last, and
    /// announcements into a ring for all.
    private func dispatch() async {
        await withTaskGroup { group in
            group.addTask {
                var heard = 0
                var told: [ID<Organisation>: Int64] = [:]
                while !Task.isCancelled {
                    for peer in await self.newlyGiven(since: &told) { self.bells.ring(peer).ring() }
                    await self.bells.outgoing.next(after: heard)
                    heard = self.bells.outgoing.count
                }
            }
            group.addTask {
                var heard = 0
                while !Task.isCancelled {
                    await self.bells.announce.next(after: heard)
                    heard = self.bells.announce.count
                    for peer in await self.otherMembers() { self.bells.ring(peer).ring() }
                }
            }
        }
    }

    /// Peers that were given something since they were last told; `told` remembers up to where.
    ///
    /// That something waits is no reason to ring again: whoever confirms nothing would hear of all that is published.
    func newlyGiven(since told: inout [ID<Organisation>: Int64]) async -> [ID<Organisation>] {
        let waiting = try? await database.read { tx in
            try tx.rows("SELECT code, given_seq FROM exchange_peer WHERE given_seq > acked_seq ORDER BY code").map {
                (code: try $0.get("code", as: ID<Organisation>.self), given: try $0.get("given_seq", as: Int64.self))
            }
        }
        let fresh = (waiting ?? []).filter { $0.given > told[$0.code, default: 0] }
        for peer in fresh { told[peer.code] = peer.given }
        return fresh.map(\.code)
    }

    /// The tasks for one peer, until it is no member any more.
    private func attend(_ peer: ID<Organisation>) async {
        await withTaskGroup { group in
            group.addTask { await self.keepPulling(peer) }
            group.addTask { await self.keepRinging(peer) }
            group.addTask { await self.keepGranted(by: peer) }
            group.addTask { await self.keepOffered(by: peer) }
            group.addTask { await self.keepAsking(at: peer) }
            await group.next()
            group.cancelAll()
        }
    }

    private func keepPulling(_ peer: ID<Organisation>) async {
        let bell = bells.pull(peer)
        var failures = 0
        while !Task.isCancelled {
            let heard = bell.count
            do {
                guard try await currentPeer(peer) != nil else { return }
                try await pull(from: peer)
                failures = 0
                watch.note(peer) { $0.failures = 0 }
            } catch {
                failures += 1
                note(failure: error, of: peer, failures)
            }
            await bell.next(after: heard, within: .seconds(wait(after: failures)))
        }
    }

    /// A doorbell that did not get through is rung again a few times; after that the peer's own poll brings it.
    private func keepRinging(_ peer: ID<Organisation>) async {
        let bell = bells.ring(peer)
        var heard = 0
        var failures = 0
        while !Task.isCancelled {
            if (1...5).contains(failures) {
                try? await Task.sleep(for: .seconds(wait(after: failures)))
            } else {
                failures = 0
                await bell.next(after: heard)
            }
            heard = bell.count
            if Task.isCancelled { return }
            do {
                guard let member = try await currentPeer(peer) else { continue }
                try await ringDoorbell(at: member)
                failures = 0
            } catch {
                failures += 1
                logger.debug("doorbell failed", metadata: ["exchange.peer": "\(peer)", "exchange.cause": "\(error)"])
            }
        }
    }

    private func note(failure error: any Error, of peer: ID<Organisation>, _ failures: Int) {
        if error is CancellationError { return }
        watch.note(peer) { state in
            state.failures = failures
            state.lastError = String("\(error)".prefix(200))
        }
        logger.log(
            level: failures == 1 ? .notice : .debug, "peer does not answer",
            metadata: ["exchange.peer": "\(peer)", "exchange.cause": "\(error)"])
    }

    /// Seconds until the next pull without a ring: the poll ± 20 %, or, after failures, doubling from 1 s with full
    /// jitter.
    private func wait(after failures: Int) -> Double {
        if failures == 0 { return settings.pollSeconds * Double.random(in: 0.8...1.2) }
        let longest = min(settings.backoffSeconds, Double(1 << min(failures, 10)))
        return Double.random(in: 0.5...max(0.6, longest))
    }
}
