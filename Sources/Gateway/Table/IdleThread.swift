import Glibc
import Vocabulary

/// For work that is long and not urgent. Where there is no thread to be had, it is done at once.
enum IdleThread {
    /// So many rows are worked on in less than a tenth of a millisecond.
    static let rows = 8

    /// Lets whoever waits go first; to be called often. A thread that wakes up having had more than its share is not
    /// chosen before it has made up for that, however little the other one counts, and the next choice is made at the
    /// next tick: Linux 6.18 leaves the processor to an idle thread for up to 4 ms meanwhile, unless that gives way.
    static func giveWay() { sched_yield() }

    static func run<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in start { continuation.resume(returning: body()) } }
    }

    /// Does not wait for it.
    static func start(_ body: @escaping @Sendable () -> Void) {
        if !OwnThread.start(.idle, body) { body() }
    }
}
