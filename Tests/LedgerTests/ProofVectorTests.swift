import Foundation
import StrictJSON
import Testing
import Vocabulary

@testable import Ledger

/// The 518 vectors of transparency-dev/merkle: good proofs are accepted, every altered one is refused.
@Suite("Proof vectors")
struct ProofVectorTests {
    private func vectors() throws -> [JSONValue] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/vectors.json")
        return try JSONDocument([UInt8](try Data(contentsOf: file))).root.requireElements()
    }

    @Test("all 518 are answered as the authors say")
    func allVectors() throws {
        let vectors = try vectors()
        #expect(vectors.count == 518)
        for vector in vectors {
            let isGood = try vector.requireBool("wantErr") == false
            let file = try vector.requireString("file")
            #expect((try? accepts(vector)) ?? false == isGood, "\(file)")
        }
    }

    private func accepts(_ vector: JSONValue) throws -> Bool {
        let proof = try (vector["proof"]?.elements ?? []).map { try hash(of: $0) }
        func named(_ name: String) throws -> LedgerHash { try hash(of: try vector.require(name)) }
        if vector["leafHash"] != nil {
            let (leaf, root) = (try named("leafHash"), try named("root"))
            guard let index = size(vector, "leafIdx") else { return false }
            if let count = size(vector, "treeSize") {
                return Proof.inclusion(of: leaf, at: index, in: count, root: root, proof: proof)
            }
            guard let start = size(vector, "start"), let end = size(vector, "end"), start <= end else { return false }
            return Proof.subtreeInclusion(of: leaf, at: index, in: start..<end, root: root, proof: proof)
        }
        let (first, second) = (try named("root1"), try named("root2"))
        if let count = size(vector, "size") {
            guard let start = size(vector, "start"), let end = size(vector, "end"), start <= end else { return false }
            return Proof.subtreeConsistency(of: start..<end, root: first, in: count, root: second, proof: proof)
        }
        guard let old = size(vector, "size1"), let new = size(vector, "size2") else { return false }
        return Proof.consistency(from: old, root: first, to: new, root: second, proof: proof)
    }

    private struct NoHash: Error {}

    /// Roots such as "dont care 1" stand for some hash or other; an empty one is none.
    private func hash(of value: JSONValue) throws -> LedgerHash {
        guard let bytes = Base64.decode(try value.requireString()), !bytes.isEmpty else { throw NoHash() }
        return LedgerHash(bytes) ?? LedgerHash(sha256: bytes)
    }

    private func size(_ vector: JSONValue, _ name: String) -> Int64? { vector[name]?.integer }
}
