/// Where a node keeps its state: the path of a file, or PostgreSQL.
package enum DatabaseAddress: Sendable, Hashable {
    case sqlite(path: String)
    case postgres(PostgresSettings)

    /// `postgres://…` or `postgresql://…` is PostgreSQL, anything else the path of a SQLite file.
    package init(_ text: String) {
        let isPostgres = text.hasPrefix("postgres://") || text.hasPrefix("postgresql://")
        self = isPostgres ? .postgres(PostgresSettings(address: text)) : .sqlite(path: text)
    }

    package func open() async throws -> any Database {
        switch self {
        case .sqlite(let path): try SQLite(path: path)
        case .postgres(let settings): try await Postgres.open(settings)
        }
    }
}
