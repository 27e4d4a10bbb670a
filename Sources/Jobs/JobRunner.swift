import Foundation
import Logging
import Vocabulary

extension Jobs {
    /// Runs jobs while this process leads, until the task is cancelled; then gives back what it holds and resigns.
    package func run() async throws {
        do {
            try await lead()
        } catch is CancellationError {}
        try await uncancelled { try await self.store.resign(self.holder) }
    }

    /// Frees what an earlier process held when it died, so that its jobs go on at once and not after their lease.
    /// Only for a process that has the database to itself; say so before `run`.
    package func takeOver() async throws {
        try await store.release()
    }

    /// At each tick, and whenever a job ends, free places are filled with what is due.
    private func lead() async throws {
        try await withThrowingTaskGroup(of: Event.self) { group in
            var leadership = Leadership()
            var running = 0
            group.addTask { .tick }
            while let event = try await group.next() {
                switch event {
                case .done: running -= 1
                case .tick:
                    await observeElection(&leadership)
                    group.addTask {
                        try await Task.sleep(for: .milliseconds(self.settings.pollMilliseconds))
                        return .tick
                    }
                }
                guard leadership.isOurs else { continue }
                for job in await takeDueOrLog(settings.concurrency - running) {
                    running += 1
                    group.addTask { try await self.performOrLog(job) }
                }
            }
        }
    }

    private enum Event: Sendable {
        case tick, done
    }

    private struct Leadership {
        var isOurs = false
        var nextElection = ContinuousClock.now
        var nextSweep = ContinuousClock.now
    }

    private func observeElection(_ leadership: inout Leadership) async {
        let moment = ContinuousClock.now
        guard moment >= leadership.nextElection else { return }
        do {
            leadership.isOurs = try await store.lead(holder, at: now(), until: leaseEnd)
            leadership.nextElection = moment.advanced(by: .seconds(settings.leaseSeconds) / 3)
            if leadership.isOurs, moment >= leadership.nextSweep {
                try await sweep()
                leadership.nextSweep = moment.advanced(by: .seconds(settings.sweepSeconds))
            }
        } catch {
            leadership.isOurs = false
            logger.error("jobs cannot run now", metadata: ["error": "\(error)"])
        }
    }

    private func takeDueOrLog(_ limit: Int) async -> [TakenJob] {
        do {
            return try await takeDue(limit)
        } catch {
            if !Task.isCancelled { logger.error("jobs cannot be taken now", metadata: ["error": "\(error)"]) }
            return []
        }
    }

    /// A job whose end cannot be written runs again after its lease.
    private func performOrLog(_ job: TakenJob) async throws -> Event {
        do {
            try await perform(job)
        } catch let error where !(error is CancellationError) {
            logger.error("how a job ended cannot be written", metadata: ["id": "\(job.id)", "error": "\(error)"])
        }
        return .done
    }

    /// Runs everything that is due and returns how many jobs ran, well or not.
    package func runDue() async throws -> Int {
        try await withThrowingTaskGroup(of: Void.self) { group in
            var running = 0
            var count = 0
            while true {
                let taken = try await takeDue(settings.concurrency - running)
                for job in taken { group.addTask { try await self.perform(job) } }
                running += taken.count
                count += taken.count
                guard try await group.next() != nil else { return count }
                running -= 1
            }
        }
    }

    /// Forgets what is long done, and says which jobs nobody here can run.
    package func sweep() async throws {
        let now = now()
        let (done, dead) = (
            now.adding(seconds: -settings.rememberSeconds), now.adding(days: -settings.rememberDeadDays)
        )
        while try await !store.sweep(doneBefore: done, diedBefore: dead, limit: settings.sweepBatch) {}
        for (name, count) in try await unknown().sorted(by: { $0.key < $1.key }) {
            logger.warning("jobs wait that nobody here can run", metadata: ["job": "\(name)", "count": "\(count)"])
        }
    }

    private func takeDue(_ limit: Int) async throws -> [TakenJob] {
        let (names, now) = (names, now())
        guard limit > 0, try await store.isAnyDue(named: names, at: now) else { return [] }
        return try await store.take(limit, named: names, at: now, until: leaseEnd)
    }

    private var leaseEnd: Instant { now().adding(seconds: settings.leaseSeconds) }

    private func perform(_ job: TakenJob) async throws {
        guard let handler = handler(of: job.name) else { return }
        guard job.attempts <= settings.attemptsMax else { return try await fail(job, ProcessesDied()) }
        do {
            try await holding(job) { try await handler(job.payload) }
            try await uncancelled { try await self.store.finish(job, at: self.now()) }
        } catch  where Task.isCancelled {
            try await uncancelled { try await self.store.giveBack(job) }
            throw CancellationError()
        } catch {
            try await fail(job, error)
        }
    }

    private func fail(_ job: TakenJob, _ error: any Error) async throws {
        let reason = String("\(error)".unicodeScalars.filter { $0 != "\0" }.prefix(1000).map(Character.init))
        let about: Logger.Metadata = ["job": "\(job.name)", "id": "\(job.id)", "error": "\(reason)"]
        if job.attempts >= settings.attemptsMax || error is UnreadablePayload {
            logger.error("a job is dead", metadata: about)
            try await uncancelled { try await self.store.bury(job, reason: reason, at: self.now()) }
        } else {
            logger.warning("a job failed and runs again later", metadata: about)
            let pause = retryMilliseconds(after: job.attempts)
            try await uncancelled {
                try await self.store.postpone(job, to: Instant(milliseconds: self.now().milliseconds + pause))
            }
        }
    }

    /// Between half and all of 10 s, 20 s, 40 s … so that what failed together does not come back together.
    func retryMilliseconds(after attempts: Int) -> Int64 {
        let doubled = settings.firstRetrySeconds << Int64(min(max(attempts, 1) - 1, 20))
        let longest = 1000 * min(doubled, settings.longestRetrySeconds)
        return Int64.random(in: longest / 2...longest)
    }

    /// Renews the lease while `work` runs, and cancels it when the job went to somebody else. A renewal that fails is
    /// tried again: the lease is three of them long.
    private func holding(_ job: TakenJob, _ work: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await work() }
            group.addTask {
                while true {
                    try await Task.sleep(for: .seconds(self.settings.leaseSeconds) / 3)
                    if let isOurs = try? await self.store.renew(job, until: self.leaseEnd), !isOurs {
                        throw LostLease()
                    }
                }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// What must be written also while the process stops.
    private func uncancelled(_ work: @escaping @Sendable () async throws -> Void) async throws {
        try await Task { try await work() }.value
    }
}

/// The process slept longer than its lease, and another took the job.
struct LostLease: Error {}

/// Every process that tried the job ended before it did.
struct ProcessesDied: Error {}
