import Database
import TestKit
import Testing

@Suite struct ContractTests {
    private let counter = [
        Migration(
            "t.1", "CREATE TABLE t (id TEXT PRIMARY KEY, n \(.integer64) NOT NULL) \(.strict)",
            "INSERT INTO t VALUES ('a', 0)")
    ]

    @Test("forty rivals read and then write one row, and nothing is lost", arguments: Engine.all)
    func noLostUpdates(engine: Engine) async throws {
        try await engine.withDatabase { db in
            try await db.migrate(counter)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<40 {
                    group.addTask {
                        try await db.write { tx in
                            let n = try #require(try tx.row("SELECT n FROM t WHERE id = 'a'")).get("n", as: Int.self)
                            try tx.execute("UPDATE t SET n = \(n + 1) WHERE id = 'a'")
                        }
                    }
                }
                try await group.waitForAll()
            }
            let n: Int? = try await db.read { try $0.row("SELECT n FROM t")?.get("n") }
            #expect(n == 40)
        }
    }
}
