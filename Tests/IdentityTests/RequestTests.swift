import Database
import House
import TestKit
import Testing
import Vocabulary
import Web

@testable import Identity

@Suite("rights that need a second person")
struct RequestTests {
    private static let reason = "Sự cố đang diễn ra ở hệ thống một cửa"

    private static func cast(_ town: Town) async throws -> (first: Person, second: Person, officer: Person) {
        town.identity.describes("incidents") { id, _, _ in
            id == "1" ? Resource("incidents/1", owner: ID("H23"), label: "TLP:RED") : nil
        }
        func person(_ login: String, _ role: Role) async throws -> Person {
            let id = try await town.person(login, role)
            return Person(id: id, name: login, organisation: ID("H40"), roles: [role])
        }
        return (
            try await person("quantri.mau", .nodeAdministrator), try await person("quantri.hai", .nodeAdministrator),
            try await person("canbo.mau", .officer)
        )
    }

    private static func may(
        _ town: Town, _ person: Person, _ action: String, _ resource: Resource = .none
    ) async throws -> Bool {
        try await town.identity.readRights()
        return town.identity.decide(person, Permission(action), on: resource, in: DecisionContext(assurance: 2))?
            .allowed ?? false
    }

    @Test("a role for some hours holds once a second person approved, and ends by itself", arguments: Engine.all)
    func elevation(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let (first, _, officer) = try await Self.cast(town)
            let id = try await town.identity.ask(
                .elevation, for: officer.id, "incident-handler", hours: 2, reason: Self.reason, by: officer)
            #expect(try await !Self.may(town, officer, "threats.import"))
            await #expect(throws: Problem.self) { try await town.identity.answer(id, .approved, by: officer) }
            try await town.identity.answer(id, .approved, by: first)
            #expect(try await Self.may(town, officer, "threats.import"))
            town.clock.advance(seconds: 2 * 3600)
            #expect(try await !Self.may(town, officer, "threats.import"))
            #expect(
                try await town.facts().filter { $0.contains("elevation") } == [
                    "identity.elevation-asked", "identity.elevation-approved",
                ])
            #expect(try await town.contents(of: "identity.elevation-approved").first?.contains(Self.reason) == true)
        }
    }

    @Test("what nobody decided is forgotten after a week, what was decided after 90 days", arguments: Engine.all)
    func forgotten(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let (first, _, officer) = try await Self.cast(town)
            for isDecided in [true, false] {
                let id = try await town.identity.ask(
                    .elevation, for: officer.id, "incident-handler", hours: 2, reason: Self.reason, by: officer)
                if isDecided { try await town.identity.answer(id, .approved, by: first) }
            }
            for (days, left) in [(6, 2), (1, 1), (82, 1), (1, 0)] {
                town.clock.advance(days: Int64(days))
                try await town.identity.sweep()
                #expect(try await town.count("identity_request") == left)
            }
            #expect(try await town.contents(of: "identity.elevation-approved").count == 1, "the ledger keeps it")
        }
    }

    @Test("break-glass opens one record for an hour", arguments: Engine.all)
    func breakGlass(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let (first, _, officer) = try await Self.cast(town)
            let red = Resource("incidents/1", owner: ID("H23"), label: "TLP:RED")
            await #expect(throws: Problem.notFound) {
                try await town.identity.ask(
                    .breakGlass, for: officer.id, "incidents/2", reason: Self.reason, by: officer)
            }
            let id = try await town.identity.ask(
                .breakGlass, for: officer.id, "incidents/1", reason: Self.reason, by: officer)
            #expect(try await !Self.may(town, officer, "incidents.view", red))
            try await town.identity.answer(id, .approved, by: first)
            #expect(try await Self.may(town, officer, "incidents.view", red))
            #expect(try await !Self.may(town, officer, "incidents.share", red))
            town.clock.advance(seconds: 3600)
            #expect(try await !Self.may(town, officer, "incidents.view", red))
        }
    }

    @Test(
        "nobody approves what they asked for or what is for themselves; of many at once one decides",
        arguments: Engine.all)
    func separation(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let (first, second, officer) = try await Self.cast(town)
            let own = try await town.identity.ask(
                .grant, for: officer.id, "node-administrator", reason: Self.reason, by: first)
            await #expect(throws: Problem.self) { try await town.identity.answer(own, .approved, by: first) }
            let forSecond = try await town.identity.ask(
                .elevation, for: second.id, "incident-handler", hours: 1, reason: Self.reason, by: first)
            await #expect(throws: Problem.self) { try await town.identity.answer(forSecond, .approved, by: second) }
            let outcomes = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<8 {
                    group.addTask { (try? await town.identity.answer(own, .approved, by: second)) != nil }
                }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(outcomes == 1)
            #expect(try await Self.may(town, officer, "identity.administer"))
            let refused = try await town.identity.ask(
                .elevation, for: officer.id, "incident-handler", hours: 1, reason: Self.reason, by: officer)
            try await town.identity.answer(refused, .refused, by: first)
            await #expect(throws: Problem.conflict(.requestIsOver)) {
                try await town.identity.answer(refused, .approved, by: second)
            }
            #expect(try await !Self.may(town, officer, "ledger.erase"))
        }
    }

    @Test("what nobody decided lapses after a week; reasons and hours are bounded", arguments: Engine.all)
    func bounds(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let (first, _, officer) = try await Self.cast(town)
            for (hours, reason) in [
                (0, Self.reason), (9, Self.reason), (1, "ngắn"), (1, String(repeating: "a", count: 501)),
            ] {
                await #expect(throws: Problem.self) {
                    try await town.identity.ask(
                        .elevation, for: officer.id, "incident-handler", hours: hours, reason: reason, by: officer)
                }
            }
            await #expect(throws: Problem.self) {
                try await town.identity.ask(
                    .elevation, for: officer.id, "peer-node", hours: 1, reason: Self.reason, by: officer)
            }
            let id = try await town.identity.ask(
                .elevation, for: officer.id, "incident-handler", hours: 1, reason: Self.reason, by: officer)
            town.clock.advance(seconds: 7 * 86_400)
            await #expect(throws: Problem.conflict(.requestIsOver)) {
                try await town.identity.answer(id, .approved, by: first)
            }
        }
    }

    @Test(
        "an administrator alone appoints no other administrator, as soon as there is a second person",
        arguments: Engine.all)
    func fourEyes(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let (first, _, officer) = try await Self.cast(town)
            await #expect(throws: Problem.conflict(.needsSecondPerson)) {
                try await town.identity.giveRole(.nodeAdministrator, to: officer.id, until: nil, by: first)
            }
            await #expect(throws: Problem.conflict(.needsSecondPerson)) {
                try await town.identity.createPerson(
                    login: "quantri.ba", name: "Người mẫu", roles: [.nodeAdministrator], by: first)
            }
            let (one, two) = (await town.visitor("quantri.mau"), await town.visitor("quantri.hai"))
            await one.post(
                "/identity/people/new",
                ["name": "Người mẫu", "login": "quantri.bon", "role": "node-administrator"]
            ).expect(200)
            let fourth = try await town.database.read { try PeopleStore.account(login: "quantri.bon", in: $0) }
            let held = try await town.database.read { try PeopleStore.memberships(of: try #require(fourth).id, in: $0) }
            #expect(held.isEmpty)
            await one.post("/identity/people/\(officer.id)/give-role", ["role": "node-administrator"])
                .expect(redirectTo: "/identity/requests?done=asked")
            await one.get("/identity/requests?done=asked").expect(
                200, shows: "Đã gửi đề nghị; chờ người thứ hai", hides: ["Phê duyệt</button>"])
            await two.get("/identity/requests").expect(200, shows: "Phê duyệt", "Từ chối")
            #expect(try await town.facts().last == "identity.people-read", "who asks for what is about a person")
            let at = town.clock.now()
            let waiting = try await town.database.read {
                try AccessRequestStore.waiting(for: nil, at: at, limit: 10, in: $0)
            }
            let id = waiting.first { $0.subject == officer.id }?.id
            await one.post("/identity/requests/\(try #require(id))/approve").expect(409)
            await two.post("/identity/requests/\(try #require(id))/approve")
                .expect(redirectTo: "/identity/requests?done=approved")
            #expect(try await Self.may(town, officer, "identity.administer"))
        }
    }

    @Test("the form asks, and says what is missing", arguments: Engine.all)
    func form(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            _ = try await Self.cast(town)
            let officer = await town.visitor("canbo.mau")
            await officer.get("/identity/requests/new").expect(200, shows: "Mở khẩn cấp")
            await officer.post("/identity/requests/new", ["reason": "x"]).expect(422)
            await officer.post("/identity/requests/new", ["kind": "grant", "role": "auditor", "reason": Self.reason])
                .expect(422)
            await officer.post(
                "/identity/requests/new", ["kind": "break-glass", "resource": "incidents/7", "reason": Self.reason]
            ).expect(422)
            await officer.post(
                "/identity/requests/new", ["kind": "break-glass", "resource": "incidents/1", "reason": Self.reason]
            ).expect(redirectTo: "/identity/requests?done=asked")
            await officer.get("/identity/requests").expect(200, shows: "incidents/1", "Chờ người thứ hai")
        }
    }
}
