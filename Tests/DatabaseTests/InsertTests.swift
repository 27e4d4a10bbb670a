import TestKit
import Testing
import Vocabulary

@testable import Database

@Suite("Many rows by one statement")
struct InsertTests {
    private func table(_ engine: Engine, _ body: @Sendable (any Database) async throws -> Void) async throws {
        try await engine.withDatabase { db in
            try await db.migrate([
                Migration(
                    "t.1", "CREATE TABLE t_row (id TEXT PRIMARY KEY, n \(.integer64), b \(.blob) NOT NULL) \(.strict)")
            ])
            try await body(db)
        }
    }

    @Test("every row arrives as it was, more than one statement has places for", arguments: Engine.all)
    func all(engine: Engine) async throws {
        try await table(engine) { db in
            let rows = (0..<1234).map { number -> [Value] in
                let odd: Int64? = number % 2 == 1 ? Int64(number) : nil
                return ["row \(number)".sqlValue, odd.sqlValue, [UInt8(number % 256), 0].sqlValue]
            }
            try await db.write { tx in
                try tx.insert("INSERT INTO t_row (id, n, b)", [])
                try tx.insert("INSERT INTO t_row (id, n, b)", rows)
            }
            let found = try await db.read { tx in
                try tx.rows("SELECT id, n, b FROM t_row").map { row -> [Value] in
                    let number: Int64? = try row.get("n")
                    return [
                        (try row.get("id") as String).sqlValue, number.sqlValue, (try row.get("b") as [UInt8]).sqlValue,
                    ]
                }
            }
            #expect(Set(found) == Set(rows) && found.count == rows.count)
        }
    }

    @Test("what follows the rows counts for each of them", arguments: Engine.all)
    func tail(engine: Engine) async throws {
        try await table(engine) { db in
            let empty = [UInt8]().sqlValue
            try await db.write { tx in
                try tx.insert("INSERT INTO t_row (id, n, b)", [["a".sqlValue, 1.sqlValue, empty]])
                try tx.insert(
                    "INSERT INTO t_row (id, n, b)",
                    [["a".sqlValue, 2.sqlValue, empty], ["b".sqlValue, 3.sqlValue, empty]],
                    " ON CONFLICT (id) DO UPDATE SET n = excluded.n")
            }
            let found = try await db.read { tx in
                try tx.rows("SELECT id, n FROM t_row ORDER BY id").map { try $0.get("n", as: Int.self) }
            }
            #expect(found == [2, 3])
        }
    }

    @Test("a row that cannot be kept as it is undoes the transaction", arguments: Engine.all)
    func refused(engine: Engine) async throws {
        try await table(engine) { db in
            for bad: [Value] in [["x\0".sqlValue, 1.sqlValue], ["a".sqlValue, .real(.nan)]] {
                await #expect(throws: SQLError.self) {
                    try await db.write { tx in
                        try tx.insert(
                            "INSERT INTO t_row (id, n, b)",
                            [["good".sqlValue, 1.sqlValue, [UInt8(1)].sqlValue], bad + [[UInt8(1)].sqlValue]])
                    }
                }
            }
            let count = try await db.read { try $0.row("SELECT COUNT(*) AS n FROM t_row")?.get("n", as: Int.self) }
            #expect(count == 0)
        }
    }

    @Test("words of ASCII text are the same, byte by byte or scalar by scalar")
    func ascii() {
        for seed in 1...200 {
            var random = SeededRandom(seed: UInt64(seed))
            let units = (0..<Int.random(in: 0...400, using: &random)).map { _ in
                UInt8.random(in: 0..<128, using: &random)
            }
            let text = String(decoding: units, as: UTF8.self)
            // One letter with an accent at the end sends the whole text the other way.
            let other = SearchWords.separate(text + " é", limit: 4096)
            #expect(SearchWords.separate(text, limit: 4096) + ["e"] == other, "seed \(seed)")
        }
        let long = String(repeating: "x", count: 1000)
        #expect(SearchWords.separate(long, limit: 4096) == [String(repeating: "x", count: SearchWords.wordLimit)])
        #expect(SearchWords.separate("one two three", limit: 8) == ["one", "two"])
    }
}
