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
            let columns = try await town.database.columns()
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
            let text = try await town.identity.export(of: person, by: nil).text
            for words in ["Cán bộ mẫu", "canbo@vi-du.vn", "officer", "identity.person-added"] {
                #expect(text.contains(words), "\(words)")
            }
            #expect(!text.contains("argon2id"))
            let root = try JSONDocument(text).root
            #expect(Set(root["tables"]?.members?.map(\.key) ?? []) == Set(PersonalTable.all.map(\.name)))
        }
    }

    @Test("the page shows what applications may know, and asks for no consent that nothing uses", arguments: Engine.all)
    func consent(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.person("canbo.mau", .officer)
            let visitor = await town.visitor("canbo.mau")
            await visitor.get("/identity/privacy").expect(
                200, shows: "Bạn chưa đồng ý cho ứng dụng nào", hides: ["thư điện tử", "Tôi đồng ý"])
            let app = try await Relying.register(town) { $0.asksConsent = true }
            var fields = Request(.get, app.authorize(["scope": "openid profile"])).query
            fields.add("answer", "yes")
            await visitor.post("/identity/oauth/consent", fields)
            await visitor.get("/identity/privacy").expect(200, shows: "Ứng dụng mẫu", "Họ tên", "Rút lại sự đồng ý")
            await visitor.post("/identity/account/applications/\(app.id)/withdraw")
            await visitor.get("/identity/privacy").expect(200, hides: ["Ứng dụng mẫu"])
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

            let words = ["Người Sẽ Xóa", "nguoi se xoa", "canbo.mau", "xoa@vi-du.vn", "192.0.2.77"]
            let left = try await town.database.places(saying: words)
            #expect(left == [])
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

    @Test("what others were told of somebody forgets the name with them, in tables and letters", arguments: Engine.all)
    func mentioned(engine: Engine) async throws {
        try await Town.open(on: engine, hasMail: true) { town in
            town.identity.describes("incidents") { _, _, _ in Resource("incidents/1", owner: ID("H40")) }
            func person(_ login: String, _ name: String, _ role: Role) async throws -> Person {
                let id = try await town.identity.createPerson(
                    login: login, name: name, email: "\(login)@vi-du.vn", roles: [role], phc: Town.quickPHC)
                return Person(id: id, name: name, organisation: ID("H40"), roles: [role])
            }
            let one = try await person("quantri.mau", "Quản trị mẫu", .nodeAdministrator)
            let gone = try await person("nguoi.xoa", "Người Sẽ Xóa", .nodeAdministrator)
            let reason = "Sự cố đang diễn ra ở hệ thống một cửa"
            let wanted: [(AccessRequest.Kind, String, Int?)] = [
                (.breakGlass, "incidents/1", nil), (.elevation, "incident-handler", 1),
            ]
            for (kind, object, hours) in wanted {
                let id = try await town.identity.ask(
                    kind, for: gone.id, object, hours: hours, reason: reason, by: gone)
                try await town.identity.answer(id, .approved, by: one)
            }
            // They decide on, too, and stop administering; one letter went, the others wait.
            let officer = try await person("canbo.mau", "Cán bộ mẫu", .officer)
            let asked = try await town.identity.ask(
                .elevation, for: officer.id, "incident-handler", hours: 1, reason: reason, by: officer)
            try await town.identity.answer(asked, .refused, by: gone)
            try await town.database.write { tx in
                try tx.execute(
                    """
                    UPDATE mail_message SET state = 'sent', body = '', ended_at = created_at
                    WHERE subject LIKE 'Mở khẩn cấp: Người Sẽ Xóa%'
                    """)
            }
            for line in ["nguoi.xoa,Người Sẽ Xóa", "nguoi.khac,Người Khác"] {
                _ = try await town.identity.bring(Array("login,name\n\(line)\n".utf8), named: "can-bo.csv", by: one)
            }
            try await town.identity.leave(gone.id, by: nil)
            try await town.identity.sweep()
            let words = ["Người Sẽ Xóa", "nguoi.xoa"]
            let places = try await town.database.places(saying: words)
            for place in ["identity_reminder.text_vi", "mail_message.body", "mail_message.subject"] {
                #expect(places.contains { $0.hasPrefix(place) }, "what this test is about: \(place)")
            }
            let reminders = try await town.count("identity_reminder WHERE person = \(one.id)")
            try await town.identity.erase(gone.id, by: nil)
            let left = try await town.database.places(saying: words)
            #expect(left == [])
            #expect(try await town.count("identity_import") == 1, "the list without them waits on")
            #expect(
                try await town.count("identity_reminder WHERE person = \(one.id)") == reminders + 1,
                "and that somebody who administered is erased")
            await town.visitor("quantri.mau").get("/identity/account").expect(
                200, shows: "Về một người đã được xóa dữ liệu cá nhân")
        }
    }

    @Test("a list that waits goes with who is on it, and stays where only a namesake is", arguments: Engine.all)
    func lists(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let id = try await town.person("quantri.mau", .nodeAdministrator)
            let author = Person(id: id, name: "Quản trị mẫu", organisation: ID("H40"), roles: [.nodeAdministrator])
            let gone = try await town.person("nguoi.xoa", .citizen, name: "Nguyễn Văn Mẫu")
            for line in ["NGUOI.XOA,Tên Khác", "nguoi.khac,Nguyễn Văn Mẫu", "nguoi.moi,Người Mới"] {
                _ = try await town.identity.bring(Array("login,name\n\(line)\n".utf8), named: "ds.csv", by: author)
            }
            let done = try await town.identity.bring(
                Array("login,name\nnguoi.xong,Người Xong\n".utf8), named: "ds.csv", by: author)
            try await town.identity.perform(done, by: author)
            #expect(try await town.count("identity_import_login") == 3, "what is done is about nobody any more")
            try await town.identity.erase(gone, by: nil)
            #expect(try await town.count("identity_import") == 3)
            #expect(try await town.count("identity_import_login WHERE login = 'nguoi.xoa'") == 0)
            #expect(try await town.count("identity_import_login WHERE login = 'nguoi.khac'") == 1)
        }
    }

    @Test(
        "whoever watches over the node is told when somebody who did is erased, without a name", arguments: Engine.all)
    func watched(engine: Engine) async throws {
        try await Town.open(on: engine, hasMail: true) { town in
            func person(_ login: String, _ roles: Role..., name: String) async throws -> Person {
                let id = try await town.identity.createPerson(
                    login: login, name: name, email: "\(login)@vi-du.vn", roles: Set(roles), phc: Town.quickPHC)
                return Person(id: id, name: name, organisation: ID("H40"), roles: Set(roles))
            }
            let one = try await person("quantri.mau", .nodeAdministrator, name: "Quản trị mẫu")
            let two = try await person("quantri.hai", .nodeAdministrator, name: "Quản trị hai")
            let gone = [
                try await person("quantri.xoa", .nodeAdministrator, .auditor, name: "Người Sẽ Xóa"),
                try await person("kiemtoan.xoa", .auditor, name: "Kiểm Toán Xóa"),
            ]
            let officer = try await person("canbo.xoa", .officer, name: "Cán Bộ Xóa")
            for one in gone + [officer] { try await town.identity.leave(one.id, by: nil) }
            func told(_ person: Person) async throws -> Int {
                try await town.count(
                    "identity_reminder WHERE kind = 'identity.watched-erased' AND person = \(person.id)")
            }
            try await town.identity.erase(officer.id, by: one)
            #expect(try await told(two) == 0, "an officer watched over nothing")
            try await town.identity.erase(gone[0].id, by: one)
            try await town.identity.erase(gone[1].id, by: gone[1])
            for one in [one, two] { #expect(try await told(one) == 2) }
            for one in gone { #expect(try await told(one) == 0) }
            let page = await town.visitor("quantri.hai").get("/identity/account?lang=en")
            page.expect(
                200, shows: gone[0].id.text, "done by Quản trị mẫu", "at their own wish", "Node administrator, Auditor",
                hides: ["Người Sẽ Xóa", "Kiểm Toán Xóa"])
            let letters = try await town.count(
                "mail_message WHERE recipient = 'quantri.hai@vi-du.vn' AND subject LIKE 'Dữ liệu của một người%'")
            #expect(letters == 2)
            let leaves = try await town.contents(of: "identity.person-erased")
            #expect(leaves.map { $0.contains("node-administrator") } == [false, true, false])
            #expect(leaves.map { $0.contains("auditor") } == [false, true, true])
            #expect(try await town.database.places(saying: ["Người Sẽ Xóa", "Kiểm Toán Xóa"]) == [])
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
