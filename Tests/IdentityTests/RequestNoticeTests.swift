import Database
import House
import TestKit
import Testing
import Vocabulary
import Web

@testable import Identity

@Suite("Requests find those who decide, and come back to those who asked")
struct RequestNoticeTests {
    private static let reason = "Sự cố đang diễn ra ở hệ thống một cửa"
    private static let red = Resource("incidents/1", owner: ID("H40"), label: "TLP:RED")

    private struct Cast: Sendable {
        let first: Person
        let second: Person
        let officer: Person
        let other: Person

        init(_ town: Town) async throws {
            town.identity.describes("incidents") { id, _, _ in id == "1" ? RequestNoticeTests.red : nil }
            func person(_ login: String, _ role: Role) async throws -> Person {
                let id = try await town.identity.createPerson(
                    login: login, name: "Tên \(login)", email: "\(login)@namdinh.example", roles: [role],
                    phc: Town.quickPHC)
                return Person(id: id, name: "Tên \(login)", organisation: ID("H40"), roles: [role])
            }
            first = try await person("quantri.mau", .nodeAdministrator)
            second = try await person("quantri.hai", .nodeAdministrator)
            officer = try await person("canbo.mau", .officer)
            other = try await person("canbo.hai", .officer)
        }
    }

    /// Subjects of the letters so far, with those who got them.
    private static func letters(_ town: Town) async throws -> [String: Set<String>] {
        try await town.database.read { tx in
            try tx.rows("SELECT recipient, subject FROM mail_message").reduce(into: [:]) { found, row in
                let to = try row.get("recipient", as: String.self).prefix { $0 != "@" }
                found[try row.get("subject", as: String.self), default: []].insert(String(to))
            }
        }
    }

    @discardableResult
    private static func ask(
        _ town: Town, _ person: Person, _ kind: AccessRequest.Kind = .elevation, _ object: String = "incident-handler"
    ) async throws -> ID<AccessRequest> {
        try await town.identity.ask(
            kind, for: person.id, object, hours: kind == .elevation ? 1 : nil, reason: reason, by: person)
    }

    @Test("whoever may decide gets a letter, and whoever asked hears the outcome", arguments: Engine.all)
    func told(engine: Engine) async throws {
        try await Town.open(on: engine, hasMail: true) { town in
            let cast = try await Cast(town)
            let id = try await Self.ask(town, cast.officer)
            let waits = "Có đề nghị cấp quyền chờ bạn / A request for a right waits for you"
            #expect(try await Self.letters(town) == [waits: ["quantri.mau", "quantri.hai"]])
            try await town.identity.answer(id, .refused, by: cast.first)
            let outcome = "Đề nghị cấp quyền: đã từ chối / Request for a right: refused"
            #expect(try await Self.letters(town)[outcome] == ["canbo.mau"])
            await town.visitor("canbo.mau").get("/identity/account").expect(200, shows: "đã từ chối", "Tên quantri.mau")
            try await town.identity.ask(.grant, for: cast.officer.id, "auditor", reason: Self.reason, by: cast.first)
            let told = try await town.count("identity_reminder WHERE kind = 'identity.request-waits'")
            #expect(told == 3, "whoever asked is not told that it waits")
        }
    }

    @Test("nobody keeps more than ten waiting, nor the same twice", arguments: Engine.all)
    func bounded(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let cast = try await Cast(town)
            try await Self.ask(town, cast.officer)
            await #expect(throws: Problem.conflict(.requestWaitsAlready)) { try await Self.ask(town, cast.officer) }
            let roles = Role.ofPeople.filter { $0 != .incidentHandler && !$0.isPrivileged }
            var more: [(AccessRequest.Kind, String)] = roles.map { (.elevation, $0.rawValue) }
            more += [(.breakGlass, "incidents/1")]
            town.identity.describes("threats") { id, _, _ in Resource("threats/\(id)", owner: ID("H40")) }
            more += (0..<10).map { (.breakGlass, "threats/\($0)") }
            for (kind, object) in more.prefix(9) { try await Self.ask(town, cast.officer, kind, object) }
            await #expect(throws: Problem.conflict(.tooManyRequests)) {
                try await Self.ask(town, cast.officer, .breakGlass, "threats/99")
            }
            try await Self.ask(town, cast.other)
            town.clock.advance(seconds: AccessRequest.waitsSeconds)
            try await Self.ask(town, cast.officer)
        }
    }

    @Test("what waits stands first, however much came after it, and is counted", arguments: Engine.all)
    func first(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let cast = try await Cast(town)
            try await Self.ask(town, cast.officer)
            for _ in 0..<101 {
                town.clock.advance(seconds: 60)
                let id = try await Self.ask(town, cast.other)
                try await town.identity.answer(id, .refused, by: cast.first)
            }
            let page = await town.visitor("quantri.mau").get("/identity/requests")
                .expect(200, shows: "Chờ người thứ hai: 1", "Tên canbo.mau", "Phê duyệt").text
            let (mine, theirs) = (page.firstRange(of: "Tên canbo.mau"), page.firstRange(of: "Tên canbo.hai"))
            #expect(try #require(mine).lowerBound < #require(theirs).lowerBound)
            await town.visitor("canbo.mau").get("/identity/requests?lang=en")
                .expect(200, shows: "Waiting for a second person: 1", hides: ["Tên canbo.hai"])
        }
    }

    @Test(
        "whoever opened a record closes it again, nobody else does, and its watchers hear of it", arguments: Engine.all)
    func closed(engine: Engine) async throws {
        try await Town.open(on: engine, hasMail: true) { town in
            let cast = try await Cast(town)
            let id = try await Self.ask(town, cast.officer, .breakGlass, "incidents/1")
            try await town.identity.answer(id, .approved, by: cast.first)
            let visitor = await town.visitor("canbo.mau")
            await visitor.get("/identity/requests").expect(200, shows: "Đang mở đến", "Đóng lại ngay")
            await town.visitor("quantri.hai").get("/identity/requests")
                .expect(200, shows: "Đang mở đến", hides: ["Đóng lại ngay"])
            await town.visitor("canbo.hai").post("/identity/requests/\(id)/close").expect(404)
            town.clock.advance(seconds: 600)
            #expect(try await Self.reads(town, cast.officer))
            await visitor.post("/identity/requests/\(id)/close").expect(redirectTo: "/identity/requests?done=closed")
            #expect(try await !Self.reads(town, cast.officer))
            await visitor.post("/identity/requests/\(id)/close").expect(409)
            await visitor.get("/identity/requests").expect(200, shows: "Đã đóng lúc", hides: ["Đóng lại ngay"])
            #expect(try await Self.letters(town)[Self.over] == ["quantri.mau", "quantri.hai", "canbo.mau"])
            town.clock.advance(seconds: 3600)
            try await town.identity.sweep()
            #expect(try await town.facts().filter { $0 == "identity.break-glass-ended" }.count == 1)
        }
    }

    @Test("a record that closes by itself is told once", arguments: Engine.all)
    func lapsed(engine: Engine) async throws {
        try await Town.open(on: engine, hasMail: true) { town in
            let cast = try await Cast(town)
            let id = try await Self.ask(town, cast.officer, .breakGlass, "incidents/1")
            try await town.identity.answer(id, .approved, by: cast.first)
            town.clock.advance(seconds: 3599)
            try await town.identity.sweep()
            #expect(try await Self.letters(town)[Self.over] == nil)
            town.clock.advance(seconds: 1)
            for _ in 0..<2 { try await town.identity.sweep() }
            #expect(try await Self.letters(town)[Self.over] == ["quantri.mau", "quantri.hai", "canbo.mau"])
            #expect(try await town.count("mail_message WHERE subject LIKE 'Hết mở khẩn cấp%'") == 3)
            #expect(try await town.facts().filter { $0 == "identity.break-glass-ended" }.count == 1)
        }
    }

    @Test(
        "what was open while the node was renewed is told when it is over, what was over before is not",
        arguments: Engine.all)
    func renewed(engine: Engine) async throws {
        try await Town.open(on: engine, hasMail: true) { town in
            let cast = try await Cast(town)
            let ended = AccessRequestStore.ends.steps[1]
            func open(_ person: Person) async throws {
                let id = try await Self.ask(town, person, .breakGlass, "incidents/1")
                try await town.identity.answer(id, .approved, by: cast.first)
            }
            try await open(cast.other)
            town.clock.advance(seconds: 3600)
            try await open(cast.officer)
            try await town.database.write { tx in
                for step in [ended] + AccessRequestStore.runningEnds.steps { try tx.execute(step) }
            }
            town.clock.advance(seconds: 3600)
            try await town.identity.sweep()
            #expect(try await Self.letters(town)[Self.over] == ["quantri.mau", "quantri.hai", "canbo.mau"])
            #expect(try await town.facts().filter { $0 == "identity.break-glass-ended" }.count == 1)
        }
    }

    private static let over = "Hết mở khẩn cấp: incidents/1 / Break-glass is over: incidents/1"

    private static func reads(_ town: Town, _ person: Person) async throws -> Bool {
        try await town.identity.readRights()
        return town.identity.decide(
            person, Permission("incidents.view"), on: red, in: DecisionContext(assurance: 2))?.allowed ?? false
    }
}
