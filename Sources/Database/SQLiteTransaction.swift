import Foundation
import GRDB

/// Inside one transaction or savepoint. Remembers the first failure, as PostgreSQL does by itself.
final class SQLiteTransaction: Transaction {
    private let db: GRDB.Database
    private(set) var failure: SQLError?
    var dialect: Dialect { .sqlite }

    init(_ db: GRDB.Database) {
        self.db = db
    }

    func rows(_ sql: SQL) throws -> [Row] {
        try remembering(sql) { bound, statement in
            let columns = try Columns(statement.columnNames)
            let count = columns.names.count
            let cursor = try GRDB.Row.fetchCursor(statement, arguments: arguments(bound))
            var rows: [Row] = []
            while let row = try cursor.next() {
                rows.append(Row(columns: columns, cells: (0..<count).map { Value(row[$0]) }))
            }
            return rows
        }
    }

    func execute(_ sql: SQL) throws -> Int {
        try remembering(sql) { bound, statement in
            try statement.execute(arguments: arguments(bound))
            return bound.changesRows && !statement.isReadonly ? db.changesCount : 0
        }
    }

    /// A statement for one row, prepared once and run for each: SQLite has no round trip to save.
    func insert(_ head: SQL, _ rows: [[Value]], _ tail: SQL) throws {
        guard let first = rows.first else { return }
        try remembering(head + SQL.values([first]) + tail) { bound, statement in
            for row in rows {
                try BoundStatement.check(row, bound.text)
                try statement.execute(arguments: StatementArguments(row.map(\.grdb)))
            }
        }
    }

    private func arguments(_ bound: BoundStatement) -> StatementArguments {
        StatementArguments(bound.values.map(\.grdb))
    }

    private func remembering<T>(_ sql: SQL, _ body: (BoundStatement, GRDB.Statement) throws -> T) throws -> T {
        if let failure { throw failure }
        do {
            let bound = try BoundStatement(sql, for: .sqlite)
            let statement =
                try bound.isWorthKeeping ? db.cachedStatement(sql: bound.text) : db.makeStatement(sql: bound.text)
            return try body(bound, statement)
        } catch {
            let error = SQLError.from(error)
            failure = error as? SQLError
            throw error
        }
    }
}

extension SQLError {
    /// GRDB's error without its arguments; any other error as it is.
    static func from(_ error: any Error) -> any Error {
        guard let error = error as? DatabaseError else { return error }
        return SQLError(
            kind: Kind(error.extendedResultCode), code: "\(error.extendedResultCode.rawValue)",
            message: error.message ?? error.resultCode.description, sql: error.sql ?? "")
    }
}

extension SQLError.Kind {
    init(_ code: ResultCode) {
        switch code {
        case .SQLITE_CONSTRAINT_UNIQUE, .SQLITE_CONSTRAINT_PRIMARYKEY, .SQLITE_CONSTRAINT_ROWID: self = .unique
        case .SQLITE_CONSTRAINT_FOREIGNKEY: self = .foreignKey
        case .SQLITE_CONSTRAINT_NOTNULL: self = .notNull
        case .SQLITE_CONSTRAINT_CHECK: self = .check
        default: self = SQLError.Kind(primary: code.primaryResultCode)
        }
    }

    private init(primary: ResultCode) {
        switch primary {
        case .SQLITE_BUSY, .SQLITE_LOCKED: self = .contention
        case .SQLITE_FULL, .SQLITE_IOERR, .SQLITE_NOMEM, .SQLITE_CORRUPT, .SQLITE_CANTOPEN: self = .storage
        case .SQLITE_INTERRUPT: self = .timeout
        default: self = .other
        }
    }
}

extension Value {
    var grdb: DatabaseValue {
        switch self {
        case .null: .null
        case .integer(let number): number.databaseValue
        case .real(let number): number.databaseValue
        case .text(let text): text.databaseValue
        case .blob(let bytes): Data(bytes).databaseValue
        }
    }

    init(_ value: DatabaseValue) {
        switch value.storage {
        case .null: self = .null
        case .int64(let number): self = .integer(number)
        case .double(let number): self = .real(number)
        case .string(let text): self = .text(text)
        case .blob(let bytes): self = .blob([UInt8](bytes))
        }
    }
}
