/// The segments of a log, in order.
struct SegmentList: Sendable {
    let folder: DiskFolder
    /// The first leaf of each.
    let firsts: [Int64]

    init(_ folder: DiskFolder) throws(LedgerError) {
        self.folder = folder
        firsts = try folder.names().compactMap(Segment.first)
    }

    var last: Int64 { firsts.last ?? 0 }

    func path(_ first: Int64) -> String { folder.file(Segment.name(first)) }

    func file(_ first: Int64) throws(LedgerError) -> DiskFile { try DiskFile(path(first), isWritable: false) }

    /// Throws `damaged` when the file is longer than any segment: it is not read.
    func bytes(_ first: Int64) throws(LedgerError) -> [UInt8] {
        let file = try file(first)
        let size = try file.size()
        guard size <= Segment.fileLimit else { throw damage(first, "the file has \(size) bytes, which no segment has") }
        return try file.read(at: 0, count: size)
    }

    func header(_ first: Int64) throws -> Head {
        let bytes = try file(first).read(at: 0, count: Segment.headerLength)
        guard let head = Segment.head(ofHeader: bytes), head.size == first else {
            throw damage(first, "the header cannot be read")
        }
        return head
    }

    /// Whether the segments follow one another without a gap, and were signed with this key.
    func check(by key: VerifierKey) throws {
        guard firsts.first == 0 else { throw damage(0, "the segment is missing") }
        for (place, first) in firsts.enumerated() {
            guard try header(first).isSigned(by: key) else {
                throw LedgerError.wrongKey("segment \(Segment.name(first)) is not signed by \(key)")
            }
            if place > 0 { try checkJoint(firsts[place - 1], first) }
        }
    }

    /// A closed segment ends with the head that the next one begins with.
    private func checkJoint(_ closed: Int64, _ next: Int64) throws {
        let file = try file(closed)
        let start = max(try file.size() - Segment.headRecordLength, 0)
        let bytes = try file.read(at: start, count: Segment.headRecordLength)
        guard case .head(let head, _) = SegmentRecord(bytes, at: 0) else {
            throw damage(closed, at: start, "a closed segment does not end with a head")
        }
        guard head.size == next else { throw damage(head.size, "the segment is missing") }
        guard head == (try header(next)) else {
            throw damage(next, "the header is not the head at which the segment before ended")
        }
    }

    /// Where to begin reading again: the cache must agree with the signed head there, else at the beginning.
    func start(within budget: Int, cache: LedgerCache) throws -> (first: Int64, frontier: Frontier) {
        var (bytes, chosen) = (0, last)
        for first in firsts.reversed() {
            bytes += try file(first).size()
            if bytes > budget, first != last { break }
            chosen = first
        }
        if chosen > 0, let frontier = cache.frontier(chosen), frontier.root == (try header(chosen)).root {
            return (chosen, frontier)
        }
        return (0, Frontier())
    }

    /// Reads one segment; only the last may have a tail.
    func replay(
        _ first: Int64, _ replay: inout Replay, each: (Replay.Batch) throws -> Void
    ) throws -> Replay.Tail {
        guard try header(first) == replay.head else {
            throw damage(first, "the header is not the head at which the segment before ended")
        }
        let tail = try replay.read(try bytes(first), name: Segment.name(first), each: each)
        if first != last, tail.broken != nil || tail.end > replay.end {
            let place = tail.broken ?? (tail.end, "the last leaves have no signed head")
            throw LedgerError.damaged(
                LedgerDamage(
                    file: Segment.name(first), offset: place.offset, leaf: tail.frontier.size, reason: place.reason))
        }
        return tail
    }

    func damage(_ first: Int64, at offset: Int = 0, _ reason: String) -> LedgerError {
        .damaged(LedgerDamage(file: Segment.name(first), offset: offset, leaf: first, reason: reason))
    }
}
