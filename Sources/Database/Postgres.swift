import Dispatch
import NIOPosix
import Synchronization

/// PostgreSQL: shared state of several processes.
///
/// libpq blocks, so every transaction runs on a thread of our own; there are as many threads as connections, and
/// a transaction that runs always finds one. A connection that broke is replaced by the next transaction.
package final class Postgres: Database {
    private let settings: PostgresSettings
    private let threads: NIOThreadPool
    private let idle = Mutex<[PostgresConnection]>([])
    package var dialect: Dialect { .postgres }

    /// Connects once to see that the database is there and sorts text by its bytes, as SQLite does.
    package static func open(_ settings: PostgresSettings) async throws -> Postgres {
        let database = Postgres(settings)
        do {
            try await database.checkCollation()
        } catch {
            try await database.close()
            throw error
        }
        return database
    }

    private init(_ settings: PostgresSettings) {
        self.settings = settings
        threads = NIOThreadPool(numberOfThreads: settings.connections)
        threads.start()
    }

    /// When the task is cancelled, the server is told to stop.
    package func read<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T {
        let reading = Reading()
        return try await withTaskCancellationHandler {
            do {
                return try await retrying("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", reading, body)
            } catch {
                throw Task.isCancelled ? CancellationError() : error
            }
        } onCancel: {
            reading.cancelSoon(.now())
        }
    }

    @discardableResult
    package func write<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T {
        try await retrying("BEGIN ISOLATION LEVEL SERIALIZABLE", nil, body)
    }

    /// One statement outside a transaction, for whoever keeps the server: `CREATE DATABASE`, `VACUUM`.
    package func administer(_ sql: SQL) async throws {
        let text = try BoundStatement(sql, for: .postgres).text
        try await onThread { _ = try $0.command(text) }
    }

    /// Nothing: what is remembered stands in the server.
    package func rest() {}

    package func close() async throws {
        try await threads.shutdownGracefully()
        idle.withLock { $0 = [] }
    }

    /// Forty rivals on one row all get through within twelve tries when each waits a random time (full jitter).
    private func retrying<T: Sendable>(
        _ begin: String, _ reading: Reading?, _ body: @escaping @Sendable (any Transaction) throws -> T
    ) async throws -> T {
        var tries = 1
        while true {
            do {
                return try await onThread { connection in
                    try reading?.begin(on: connection)
                    defer { reading?.end() }
                    return try connection.transaction(begin, body)
                }
            } catch let error as SQLError where error.deservesAnotherTry && tries < 12 {
                try await Task.sleep(for: .milliseconds(Int.random(in: 0...(4 << min(tries, 7)))))
                tries += 1
            }
        }
    }

    private func onThread<T: Sendable>(_ work: @escaping @Sendable (PostgresConnection) throws -> T) async throws -> T {
        try await threads.runIfActive {
            let connection = try self.idle.withLock { $0.popLast() } ?? PostgresConnection(self.settings)
            defer { self.giveBack(connection) }
            return try work(connection)
        }
    }

    /// When one broke, the server probably went away with all of them.
    private func giveBack(_ connection: PostgresConnection) {
        idle.withLock { idle in
            if connection.isBroken {
                idle = []
            } else if connection.isUsable {
                idle.append(connection)
            }
        }
    }

    /// Asks by example: since PostgreSQL 15 the collation's name no longer says who sorts.
    private func checkCollation() async throws {
        let row = try await read { tx in
            try tx.row("SELECT 'B' < 'a' AND 'a-b' < 'aa' AS bytewise, current_setting('server_encoding') AS encoding")
        }
        guard let row, try row.get("bytewise"), try row.get("encoding") == "UTF8" else {
            throw SQLError.refused(
                "collation",
                "create the database with ENCODING 'UTF8' LOCALE 'C' TEMPLATE template0: this one sorts otherwise")
        }
    }
}

/// A read and the connection it runs on, for whoever cancels it.
private final class Reading: Sendable {
    private let state = Mutex<(connection: PostgresConnection?, isCancelled: Bool)>((nil, false))

    func begin(on connection: PostgresConnection) throws {
        try state.withLock { state in
            if state.isCancelled { throw CancellationError() }
            state.connection = connection
        }
    }

    /// Waits for a cancellation that is under way, so that it cannot hit the connection's next transaction.
    func end() {
        state.withLock { $0.connection = nil }
    }

    /// Again and again until the read ends: a request that arrives between two statements is lost.
    func cancelSoon(_ deadline: DispatchTime) {
        DispatchQueue.global().asyncAfter(deadline: deadline) {
            let isRunning = self.state.withLock { state in
                state.isCancelled = true
                state.connection?.cancel()
                return state.connection != nil
            }
            if isRunning { self.cancelSoon(.now() + .milliseconds(100)) }
        }
    }
}

extension PostgresConnection {
    fileprivate func transaction<T>(_ begin: String, _ body: (any Transaction) throws -> T) throws -> T {
        try command(begin)
        let transaction = PostgresTransaction(self)
        let value: T
        do {
            value = try body(transaction)
            if let failure = transaction.failure { throw failure }
        } catch {
            _ = try? command("ROLLBACK")
            if transaction.failure?.isStalePlan == true { forgetPrepared() }
            if let failure = transaction.failure, failure.deservesAnotherTry { throw failure }
            throw error
        }
        try commit()
        return value
    }

    private func commit() throws(SQLError) {
        let tag: String
        do {
            tag = try command("COMMIT")
        } catch  where error.kind == .connection {
            let message = "the connection was lost during COMMIT; nobody knows whether it happened"
            throw SQLError(kind: .connection, code: "08007", message: message, sql: "")
        }
        guard tag == "COMMIT" else { throw SQLError(kind: .other, code: "25P02", message: "rolled back", sql: "") }
    }
}

extension SQLError {
    /// The tables changed shape since the statement was prepared: as if it had never been prepared (SQLSTATE 26000).
    static func stalePlan(_ sql: String) -> SQLError {
        SQLError(kind: .other, code: "26000", message: "the prepared statement is older than its tables", sql: sql)
    }

    /// A prepared statement from before a migration.
    fileprivate var isStalePlan: Bool { code == "26000" }

    /// Nothing has happened yet, and it may go better next time.
    fileprivate var deservesAnotherTry: Bool {
        kind == .contention || isStalePlan || kind == .connection && code != "08007" && code != "08001"
    }
}
