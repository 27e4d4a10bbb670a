package import Crypto
import Vocabulary

/// Who signs a log, in the C2SP signed-note spelling `name+hash+key` that a node hands out and `truc verify` takes:
///
/// `H40.example/ledger+1a2b3c4d+AW…`: the name, four bytes of SHA-256(name ‖ LF ‖ 0x01 ‖ key) in hexadecimal, and
/// base 64 of 0x01 (Ed25519) ‖ key. Source: https://c2sp.org/signed-note.
package struct VerifierKey: Sendable, Hashable, CustomStringConvertible {
    package let name: String
    /// The raw 32 bytes.
    package let publicKey: [UInt8]
    package let keyHash: UInt32

    static let ed25519: UInt8 = 1

    package init(name: String, key: Curve25519.Signing.PublicKey) throws(LedgerError) {
        try self.init(name: name, bytes: Array(key.rawRepresentation))
    }

    /// Reads the spelling above. Throws `invalid` when the hash does not belong to the name and key.
    package init(_ text: String) throws(LedgerError) {
        let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let hash = Hex.decode(parts[1]), hash.count == 4, let key = Base64.decode(parts[2]),
            key.first == VerifierKey.ed25519, key.count == 33
        else { throw .invalid("not an Ed25519 verifier key: \(text)") }
        try self.init(name: String(parts[0]), bytes: Array(key.dropFirst()))
        guard hash.reduce(UInt32(0), { $0 << 8 | UInt32($1) }) == keyHash else {
            throw .invalid("the hash in the verifier key is not that of its name and key: \(text)")
        }
    }

    private init(name: String, bytes: [UInt8]) throws(LedgerError) {
        guard VerifierKey.isName(name) else {
            throw .invalid("a log's name has 1 to 128 characters, no spaces and no +: \(name)")
        }
        self.name = name
        publicKey = bytes
        let digest = LedgerHash(sha256: Array(name.utf8) + [0x0A, VerifierKey.ed25519] + bytes)
        keyHash = digest.bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    package var description: String {
        var hash: [UInt8] = []
        hash.append(bigEndian: keyHash)
        return "\(name)+\(Hex.encode(hash))+\(Base64.encode([VerifierKey.ed25519] + publicKey))"
    }

    func isSignature(_ signature: some Collection<UInt8>, of text: String) -> Bool {
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey) else { return false }
        return key.isValidSignature(Array(signature), for: Array(text.utf8))
    }

    static func isName(_ name: String) -> Bool {
        (1...128).contains(name.utf8.count)
            && name.unicodeScalars.allSatisfy {
                $0 != "+" && !$0.properties.isWhitespace && $0.value > 0x1F && $0.value != 0x7F
            }
    }
}
