import Database
import Jobs
import Logging
import Synchronization
import TestKit
import Testing
import Vocabulary

@testable import Mail

@Suite("Mail that waits")
struct QueueTests {
    /// A node's mail; its server is a port on which nobody listens.
    private static func open(
        on engine: Engine, isOn: Bool = true, _ body: @Sendable (Mail, any Database, TestClock) async throws -> Void
    ) async throws {
        try await engine.withDatabase { database in
            try await database.migrate(Jobs.migrations + Mail.migrations)
            let (clock, ids) = (TestClock(), SeededIDs())
            let from = try #require(MailAddress("truc@namdinh.example"))
            var settings = MailSettings(host: "127.0.0.1", port: 1, from: from)
            settings.security = .none
            let mail = Mail(
                database: database, now: clock.now, newID: ids.source, settings: isOn ? settings : nil,
                logger: Logger(label: "mail") { _ in SwiftLogNoOpLogHandler() })
            try await body(mail, database, clock)
        }
    }

    private static func letter() throws -> Letter {
        Letter(
            to: try #require(MailAddress("can.bo@namdinh.example")), name: "Cán bộ mẫu",
            subject: Phrase(vi: "Thư mẫu", en: "An example"), body: Phrase(vi: "Xin chào", en: "Hello"))
    }

    private static func state(_ database: any Database) async throws -> [String] {
        try await database.read { tx in
            try tx.rows("SELECT state, body FROM mail_message").map {
                "\(try $0.get("state", as: String.self)) \(try $0.get("body", as: String.self).isEmpty)"
            }
        }
    }

    private static func ids(_ database: any Database) async throws -> [String] {
        try await database.read { try $0.rows("SELECT id FROM mail_message ORDER BY id").map { try $0.get("id") } }
    }

    @Test("a letter and its job are there when the transaction holds, and gone when it does not", arguments: Engine.all)
    func atomic(engine: Engine) async throws {
        try await QueueTests.open(on: engine) { mail, database, clock in
            struct Undo: Error {}
            await #expect(throws: Undo.self) {
                try await database.write { tx in
                    try mail.post(try QueueTests.letter(), at: clock.now(), in: tx)
                    throw Undo()
                }
            }
            #expect(try await QueueTests.ids(database) == [])
            try await database.write { try mail.post(try QueueTests.letter(), at: clock.now(), in: $0) }
            let jobs: Int? = try await database.read { try $0.row("SELECT COUNT(*) AS n FROM jobs_job")?.get("n") }
            #expect(jobs == 1)
            #expect(try await QueueTests.state(database) == ["waiting false"])
        }
    }

    @Test(
        "a server that is away: again after growing pauses, given up after two days, without the text",
        arguments: Engine.all)
    func away(engine: Engine) async throws {
        try await QueueTests.open(on: engine) { mail, database, clock in
            try await database.write { try mail.post(try QueueTests.letter(), at: clock.now(), in: $0) }
            let id = try #require(try await QueueTests.ids(database).first)
            for _ in Mail.pausesSeconds {
                try await mail.send(id)
                #expect(try await QueueTests.state(database) == ["waiting false"])
            }
            let due: [Int64] = try await database.read { tx in
                try tx.rows("SELECT due_at FROM jobs_job ORDER BY due_at").map { row in
                    let due: Instant = try row.get("due_at")
                    return (due.milliseconds - clock.now().milliseconds) / 1000
                }
            }
            #expect(due == [0] + Mail.pausesSeconds)
            try await mail.send(id)
            #expect(try await QueueTests.state(database) == ["refused true"])
            #expect(Mail.pausesSeconds.reduce(0, +) > 48 * 3600)
            clock.advance(days: 31)
            try await mail.sweep()
            #expect(try await QueueTests.ids(database) == [])
        }
    }

    @Test("a report marks the address, once it names a mail of ours to that address", arguments: Engine.all)
    func bounces(engine: Engine) async throws {
        try await QueueTests.open(on: engine) { mail, database, clock in
            let letter = try QueueTests.letter()
            try await database.write { try mail.post(letter, at: clock.now(), in: $0) }
            let id = try #require(try await QueueTests.ids(database).first)
            func report(_ id: String, _ to: String) throws -> Bounce {
                try #require(Bounce(Array(BounceTests.report(id: id, to: to).utf8)))
            }
            #expect(try await !mail.take(report("nobody", "can.bo@namdinh.example")))
            #expect(try await !mail.take(report(id, "lanh.dao@namdinh.example")))
            #expect(try await !mail.take(report(id, "")))
            #expect(try await database.read { try mail.bounced(letter.to, in: $0) } == nil)
            #expect(try await mail.take(report(id, "CAN.BO@namdinh.example")))
            #expect(try await database.read { try mail.bounced(letter.to, in: $0) } == "5.1.1")
            try await database.write { try mail.post(letter, at: clock.now(), in: $0) }
            #expect(try await QueueTests.ids(database).count == 1, "nothing more goes there")
            try await database.write { tx in
                try mail.forget(letter.to, in: tx)
                try mail.post(letter, at: clock.now(), in: tx)
            }
            #expect(try await QueueTests.ids(database).count == 2)
            try await database.write { try mail.erase(ID("nobody"), letter.to, in: $0) }
            #expect(try await QueueTests.ids(database) == [], "an erased address leaves nothing")
        }
    }

    @Test("of an address that people share, each has their own letters", arguments: Engine.all)
    func sharedAddress(engine: Engine) async throws {
        try await QueueTests.open(on: engine) { mail, database, clock in
            let letter = try QueueTests.letter()
            @Sendable func written(to person: ID<Person>?) -> Letter {
                Letter(to: letter.to, name: letter.name, subject: letter.subject, body: letter.body, person: person)
            }
            try await database.write { tx in
                for person in [ID<Person>("a"), ID<Person>("b"), nil] {
                    try mail.post(written(to: person), at: clock.now(), in: tx)
                }
                #expect(try mail.records(of: ID("a"), letter.to, in: tx).count == 2)
                #expect(try mail.records(of: ID("b"), nil, in: tx).count == 1)
                try mail.erase(ID("a"), letter.to, in: tx)
                #expect(try mail.records(of: ID("b"), letter.to, in: tx).count == 1)
            }
            #expect(try await QueueTests.ids(database).count == 1)
        }
    }

    @Test("a node without a mail server writes nothing down", arguments: Engine.all)
    func off(engine: Engine) async throws {
        try await QueueTests.open(on: engine, isOn: false) { mail, database, clock in
            try await database.write { try mail.post(try QueueTests.letter(), at: clock.now(), in: $0) }
            #expect(try await QueueTests.ids(database) == [])
        }
    }
}
