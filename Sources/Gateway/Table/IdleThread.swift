import Glibc
import Synchronization

/// A thread that works while the processor has nothing else to do: whoever serves a call goes before it at once
/// (`SCHED_IDLE`, sched(7)). For work that is long and not urgent; it ends with its work.
enum IdleThread {
    /// `SCHED_IDLE` of Linux, which the C library's header names for C alone.
    private static let policy: Int32 = 5

    private final class Work: Sendable {
        private let body: Mutex<(@Sendable () -> Void)?>

        init(_ body: @escaping @Sendable () -> Void) { self.body = Mutex(body) }

        /// Takes it, so that what it holds is let go of here.
        func run() {
            let body = body.withLock { body in
                defer { body = nil }
                return body
            }
            body?()
        }
    }

    /// Where there is no thread to be had, it is done at once.
    static func run<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in start { continuation.resume(returning: body()) } }
    }

    /// Does not wait for it.
    static func start(_ body: @escaping @Sendable () -> Void) {
        let work = Work(body)
        let passed = Unmanaged.passRetained(work)
        var thread = pthread_t()
        let failure = pthread_create(
            &thread, nil,
            { pointer in
                // Where the system has no such policy, it is the least of the others.
                var parameters = sched_param(sched_priority: 0)
                if sched_setscheduler(0, IdleThread.policy, &parameters) != 0 { _ = nice(19) }
                if let pointer { Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue().run() }
                return nil
            }, passed.toOpaque())
        if failure == 0 {
            pthread_detach(thread)
        } else {
            passed.release()
            work.run()
        }
    }
}
