/// One step in the life of the tables, run once, in order, never changed after it shipped: `incidents.3.addUrgent`.
package struct Migration: Sendable {
    package let name: String
    /// One statement each.
    package let steps: [SQL]

    package init(_ name: String, _ steps: SQL...) {
        self.init(name, steps: steps)
    }

    package init(_ name: String, steps: [SQL]) {
        self.name = name
        self.steps = steps
    }

    /// FNV-1a of the words, so that a change of white space is none.
    func fingerprint(for dialect: Dialect) -> Int64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for step in steps {
            for word in step.rendered(for: dialect).text.split(whereSeparator: \.isWhitespace) {
                for byte in word.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
                hash = (hash ^ 32) &* 0x0000_0100_0000_01b3
            }
        }
        return Int64(bitPattern: hash)
    }
}

/// A migration that ran here reads differently now: the tables are not what the program thinks they are.
package struct MigrationChanged: Error, CustomStringConvertible {
    package let name: String
    package var description: String { "migration \(name) was changed after it ran on this database" }
}

extension Database {
    /// Runs what has not run yet, all in one transaction: a node starts with all of its tables or not at all.
    package func migrate(_ migrations: [Migration]) async throws {
        do {
            try await migrateOnce(migrations)
        } catch let error as SQLError where ["42P07", "23505", "42701", "42710"].contains(error.code) {
            try await migrateOnce(migrations)  // another process created the same things at the same moment
        }
    }

    private func migrateOnce(_ migrations: [Migration]) async throws {
        let dialect = dialect
        try await write { tx in
            try tx.execute(
                """
                CREATE TABLE IF NOT EXISTS database_migration
                (name TEXT PRIMARY KEY, fingerprint \(.integer64) NOT NULL) \(.strict)
                """
            )
            let done = try fingerprints(tx)
            for migration in migrations {
                let fingerprint = migration.fingerprint(for: dialect)
                if let earlier = done[migration.name] {
                    guard earlier == fingerprint else { throw MigrationChanged(name: migration.name) }
                    continue
                }
                for step in migration.steps where !step.rendered(for: dialect).text.isEmpty { try tx.execute(step) }
                try tx.execute(
                    "INSERT INTO database_migration (name, fingerprint) VALUES (\(migration.name), \(fingerprint))")
            }
        }
    }
}

private func fingerprints(_ tx: any Transaction) throws -> [String: Int64] {
    let rows = try tx.rows("SELECT name, fingerprint FROM database_migration")
    return Dictionary(uniqueKeysWithValues: try rows.map { (try $0.get("name"), try $0.get("fingerprint")) })
}
