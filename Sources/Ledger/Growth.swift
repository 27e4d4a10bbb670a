package import StrictJSON
import Vocabulary

/// That a log only grew: its latest signed head, and the proof that it begins with an older log.
package struct Growth: Sendable, Hashable {
    package let checkpoint: String
    package let proof: [LedgerHash]

    static let format = "truc-growth-1"

    /// Throws `Problem.notFound` when the log has never been so long.
    package static func make(_ ledger: Ledger, from old: Int64) async throws -> Growth {
        let head = ledger.checkpoint
        guard (0...head.size).contains(old) else { throw Problem.notFound }
        return Growth(checkpoint: head.note, proof: try await ledger.consistencyProof(from: old, to: head.size))
    }

    /// `{"format", "checkpoint", "proof": […]}`; hashes are standard base 64.
    package var json: JSON {
        [
            "format": .string(Growth.format), "checkpoint": .string(checkpoint),
            "proof": .array(proof.map { .string($0.base64) }),
        ]
    }

    package init(checkpoint: String, proof: [LedgerHash]) {
        self.checkpoint = checkpoint
        self.proof = proof
    }

    /// Reads the form; whether it holds is for `Verification.growth` to say.
    package init(_ json: JSONValue) throws {
        guard try json.requireString("format") == Growth.format else {
            throw LedgerError.invalid("not a proof of growth")
        }
        checkpoint = try json.requireString("checkpoint")
        proof = try json.requireStrings("proof").map { text in
            guard let hash = LedgerHash(base64: text) else {
                throw LedgerError.invalid("a hash of the proof cannot be read")
            }
            return hash
        }
    }
}
