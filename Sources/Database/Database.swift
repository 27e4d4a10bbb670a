/// A place to keep facts: SQLite on one node, PostgreSQL when several processes share their state.
///
/// `read` sees one snapshot. `write` is serializable on both engines and durable when it returns. Either body may run
/// more than once, so it touches nothing but its transaction; what must happen outside (mail, HTTP) goes into `Jobs`.
package protocol Database: Sendable {
    var dialect: Dialect { get }
    func read<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T
    @discardableResult
    func write<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T
    func close() async throws
    /// Gives back memory that is kept only to be fast: for a program with nothing to do.
    func rest()
}

package enum Dialect: Sendable, Hashable {
    case sqlite, postgres
}

/// Inside one transaction. Synchronous on purpose: nothing can be awaited while locks are held.
///
/// A statement that fails fails the transaction, on both engines, also when the body catches its error: ask first
/// (`ON CONFLICT`, a SELECT) instead of trying.
package protocol Transaction {
    var dialect: Dialect { get }
    func rows(_ sql: SQL) throws -> [Row]
    /// The number of rows that changed.
    @discardableResult func execute(_ sql: SQL) throws -> Int
    /// Many rows by one statement: `head` ends before VALUES, `tail` is what follows the rows (`ON CONFLICT …`). Every
    /// row has the same number of values. Its values are bound, so a row costs little more than what is in it.
    ///
    /// ```swift
    /// try tx.insert("INSERT INTO threats_reference (source, target)", pairs.map { [$0.sqlValue, $1.sqlValue] })
    /// ```
    func insert(_ head: SQL, _ rows: [[Value]], _ tail: SQL) throws
}

extension Transaction {
    package func row(_ sql: SQL) throws -> Row? {
        try rows(sql).first
    }

    /// As many rows at once as there are places for their values: one round trip for all of them.
    package func insert(_ head: SQL, _ rows: [[Value]], _ tail: SQL) throws {
        let width = max(1, rows.first?.count ?? 1)
        for chunk in rows.chunks(of: min(500, BoundStatement.parameterLimit / width)) {
            try execute(head + SQL.values(chunk) + tail)
        }
    }

    package func insert(_ head: SQL, _ rows: [[Value]]) throws {
        try insert(head, rows, "")
    }
}

/// A row, read by column name. A missing column or the wrong type is a bug in the query, so it throws `RowError`.
///
/// The rows of one result share their column names.
package struct Row: Sendable {
    let columns: Columns
    let cells: [Value]

    package func get<T: Readable>(_ column: String, as type: T.Type = T.self) throws -> T {
        guard let index = columns.names.firstIndex(of: column), let value = T(sqlValue: cells[index]) else {
            throw RowError(column: column, type: "\(T.self)")
        }
        return value
    }
}

/// The names of a result's columns, in order, no name twice.
final class Columns: Sendable {
    let names: [String]

    init(_ names: [String]) throws(SQLError) {
        guard Set(names).count == names.count else {
            throw .refused(
                "duplicate-column", "two columns of the result have the same name: \(names.joined(separator: ", "))")
        }
        self.names = names
    }
}

package struct RowError: Error, CustomStringConvertible {
    package let column: String
    package let type: String
    package var description: String { "column \(column) is missing or is no \(type)" }
}
