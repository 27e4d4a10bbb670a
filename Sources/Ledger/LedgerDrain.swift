package import Database
package import Logging
import Vocabulary

/// Brings facts from the outbox into the ledger: right after a commit (`poke`) and every few seconds.
///
/// First it reads the ledger from its cursor on and writes the index of every leaf it finds into that fact's row, then
/// it appends what still has none. A crash between the two therefore neither loses a fact nor appends it twice, and
/// nothing depends on the order in which transactions commit.
package actor LedgerDrain {
    private let database: any Database
    private let ledger: Ledger
    private let outbox: LedgerOutbox
    private let pollSeconds: Int
    private let batch: Int
    private let logger: Logger
    private let pokes: AsyncStream<Void>
    private nonisolated let poker: AsyncStream<Void>.Continuation
    private var running: Task<Int, any Error>?
    /// As the database has it; nil until it was read and found to be of this log.
    private var cursor: Cursor?

    package init(
        database: any Database, ledger: Ledger, outbox: LedgerOutbox, logger: Logger, pollSeconds: Int = 5,
        batch: Int = 512
    ) {
        self.database = database
        self.ledger = ledger
        self.outbox = outbox
        self.logger = logger
        self.pollSeconds = pollSeconds
        self.batch = batch
        (pokes, poker) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Says that a transaction has committed. Pokes while a drain runs become one more drain, which, when nothing
    /// waits, is one look at an index.
    package nonisolated func poke() {
        poker.yield()
    }

    /// Brings over all that waits now. Returns how many leaves were appended.
    package func drain() async throws -> Int {
        let previous = running
        let task = Task {
            _ = await previous?.result
            return try await self.drainAll()
        }
        running = task
        return try await task.value
    }

    /// Drains at every poke and every `pollSeconds`, until cancelled. A failure is logged and tried again.
    package func run() async throws {
        await withThrowingTaskGroup { group in
            group.addTask { [poker, pollSeconds] in
                while true {
                    try await Task.sleep(for: .seconds(pollSeconds))
                    poker.yield()
                }
            }
            for await _ in pokes { await attempt() }
            group.cancelAll()
        }
        try Task.checkCancellation()
    }

    private func attempt() async {
        do {
            _ = try await drain()
        } catch {
            logger.error("ledger.drain failed, will try again", metadata: ["error": "\(error)"])
        }
    }

    private func drainAll() async throws -> Int {
        var moved = 0
        while true {
            try await reconcile()
            let leaves = try await database.read { [outbox, batch] in try outbox.waiting(limit: batch, in: $0) }
            if leaves.isEmpty { return moved }
            _ = try await ledger.append(contentsOf: leaves)
            moved += leaves.count
        }
    }
}

/// The cursor follows ledger indexes only: the size up to which rows know their index, and the root at that size.
extension LedgerDrain {
    fileprivate struct Cursor: Sendable {
        var size: Int64 = 0
        var root = LedgerHash.empty
    }

    private func reconcile() async throws {
        var cursor = try await knownCursor()
        while cursor.size < ledger.checkpoint.size {
            let end = min(cursor.size + Int64(batch), ledger.checkpoint.size)
            let leaves = try await ledger.entries(cursor.size..<end)
            let next = Cursor(size: end, root: try await ledger.rootHash(at: end))
            try await database.write { [outbox, cursor] tx in
                for (place, leaf) in leaves.enumerated() where leaf.source == .outbox {
                    try outbox.mark(leaf.fact, at: cursor.size + Int64(place), in: tx)
                }
                try outbox.setCursor(next.size, next.root, in: tx)
            }
            cursor = next
            self.cursor = next
        }
    }

    /// Read once: afterwards nobody but this drain writes it.
    private func knownCursor() async throws -> Cursor {
        if let cursor { return cursor }
        let stored = try await database.read { [outbox] in try outbox.cursor(in: $0) }
        let found = stored.map { Cursor(size: $0.0, root: $0.1) } ?? Cursor()
        let size = ledger.checkpoint.size
        guard found.size <= size else {
            throw LedgerError.notTheLogOfThisDatabase(
                "the database has seen \(found.size) leaves, the log has \(size)")
        }
        guard try await ledger.rootHash(at: found.size) == found.root else {
            throw LedgerError.notTheLogOfThisDatabase(
                "the log's first \(found.size) leaves are not those the database has seen")
        }
        cursor = found
        return found
    }
}

extension LedgerOutbox {
    func cursor(in tx: any Transaction) throws -> (Int64, LedgerHash)? {
        try tx.row("SELECT size, root FROM ledger_cursor WHERE log = \(log)").map { row in
            (try row.get("size"), try LedgerHash(try row.get("root", as: [UInt8].self)).orInvalid("root"))
        }
    }

    func setCursor(_ size: Int64, _ root: LedgerHash, in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO ledger_cursor (log, size, root) VALUES (\(log), \(size), \(root.bytes))
            ON CONFLICT (log) DO UPDATE SET size = excluded.size, root = excluded.root
            """)
    }

    func mark(_ fact: ID<LedgerFact>, at index: Int64, in tx: any Transaction) throws {
        try tx.execute(
            "UPDATE ledger_fact SET leaf_index = \(index) WHERE id = \(fact) AND log = \(log) AND leaf_index IS NULL")
    }
}
