import Crypto
package import Vocabulary

/// A signed head of the log: so many leaves have this root (https://c2sp.org/tlog-checkpoint).
package struct Checkpoint: Sendable, Hashable {
    /// The name of the log, the first line of the note.
    package let origin: String
    /// The number of leaves.
    package let size: Int64
    package let root: LedgerHash
    /// The signed note, ready to be published.
    package let note: String
    /// When it was signed, by the node's own clock; nil for one that was read from a note. Not part of what is signed.
    package let at: Instant?

    /// Reads a note and checks its signature.
    package init(_ note: String, by key: VerifierKey) throws(LedgerError) {
        let signed = try SignedNote(note)
        guard signed.isSigned(by: key) else { throw .wrongKey("the checkpoint is not signed by \(key.name)") }
        try self.init(unverified: signed)
        guard origin == key.name else { throw .wrongKey("the checkpoint is of the log \(origin), not of \(key.name)") }
    }

    init(
        signing size: Int64, _ root: LedgerHash, at: Instant, as signer: VerifierKey,
        with key: Curve25519.Signing.PrivateKey
    ) throws {
        let note = try SignedNote(signing: Checkpoint.text(signer.name, size, root), as: signer, with: key)
        self.init(origin: signer.name, size: size, root: root, note: note.description, at: at)
    }

    init(origin: String, size: Int64, root: LedgerHash, note: String, at: Instant?) {
        self.origin = origin
        self.size = size
        self.root = root
        self.note = note
        self.at = at
    }

    private init(unverified note: SignedNote) throws(LedgerError) {
        let lines = note.text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 4, !lines[0].isEmpty, let size = Int64(lines[1]), size >= 0, "\(size)" == lines[1],
            let root = LedgerHash(base64: lines[2])
        else { throw .invalid("not a checkpoint") }
        self.init(origin: String(lines[0]), size: size, root: root, note: note.description, at: nil)
    }

    static func text(_ origin: String, _ size: Int64, _ root: LedgerHash) -> String {
        "\(origin)\n\(size)\n\(root.base64)\n"
    }
}
