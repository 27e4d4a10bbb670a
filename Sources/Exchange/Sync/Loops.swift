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
        await withDiscardingTaskGroup { group in
            group.addTask { await self.dispatch() }
            let running = RunningPeers()
            while !Task.isCancelled {
                let count = bells.roster.count
                for peer in await otherMembers() where running.begin(peer) {
                    group.addTask {
                        await self.attend(peer)
                        running.end(peer)
                    }
                }
                await bells.roster.next(after: count, atMostSeconds: 60)
            }
            group.cancelAll()
        }
        try Task.checkCancellation()
    }

    private func otherMembers() async -> [ID<Organisation>] {
        guard let roster = try? await roster()?.roster else { return [] }
        return roster.membership(on: Day(now())).network.subtracting([home.organisation]).sorted { $0.text < $1.text }
    }

    /// Turns "something was published" into one ring for each peer that has something waiting, and announcements into
    /// a ring for all.
    private func dispatch() async {
        await withTaskGroup { group in
            group.addTask {
                var heard = 0
                while !Task.isCancelled {
                    await self.bells.outgoing.next(after: heard)
                    heard = self.bells.outgoing.count
                    for peer in await self.peersWithSomethingWaiting() { self.bells.ring(peer).ring() }
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

    private func peersWithSomethingWaiting() async -> [ID<Organisation>] {
        let peers = try? await database.read { tx in
            try tx.rows("SELECT code FROM exchange_peer WHERE given_seq > acked_seq ORDER BY code").map {
                try $0.get("code") as ID<Organisation>
            }
        }
        return peers ?? []
    }

    /// Two tasks for one peer, until it is no member any more.
    private func attend(_ peer: ID<Organisation>) async {
        await withTaskGroup { group in
            group.addTask { await self.keepPulling(peer) }
            group.addTask { await self.keepRinging(peer) }
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
            await bell.next(after: heard, atMostSeconds: wait(after: failures))
        }
    }

    private func keepRinging(_ peer: ID<Organisation>) async {
        let bell = bells.ring(peer)
        var heard = 0
        while !Task.isCancelled {
            await bell.next(after: heard)
            heard = bell.count
            if Task.isCancelled { return }
            do {
                guard let member = try await currentPeer(peer) else { continue }
                try await ringDoorbell(at: member)
            } catch {
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
