import Crypto
import Foundation
import Synchronization
import Vocabulary

/// Access tokens that were looked up, by digest: the signature of each is checked once, its rows once a second.
///
/// What this process revokes is forgotten in the same moment; what another process or another room ended is seen within
/// the second. Holds at most twice `generation` tokens: when the young are full they become the old, and the old go.
final class KnownTokens: Sendable {
    typealias Key = SHA256.Digest

    struct Entry: Sendable {
        let token: ActiveToken
        /// RFC 7662's answer about it, ready to send.
        let answer: [UInt8]
        let checkedAt: Instant

        func isFresh(at now: Instant) -> Bool {
            now < token.expiresAt && checkedAt <= now && now.milliseconds < checkedAt.milliseconds + 1000
        }
    }

    private struct State {
        var young: [Key: Entry] = [:]
        var old: [Key: Entry] = [:]
        var epoch = 0
    }

    private let generation: Int
    private let state = Mutex(State())

    init(generation: Int = 20_000) {
        self.generation = generation
    }

    static func key(_ token: String) -> Key {
        var hash = SHA256()
        var token = token
        token.withUTF8 { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
        return hash.finalize()
    }

    func entry(_ key: Key) -> Entry? {
        state.withLock { $0.young[key] ?? $0.old[key] }
    }

    /// Changes with every revocation: what was read before one is not kept after it.
    var epoch: Int { state.withLock { $0.epoch } }

    func keep(_ entry: Entry, _ key: Key, since epoch: Int) {
        state.withLock { state in
            guard state.epoch == epoch else { return }
            if state.young.count >= generation {
                state.old = state.young
                state.young = [:]
            }
            state.young[key] = entry
        }
    }

    func forget() {
        state.withLock { state in
            state.young = [:]
            state.old = [:]
            state.epoch += 1
        }
    }

    var count: Int { state.withLock { $0.young.count + $0.old.count } }
}
