import Foundation
import TestKit
import Testing

@testable import Database

/// What SQLite alone has: settings that nobody sees from outside, and groups of writes in one commit.
@Suite struct SQLiteTests {
    private func withSQLite(_ body: (SQLite) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        let db = try SQLite(path: folder.path + "/test.sqlite")
        try await db.migrate([counter])
        try await body(db)
        try await db.close()
    }

    @Test("the writer waits for the disk: synchronous is FULL, in WAL, with foreign keys")
    func durable() async throws {
        try await withSQLite { db in
            let settings = try await db.write { tx in
                [
                    try tx.row("PRAGMA synchronous")?.get("synchronous", as: Int.self),
                    try tx.row("PRAGMA foreign_keys")?.get("foreign_keys", as: Int.self),
                ]
            }
            #expect(settings == [2, 1])
            #expect(try await db.read { try $0.row("PRAGMA journal_mode")?.get("journal_mode") } == "wal")
        }
    }

    @Test("nobody else on the machine may read the database or the log beside it, whatever the mode was before")
    func privateFiles() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/test.sqlite"
        #expect(FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o644]))
        let db = try SQLite(path: path)
        try await db.migrate([counter])
        for name in ["test.sqlite", "test.sqlite-wal", "test.sqlite-shm"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.path + "/" + name)
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
        }
        try await db.close()
    }

    @Test("writes that queue while a commit runs share the next one, and nobody sees them before it")
    func grouped() async throws {
        try await withSQLite { db in
            let (busy, go) = (Flag(), Flag())
            let first = Task {
                try await db.write { _ in
                    busy.raise()
                    go.wait()
                }
            }
            try await busy.raised()
            let commits = db.commits
            let writes = (0..<100).map { number in
                Task { try await db.write { try $0.execute("INSERT INTO t VALUES (\("w\(number)"), 1)") } }
            }
            #expect(try await eventually { db.waitingWrites == 100 })
            #expect(try await count(db) == 1)
            go.raise()
            try await first.value
            for write in writes { #expect(try await write.value == 1) }
            #expect(try await count(db) == 101)
            #expect(db.commits == commits + 1, "a hundred writes, one commit")
        }
    }

    @Test("when the transaction itself is lost, each write runs again alone and only the culprit fails")
    func lostTransaction() async throws {
        try await withSQLite { db in
            try await db.write { tx in
                try tx.execute(
                    "CREATE TABLE u (t TEXT NOT NULL REFERENCES t (id) DEFERRABLE INITIALLY DEFERRED) STRICT")
            }
            let (busy, go) = (Flag(), Flag())
            let first = Task {
                try await db.write { _ in
                    busy.raise()
                    go.wait()
                }
            }
            try await busy.raised()
            let good = (0..<10).map { number in
                Task { try await db.write { try $0.execute("INSERT INTO t VALUES (\("w\(number)"), 1)") } }
            }
            // Deferred: found out by COMMIT, which then fails for everybody in the group.
            let late = Task { try await db.write { try $0.execute("INSERT INTO u VALUES ('none')") } }
            // Rolls the whole transaction back, not only its own savepoint.
            let rough = Task { try await db.write { try $0.execute("INSERT OR ROLLBACK INTO t VALUES ('a', 1)") } }
            #expect(try await eventually { db.waitingWrites == 12 })
            go.raise()
            try await first.value
            for write in good { #expect(try await write.value == 1) }
            await #expect(throws: SQLError.self) { try await late.value }
            await #expect(throws: SQLError.self) { try await rough.value }
            #expect(try await count(db) == 11)
            #expect(try await db.read { try $0.rows("SELECT t FROM u").count } == 0)
        }
    }

    @Test("a full disk fails the writes that do not fit, and the database goes on")
    func fullDisk() async throws {
        try await withSQLite { db in
            try await db.write { _ = try $0.rows("PRAGMA max_page_count = 40") }
            try await db.write { try $0.execute("CREATE TABLE big (x BLOB NOT NULL) STRICT") }
            let large = [UInt8](repeating: 1, count: 200_000)
            let outcomes = await withTaskGroup(of: Bool.self) { group in
                for number in 0..<20 {
                    group.addTask {
                        do {
                            try await db.write { tx in
                                try tx.execute("INSERT INTO t VALUES (\("w\(number)"), 1)")
                                if number % 4 == 0 { try tx.execute("INSERT INTO big VALUES (\(large))") }
                            }
                            return true
                        } catch {
                            #expect((error as? SQLError)?.kind == .storage)
                            return false
                        }
                    }
                }
                return await group.reduce(into: [Bool]()) { $0.append($1) }
            }
            #expect(outcomes.filter { $0 }.count == 15)
            #expect(try await count(db) == 16)
        }
    }
}
