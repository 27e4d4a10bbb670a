/// One step in the life of the tables, run once, in order, never changed after it shipped: `incidents.3.addUrgent`.
package struct Migration: Sendable {
    package let name: String
    package let steps: [SQL]

    package init(_ name: String, _ steps: SQL...) {
        self.name = name
        self.steps = steps
    }
}

extension Database {
    /// Runs what has not run yet, all in one transaction: a node starts with all of its tables or not at all.
    package func migrate(_ migrations: [Migration]) async throws {
        try await write { tx in
            try tx.execute("CREATE TABLE IF NOT EXISTS database_migration (name TEXT PRIMARY KEY) \(.strict)")
            let done = Set(try tx.rows("SELECT name FROM database_migration").map { try $0.get("name", as: String.self) })
            for migration in migrations where !done.contains(migration.name) {
                for step in migration.steps { try tx.execute(step) }
                try tx.execute("INSERT INTO database_migration (name) VALUES (\(migration.name))")
            }
        }
    }
}
