package import StrictJSON
import Vocabulary

/// What `append` returns: this leaf is durable at this place, under this signed head.
///
/// Cheap on purpose: the audit path is computed when somebody asks, by `Ledger.prove`.
package struct Receipt: Sendable, Hashable {
    package let leaf: Leaf
    package let index: Int64
    package let checkpoint: Checkpoint

    package init(leaf: Leaf, index: Int64, checkpoint: Checkpoint) {
        self.leaf = leaf
        self.index = index
        self.checkpoint = checkpoint
    }
}

/// A receipt that convinces without the log: leaf, audit path, signed head, and the content unless it was erased.
package struct ProvenReceipt: Sendable, Hashable {
    package let receipt: Receipt
    /// The audit path of RFC 9162 §2.1.3.1.
    package let proof: [LedgerHash]
    /// What the leaf's digest was made of; nil when it was erased or is not for this reader.
    package let disclosed: Disclosure?

    package init(receipt: Receipt, proof: [LedgerHash], disclosed: Disclosure? = nil) {
        self.receipt = receipt
        self.proof = proof
        self.disclosed = disclosed
    }

    package func disclosing(_ disclosed: Disclosure?) -> ProvenReceipt {
        ProvenReceipt(receipt: receipt, proof: proof, disclosed: disclosed)
    }
}

/// A fact's salt and content, whose digest the leaf holds.
package struct Disclosure: Sendable, Hashable {
    package let salt: [UInt8]
    /// Canonical JSON (RFC 8785).
    package let content: [UInt8]

    package init(salt: [UInt8], content: [UInt8]) {
        self.salt = salt
        self.content = content
    }

    static let saltLength = 32

    package var digest: LedgerHash { LedgerHash(sha256: salt + content) }
}

extension ProvenReceipt {
    static let format = "truc-receipt-1"

    /// `{"format", "checkpoint", "index", "leaf", "proof": […], "salt"?, "content"?}`; bytes are standard base 64.
    package var json: JSON {
        var members: [JSON.Member] = [
            .init("format", .string(ProvenReceipt.format)),
            .init("checkpoint", .string(receipt.checkpoint.note)),
            .init("index", .integer(receipt.index)),
            .init("leaf", .string(Base64.encode(receipt.leaf.bytes))),
            .init("proof", .array(proof.map { .string($0.base64) })),
        ]
        if let disclosed {
            members.append(.init("salt", .string(Base64.encode(disclosed.salt))))
            members.append(.init("content", .string(Base64.encode(disclosed.content))))
        }
        return .object(members)
    }

    private static let names: Set<String> = ["format", "checkpoint", "index", "leaf", "proof"]

    /// Reads a receipt and checks all of it: signature, audit path, and the digest of what is disclosed. A member that
    /// it does not know may be one whose name was spoilt, so there is none.
    package init(_ json: JSONValue, by key: VerifierKey) throws {
        guard try json.requireString("format") == ProvenReceipt.format else {
            throw LedgerError.invalid("not a receipt")
        }
        let names = Set(try json.requireMembers().map(\.key))
        guard names == ProvenReceipt.names || names == ProvenReceipt.names.union(["salt", "content"]) else {
            throw LedgerError.invalid("a receipt has other members")
        }
        let checkpoint = try Checkpoint(try json.requireString("checkpoint"), by: key)
        let proof = try json.requireStrings("proof").map { try LedgerHash(base64: $0).orInvalid("proof") }
        let bytes = try Base64.decode(try json.requireString("leaf")).orInvalid("leaf")
        let leaf = try Leaf(bytes).orInvalid("leaf")
        var disclosed: Disclosure?
        if let salt = try json.optionalString("salt"), let content = try json.optionalString("content") {
            disclosed = Disclosure(
                salt: try Base64.decode(salt).orInvalid("salt"),
                content: try Base64.decode(content).orInvalid("content"))
        }
        let receipt = Receipt(leaf: leaf, index: try json.requireInteger("index"), checkpoint: checkpoint)
        self.init(receipt: receipt, proof: proof, disclosed: disclosed)
        try check()
    }

    func check() throws(LedgerError) {
        let (checkpoint, index) = (receipt.checkpoint, receipt.index)
        guard
            Proof.inclusion(
                of: .leaf(receipt.leaf.bytes), at: index, in: checkpoint.size, root: checkpoint.root, proof: proof)
        else {
            throw .invalid("leaf \(index) is not in the log of \(checkpoint.size) leaves that the checkpoint signs")
        }
        // A salt of another length moves bytes between salt and content without changing the digest.
        if let disclosed, disclosed.salt.count != Disclosure.saltLength || disclosed.digest != receipt.leaf.digest {
            throw .invalid("the content is not the one that leaf \(index) was made for")
        }
    }
}

extension Optional {
    func orInvalid(_ what: String) throws(LedgerError) -> Wrapped {
        guard let self else { throw .invalid("the receipt's \(what) cannot be read") }
        return self
    }
}
