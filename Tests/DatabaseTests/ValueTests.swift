import Database
import TestKit
import Testing
import Vocabulary

enum Mood: String, Bindable, Readable {
    case calm, storm
}

/// Values come back as they went in, and what cannot is refused in the same words by both engines.
@Suite struct ValueTests {
    private let table = Migration(
        "v.1",
        """
        CREATE TABLE v (
            id TEXT PRIMARY KEY, n \(.integer64), r \(.real), b \(.boolean), x \(.blob), t TEXT
        ) \(.strict)
        """)

    @Test("every type survives the way there and back", arguments: Engine.all)
    func roundTrip(engine: Engine) async throws {
        try await engine.withDatabase { db in
            try await db.migrate([table])
            let bytes = (0...255).map { UInt8($0) } + [0, 0, 92, 120]
            let text = "Ỷ La \u{1F30F} 'quote' \\x00 \" ; -- "
            try await db.write { tx in
                for (id, n, r) in [("low", Int64.min, -0.1), ("high", .max, 1e300), ("zero", 0, 0)] {
                    try tx.execute("INSERT INTO v VALUES (\(id), \(n), \(r), \(n == 0), \(bytes), \(text))")
                }
            }
            try await db.read { tx in
                for (id, n, r) in [("low", Int64.min, -0.1), ("high", .max, 1e300), ("zero", 0, 0)] {
                    let row = try #require(try tx.row("SELECT * FROM v WHERE id = \(id)"))
                    #expect(try row.get("n", as: Int64.self) == n)
                    #expect(try row.get("r", as: Double.self) == r)
                    #expect(try row.get("b", as: Bool.self) == (n == 0))
                    #expect(try row.get("x", as: [UInt8].self) == bytes)
                    #expect(try row.get("t", as: String.self) == text)
                }
            }
        }
    }

    @Test("the ends of the range of numbers with a point", arguments: Engine.all)
    func extremes(engine: Engine) async throws {
        try await engine.withDatabase { db in
            try await db.migrate([table])
            let numbers = [
                Double.infinity, -.infinity, .greatestFiniteMagnitude, .leastNonzeroMagnitude, .pi, 0.1 + 0.2, -0.0,
            ]
            try await db.write { tx in
                for (place, number) in numbers.enumerated() {
                    try tx.execute("INSERT INTO v (id, r) VALUES (\("\(place)"), \(number))")
                }
            }
            let back = try await db.read { tx in
                try tx.rows("SELECT r FROM v ORDER BY id").map { try $0.get("r", as: Double.self) }
            }
            #expect(back == numbers)
        }
    }

    @Test("our own types bind and decode; NULL only as an optional", arguments: Engine.all)
    func ownTypes(engine: Engine) async throws {
        try await engine.withDatabase { db in
            try await db.migrate([table])
            let (instant, day) = (Instant(milliseconds: -1), try #require(Day("2020-11-09")))
            try await db.write { tx in
                try tx.execute(
                    "INSERT INTO v (id, n, t) VALUES ('1', \(instant), \(day)), ('2', \(Int?.none), \(Mood.storm))")
            }
            try await db.read { tx in
                let rows = try tx.rows("SELECT n, t FROM v ORDER BY id")
                #expect(try rows[0].get("n", as: Instant.self) == instant)
                #expect(try rows[0].get("t", as: Day.self) == day)
                #expect(try rows[1].get("t", as: Mood.self) == .storm)
                #expect(try rows[1].get("n", as: Int?.self) == nil)
                #expect(throws: RowError.self) { try rows[1].get("n", as: Int.self) }
                #expect(throws: RowError.self) { try rows[0].get("t", as: Mood.self) }
                #expect(throws: RowError.self) { try rows[0].get("missing", as: Int?.self) }
            }
        }
    }

    @Test("empty text and empty blobs are not NULL", arguments: Engine.all)
    func empty(engine: Engine) async throws {
        try await engine.withDatabase { db in
            try await db.migrate([table])
            try await db.write { try $0.execute("INSERT INTO v (id, t, x) VALUES ('1', \(""), \([UInt8]()))") }
            let row = try #require(try await db.read { try $0.row("SELECT t, x FROM v") })
            #expect(try row.get("t", as: String?.self) == "")
            #expect(try row.get("x", as: [UInt8]?.self) == [])
        }
    }

    @Test("counts, sums and averages have the same types", arguments: Engine.all)
    func aggregates(engine: Engine) async throws {
        try await engine.withDatabase { db in
            try await db.migrate([table])
            try await db.write { try $0.execute("INSERT INTO v (id, n) VALUES ('1', 1), ('2', 2), ('3', NULL)") }
            let row = try #require(
                try await db.read {
                    try $0.row(
                        """
                        SELECT COUNT(*) AS c, SUM(n) AS s, CAST(AVG(n) AS \(.real)) AS a, MAX(n) AS m, COUNT(*) > 2 AS b
                        FROM v
                        """
                    )
                })
            #expect(try row.get("c", as: Int.self) == 3)
            #expect(try row.get("s", as: Int.self) == 3)
            #expect(try row.get("a", as: Double.self) == 1.5)
            #expect(try row.get("m", as: Int.self) == 2)
            #expect(try row.get("b", as: Bool.self))
        }
    }

    @Test("the number of changed rows is right for every verb", arguments: Engine.all)
    func changes(engine: Engine) async throws {
        try await engine.withDatabase { db in
            try await db.migrate([table])
            let steps: [(SQL, Int)] = [
                ("INSERT INTO v (id) VALUES ('1'), ('2'), ('3')", 3),
                ("CREATE TABLE w (id TEXT PRIMARY KEY) \(.strict)", 0),
                ("SELECT id FROM v", 0),
                ("UPDATE v SET n = \(1) WHERE id <> '1'", 2),
                ("UPDATE v SET n = \(1) WHERE id = 'none'", 0),
                ("INSERT INTO v (id) VALUES ('1') ON CONFLICT (id) DO NOTHING", 0),
                ("INSERT INTO v (id, n) VALUES ('1', 5) ON CONFLICT (id) DO UPDATE SET n = 5", 1),
                ("WITH chosen AS (SELECT id FROM v WHERE n = 1) DELETE FROM v WHERE id IN (SELECT id FROM chosen)", 2),
                ("WITH chosen AS (SELECT id FROM v) SELECT id FROM chosen", 0),
                ("DELETE FROM v", 1),
            ]
            let counts = try await db.write { tx in try steps.map { try tx.execute($0.0) } }
            #expect(counts == steps.map(\.1))
        }
    }

    @Test("lists bind; an empty one matches nothing; NULLs sort last", arguments: Engine.all)
    func lists(engine: Engine) async throws {
        try await engine.withDatabase { db in
            try await db.migrate([table])
            try await db.write {
                try $0.execute("INSERT INTO v (id, n, b) VALUES ('a', 1, TRUE), ('b', NULL, TRUE), ('c', 3, TRUE)")
            }
            try await db.read { tx in
                let found = try tx.rows(
                    "SELECT id FROM v WHERE id IN (\(list: ["a", "b", "c"])) AND b = TRUE ORDER BY n DESC NULLS LAST")
                #expect(try found.map { try $0.get("id", as: String.self) } == ["c", "a", "b"])
                #expect(try tx.rows("SELECT id FROM v WHERE id IN (\(list: [String]()))").isEmpty)
            }
        }
    }

    @Test("text sorts by its bytes, capitals first", arguments: Engine.all)
    func sorting(engine: Engine) async throws {
        try await engine.withDatabase { db in
            try await db.migrate([table])
            let words = ["b", "B", "a", "Z", "đ", "_", "é", "z"]
            try await db.write { tx in for word in words { try tx.execute("INSERT INTO v (id) VALUES (\(word))") } }
            let sorted = try await db.read {
                try $0.rows("SELECT id FROM v ORDER BY id").map { try $0.get("id", as: String.self) }
            }
            #expect(sorted == words.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) })
        }
    }
}
