import Vocabulary

/// For work that is long and not urgent. Where there is no thread to be had, it is done at once.
enum IdleThread {
    static func run<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in start { continuation.resume(returning: body()) } }
    }

    /// Does not wait for it.
    static func start(_ body: @escaping @Sendable () -> Void) {
        if !OwnThread.start(.idle, body) { body() }
    }
}
