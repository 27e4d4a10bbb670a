import Vocabulary

/// Reads of one signed state of the log.
struct LedgerReader {
    let folder: DiskFolder
    let cache: LedgerCache
    let segments: [Int64]
    let checkpoint: Checkpoint

    var prover: Prover { Prover(node: cache.hash) }

    func require(_ size: Int64) throws {
        guard (0...checkpoint.size).contains(size) else {
            throw LedgerError.outOfRange(index: size, size: checkpoint.size)
        }
    }

    /// The bytes of the leaves, each checked against the hash that the tree has for it.
    func leaves(_ range: Range<Int64>) throws -> [[UInt8]] {
        guard !range.isEmpty else { return [] }
        try require(range.lowerBound)
        try require(range.upperBound)
        let offsets = try cache.offsets(range)
        var leaves: [[UInt8]] = []
        var index = range.lowerBound
        while index < range.upperBound {
            let first = segments.last { $0 <= index } ?? 0
            let next = min(segments.first { $0 > index } ?? range.upperBound, range.upperBound)
            let slots = offsets[Int(index - range.lowerBound)..<Int(next - range.lowerBound)]
            leaves += try read(Array(slots), in: first, from: index)
            index = next
        }
        return leaves
    }

    private func read(_ offsets: [Int], in segment: Int64, from index: Int64) throws -> [[UInt8]] {
        guard let start = offsets.first, let last = offsets.last else { return [] }
        let name = Segment.name(segment)
        // The cache is not trusted: between two leaves stands one head at most.
        let recordLimit = Segment.frameLength + Segment.payloadLimit + Segment.checkLength + Segment.headRecordLength
        guard last >= start, last - start <= offsets.count * recordLimit else {
            throw LedgerError.damaged(
                LedgerDamage(
                    file: LedgerCache.offsetsName, leaf: index, reason: "the places of leaves are not in order"))
        }
        let length = last - start + Segment.frameLength + Segment.payloadLimit + Segment.checkLength
        let bytes = try DiskFile(folder.file(name), isWritable: false).read(at: start, count: length)
        return try offsets.enumerated().map { place, offset in
            let leaf = index + Int64(place)
            guard (start...last).contains(offset), offset - start < bytes.count,
                case .leaf(let payload, let hash, _) = SegmentRecord(bytes, at: offset - start),
                try cache.hash(NodePlace(level: 0, index: leaf)) == hash
            else {
                throw LedgerError.damaged(
                    LedgerDamage(file: name, offset: offset, leaf: leaf, reason: "the leaf cannot be read"))
            }
            return Array(payload)
        }
    }

    func leaf(_ index: Int64) throws -> Leaf {
        guard (0..<checkpoint.size).contains(index) else {
            throw LedgerError.outOfRange(index: index, size: checkpoint.size)
        }
        guard let leaf = try leaves(index..<index + 1).first.flatMap({ Leaf($0) }) else {
            throw LedgerError.damaged(LedgerDamage(file: "", leaf: index, reason: "not a leaf"))
        }
        return leaf
    }

    /// A receipt that was checked before it is handed out: a wrong cache cannot make a wrong proof.
    func prove(_ receipt: Receipt) throws -> ProvenReceipt {
        let proof = try prover.inclusion(of: receipt.index, count: receipt.checkpoint.size)
        let proven = ProvenReceipt(receipt: receipt, proof: proof)
        do {
            try proven.check()
        } catch {
            throw LedgerError.damaged(
                LedgerDamage(
                    file: LedgerCache.hashesName, leaf: receipt.index,
                    reason: "\(error); delete the file, it will be made anew"))
        }
        return proven
    }
}

/// Hashes: anybody may have them. They say nothing about what a leaf holds, since its digest is salted.
extension Ledger {
    /// The audit path of leaf `index` in the tree of `size` leaves.
    package func inclusionProof(of index: Int64, in size: Int64) async throws -> [LedgerHash] {
        try await readHere { log in
            try log.require(size)
            guard (0..<size).contains(index) else { throw LedgerError.outOfRange(index: index, size: size) }
            return try log.prover.inclusion(of: index, count: size)
        }
    }

    /// That the tree of `new` leaves begins with the tree of `old` leaves.
    package func consistencyProof(from old: Int64, to new: Int64) async throws -> [LedgerHash] {
        try await readHere { log in
            try log.require(new)
            guard (0...new).contains(old) else { throw LedgerError.outOfRange(index: old, size: new) }
            return try log.prover.consistency(from: old, to: new)
        }
    }

    package func rootHash(at size: Int64) async throws -> LedgerHash {
        try await readHere { log in
            try log.require(size)
            return try log.prover.root(size)
        }
    }

    /// The receipt with its audit path, against the head that it came with.
    package func prove(_ receipt: Receipt) async throws -> ProvenReceipt {
        try await readHere { log in
            try log.require(receipt.checkpoint.size)
            return try log.prove(receipt)
        }
    }

    /// A receipt for leaf `index` under the latest head.
    package func prove(_ index: Int64) async throws -> ProvenReceipt {
        try await readHere { log in
            try log.prove(Receipt(leaf: try log.leaf(index), index: index, checkpoint: log.checkpoint))
        }
    }

    /// The hashes of a tile, 32 bytes each; nil when the log is not so long, or the path is one of entries.
    package func hashTile(_ path: TilePath) async throws -> [UInt8]? {
        guard case .hashes(let level) = path.content else { return nil }
        return try await readHere { log in
            guard path.isWithin(log.checkpoint.size >> Int64(8 * level)) else { return nil }
            var bytes: [UInt8] = []
            for place in path.range { bytes.append(try log.cache.hash(NodePlace(level: 8 * level, index: place))) }
            return bytes
        }
    }
}

/// Entries: only for readers with `ledger.read`.
extension Ledger {
    package func entries(_ range: Range<Int64>) async throws -> [Leaf] {
        try await readHere { log in
            try log.leaves(range).enumerated().map { place, bytes in
                guard let leaf = Leaf(bytes) else {
                    throw LedgerError.damaged(
                        LedgerDamage(file: "", leaf: range.lowerBound + Int64(place), reason: "not a leaf"))
                }
                return leaf
            }
        }
    }

    /// The leaves of a bundle, each behind its length in two bytes; nil when the log is not so long, or the path is one
    /// of hashes.
    package func entryBundle(_ path: TilePath) async throws -> [UInt8]? {
        guard path.content == .entries else { return nil }
        return try await readHere { log in
            guard path.isWithin(log.checkpoint.size) else { return nil }
            var bytes: [UInt8] = []
            for leaf in try log.leaves(path.range) {
                bytes.append(bigEndian: UInt16(leaf.count))
                bytes += leaf
            }
            return bytes
        }
    }
}

extension TilePath {
    var range: Range<Int64> { index * 256..<index * 256 + Int64(width) }

    func isWithin(_ count: Int64) -> Bool {
        index < 1 << 54 && range.upperBound <= count
    }
}
