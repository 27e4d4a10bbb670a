package import Crypto
import Dispatch
package import Logging
import Synchronization
package import Vocabulary

/// An append-only Merkle log (nhật ký chỉ ghi thêm): leaves in segment files, signed heads, proofs that need no trust.
///
/// `append` returns when the leaf is on the disk and covered by a signed head. Leaves that come while the disk is busy
/// form the next batch, which costs one signature and one `fdatasync`; there is no timer. Disk work is done on two
/// threads of the log's own, one that writes and one that reads.
package final class Ledger: Sendable {
    package struct Settings: Sendable {
        /// A segment is closed when it has so many bytes.
        package var segmentBytes: Int
        /// So much of the log's end is read again and checked when it is opened; `checkPast` reads the rest.
        package var openingCheckBytes: Int
        /// Leaves that may wait for the disk before `append` answers `busy`, and that one call may bring.
        package var waitingLeavesLimit: Int
        /// Throws what a failing disk would.
        var fault: DiskFile.Fault?

        package init(
            segmentBytes: Int = 16 << 20, openingCheckBytes: Int = 64 << 20, waitingLeavesLimit: Int = 65_536
        ) {
            self.segmentBytes = min(segmentBytes, Segment.fileLimit / 4)
            self.openingCheckBytes = openingCheckBytes
            self.waitingLeavesLimit = min(waitingLeavesLimit, Segment.fileLimit / 2 / Segment.leafRecordLimit)
        }
    }

    /// Whoever has this can check everything the log says: `H40.example/ledger+1a2b3c4d+AW…`.
    package let verifierKey: VerifierKey
    let folder: DiskFolder
    let cache: LedgerCache
    /// The first leaf that opening read again; the ones before it are for `checkPast`.
    let checkedFrom: Int64
    private let settings: Settings
    private let front: Mutex<Front>
    private let writer: Mutex<LogWriter?>
    private let writing: DispatchQueue
    private let reading: DispatchQueue

    /// What callers see while the disk works.
    fileprivate struct Front {
        var checkpoint: Checkpoint
        var segments: [Int64]
        var waiting: [Waiting] = []
        var waitingLeaves = 0
        var isWriting = false
        var isClosed = false
        /// The last batch did not reach the disk.
        var hasFailed = false
    }

    fileprivate struct Waiting: Sendable {
        let leaves: LeafBatch
        let then: @Sendable (Result<Written, any Error>) -> Void
    }

    /// Where leaves that were appended together stand: from this one on, under this head.
    package struct Written: Sendable {
        package let first: Int64
        package let checkpoint: Checkpoint
    }

    /// Opens the log in `folder`, or begins one there. Takes the folder's lock until `close`.
    ///
    /// - Parameters:
    ///   - origin: the name of the log, as `H40.example/ledger`; first line of every checkpoint.
    ///   - key: signs the heads. A log keeps its key for life.
    /// - Throws: `LedgerError`: `locked`, `wrongKey`, `damaged` (says which leaf), `disk`.
    package static func open(
        folder: String, origin: String, key: Curve25519.Signing.PrivateKey, now: @escaping Clock, logger: Logger,
        settings: Settings = Settings()
    ) async throws -> Ledger {
        let signer = try VerifierKey(name: origin, key: key.publicKey)
        let opening = Opening(
            folder: DiskFolder(path: folder), signer: signer, key: key, now: now, settings: settings, logger: logger)
        let queue = DispatchQueue(label: "ledger.write")
        return try await queue.run { Ledger(writer: try opening.open(), writing: queue) }
    }

    private init(writer: LogWriter, writing: DispatchQueue) {
        verifierKey = writer.signer
        folder = writer.folder
        cache = writer.cache
        settings = writer.settings
        checkedFrom = writer.checkedFrom
        front = Mutex(Front(checkpoint: writer.head.checkpoint(of: writer.signer), segments: writer.segments))
        self.writer = Mutex(writer)
        self.writing = writing
        reading = DispatchQueue(label: "ledger.read")
    }

    /// The latest signed head.
    package var checkpoint: Checkpoint {
        front.withLock { $0.checkpoint }
    }

    package func append(_ leaf: Leaf) async throws -> Receipt {
        let written = try await enqueue([leaf])
        return Receipt(leaf: leaf, index: written.first, checkpoint: written.checkpoint)
    }

    /// All of them or none, one after the other, in one batch.
    package func append(contentsOf leaves: [Leaf]) async throws -> [Receipt] {
        guard !leaves.isEmpty else { return [] }
        let written = try await enqueue(leaves)
        return leaves.enumerated().map { place, leaf in
            Receipt(leaf: leaf, index: written.first + Int64(place), checkpoint: written.checkpoint)
        }
    }

    /// For whoever cannot wait: says when all of the batch is durable under a signed head, or that none of it is.
    ///
    /// - Parameter then: called on the log's own thread, which it must not hold up; or at once on this one when the
    ///   batch cannot be taken, which is then `busy` or `closed`.
    package func append(_ batch: LeafBatch, then: @escaping @Sendable (Result<Written, any Error>) -> Void) {
        let outcome = front.withLock {
            $0.add(Waiting(leaves: batch, then: then), limit: settings.waitingLeavesLimit)
        }
        switch outcome {
        case .success(let mustStart): if mustStart { writing.async { self.writeWhatWaits() } }
        case .failure(let error): then(.failure(error))
        }
    }

    /// Whether the last leaf reached the disk and the next one would be taken.
    package var isWritable: Bool { front.withLock { !$0.isClosed && !$0.hasFailed } }

    /// Waits for what was appended, then lets go of the files and the lock. Closing twice is once.
    package func close() async throws {
        front.withLock { $0.isClosed = true }
        try await writing.run {
            try self.writer.withLock { writer in
                // Whatever the disk says: the next one to open the log reads it again anyway.
                defer { writer = nil }
                try writer?.close()
                try writer?.mark.sync()
            }
        }
    }
}

/// Writing: natural batches.
extension Ledger {
    private func enqueue(_ leaves: [Leaf]) async throws -> Written {
        var batch = LeafBatch()
        for leaf in leaves { batch.add(leaf) }
        return try await withCheckedThrowingContinuation { [batch] continuation in
            append(batch) { continuation.resume(with: $0) }
        }
    }

    private func writeWhatWaits() {
        while true {
            let batch = front.withLock { $0.take() }
            if batch.isEmpty { return }
            do {
                let first = checkpoint.size
                let (signed, segments) = try write(batch.map(\.leaves))
                front.withLock { ($0.checkpoint, $0.segments, $0.hasFailed) = (signed, segments, false) }
                Ledger.acknowledge(batch, from: first, signed)
            } catch {
                front.withLock { $0.hasFailed = true }
                for waiting in batch { waiting.then(.failure(error)) }
            }
        }
    }

    private func write(_ leaves: [LeafBatch]) throws -> (Checkpoint, [Int64]) {
        try writer.withLock { writer in
            guard let signed = try writer?.write(leaves), let segments = writer?.segments else {
                throw LedgerError.closed
            }
            return (signed, segments)
        }
    }

    private static func acknowledge(_ batch: [Waiting], from first: Int64, _ checkpoint: Checkpoint) {
        var next = first
        for waiting in batch {
            waiting.then(.success(Written(first: next, checkpoint: checkpoint)))
            next += Int64(waiting.leaves.count)
        }
    }
}

extension Ledger.Front {
    /// Whether the writer must be woken.
    fileprivate mutating func add(_ new: Ledger.Waiting, limit: Int) -> Result<Bool, LedgerError> {
        if isClosed { return .failure(.closed) }
        guard new.leaves.count <= limit else {
            return .failure(.invalid("one batch has at most \(limit) leaves, not \(new.leaves.count)"))
        }
        if waitingLeaves + new.leaves.count > limit { return .failure(.busy) }
        waiting.append(new)
        waitingLeaves += new.leaves.count
        defer { isWriting = true }
        return .success(!isWriting)
    }

    fileprivate mutating func take() -> [Ledger.Waiting] {
        defer { (waiting, waitingLeaves) = ([], 0) }
        isWriting = !waiting.isEmpty
        return waiting
    }
}

extension Ledger {
    /// Reads on the log's own thread, so that a slow disk holds up nobody else.
    func readHere<T: Sendable>(_ body: @escaping @Sendable (LedgerReader) throws -> T) async throws -> T {
        try await reading.run { [folder, cache] in
            let (checkpoint, segments) = self.front.withLock { ($0.checkpoint, $0.segments) }
            return try body(LedgerReader(folder: folder, cache: cache, segments: segments, checkpoint: checkpoint))
        }
    }
}
