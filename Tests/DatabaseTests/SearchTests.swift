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
}
