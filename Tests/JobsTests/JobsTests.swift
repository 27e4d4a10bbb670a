import Database
import Jobs
import Logging
import Synchronization
import TestKit
import Testing
import Vocabulary

struct Greet: Job {
    static let name = "tests.greet"
    let whom: String
}

struct Unheard: Job {
    static let name = "tests.unheard"
    let number: Int
}

struct Mishap: Error {}

/// What ran, in order.
final class Diary: Sendable {
    private let lines = Mutex<[String]>([])
    var read: [String] { lines.withLock { $0 } }
    func write(_ line: String) { lines.withLock { $0.append(line) } }
}

/// One process among those that share a database.
func process(
    _ db: any Database, _ clock: TestClock, seed: UInt64 = 1, _ change: (inout JobSettings) -> Void = { _ in }
) -> Jobs {
    var settings = JobSettings()
    settings.pollMilliseconds = 10
    change(&settings)
    return Jobs(
        database: db, now: clock.now, newID: SeededIDs(seed: seed).source,
        logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }, settings: settings)
}

@Suite struct JobsTests {
    private let clock = TestClock()
    private let diary = Diary()

    private func greet(_ whom: String, id: String, in db: any Database) async throws {
        let due = clock.now()
        try await db.write { try Jobs.enqueue(Greet(whom: whom), id: id, at: due, in: $0) }
    }

    private func listen(_ jobs: Jobs, _ react: @escaping @Sendable (String) async throws -> Void = { _ in }) {
        let diary = diary
        jobs.handle(Greet.self) { job in
            diary.write(job.whom)
            try await react(job.whom)
        }
    }

    @Test("a job runs once when it is due, and not before", arguments: Engine.all)
    func due(engine: Engine) async throws {
        try await engine.withDatabase { db in
            try await db.migrate(Jobs.migrations)
            let jobs = process(db, clock)
            listen(jobs)
            let later = clock.now().adding(seconds: 60)
            try await db.write { try Jobs.enqueue(Greet(whom: "Đường Đình"), id: "1", at: later, in: $0) }
            #expect(try await jobs.runDue() == 0)
            clock.advance(seconds: 60)
            #expect(try await jobs.runDue() == 1)
            #expect(try await jobs.runDue() == 0)
            #expect(diary.read == ["Đường Đình"])
        }
    }

    @Test("the same id is enqueued once, also after it ran", arguments: Engine.all)
    func idempotent(engine: Engine) async throws {
        try await engine.withDatabase { db in
            try await db.migrate(Jobs.migrations)
            let jobs = process(db, clock)
            listen(jobs)
            try await greet("first", id: "same", in: db)
            try await greet("second", id: "same", in: db)
            _ = try await jobs.runDue()
            try await greet("third", id: "same", in: db)
            _ = try await jobs.runDue()
            #expect(diary.read == ["first"])
        }
    }

    @Test("a job of a transaction that fails was never there", arguments: Engine.all)
    func transactional(engine: Engine) async throws {
        try await engine.withDatabase { db in
            try await db.migrate(Jobs.migrations)
            let jobs = process(db, clock)
            listen(jobs)
            let due = clock.now()
            await #expect(throws: Mishap.self) {
                try await db.write { tx in
                    try Jobs.enqueue(Greet(whom: "nobody"), id: "1", at: due, in: tx)
                    throw Mishap()
                }
            }
            #expect(try await jobs.runDue() == 0)
            #expect(diary.read == [])
        }
    }

    @Test(
        "a job that fails pauses longer each time and then lies among the dead with its reason", arguments: Engine.all)
    func retriesThenDies(engine: Engine) async throws {
        try await engine.withDatabase { db in
            try await db.migrate(Jobs.migrations)
            let jobs = process(db, clock) { $0.attemptsMax = 3 }
            listen(jobs) { _ in throw Mishap() }
            try await greet("x", id: "1", in: db)
            #expect(try await jobs.runDue() == 1)
            clock.advance(seconds: 4)
            #expect(try await jobs.runDue() == 0, "half of ten seconds is the shortest pause")
            clock.advance(seconds: 6)
            #expect(try await jobs.runDue() == 1)
            clock.advance(seconds: 9)
            #expect(try await jobs.runDue() == 0, "half of twenty")
            clock.advance(seconds: 11)
            #expect(try await jobs.runDue() == 1)
            clock.advance(days: 1)
            #expect(try await jobs.runDue() == 0)
            let dead = try await jobs.dead()
            #expect(dead.map(\.id) == ["1"])
            #expect(dead.first?.attempts == 3)
            #expect(dead.first?.reason == "Mishap()")
        }
    }

    @Test("the dead are not enqueued again by accident, but revived on purpose", arguments: Engine.all)
    func revived(engine: Engine) async throws {
        try await engine.withDatabase { db in
            try await db.migrate(Jobs.migrations)
            let jobs = process(db, clock) { $0.attemptsMax = 1 }
            listen(jobs) { [diary] _ in if diary.read.count == 1 { throw Mishap() } }
            try await greet("x", id: "1", in: db)
            _ = try await jobs.runDue()
            try await greet("x", id: "1", in: db)
            #expect(try await jobs.runDue() == 0)
            let due = clock.now()
            try await db.write { try Jobs.revive("1", at: due, in: $0) }
            #expect(try await jobs.runDue() == 1)
            #expect(try await jobs.dead() == [])
            #expect(diary.read == ["x", "x"])
        }
    }

    @Test("a payload that its type cannot read dies at once", arguments: Engine.all)
    func unreadable(engine: Engine) async throws {
        try await engine.withDatabase { db in
            try await db.migrate(Jobs.migrations)
            let jobs = process(db, clock)
            listen(jobs)
            try await greet("x", id: "1", in: db)
            try await db.write { try $0.execute("UPDATE jobs_job SET payload = '{}'") }
            #expect(try await jobs.runDue() == 1)
            #expect(try await jobs.dead().map(\.id) == ["1"])
        }
    }

    @Test("a job that nobody here knows stays and is reported", arguments: Engine.all)
    func unknown(engine: Engine) async throws {
        try await engine.withDatabase { db in
            try await db.migrate(Jobs.migrations)
            let jobs = process(db, clock)
            listen(jobs)
            let due = clock.now()
            try await db.write { try Jobs.enqueue(Unheard(number: 7), id: "1", at: due, in: $0) }
            #expect(try await jobs.runDue() == 0)
            #expect(try await jobs.unknown() == ["tests.unheard": 1])
            jobs.handle(Unheard.self) { [diary] in diary.write("\($0.number)") }
            #expect(try await jobs.runDue() == 1)
            #expect(try await jobs.unknown() == [:])
            #expect(diary.read == ["7"])
        }
    }

    @Test("no more run at once than allowed, and all run", arguments: Engine.all)
    func bounded(engine: Engine) async throws {
        try await engine.withDatabase { db in
            try await db.migrate(Jobs.migrations)
            let jobs = process(db, clock) { $0.concurrency = 3 }
            let gauge = Mutex((now: 0, most: 0))
            let due = clock.now()
            jobs.handle(Unheard.self) { _ in
                gauge.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
                for _ in 0..<20 { await Task.yield() }
                gauge.withLock { $0.now -= 1 }
            }
            try await db.write { tx in
                for number in 0..<30 { try Jobs.enqueue(Unheard(number: number), id: "\(number)", at: due, in: tx) }
            }
            #expect(try await jobs.runDue() == 30)
            #expect((1...3).contains(gauge.withLock { $0.most }))
        }
    }

    @Test("what is long done is forgotten", arguments: Engine.all)
    func swept(engine: Engine) async throws {
        try await engine.withDatabase { db in
            try await db.migrate(Jobs.migrations)
            let jobs = process(db, clock) { ($0.attemptsMax, $0.sweepBatch) = (1, 2) }
            listen(jobs) { if $0 == "bad" { throw Mishap() } }
            for number in 0..<5 { try await greet("good", id: "\(number)", in: db) }
            try await greet("bad", id: "5", in: db)
            _ = try await jobs.runDue()
            try await jobs.sweep()
            #expect(try await rows(db) == [5, 1])
            clock.advance(days: 2)
            try await jobs.sweep()
            #expect(try await rows(db) == [0, 1])
            clock.advance(days: 90)
            try await jobs.sweep()
            #expect(try await rows(db) == [0, 0])
        }
    }

    private func rows(_ db: any Database) async throws -> [Int] {
        try await db.read { tx in
            let row = try tx.row(
                "SELECT (SELECT COUNT(*) FROM jobs_job) AS jobs, (SELECT COUNT(*) FROM jobs_dead) AS dead")
            return [try row?.get("jobs") ?? -1, try row?.get("dead") ?? -1]
        }
    }
}
