import Synchronization
import Vocabulary

/// Which signed calls were already taken, as long as they would still be valid.
///
/// Bounded: when it is full of nonces that are still valid, new calls are refused until some expire. Nothing is kept
/// over a restart; instead, calls signed before the start are refused.
final class NonceStore: Sendable {
    static let limit = 100_000

    private struct State {
        var startedAt: Instant
        var newest: Instant
        var taken: [String: Instant] = [:]
    }

    private let limit: Int
    private let state: Mutex<State>

    init(startedAt: Instant, limit: Int = NonceStore.limit) {
        state = Mutex(State(startedAt: startedAt, newest: startedAt))
        self.limit = limit
    }

    var count: Int { state.withLock(\.taken.count) }

    /// Takes the nonce of a call whose signature holds.
    func take(_ nonce: String, created: Int64, until: Instant, now: Instant) throws(CallRefusal) {
        let refusal = state.withLock { state -> CallRefusal? in
            // Our clock was set back by more than any call lives: begin anew, as after a start.
            if now.adding(seconds: 300) < state.newest { state = State(startedAt: now, newest: now) }
            state.newest = max(state.newest, now)
            guard created >= state.startedAt.seconds else { return .expired }
            if state.taken.count >= limit { state.taken = state.taken.filter { $0.value >= now } }
            guard state.taken.count < limit else { return .busy }
            if let earlier = state.taken[nonce], earlier >= now { return .replayed }
            state.taken[nonce] = until
            return nil
        }
        if let refusal { throw refusal }
    }
}
