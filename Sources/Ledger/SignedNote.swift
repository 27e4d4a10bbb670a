package import Crypto
import Vocabulary

/// A text and the signatures under it, as https://c2sp.org/signed-note has it: the text ends with a line break, then an
/// empty line, then lines `— name base64(keyHash ‖ signature)`.
package struct SignedNote: Sendable, Hashable {
    package struct Signature: Sendable, Hashable {
        package let name: String
        package let keyHash: UInt32
        package let bytes: [UInt8]
    }

    /// With its last line break; this is what is signed.
    package let text: String
    package let signatures: [Signature]

    static let limitBytes = 64 * 1024
    static let limitSignatures = 32

    package init(text: String, signatures: [Signature]) {
        self.text = text
        self.signatures = signatures
    }

    package init(signing text: String, as signer: VerifierKey, with key: Curve25519.Signing.PrivateKey) throws {
        let bytes = Array(try key.signature(for: Array(text.utf8)))
        self.init(text: text, signatures: [Signature(name: signer.name, keyHash: signer.keyHash, bytes: bytes)])
    }

    /// Throws `invalid` unless the note is well formed. Says nothing yet about whether a signature holds.
    package init(_ note: String) throws(LedgerError) {
        guard note.utf8.count <= SignedNote.limitBytes,
            note.unicodeScalars.allSatisfy({ $0.value >= 0x20 || $0 == "\n" }),
            let split = SignedNote.lastBlankLine(Array(note.utf8))
        else { throw .invalid("not a signed note") }
        text = String(decoding: note.utf8.prefix(split), as: UTF8.self)
        let lines = String(decoding: note.utf8.dropFirst(split + 1), as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.last == "", (2...SignedNote.limitSignatures + 1).contains(lines.count) else {
            throw .invalid("a signed note ends with one to \(SignedNote.limitSignatures) signature lines")
        }
        var signatures: [Signature] = []
        for line in lines.dropLast() { signatures.append(try SignedNote.signature(line)) }
        self.signatures = signatures
    }

    package var description: String {
        text + "\n" + signatures.map(\.line).joined()
    }

    /// Whether one of the signatures is by `key` and holds; signatures by others are ignored, as the format asks.
    package func isSigned(by key: VerifierKey) -> Bool {
        let own = signatures.filter { $0.name == key.name && $0.keyHash == key.keyHash }
        return !own.isEmpty && own.allSatisfy { key.isSignature($0.bytes, of: text) }
    }

    /// The length of the text: up to and with the line break before the last empty line.
    private static func lastBlankLine(_ units: [UInt8]) -> Int? {
        units.indices.dropFirst().last { units[$0] == 0x0A && units[$0 - 1] == 0x0A }
    }

    private static func signature(_ line: Substring) throws(LedgerError) -> Signature {
        let parts = line.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "—", VerifierKey.isName(String(parts[1])),
            let bytes = Base64.decode(parts[2]),
            bytes.count > 4
        else { throw .invalid("not a signature line: \(line)") }
        let hash = bytes.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return Signature(name: String(parts[1]), keyHash: hash, bytes: Array(bytes.dropFirst(4)))
    }
}

extension SignedNote.Signature {
    var line: String {
        var framed: [UInt8] = []
        framed.append(bigEndian: keyHash)
        return "— \(name) \(Base64.encode(framed + bytes))\n"
    }
}
