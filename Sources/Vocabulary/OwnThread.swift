import Glibc
import Synchronization

/// A thread for one piece of work, with which it ends: for what may take long and must not hold up others.
package enum OwnThread {
    package enum Urgency {
        case usual
        /// While the processor has nothing else to do: whoever serves a call goes before it at once (`SCHED_IDLE`,
        /// sched(7)).
        case idle
    }

    /// `SCHED_IDLE` of Linux, which the C library's header names for C alone.
    private static let idlePolicy: Int32 = 5

    private final class Work: Sendable {
        private let urgency: Urgency
        private let body: Mutex<(@Sendable () -> Void)?>

        init(_ urgency: Urgency, _ body: @escaping @Sendable () -> Void) {
            self.urgency = urgency
            self.body = Mutex(body)
        }

        /// Takes it, so that what it holds is let go of here.
        func run() {
            if urgency == .idle { OwnThread.becomeIdle() }
            let body = body.withLock { body in
                defer { body = nil }
                return body
            }
            body?()
        }
    }

    private static func becomeIdle() {
        // Where the system has no such policy, it is the least of the others.
        var parameters = sched_param(sched_priority: 0)
        if sched_setscheduler(0, idlePolicy, &parameters) != 0 { _ = nice(19) }
    }

    /// Does not wait for it. False when there is no thread to be had: then it is not done.
    package static func start(_ urgency: Urgency = .usual, _ body: @escaping @Sendable () -> Void) -> Bool {
        let passed = Unmanaged.passRetained(Work(urgency, body))
        var thread = pthread_t()
        let failure = pthread_create(
            &thread, nil,
            { pointer in
                if let pointer { Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue().run() }
                return nil
            }, passed.toOpaque())
        guard failure == 0 else {
            passed.release()
            return false
        }
        pthread_detach(thread)
        return true
    }
}
