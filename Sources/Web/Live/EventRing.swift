import Synchronization

/// The last events of something that is not kept elsewhere: the progress of an import.
///
/// A reader that asks for events which are gone gets those that are left, the oldest first; the gap shows in the
/// numbers.
package final class EventRing: Sendable {
    private struct State {
        var events: [ServerEvent] = []
        var last: Int64 = 0
    }

    private let capacity: Int
    private let state = Mutex(State())
    package let bell = Bell()

    package init(capacity: Int = 256) {
        self.capacity = max(1, capacity)
    }

    /// The number of the newest event, 0 before the first.
    package var last: Int64 { state.withLock { $0.last } }

    @discardableResult
    package func publish(_ name: String, _ data: String) -> Int64 {
        let sequence = state.withLock { state in
            state.last += 1
            state.events.append(ServerEvent(sequence: state.last, name: name, data: data))
            if state.events.count > capacity { state.events.removeFirst() }
            return state.last
        }
        bell.ring()
        return sequence
    }

    package func events(after: Int64, limit: Int) -> [ServerEvent] {
        state.withLock { state in Array(state.events.lazy.filter { $0.sequence > after }.prefix(limit)) }
    }

    /// For a new reader only what comes from now on.
    package func tail(after: Int64?) -> EventTail {
        EventTail(after: after ?? last, bell: bell) { [weak self] after, limit in
            self?.events(after: after, limit: limit) ?? []
        }
    }
}
