import Database
import TestKit
import Testing

@testable import truc

@Suite("the tables of a node")
struct TableTests {
    @Test("each is STRICT on SQLite, and the same are made on PostgreSQL")
    func strict() async throws {
        let onSQLite = try await Engine.sqlite.withDatabase { db in
            try await db.migrate(Node.migrations)
            return try await db.read { tx in
                try tx.rows("SELECT name, strict FROM pragma_table_list WHERE type = 'table' AND schema = 'main'").map {
                    (name: try $0.get("name", as: String.self), isStrict: try $0.get("strict", as: Int.self) == 1)
                }
            }
        }
        let own = onSQLite.filter { !$0.name.hasPrefix("sqlite_") }
        #expect(own.count > 50)
        #expect(own.filter { !$0.isStrict }.map(\.name) == [])
        let onPostgres = try await Engine.postgres.withDatabase { db in
            try await db.migrate(Node.migrations)
            return try await db.read { tx in
                try tx.rows("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'").map {
                    try $0.get("name", as: String.self)
                }
            }
        }
        #expect(Set(own.map(\.name)).subtracting(onPostgres).sorted() == [])
    }
}
