import Crypto
import Database
import House
import Ledger
import Logging
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import Identity

@Suite("Privacy")
struct PrivacyTests {
    /// Columns that hold the id of a person whose data the row is; others (`created_by`, `reader`) name who acted.
    static let personColumns: Set = ["person", "author", "subject"]

    @Test("every table with a person in it is listed, with every column", arguments: Engine.all)
    func tables(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let columns = try await town.columns()
            let listed = Dictionary(uniqueKeysWithValues: PersonalTable.all.map { ($0.name, $0) })
            for (table, names) in columns where table.hasPrefix("identity_") {
                guard !names.isDisjoint(with: Self.personColumns) || table == "identity_person" else { continue }
                let entry = try #require(listed[table], "\(table) holds data of persons: list it in PersonalTable.all")
                #expect(
                    Set(entry.columns + entry.secrets + [entry.person]) == names,
                    "\(table): every column is exported or named a secret")
            }
            for entry in PersonalTable.all { #expect(columns[entry.name] != nil, "\(entry.name) is no table") }
        }
    }

    @Test("an export holds what the tables and the ledger say, and no secret", arguments: Engine.all)
    func export(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let person = try await town.identity.createPerson(
                login: "canbo.mau", name: "Cán bộ mẫu", email: "canbo@vi-du.vn", roles: [.officer], phc: Town.quickPHC)
            _ = try await town.withAuthenticator(person)
            try await town.identity.giveConsent(.notices, of: person)
            let text = try await town.identity.export(of: person, by: nil).text
            for words in ["Cán bộ mẫu", "canbo@vi-du.vn", "officer", "email-notices", "identity.person-added"] {
                #expect(text.contains(words), "\(words)")
            }
            #expect(!text.contains("argon2id"))
            let root = try JSONDocument(text).root
            #expect(Set(root["tables"]?.members?.map(\.key) ?? []) == Set(PersonalTable.all.map(\.name)))
        }
    }

    @Test("consent is given per purpose, asked for each use, and withdrawn", arguments: Engine.all)
    func consent(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let person = try await town.person("canbo.mau", .officer)
            let visitor = await town.visitor("canbo.mau")
            #expect(try await !town.identity.agrees(person, to: .notices), "silence is no consent")
            await visitor.get("/identity/privacy").expect(200, shows: "Chưa đồng ý")
            await visitor.post("/identity/privacy/consents/email-notices/give").expect(redirectTo: "/identity/privacy")
            #expect(try await town.identity.agrees(person, to: .notices))
            #expect(try await !town.identity.agrees(person, to: .contactCard))
            await visitor.get("/identity/privacy").expect(200, shows: "Đã đồng ý")
            await visitor.post("/identity/privacy/consents/email-notices/withdraw")
            #expect(try await !town.identity.agrees(person, to: .notices))
            await visitor.post("/identity/privacy/consents/moon/give").expect(404)
            #expect(
                try await town.facts().filter { $0.contains("consent") } == [
                    "identity.consent-given", "identity.consent-withdrawn",
                ])
        }
    }

    @Test("whoever looked is shown, with the way and how often; one's own look is not", arguments: Engine.all)
    func looks(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let person = try await town.person("canbo.mau", .officer)
            try await town.person("lanhdao.mau", .departmentLead, name: "Lãnh đạo mẫu")
            let lead = await town.visitor("lanhdao.mau")
            for _ in 0..<3 { await lead.get("/identity/people/\(person)") }
            await lead.get("/identity/people")
            let visitor = await town.visitor("canbo.mau")
            let page = await visitor.get("/identity/privacy").expect(
                200, shows: "Lãnh đạo mẫu", "Trang cá nhân", "Trong danh sách")
            #expect(page.text.contains(">3<") || page.text.contains("<div>3</div>"))
            await lead.get("/identity/privacy").expect(200, hides: ["Trang cá nhân"])
        }
    }

    @Test("after an erasure nothing names the person, and every proof still holds", arguments: Engine.all)
    func erasure(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let log = try await TownLog(town)
            let person = try await town.identity.createPerson(
                login: "canbo.mau", name: "Người Sẽ Xóa", email: "xoa@vi-du.vn", roles: [.officer], phc: Town.quickPHC)
            let browser = try await town.full(from: Browser(address: "192.0.2.77"))
            #expect(try await town.person(of: browser) != nil)
            await #expect(throws: Problem.conflict(.stillInService)) {
                try await town.identity.erase(person, by: nil)
            }
            _ = try await log.drain.drain()
            let fact = try #require(
                try await town.database.read { try town.identity.outbox.facts(about: person.text, in: $0).last })
            let old = try await log.ledger.prove(try #require(fact.leafIndex)).disclosing(fact.disclosure).json
                .encoded()
            try await town.identity.leave(person, by: nil)
            try await town.identity.erase(person, by: nil)
            _ = try await log.drain.drain()

            for (table, columns) in try await town.columns() {
                for column in columns {
                    let rows = try await town.database.read { tx in
                        try tx.rows("SELECT \(SQL(name: column)) AS cell FROM \(SQL(name: table))").map {
                            try $0.get("cell", as: Value.self)
                        }
                    }
                    for cell in rows {
                        let text: String =
                            switch cell {
                            case .text(let text): text
                            case .blob(let bytes): String(decoding: bytes, as: UTF8.self)
                            default: ""
                            }
                        for word in ["Người Sẽ Xóa", "nguoi se xoa", "canbo.mau", "xoa@vi-du.vn", "192.0.2.77"] {
                            #expect(!text.contains(word), "\(table).\(column) still says \(word)")
                        }
                    }
                }
            }
            let proven = try Verification.receipt(old, by: log.ledger.verifierKey)
            #expect(proven.disclosed != nil, "an old receipt holds, with the content that its holder has")
            let bare = try await log.ledger.prove(proven.receipt.index)
            #expect(bare.receipt.leaf == proven.receipt.leaf)
            try await log.ledger.close()
            let report = Verification.log(folder: log.folder.path + "/log", by: log.key)
            #expect(report.isSound, "\(report.findings)")
            #expect(report.checkpoint?.size ?? 0 > proven.receipt.index)
            #expect(try await town.facts().last == "identity.person-erased")
        }
    }

    @Test("one's own data is erased on the page, after a tick, when nothing holds one here", arguments: Engine.all)
    func ownErasure(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let citizen = try await town.person("cong.dan", .citizen)
            try await town.person("canbo.mau", .officer)
            let visitor = await town.visitor("cong.dan")
            await visitor.post("/identity/privacy/erase").expect(422)
            await visitor.post("/identity/privacy/erase", ["sure": "1"]).expect(redirectTo: "/")
            #expect(await visitor.get("/identity/account").status == 303)
            #expect(try await town.account(citizen)?.name == "")
            await town.visitor("canbo.mau").post("/identity/privacy/erase", ["sure": "1"]).expect(409)
        }
    }

    @Test("every page of these is well made in both tongues")
    func wellMade() async throws {
        try await Town.open(on: .sqlite) { town in
            let person = try await town.person("quantri.mau", .nodeAdministrator)
            let visitor = await town.visitor("quantri.mau")
            for language in ["vi", "en"] {
                for path in [
                    "/identity/privacy", "/identity/privacy/erase", "/identity/people/import", "/identity/services",
                    "/identity/services/new", "/identity/people/\(person)/move", "/identity/people/\(person)/leave",
                    "/identity/people/\(person)/erase",
                ] {
                    await visitor.get("\(path)?lang=\(language)").expect(200, shows: "lang=\"\(language)\"")
                }
            }
            let file = await visitor.post("/identity/privacy/export")
            #expect(file.response.headers["content-disposition"]?.contains("du-lieu-ca-nhan.json") == true)
        }
    }
}

/// A ledger beside the town's tables.
struct TownLog: Sendable {
    let folder: TemporaryFolder
    let ledger: Ledger
    let drain: LedgerDrain
    let key: VerifierKey

    init(_ town: Town) async throws {
        folder = try TemporaryFolder()
        let signing = try Curve25519.Signing.PrivateKey(rawRepresentation: Array(0..<32))
        let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        ledger = try await Ledger.open(
            folder: folder.path + "/log", origin: "H40.example/ledger", key: signing, now: town.clock.now, logger: quiet
        )
        key = ledger.verifierKey
        drain = LedgerDrain(database: town.database, ledger: ledger, outbox: town.identity.outbox, logger: quiet)
    }
}

extension Town {
    /// The columns of every table there is.
    func columns() async throws -> [String: Set<String>] {
        let dialect = database.dialect
        return try await database.read { tx in
            let rows =
                dialect == .sqlite
                ? try tx.rows(
                    """
                    SELECT m.name AS tbl, c.name AS col FROM sqlite_master m JOIN pragma_table_info(m.name) c
                    WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'
                    """)
                : try tx.rows(
                    """
                    SELECT CAST(table_name AS TEXT) AS tbl, CAST(column_name AS TEXT) AS col
                    FROM information_schema.columns WHERE table_schema = 'public'
                    """)
            var found: [String: Set<String>] = [:]
            for row in rows { found[try row.get("tbl"), default: []].insert(try row.get("col")) }
            return found
        }
    }
}
