import Synchronization

/// Says "there is something new" to whoever waits, and nothing else. Rings that nobody waited for are counted.
package final class Bell: Sendable {
    private struct State {
        var count = 0
        var nextKey = 0
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    /// How often it has rung.
    package var count: Int { state.withLock { $0.count } }

    package func ring() {
        let waiting = state.withLock { state in
            defer { state.waiting = [:] }
            state.count += 1
            return state.waiting
        }
        for waiter in waiting.values { waiter.resume() }
    }

    /// Returns when it has rung more than `count` times, or when the task is cancelled.
    package func next(after count: Int) async {
        let key = state.withLock { state in
            state.nextKey += 1
            return state.nextKey
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let isOver = state.withLock { state in
                    if state.count > count || Task.isCancelled { return true }
                    state.waiting[key] = waiter
                    return false
                }
                if isOver { waiter.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: key) }?.resume()
        }
    }

    /// Returns when it has rung more than `count` times, when `limit` is over, or when the task is cancelled.
    package func next(after count: Int, within limit: Duration) async {
        await withTaskGroup { group in
            group.addTask { await self.next(after: count) }
            group.addTask { try? await Task.sleep(for: limit) }
            await group.next()
            group.cancelAll()
        }
    }
}
