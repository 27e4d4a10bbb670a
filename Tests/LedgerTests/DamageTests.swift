import StrictJSON
import TestKit
import Testing
import Vocabulary

@testable import Ledger

/// What the log does with files that are not as it left them.
@Suite("Damage")
struct DamageTests {
    /// Three batches, and the files as they were before the last.
    private func log(_ logs: Logs) async throws -> (before: [String: [UInt8]], whole: [String: [UInt8]], note: String) {
        let first = try await logs.open()
        _ = try await first.append(contentsOf: try Logs.leaves(0..<1))
        _ = try await first.append(contentsOf: try Logs.leaves(1..<2))
        try await first.close()
        let before = try logs.snapshot()
        let ledger = try await logs.open()
        _ = try await ledger.append(contentsOf: try Logs.leaves(2..<4))
        let note = ledger.checkpoint.note
        try await ledger.close()
        return (before, try logs.snapshot(), note)
    }

    private let segment = Segment.name(0)

    @Test("every byte that is flipped, in any file, is found")
    func flips() async throws {
        let logs = try Logs()
        let (_, whole, note) = try await log(logs)
        for (name, bytes) in whole where name != "lock" {
            for place in bytes.indices {
                var flipped = bytes
                flipped[place] ^= UInt8(1 << (place % 8))
                try logs.write(flipped, to: name)
                let report = Verification.log(folder: logs.folder, by: try logs.signer)
                #expect(!report.isSound, "\(name) byte \(place)")
                await expectStopOrHealing(logs, name, place, note)
            }
            try logs.restore(whole)
        }
    }

    @Test("every bit that is flipped in a receipt is found, whether it discloses something or not")
    func receiptFlips() async throws {
        let logs = try Logs()
        let ledger = try await logs.open()
        let told = Disclosure(salt: [UInt8](repeating: 7, count: 32), content: Array(#"{"a":1}"#.utf8))
        _ = try await ledger.append(contentsOf: try Logs.leaves(0..<2))
        let leaf = try Leaf(kind: "test", fact: ID("2"), at: logs.clock.now(), digest: told.digest)
        let proven = try await ledger.prove(try await ledger.append(leaf))
        try await ledger.close()
        let signer = try logs.signer
        for receipt in [proven.json.encoded(), proven.disclosing(told).json.encoded()] {
            _ = try Verification.receipt(receipt, by: signer)
            for place in receipt.indices {
                for bit in 0..<8 {
                    var spoilt = receipt
                    spoilt[place] ^= UInt8(1 << bit)
                    #expect(throws: (any Error).self, "bit \(bit) of byte \(place)") {
                        try Verification.receipt(spoilt, by: signer)
                    }
                }
            }
        }
    }

    /// The segments and the key stop the log; what can be made again is made again.
    private func expectStopOrHealing(_ logs: Logs, _ name: String, _ place: Int, _ note: String) async {
        do {
            let ledger = try await logs.open()
            #expect(
                [DurableMark.name, LedgerCache.hashesName, LedgerCache.offsetsName].contains(name),
                "\(name) byte \(place)")
            #expect(ledger.checkpoint.note == note)
            try await ledger.close()
            #expect(Verification.log(folder: logs.folder, by: try logs.signer).isSound)
        } catch {
            #expect(name == segment || name == "key", "\(name) byte \(place): \(error)")
            #expect(error is LedgerError)
        }
    }

    @Test(
        "a batch cut at any byte by a power loss keeps its whole leaves, signed anew, whatever room was made for it",
        arguments: [0, 700])
    func tornTail(_ room: Int) async throws {
        let logs = try Logs()
        let (before, whole, _) = try await log(logs)
        let (old, new) = (try #require(before[segment]), try #require(whole[segment]))
        for length in old.count..<new.count {
            var files = whole
            files[segment] = Array(new.prefix(length)) + [UInt8](repeating: 0, count: room)
            files[DurableMark.name] = before[DurableMark.name]
            try logs.restore(files)
            let ledger = try await logs.open()
            let size = Int(ledger.checkpoint.size)
            #expect((2...4).contains(size))
            #expect(try await ledger.entries(0..<Int64(size)) == Logs.leaves(0..<size))
            #expect(try await ledger.append(try Logs.leaf(size)).index == Int64(size))
            try await ledger.close()
            let report = Verification.log(folder: logs.folder, by: try logs.signer)
            #expect(report.isSound, "cut at \(length): \(report.findings)")
        }
    }

    @Test("room is made ahead of the leaves, is no damage when the log was not closed, and ends with it")
    func room() async throws {
        let logs = try Logs()
        let ledger = try await logs.open()
        for number in 0..<3 { _ = try await ledger.append(try Logs.leaf(number)) }
        let left = try logs.snapshot()
        #expect(left[segment]?.suffix(LogWriter.roomBytes / 16).allSatisfy { $0 == 0 } == true)
        _ = try await ledger.append(try Logs.leaf(3))
        #expect(try logs.bytes(segment).count == left[segment]?.count, "a file that does not grow")
        try await ledger.close()
        let closed = try logs.bytes(segment)
        guard case .head(let head, let end) = SegmentRecord(closed, at: closed.count - Segment.headRecordLength) else {
            Issue.record("a closed segment ends with its head")
            return
        }
        #expect(head.size == 4 && end == closed.count)
        try logs.restore(left)
        #expect(Verification.log(folder: logs.folder, by: try logs.signer).isSound)
        let again = try await logs.open()
        #expect(try await again.append(try Logs.leaf(3)).index == 3)
        try await again.close()
        #expect(try logs.bytes(segment).count == closed.count)
        #expect(Verification.log(folder: logs.folder, by: try logs.signer).isSound)
    }

    @Test("a segment that follows another has room as well")
    func roomOfTheNext() async throws {
        let logs = try Logs()
        let ledger = try await logs.open(settings: .init(segmentBytes: 4096))
        var number = 0
        while try logs.segments().count < 3 {
            _ = try await ledger.append(try Logs.leaf(number))
            number += 1
        }
        let last = try #require(try logs.segments().last)
        let before = try logs.bytes(last)
        #expect(before.count > LogWriter.roomBytes / 2 && before.suffix(LogWriter.roomBytes / 2).allSatisfy { $0 == 0 })
        _ = try await ledger.append(try Logs.leaf(number))
        #expect(try logs.bytes(last).count == before.count, "a file that does not grow")
        try await ledger.close()
        #expect(Verification.log(folder: logs.folder, by: try logs.signer).isSound)
    }

    @Test("a batch of which a sector was never written is cut before it; what was signed before stays")
    func unwrittenSector() async throws {
        let logs = try Logs()
        let ledger = try await logs.open()
        _ = try await ledger.append(try Logs.leaf(0))
        let (before, note) = (try logs.snapshot(), ledger.checkpoint.note)
        _ = try await ledger.append(contentsOf: try Logs.leaves(1..<40))
        try await ledger.close()
        var files = try logs.snapshot()
        for place in 1024..<2048 { files[segment]?[place] = 0 }
        files[DurableMark.name] = before[DurableMark.name]
        try logs.restore(files)
        let again = try await logs.open()
        let size = Int(again.checkpoint.size)
        #expect((2..<20).contains(size))
        #expect(try await again.entries(0..<Int64(size)) == Logs.leaves(0..<size))
        let proof = try await again.consistencyProof(from: 1, to: Int64(size))
        _ = try Verification.growth(from: note, to: again.checkpoint.note, proof: proof, by: try logs.signer)
        try await again.close()
    }

    @Test("acknowledged leaves that are gone stop the log: a shorter file is no torn tail")
    func lostBatch() async throws {
        let logs = try Logs()
        let (before, whole, _) = try await log(logs)
        var files = whole
        files[segment] = before[segment]
        try logs.restore(files)
        do {
            try await logs.open().close()
            Issue.record("opened")
        } catch let LedgerError.damaged(damage) {
            #expect(damage.leaf == 2)
        }
    }

    @Test("damage in the middle says which leaf, even when every check was made to fit")
    func forgedLeaf() async throws {
        let logs = try Logs()
        let (_, whole, _) = try await log(logs)
        var bytes = try #require(whole[segment])
        let forged = try Leaf(
            kind: "test", fact: ID("2"), at: Instant(milliseconds: 2), digest: LedgerHash(sha256: [0]))
        let offsets = try #require(whole[LedgerCache.offsetsName])
        let place = Int(offsets[2 * 8 + 6]) << 8 | Int(offsets[2 * 8 + 7])
        var batch = LeafBatch()
        batch.add(forged)
        var record = batch.bytes
        Segment.seal(&record) { _, _ in }
        bytes.replaceSubrange(place..<place + record.count, with: record)
        try logs.write(bytes, to: segment)
        #expect(Verification.log(folder: logs.folder, by: try logs.signer).findings.first?.leaf == 2)
        do {
            try await logs.open().close()
            Issue.record("opened")
        } catch let LedgerError.damaged(damage) {
            #expect(damage.leaf == 2)
        }
    }

    @Test("a missing segment, the first, one in the middle or the last, stops the log")
    func missingSegment() async throws {
        let logs = try Logs()
        let ledger = try await logs.open(settings: .init(segmentBytes: 1000))
        for start in stride(from: 0, to: 60, by: 5) {
            _ = try await ledger.append(contentsOf: try Logs.leaves(start..<start + 5))
        }
        try await ledger.close()
        let whole = try logs.snapshot()
        let names = try logs.segments()
        #expect(names.count >= 4)
        for name in names {
            try logs.restore(whole.filter { $0.key != name })
            await #expect(throws: LedgerError.self, "\(name)") { try await logs.open() }
            #expect(!Verification.log(folder: logs.folder, by: try logs.signer).isSound)
        }
        try logs.restore(whole.filter { !names.contains($0.key) })
        await #expect(throws: LedgerError.self) { try await logs.open() }
        try logs.restore(whole)
        try await logs.open().close()
    }

    @Test("a file that grew beyond any segment is refused unread, and so is a batch that would make one")
    func hostileSize() async throws {
        let logs = try Logs()
        _ = try await log(logs)
        // Sparse: a terabyte that takes no room.
        let file = try DiskFile(logs.folder + "/" + segment)
        let size = try file.size()
        try file.truncate(to: 1 << 40)
        do {
            try await logs.open().close()
            Issue.record("opened")
        } catch let LedgerError.damaged(damage) {
            #expect(damage.reason.contains("\(1 << 40) bytes"))
        }
        #expect(!Verification.log(folder: logs.folder, by: try logs.signer).isSound)
        try file.truncate(to: size)
        let ledger = try await logs.open(settings: .init(waitingLeavesLimit: 10))
        await #expect(throws: LedgerError.self) { try await ledger.append(contentsOf: try Logs.leaves(4..<15)) }
        #expect(try await ledger.append(contentsOf: try Logs.leaves(4..<14)).count == 10)
        try await ledger.close()
        #expect(Ledger.Settings(segmentBytes: .max).segmentBytes < Segment.fileLimit)
    }

    @Test("what a disk leaves behind the last head: zeros, noise, or half of a head, is cut")
    func debris() async throws {
        let logs = try Logs()
        let (_, whole, note) = try await log(logs)
        var noise = SeededRandom(seed: 7)
        let tails = [
            [UInt8](repeating: 0, count: 4096), (0..<4096).map { _ in UInt8.random(in: 0...255, using: &noise) }, [0],
            [0, 0, 0, 120, 2] + [UInt8](repeating: 0, count: 100),
        ]
        for tail in tails {
            var files = whole
            files[segment] = (whole[segment] ?? []) + tail
            try logs.restore(files)
            let ledger = try await logs.open()
            #expect(ledger.checkpoint.note == note)
            try await ledger.close()
            #expect(try logs.bytes(segment) == whole[segment])
        }
    }

    @Test("a cache that is gone or spoilt is made again")
    func lostCache() async throws {
        let logs = try Logs()
        let settings = Ledger.Settings(segmentBytes: 1000, openingCheckBytes: 1)
        let ledger = try await logs.open(settings: settings)
        for start in stride(from: 0, to: 60, by: 5) {
            _ = try await ledger.append(contentsOf: try Logs.leaves(start..<start + 5))
        }
        try await ledger.close()
        let whole = try logs.snapshot()
        for name in [LedgerCache.hashesName, LedgerCache.offsetsName] {
            try logs.restore(whole.filter { $0.key != LedgerCache.hashesName && $0.key != name })
            try await logs.open(settings: settings).close()
            #expect(try logs.bytes(LedgerCache.hashesName) == whole[LedgerCache.hashesName])
        }
    }

    @Test("damage in a past that opening passes over is found soon after, and a past that is sound passes")
    func past() async throws {
        let logs = try Logs()
        let settings = Ledger.Settings(segmentBytes: 1000, openingCheckBytes: 1)
        var ledger = try await logs.open(settings: settings)
        for start in stride(from: 0, to: 60, by: 5) {
            _ = try await ledger.append(contentsOf: try Logs.leaves(start..<start + 5))
        }
        try await ledger.close()
        ledger = try await logs.open(settings: settings)
        try await ledger.checkPast()
        try await ledger.close()
        let segments = try logs.segments()
        #expect(segments.count > 3)
        for name in segments.dropLast() {
            let whole = try logs.bytes(name)
            var spoilt = whole
            spoilt[whole.count / 2] ^= 1
            try logs.write(spoilt, to: name)
            ledger = try await logs.open(settings: settings)
            await #expect {
                try await ledger.checkPast()
            } throws: { error in
                if case LedgerError.damaged(let damage) = error { damage.file == name } else { false }
            }
            try await ledger.close()
            try logs.write(whole, to: name)
        }
    }

    @Test("a place of a leaf that cannot be is refused, not read", arguments: [UInt8(0x7F), 0x10, 0x00])
    func wildOffset(first: UInt8) async throws {
        let logs = try Logs()
        let settings = Ledger.Settings(segmentBytes: 1000, openingCheckBytes: 1)
        let ledger = try await logs.open(settings: settings)
        for start in stride(from: 0, to: 60, by: 5) {
            _ = try await ledger.append(contentsOf: try Logs.leaves(start..<start + 5))
        }
        try await ledger.close()
        var offsets = try logs.bytes(LedgerCache.offsetsName)
        offsets[3 * 8] = first
        offsets[3 * 8 + 4] = 0xFF
        try logs.write(offsets, to: LedgerCache.offsetsName)
        let again = try await logs.open(settings: settings)
        await #expect(throws: LedgerError.self) { try await again.entries(0..<4) }
        await #expect(throws: LedgerError.self) { try await again.prove(3) }
        #expect(try await again.entries(20..<40).count == 20)
        try await again.close()
    }

    @Test("files copied at any moment while others write, and cut at will, open or are refused, and never lie")
    func copiedWhileWriting() async throws {
        let logs = try Logs()
        let ledger = try await logs.open()
        var random = SystemRandomNumberGenerator()
        for round in 0..<20 {
            async let writing = ledger.append(contentsOf: try Logs.leaves(round * 10..<round * 10 + 10))
            let mark = try logs.bytes(DurableMark.name)
            let known = ledger.checkpoint
            let segmentBytes = try logs.bytes(segment)
            _ = try await writing
            let copy = try Logs()
            try await copy.open().close()
            let signed = DurableMark(mark)?.offset ?? 0
            let length = Int.random(in: signed...max(signed, segmentBytes.count), using: &random)
            try copy.write(Array(segmentBytes.prefix(length)), to: segment)
            try copy.write(mark, to: DurableMark.name)
            let opened = try await copy.open()
            #expect(opened.checkpoint.size >= DurableMark(mark)?.size ?? 0)
            #expect(
                try await opened.entries(0..<opened.checkpoint.size) == Logs.leaves(0..<Int(opened.checkpoint.size)))
            #expect(known.size >= DurableMark(mark)?.size ?? 0)
            try await opened.close()
        }
        try await ledger.close()
    }
}
