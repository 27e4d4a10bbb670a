import Database
import House
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import Identity

@Suite("What somebody's duties bring with them")
struct AnnouncementTests {
    private static let something = Announcement(
        kind: "identity.example", title: Phrase(vi: "Việc mẫu", en: "An example"),
        text: Phrase(vi: "Hãy xem việc này.", en: "Look at this."), path: "/identity/requests")

    private static func letters(_ town: Town) async throws -> [String: String] {
        try await town.database.read { tx in
            Dictionary(
                try tx.rows("SELECT recipient, subject, body FROM mail_message").map {
                    (
                        try $0.get("recipient", as: String.self),
                        "\(try $0.get("subject", as: String.self))\n\(try $0.get("body", as: String.self))"
                    )
                }, uniquingKeysWith: { $0 + $1 })
        }
    }

    @discardableResult
    private static func person(_ town: Town, _ login: String, _ role: Role) async throws -> ID<Person> {
        try await town.identity.createPerson(
            login: login, name: login, email: "\(login)@namdinh.example", roles: [role], phc: Town.quickPHC)
    }

    @Test("on the page and by letter, in one's own language, once for each key", arguments: Engine.all)
    func told(engine: Engine) async throws {
        try await Town.open(on: engine, hasMail: true) { town in
            let one = try await Self.person(town, "mot.mau", .officer)
            let two = try await Self.person(town, "hai.mau", .officer)
            let visitor = await town.visitor("hai.mau")
            await visitor.post("/identity/account/language", ["language": "en"])
                .expect(redirectTo: "/identity/account")
            await visitor.post("/identity/account/language", ["language": "fr"]).expect(422)
            func tell() async throws -> Int {
                try await town.database.write { tx in
                    try town.identity.announce(
                        Self.something, to: .people([one, two]), once: "key", at: town.clock.now(), in: tx)
                }
            }
            #expect(try await tell() == 2)
            #expect(try await tell() == 0)
            let letters = try await Self.letters(town)
            let (both, english) = (letters["mot.mau@namdinh.example"] ?? "", letters["hai.mau@namdinh.example"] ?? "")
            #expect(both.contains("Việc mẫu / An example") && both.contains("Look at this."))
            #expect(
                english.contains("Look at this.\n\nhttp://truc.test/identity/requests") && !english.contains("Hãy xem"))
            let page = await visitor.get("/identity/account").expect(200, shows: "An example", "Look at this.")
            let id = try #require(page.text.firstMatch(of: /name="id" value="([^"]+)"/)?.1)
            await visitor.post("/identity/account/reminders/seen", ["id": String(id)])
            await visitor.get("/identity/account").expect(200, hides: ["Look at this."])
            #expect(try await town.facts().filter { $0 == "identity.announced" }.count == 1)
            town.clock.advance(days: 121)
            try await town.identity.sweep()
            #expect(try await town.count("identity_reminder") == 0)
        }
    }

    @Test("whoever leads the place, else what stands above it, else the administrators", arguments: Engine.all)
    func audience(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.addUnit("H40-CNTT", "Phòng Công nghệ thông tin")
            let boss = try await Self.person(town, "quantri.mau", .nodeAdministrator)
            func told(in place: String) async throws -> [String] {
                let at = town.clock.now()
                return try await town.database.write { tx in
                    try tx.execute("DELETE FROM identity_reminder")
                    try town.identity.announce(
                        Self.something, to: .holders([.departmentLead], in: ID(place)), at: at, in: tx)
                    return try tx.rows("SELECT person FROM identity_reminder").map { try $0.get("person") }
                }
            }
            #expect(try await told(in: "H40-CNTT") == [boss.text])
            let lead = try await Self.person(town, "lanhdao.mau", .departmentLead)
            #expect(try await told(in: "H40-CNTT") == [lead.text])
            #expect(try await told(in: "H23") == [boss.text])
        }
    }

    @Test("broken glass is told to the owner's lead and every administrator", arguments: Engine.all)
    func brokenGlass(engine: Engine) async throws {
        try await Town.open(on: engine, hasMail: true) { town in
            town.identity.describes("incidents") { _, _, _ in
                Resource("incidents/1", owner: ID("H40"), label: "TLP:RED")
            }
            for (login, role) in [
                ("quantri.mau", Role.nodeAdministrator), ("quantri.hai", .nodeAdministrator),
                ("lanhdao.mau", .departmentLead), ("kiemtoan.mau", .auditor),
            ] { try await Self.person(town, login, role) }
            let officer = try await Self.person(town, "canbo.mau", .officer)
            let boss = try #require(
                try await town.database.read { try PeopleStore.account(login: "quantri.mau", in: $0) })
            let asker = Person(id: officer, name: "canbo.mau", organisation: ID("H40"), roles: [.officer])
            let id = try await town.identity.ask(
                .breakGlass, for: officer, "incidents/1", reason: "Sự cố đang diễn ra ở hệ thống một cửa", by: asker)
            let alert = "Mở khẩn cấp: canbo.mau được đọc"
            #expect(try await !Self.letters(town).values.contains { $0.contains(alert) })
            try await town.identity.answer(
                id, .approved,
                by: Person(id: boss.id, name: boss.name, organisation: ID("H40"), roles: [.nodeAdministrator]))
            let letters = try await Self.letters(town).filter { $0.value.contains(alert) }
            #expect(
                letters.keys.sorted() == [
                    "lanhdao.mau@namdinh.example", "quantri.hai@namdinh.example", "quantri.mau@namdinh.example",
                ])
            #expect(letters.values.allSatisfy { $0.contains("incidents/1") && $0.contains("Sự cố đang diễn ra") })
        }
    }

    @Test("a key that ends is told 30, 7 and 1 days before, once each", arguments: Engine.all)
    func keys(engine: Engine) async throws {
        try await Town.open(on: engine, hasMail: true) { town in
            try await Self.person(town, "quantri.mau", .nodeAdministrator)
            _ = try await town.identity.createService(
                name: "Thư mục mẫu", purpose: "Ví dụ", scopes: [.readPeople], days: 90, by: nil)
            var told: [Int] = []
            for _ in 0..<92 {
                try await town.identity.sweep()
                told.append(
                    try await town.count("mail_message WHERE subject LIKE '%Thư mục mẫu%'"))
                town.clock.advance(days: 1)
            }
            #expect(told[59] == 0 && told[60] == 1 && told[82] == 1 && told[83] == 2 && told[88] == 2 && told[89] == 3)
            #expect(told.last == 3)
        }
    }

    @Test("letters are part of one's data, under an old address too, and go with the erasure", arguments: Engine.all)
    func letters(engine: Engine) async throws {
        try await Town.open(on: engine, hasMail: true) { town in
            let person = try await Self.person(town, "mot.mau", .citizen)
            try await town.database.write { tx in
                try town.identity.announce(Self.something, to: .people([person]), at: town.clock.now(), in: tx)
                try tx.execute("UPDATE identity_person SET email = 'moi@namdinh.example' WHERE id = \(person)")
                try tx.execute(
                    """
                    INSERT INTO mail_bounce (address, code, bounced_at)
                    VALUES ('mot.mau@namdinh.example', 'smtp.550', 1)
                    """)
            }
            let data = try JSONDocument(try await town.identity.export(of: person, by: nil).text).root
            #expect(data["letters"]?.elements?.first?["to"]?.string == "mot.mau@namdinh.example")
            #expect(data["letters"]?.elements?.count == 1)
            // A letter that waits may hold a link that opens an account.
            #expect(data["letters"]?.elements?.first?["text"] == nil)
            try await town.identity.erase(person, by: nil)
            #expect(try await town.count("mail_message") == 0)
            #expect(try await town.count("mail_bounce") == 0)
        }
    }
}
