import Database
import Jobs
import Synchronization
import TestKit
import Testing
import Vocabulary

@Suite struct ProcessTests {
    private let clock = TestClock()
    private let diary = Diary()

    private func enqueue(_ whom: String, id: String, in db: any Database) async throws {
        let due = clock.now()
        try await db.write { try Jobs.enqueue(Greet(whom: whom), id: id, at: due, in: $0) }
    }

    private func holder(_ db: any Database) async throws -> String? {
        try await db.read { try $0.row("SELECT holder FROM jobs_leader")?.get("holder") }
    }

    @Test("a running process picks up what becomes due, also while a long job runs", arguments: Engine.all)
    func runs(engine: Engine) async throws {
        try await engine.withDatabase { db in
            try await db.migrate(Jobs.migrations)
            let jobs = process(db, clock)
            let (release, hold) = AsyncStream.makeStream(of: Void.self)
            jobs.handle(Greet.self) { [diary] job in
                diary.write(job.whom)
                if job.whom == "long" { for await _ in release { break } }
            }
            try await enqueue("long", id: "1", in: db)
            let running = Task { try await jobs.run() }
            #expect(try await eventually { diary.read == ["long"] })
            try await enqueue("short", id: "2", in: db)
            #expect(try await eventually { diary.read == ["long", "short"] })
            hold.finish()
            running.cancel()
            try await running.value
        }
    }

    @Test("cancelling gives the job back uncounted, and the next process runs it at once", arguments: Engine.all)
    func cancelled(engine: Engine) async throws {
        try await engine.withDatabase { db in
            try await db.migrate(Jobs.migrations)
            let first = process(db, clock)
            first.handle(Greet.self) { [diary] _ in
                diary.write("first")
                try await Task.sleep(for: .seconds(3600))
            }
            try await enqueue("x", id: "1", in: db)
            let running = Task { try await first.run() }
            #expect(try await eventually { diary.read == ["first"] })
            running.cancel()
            try await running.value
            #expect(try await holder(db) == nil, "it resigned")
            let attempts: Int? = try await db.read { try $0.row("SELECT attempts FROM jobs_job")?.get("attempts") }
            #expect(attempts == 0)
            let second = process(db, clock, seed: 2)
            second.handle(Greet.self) { [diary] _ in diary.write("second") }
            #expect(try await second.runDue() == 1)
            #expect(diary.read == ["first", "second"])
        }
    }

    @Test("the job of a process that died is taken again after its lease, not before", arguments: Engine.all)
    func crashed(engine: Engine) async throws {
        try await engine.withDatabase { db in
            try await db.migrate(Jobs.migrations)
            try await enqueue("x", id: "1", in: db)
            let (until, now) = (clock.now().adding(seconds: 30), clock.now())
            try await db.write { tx in
                try tx.execute(
                    "UPDATE jobs_job SET taken_by = 'dead', taken_until = \(until), attempts = 1 WHERE due_at <= \(now)"
                )
            }
            let jobs = process(db, clock)
            jobs.handle(Greet.self) { [diary] in diary.write($0.whom) }
            clock.advance(seconds: 30)
            #expect(try await jobs.runDue() == 0)
            clock.advance(seconds: 1)
            #expect(try await jobs.runDue() == 1)
            #expect(diary.read == ["x"])
        }
    }

    @Test("a process that is alone takes over at once what a dead one held, leadership too", arguments: Engine.all)
    func takenOver(engine: Engine) async throws {
        try await engine.withDatabase { db in
            try await db.migrate(Jobs.migrations)
            try await enqueue("x", id: "1", in: db)
            let (until, now) = (clock.now().adding(seconds: 30), clock.now())
            try await db.write { tx in
                try tx.execute(
                    "INSERT INTO jobs_leader (only_one, holder, held_until) VALUES ('leader', 'dead', \(until))")
                try tx.execute(
                    "UPDATE jobs_job SET taken_by = 'dead', taken_until = \(until), attempts = 1 WHERE due_at <= \(now)"
                )
            }
            let jobs = process(db, clock)
            jobs.handle(Greet.self) { [diary] in diary.write($0.whom) }
            #expect(try await jobs.runDue() == 0)
            try await jobs.takeOver()
            let running = Task { try await jobs.run() }
            #expect(try await eventually { diary.read == ["x"] })
            running.cancel()
            try await running.value
        }
    }

    @Test("a job under which every process dies is buried, not tried for ever", arguments: Engine.all)
    func poison(engine: Engine) async throws {
        try await engine.withDatabase { db in
            try await db.migrate(Jobs.migrations)
            try await enqueue("x", id: "1", in: db)
            try await db.write {
                try $0.execute("UPDATE jobs_job SET taken_by = 'dead', taken_until = 0, attempts = 8")
            }
            let jobs = process(db, clock)
            jobs.handle(Greet.self) { [diary] in diary.write($0.whom) }
            #expect(try await jobs.runDue() == 1)
            #expect(diary.read == [])
            #expect(try await jobs.dead().map(\.reason) == ["ProcessesDied()"])
        }
    }

    @Test("of several processes one leads, and another follows when it goes", arguments: Engine.all)
    func oneLeader(engine: Engine) async throws {
        try await engine.withAddress { address in
            let (here, there) = (try await address.open(), try await address.open())
            try await here.migrate(Jobs.migrations)
            let processes = [process(here, clock), process(there, clock, seed: 2) { $0.leaseSeconds = 1 }]
            for (name, jobs) in zip(["first", "second"], processes) {
                jobs.handle(Greet.self) { [diary] in diary.write("\(name) \($0.whom)") }
            }
            let first = Task { try await processes[0].run() }
            #expect(try await eventually { try await holder(here) != nil })
            let second = Task { try await processes[1].run() }
            try await enqueue("a", id: "1", in: there)
            try await enqueue("b", id: "2", in: there)
            #expect(try await eventually { diary.read.sorted() == ["first a", "first b"] })
            first.cancel()
            try await first.value
            try await enqueue("c", id: "3", in: there)
            #expect(try await eventually { diary.read.last == "second c" })
            second.cancel()
            try await second.value
            try await here.close()
            try await there.close()
        }
    }

    @Test("when a leader dies without a word, another leads after its lease", arguments: Engine.all)
    func leaderDied(engine: Engine) async throws {
        try await engine.withDatabase { db in
            try await db.migrate(Jobs.migrations)
            let until = clock.now().adding(seconds: 30)
            try await db.write {
                try $0.execute(
                    "INSERT INTO jobs_leader (only_one, holder, held_until) VALUES ('leader', 'dead', \(until))")
            }
            let jobs = process(db, clock) { $0.leaseSeconds = 1 }
            jobs.handle(Greet.self) { [diary] in diary.write($0.whom) }
            try await enqueue("x", id: "1", in: db)
            let running = Task { try await jobs.run() }
            // A lease of one second means an election every third of one: let one pass that must not be won.
            #expect(try await !eventually(withinSeconds: 0.5) { try await holder(db) != "dead" })
            clock.advance(seconds: 31)
            #expect(try await eventually { diary.read == ["x"] })
            running.cancel()
            try await running.value
        }
    }

    @Test("several processes that look at the same time run each job once", arguments: Engine.all)
    func eachOnce(engine: Engine) async throws {
        try await engine.withAddress { address in
            let databases = [try await address.open(), try await address.open(), try await address.open()]
            try await databases[0].migrate(Jobs.migrations)
            let due = clock.now()
            try await databases[0].write { tx in
                for number in 0..<40 { try Jobs.enqueue(Greet(whom: "\(number)"), id: "\(number)", at: due, in: tx) }
            }
            let counts = try await withThrowingTaskGroup(of: Int.self) { group in
                for (seed, db) in databases.enumerated() {
                    let jobs = process(db, clock, seed: UInt64(seed + 1))
                    jobs.handle(Greet.self) { [diary] in diary.write($0.whom) }
                    group.addTask { try await jobs.runDue() }
                }
                return try await group.reduce(0, +)
            }
            #expect(counts == 40)
            #expect(Set(diary.read).count == 40)
            #expect(diary.read.count == 40)
            for db in databases { try await db.close() }
        }
    }
}
