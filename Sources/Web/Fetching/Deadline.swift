import Synchronization

/// Work that ends at a moment, finished or not.
enum Deadline {
    /// What `work` returns, or `FetchError.deadline`: then it was cancelled and is not waited for.
    static func run<Value: Sendable>(
        seconds: Double, _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let race = Race<Value>()
        let runner = Task {
            do { race.end(.success(try await work())) } catch { race.end(.failure(error)) }
        }
        let timer = Task {
            try await Task.sleep(for: .seconds(seconds))
            race.end(.failure(FetchError.deadline(seconds: seconds)))
        }
        defer {
            runner.cancel()
            timer.cancel()
        }
        return try await withTaskCancellationHandler {
            try await race.result()
        } onCancel: {
            race.end(.failure(CancellationError()))
        }
    }

    /// Only the first end counts.
    private final class Race<Value: Sendable>: Sendable {
        private enum State {
            case running(CheckedContinuation<Value, any Error>?)
            case over(Result<Value, any Error>)
        }

        private let state = Mutex(State.running(nil))

        func end(_ result: Result<Value, any Error>) {
            let waiter = state.withLock { state -> CheckedContinuation<Value, any Error>? in
                guard case .running(let waiter) = state else { return nil }
                state = .over(result)
                return waiter
            }
            waiter?.resume(with: result)
        }

        func result() async throws -> Value {
            try await withCheckedThrowingContinuation { waiter in
                let result = state.withLock { state -> Result<Value, any Error>? in
                    if case .over(let result) = state { return result }
                    state = .running(waiter)
                    return nil
                }
                if let result { waiter.resume(with: result) }
            }
        }
    }
}
