import Database
import Dispatch
import Synchronization
import TestKit
import Testing
import Vocabulary

struct Refusal: Error, Equatable {}

let counter = Migration(
    "t.1", "CREATE TABLE t (id TEXT PRIMARY KEY, n \(.integer64) NOT NULL CHECK (n >= 0)) \(.strict)",
    "INSERT INTO t VALUES ('a', 0)")

func count(_ db: any Database) async throws -> Int {
    try await db.read { try $0.row("SELECT COUNT(*) AS rows FROM t")?.get("rows") ?? -1 }
}

/// What both engines promise about transactions.
@Suite struct ContractTests {
    @Test("forty rivals read and then write one row, and nothing is lost", arguments: Engine.all)
    func noLostUpdates(engine: Engine) async throws {
        try await engine.withDatabase { db in
            try await db.migrate([counter])
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
            #expect(try await db.read { try $0.row("SELECT n FROM t")?.get("n", as: Int.self) } == 40)
        }
    }

    @Test("two who look at each other's row before they write their own cannot both be first", arguments: Engine.all)
    func noWriteSkew(engine: Engine) async throws {
        try await engine.withDatabase { db in
            try await db.migrate([counter, Migration("t.2", "INSERT INTO t VALUES ('b', 0)")])
            for round in 1...5 {
                await withTaskGroup { group in
                    for own in ["a", "b"] {
                        group.addTask {
                            _ = try? await db.write { tx in
                                let taken = try tx.rows("SELECT id FROM t WHERE n = \(round)").count
                                // Both have looked before either writes, unless the engine lets one in at a time.
                                if tx.dialect == .postgres { _ = try tx.rows("SELECT 1 AS one FROM pg_sleep(0.05)") }
                                if taken == 0 { try tx.execute("UPDATE t SET n = \(round) WHERE id = \(own)") }
                            }
                        }
                    }
                }
                let taken = try await db.read { try $0.rows("SELECT id FROM t WHERE n = \(round)").count }
                #expect(taken == 1, "round \(round)")
            }
        }
    }

    @Test("what one connection commits, rivals on another process's see and never overwrite", arguments: Engine.all)
    func twoProcesses(engine: Engine) async throws {
        try await engine.withAddress { address in
            let databases = [try await address.open(), try await address.open()]
            try await databases[0].migrate([counter])
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<20 {
                    group.addTask {
                        try await databases[number % 2].write { tx in
                            let n = try #require(try tx.row("SELECT n FROM t WHERE id = 'a'")).get("n", as: Int.self)
                            try tx.execute("UPDATE t SET n = \(n + 1) WHERE id = 'a'")
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await databases[1].read { try $0.row("SELECT n FROM t")?.get("n", as: Int.self) } == 20)
            for db in databases { try await db.close() }
        }
    }

    @Test("256 concurrent writers lose nothing", arguments: Engine.all)
    func manyWriters(engine: Engine) async throws {
        try await engine.withDatabase { db in
            try await db.migrate([counter])
            let numbers = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<256 {
                    group.addTask {
                        try await db.write { tx in
                            try tx.execute("INSERT INTO t VALUES (\("w\(number)"), \(number))")
                            return number
                        }
                    }
                }
                return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
            }
            #expect(numbers.count == 256)
            #expect(try await count(db) == 257)
        }
    }

    @Test("a body that throws leaves nothing, and its neighbours everything", arguments: Engine.all)
    func neighbours(engine: Engine) async throws {
        try await engine.withDatabase { db in
            try await db.migrate([counter])
            let refused = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<60 {
                    group.addTask {
                        do {
                            try await db.write { tx in
                                try tx.execute("INSERT INTO t VALUES (\("w\(number)"), \(number))")
                                if number % 3 == 0 { throw Refusal() }
                                if number % 3 == 1 { try tx.execute("INSERT INTO t VALUES ('a', 1)") }
                            }
                            return false
                        } catch {
                            #expect(number % 3 == 0 ? error is Refusal : (error as? SQLError)?.kind == .unique)
                            return true
                        }
                    }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(refused == 40)
            #expect(try await count(db) == 21)
        }
    }

    @Test("a statement that failed fails its transaction, also when the body looks away", arguments: Engine.all)
    func swallowed(engine: Engine) async throws {
        try await engine.withDatabase { db in
            try await db.migrate([counter])
            let error = await #expect(throws: SQLError.self) {
                try await db.write { tx in
                    try tx.execute("INSERT INTO t VALUES ('b', 1)")
                    _ = try? tx.execute("INSERT INTO t VALUES ('a', 1)")
                    _ = try? tx.execute("INSERT INTO t VALUES ('c', 1)")
                }
            }
            #expect(error?.kind == .unique)
            #expect(try await count(db) == 1)
        }
    }

    @Test("a reader sees one moment, whatever is committed meanwhile", arguments: Engine.all)
    func snapshot(engine: Engine) async throws {
        try await engine.withDatabase { db in
            try await db.migrate([counter])
            let (reading, written) = (Flag(), Flag())
            async let seen = db.read { tx in
                let before = try tx.rows("SELECT id FROM t").count
                reading.raise()
                written.wait()
                return [before, try tx.rows("SELECT id FROM t").count]
            }
            try await reading.raised()
            try await db.write { try $0.execute("INSERT INTO t VALUES ('b', 1)") }
            written.raise()
            #expect(try await seen == [1, 1])
            #expect(try await count(db) == 2)
        }
    }

    @Test("a reader cannot write", arguments: Engine.all)
    func readOnly(engine: Engine) async throws {
        try await engine.withDatabase { db in
            try await db.migrate([counter])
            await #expect(throws: (any Error).self) { try await db.read { try $0.execute("DELETE FROM t") } }
            #expect(try await count(db) == 1)
        }
    }

    @Test("what is acknowledged is there after closing and opening again", arguments: Engine.all)
    func reopened(engine: Engine) async throws {
        try await engine.withAddress { address in
            let first = try await address.open()
            try await first.migrate([counter])
            try await first.write { try $0.execute("INSERT INTO t VALUES ('b', 2)") }
            try await first.close()
            let second = try await address.open()
            #expect(try await count(second) == 2)
            try await second.close()
        }
    }

    @Test("a cancelled task writes nothing, or all and says so", arguments: Engine.all)
    func cancelled(engine: Engine) async throws {
        try await engine.withDatabase { db in
            try await db.migrate([counter])
            let tasks = (0..<50).map { number in
                Task { try await db.write { try $0.execute("INSERT INTO t VALUES (\("w\(number)"), 1)") } }
            }
            for task in tasks { task.cancel() }
            var acknowledged = 0
            for task in tasks where (try? await task.value) != nil { acknowledged += 1 }
            #expect(try await count(db) == 1 + acknowledged)
        }
    }

    @Test("after closing, everything throws", arguments: Engine.all)
    func closed(engine: Engine) async throws {
        try await engine.withAddress { address in
            let db = try await address.open()
            try await db.migrate([counter])
            try await db.close()
            await #expect(throws: (any Error).self) { try await db.write { try $0.execute("DELETE FROM t") } }
            await #expect(throws: (any Error).self) { try await count(db) }
        }
    }
}

/// Raised once; waited for by a thread in a transaction or by a task.
final class Flag: Sendable {
    private let isUp = Mutex(false)
    private let gate = DispatchSemaphore(value: 0)

    func raise() {
        isUp.withLock { $0 = true }
        gate.signal()
    }

    func wait() {
        #expect(gate.wait(timeout: .now() + 10) == .success)
    }

    func raised() async throws {
        #expect(try await eventually { self.isUp.withLock { $0 } })
    }
}
