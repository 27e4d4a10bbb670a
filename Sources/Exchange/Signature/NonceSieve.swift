import Crypto
import Synchronization
import Vocabulary

/// Which signed calls through the gateway were already taken. For far more calls than `NonceStore` has: 16 bytes of
/// each are kept, in two generations, of which the older goes when every call in it has expired.
///
/// Bounded: when both are full, new calls are refused until the older goes. Nothing is kept over a restart; instead,
/// calls signed before the start are refused.
final class NonceSieve: Sendable {
    private struct Mark: Hashable {
        let high, low: UInt64
    }

    private struct State {
        var startedAt: Instant
        var newest: Instant
        var young: Set<Mark> = []
        var old: Set<Mark> = []
        /// When the last call of each has expired.
        var youngUntil: Instant
        var oldUntil: Instant
        var turnedAt: Instant
    }

    private let limit: Int
    private let turnSeconds: Int64 = 30
    private let state: Mutex<State>

    init(startedAt: Instant, limit: Int = 400_000) {
        state = Mutex(NonceSieve.empty(startedAt))
        self.limit = limit
    }

    private static func empty(_ now: Instant) -> State {
        State(startedAt: now, newest: now, youngUntil: now, oldUntil: now, turnedAt: now)
    }

    var count: Int { state.withLock { $0.young.count + $0.old.count } }

    /// Takes the nonce of a call whose signature holds.
    func take(_ nonce: String, created: Int64, until: Instant, now: Instant) throws(CallRefusal) {
        let mark = NonceSieve.mark(nonce)
        let refusal = state.withLock { state -> CallRefusal? in
            // Our clock was set back by more than any call lives: begin anew, as after a start.
            if now.adding(seconds: 300) < state.newest { state = NonceSieve.empty(now) }
            state.newest = max(state.newest, now)
            guard created >= state.startedAt.seconds else { return .expired }
            if now >= state.turnedAt.adding(seconds: turnSeconds), now > state.oldUntil {
                (state.old, state.oldUntil) = (state.young, state.youngUntil)
                (state.young, state.youngUntil, state.turnedAt) = ([], now, now)
            }
            guard state.young.count < limit else { return .busy }
            guard !state.old.contains(mark), state.young.insert(mark).inserted else { return .replayed }
            state.youngUntil = max(state.youngUntil, until)
            return nil
        }
        if let refusal { throw refusal }
    }

    private static func mark(_ nonce: String) -> Mark {
        SHA256.hash(data: Array(nonce.utf8)).withUnsafeBytes { bytes in
            Mark(
                high: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self),
                low: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        }
    }
}
