import Foundation
import GRDB
import Glibc
import Synchronization

/// SQLite in WAL mode: one writer, many readers, every commit on the disk when `write` returns.
///
/// Writes commit in groups. What queues while one commit waits for the disk shares the next one, so that many small
/// writes cost few fsyncs and a single one waits for nobody; see `WriteGroup`.
package final class SQLite: Database {
    let pool: DatabasePool
    private let queue = Mutex(Queue())
    package var dialect: Dialect { .sqlite }

    private struct Queue {
        var waiting: [any QueuedWrite] = []
        var isCommitting = false
        var groups = 0
    }

    /// For tests: what is seen of the queue from outside.
    var waitingWrites: Int { queue.withLock { $0.waiting.count } }
    var commits: Int { queue.withLock { $0.groups } }

    /// Writes of one commit. Bounds how long the first of them waits for the last.
    static let groupLimit = 256

    package init(path: String) throws {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(10)
        configuration.maximumReaderCount = 6
        configuration.label = "database.sqlite"
        configuration.allowsUnsafeTransactions = true  // WriteGroup says BEGIN and COMMIT itself
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA journal_size_limit = 67108864")
            // What was erased is overwritten with zeros, not left in free pages.
            try db.execute(sql: "PRAGMA secure_delete = ON")
        }
        try SQLite.makePrivate(path)
        pool = try DatabasePool(path: path, configuration: configuration)
        // GRDB chooses NORMAL for WAL after its own preparation; a power cut could then undo what was acknowledged.
        try pool.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA synchronous = FULL")
            // A page of an index that many commits touch is written back once, not after every second commit, and is
            // not looked for in the WAL in between.
            try db.execute(sql: "PRAGMA wal_autocheckpoint = 4000")
            try db.execute(sql: "PRAGMA cache_size = -6144")
        }
    }

    /// Closes the readers that do nothing, with all that each of them remembers of the schema, and forgets statements.
    package func rest() { pool.releaseMemoryEventually() }

    /// Only this user may read the files, also those that were made before. A file that is there is not opened: closing
    /// it would let go of the locks that another `SQLite` of this process has on it.
    private static func makePrivate(_ path: String) throws(SQLError) {
        let made = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if made >= 0 { Glibc.close(made) }
        guard made >= 0 || errno == EEXIST else {
            throw SQLError(kind: .storage, code: "14", message: "cannot make the database file (\(errno))", sql: "")
        }
        for suffix in ["", "-wal", "-shm"] { chmod(path + suffix, 0o600) }
    }

    package func read<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T {
        do {
            return try await pool.read { db in
                let transaction = SQLiteTransaction(db)
                let value = try body(transaction)
                if let failure = transaction.failure { throw failure }
                return value
            }
        } catch {
            if Task.isCancelled { throw CancellationError() }  // GRDB interrupted the query
            throw SQLError.from(error)
        }
    }

    /// A task that is cancelled before its write was queued throws; later, the write runs and its result comes back.
    @discardableResult
    package func write<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T {
        try Task.checkCancellation()
        return try await withCheckedThrowingContinuation { caller in
            let write = Write(body, caller)
            let isFirst = queue.withLock { queue in
                queue.waiting.append(write)
                defer { queue.isCommitting = true }
                return !queue.isCommitting
            }
            if isFirst { commitNextGroup() }
        }
    }

    package func close() async throws {
        try pool.close()
    }

    private func commitNextGroup() {
        pool.asyncWriteWithoutTransaction { db in
            let group = self.queue.withLock { queue in
                let group = Array(queue.waiting.prefix(SQLite.groupLimit))
                queue.waiting.removeFirst(group.count)
                queue.groups += 1
                return group
            }
            WriteGroup(db, group).run()
            let isMore = self.queue.withLock { queue in
                queue.isCommitting = !queue.waiting.isEmpty
                return queue.isCommitting
            }
            if isMore { self.commitNextGroup() }
        }
    }
}
