import Vocabulary
import Foundation
import GRDB

/// SQLite in WAL mode: one writer, many readers.
package final class SQLite: Database {
    let pool: DatabasePool
    package var dialect: Dialect { .sqlite }

    package init(path: String) throws {
        pool = try DatabasePool(path: path)
    }

    package func read<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T {
        try await pool.read { try body(SQLiteTransaction(db: $0)) }
    }

    package func write<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T {
        try await pool.write { try body(SQLiteTransaction(db: $0)) }
    }

    package func close() async throws {
        try pool.close()
    }
}

struct SQLiteTransaction: Transaction {
    let db: GRDB.Database
    var dialect: Dialect { .sqlite }

    func rows(_ sql: SQL) throws -> [Row] {
        let (text, values) = sql.rendered(for: .sqlite)
        let statement = try db.makeStatement(sql: text)
        let columns = try Columns(statement.columnNames)
        return try GRDB.Row.fetchAll(statement, arguments: StatementArguments(values.map(\.grdb))).map { row in
            Row(columns: columns, cells: row.map { Value($0.1) })
        }
    }

    func execute(_ sql: SQL) throws -> Int {
        let (text, values) = sql.rendered(for: .sqlite)
        try db.execute(sql: text, arguments: StatementArguments(values.map(\.grdb)))
        return db.changesCount
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
