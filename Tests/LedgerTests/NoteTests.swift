import Crypto
import Testing
import Vocabulary

@testable import Ledger

/// The formats that others read: signed notes, checkpoints, verifier keys, tile paths, leaves.
@Suite("Notes and paths")
struct NoteTests {
    /// The example of Go's golang.org/x/mod/sumdb/note, from which C2SP's signed-note grew.
    @Test("a note that others signed is read and verified")
    func foreignNote() throws {
        let key = try VerifierKey("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
        let text = """
            If you think cryptography is the answer to your problem,
            then you don't know what your problem is.

            — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=

            """
        let note = try SignedNote(text)
        #expect(note.isSigned(by: key))
        #expect(note.description == text)
        #expect(key.description == "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
        #expect(try !SignedNote(text.replacing("your", with: "mine")).isSigned(by: key))
    }

    private func signer() throws -> (Curve25519.Signing.PrivateKey, VerifierKey) {
        let key = try Curve25519.Signing.PrivateKey(rawRepresentation: Array(0..<32))
        return (key, try VerifierKey(name: "example.vn/log", key: key.publicKey))
    }

    /// Made with Python's `cryptography` from the words of the specification.
    private let known = """
        example.vn/log
        1
        DSfif3gnzNdFGZ6Os6avNo4QZK9Crp+DdA6YEh4rwCU=

        — example.vn/log 1gjaYxrvW7poAyfaOXm3q4UaaGztBCz48B/DuX933P2iMzZ0+ZvT9ugJ+6q7yqXCPxmg8kIKAJp8OSy6dZ6zefUi4gU=

        """

    @Test("a checkpoint is the one that another implementation makes, byte for byte")
    func checkpoint() throws {
        let (key, signer) = try signer()
        #expect(signer.description == "example.vn/log+d608da63+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4")
        var tree = Frontier()
        tree.append(.leaf("leaf".utf8))
        let head = try Head.sign(tree, after: 0, at: Instant(milliseconds: 0), as: signer, with: key)
        #expect(head.checkpoint(of: signer).note == known)
        let read = try Checkpoint(known, by: signer)
        #expect((read.origin, read.size, read.root) == ("example.vn/log", 1, LedgerHash.leaf("leaf".utf8)))
    }

    @Test(
        "a checkpoint that was changed or is not well formed is refused",
        arguments: [
            ("\n1\n", "\n2\n"), ("\n1\n", "\n01\n"), ("DSf", "DSg"), ("— ", "- "), ("\n\n", "\n"), ("1gja", "1gjb"),
            ("=\n", "="),
        ])
    func changedCheckpoint(_ old: String, _ new: String) throws {
        let signer = try signer().1
        let changed = known.replacing(old, with: new)
        #expect(changed != known)
        #expect(throws: LedgerError.self) { try Checkpoint(changed, by: signer) }
    }

    @Test("a cosignature by somebody else does not disturb")
    func cosigned() throws {
        let signer = try signer().1
        let other = "— witness.example " + Base64.encode([UInt8](repeating: 7, count: 76)) + "\n"
        #expect(try Checkpoint(known + other, by: signer).size == 1)
    }

    @Test("a verifier key with another's hash, algorithm or name is refused")
    func wrongKeys() {
        for text in [
            "example.vn/log+d608da64+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
            "example.vn/lag+d608da63+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
            "example.vn/log+d608da63+AgOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4", "example.vn/log+d608da63", "",
        ] {
            #expect(throws: LedgerError.self) { try VerifierKey(text) }
        }
    }

    @Test("a tile path has one spelling")
    func tilePaths() {
        for path in [
            "tile/0/000", "tile/0/x001/x234/067", "tile/1/017.p/12", "tile/entries/x001/000", "tile/7/255.p/255",
        ] {
            #expect(TilePath(path)?.description == path)
        }
        #expect(TilePath("tile/0/x001/x234/067")?.index == 1_234_067)
        for path in [
            "tile/8/000", "tile/00/000", "tile/0/0", "tile/0/x000/001", "tile/0/001.p/0", "tile/0/001.p/256",
            "tile/0/001.p/01",
            "tile/0/001/002", "tile/0/", "tile/-1/000", "tile/0/1000", "tile", "", "tile/0/x001", "tile/0/+01",
            "tile/0/001.p/+1",
        ] {
            #expect(TilePath(path) == nil, "\(path)")
        }
    }

    @Test("a leaf has one spelling, within its bounds")
    func leaves() throws {
        let leaf = try Leaf(
            kind: "identity.signed-in", fact: ID("0190-a"), at: Instant(milliseconds: -1), digest: .empty,
            source: .outbox)
        #expect(Leaf(leaf.bytes) == leaf)
        #expect(Hex.encode(leaf.bytes.prefix(11)) == "0101ffffffffffffffff12")
        #expect(Leaf(leaf.bytes + [0]) == nil)
        for count in 0..<leaf.bytes.count { #expect(Leaf(leaf.bytes.prefix(count)) == nil) }
        for kind in ["", "Identity", "a b", String(repeating: "a", count: 65)] {
            #expect(throws: LedgerError.self) { try Leaf(kind: kind, fact: ID("a"), at: leaf.at, digest: .empty) }
        }
        for fact in ["", "a b", "đ", String(repeating: "a", count: 129)] {
            #expect(throws: LedgerError.self) { try Leaf(kind: "a", fact: ID(fact), at: leaf.at, digest: .empty) }
        }
    }
}
