import Crypto
import Vocabulary

/// The one who writes the log. Confined to the log's own thread.
struct LogWriter {
    let folder: DiskFolder
    let signer: VerifierKey
    let key: Curve25519.Signing.PrivateKey
    let now: Clock
    let settings: Ledger.Settings
    let cache: LedgerCache
    /// Held open: its lock is the log's.
    let lock: DiskFile
    let mark: DiskFile
    /// The first leaf that was read again when the log was opened.
    let checkedFrom: Int64

    var frontier: Frontier
    var head: Head
    var segment: DiskFile
    /// The first leaf of each segment.
    var segments: [Int64]
    /// Behind the last durable record of the last segment.
    var end: Int
    /// Up to where the last segment was filled with zeros ahead; `end` or less when it was not.
    var room = 0
    /// A write failed, and what it left has not been cut off yet.
    var hasDebris = false

    /// So much is filled ahead at once.
    static let roomBytes = 1 << 20

    /// Makes the leaves durable together with one signed head. If it throws, none of them is in the log.
    mutating func write(_ batches: [LeafBatch]) throws -> Checkpoint {
        if hasDebris { try clear() }
        if end >= settings.segmentBytes { try roll() }
        var (next, added, records) = (frontier, LedgerCache.Added(), [UInt8]())
        records.reserveCapacity(batches.reduce(Segment.headRecordLength) { $0 + $1.bytes.count })
        for batch in batches { records += batch.bytes }
        Segment.seal(&records) { hash, place in added.append(hash, at: end + place, to: &next) }
        let checkpoint = try sign(next)
        Segment.append(checkpoint.head, to: &records)
        do {
            try makeRoom(records.count)
            try segment.write(records, at: end)
            try cache.write(added, after: frontier.size)
            try segment.sync()
        } catch {
            hasDebris = true
            try? clear()
            throw error
        }
        (frontier, head, end) = (next, checkpoint.head, end + records.count)
        saveMark()
        return checkpoint.note
    }

    /// Fills the segment with zeros ahead of the records. A file that grows with every batch costs a commit of the file
    /// system's journal with every `fdatasync`; one that only changes where it has been written before does not.
    private mutating func makeRoom(_ count: Int) throws {
        guard end + count > room else { return }
        let start = max(room, end)
        room = end + count + LogWriter.roomBytes
        try segment.write([UInt8](repeating: 0, count: room - start), at: start)
    }

    /// Ends the segment behind its last record.
    mutating func close() throws {
        try segment.truncate(to: end)
        room = end
        try segment.sync()
    }

    private func sign(_ tree: Frontier) throws -> (head: Head, note: Checkpoint) {
        let signed = try Head.sign(tree, after: head.size, at: now(), as: signer, with: key)
        return (signed, signed.checkpoint(of: signer))
    }

    /// Cuts off what a failed write left, so that the file ends with the last head that was acknowledged.
    private mutating func clear() throws {
        try close()
        hasDebris = false
    }

    /// Begins a new segment: its header repeats the last head.
    private mutating func roll() throws {
        let name = Segment.name(head.size)
        guard segments.last != head.size else { return }
        try close()
        try folder.create(name, Segment.header(head), fault: settings.fault)
        segment = try DiskFile(folder.file(name), fault: settings.fault)
        segments.append(head.size)
        (end, room) = (Segment.headerLength, 0)
    }

    /// If this fails, the mark is behind, which it may be.
    private func saveMark() {
        try? mark.write(DurableMark(segment: segments.last ?? 0, offset: end, size: head.size).bytes, at: 0)
    }
}

extension Head {
    static func sign(
        _ tree: Frontier, after previous: Int64, at: Instant, as signer: VerifierKey,
        with key: Curve25519.Signing.PrivateKey
    ) throws -> Head {
        let root = tree.root
        let text = Checkpoint.text(signer.name, tree.size, root)
        let signature = Array(try key.signature(for: Array(text.utf8)))
        return Head(size: tree.size, previous: previous, root: root, at: at, signature: signature)
    }
}
