import Synchronization
import Vocabulary

/// Counts the calls under one grant against its rate and quota. Lives on when the table is swapped.
///
/// Shared by all loops, without a lock: an exact limit is worth one atomic step, and a share for each loop would be
/// wrong whenever a consumer's connections lie on one of them.
final class Meter: Sendable {
    /// When the next call is due in nanoseconds, by the generic cell rate algorithm (ITU-T I.371 Annex A).
    private let due = Atomic<Int64>(0)
    private let window: Atomic<Int64>
    private let used: Atomic<Int64>

    /// - Parameters:
    ///   - window: in which something was used already.
    ///   - used: how much.
    init(window: Int64 = 0, used: Int64 = 0) {
        self.window = Atomic(window)
        self.used = Atomic(used)
    }

    enum Verdict: Equatable {
        case pass
        /// Whole seconds until it is worth trying again.
        case rate(afterSeconds: Int64)
        case quota(afterSeconds: Int64)
    }

    /// - Parameters:
    ///   - nanoseconds: of a clock that only goes forward.
    ///   - now: of the wall.
    func take(_ rate: Rate?, _ quota: Quota?, nanoseconds: Int64, now: Instant) -> Verdict {
        if let rate, let wait = takeRate(rate, nanoseconds) { return .rate(afterSeconds: wait) }
        if let quota, let wait = takeQuota(quota, now) { return .quota(afterSeconds: wait) }
        return .pass
    }

    private func takeRate(_ rate: Rate, _ now: Int64) -> Int64? {
        let step = Int64(1_000_000_000 / rate.perSecond)
        let tolerance = step * Int64(max(rate.burst, 1) - 1)
        var known = due.load(ordering: .relaxed)
        while true {
            let start = max(known, now)
            if start - now > tolerance { return (start - now - tolerance + 999_999_999) / 1_000_000_000 }
            let (done, seen) = due.compareExchange(expected: known, desired: start + step, ordering: .relaxed)
            if done { return nil }
            known = seen
        }
    }

    private func takeQuota(_ quota: Quota, _ now: Instant) -> Int64? {
        let current = Quota.window(quota.windowSeconds, at: now)
        let known = window.load(ordering: .acquiring)
        if known != current,
            window.compareExchange(expected: known, desired: current, ordering: .acquiringAndReleasing).exchanged
        {
            used.store(0, ordering: .releasing)
        }
        if used.wrappingAdd(1, ordering: .relaxed).newValue <= quota.calls { return nil }
        used.wrappingSubtract(1, ordering: .relaxed)
        return (current + 1) * quota.windowSeconds - Quota.local(now)
    }

    /// What is to be known of it after a restart.
    func count(_ quota: Quota) -> QuotaBook.Count {
        let seen = window.load(ordering: .acquiring)
        return QuotaBook.Count(
            windowSeconds: quota.windowSeconds, window: seen, used: min(used.load(ordering: .relaxed), quota.calls))
    }
}
