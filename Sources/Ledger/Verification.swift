import StrictJSON
import Vocabulary

/// Checks what a log says, offline, with nothing but its verifier key. Writes nothing and takes no lock.
package enum Verification {
    /// What was found in the folder of a log.
    package struct LogReport: Sendable {
        /// The last signed head that fits everything before it; nil when there is none.
        package let checkpoint: Checkpoint?
        /// What is wrong, and with which leaf. Nothing follows the first damage to the segments: it cannot be trusted.
        package let findings: [LedgerDamage]

        package var isSound: Bool { findings.isEmpty }
    }

    /// Reads every byte of a log and checks every leaf, every head and every signature.
    package static func log(folder path: String, by key: VerifierKey) -> LogReport {
        var check = LogCheck(folder: DiskFolder(path: path), key: key)
        check.run()
        return LogReport(checkpoint: check.checkpoint, findings: check.findings)
    }

    /// Checks a receipt file: the head's signature, the audit path, and the disclosed content.
    package static func receipt(_ bytes: [UInt8], by key: VerifierKey) throws -> ProvenReceipt {
        try ProvenReceipt(try JSONDocument(bytes).root, by: key)
    }

    /// Checks a file of one receipt, or of all that one fact has.
    package static func receipts(_ bytes: [UInt8], by key: VerifierKey) throws -> [ProvenReceipt] {
        try ReceiptBundle.read(try JSONDocument(bytes).root, by: key)
    }

    /// Checks that the log of one checkpoint begins with the log of another. Returns both, read and verified.
    ///
    /// - Parameter proof: RFC 9162 §2.1.4, empty when the sizes are equal.
    package static func growth(
        from old: String, to new: String, proof: [LedgerHash], by key: VerifierKey
    ) throws(LedgerError) -> (old: Checkpoint, new: Checkpoint) {
        let before = try Checkpoint(old, by: key)
        let after = try Checkpoint(new, by: key)
        guard before.size <= after.size else {
            throw .invalid("the first checkpoint has \(before.size) leaves, the second only \(after.size)")
        }
        if before.size == 0, before.root == .empty, proof.isEmpty { return (before, after) }
        guard
            Proof.consistency(from: before.size, root: before.root, to: after.size, root: after.root, proof: proof)
        else {
            throw .invalid(
                """
                the log of \(after.size) leaves does not begin with the log of \(before.size): the past was rewritten, \
                or the proof is not theirs
                """
            )
        }
        return (before, after)
    }
}

/// One walk through the folder of a log.
private struct LogCheck {
    let folder: DiskFolder
    let key: VerifierKey
    var findings: [LedgerDamage] = []
    var checkpoint: Checkpoint?

    mutating func run() {
        do {
            try checkOwner()
            let segments = try SegmentList(folder)
            try segments.check(by: key)
            try read(segments)
        } catch let LedgerError.damaged(damage) {
            findings.append(damage)
        } catch {
            findings.append(LedgerDamage(file: folder.path, reason: "\(error)"))
        }
    }

    private mutating func checkOwner() throws {
        let file = try DiskFile(folder.file(Opening.keyName), isWritable: false)
        let found = String(decoding: try file.read(at: 0, count: 4096), as: UTF8.self)
        if found != "\(key)\n" {
            findings.append(LedgerDamage(file: Opening.keyName, reason: "names another key than \(key)"))
        }
    }

    private mutating func read(_ segments: SegmentList) throws {
        let cache = try? LedgerCache(folder, isWritable: false)
        var replay = Replay(from: try segments.header(0), frontier: Frontier(), witness: cache)
        var tail = Replay.Tail(frontier: Frontier(), end: 0)
        defer { checkpoint = replay.head.checkpoint(of: key) }
        for first in segments.firsts {
            var found: [LedgerDamage] = []
            tail = try segments.replay(first, &replay) { batch in
                found += LogCheck.check(batch, first, key, cache)
            }
            findings += found
        }
        try checkEnd(segments, replay, tail)
    }

    private mutating func checkEnd(_ segments: SegmentList, _ replay: Replay, _ tail: Replay.Tail) throws {
        let mark = try? DiskFile(folder.file(DurableMark.name), isWritable: false)
        let known = DurableMark((try? mark?.read(at: 0, count: 64)) ?? [])
        if known == nil { findings.append(LedgerDamage(file: DurableMark.name, reason: "the file cannot be read")) }
        let bytes = tail.broken == nil ? [] : try segments.bytes(segments.last)
        let ending = Ending(
            replay: replay, tail: tail, mark: known, bytes: bytes, segment: segments.last, signer: key)
        try ending.check()
        guard tail.broken != nil || tail.end > replay.end else { return }
        findings.append(
            LedgerDamage(
                file: Segment.name(segments.last), offset: replay.end, leaf: replay.head.size,
                reason: "a batch was being written: whole leaves will be signed, the rest cut, when the log is opened"))
    }

    private static func check(
        _ batch: Replay.Batch, _ segment: Int64, _ key: VerifierKey, _ cache: LedgerCache?
    ) -> [LedgerDamage] {
        var found: [LedgerDamage] = []
        if !batch.head.isSigned(by: key) {
            found.append(
                LedgerDamage(
                    file: Segment.name(segment), leaf: batch.before.size,
                    reason: "the head of \(batch.head.size) leaves is not signed by \(key.name)"))
        }
        if cache?.holds(batch.added, after: batch.before.size) != true {
            found.append(
                LedgerDamage(
                    file: LedgerCache.hashesName, leaf: batch.before.size,
                    reason: "the cache differs from the segments; opening the log puts it right"))
        }
        return found
    }
}
