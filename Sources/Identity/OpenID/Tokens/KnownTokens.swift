import Crypto
import Foundation
import Synchronization
import Vocabulary

/// Access tokens that were looked up, by digest: the signature of each is checked once, its rows once a second.
///
/// What this process revokes is looked up anew, or forgotten, in the same moment; what another process or another room
/// ended is seen within the second. Holds at most twice `generation` tokens: when the young are full they become the
/// old, and the old go.
final class KnownTokens: Sendable {
    typealias Key = SHA256.Digest

    struct Entry: Sendable {
        let token: ActiveToken
        /// RFC 7662's answer about it, ready to send.
        let answer: [UInt8]
        let checkedAt: Instant
        /// How often something had been ended when its rows were read.
        fileprivate(set) var epoch = 0

        init(token: ActiveToken, answer: [UInt8], checkedAt: Instant) {
            self.token = token
            self.answer = answer
            self.checkedAt = checkedAt
        }

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

    /// One that was looked up within the second, and since anything was ended.
    func fresh(_ key: Key, at now: Instant) -> Entry? {
        let found = state.withLock { state in
            (state.young[key] ?? state.old[key]).flatMap { $0.epoch == state.epoch ? $0 : nil }
        }
        return found.flatMap { $0.isFresh(at: now) ? $0 : nil }
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
            state.young[key]?.epoch = epoch
        }
    }

    /// Something that somebody let an application do was ended: the rows of every token are read anew when it is asked
    /// about next. Their signatures stay known.
    func doubt() { state.withLock { $0.epoch += 1 } }

    /// Keys or clients are good no more: signatures are checked anew too.
    func forget() {
        state.withLock { state in
            state.young = [:]
            state.old = [:]
            state.epoch += 1
        }
    }

    var count: Int { state.withLock { $0.young.count + $0.old.count } }
}
