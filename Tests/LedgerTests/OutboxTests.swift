import Database
import Logging
import StrictJSON
import Synchronization
import TestKit
import Testing
import Vocabulary

@testable import Ledger

/// A fact written in a transaction is in the ledger exactly once, whatever happens in between.
@Suite("Outbox")
struct OutboxTests {
    private static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// A database with the outbox's tables, and a log.
    private struct Desk {
        let database: any Database
        let logs: Logs
        let outbox: LedgerOutbox

        func record(_ content: JSON, subject: String? = nil) async throws -> ID<LedgerFact> {
            try await database.write { [outbox, logs] tx in
                try outbox.record("test.said", content, subject: subject, at: logs.clock.now(), in: tx)
            }
        }

        func drain(_ ledger: Ledger, batch: Int = 512) -> LedgerDrain {
            LedgerDrain(database: database, ledger: ledger, outbox: outbox, logger: OutboxTests.quiet, batch: batch)
        }

        func fact(_ id: ID<LedgerFact>) async throws -> RecordedFact {
            let found = try await database.read { [outbox] tx in try outbox.fact(id, in: tx) }
            return try #require(found)
        }

        func waiting() async throws -> [Leaf] {
            try await database.read { [outbox] in try outbox.waiting(limit: 1000, in: $0) }
        }

        /// Each fact stands in the log once, at the index that its row says.
        func expectOnce(
            _ facts: [ID<LedgerFact>], in ledger: Ledger, besides others: [ID<LedgerFact>] = []
        ) async throws {
            let leaves = try await ledger.entries(0..<ledger.checkpoint.size)
            #expect(leaves.map(\.fact.text).sorted() == (facts + others).map(\.text).sorted())
            for fact in facts {
                let index = try #require(try await self.fact(fact).leafIndex)
                #expect(leaves.dropFirst(Int(index)).first?.fact == fact)
            }
        }
    }

    private func withDesk(
        _ engine: Engine, ids: @escaping IDSource = SeededIDs().source, _ body: @Sendable (Desk) async throws -> Void
    ) async throws {
        try await engine.withDatabase { database in
            try await database.migrate(LedgerOutbox.migrations)
            try await body(Desk(database: database, logs: try Logs(), outbox: LedgerOutbox(newID: ids)))
        }
    }

    private struct Refused: Error {}

    @Test("what was committed arrives once, what was rolled back never", arguments: Engine.all)
    func arrives(engine: Engine) async throws {
        try await withDesk(engine) { desk in
            let ledger = try await desk.logs.open()
            let drain = desk.drain(ledger, batch: 3)
            var facts: [ID<LedgerFact>] = []
            for number in 0..<8 { facts.append(try await desk.record(["number": .integer(Int64(number))])) }
            await #expect(throws: Refused.self) {
                try await desk.database.write { tx in
                    try desk.outbox.record("test.said", ["never": true], at: desk.logs.clock.now(), in: tx)
                    throw Refused()
                }
            }
            #expect(try await drain.drain() == 8)
            #expect(try await drain.drain() == 0)
            try await desk.expectOnce(facts, in: ledger)
            try await ledger.close()
        }
    }

    @Test("a stop between appending and remembering makes neither a loss nor a double", arguments: Engine.all)
    func crashAfterAppend(engine: Engine) async throws {
        try await withDesk(engine) { desk in
            var ledger = try await desk.logs.open()
            var facts: [ID<LedgerFact>] = []
            for number in 0..<4 { facts.append(try await desk.record(["number": .integer(Int64(number))])) }
            // Some of the outbox reached the log, and nobody wrote that down; leaves of others stand between.
            _ = try await ledger.append(contentsOf: Array(try await desk.waiting().prefix(3)))
            let other = try await ledger.append(try Logs.leaf(7))
            try await ledger.close()

            ledger = try await desk.logs.open()
            facts.append(try await desk.record(["number": 4]))
            #expect(try await desk.drain(ledger).drain() == 2)
            try await desk.expectOnce(facts, in: ledger, besides: [other.leaf.fact])
            try await ledger.close()
        }
    }

    @Test("a power loss that spoils the batch being written makes neither a loss nor a double", arguments: Engine.all)
    func crashWhileAppending(engine: Engine) async throws {
        try await withDesk(engine) { desk in
            var ledger = try await desk.logs.open()
            var facts: [ID<LedgerFact>] = []
            for number in 0..<6 { facts.append(try await desk.record(["number": .integer(Int64(number))])) }
            let before = try desk.logs.bytes(DurableMark.name)
            _ = try await ledger.append(contentsOf: try await desk.waiting())
            try await ledger.close()
            let segment = try desk.logs.bytes(Segment.name(0))
            try desk.logs.write(Array(segment.prefix(Segment.headerLength + 400)), to: Segment.name(0))
            try desk.logs.write(before, to: DurableMark.name)

            ledger = try await desk.logs.open()
            let kept = Int(ledger.checkpoint.size)
            #expect((1..<6).contains(kept))
            #expect(try await desk.drain(ledger).drain() == 6 - kept)
            try await desk.expectOnce(facts, in: ledger)
            try await ledger.close()
        }
    }

    @Test("a fact whose id is older than what is already in the log is not forgotten", arguments: Engine.all)
    func lateCommit(engine: Engine) async throws {
        let ids = Mutex(["0002", "0003", "0001"])
        try await withDesk(engine, ids: { ids.withLock { $0.removeFirst() } }) { desk in
            let ledger = try await desk.logs.open()
            let drain = desk.drain(ledger)
            var facts = [try await desk.record(["late": false]), try await desk.record(["late": false])]
            #expect(try await drain.drain() == 2)
            facts.append(try await desk.record(["late": true]))
            #expect(try await drain.drain() == 1)
            try await desk.expectOnce(facts, in: ledger)
            try await ledger.close()
        }
    }

    @Test("many writers and many drains at once", arguments: Engine.all)
    func crowd(engine: Engine) async throws {
        try await withDesk(engine) { desk in
            let ledger = try await desk.logs.open()
            let drain = desk.drain(ledger, batch: 4)
            let facts = try await withThrowingTaskGroup { group in
                for number in 0..<20 {
                    group.addTask {
                        let fact = try await desk.record(["number": .integer(Int64(number))])
                        _ = try await drain.drain()
                        return fact
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            try await desk.expectOnce(facts, in: ledger)
            try await ledger.close()
        }
    }

    @Test("an erased fact says nothing any more, and its proof holds", arguments: Engine.all)
    func erasure(engine: Engine) async throws {
        try await withDesk(engine) { desk in
            let ledger = try await desk.logs.open()
            let said: JSON = ["name": "Người mẫu", "vote": "yes"]
            let fact = try await desk.record(said, subject: "person-1")
            let twin = try await desk.record(said, subject: "person-1")
            _ = try await desk.drain(ledger).drain()
            let row = try await desk.fact(fact)
            let index = try #require(row.leafIndex)
            let before = try await ledger.prove(index).disclosing(row.disclosure)
            #expect(try Verification.receipt(before.json.encoded(), by: try desk.logs.signer) == before.read)
            #expect(before.disclosed?.content == said.canonical())

            try await desk.database.write { tx in
                try desk.outbox.erase(fact, at: desk.logs.clock.now(), in: tx)
                try desk.outbox.erase(fact, at: desk.logs.clock.now().adding(days: 1), in: tx)
            }
            let erased = try await desk.fact(fact)
            #expect((erased.disclosure, erased.subject, erased.erasedAt) == (nil, nil, desk.logs.clock.now()))
            let after = try await ledger.prove(index).disclosing(erased.disclosure)
            #expect(try Verification.receipt(after.json.encoded(), by: try desk.logs.signer).disclosed == nil)
            #expect(
                try await desk.database.read { try desk.outbox.facts(about: "person-1", in: $0) }.map(\.id) == [twin])

            // Who knows everything but the salt cannot tell a right guess from a wrong one.
            let leaf = after.receipt.leaf
            #expect(leaf.digest != LedgerHash(sha256: said.canonical()))
            #expect(leaf.digest != (try await desk.fact(twin)).digest)
            #expect(row.disclosure?.salt.count == 32)
            #expect(!leaf.bytes.contains("Người mẫu".utf8))
            await #expect(throws: Problem.notFound) {
                try await desk.database.write { try desk.outbox.erase(ID("nobody"), at: desk.logs.clock.now(), in: $0) }
            }
            try await ledger.close()
        }
    }

    @Test("what a receipt discloses cannot be shifted between salt and content")
    func shiftedContent() async throws {
        let logs = try Logs()
        let ledger = try await logs.open()
        let (salt, content) = ([UInt8](repeating: 7, count: 32), Array("123".utf8))
        let told = Disclosure(salt: salt, content: content)
        let leaf = try Leaf(kind: "test", fact: ID("1"), at: logs.clock.now(), digest: told.digest)
        let proven = try await ledger.prove(try await ledger.append(leaf))
        let signer = try logs.signer
        #expect(try Verification.receipt(proven.disclosing(told).json.encoded(), by: signer).disclosed == told)
        let shifted = Disclosure(salt: salt + content.prefix(1), content: Array(content.dropFirst()))
        #expect(shifted.digest == told.digest)
        #expect(throws: LedgerError.self) {
            try Verification.receipt(proven.disclosing(shifted).json.encoded(), by: signer)
        }
        try await ledger.close()
        #expect((0..<40).allSatisfy { LedgerOutbox.randomBytes($0).count == $0 })
    }

    @Test("a log that is not the one the database has seen is refused", arguments: Engine.all)
    func otherLog(engine: Engine) async throws {
        try await withDesk(engine) { desk in
            let ledger = try await desk.logs.open()
            _ = try await desk.record(["number": 1])
            _ = try await desk.drain(ledger).drain()
            try await ledger.close()
            let other = try Logs()
            let empty = try await other.open()
            await #expect(throws: LedgerError.self) { try await desk.drain(empty).drain() }
            _ = try await empty.append(contentsOf: try Logs.leaves(0..<5))
            await #expect(throws: LedgerError.self) { try await desk.drain(empty).drain() }
            try await empty.close()
        }
    }

    @Test("of two that drain one outbox into two logs the later goes on, the earlier is told", arguments: Engine.all)
    func twoDrains(engine: Engine) async throws {
        try await withDesk(engine) { desk in
            let other = try Logs()
            let (ledger, rival) = (try await other.open(), try await desk.logs.open())
            let (early, late) = (desk.drain(ledger), desk.drain(rival))
            #expect(try await early.drain() == 0)
            #expect(try await late.drain() == 0)
            var facts = [try await desk.record(["number": 1])]
            for _ in 0..<2 { await #expect(throws: LedgerError.self) { try await early.drain() } }
            #expect(ledger.checkpoint.size == 0, "it gives nothing to its log any more")
            #expect(try await late.drain() == 1)
            // Both logs have the same leaves now, and still only one may go on.
            _ = try await ledger.append(contentsOf: try await rival.entries(0..<1))
            facts.append(try await desk.record(["number": 2]))
            await #expect(throws: LedgerError.self) { try await early.drain() }
            #expect(try await late.drain() == 1)
            try await desk.expectOnce(facts, in: rival)
            try await ledger.close()
            try await rival.close()
        }
    }

    @Test("a commit whose answer was lost does not stop the drain", arguments: Engine.all)
    func lostAnswer(engine: Engine) async throws {
        try await withDesk(engine) { desk in
            let ledger = try await desk.logs.open()
            let forgetful = ForgetfulDatabase(desk.database)
            let drain = LedgerDrain(
                database: forgetful, ledger: ledger, outbox: desk.outbox, logger: OutboxTests.quiet)
            var facts = [try await desk.record(["number": 1])]
            #expect(try await drain.drain() == 1)
            facts.append(try await desk.record(["number": 2]))
            forgetful.loseNextAnswer()
            await #expect(throws: ForgetfulDatabase.AnswerLost.self) { try await drain.drain() }
            #expect(try await drain.drain() == 0)
            try await desk.expectOnce(facts, in: ledger)
            try await ledger.close()
        }
    }

    @Test("a commit brings its fact over at once, without waiting for the poll", arguments: Engine.all)
    func poke(engine: Engine) async throws {
        try await withDesk(engine) { desk in
            let ledger = try await desk.logs.open()
            let drain = LedgerDrain(
                database: desk.database, ledger: ledger, outbox: desk.outbox, logger: OutboxTests.quiet,
                pollSeconds: 3600)
            let running = Task { try await drain.run() }
            let poking = PokingDatabase(desk.database, drain: drain)
            for number in 1...3 {
                try await poking.write { tx in
                    _ = try desk.outbox.record(
                        "test.said", ["number": .integer(Int64(number))], at: desk.logs.clock.now(), in: tx)
                }
                #expect(try await eventually { ledger.checkpoint.size == Int64(number) })
            }
            running.cancel()
            await #expect(throws: CancellationError.self) { try await running.value }
            try await ledger.close()
        }
    }

    @Test("contents have a bound")
    func tooMuch() async throws {
        try await withDesk(.sqlite) { desk in
            await #expect(throws: LedgerError.self) {
                _ = try await desk.record(.string(String(repeating: "a", count: LedgerOutbox.contentLimitBytes)))
            }
        }
    }
}
