import Crypto
import Database
import Foundation
import House
import Ledger
import Logging
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import truc

/// The log as strangers, witnesses and auditors see it, and `truc verify` on what they carry home.
@Suite("the ledger's doors")
struct LedgerDoorsTests {
    /// A log with five facts, and its doors; the cookie `test-who` makes an auditor or a witness.
    private struct Desk {
        let ledger: Ledger
        let outbox: LedgerOutbox
        let database: any Database
        let folder: String
        let facts: [ID<LedgerFact>]
        let stranger: Visitor
        let witness: Visitor
        let auditor: Visitor

        var key: String { "\(ledger.verifierKey)" }

        func drain() async throws {
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            _ = try await LedgerDrain(database: database, ledger: ledger, outbox: outbox, logger: logger).drain()
        }
    }

    private func withDesk(_ body: @Sendable (Desk) async throws -> Void) async throws {
        let home = try TemporaryFolder()
        let clock = TestClock()
        try await Engine.sqlite.withDatabase { database in
            try await database.migrate(LedgerOutbox.migrations)
            let outbox = LedgerOutbox(newID: SeededIDs().source)
            let ledger = try await Ledger.open(
                folder: home.path + "/ledger", origin: "H40/ledger", key: .init(), now: clock.now,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            let facts = try await database.write { tx in
                try (0..<5).map { number in
                    try outbox.record(
                        "test.said", ["secret": .string("Bí mật \(number)")], at: clock.now(), in: tx)
                }
            }
            let site = Site(
                doorkeeper: LedgerDoorsTests.doorkeeper,
                settings: SiteSettings(name: Phrase(name: "Trục"), cookiePrefix: "test"), now: clock.now)
            LedgerDoors(ledger: ledger, outbox: outbox, database: database).doors(site)
            let (auditor, witness) = (Visitor(site), Visitor(site))
            auditor.setCookie("test-who", "auditor")
            witness.setCookie("test-who", "witness")
            let desk = Desk(
                ledger: ledger, outbox: outbox, database: database, folder: home.path + "/ledger", facts: facts,
                stranger: Visitor(site), witness: witness, auditor: auditor)
            try await desk.drain()
            try await body(desk)
            try await ledger.close()
        }
        home.remove()
    }

    private static let doorkeeper = Doorkeeper(
        identify: { request in
            guard let who = request.cookie("test-who") else { return Caller() }
            let person = Person(
                id: ID(who), name: "Người mẫu", organisation: ID("H40"), roles: who == "auditor" ? [.auditor] : [])
            return Caller(person: person, session: who)
        },
        decide: { person, permission in
            person != nil && permission.name == "ledger.checkpoint" || person?.roles.contains(.auditor) == true
        })

    @Test("a stranger learns nothing of the log, not even how long it is")
    func strangers() async throws {
        try await withDesk { desk in
            for path in ["/ledger", "/ledger/checkpoint", "/ledger/growth/1", "/ledger/tile/0/000.p/5"] {
                let answer = await desk.stranger.send(.get, path)
                #expect([303, 401].contains(answer.status), "\(path) \(answer.status)")
                #expect(!answer.text.contains("H40/ledger"))
            }
        }
    }

    @Test("a witness sees the signed head; leaves are for those who may read them", arguments: ["vi", "en"])
    func pages(language: String) async throws {
        try await withDesk { desk in
            let root = desk.ledger.checkpoint.root.base64
            await desk.witness.get("/ledger?lang=\(language)").expect(200, shows: root, desk.key, hides: ["test.said"])
            await desk.auditor.get("/ledger?lang=\(language)").expect(200, shows: "test.said", "/ledger/leaf/4")
            await desk.auditor.get("/ledger/leaf/4?lang=\(language)").expect(
                200, shows: desk.facts[4].text, hides: ["Bí mật"])
            await desk.witness.get("/ledger/checkpoint").expect(200, shows: "H40/ledger\n5\n")
            await desk.auditor.get("/ledger/leaf/5").expect(404)
            for path in ["/ledger/leaf/0", "/ledger/receipt/\(desk.facts[0])"] {
                #expect(await desk.witness.get(path).status != 200)
            }
        }
    }

    @Test("witnesses get hashes, and entries only with the right")
    func tiles() async throws {
        try await withDesk { desk in
            let hashes = await desk.witness.send(.get, "/ledger/tile/0/000.p/5").expect(200)
            #expect(hashes.response.bytes?.count == 160)
            await desk.witness.send(.get, "/ledger/tile/0/000").expect(404)
            await desk.witness.send(.get, "/ledger/tile/entries/000.p/5").expect(403)
            await desk.witness.send(.get, "/ledger/tile/entrie%73/000.p/5").expect(403)
            let entries = await desk.auditor.send(.get, "/ledger/tile/entries/000.p/5").expect(200)
            #expect(entries.response.bytes?.isEmpty == false)
        }
    }

    @Test("a receipt is verified at home; its content comes only when asked for, and that is written down")
    func receipts() async throws {
        try await withDesk { desk in
            let plain = await desk.auditor.get("/ledger/receipt/\(desk.facts[2])").expect(200)
            let full = await desk.auditor.post("/ledger/receipt/\(desk.facts[2])").expect(200)
            let files = ["plain": plain.response.bytes ?? [], "full": full.response.bytes ?? []]
            func verify(_ name: String, _ key: String) -> VerifyCommand.Outcome {
                VerifyCommand.run(arguments: ["receipt", name], key: key) { files[$0] ?? [] }
            }
            #expect(verify("plain", desk.key).exitCode == 0)
            let bare = VerifyCommand.run(arguments: ["plain", "full"], key: desk.key) { files[$0] ?? [] }
            #expect(bare.exitCode == 0)
            #expect(bare.lines == verify("plain", desk.key).lines + verify("full", desk.key).lines)
            #expect(VerifyCommand.run(arguments: ["receipt"], key: desk.key) { _ in [] }.exitCode == 64)
            #expect(VerifyCommand.run(arguments: [], key: desk.key) { _ in [] }.exitCode == 64)
            #expect(!verify("plain", desk.key).lines.contains { $0.vi.contains("Bí mật") })
            #expect(verify("full", desk.key).lines.contains { $0.vi.contains("Bí mật 2") })
            let other = try VerifierKey(name: "H40/ledger", key: Curve25519.Signing.PrivateKey().publicKey)
            #expect(verify("full", "\(other)").exitCode == 1)
            #expect(verify("full", "nonsense").exitCode == 64)
            try await desk.drain()
            #expect(try await desk.ledger.entries(5..<6).first?.kind == "ledger.disclosed")
        }
    }

    @Test("who kept an old head can see that the log only grew")
    func growth() async throws {
        try await withDesk { desk in
            let old = await desk.witness.send(.get, "/ledger/checkpoint").response.bytes ?? []
            _ = try await desk.database.write { tx in
                try desk.outbox.record("test.said", ["more": true], at: Instant(milliseconds: 0), in: tx)
            }
            try await desk.drain()
            let grown = await desk.witness.send(.get, "/ledger/growth/5").expect(200).response.bytes ?? []
            let wrong = await desk.witness.send(.get, "/ledger/growth/4").expect(200).response.bytes ?? []
            await desk.witness.send(.get, "/ledger/growth/7").expect(404)
            let files = ["old": old, "grown": grown, "wrong": wrong]
            func verify(_ name: String) -> Int32 {
                VerifyCommand.run(arguments: ["growth", "old", name], key: desk.key) { files[$0] ?? [] }.exitCode
            }
            #expect(verify("grown") == 0)
            #expect(verify("wrong") == 1)
        }
    }

    @Test("a whole log is verified, and a changed one says which leaf")
    func wholeLog() async throws {
        try await withDesk { desk in
            #expect(VerifyCommand.run(arguments: ["log", desk.folder], key: desk.key).exitCode == 0)
            let path = desk.folder + "/00000000000000000000.segment"
            var bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
            let place = try #require(bytes.firstRange(of: Array(desk.facts[3].text.utf8))?.lowerBound)
            bytes[place] ^= 1
            try Data(bytes).write(to: URL(filePath: path))
            let outcome = VerifyCommand.run(arguments: ["log", desk.folder], key: desk.key)
            #expect(outcome.exitCode == 1)
            #expect(outcome.lines.contains { $0.en.contains("leaf 3") })
            #expect(VerifyCommand.run(arguments: ["log"], key: desk.key).exitCode == 64)
        }
    }
}
