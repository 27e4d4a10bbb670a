@preconcurrency import Dispatch
import Foundation

/// SIGTERM and SIGINT as a stream: the first asks for a graceful stop, the second ends the process at once.
enum StopSignals {
    static func stream() -> AsyncStream<Int32> {
        AsyncStream { continuation in
            let sources = [SIGTERM, SIGINT].map { number in
                signal(number, SIG_IGN)
                let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
                source.setEventHandler { continuation.yield(number) }
                source.activate()
                return source
            }
            continuation.onTermination = { _ in sources.forEach { $0.cancel() } }
        }
    }

    /// Runs `body` until it ends or a signal comes; then cancels it and waits for it. A second signal does not wait.
    static func run(
        until stopped: @escaping @Sendable () -> Void, _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        // Before the work begins: a signal that came between would end the process on the spot.
        let signals = stream()
        let work = Task { try await body() }
        let watch = Task {
            var asked = false
            for await number in signals {
                if asked { _exit(128 + number) }
                asked = true
                stopped()
                work.cancel()
            }
        }
        defer { watch.cancel() }
        do {
            try await work.value
        } catch is CancellationError {
            return
        }
    }
}
