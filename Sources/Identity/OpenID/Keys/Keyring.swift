import Database
import JOSE
import StrictJSON
import Synchronization
import Vocabulary

/// The node's keys for tokens: one of each algorithm signs, those before and after it are published with it.
///
/// A key is published `keyAheadSeconds` before it signs, so that whoever keeps our key set has it by then, and
/// `keyTailSeconds` after its last signature. Processes that share a database share the keys.
final class Keyring: Sendable {
    private let database: any Database
    private let newID: IDSource
    private let box: SecretBox
    private let settings: OpenID.Settings
    private let held = Mutex<Ring?>(nil)

    init(database: any Database, newID: @escaping IDSource, box: SecretBox, settings: OpenID.Settings) {
        self.database = database
        self.newID = newID
        self.box = box
        self.settings = settings
    }

    struct Ring: Sendable {
        let keys: [KeptKey]
        let verifying: KeySet
        let readAt: Instant

        func signer(_ algorithm: SignatureAlgorithm, at now: Instant) -> SigningKey? {
            keys.first { $0.key.algorithm == algorithm && $0.from <= now && now < $0.until }?.key
        }
    }

    /// The keys as they were read at most a minute ago.
    func ring(at now: Instant) async throws -> Ring {
        if let ring = held.withLock({ $0 }), now < ring.readAt.adding(seconds: 60), ring.readAt <= now { return ring }
        return try await read(at: now)
    }

    private func read(at now: Instant) async throws -> Ring {
        let box = box
        let keys = try await database.read { try KeyStore.all(at: now, box, in: $0) }
        let ring = Ring(keys: keys, verifying: try KeySet(keys.map(\.key.publicKey)), readAt: now)
        held.withLock { $0 = ring }
        return ring
    }

    /// The key that signs now; made when there is none yet.
    func signer(_ algorithm: SignatureAlgorithm, at now: Instant) async throws -> SigningKey {
        if let key = try await ring(at: now).signer(algorithm, at: now) { return key }
        try await make(algorithm, from: now)
        guard let key = try await read(at: now).signer(algorithm, at: now) else {
            throw Problem.busy(retryAfterSeconds: 1)
        }
        return key
    }

    /// Sees to it that each algorithm has a key now and, in time, the next one.
    func rotate(at now: Instant) async throws {
        let keys = try await read(at: now).keys
        for algorithm in SignatureAlgorithm.allCases {
            let last = keys.filter { $0.key.algorithm == algorithm }.map(\.until).max()
            guard let last, last > now else {
                try await make(algorithm, from: now)
                continue
            }
            if last <= now.adding(seconds: settings.keyAheadSeconds) { try await make(algorithm, from: last) }
        }
        _ = try await read(at: now)
    }

    /// Every key signs no more from now on, and none that was is believed. Other processes that share the keys follow
    /// within a minute. `record` is of the same transaction.
    func replaceAll(at now: Instant, record: @escaping @Sendable (any Transaction) throws -> Void) async throws {
        try await database.write { tx in
            try KeyStore.forgetAll(in: tx)
            try record(tx)
        }
        held.withLock { $0 = nil }
        try await rotate(at: now)
    }

    /// Of several that make a key for the same time, one is kept.
    private func make(_ algorithm: SignatureAlgorithm, from: Instant) async throws {
        let key = try settings.makeKey(algorithm, newID())
        let until = from.adding(days: settings.keyDays)
        let kept = KeptKey(key: key, from: from, until: until, goneAt: until.adding(seconds: settings.keyTailSeconds))
        let sealed = try box.seal(key.secret, named: key.kid)
        try await database.write { try KeyStore.insert(kept, sealed, in: $0) }
    }

    /// RFC 7517 §5.
    func jwks(at now: Instant) async throws -> JSON {
        var ring = try await ring(at: now)
        if SignatureAlgorithm.allCases.contains(where: { ring.signer($0, at: now) == nil }) {
            try await rotate(at: now)
            ring = try await self.ring(at: now)
        }
        return ["keys": .array(ring.keys.map(\.key.publicKey.jwk))]
    }
}
