/// The compact right edge of a tree: one hash for each perfect subtree, the largest first. Enough to add leaves and to
/// say the root, in 64 hashes at most however long the log is.
struct Frontier: Sendable, Hashable {
    private(set) var size: Int64 = 0
    private var subtrees: [LedgerHash] = []

    init() {}

    /// The right edge of a tree of `size` leaves, read from where its nodes are kept.
    init(size: Int64, node: (NodePlace) throws -> LedgerHash) rethrows {
        self.size = size
        var start: Int64 = 0
        for level in stride(from: 62, through: 0, by: -1) where size & (1 << level) != 0 {
            subtrees.append(try node(NodePlace(level: level, index: start >> level)))
            start += 1 << level
        }
    }

    /// Adds a leaf. `complete` is called with each hash that never changes again: the leaf's, then that of every
    /// perfect subtree which it completes, from the lowest up: the order of the hash file.
    mutating func append(_ leaf: LedgerHash, complete: (LedgerHash) -> Void = { _ in }) {
        var hash = leaf
        complete(hash)
        var rest = size
        while rest & 1 == 1 {
            hash = .node(subtrees.removeLast(), hash)
            complete(hash)
            rest >>= 1
        }
        subtrees.append(hash)
        size += 1
    }

    var root: LedgerHash {
        guard var hash = subtrees.last else { return .empty }
        for left in subtrees.dropLast().reversed() { hash = .node(left, hash) }
        return hash
    }
}

/// A perfect subtree: the leaves `index << level ..< (index + 1) << level`.
struct NodePlace: Sendable, Hashable {
    let level: Int
    let index: Int64

    /// Where the hash stands in the hash file, which has them in the order in which they become complete.
    var stored: Int64 {
        var last = index
        for _ in 0..<level { last = 2 * last + 1 }
        return NodePlace.storedCount(size: last) + Int64(level)
    }

    /// How many hashes the perfect subtrees of `size` leaves have: n + n/2 + n/4 + …
    static func storedCount(size: Int64) -> Int64 {
        var (count, rest) = (Int64(0), size)
        while rest > 0 {
            count += rest
            rest >>= 1
        }
        return count
    }
}
