import Database
import TestKit
import Testing

@Suite struct MigrationTests {
    @Test("a migration runs once, and later ones after it", arguments: Engine.all)
    func once(engine: Engine) async throws {
        try await engine.withDatabase { db in
            let second = Migration("t.2.more", "INSERT INTO t VALUES ('b', 0)")
            try await db.migrate([counter])
            try await db.migrate([counter])
            try await db.migrate([counter, second])
            try await db.migrate([counter, second])
            #expect(try await count(db) == 2)
        }
    }

    @Test("one that fails leaves nothing of the others", arguments: Engine.all)
    func allOrNothing(engine: Engine) async throws {
        try await engine.withDatabase { db in
            let broken = Migration(
                "t.2", "CREATE TABLE u (id TEXT PRIMARY KEY) \(.strict)", "INSERT INTO none VALUES (1)")
            await #expect(throws: SQLError.self) { try await db.migrate([counter, broken]) }
            await #expect(throws: SQLError.self) { try await count(db) }
            try await db.migrate([counter])
            #expect(try await count(db) == 1)
        }
    }

    @Test("one that was changed after it ran stops the node; white space is no change", arguments: Engine.all)
    func changed(engine: Engine) async throws {
        try await engine.withDatabase { db in
            try await db.migrate([Migration("t.1", "CREATE TABLE t (id TEXT PRIMARY KEY) \(.strict)")])
            try await db.migrate([Migration("t.1", "CREATE TABLE t\n    (id TEXT PRIMARY KEY) \(.strict)")])
            await #expect(throws: MigrationChanged.self) {
                try await db.migrate([Migration("t.1", "CREATE TABLE t (id TEXT PRIMARY KEY, n TEXT) \(.strict)")])
            }
        }
    }

    @Test("processes that start together make the tables once", arguments: Engine.all)
    func together(engine: Engine) async throws {
        try await engine.withAddress { address in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        let db = try await address.open()
                        try await db.migrate([counter])
                        #expect(try await count(db) == 1)
                        try await db.close()
                    }
                }
                try await group.waitForAll()
            }
        }
    }
}
