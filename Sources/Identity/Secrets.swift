import Crypto
import Foundation
import Vocabulary

/// Random bytes of the operating system.
enum Randomness {
    static func bytes(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}

/// A secret that only its holder has; here is kept its digest alone. 256 bits of chance need no salt and no slow hash.
struct Token: Sendable, Hashable {
    let text: String

    init() {
        text = Base64.encodeURL(Randomness.bytes(32))
    }

    init(_ text: String) {
        self.text = text
    }

    var digest: String { Digest.hex(text) }
}

/// Compares without telling by its duration where two differ; only that one is longer.
func areEqual(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
    left.count == right.count && zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
}

enum Digest {
    static func hex(_ text: String) -> String {
        Hex.encode(SHA256.hash(data: Data(text.utf8)))
    }
}

/// What the node key does for this room: seals authenticator secrets at rest and makes digests that cannot be guessed
/// without it. 32 bytes, handed in by `truc`.
struct SecretBox: Sendable {
    private let sealing: SymmetricKey
    private let naming: SymmetricKey

    init(key: [UInt8]) {
        let root = SymmetricKey(data: key)
        sealing = HKDF<SHA256>.deriveKey(inputKeyMaterial: root, info: Data("identity.seal".utf8), outputByteCount: 32)
        naming = HKDF<SHA256>.deriveKey(inputKeyMaterial: root, info: Data("identity.name".utf8), outputByteCount: 32)
    }

    /// AES-256-GCM. `owner` is bound in: a sealed secret moved to another person's row does not open.
    func seal(_ secret: [UInt8], for owner: ID<Person>) throws -> [UInt8] {
        try seal(secret, named: owner.text)
    }

    func open(_ sealed: [UInt8], of owner: ID<Person>) throws -> [UInt8] {
        try open(sealed, named: owner.text)
    }

    /// The same for what is no person's: a signing key under its name.
    func seal(_ secret: [UInt8], named name: String) throws -> [UInt8] {
        let box = try AES.GCM.seal(Data(secret), using: sealing, authenticating: Data(name.utf8))
        return Array(box.nonce) + Array(box.ciphertext) + Array(box.tag)
    }

    func open(_ sealed: [UInt8], named name: String) throws -> [UInt8] {
        let box = try AES.GCM.SealedBox(combined: Data(sealed))
        return Array(try AES.GCM.open(box, using: sealing, authenticating: Data(name.utf8)))
    }

    /// The same text gives the same name, and only this node can tell which: how the ledger speaks of a sign-in with a
    /// name that nobody has, and how tables keep addresses of failed attempts.
    func pseudonym(_ purpose: String, _ text: String) -> String {
        Hex.encode(HMAC<SHA256>.authenticationCode(for: Data("\(purpose)\n\(text)".utf8), using: naming).prefix(16))
    }
}
