import Database
import House
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import Identity

@Suite("Guests")
struct GuestTests {
    private static let reason = "Giúp xử lý sự cố theo đề nghị của Cụm"

    private static func register(
        _ town: Town, roles: Set<Role> = [.officer], days: Int64 = 30, by author: Person? = nil
    ) async throws -> ID<Person> {
        try await town.identity.registerGuest(
            "canbo.mau", of: ID("H23"), name: "Cán bộ mẫu", roles: roles, until: town.clock.now().adding(days: days),
            reason: reason, by: author)
    }

    @Test(
        "a guest has no password, no passkey, no post, no reset, and no role beyond what guests may have",
        arguments: Engine.all)
    func nothingOfTheirOwn(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let guest = try await Self.register(town)
            let boss = Person(id: ID("boss"), name: "", organisation: ID("H40"), roles: [.nodeAdministrator])
            let until = town.clock.now().adding(days: 5)
            let home = Problem.conflict(.guestsSignInAtHome)
            await #expect(throws: home) { _ = try await town.identity.setPasswordLink(for: guest, by: nil) }
            await #expect(throws: home) {
                try await town.identity.setPassword("Hoa sen nở giữa hồ 2021", of: "canbo.mau@H23")
            }
            await #expect(throws: home) { try await town.identity.beginReset(of: guest, by: boss) }
            try await town.identity.perform(AskForHelp(kind: .reset, login: "canbo.mau@H23", address: "192.0.2.1"))
            let asked = try await town.database.read { try ResetStore.find(for: guest, at: town.clock.now(), in: $0) }
            let reset = try #require(asked?.id)
            await #expect(throws: home) { _ = try await town.identity.approveReset(reset, by: boss) }
            await #expect(throws: home) { try await town.identity.place(guest, in: ID("H40"), by: nil) }
            await #expect(throws: Problem.conflict(.notForGuests)) {
                try await town.identity.giveRole(.departmentLead, to: guest, until: until, by: nil)
            }
            await #expect(throws: Problem.conflict(.notForGuests)) {
                try await town.identity.giveRole(.nodeAdministrator, to: guest, until: until, by: nil)
            }
            await #expect(throws: Problem.conflict(.guestRolesEnd)) {
                try await town.identity.giveRole(.auditor, to: guest, by: nil)
            }
            await #expect(throws: Problem.conflict(.guestRolesEnd)) {
                try await town.identity.giveRole(
                    .auditor, to: guest, until: town.clock.now().adding(days: 31), by: nil)
            }
            try await town.identity.giveRole(.auditor, to: guest, until: until, by: nil)
            await town.stranger().post("/sign-in", ["login": "canbo.mau@H23", "password": Town.password]).expect(422)
        }
    }

    @Test("names, homes, roles, days and reasons are checked; who was here before keeps the id", arguments: Engine.all)
    func registration(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            func fails(
                _ login: String, _ home: String, _ roles: Set<Role>, _ days: Int64, _ reason: String, _ field: String
            ) async {
                do {
                    try await town.identity.registerGuest(
                        login, of: ID(home), name: "Cán bộ mẫu", roles: roles,
                        until: town.clock.now().adding(days: days), reason: reason, by: nil)
                    Issue.record("registered in spite of \(field)")
                } catch Problem.invalid(let errors) {
                    #expect(errors.keys.sorted() == [field])
                } catch {
                    Issue.record("\(error)")
                }
            }
            await fails("a@b", "H23", [.officer], 3, Self.reason, "login")
            await fails("canbo.mau", "H40", [.officer], 3, Self.reason, "organisation")
            await fails("canbo.mau", "X99", [.officer], 3, Self.reason, "organisation")
            await fails("canbo.mau", "H23", [], 3, Self.reason, "role")
            await fails("canbo.mau", "H23", [.nodeAdministrator], 3, Self.reason, "role")
            await fails("canbo.mau", "H23", [.officer], 0, Self.reason, "until")
            await fails("canbo.mau", "H23", [.officer], 400, Self.reason, "until")
            await fails("canbo.mau", "H23", [.officer], 3, "ngắn", "reason")
            let first = try await Self.register(town)
            await #expect(throws: Problem.conflict(.guestIsHere)) { _ = try await Self.register(town) }
            try await town.identity.endGuest(first, by: nil)
            #expect(try await Self.register(town, roles: [.auditor]) == first)
            #expect(try await town.facts().suffix(2) == ["identity.guest-registered", "identity.role-given"])
        }
    }

    @Test("the administrator's pages, and those who only look", arguments: Engine.all)
    func pages(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.person("quantri.mau", .nodeAdministrator)
            try await town.person("lanhdao.mau", .departmentLead)
            town.identity.meets(
                members: { [(ID("H23"), Phrase(vi: "Hải Dương", en: "Hai Duong"))] }, wayBack: { _ in nil },
                entrance: { "/exchange/visit/\($0)" })
            let (boss, lead) = (await town.visitor("quantri.mau"), await town.visitor("lanhdao.mau"))
            await boss.get("/identity/guests").expect(200, shows: "Chưa có khách nào", "Đăng ký khách")
            await boss.get("/identity/guests/new").expect(
                200, shows: "Hải Dương (H23)", "Kiểm toán viên", hides: ["Quản trị nút</span>"])
            await boss.post("/identity/guests/new", ["organisation": "H23"]).expect(422)
            let day = Day(town.clock.now().adding(days: 10)).description
            var form: Fields = [
                "organisation": "H23", "login": "canbo.mau", "name": "Người giúp mẫu", "until": day,
                "reason": Self.reason,
                "role": "officer",
            ]
            form.add("role", "auditor")
            let made = await boss.post("/identity/guests/new", form)
            let place = try #require(made.location)
            await boss.get(place).expect(
                200, shows: "canbo.mau@H23", "Chưa đến", "http://truc.test/exchange/visit/H23",
                "Kết thúc quyền của khách")
            await lead.get(place).expect(200, shows: "Người giúp mẫu", hides: ["Kết thúc quyền của khách"])
            await lead.get("/identity/guests/new").expect(403)
            try await town.addUnit("H40-CNTT", "Phòng Công nghệ thông tin")
            let head = try await town.person("donvi.mau", .officer)
            try await town.identity.place(head, in: ID("H40-CNTT"), by: nil)
            try await town.identity.giveRole(.unitAdministrator, to: head, in: ID("H40-CNTT"), by: nil)
            let unit = await town.visitor("donvi.mau")
            await unit.get("/identity/guests").expect(200, shows: "Chưa có khách nào", hides: ["Người giúp mẫu"])
            await unit.get(place).expect(404)
            await lead.post(place + "/end").expect(403)
            await boss.post(place + "/end").expect(redirectTo: place)
            await boss.get("/identity/guests?lang=en").expect(200, shows: "Over")
        }
    }

    @Test("a guest's data is exported and erased like anybody's", arguments: Engine.all)
    func privacy(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let guest = try await Self.register(town)
            #expect(try await town.identity.export(of: guest, by: nil).text.contains("canbo.mau"))
            try await town.identity.endGuest(guest, by: nil)
            try await town.identity.erase(guest, by: nil)
            #expect(try await town.count("identity_guest") == 0)
            #expect(try await Self.register(town) != guest, "the name is free again")
        }
    }
}
