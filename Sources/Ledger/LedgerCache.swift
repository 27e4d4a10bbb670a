/// What can be computed again from the segments, kept so that a proof needs O(log n) short reads:
///
/// - `hashes`: the hash of every perfect subtree, 32 bytes each, in the order in which they become complete;
/// - `offsets`: for every leaf, 8 bytes, where its record begins in its segment.
///
/// Neither is made durable on its own: opening a log compares its end with the segments and puts it right.
struct LedgerCache: Sendable {
    static let hashesName = "hashes"
    static let offsetsName = "offsets"

    private let hashes: DiskFile
    private let offsets: DiskFile

    init(_ folder: DiskFolder, isWritable: Bool = true) throws(LedgerError) {
        hashes = try DiskFile(folder.file(LedgerCache.hashesName), isWritable: isWritable)
        offsets = try DiskFile(folder.file(LedgerCache.offsetsName), isWritable: isWritable)
    }

    func hash(_ place: NodePlace) throws(LedgerError) -> LedgerHash {
        let offset = Int(place.stored) * LedgerHash.length
        guard let hash = LedgerHash(try hashes.read(at: offset, count: LedgerHash.length)) else {
            throw .damaged(LedgerDamage(file: LedgerCache.hashesName, offset: offset, reason: "the file is too short"))
        }
        return hash
    }

    /// The root that the cache gives to the first `size` leaves; nil when it does not reach so far.
    func frontier(_ size: Int64) -> Frontier? {
        try? Frontier(size: size, node: hash)
    }

    func offsets(_ range: Range<Int64>) throws(LedgerError) -> [Int] {
        var bytes = try offsets.read(at: Int(range.lowerBound) * 8, count: range.count * 8)[...]
        var found: [Int] = []
        found.reserveCapacity(range.count)
        while let offset = bytes.takeUInt64() { found.append(Int(truncatingIfNeeded: offset)) }
        guard found.count == range.count, found.allSatisfy({ $0 >= Segment.headerLength }) else {
            throw .damaged(LedgerDamage(file: LedgerCache.offsetsName, reason: "the file is too short"))
        }
        return found
    }

    func write(_ added: Added, after size: Int64) throws(LedgerError) {
        try hashes.write(added.hashes, at: Int(NodePlace.storedCount(size: size)) * LedgerHash.length)
        try offsets.write(added.offsets, at: Int(size) * 8)
    }

    /// Writes only if something else stands there: opening an intact log writes nothing.
    func repair(_ added: Added, after size: Int64) throws(LedgerError) {
        if !holds(added, after: size) { try write(added, after: size) }
    }

    func holds(_ added: Added, after size: Int64) -> Bool {
        let place = Int(NodePlace.storedCount(size: size)) * LedgerHash.length
        let known = try? hashes.read(at: place, count: added.hashes.count)
        let places = try? offsets.read(at: Int(size) * 8, count: added.offsets.count)
        return known == added.hashes && places == added.offsets
    }

    /// The cache of some leaves that follow one another.
    struct Added {
        var hashes: [UInt8] = []
        var offsets: [UInt8] = []
    }
}
