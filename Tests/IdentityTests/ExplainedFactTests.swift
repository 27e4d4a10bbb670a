import Database
import House
import TestKit
import Testing
import Vocabulary
import Web

@testable import Identity

@Suite("what an explanation rests on beside policies and roles")
struct ExplainedFactTests {
    private static let reason = "Sự cố đang lan sang hệ thống khác"

    private static func records(_ town: Town) {
        town.identity.describes("incidents") { id, _, _ in
            id == "1" ? Resource("incidents/1", owner: ID("H40"), label: "TLP:RED") : nil
        }
    }

    @Test("a record opened in an emergency: by whom, with whom, why, until when", arguments: Engine.all)
    func brokenGlass(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            Self.records(town)
            let first = Person(
                id: try await town.person("canbo.mau", .officer, name: "Người mở"), name: "c", organisation: ID("H40"),
                roles: [.officer])
            let second = Person(
                id: try await town.person("quantri.mau", .nodeAdministrator, name: "Người thứ hai"), name: "q",
                organisation: ID("H40"), roles: [.nodeAdministrator])
            let id = try await town.identity.ask(
                .breakGlass, for: first.id, "incidents/1", reason: Self.reason, by: first)
            try await town.identity.answer(id, .approved, by: second)
            let found = try await town.identity.explain(
                "canbo.mau", Permission("incidents.view"), on: "incidents/1", at: town.clock.now(), by: nil)
            #expect(found.decision.allowed && found.level == nil)
            let fact = try #require(found.facts.first)
            #expect(fact.relationship.relation == .opens && fact.relationship.reason == Self.reason)
            #expect(fact.givenBy == "Người mở" && fact.approvedBy == "Người thứ hai")
            try await town.person("lanhdao.mau", .departmentLead)
            let lead = await town.visitor("lanhdao.mau")
            let question = "/identity/explain?person=canbo.mau&action=incidents.view&resource=incidents/1"
            await lead.get(question).expect(
                200, shows: "Mở khẩn cấp incidents/1", Self.reason, "Người thứ hai phê duyệt", "Chưa đăng nhập")
            await lead.get(question + "&lang=en").expect(200, shows: "Break-glass: incidents/1", "Not signed in then")
            town.clock.advance(seconds: 3600)
            let later = try await town.identity.explain(
                "canbo.mau", Permission("incidents.view"), on: "incidents/1", at: town.clock.now(), by: nil)
            #expect(!later.decision.allowed && later.facts.isEmpty)
        }
    }

    @Test("the level with which somebody was signed in, now and on a past day", arguments: Engine.all)
    func level(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            town.identity.describes("incidents") { _, _, _ in
                Resource("incidents/1", owner: ID("H40"), label: "TLP:RED", author: ID("none"))
            }
            let id = try await town.person("canbo.mau", .officer)
            func level(at moment: Instant? = nil) async throws -> Int? {
                try await town.identity.explain(
                    "canbo.mau", Permission("incidents.view"), on: "", at: moment ?? town.clock.now(), by: nil
                ).level
            }
            #expect(try await level() == nil)
            let visitor = await town.visitor("canbo.mau")
            #expect(try await level() == 1)
            let withOne = town.clock.now()
            town.clock.advance(seconds: 60)
            await visitor.get("/identity/account/authenticator").expect(200)
            let secret = try #require(try await town.identity.proposedSecret(of: id))
            await visitor.post("/identity/account/authenticator", ["code": town.code(secret)]).expect(200)
            #expect(try await level() == 2)
            let withTwo = town.clock.now()
            town.clock.advance(seconds: 60)
            await visitor.post("/sign-out").expect(303)
            let out = town.clock.now()
            #expect(try await level() == nil)
            town.clock.advance(days: 3)
            #expect(try await level(at: withOne) == 1)
            #expect(try await level(at: withTwo) == 2)
            #expect(try await level(at: out) == nil)
        }
    }

    @Test("with one factor RED is refused, as it was", arguments: Engine.all)
    func red(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let id = try await town.person("canbo.mau", .officer)
            town.identity.describes("incidents") { _, _, _ in
                Resource("incidents/1", owner: ID("H40"), label: "TLP:RED", author: id)
            }
            func explained() async throws -> Explained {
                try await town.identity.explain(
                    "canbo.mau", Permission("incidents.view"), on: "incidents/1", at: town.clock.now(), by: nil)
            }
            #expect(try await explained().decision.allowed, "taken as with two factors while nobody is signed in")
            _ = await town.visitor("canbo.mau")
            let found = try await explained()
            #expect(!found.decision.allowed && found.reasons.map(\.policy) == ["tlp-red"] && found.level == 1)
        }
    }
}
