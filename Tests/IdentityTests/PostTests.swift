import Database
import House
import TestKit
import Testing
import Vocabulary
import Web

@testable import Identity

extension Town {
    /// A unit of the node's department.
    func addUnit(_ id: String, _ name: String, below parent: String = "H40") async throws {
        let start = Day(clock.now())
        try await identity.save(
            OrganisationRecord(
                id: ID(id), kind: .unit, validFrom: start, names: [Dated(Phrase(name: name), from: start)],
                parents: [Dated(ID(parent), from: start)]), by: nil)
    }

    func roles(of person: ID<Person>) async throws -> Set<Role> {
        let at = clock.now()
        return try await database.read { tx in
            Set(try PeopleStore.memberships(of: person, in: tx).filter { $0.holds(at: at) }.map(\.role))
        }
    }

    func account(_ person: ID<Person>) async throws -> Account? {
        try await database.read { try PeopleStore.account(person, in: $0) }
    }

    /// Lets the clock reach a day and the sweep notice.
    func reach(_ day: String) async throws {
        let start = try #require(Day(day)).start
        clock.advance(seconds: (start.milliseconds - clock.now().milliseconds) / 1000 + 1)
        try await identity.sweep()
    }
}

@Suite("Joiners, movers, leavers")
struct PostTests {
    @Test("a leaver on a day works until then; that day roles, sessions and account end", arguments: Engine.all)
    func leaver(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let person = try await town.person("canbo.mau", .officer)
            let end = try #require(Day("2020-12-01")).start
            try await town.identity.leave(person, at: end, by: nil)
            #expect(try await town.roles(of: person) == [.officer])
            let browser = try await town.full(from: Browser(address: "192.0.2.1"))
            #expect(try await town.person(of: browser) != nil)
            try await town.reach("2020-12-01")
            #expect(try await town.roles(of: person) == [])
            #expect(try await town.account(person)?.state == .suspended)
            #expect(try await town.count("identity_session") == 0)
            let facts = try await town.facts()
            try await town.identity.sweep()
            #expect(try await town.facts() == facts, "what was done once is done")
            #expect(facts.contains("identity.person-left"))
        }
    }

    @Test("a mover's roles in the old unit end when the new post begins, by the clock", arguments: Engine.all)
    func mover(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.addUnit("H40-A", "Phòng A")
            try await town.addUnit("H40-B", "Phòng B")
            let person = try await town.identity.createPerson(
                login: "canbo.mau", name: "Cán bộ mẫu", roles: [.officer], phc: Town.quickPHC, organisation: ID("H40-A")
            )
            let start = try #require(Day("2020-11-20")).start
            try await town.identity.place(person, in: ID("H40-B"), from: start, by: nil)
            try await town.identity.giveRole(.auditor, to: person, in: ID("H40-B"), from: start, by: nil)
            #expect(try await town.roles(of: person) == [.officer])
            #expect(try await town.account(person)?.home == ID("H40-A"))
            try await town.reach("2020-11-20")
            #expect(try await town.roles(of: person) == [.auditor])
            #expect(try await town.account(person)?.home == ID("H40-B"))
            #expect(try await town.account(person)?.state == .active)
            let browser = try await town.full(from: Browser(address: "192.0.2.1"))
            #expect(try await town.person(of: browser)?.roles == [.auditor], "a unit's role counts at the node")
        }
    }

    @Test("a joiner who comes back is let in again; whoever was suspended and moves is not", arguments: Engine.all)
    func joiner(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.addUnit("H40-A", "Phòng A")
            let (gone, barred) = (try await town.person("da.nghi"), try await town.person("bi.dung"))
            try await town.identity.leave(gone, by: nil)
            #expect(try await town.account(gone)?.state == .suspended)
            try await town.identity.place(gone, in: ID("H40-A"), by: nil)
            #expect(try await town.account(gone)?.state == .active)
            try await town.identity.setSuspended(true, barred, by: nil)
            try await town.identity.place(barred, in: ID("H40-A"), by: nil)
            #expect(try await town.account(barred)?.state == .suspended)
        }
    }

    @Test("the only administrator does not leave", arguments: Engine.all)
    func administrator(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let boss = try await town.person("quantri.mau", .nodeAdministrator)
            await #expect(throws: Problem.conflict(.lastAdministrator)) {
                try await town.identity.leave(boss, by: nil)
            }
            try await town.identity.leave(boss, at: try #require(Day("2020-12-01")).start, by: nil)
            try await town.reach("2020-12-01")
            #expect(try await town.account(boss)?.state == .active)
        }
    }
}

@Suite("Delegated administration")
struct DelegationTests {
    @Test("only one's own subtree, only roles one holds", arguments: Engine.all)
    func reach(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.addUnit("H40-A", "Phòng A")
            try await town.addUnit("H40-A1", "Tổ A1", below: "H40-A")
            try await town.addUnit("H40-B", "Phòng B")
            let head = try await town.identity.createPerson(
                login: "truong.phong", name: "Trưởng phòng mẫu", roles: [.unitAdministrator, .officer],
                phc: Town.quickPHC, organisation: ID("H40-A"))
            let other = try await town.identity.createPerson(
                login: "o.phong.b", name: "Cán bộ phòng B", roles: [.officer], organisation: ID("H40-B"))
            let boss = try await town.person("quantri.mau", .nodeAdministrator)
            let visitor = await town.visitor("truong.phong")
            func add(_ login: String, _ role: String, _ unit: String) async -> Int {
                await visitor.post(
                    "/identity/people/new", ["name": "Người mẫu", "login": login, "role": role, "organisation": unit]
                ).status
            }
            #expect(await add("a.mot", "officer", "H40-A1") == 200)
            #expect(await add("a.hai", "auditor", "H40-A1") == 403)
            #expect(await add("a.ba", "node-administrator", "H40-A") == 403)
            #expect(await add("b.mot", "officer", "H40-B") == 403)
            #expect(await add("h.mot", "officer", "H40") == 403)
            await visitor.get("/identity/people").expect(200, shows: "a.mot", hides: ["o.phong.b", "quantri.mau"])
            await visitor.get("/identity/people/\(other)").expect(404)
            for person in [other, boss] {
                for verb in ["suspend", "link", "leave", "move", "give-role"] {
                    let answer = await visitor.post(
                        "/identity/people/\(person)/\(verb)", ["role": "officer", "organisation": "H40-A"])
                    #expect([403, 404].contains(answer.status), "\(verb): \(answer.status)")
                }
                for form in ["leave", "move", "give-role", "erase"] {
                    await visitor.get("/identity/people/\(person)/\(form)").expect(404)
                }
            }
            let near = try await town.identity.createPerson(
                login: "a.gan", name: "Cán bộ gần", roles: [.officer], organisation: ID("H40-A1"))
            for form in ["leave", "move", "give-role", "erase"] {
                await visitor.get("/identity/people/\(near)/\(form)").expect(200, shows: "Cán bộ gần (a.gan)")
            }
            #expect(try await town.account(other)?.state == .active)
            #expect(try await town.roles(of: head) == [.unitAdministrator, .officer])
        }
    }

    @Test("a node administrator who works in a unit is out of the unit administrator's reach", arguments: Engine.all)
    func above(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.addUnit("H40-A", "Phòng A")
            try await town.identity.createPerson(
                login: "truong.phong", name: "Trưởng phòng mẫu", roles: [.unitAdministrator], phc: Town.quickPHC,
                organisation: ID("H40-A"))
            let boss = try await town.person("quantri.mau", .nodeAdministrator)
            try await town.person("quantri.hai", .nodeAdministrator)
            try await town.identity.place(boss, in: ID("H40-A"), by: nil)
            try await town.identity.giveRole(.nodeAdministrator, to: boss, in: ID("H40"), by: nil)
            let visitor = await town.visitor("truong.phong")
            for verb in ["suspend", "link"] {
                await visitor.post("/identity/people/\(boss)/\(verb)").expect(403)
            }
        }
    }

    @Test("so is one of next week, and a link of before opens nothing any more", arguments: Engine.all)
    func aboveSoon(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.addUnit("H40-A", "Phòng A")
            try await town.identity.createPerson(
                login: "truong.phong", name: "Trưởng phòng mẫu", roles: [.unitAdministrator], phc: Town.quickPHC,
                organisation: ID("H40-A"))
            let person = try await town.identity.createPerson(
                login: "nguoi.moi", name: "Người mới", organisation: ID("H40-A"))
            let visitor = await town.visitor("truong.phong")
            let page = await visitor.post("/identity/people/\(person)/link").expect(200)
            let link = try #require(page.text.firstMatch(of: /\/identity\/set-password\?token=([A-Za-z0-9_-]+)/))
            await town.stranger().get(String(link.0)).expect(200, shows: "nguoi.moi")

            try await town.identity.giveRole(
                .nodeAdministrator, to: person, in: ID("H40"), from: town.clock.now().adding(days: 7), by: nil)
            for verb in ["suspend", "link", "leave"] {
                await visitor.post("/identity/people/\(person)/\(verb)").expect(403)
            }
            await town.stranger().get(String(link.0)).expect(200, shows: "không còn hiệu lực")
            let new = "mưa rào tháng bảy ta"
            await town.stranger().post(
                "/identity/set-password", ["token": String(link.1), "password": new, "again": new]
            ).expect(409)

            let mail = """
                {"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                "Operations":[{"op":"replace","path":"emails","value":[{"value":"khac@vi-du.vn"}]}]}
                """
            for directory in [try await Directory(town), try await Directory(town, organisation: ID("H40-A"))] {
                #expect(try await directory.call(.patch, "/Users/\(person)", mail).status == 403)
            }
        }
    }
}
