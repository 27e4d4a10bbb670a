/// What an engine refused, with its own code and the SQL, never with the bound values: they may be personal.
package struct SQLError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Kind: Sendable, Hashable {
        case unique, foreignKey, notNull, check
        /// Another transaction was first; on PostgreSQL `write` runs again by itself before anybody sees this.
        case contention
        /// A statement or a lock took too long.
        case timeout
        /// The disk is full or fails.
        case storage
        /// The server cannot be reached. After a lost COMMIT nobody knows whether it happened (code 08007).
        case connection
        /// The query itself is refused before it reaches the engine.
        case refused
        case other
    }

    package let kind: Kind
    /// SQLSTATE on PostgreSQL, the extended result code on SQLite, a word of ours for `refused`.
    package let code: String
    package let message: String
    /// The text with its numbered parameters.
    package let sql: String

    package var description: String {
        "\(message) (\(code))" + (sql.isEmpty ? "" : " in: \(sql.prefix(500))")
    }

    static func refused(_ code: String, _ message: String, sql: String = "") -> SQLError {
        SQLError(kind: .refused, code: code, message: message, sql: sql)
    }
}
