import Glibc

/// Reads segments again from some head on, and says what stands in them: whole batches, then perhaps a tail.
struct Replay: Sendable {
    /// The last head that fits everything before it.
    private(set) var head: Head
    /// The tree up to that head.
    private(set) var frontier: Frontier
    /// Where the records after that head begin in the segment that was read last.
    private(set) var end = Segment.headerLength

    /// Remembers the hash of each leaf, and so can say which one was changed.
    private let witness: LedgerCache?

    init(from head: Head, frontier: Frontier, witness: LedgerCache?) {
        self.head = head
        self.frontier = frontier
        self.witness = witness
    }

    /// A whole batch: its cache, the head before it and the head that signs it.
    struct Batch {
        let added: LedgerCache.Added
        let before: Head
        let head: Head
    }

    /// What follows the last good head of a segment.
    struct Tail {
        var frontier: Frontier
        var added = LedgerCache.Added()
        /// Behind the last whole leaf.
        var end: Int
        /// Where something else than a whole record begins, and what is wrong with it; nil at the end of the file.
        var broken: (offset: Int, reason: String)?
    }

    /// Reads one segment. `each` is called with every whole batch.
    ///
    /// Throws `damaged` when a head is whole and does not fit the leaves before it.
    mutating func read(
        _ bytes: [UInt8], name: String, each: (Batch) throws -> Void
    ) throws -> Tail {
        end = Segment.headerLength
        var tail = Tail(frontier: frontier, end: end)
        var offset = end
        while offset < bytes.count {
            switch SegmentRecord(bytes, at: offset) {
            case .leaf(_, let hash, let next):
                tail.added.append(hash, at: offset, to: &tail.frontier)
                (tail.end, offset) = (next, next)
            case .head(let found, let next):
                try check(found, after: tail, LedgerDamage(file: name, offset: offset, leaf: head.size, reason: ""))
                try each(Batch(added: tail.added, before: head, head: found))
                (head, frontier, end, offset) = (found, tail.frontier, next, next)
                tail = Tail(frontier: frontier, end: end)
            case .broken where bytes.isUnwritten(from: offset): return tail
            case .broken(let reason):
                tail.broken = (offset, reason)
                return tail
            }
        }
        return tail
    }

    private func check(_ found: Head, after tail: Tail, _ place: LedgerDamage) throws {
        let (first, last) = (head.size, tail.frontier.size)
        guard found.previous == first, found.size == last else {
            throw LedgerError.damaged(
                place.because(
                    "the head is of \(found.previous) to \(found.size) leaves and stands after \(first) to \(last)"))
        }
        guard found.root == tail.frontier.root else {
            throw LedgerError.damaged(
                changedLeaf(tail, file: place.file)
                    ?? place.because("one of the leaves \(first) to \(last - 1) is not the one that was signed"))
        }
    }

    /// The first leaf of the batch that the cache remembers otherwise.
    private func changedLeaf(_ tail: Tail, file: String) -> LedgerDamage? {
        guard let witness else { return nil }
        let before = NodePlace.storedCount(size: head.size)
        for leaf in head.size..<tail.frontier.size {
            let place = NodePlace(level: 0, index: leaf)
            let start = Int(place.stored - before) * LedgerHash.length
            guard let known = try? witness.hash(place),
                known != LedgerHash(tail.added.hashes[start..<start + LedgerHash.length])
            else { continue }
            var offset = tail.added.offsets[(Int(leaf - head.size) * 8)...]
            return LedgerDamage(
                file: file, offset: offset.takeUInt64().map { Int($0) } ?? 0, leaf: leaf,
                reason: "the leaf is not the one that was signed")
        }
        return nil
    }
}

extension [UInt8] {
    /// Whether nothing but zeros follows: room that was made for records to come.
    fileprivate func isUnwritten(from offset: Int) -> Bool {
        withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress, offset < bytes.count else { return true }
            return bytes[offset] == 0 && memcmp(start + offset, start + offset + 1, bytes.count - offset - 1) == 0
        }
    }
}

extension LedgerCache.Added {
    mutating func append(_ leaf: LedgerHash, at offset: Int, to frontier: inout Frontier) {
        frontier.append(leaf) { hashes.append($0) }
        offsets.append(bigEndian: UInt64(offset))
    }
}

extension LedgerDamage {
    func because(_ reason: String) -> LedgerDamage {
        LedgerDamage(file: file, offset: offset, leaf: leaf, reason: reason)
    }
}
