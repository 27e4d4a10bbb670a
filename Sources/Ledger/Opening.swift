import Crypto
import Logging
import Vocabulary

/// Opens a log: checks what is there against its signed heads, cuts a torn tail, refuses every other damage.
struct Opening {
    let folder: DiskFolder
    let signer: VerifierKey
    let key: Curve25519.Signing.PrivateKey
    let now: Clock
    let settings: Ledger.Settings
    let logger: Logger

    func open() throws -> LogWriter {
        try folder.make()
        let lock = try DiskFile(folder.file("lock"))
        guard try lock.lock() else { throw LedgerError.locked(folder: folder.path) }
        try checkOwner()
        if try SegmentList(folder).firsts.isEmpty { try begin() }
        let segments = try SegmentList(folder)
        try segments.check(by: signer)
        let cache = try LedgerCache(folder)
        let mark = try DiskFile(folder.file(DurableMark.name))
        let start = try segments.start(within: settings.openingCheckBytes, cache: cache)
        var (replay, tail) = try replay(segments, from: start, into: cache)
        let file = try DiskFile(segments.path(segments.last), fault: settings.fault)
        let known = DurableMark(try mark.read(at: 0, count: 64))
        if known == nil { logger.warning("ledger: the durable mark cannot be read and is written anew") }
        let bytes = tail.broken == nil ? [] : try segments.bytes(segments.last)
        let ending = Ending(
            replay: replay, tail: tail, mark: known, bytes: bytes, segment: segments.last, signer: signer)
        try ending.check()
        let (frontier, head, end) = try settle(&replay, tail, file, cache)
        try mark.write(DurableMark(segment: segments.last, offset: end, size: head.size).bytes, at: 0)
        return LogWriter(
            folder: folder, signer: signer, key: key, now: now, settings: settings, cache: cache, lock: lock,
            mark: mark, checkedFrom: start.first,
            frontier: frontier, head: head, segment: file, segments: segments.firsts, end: end)
    }

    /// The file `key` names whose log this is, so that the wrong key is told apart from damage.
    private func checkOwner() throws {
        let line = "\(signer)\n"
        guard folder.exists(Opening.keyName) else {
            if try SegmentList(folder).firsts.isEmpty { try folder.create(Opening.keyName, Array(line.utf8)) }
            return
        }
        let found = String(
            decoding: try DiskFile(folder.file(Opening.keyName), isWritable: false).read(at: 0, count: 4096),
            as: UTF8.self)
        guard found == line else {
            throw LedgerError.wrongKey(
                "the log in \(folder.path) belongs to \(found.prefix { $0 != "\n" }), not to \(signer)")
        }
    }

    static let keyName = "key"

    /// A new log: a signed head of nothing. The segment comes last, so that an interrupted beginning begins again.
    private func begin() throws {
        if folder.exists(DurableMark.name) {
            let mark = DurableMark(
                try DiskFile(folder.file(DurableMark.name), isWritable: false).read(at: 0, count: 64))
            guard mark?.size == 0 else {
                throw LedgerError.damaged(
                    LedgerDamage(file: Segment.name(0), leaf: 0, reason: "all segments are missing"))
            }
        }
        try folder.create(DurableMark.name, DurableMark(segment: 0, offset: Segment.headerLength, size: 0).bytes)
        let head = try Head.sign(Frontier(), after: 0, at: now(), as: signer, with: key)
        try folder.create(Segment.name(0), Segment.header(head), fault: settings.fault)
    }

    /// Reads the end of the log again, all of it unless that is longer than `openingCheckBytes`.
    private func replay(
        _ segments: SegmentList, from start: (first: Int64, frontier: Frontier), into cache: LedgerCache
    ) throws -> (Replay, Replay.Tail) {
        var replay = Replay(from: try segments.header(start.first), frontier: start.frontier, witness: cache)
        var tail = Replay.Tail(frontier: start.frontier, end: Segment.headerLength)
        for first in segments.firsts where first >= start.first {
            tail = try segments.replay(first, &replay) { try cache.repair($0.added, after: $0.before.size) }
        }
        guard replay.head.isSigned(by: signer) else {
            throw LedgerError.wrongKey("the last head of the log in \(folder.path) is not signed by \(signer)")
        }
        return (replay, tail)
    }

    /// Cuts what is not whole, and signs whole leaves that had no head yet.
    private func settle(
        _ replay: inout Replay, _ tail: Replay.Tail, _ file: DiskFile, _ cache: LedgerCache
    ) throws -> (Frontier, Head, Int) {
        let hasLeaves = tail.end > replay.end
        guard hasLeaves || tail.broken != nil else { return (replay.frontier, replay.head, replay.end) }
        logger.notice(
            "ledger: cut a torn tail",
            metadata: [
                "file": "\(file.path)", "offset": "\(tail.end)",
                "signedAnew": "\(tail.frontier.size - replay.head.size)",
            ])
        try file.truncate(to: tail.end)
        var (head, record) = (replay.head, [UInt8]())
        if hasLeaves {
            head = try Head.sign(tail.frontier, after: replay.head.size, at: now(), as: signer, with: key)
            Segment.append(head, to: &record)
            try cache.repair(tail.added, after: replay.head.size)
        }
        try file.write(record, at: tail.end)
        try file.sync()
        return (tail.frontier, head, tail.end + record.count)
    }
}
