import Database
import House
import TestKit
import Testing
import Vocabulary
import Web

@testable import Identity

@Suite("Privileged roles take two people")
struct FourEyesTests {
    private static let reason = "Theo quyết định phân công của Sở"

    /// Two administrators, a lead and an officer, each with a mailbox.
    private struct Cast: Sendable {
        let one: Person
        let two: Person
        let officer: ID<Person>

        init(_ town: Town) async throws {
            one = try await Cast.person(town, "quantri.mot", .nodeAdministrator)
            two = try await Cast.person(town, "quantri.hai", .nodeAdministrator)
            _ = try await Cast.person(town, "lanhdao.mau", .departmentLead)
            officer = try await Cast.person(town, "canbo.mau", .officer).id
        }

        static func person(_ town: Town, _ login: String, _ role: Role) async throws -> Person {
            let id = try await town.identity.createPerson(
                login: login, name: login, email: "\(login)@namdinh.example", roles: [role], phc: Town.quickPHC)
            return Person(id: id, name: login, organisation: ID("H40"), roles: [role])
        }
    }

    enum WayOut: String, CaseIterable, Sendable {
        case suspended, roleEnded, left, moved, byDirectory, givenUpByDirectory
    }

    private static func putOut(_ person: ID<Person>, _ way: WayOut, by author: Person, _ town: Town) async throws {
        switch way {
        case .suspended: try await town.identity.setSuspended(true, person, by: author)
        case .roleEnded:
            let held = try await town.database.read { try PeopleStore.memberships(of: person, in: $0) }
            try await town.identity.endRole(try #require(held.first).id, by: author)
        case .left: try await town.identity.leave(person, by: author)
        case .moved:
            try await town.addUnit("H40-A", "Phòng A")
            try await town.identity.place(person, in: ID("H40-A"), by: author)
        case .byDirectory:
            let off = """
                {"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                "Operations":[{"op":"replace","path":"active","value":false}]}
                """
            #expect(try await Directory(town).call(.patch, "/Users/\(person)", off).status == 200)
        case .givenUpByDirectory:
            try await putOut(person, .roleEnded, by: author, town)
            #expect(try await Directory(town).call(.delete, "/Users/\(person)").status == 204)
        }
    }

    /// Of letters whose subject has these words.
    private static func recipients(_ town: Town, _ words: String) async throws -> [String] {
        try await town.database.read { tx in
            let subject = "%\(words)%"
            return try tx.rows(
                "SELECT recipient FROM mail_message WHERE subject LIKE \(subject) ORDER BY recipient"
            ).map { try $0.get("recipient") }
        }
    }

    @Test(
        "whoever puts the other administrator out is not alone for 30 days, and everybody who watches is told",
        arguments: Engine.all, WayOut.allCases)
    func out(engine: Engine, way: WayOut) async throws {
        try await Town.open(on: engine, hasMail: true) { town in
            let cast = try await Cast(town)
            try await Self.putOut(cast.two.id, way, by: cast.one, town)
            for role in [Role.nodeAdministrator, .auditor] {
                await #expect(throws: Problem.conflict(.needsSecondPerson), "\(way)") {
                    try await town.identity.giveRole(role, to: cast.officer, by: cast.one)
                }
            }
            #expect(
                try await Self.recipients(town, "one administrator less") == [
                    "lanhdao.mau@namdinh.example", "quantri.hai@namdinh.example", "quantri.mot@namdinh.example",
                ])
            town.clock.advance(days: 29)
            await #expect(throws: Problem.conflict(.needsSecondPerson)) {
                try await town.identity.giveRole(.nodeAdministrator, to: cast.officer, by: cast.one)
            }
            #expect(try await Self.recipients(town, "given by one person").isEmpty)
            town.clock.advance(days: 2)
            try await town.identity.giveRole(.nodeAdministrator, to: cast.officer, by: cast.one)
            #expect(
                try await Self.recipients(town, "given by one person").contains("lanhdao.mau@namdinh.example"))
        }
    }

    @Test("when an auditor is put out, everybody who watches is told", arguments: Engine.all, WayOut.allCases)
    func auditorOut(engine: Engine, way: WayOut) async throws {
        try await Town.open(on: engine, hasMail: true) { town in
            let cast = try await Cast(town)
            let auditor = try await Cast.person(town, "kiemtoan.mau", .auditor)
            try await Self.putOut(auditor.id, way, by: cast.one, town)
            let told = try await Self.recipients(town, "one auditor less")
            let watchers = ["kiemtoan.mau", "lanhdao.mau", "quantri.hai", "quantri.mot"].map { "\($0)@namdinh.example" }
            #expect(told == watchers, "\(way)")
            #expect(try await Self.recipients(town, "one administrator less").isEmpty)
        }
    }

    @Test("a node with one administrator grows, and its lead is told", arguments: Engine.all)
    func grows(engine: Engine) async throws {
        try await Town.open(on: engine, hasMail: true) { town in
            let boss = try await Cast.person(town, "quantri.mot", .nodeAdministrator)
            _ = try await Cast.person(town, "lanhdao.mau", .departmentLead)
            let officer = try await Cast.person(town, "canbo.mau", .officer)
            try await town.identity.giveRole(.nodeAdministrator, to: officer.id, by: boss)
            #expect(try await town.roles(of: officer.id).contains(.nodeAdministrator))
            #expect(
                try await Self.recipients(town, "given by one person") == [
                    "lanhdao.mau@namdinh.example", "quantri.mot@namdinh.example",
                ])
        }
    }

    @Test("nobody asks for a privileged role of their own, for hours either", arguments: Engine.all)
    func elevation(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let cast = try await Cast(town)
            let puppet = Person(id: cast.officer, name: "canbo.mau", organisation: ID("H40"), roles: [.officer])
            for asker in [puppet, cast.one] {
                await #expect(throws: Problem.invalid(["role": .privilegedIsAskedFor])) {
                    try await town.identity.ask(
                        .elevation, for: asker.id, "auditor", hours: 8, reason: Self.reason, by: asker)
                }
            }
            let id = try await town.identity.ask(
                .elevation, for: cast.officer, "node-administrator", hours: 1, reason: Self.reason, by: cast.one)
            try await town.identity.answer(id, .approved, by: cast.two)
            #expect(try await town.roles(of: cast.officer) == [.officer, .nodeAdministrator])
            let visitor = await town.visitor("canbo.mau")
            await visitor.get("/identity/requests/new").expect(
                200, shows: "incident-handler", hides: ["value=\"auditor\"", "value=\"node-administrator\""])
        }
    }

    @Test("rights that were lent approve nothing", arguments: Engine.all)
    func lent(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let cast = try await Cast(town)
            let puppet = Person(id: cast.officer, name: "canbo.mau", organisation: ID("H40"), roles: [.officer])
            let at = town.clock.now()
            try await town.database.write { tx in
                try RelationshipStore.insert(
                    Relationship(
                        id: ID("lent"), subject: puppet.id.text, relation: .delegate, object: cast.one.id.text,
                        from: at, grantedBy: cast.one.id), at: at, in: tx)
            }
            let other = try await Cast.person(town, "canbo.hai", .officer)
            let id = try await town.identity.ask(
                .grant, for: other.id, "node-administrator", reason: Self.reason, by: cast.one)
            // A role that takes two people to give is not lent, so that no policy lets the puppet approve.
            await #expect(throws: Problem.self) { try await town.identity.answer(id, .approved, by: puppet) }
            await #expect(throws: Problem.conflict(.onlyOwnRightsApprove)) {
                try await town.identity.beginReset(of: other.id, by: puppet)
            }
            try await town.identity.answer(id, .approved, by: cast.two)
            #expect(try await town.roles(of: other.id).contains(.nodeAdministrator))
        }
    }

    @Test("what was approved holds where and when it was asked for", arguments: Engine.all)
    func terms(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let cast = try await Cast(town)
            try await town.addUnit("H40-A", "Phòng A")
            let one = await town.visitor("quantri.mot")
            let today = Day(town.clock.now())
            let (from, until) = (today.start.adding(days: 3), today.start.adding(days: 10))
            await one.post(
                "/identity/people/\(cast.officer)/give-role",
                [
                    "role": "auditor", "organisation": "H40-A", "from": Day(from).description,
                    "until": Day(until.adding(days: -1)).description,
                ]
            ).expect(redirectTo: "/identity/requests?done=asked")
            await one.get("/identity/requests").expect(200, shows: "Phòng A", "Từ", "Đến")
            let at = town.clock.now()
            let waiting = try await town.database.read {
                try AccessRequestStore.waiting(for: nil, at: at, limit: 1, in: $0)
            }
            try await town.identity.answer(try #require(waiting.first?.id), .approved, by: cast.two)
            let held = try await town.database.read { try PeopleStore.memberships(of: cast.officer, in: $0) }
            let given = try #require(held.first { $0.role == .auditor })
            #expect(given.organisation == ID("H40-A") && given.from == from && given.until == until)

            let guest = try await town.identity.registerGuest(
                "giup.viec", of: ID("H23"), name: "Khách mẫu", roles: [.officer, .auditor], until: until,
                reason: Self.reason, by: cast.one)
            #expect(try await town.roles(of: guest) == [.officer])
            let asked = try await town.database.read {
                try AccessRequestStore.waiting(for: nil, at: at, limit: 9, in: $0)
            }
            let request = try #require(asked.first { $0.subject == guest })
            try await town.identity.answer(request.id, .approved, by: cast.two)
            #expect(try await town.roles(of: guest) == [.officer, .auditor])
        }
    }

    @Test("no program and no list hands out a privileged role; a list may name one that is held", arguments: Engine.all)
    func programs(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let cast = try await Cast(town)
            let list = try ImportedPerson.all(
                try CSVTable(Array("login,name,role\ncanbo.mau,canbo.mau,\"officer, auditor\"".utf8)))
            func faults() async throws -> Int {
                try await town.database.read {
                    try town.identity.plan(list, by: cast.one, at: town.clock.now(), in: $0).faults
                }
            }
            #expect(try await faults() == 1)
            try await town.identity.giveRole(.auditor, to: cast.officer, by: nil)
            #expect(try await faults() == 0)
            for role in [Role.nodeAdministrator, .auditor] {
                await #expect(throws: Problem.invalid(["role": .roleIsPrivileged])) {
                    _ = try await Directory(town, roles: [role])
                }
            }
        }
    }
}
