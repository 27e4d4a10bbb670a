import Database
import House
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import Identity

/// What a guest let applications do ends with the visit.
@Suite("Tokens of guests")
struct GuestTokenTests {
    private static func open(
        on engine: Engine, _ body: @Sendable (Town, ID<Person>, Relying) async throws -> Void
    ) async throws {
        try await Town.open(on: engine) { town in
            let guest = try await town.identity.registerGuest(
                "canbo.mau", of: ID("H23"), name: "Cán bộ mẫu", roles: [.officer],
                until: town.clock.now().adding(days: 5), reason: "Giúp xử lý sự cố theo đề nghị của Cụm", by: nil)
            let (identity, clock, ids) = (town.identity, town.clock, SeededIDs(seed: 7))
            town.site.action("/arrive", allow: .everyone) { page, _ in
                try await identity.receive(
                    Vouched(
                        organisation: ID("H23"), subject: "s-1", session: "home-1", login: "canbo.mau",
                        name: "Cán bộ mẫu", assurance: Assurance(level: 1, methods: ["pwd"], at: clock.now()),
                        token: ids.source()), page, to: "/")
            }
            try await body(town, guest, try await Relying.register(town))
        }
    }

    /// A browser in which the guest has arrived.
    private static func arrive(_ town: Town) async -> House.Visitor {
        let visitor = town.stranger()
        await visitor.post("/arrive").expect(303)
        return visitor
    }

    @Test("no application acts for a guest while away", arguments: Engine.all)
    func online(engine: Engine) async throws {
        try await Self.open(on: engine) { town, _, app in
            let tokens = try await app.tokens(await Self.arrive(town))
            #expect(tokens["refresh_token"] == nil)
            #expect(try !tokens.requireString("scope").contains("offline_access"))
        }
    }

    @Test("a sign-out at home reaches what a session left that ran out by itself", arguments: Engine.all)
    func lapsed(engine: Engine) async throws {
        try await Self.open(on: engine) { town, _, app in
            let visitor = await Self.arrive(town)
            town.clock.advance(seconds: 14 * 60)
            let token = try await app.tokens(visitor).requireString("access_token")
            town.clock.advance(seconds: 2 * 60)
            try await town.identity.sweep()
            #expect(await app.userInfo(token).status == 200, "a session that runs out leaves the token its minutes")
            try await town.identity.endVisits(of: "s-1", from: ID("H23"), session: "home-1", stopped: false)
            town.clock.advance(seconds: 2)
            #expect(await app.userInfo(token).status == 401)
        }
    }

    @Test(
        "an older grant for while they are away ends with their time, here and at home",
        arguments: ["until", "ended", "stopped", "signed out"], Engine.all)
    func older(how: String, engine: Engine) async throws {
        try await Self.open(on: engine) { town, guest, app in
            let code = try await app.code(await Self.arrive(town))
            let later = town.clock.now().adding(days: 30)
            try await town.database.write {
                try $0.execute("UPDATE identity_openid_grant SET offline = 1, expires_at = \(later)")
            }
            let first = try await app.redeem(code).json(200)
            let next = try await app.refresh(first.requireString("refresh_token")).json(200)
            let access = try next.requireString("access_token")
            switch how {
            case "until": town.clock.advance(days: 6)
            case "ended": try await town.identity.endGuest(guest, by: nil)
            default:
                try await town.identity.endVisits(
                    of: "s-1", from: ID("H23"), session: "home-1", stopped: how == "stopped")
            }
            town.clock.advance(seconds: 2)
            #expect(await app.userInfo(access).status == 401)
            #expect(try await app.refresh(next.requireString("refresh_token")).error(400) == "invalid_grant")
        }
    }

    @Test("the language that a guest chose stays when their name at home changes", arguments: Engine.all)
    func language(engine: Engine) async throws {
        try await Self.open(on: engine) { town, guest, _ in
            try await town.identity.choose(.en, for: guest)
            try await town.database.write {
                try $0.execute("UPDATE identity_person SET name = 'Tên cũ' WHERE id = \(guest)")
            }
            _ = await Self.arrive(town)
            let (name, language) = try await town.database.read {
                (try PeopleStore.account(guest, in: $0)?.name, try town.identity.language(of: guest, in: $0))
            }
            #expect(name == "Cán bộ mẫu" && language == .en)
        }
    }

    @Test("a guest acts for nobody, and nobody for a guest", arguments: Engine.all)
    func delegation(engine: Engine) async throws {
        try await Self.open(on: engine) { town, guest, _ in
            let officer = try await town.person("canbo.nha", .officer)
            for (subject, object) in [(guest, officer), (officer, guest)] {
                let fact = Relationship(
                    id: ID("delegation"), subject: subject.text, relation: .delegate, object: object.text,
                    from: town.clock.now())
                await #expect(throws: Problem.conflict(.guestsDelegateNothing)) {
                    try await town.database.write {
                        try RelationshipStore.insert(fact, at: town.clock.now(), in: $0)
                    }
                }
            }
        }
    }
}
