import Crypto
import StrictJSON
import TestKit
import Testing
import Vocabulary

@testable import Ledger

/// What the log promises while all goes well.
@Suite("Ledger")
struct LedgerTests {
    @Test("a leaf is there under a signed head when append returns, and proves itself")
    func append() async throws {
        let logs = try Logs()
        let ledger = try await logs.open()
        #expect(ledger.checkpoint.size == 0)
        #expect(ledger.checkpoint.root == .empty)
        let receipt = try await ledger.append(try Logs.leaf(0))
        #expect((receipt.index, receipt.checkpoint.size) == (0, 1))
        #expect(receipt.checkpoint.root == .leaf(try Logs.leaf(0).bytes))
        let more = try await ledger.append(contentsOf: try Logs.leaves(1..<20))
        #expect(more.map(\.index) == Array(1..<20))
        #expect(try Checkpoint(ledger.checkpoint.note, by: try logs.signer).size == 20)
        for receipt in more {
            let proven = try await ledger.prove(receipt)
            #expect(try Verification.receipt(proven.json.encoded(), by: try logs.signer) == proven.read)
        }
        try await ledger.close()
    }

    @Test("256 that append at once get 256 places, in few batches")
    func concurrent() async throws {
        let logs = try Logs()
        let ledger = try await logs.open()
        let receipts = try await withThrowingTaskGroup { group in
            for number in 0..<256 {
                group.addTask {
                    var receipts: [Receipt] = []
                    for turn in 0..<4 { receipts.append(try await ledger.append(try Logs.leaf(number * 4 + turn))) }
                    return receipts
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(Set(receipts.map(\.index)) == Set(0..<1024))
        let entries = try await ledger.entries(0..<1024)
        for receipt in receipts {
            #expect(entries[Int(receipt.index)] == receipt.leaf)
            #expect(receipt.checkpoint.size > receipt.index)
        }
        #expect(Set(receipts.map(\.checkpoint.size)).count < 512)
        try await ledger.close()
        #expect(Verification.log(folder: logs.folder, by: try logs.signer).isSound)
    }

    @Test("a log goes on where it stopped, over many segments, and its past stays its past")
    func reopen() async throws {
        let logs = try Logs()
        var (notes, count) = ([String](), 0)
        for size in [1, 0, 7, 300, 2, 41] {
            let ledger = try await logs.open(settings: .init(segmentBytes: 4096, openingCheckBytes: 10_000))
            #expect(ledger.checkpoint.size == Int64(count))
            #expect(notes.last == nil || ledger.checkpoint.note == notes.last)
            for start in stride(from: 0, to: size, by: 10) {
                let end = min(start + 10, size)
                _ = try await ledger.append(contentsOf: try Logs.leaves(count + start..<count + end))
            }
            count += size
            notes.append(ledger.checkpoint.note)
            try await ledger.close()
        }
        #expect(try logs.segments().count > 3)
        let ledger = try await logs.open()
        for old in notes {
            let size = try Checkpoint(old, by: try logs.signer).size
            let proof = try await ledger.consistencyProof(from: size, to: ledger.checkpoint.size)
            _ = try Verification.growth(from: old, to: ledger.checkpoint.note, proof: proof, by: try logs.signer)
        }
        #expect(try await ledger.entries(0..<Int64(count)) == Logs.leaves(0..<count))
        try await ledger.close()
        let report = Verification.log(folder: logs.folder, by: try logs.signer)
        #expect(report.isSound, "\(report.findings)")
        #expect(report.checkpoint?.note == notes.last)
    }

    @Test("a lock that somebody is letting go of is waited for")
    func letGo() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        var holder: DiskFile? = try DiskFile(folder.path + "/lock")
        #expect(try holder?.lock() == true)
        let next = try DiskFile(folder.path + "/lock")
        var pauses = 0
        #expect(try !next.lock { pauses += 1 })
        #expect(pauses == 50)
        #expect(try next.lock { holder = nil })
    }

    @Test("one writer at a time")
    func locked() async throws {
        let logs = try Logs()
        let ledger = try await logs.open()
        await #expect(throws: LedgerError.locked(folder: logs.folder)) { try await logs.open() }
        try await ledger.close()
        try await ledger.close()
        await #expect(throws: LedgerError.closed) { try await ledger.append(try Logs.leaf(0)) }
        try await logs.open().close()
    }

    @Test("a log that the disk does not let end well lets go of its folder all the same")
    func closedBadly() async throws {
        let (logs, disk) = (try Logs(), FailingDisk())
        let ledger = try await logs.open(settings: disk.settings)
        _ = try await ledger.append(try Logs.leaf(0))
        disk.fail(.truncate)
        await #expect(throws: LedgerError.disk(call: "truncate", code: 28)) { try await ledger.close() }
        let next = try await logs.open()
        #expect(next.checkpoint.size == 1)
        try await next.close()
    }

    @Test("another key or name is refused")
    func wrongKey() async throws {
        let logs = try Logs()
        try await logs.open().close()
        await #expect(throws: LedgerError.self) { try await logs.open(key: .init()) }
        try logs.write(try logs.bytes("key").reversed(), to: "key")
        await #expect(throws: LedgerError.self) { try await logs.open() }
    }

    @Test("tiles give back the root, entries give back the leaves")
    func tiles() async throws {
        let logs = try Logs()
        let ledger = try await logs.open()
        let leaves = try Logs.leaves(0..<600)
        _ = try await ledger.append(contentsOf: leaves)
        var (hashes, entries) = ([UInt8](), [[UInt8]]())
        for path in ["tile/0/000", "tile/0/001", "tile/0/002.p/88"] {
            let tile = try #require(TilePath(path))
            hashes += try #require(await ledger.hashTile(tile))
            let bundle = TilePath(.entries, index: tile.index, width: tile.width)
            var rest = try #require(await ledger.entryBundle(bundle))[...]
            while let high = rest.popFirst(), let low = rest.popFirst() {
                let entry = rest.take(Int(high) << 8 | Int(low))
                entries.append(Array(try #require(entry)))
            }
        }
        #expect(entries == leaves.map(\.bytes))
        var tree = Frontier()
        for start in stride(from: 0, to: hashes.count, by: 32) {
            tree.append(try #require(LedgerHash(hashes[start..<start + 32])))
        }
        #expect(tree.root == ledger.checkpoint.root)
        let above = try #require(await ledger.hashTile(TilePath(.hashes(level: 1), index: 0, width: 2)))
        var first = Frontier()
        for leaf in leaves.prefix(256) { first.append(.leaf(leaf.bytes)) }
        #expect(LedgerHash(above.prefix(32)) == first.root)
        for path in [
            "tile/0/002", "tile/0/002.p/89", "tile/0/003", "tile/1/000", "tile/2/000.p/1", "tile/7/x999/x999/x999/999",
        ] {
            let beyond = try #require(TilePath(path))
            #expect(try await ledger.hashTile(beyond) == nil, "\(path)")
        }
        #expect(try await ledger.hashTile(TilePath(.entries, index: 0)) == nil)
        #expect(try await ledger.entryBundle(TilePath(.hashes(level: 0), index: 0)) == nil)
        try await ledger.close()
    }

    @Test(
        "a disk that fails fails the appenders, loses nothing acknowledged, and is used again when it works",
        arguments: [
            [DiskFile.Call.sync], [.write], [.sync, .truncate], [.write, .truncate],
        ])
    func failingDisk(_ calls: [DiskFile.Call]) async throws {
        let logs = try Logs()
        let disk = FailingDisk()
        let ledger = try await logs.open(settings: disk.settings)
        _ = try await ledger.append(try Logs.leaf(0))
        for call in calls { disk.fail(call) }
        for _ in 0..<2 {
            await #expect(throws: LedgerError.self) { try await ledger.append(contentsOf: try Logs.leaves(100..<110)) }
        }
        #expect(ledger.checkpoint.size == 1)
        disk.heal()
        #expect(try await ledger.append(try Logs.leaf(1)).index == 1)
        try await ledger.close()
        #expect(Verification.log(folder: logs.folder, by: try logs.signer).isSound)
        let again = try await logs.open()
        #expect(try await again.entries(0..<2) == Logs.leaves(0..<2))
        try await again.close()
    }

    @Test("what lies outside the log is said to be outside")
    func bounds() async throws {
        let logs = try Logs()
        let ledger = try await logs.open()
        _ = try await ledger.append(try Logs.leaf(0))
        await #expect(throws: LedgerError.self) { try await ledger.entries(0..<2) }
        await #expect(throws: LedgerError.self) { try await ledger.inclusionProof(of: 1, in: 1) }
        await #expect(throws: LedgerError.self) { try await ledger.inclusionProof(of: 0, in: 2) }
        await #expect(throws: LedgerError.self) { try await ledger.consistencyProof(from: 2, to: 1) }
        await #expect(throws: LedgerError.self) { try await ledger.prove(1) }
        #expect(try await ledger.append(contentsOf: []).isEmpty)
        try await ledger.close()
    }
}

extension ProvenReceipt {
    /// As it is after reading: the signer's own clock is not in a note.
    var read: ProvenReceipt {
        let old = receipt.checkpoint
        let head = Checkpoint(origin: old.origin, size: old.size, root: old.root, note: old.note, at: nil)
        return ProvenReceipt(
            receipt: Receipt(leaf: receipt.leaf, index: receipt.index, checkpoint: head), proof: proof,
            disclosed: disclosed)
    }
}
