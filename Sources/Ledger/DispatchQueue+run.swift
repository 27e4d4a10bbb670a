package import Dispatch

extension DispatchQueue {
    /// Does the work on this queue and waits for it without holding a thread: for disks that may be slow.
    package func run<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            async { continuation.resume(with: Result(catching: body)) }
        }
    }
}
