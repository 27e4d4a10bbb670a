import Database
import House
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import Identity

@Suite("acting for somebody")
struct DeputyTests {
    private static let reason = "Đi công tác theo quyết định mẫu"

    private static func named(_ id: ID<Person>, _ login: String, _ roles: Set<Role>) -> Person {
        Person(id: id, name: login, organisation: ID("H40"), roles: roles)
    }

    private static func form(
        _ town: Town, _ login: String, _ roles: Set<Role>? = nil, days: Int64 = 5
    ) -> DeputyForm {
        let last = Day(town.clock.now()).start.adding(days: days)
        return DeputyForm(login: login, roles: roles, until: last, reason: reason)
    }

    private static func may(_ town: Town, _ person: Person, _ action: String) -> Bool {
        town.identity.decide(person, Permission(action), on: .none, in: DecisionContext())?.allowed ?? false
    }

    @Test("a lead names a deputy on a page, who has the lead's rights until the last day", arguments: Engine.all)
    func page(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let lender = try await town.person("lanhdao.mau", .departmentLead, name: "Lãnh đạo mẫu")
            let officer = try await town.person("canbo.mau", .officer, name: "Cán bộ thay")
            let (lead, deputy) = (await town.visitor("lanhdao.mau"), await town.visitor("canbo.mau"))
            await deputy.get("/identity/people").expect(403)
            await deputy.get("/identity/deputies/new").expect(409)
            await deputy.get("/identity/deputies").expect(200, hides: ["/identity/deputies/new"])
            await lead.get("/identity/deputies").expect(200, shows: "/identity/deputies/new")
            await lead.get("/identity/deputies/new?lang=en").expect(200, shows: "At most 90 days")
            let today = Day(town.clock.now())
            let last = Day(today.start.adding(days: 4))
            var fields: Fields = ["login": "canbo.mau", "until": last.description, "reason": Self.reason]
            await lead.post("/identity/deputies/new?lang=en", fields).expect(422, shows: "Choose one role or more")
            fields.add("roles", "department-lead")
            await lead.post("/identity/deputies/new", fields).expect(redirectTo: "/identity/deputies")
            await deputy.get("/identity/people").expect(200, shows: "lanhdao.mau", "canbo.mau")
            await deputy.get("/identity/people/\(lender)").expect(200, shows: "lanhdao.mau")
            await deputy.get("/identity/deputies?lang=vi").expect(
                200, shows: "Lãnh đạo mẫu", "Đang hiệu lực", Self.reason)
            await deputy.get("/identity/account").expect(200, shows: "Bạn được ủy quyền")
            let leaf = try #require(try await town.contents(of: "identity.deputy-named").first)
            #expect(leaf.contains(officer.text) && leaf.contains(Self.reason))
            town.clock.advance(days: 6)
            await town.visitor("canbo.mau").get("/identity/people").expect(403)
        }
    }

    @Test("it is ended early: by the lender, the deputy or an administrator, and by nobody else", arguments: Engine.all)
    func ended(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let lead = Self.named(try await town.person("lanhdao.mau", .departmentLead), "l", [.departmentLead])
            let officer = Self.named(try await town.person("canbo.mau", .officer), "o", [.officer])
            let other = Self.named(try await town.person("canbo.hai", .officer), "h", [.officer])
            let administrator = Self.named(try await town.person("quantri.mau", .nodeAdministrator), "q", [])
            func may() -> Bool { Self.may(town, officer, "incidents.share") }
            for person in [lead, officer, administrator] {
                let id = try await town.identity.nameDeputy(Self.form(town, "canbo.mau"), for: lead.id, by: lead)
                #expect(may())
                await #expect(throws: Problem.notFound) { try await town.identity.endDeputy(id, by: other) }
                try await town.identity.endDeputy(id, by: person)
                #expect(!may())
                await #expect(throws: Problem.conflict(.deputyIsOver)) {
                    try await town.identity.endDeputy(id, by: person)
                }
                town.clock.advance(seconds: 1)
            }
            #expect(try await town.contents(of: "identity.deputy-ended").count == 3)
            let seen = try await town.identity.deputies(seenBy: other)
            #expect(seen.isEmpty, "who acts for whom is theirs, and of those who watch over the node")
            #expect(try await town.identity.deputies(seenBy: nil).count == 3)
        }
    }

    @Test("only what is one's own is lent, only to people who work here, and not for long", arguments: Engine.all)
    func limits(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let lead = Self.named(try await town.person("lanhdao.mau", .departmentLead), "l", [.departmentLead])
            let officer = Self.named(try await town.person("canbo.mau", .officer), "o", [.officer])
            try await town.person("congdan.mau", .citizen)
            try await town.person("kiemtoan.mau", .auditor)
            func name(_ form: DeputyForm, by person: Person) async throws {
                try await town.identity.nameDeputy(form, for: person.id, by: person)
            }
            for (login, field) in [
                ("congdan.mau", Phrase.deputyIsUnknown), ("kiemtoan.mau", .deputyAudits),
                ("lanhdao.mau", .deputyIsUnknown), ("khong.co", .deputyIsUnknown),
            ] {
                await #expect(throws: Problem.invalid(["login": field])) {
                    try await name(Self.form(town, login), by: lead)
                }
            }
            await #expect(throws: Problem.invalid(["until": .deputyEndsSoon])) {
                try await name(Self.form(town, "canbo.mau", days: 92), by: lead)
            }
            await #expect(throws: Problem.conflict(.nothingToLend)) {
                try await name(Self.form(town, "lanhdao.mau"), by: officer)
            }
            await #expect(throws: Problem.forbidden) {
                try await town.identity.nameDeputy(Self.form(town, "canbo.mau"), for: lead.id, by: officer)
            }
            try await name(Self.form(town, "canbo.mau"), by: lead)
            await #expect(throws: Problem.conflict(.isDeputyAlready)) {
                try await name(Self.form(town, "canbo.mau"), by: lead)
            }
            // What was lent is not theirs to lend on.
            await #expect(throws: Problem.conflict(.nothingToLend)) {
                try await name(Self.form(town, "lanhdao.mau"), by: officer)
            }
        }
    }

    @Test("a lender has ten deputies, names twenty in a day, and none for a far day", arguments: Engine.all)
    func bounded(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let lead = Self.named(try await town.person("lanhdao.mau", .departmentLead), "l", [.departmentLead])
            let other = Self.named(try await town.person("lanhdao.hai", .departmentLead), "h", [.departmentLead])
            for number in 0...Deputy.unfinishedMax { try await town.person("canbo.\(number)", .officer) }
            func name(_ number: Int, by person: Person) async throws -> ID<Relationship> {
                try await town.identity.nameDeputy(Self.form(town, "canbo.\(number)"), for: person.id, by: person)
            }
            var named: [ID<Relationship>] = []
            for number in 0..<Deputy.unfinishedMax { named.append(try await name(number, by: lead)) }
            await #expect(throws: Problem.conflict(.tooManyDeputies)) {
                try await name(Deputy.unfinishedMax, by: lead)
            }
            _ = try await name(Deputy.unfinishedMax, by: other)
            for number in 0..<Deputy.namedMax - Deputy.unfinishedMax {
                try await town.identity.endDeputy(named[number], by: lead)
                town.clock.advance(seconds: 1)
                named[number] = try await name(number, by: lead)
            }
            try await town.identity.endDeputy(named[0], by: lead)
            town.clock.advance(seconds: 1)
            await #expect(throws: Problem.conflict(.tooManyDeputiesToday)) { try await name(0, by: lead) }
            town.clock.advance(days: 1)
            _ = try await name(0, by: lead)
            let far = Day(town.clock.now()).start.adding(days: Deputy.daysMax + 1)
            let form = DeputyForm(login: "canbo.1", from: far, until: far.adding(days: 2), reason: Self.reason)
            await #expect(throws: Problem.invalid(["from": .deputyBeginsSoon])) {
                try await town.identity.nameDeputy(form, for: other.id, by: other)
            }
        }
    }

    @Test("a lender chooses which roles, and keeps the others", arguments: Engine.all)
    func chosen(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let id = try await town.person("lanhdao.mau", .departmentLead)
            try await town.identity.giveRole(.incidentHandler, to: id, by: nil)
            let lead = Self.named(id, "l", [.departmentLead, .incidentHandler])
            let officer = Self.named(try await town.person("canbo.mau", .officer), "o", [.officer])
            let visitor = await town.visitor("lanhdao.mau")
            let page = await visitor.get("/identity/deputies/new")
            page.expect(
                200, shows: "value=\"department-lead\" checked", "value=\"incident-handler\" checked",
                hides: ["value=\"officer\""])
            for roles in [[], [.officer], [.incidentHandler, .officer]] as [Set<Role>] {
                await #expect(throws: Problem.invalid(["roles": .rolesAreNotLent])) {
                    try await town.identity.nameDeputy(Self.form(town, "canbo.mau", roles), for: id, by: lead)
                }
            }
            try await town.identity.nameDeputy(Self.form(town, "canbo.mau", [.incidentHandler]), for: id, by: lead)
            #expect(Self.may(town, officer, "threats.import"))
            #expect(!Self.may(town, officer, "identity.people"), "what was not chosen")
            #expect(try await town.identity.deputies(seenBy: officer).first?.roles == [.incidentHandler])
            let deputy = await town.visitor("canbo.mau")
            await deputy.get("/identity/deputies?lang=vi").expect(200, shows: "Người xử lý sự cố")
            await deputy.get("/identity/account?lang=vi").expect(200, shows: "Người xử lý sự cố. Việc bạn làm")
            let leaf = try #require(try await town.contents(of: "identity.deputy-named").first)
            #expect(leaf.contains("\"roles\":[\"incident-handler\"]"))
            let found = try await town.identity.explain(
                "canbo.mau", Permission("identity.people"), on: "", at: town.clock.now(), by: nil)
            #expect(!found.decision.allowed)
        }
    }

    @Test("administration is not lent: a deputy could keep what they gave themselves", arguments: Engine.all)
    func administration(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let unit = Self.named(try await town.person("quantri.donvi", .unitAdministrator), "u", [.unitAdministrator])
            let id = try await town.person("lanhdao.mau", .departmentLead)
            try await town.identity.giveRole(.unitAdministrator, to: id, by: nil)
            let lead = Self.named(id, "l", [.departmentLead, .unitAdministrator])
            let officer = Self.named(try await town.person("canbo.mau", .officer), "o", [.officer])
            await #expect(throws: Problem.conflict(.nothingToLend)) {
                try await town.identity.nameDeputy(Self.form(town, "canbo.mau"), for: unit.id, by: unit)
            }
            await town.visitor("quantri.donvi").get("/identity/deputies/new?lang=en").expect(
                409, shows: "Administration is not lent")
            await #expect(throws: Problem.invalid(["roles": .rolesAreNotLent])) {
                try await town.identity.nameDeputy(
                    Self.form(town, "canbo.mau", [.departmentLead, .unitAdministrator]), for: id, by: lead)
            }
            try await town.identity.nameDeputy(Self.form(town, "canbo.mau"), for: id, by: lead)
            #expect(Self.may(town, officer, "identity.people"), "as a lead")
            #expect(!Self.may(town, officer, "identity.delegate"))
        }
    }

    @Test("the lists of deputies and of requests are found by an index")
    func found() async throws {
        try await Town.open(on: .sqlite) { town in
            let me = ID<Person>("me")
            let plans: [SQL] = [
                "SELECT id FROM identity_fact WHERE relation = 'delegate'",
                "SELECT id FROM identity_fact WHERE relation = 'delegate' AND (subject = \(me) OR object = \(me))",
                "SELECT id FROM identity_request WHERE (subject = \(me) OR asked_by = \(me))",
            ]
            for plan in plans {
                let steps = try await town.database.read { tx in
                    try tx.rows("EXPLAIN QUERY PLAN \(plan)").map { try $0.get("detail", as: String.self) }
                }
                #expect(steps.contains { $0.contains("USING") } && !steps.contains { $0.hasPrefix("SCAN") }, "\(steps)")
            }
        }
    }

    @Test(
        "whoever leaves lends nothing more, stands in for nobody, and begins anew when they come back",
        arguments: Engine.all)
    func left(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let lead = Self.named(try await town.person("lanhdao.mau", .departmentLead), "l", [.departmentLead])
            let officer = Self.named(try await town.person("canbo.mau", .officer), "o", [.officer])
            let gone = try await town.person("canbo.hai", .officer, name: "Người Sẽ Xóa")
            for login in ["canbo.mau", "canbo.hai"] {
                try await town.identity.nameDeputy(Self.form(town, login), for: lead.id, by: lead)
            }
            #expect(Self.may(town, officer, "incidents.share"))
            town.clock.advance(seconds: 1)
            try await town.identity.leave(gone, by: nil)
            try await town.identity.erase(gone, by: nil)
            func open() async throws -> [ID<Person>] {
                let now = town.clock.now()
                return try await town.identity.deputies(seenBy: nil).filter { !$0.isOver(at: now) }.map(\.person)
            }
            #expect(try await open() == [officer.id])
            await town.visitor("lanhdao.mau").get("/identity/deputies?lang=vi").expect(
                200, shows: Phrase.unknownReader.vi, hides: ["Người Sẽ Xóa"])
            try await town.identity.leave(lead.id, by: nil)
            #expect(try await open() == [])
            #expect(try await town.facts().filter { $0 == "identity.deputy-ended" }.count == 2)
            town.clock.advance(seconds: 1)
            try await town.identity.place(lead.id, in: ID("H40"), by: nil)
            try await town.identity.giveRole(.departmentLead, to: lead.id, by: nil)
            try await town.identity.readRights()
            #expect(!Self.may(town, officer, "incidents.share"))
        }
    }

    @Test("with two factors where changes of rights need them", arguments: Engine.all)
    func sealed(engine: Engine) async throws {
        try await Town.open(on: engine, needsTwoSteps: true) { town in
            try await town.person("lanhdao.mau", .departmentLead)
            let lead = await town.visitor("lanhdao.mau")
            await lead.get("/identity/deputies").expect(200)
            let away = await lead.get("/identity/deputies/new")
            #expect(away.location?.hasPrefix("/identity/confirm") == true)
        }
    }

    @Test("an explanation names the role, whose it is, and who lent it until when", arguments: Engine.all)
    func explained(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let lead = Self.named(
                try await town.person("lanhdao.mau", .departmentLead, name: "Lãnh đạo mẫu"), "l", [.departmentLead])
            try await town.person("canbo.mau", .officer)
            try await town.identity.nameDeputy(Self.form(town, "canbo.mau"), for: lead.id, by: lead)
            let found = try await town.identity.explain(
                "canbo.mau", Permission("incidents.share"), on: "", at: town.clock.now(), by: nil)
            #expect(found.decision.allowed)
            #expect(found.reasons.first?.roles.map(\.role) == [])
            #expect(found.reasons.first?.lent.map(\.role.role) == [.departmentLead])
            #expect(found.reasons.first?.lent.map(\.lender) == ["Lãnh đạo mẫu"])
            #expect(found.facts.map(\.relationship.relation) == [.delegate])
            let lent = try await town.database.read { tx in
                let auditor = Rightful.role(.auditor, "canbo.mau")
                return try town.identity.lent(by: found.facts, to: [auditor], at: town.clock.now(), in: tx)
            }
            #expect(lent.isEmpty, "an auditor has nothing of it")
            let visitor = await town.visitor("lanhdao.mau")
            await visitor.get("/identity/explain?person=canbo.mau&action=incidents.share").expect(
                200, shows: "Lãnh đạo đơn vị", "vai trò của Lãnh đạo mẫu", "Thay mặt Lãnh đạo mẫu", Self.reason)
        }
    }
}
