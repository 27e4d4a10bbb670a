import Database
import House
import Ledger
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import Identity

@Suite("why anybody may do anything, today and on past days")
struct ExplainTests {
    private static func records(_ town: Town) {
        town.identity.describes("incidents") { id, _, _ in
            guard id == "1" else { return nil }
            return Resource("incidents/1", owner: ID("H40"), label: "TLP:AMBER", recipients: [])
        }
    }

    @Test("the policy, its words and the role with its dates are named", arguments: Engine.all)
    func allowed(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            Self.records(town)
            try await town.person("lanhdao.mau", .departmentLead)
            let door = try await town.identity.explain(
                "lanhdao.mau", Permission("incidents.share"), on: "", at: town.clock.now(), by: nil)
            #expect(door.decision.allowed && door.reasons.map(\.policy) == ["lead"])
            #expect(door.reasons.first?.roles.map(\.role) == [.departmentLead])
            #expect(door.reasons.first?.text.contains("principal has lead") == true)
            let record = try await town.identity.explain(
                "lanhdao.mau", Permission("incidents.view"), on: "incidents/1", at: town.clock.now(), by: nil)
            #expect(record.decision.allowed && record.decision.policies == ["held"])
            #expect(record.decision.obligations == [])
            #expect(try await town.facts().suffix(2) == ["identity.explained", "identity.explained"])
        }
    }

    @Test("a refusal names what forbids, or the roles that would do", arguments: Engine.all)
    func denied(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let person = try await town.person("canbo.mau", .officer)
            let now = town.clock.now()
            let share = try await town.identity.explain(
                "canbo.mau", Permission("incidents.share"), on: "", at: now, by: nil)
            #expect(!share.decision.allowed && share.wouldNeed == [.departmentLead, .incidentHandler])
            try await town.identity.setSuspended(true, person, by: nil)
            let view = try await town.identity.explain(
                "canbo.mau", Permission("incidents.view"), on: "", at: now, by: nil)
            #expect(!view.decision.allowed && view.reasons.map(\.policy) == ["suspended"])
            await #expect(throws: Problem.notFound) {
                try await town.identity.explain("khong.co", Permission("incidents.view"), on: "", at: now, by: nil)
            }
            await #expect(throws: Problem.notFound) {
                try await town.identity.explain("canbo.mau", Permission("incidents.view"), on: "x/1", at: now, by: nil)
            }
        }
    }

    @Test("an action that there is not is refused with those that there are, and leaves no fact", arguments: Engine.all)
    func unknownAction(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.person("lanhdao.mau", .departmentLead)
            for name in ["incidents.veiw", "signedIn", ""] {
                let problem = try await #require(throws: Problem.self) {
                    try await town.identity.explain(
                        "lanhdao.mau", Permission(name), on: "", at: town.clock.now(), by: nil)
                }
                guard case .rejected("identity.no-such-action", let errors) = problem else {
                    Issue.record("\(problem)")
                    continue
                }
                #expect(errors["action"]?.en.contains("incidents.view, incidents.report") == true)
            }
            #expect(try await !town.facts().contains("identity.explained"))
            let lead = await town.visitor("lanhdao.mau")
            await lead.get("/identity/explain?person=lanhdao.mau&action=incidents.veiw").expect(
                422, shows: "Không có việc nào tên là “incidents.veiw”", "<code>identity.no-such-action</code>")
        }
    }

    @Test("a past day is decided by what held then, whatever changed since", arguments: Engine.all)
    func past(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let person = try await town.person("canbo.mau", .auditor)
            let before = town.clock.now()
            town.clock.advance(seconds: 3 * 86_400)
            let membership = try #require(
                try await town.database.read { try PeopleStore.memberships(of: person, in: $0).first })
            try await town.identity.endRole(membership.id, by: nil)
            func allowed(at moment: Instant) async throws -> Decision {
                try await town.identity.explain("canbo.mau", Permission("ledger.read"), on: "", at: moment, by: nil)
                    .decision
            }
            let (past, present) = (try await allowed(at: before), try await allowed(at: town.clock.now()))
            #expect(past.allowed && !present.allowed && past.revision < present.revision)
            #expect(try await allowed(at: before.adding(days: -30)).allowed == false)
            #expect(try town.identity.moment(of: Day(before)) < town.clock.now())
            #expect(try town.identity.moment(of: nil) == town.clock.now())
            #expect(try town.identity.moment(of: Day(town.clock.now())) == town.clock.now())
        }
    }

    @Test(
        "who could read a record on a day counts whoever could at any moment of it; who did is in the ledger",
        arguments: Engine.all)
    func readers(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            Self.records(town)
            let officer = try await town.person("canbo.mau", .officer)
            try await town.person("congdan.mau", .citizen)
            try await town.database.write { tx in
                try town.identity.outbox.record(
                    "incidents.contact-read", ["by": .string(officer.text)], subject: "1", at: town.clock.now(), in: tx)
            }
            town.clock.advance(seconds: 60)
            let membership = try #require(
                try await town.database.read { try PeopleStore.memberships(of: officer, in: $0).first })
            try await town.identity.endRole(membership.id, by: nil)
            town.clock.advance(seconds: 60)
            let today = Day(town.clock.now())
            let found = try await town.identity.readers(of: "incidents/1", on: today, by: nil)
            #expect(found.could.map(\.account.login) == ["canbo.mau"])
            #expect(found.did.map(\.fact.kind) == ["incidents.contact-read"])
            town.clock.advance(seconds: 86_400)
            let tomorrow = try await town.identity.readers(of: "incidents/1", on: Day(town.clock.now()), by: nil)
            #expect(tomorrow.could.isEmpty && tomorrow.did.isEmpty)
        }
    }

    @Test("the page answers leads, administrators and auditors in both languages", arguments: Engine.all)
    func page(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            Self.records(town)
            try await town.person("lanhdao.mau", .departmentLead)
            try await town.person("canbo.mau", .officer)
            let (lead, officer) = (await town.visitor("lanhdao.mau"), await town.visitor("canbo.mau"))
            await officer.get("/identity/explain").expect(403)
            await officer.get("/identity/explain/readers?resource=incidents/1").expect(403)
            await lead.get("/identity/explain").expect(200, shows: "Giải thích quyền", "Xem sự cố (incidents.view)")
            #expect(Permissions.explained.allSatisfy { $0.words.vi != $0.action.name })
            let question = "/identity/explain?person=canbo.mau&action=incidents.view&resource=incidents/1"
            await lead.get(question).expect(200, shows: "Được phép", "Cán bộ", "Nguyên văn chính sách", "incidents/1")
            await lead.get("/identity/explain?person=canbo.mau&action=incidents.share")
                .expect(200, shows: "Không được phép", "Cần một trong các vai trò")
            await lead.get("/identity/explain?person=khong.co&action=incidents.view")
                .expect(200, shows: "Không tìm thấy người dùng")
            await lead.get("/identity/explain/readers?resource=incidents/1")
                .expect(200, shows: "canbo.mau", "lanhdao.mau")
            await lead.get("/identity/explain/readers?resource=incidents/2")
                .expect(200, shows: "Không tìm thấy người dùng", hides: ["canbo.mau"])
            // Whoever comes without a record is asked for one.
            await lead.get("/identity/explain/readers").expect(200, shows: "name=\"resource\"", hides: ["canbo.mau"])
        }
    }

    @Test("a day that is none, or is to come, is told at its field with a code, and nothing is answered")
    func wrongDay() async throws {
        try await Town.open(on: .sqlite) { town in
            Self.records(town)
            try await town.person("lanhdao.mau", .departmentLead)
            let lead = await town.visitor("lanhdao.mau")
            let before = try await town.facts().count
            let question = "/identity/explain?person=lanhdao.mau&action=incidents.view&on="
            for (day, code) in [("2020-02-30", "query.day"), ("homqua", "query.day"), ("2999-01-01", "to-come")] {
                await lead.get(question + day).expect(
                    422, shows: "href=\"#field-on\"", code, "value=\"\(day)\"", "lanhdao.mau", hides: ["Được phép"])
            }
            await lead.get("/identity/explain/readers?resource=incidents/1&on=9/11/2020").expect(
                422, shows: "href=\"#field-on\"", "query.day", hides: ["Không ai"])
            await lead.get("/identity/organisations?on=2020-13-01&lang=en").expect(
                422, shows: "Enter a day that there is", "query.day")
            await lead.get("/identity/explain/readers?resource=incidents/1&before=x").expect(400, shows: "query.place")
            #expect(try await town.facts().count == before, "nothing was asked")
            await lead.get(question + "&lang=vi").expect(200, shows: "Được phép")
        }
    }

    @Test("a right given in another process opens doors with the next request", arguments: Engine.all)
    func fresh(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let person = try await town.person("canbo.mau", .officer)
            let visitor = await town.visitor("canbo.mau")
            await visitor.get("/identity/people").expect(403)
            try await town.database.write { tx in
                try PeopleStore.insert(
                    Membership(
                        id: ID("other"), person: person, organisation: ID("H40"), role: .auditor,
                        from: town.clock.now(), until: town.clock.now().adding(seconds: 100)), in: tx)
            }
            await visitor.get("/identity/people").expect(200)
            town.clock.advance(seconds: 100)
            await visitor.get("/identity/people").expect(403)
        }
    }
}
