import Database
import TestKit
import Testing

@Suite struct SearchTests {
    private let search = SearchIndex("t_search")

    private func ids(_ question: String, _ db: any Database) async throws -> [String] {
        let matching = search.matching(question)
        return try await db.read { tx in
            try tx.rows("SELECT id FROM (\(matching)) AS found ORDER BY id").map { try $0.get("id") }
        }
    }

    private func fill(_ db: any Database) async throws {
        let search = search
        try await db.migrate([Migration("t.1", steps: search.migration)])
        try await db.write { tx in
            try search.put("1", "Đường Đình Bảng, phường Ỷ La", in: tx)
            try search.put("2", "Lừa đảo qua evil-bank.example.com (192.0.2.7)", in: tx)
            try search.put("3", "3e5a9c12e4567890abcdef Nguyễn", in: tx)
        }
    }

    @Test("words are found without accents, in any order, the last by its beginning", arguments: Engine.all)
    func accents(engine: Engine) async throws {
        try await engine.withDatabase { db in
            try await fill(db)
            for question in ["duong dinh", "ĐƯỜNG", "dinh duong", "đình bả", "y la", "Y  LA", "phu"] {
                #expect(try await ids(question, db) == ["1"], "\(question)")
            }
            for question in ["duo dinh", "nguye duong", "khong co"] {
                #expect(try await ids(question, db) == [], "\(question)")
            }
            #expect(try await ids("example.com", db) == ["2"])
            #expect(try await ids("192.0.2", db) == ["2"])
            #expect(try await ids("3e5", db) == ["3"])
            #expect(try await ids("3E5A9C12e4", db) == ["3"])
        }
    }

    @Test("text that changes or goes is found anew or not at all", arguments: Engine.all)
    func changes(engine: Engine) async throws {
        try await engine.withDatabase { db in
            try await fill(db)
            let search = search
            try await db.write { tx in
                try search.put("1", "Phủ Lý", in: tx)
                try search.remove("2", in: tx)
                try search.remove("none", in: tx)
            }
            #expect(try await ids("duong dinh", db) == [])
            #expect(try await ids("phu ly", db) == ["1"])
            #expect(try await ids("example", db) == [])
        }
    }

    @Test("whatever is typed is only words", arguments: Engine.all)
    func oddInput(engine: Engine) async throws {
        try await engine.withDatabase { db in
            try await fill(db)
            let nothing = [
                "", "   ", "\0", "\"", "'", "*", ":*", "()", "\u{1F30F}", "\\", "--", "\u{301}",
                "; DROP TABLE t_search",
            ]
            for question in nothing { #expect(try await ids(question, db) == [], "\(question)") }
            let operators = [
                "duong AND", "duong OR dinh", "NOT duong", "NEAR(duong dinh)", "duong & dinh | x", "words:duong",
                "-duong",
                "^duong", "{words}: duong", "duong' OR '1'='1", "duong\" OR \"x", "duong <-> dinh", "!duong",
                "duong\0dinh",
                String(repeating: "duong ", count: 2000), String(repeating: "a", count: 10_000),
                String(repeating: "\"'*", count: 4000), String(repeating: "\u{301}", count: 10_000),
            ]
            for question in operators { _ = try await ids(question, db) }
            #expect(try await ids("\"duong\" * (dinh)", db) == ["1"])
            #expect(try await ids("duong\0dinh", db) == ["1"])
            #expect(try await ids(String(repeating: "duong ", count: 2000), db) == ["1"])
        }
    }

    @Test("texts of any length and kind are taken", arguments: Engine.all)
    func oddText(engine: Engine) async throws {
        try await engine.withDatabase { db in
            try await fill(db)
            let search = search
            let long = (0..<120_000).map { "từ\($0)" }.joined(separator: " ")
            try await db.write { tx in
                for (id, text) in [
                    ("4", ""), ("5", "\0\u{1F30F}"), ("6", long), ("7", String(repeating: "x", count: 3_000_000)),
                ] {
                    try search.put(id, text, in: tx)
                }
            }
            #expect(try await ids("tu1 tu77", db) == ["6"])
            #expect(try await ids("xxx", db) == ["7"])
        }
    }

    @Test("questions are answered from an index", arguments: Engine.all)
    func indexed(engine: Engine) async throws {
        try await engine.withDatabase { db in
            try await fill(db)
            let matching = search.matching("duong")
            let plan = try await db.read { tx in
                if tx.dialect == .sqlite {
                    return try tx.rows("EXPLAIN QUERY PLAN \(matching)").map { try $0.get("detail", as: String.self) }
                }
                try tx.execute("SET LOCAL enable_seqscan = off")
                return try tx.rows("EXPLAIN \(matching)").map { try $0.get("QUERY PLAN", as: String.self) }
            }
            #expect(
                plan.contains { $0.contains(engine == .sqlite ? "VIRTUAL TABLE INDEX" : "Bitmap Index Scan") },
                "\(plan)")
        }
    }
}
