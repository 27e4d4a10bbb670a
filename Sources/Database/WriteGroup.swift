import GRDB
import Synchronization

/// A write that waits for its commit.
protocol QueuedWrite: Sendable {
    /// Runs the body and keeps what came of it. May run again in another transaction.
    func attempt(in transaction: SQLiteTransaction) throws
    /// The caller gets what the last attempt kept: it is committed.
    func acknowledge()
    func fail(_ error: any Error)
}

final class Write<T: Sendable>: QueuedWrite {
    private let body: @Sendable (any Transaction) throws -> T
    private let caller: CheckedContinuation<T, any Error>
    private let value = Mutex<T?>(nil)

    init(_ body: @escaping @Sendable (any Transaction) throws -> T, _ caller: CheckedContinuation<T, any Error>) {
        self.body = body
        self.caller = caller
    }

    func attempt(in transaction: SQLiteTransaction) throws {
        let new = try body(transaction)
        if let failure = transaction.failure { throw failure }
        value.withLock { $0 = new }
    }

    func acknowledge() {
        if let value = value.withLock({ $0 }) { caller.resume(returning: value) }
    }

    func fail(_ error: any Error) {
        caller.resume(throwing: error)
    }
}

/// Writes that share one IMMEDIATE transaction, each in a savepoint of its own.
///
/// A body that throws loses its savepoint and nothing else. When the transaction itself is lost (a full disk, a COMMIT
/// that fails, an engine that rolled back by itself), nobody has been told anything yet, and each write runs again
/// alone: the one at fault fails, its neighbours do not.
struct WriteGroup {
    private let db: GRDB.Database
    private let writes: [any QueuedWrite]

    init(_ db: GRDB.Database, _ writes: [any QueuedWrite]) {
        self.db = db
        self.writes = writes
    }

    func run() {
        guard writes.count > 1 else { return writes.forEach(runAlone) }
        do {
            try db.execute(sql: "BEGIN IMMEDIATE")
        } catch {
            return writes.forEach { $0.fail(SQLError.from(error)) }
        }
        do {
            let errors = try runTogether()
            for (write, error) in zip(writes, errors) {
                if let error { write.fail(error) } else { write.acknowledge() }
            }
        } catch {
            rollBack()
            writes.forEach(runAlone)
        }
    }

    /// For each write what its body threw. Throws when the transaction is lost.
    private func runTogether() throws -> [(any Error)?] {
        let errors = try writes.map(runInSavepoint)
        try db.execute(sql: "COMMIT")
        return errors
    }

    private func runInSavepoint(_ write: any QueuedWrite) throws -> (any Error)? {
        try control("SAVEPOINT one")
        var failure: (any Error)?
        let transaction = SQLiteTransaction(db)
        do {
            try write.attempt(in: transaction)
        } catch {
            if transaction.failure?.kind == .storage || !db.isInsideTransaction { throw error }
            failure = error
            try control("ROLLBACK TO one")
        }
        try control("RELEASE one")
        return failure
    }

    private func runAlone(_ write: any QueuedWrite) {
        do {
            try db.execute(sql: "BEGIN IMMEDIATE")
            try write.attempt(in: SQLiteTransaction(db))
            try db.execute(sql: "COMMIT")
        } catch {
            rollBack()
            return write.fail(SQLError.from(error))
        }
        write.acknowledge()
    }

    private func control(_ sql: String) throws {
        try db.cachedStatement(sql: sql).execute()
    }

    private func rollBack() {
        if db.isInsideTransaction { try? db.execute(sql: "ROLLBACK") }
    }
}
