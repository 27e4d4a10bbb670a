import Database
import TestKit
import Testing
import Vocabulary

/// What is refused, with which words, and that the database works on afterwards.
@Suite struct RefusalTests {
    private func refusal(
        _ db: any Database, _ body: @escaping @Sendable (any Transaction) throws -> Void
    ) async throws -> SQLError? {
        let error = await #expect(throws: SQLError.self) { try await db.write(body) }
        #expect(try await count(db) == 1, "the next transaction works")
        return error
    }

    @Test("NUL in text, a NaN, too many parameters, equal column names, transaction words", arguments: Engine.all)
    func beforeTheEngine(engine: Engine) async throws {
        try await engine.withDatabase { db in
            try await db.migrate([counter])
            #expect(
                try await refusal(db) { try $0.execute("INSERT INTO t VALUES (\("a\0b"), 1)") }?.code == "nul-in-text")
            #expect(try await refusal(db) { _ = try $0.rows("SELECT \(Double.nan) AS r") }?.code == "not-a-number")
            let many = (0...32_766).map { "\($0)" }
            #expect(
                try await refusal(db) { _ = try $0.rows("SELECT id FROM t WHERE id IN (\(list: many))") }?.code
                    == "too-many-parameters")
            #expect(try await refusal(db) { _ = try $0.rows("SELECT id, n AS id FROM t") }?.code == "duplicate-column")
            for sql in ["COMMIT", " rollback", "BEGIN", "\nSavepoint x", "END;", "RELEASE x"] as [SQL] {
                #expect(try await refusal(db) { try $0.execute(sql) }?.code == "transaction-control")
            }
        }
    }

    @Test("lists of the largest size pass, and longer ones in chunks", arguments: Engine.all)
    func longLists(engine: Engine) async throws {
        try await engine.withDatabase { db in
            try await db.migrate([counter])
            let ids = (0..<40_000).map { "\($0)" } + ["a"]
            let found = try await db.read { tx in
                try ids.chunks(of: 32_766).flatMap { try tx.rows("SELECT id FROM t WHERE id IN (\(list: $0))") }
            }
            #expect(found.count == 1)
        }
    }

    @Test("constraints have names that both engines share", arguments: Engine.all)
    func kinds(engine: Engine) async throws {
        try await engine.withDatabase { db in
            let child = Migration("t.2", "CREATE TABLE u (t TEXT NOT NULL REFERENCES t (id)) \(.strict)")
            try await db.migrate([counter, child])
            #expect(try await refusal(db) { try $0.execute("INSERT INTO t VALUES ('a', 1)") }?.kind == .unique)
            #expect(try await refusal(db) { try $0.execute("INSERT INTO t VALUES ('b', -1)") }?.kind == .check)
            #expect(try await refusal(db) { try $0.execute("INSERT INTO t (id) VALUES ('b')") }?.kind == .notNull)
            #expect(try await refusal(db) { try $0.execute("INSERT INTO u VALUES ('none')") }?.kind == .foreignKey)
            #expect(try await refusal(db) { _ = try $0.rows("SELEKT") }?.kind == .other)
            #expect(try await refusal(db) { _ = try $0.rows("SELECT 1; SELECT 2") } != nil)
        }
    }

    @Test("no error shows a bound value", arguments: Engine.all)
    func redacted(engine: Engine) async throws {
        try await engine.withDatabase { db in
            try await db.migrate([counter])
            let secret = "079-bí-mật"
            try await db.write { try $0.execute("UPDATE t SET id = \(secret)") }
            let errors = [
                try await refusal(db) { try $0.execute("INSERT INTO t VALUES (\(secret), 1)") },
                try await refusal(db) { try $0.execute("INSERT INTO t VALUES ('x', \(secret))") },
                try await refusal(db) { try $0.execute("INSERT INTO t VALUES (\(secret + "\0"), 1)") },
            ]
            for error in errors { #expect(error.map { !"\($0)".contains("079") } == true) }
        }
    }
}
