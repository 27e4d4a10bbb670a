import Synchronization
import Vocabulary

/// Which signed calls were already taken, as long as they would still be valid.
///
/// Bounded: when it is full of nonces that are still valid, new calls are refused until some expire. Nothing is kept
/// over a restart; instead, calls signed before the start are refused.
final class NonceStore: Sendable {
    static let limit = 100_000

    private let startedAt: Instant
    private let limit: Int
    private let taken = Mutex<[String: Instant]>([:])

    init(startedAt: Instant, limit: Int = NonceStore.limit) {
        self.startedAt = startedAt
        self.limit = limit
    }

    var count: Int { taken.withLock(\.count) }

    /// Takes the nonce of a call whose signature holds.
    func take(_ nonce: String, created: Int64, until: Instant, now: Instant) throws(CallRefusal) {
        guard created >= startedAt.seconds else { throw .expired }
        let refusal = taken.withLock { taken -> CallRefusal? in
            if taken.count >= limit { taken = taken.filter { $0.value >= now } }
            guard taken.count < limit else { return .busy }
            if let earlier = taken[nonce], earlier >= now { return .replayed }
            taken[nonce] = until
            return nil
        }
        if let refusal { throw refusal }
    }
}
