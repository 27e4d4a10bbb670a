/// Verifies the proofs of RFC 9162 §2.1, and those about subtrees of draft-ietf-plants-merkle-tree-certs §4.
///
/// All are total: any input is answered, none traps.
package enum Proof {
    /// Whether `leaf` is at `index` of the tree of `size` leaves that has this root (§2.1.3.2).
    package static func inclusion(
        of leaf: LedgerHash, at index: Int64, in size: Int64, root: LedgerHash, proof: [LedgerHash]
    ) -> Bool {
        guard index >= 0, index < size else { return false }
        var (node, last, hash) = (index, size - 1, leaf)
        for step in proof {
            guard last > 0 else { return false }
            if node & 1 == 1 || node == last {
                hash = .node(step, hash)
                while node & 1 == 0, node != 0 { (node, last) = (node >> 1, last >> 1) }
            } else {
                hash = .node(hash, step)
            }
            (node, last) = (node >> 1, last >> 1)
        }
        return last == 0 && hash == root
    }

    /// Whether the tree of `new` leaves begins with the tree of `old` leaves (§2.1.4.2).
    ///
    /// From the empty tree only to itself: every tree begins with it, so such a proof would say nothing.
    package static func consistency(
        from old: Int64, root oldRoot: LedgerHash, to new: Int64, root newRoot: LedgerHash, proof: [LedgerHash]
    ) -> Bool {
        guard old > 0 else { return old == 0 && new == 0 && proof.isEmpty && oldRoot == .empty && newRoot == .empty }
        return subtreeConsistency(of: 0..<old, root: oldRoot, in: new, root: newRoot, proof: proof)
    }

    /// Whether `leaf` is at `index` within the subtree over the leaves of `range`.
    package static func subtreeInclusion(
        of leaf: LedgerHash, at index: Int64, in range: Range<Int64>, root: LedgerHash, proof: [LedgerHash]
    ) -> Bool {
        guard isSubtree(range), range.contains(index) else { return false }
        return inclusion(of: leaf, at: index - range.lowerBound, in: Int64(range.count), root: root, proof: proof)
    }

    /// Whether the subtree over the leaves of `range` is part of the tree of `size` leaves. The empty one always is.
    package static func subtreeConsistency(
        of range: Range<Int64>, root subtree: LedgerHash, in size: Int64, root: LedgerHash, proof: [LedgerHash]
    ) -> Bool {
        guard range.lowerBound >= 0, range.upperBound <= size else { return false }
        if range.isEmpty { return proof.isEmpty && subtree == .empty }
        guard isSubtree(range) else { return false }
        var walk = Walk(first: range.lowerBound, end: range.upperBound - 1, last: size - 1)
        walk.skipWholeSubtree()
        var rest = proof[...]
        var start = subtree
        if walk.first != walk.end {
            guard let seed = rest.popFirst() else { return false }
            start = seed
        }
        guard let (inner, outer) = walk.fold(rest, from: start) else { return false }
        return inner == subtree && outer == root
    }

    /// A range is a subtree of some tree when it starts at a multiple of the power of two that covers it.
    private static func isSubtree(_ range: Range<Int64>) -> Bool {
        guard range.lowerBound >= 0, !range.isEmpty else { return false }
        var cover: Int64 = 1
        while cover < Int64(range.count), cover < 1 << 62 { cover <<= 1 }
        return range.lowerBound % cover == 0
    }

    /// The positions of the subtree's first and last leaf and of the tree's last leaf, climbing level by level.
    private struct Walk {
        var first: Int64
        var end: Int64
        var last: Int64

        mutating func climb() {
            (first, end, last) = (first >> 1, end >> 1, last >> 1)
        }

        mutating func skipWholeSubtree() {
            if end == last {
                while first != end { climb() }
            } else {
                while first != end, end & 1 == 1 { climb() }
            }
        }

        mutating func fold(_ proof: ArraySlice<LedgerHash>, from start: LedgerHash) -> (LedgerHash, LedgerHash)? {
            var (inner, outer) = (start, start)
            for step in proof {
                guard last > 0 else { return nil }
                if end & 1 == 1 || end == last {
                    if first < end { inner = .node(step, inner) }
                    outer = .node(step, outer)
                    while end & 1 == 0, end != 0 { climb() }
                } else {
                    outer = .node(outer, step)
                }
                climb()
            }
            return last == 0 ? (inner, outer) : nil
        }
    }
}

/// Makes proofs from the hashes of perfect subtrees, of which each proof needs O(log n).
struct Prover {
    let node: (NodePlace) throws -> LedgerHash

    func root(_ size: Int64) throws -> LedgerHash {
        size == 0 ? .empty : try hash(from: 0, count: size)
    }

    /// PATH(m, D[n]) of RFC 9162 §2.1.3.1.
    func inclusion(of index: Int64, from start: Int64 = 0, count: Int64) throws -> [LedgerHash] {
        guard count > 1 else { return [] }
        let left = Prover.split(count)
        if index < left {
            return try inclusion(of: index, from: start, count: left) + [hash(from: start + left, count: count - left)]
        }
        return try inclusion(of: index - left, from: start + left, count: count - left) + [
            hash(from: start, count: left)
        ]
    }

    /// PROOF(m, D[n]) of RFC 9162 §2.1.4.1.
    func consistency(from old: Int64, to new: Int64) throws -> [LedgerHash] {
        old == 0 ? [] : try subproof(old, from: 0, count: new, isWhole: true)
    }

    private func subproof(_ old: Int64, from start: Int64, count: Int64, isWhole: Bool) throws -> [LedgerHash] {
        if old == count { return isWhole ? [] : [try hash(from: start, count: count)] }
        let left = Prover.split(count)
        if old <= left {
            return try subproof(old, from: start, count: left, isWhole: isWhole)
                + [hash(from: start + left, count: count - left)]
        }
        return try subproof(old - left, from: start + left, count: count - left, isWhole: false)
            + [hash(from: start, count: left)]
    }

    private func hash(from start: Int64, count: Int64) throws -> LedgerHash {
        if count & (count - 1) == 0 {
            let level = count.trailingZeroBitCount
            return try node(NodePlace(level: level, index: start >> level))
        }
        let left = Prover.split(count)
        return .node(try hash(from: start, count: left), try hash(from: start + left, count: count - left))
    }

    /// The largest power of two below `count`.
    private static func split(_ count: Int64) -> Int64 {
        1 << (63 - (count - 1).leadingZeroBitCount)
    }
}
