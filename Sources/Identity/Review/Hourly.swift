import Synchronization
import Vocabulary

/// What need not be looked at each minute. A process that starts looks at once.
final class Hourly: Sendable {
    private let last = Mutex<Instant?>(nil)

    /// Whether an hour has passed since it was last done, or the clock was set back.
    func isDue(at now: Instant) -> Bool {
        last.withLock { last in
            guard let last, last <= now else { return true }
            return now >= last.adding(seconds: 3600)
        }
    }

    /// What failed stays due.
    func isDone(at now: Instant) { last.withLock { $0 = now } }
}
