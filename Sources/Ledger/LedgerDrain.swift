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
    /// This drain among all that ever had the outbox.
    private let holder: String
    /// Whether the outbox was taken over; it is never taken back.
    private var hasBegun = false
    /// As the database has it; nil until it was read and found to be of this log.
    private var cursor: LedgerOutbox.Cursor?

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
        holder = Hex.encode(outbox.random(8))
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
            let leaves = try await database.read { [outbox, batch, holder] tx in
                try outbox.waiting(limit: batch, for: holder, in: tx)
            }
            if leaves.isEmpty { return moved }
            _ = try await ledger.append(contentsOf: leaves)
            moved += leaves.count
        }
    }
}

/// The cursor follows ledger indexes only: the size up to which rows know their index, and the root at that size.
extension LedgerDrain {
    /// When it fails nobody knows what the database holds by now, so the cursor is read again next time.
    private func reconcile() async throws {
        do {
            try await advance(from: try await knownCursor())
        } catch {
            cursor = nil
            throw error
        }
    }

    private func advance(from known: LedgerOutbox.Cursor) async throws {
        var cursor = known
        while cursor.size < ledger.checkpoint.size {
            let end = min(cursor.size + Int64(batch), ledger.checkpoint.size)
            let leaves = try await ledger.entries(cursor.size..<end)
            let next = LedgerOutbox.Cursor(size: end, root: try await ledger.rootHash(at: end), holder: holder)
            try await database.write { [outbox, cursor, holder] tx in
                for (place, leaf) in leaves.enumerated() where leaf.source == .outbox {
                    try outbox.mark(leaf.fact, at: cursor.size + Int64(place), in: tx)
                }
                try outbox.moveCursor(from: cursor, to: next, by: holder, in: tx)
            }
            cursor = next
            self.cursor = next
        }
    }

    /// Read once: afterwards nobody but this drain may write it.
    private func knownCursor() async throws -> LedgerOutbox.Cursor {
        if let cursor { return cursor }
        let found = try await database.read { [outbox] in try outbox.cursor(in: $0) } ?? .init()
        let size = ledger.checkpoint.size
        guard found.size <= size else {
            throw LedgerError.notTheLogOfThisDatabase(
                "the database has seen \(found.size) leaves, the log has \(size)")
        }
        guard try await ledger.rootHash(at: found.size) == found.root else {
            throw LedgerError.notTheLogOfThisDatabase(
                "the log's first \(found.size) leaves are not those the database has seen")
        }
        if !hasBegun {
            try await database.write { [outbox, holder] in
                try outbox.moveCursor(from: found, to: found, by: holder, in: $0)
            }
            hasBegun = true
        }
        let own = LedgerOutbox.Cursor(size: found.size, root: found.root, holder: holder)
        cursor = own
        return own
    }
}

/// The outbox belongs to the drain that began last. Two that gave the same facts to two logs would each tell half of
/// the truth, so the earlier one is refused from then on.
extension LedgerOutbox {
    /// Up to where rows know their index, the root of the log there, and whose the outbox is.
    struct Cursor: Sendable {
        var size: Int64 = 0
        var root = LedgerHash.empty
        var holder: String?
    }

    func cursor(in tx: any Transaction) throws -> Cursor? {
        try tx.row("SELECT size, root, holder FROM ledger_cursor WHERE log = \(log)").map { row in
            Cursor(
                size: try row.get("size"),
                root: try LedgerHash(try row.get("root", as: [UInt8].self)).orInvalid("root"),
                holder: try row.get("holder"))
        }
    }

    /// From where it was found and from nowhere else; `old.holder` must still have it.
    func moveCursor(from old: Cursor, to new: Cursor, by holder: String, in tx: any Transaction) throws {
        if let now = try cursor(in: tx) {
            guard now.holder == old.holder, now.size == old.size, now.root == old.root else { throw taken }
        }
        try tx.execute(
            """
            INSERT INTO ledger_cursor (log, size, root, holder)
            VALUES (\(log), \(new.size), \(new.root.bytes), \(holder))
            ON CONFLICT (log) DO UPDATE SET size = excluded.size, root = excluded.root, holder = excluded.holder
            """)
    }

    var taken: LedgerError {
        .notTheLogOfThisDatabase("another process brings the facts of \(log) into its own log")
    }

    func mark(_ fact: ID<LedgerFact>, at index: Int64, in tx: any Transaction) throws {
        try tx.execute(
            "UPDATE ledger_fact SET leaf_index = \(index) WHERE id = \(fact) AND log = \(log) AND leaf_index IS NULL")
    }
}
