import Testing
import Vocabulary

@testable import Ledger

/// The tree and its proofs against the recursive definitions of RFC 9162 §2.1, written down as they stand there.
@Suite("Tree")
struct TreeTests {
    private static let leaves = (0..<300).map { LedgerHash.leaf([UInt8($0 & 0xFF), UInt8($0 >> 8)]) }

    /// MTH of §2.1.1.
    private func naiveRoot(_ leaves: ArraySlice<LedgerHash>) -> LedgerHash {
        if leaves.isEmpty { return .empty }
        if leaves.count == 1 { return leaves[leaves.startIndex] }
        let k = split(leaves.count)
        return .node(naiveRoot(leaves.prefix(k)), naiveRoot(leaves.dropFirst(k)))
    }

    /// PATH of §2.1.3.1.
    private func naivePath(_ m: Int, _ leaves: ArraySlice<LedgerHash>) -> [LedgerHash] {
        if leaves.count == 1 { return [] }
        let k = split(leaves.count)
        return m < k
            ? naivePath(m, leaves.prefix(k)) + [naiveRoot(leaves.dropFirst(k))]
            : naivePath(m - k, leaves.dropFirst(k)) + [naiveRoot(leaves.prefix(k))]
    }

    private func split(_ count: Int) -> Int {
        var k = 1
        while k * 2 < count { k *= 2 }
        return k
    }

    /// The first `size` leaves and where each complete hash is kept.
    private func stored(_ size: Int) -> (frontier: Frontier, hashes: [LedgerHash]) {
        var (frontier, hashes) = (Frontier(), [LedgerHash]())
        for leaf in TreeTests.leaves.prefix(size) { frontier.append(leaf) { hashes.append($0) } }
        return (frontier, hashes)
    }

    @Test("the root of every size up to 300 is that of the definition")
    func roots() {
        var frontier = Frontier()
        for (size, leaf) in TreeTests.leaves.enumerated() {
            #expect(frontier.root == naiveRoot(TreeTests.leaves.prefix(size)))
            frontier.append(leaf)
        }
        #expect(frontier.root == naiveRoot(TreeTests.leaves[...]))
        #expect("\(LedgerHash.empty)" == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }

    @Test("a right edge read back from kept hashes goes on as if it had never stopped")
    func frontierFromHashes() throws {
        let (whole, hashes) = stored(300)
        for size in 0...300 {
            var frontier = Frontier(size: Int64(size)) { hashes[Int($0.stored)] }
            for leaf in TreeTests.leaves.dropFirst(size) { frontier.append(leaf) }
            #expect(frontier == whole)
        }
        #expect(NodePlace.storedCount(size: 300) == Int64(hashes.count))
    }

    @Test("every inclusion proof up to 64 leaves is that of the definition, and verifies for its own leaf only")
    func inclusion() throws {
        let hashes = stored(64).hashes
        let prover = Prover { hashes[Int($0.stored)] }
        for size in 1...64 {
            let root = naiveRoot(TreeTests.leaves.prefix(size))
            for index in 0..<size {
                let proof = try prover.inclusion(of: Int64(index), count: Int64(size))
                #expect(proof == naivePath(index, TreeTests.leaves.prefix(size)))
                for other in Set([index, (index + 1) % size, size - 1]) {
                    let holds = Proof.inclusion(
                        of: TreeTests.leaves[other], at: Int64(index), in: Int64(size), root: root, proof: proof)
                    #expect(holds == (other == index))
                }
            }
        }
    }

    @Test("every consistency proof up to 64 leaves verifies, and not for another past")
    func consistency() throws {
        let hashes = stored(64).hashes
        let prover = Prover { hashes[Int($0.stored)] }
        let roots = (0...64).map { naiveRoot(TreeTests.leaves.prefix($0)) }
        for new in 0...64 {
            for old in 0...new {
                let proof = try prover.consistency(from: Int64(old), to: Int64(new))
                func holds(_ past: LedgerHash) -> Bool {
                    Proof.consistency(from: Int64(old), root: past, to: Int64(new), root: roots[new], proof: proof)
                }
                #expect(holds(roots[old]) == (old > 0 || new == 0))
                #expect(!holds(LedgerHash.leaf([9])))
            }
        }
    }

    @Test("sizes and places that make no sense are refused, not trapped on")
    func nonsense() {
        let hash = LedgerHash.empty
        for size in [Int64.min, -1, 0, .max] {
            #expect(!Proof.inclusion(of: hash, at: -1, in: size, root: hash, proof: []))
            #expect(!Proof.inclusion(of: hash, at: .max, in: size, root: hash, proof: [hash]))
            #expect(!Proof.consistency(from: .max, root: hash, to: size, root: .leaf([]), proof: [hash]))
            #expect(!Proof.consistency(from: -1, root: hash, to: size, root: hash, proof: []))
        }
    }
}
