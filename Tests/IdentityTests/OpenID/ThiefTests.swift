import Database
import House
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import Identity

/// Somebody who had the password, or an open browser, for a while and let an application act while they are away.
@Suite("A thief's applications")
struct ThiefTests {
    private struct Stolen: Sendable {
        let person: ID<Person>
        let app: Relying
        let refresh: String
        let access: String
        let session: ID<Session>

        init(_ town: Town) async throws {
            person = try await town.person("canbo.mau", .officer)
            app = try await Relying.register(town)
            let tokens = try await app.tokens(await town.visitor("canbo.mau"))
            (refresh, access) = (
                try tokens.requireString("refresh_token"), try tokens.requireString("access_token")
            )
            let (at, person) = (town.clock.now(), person)
            session = try #require(
                try await town.database.read { try SessionStore.sessions(of: person, at: at, in: $0) }.first?.id)
            #expect(try await app.introspect(access)["active"]?.bool == true)
        }
    }

    enum End: CaseIterable, Sendable {
        case changed, byLink, byCommand, others, thatSession, suspended, suspendedByDirectory, passkeyRemoved
    }

    private static func end(_ stolen: Stolen, _ end: End, _ town: Town) async throws {
        let new = "mưa rào tháng bảy ta"
        switch end {
        case .changed:
            await town.visitor("canbo.mau").post(
                "/identity/account/password", ["old": Town.password, "password": new, "again": new]
            ).expect(redirectTo: "/identity/account")
        case .byLink:
            let link = try await town.identity.setPasswordLink(for: stolen.person, by: nil)
            let token = String(link.text.split(separator: "=").last ?? "")
            #expect(try await town.identity.setPassword(new, byLink: Token(token)))
        case .byCommand: try await town.identity.setPassword(new, of: "canbo.mau")
        case .others: await town.visitor("canbo.mau").post("/identity/account/sessions/end-others")
        case .thatSession:
            await town.visitor("canbo.mau").post("/identity/account/sessions/\(stolen.session)/end")
        case .suspended:
            try await town.identity.setSuspended(true, stolen.person, by: nil)
            try await town.identity.setSuspended(false, stolen.person, by: nil)
        case .suspendedByDirectory:
            let directory = try await Directory(town)
            for isActive in [false, true] {
                let patch = """
                    {"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                    "Operations":[{"op":"replace","path":"active","value":\(isActive)}]}
                    """
                #expect(try await directory.call(.patch, "/Users/\(stolen.person)", patch).status == 200)
            }
        case .passkeyRemoved:
            let key = town.authenticator(1)
            _ = try await town.add(key, "Khóa", await town.visitor("canbo.mau"))
            try await town.identity.removePasskey(Base64.encodeURL(key.id), of: stolen.person, keeping: nil)
        }
    }

    @Test("end in the same moment, with the tokens that they hold", arguments: Engine.all, End.allCases)
    func ended(engine: Engine, end: End) async throws {
        try await Town.open(on: engine) { town in
            let stolen = try await Stolen(town)
            try await Self.end(stolen, end, town)
            #expect(try await stolen.app.introspect(stolen.access)["active"]?.bool == false)
            #expect(try await stolen.app.refresh(stolen.refresh).error(400) == "invalid_grant")
        }
    }

    @Test("signing out of the other devices leaves the applications of this one", arguments: Engine.all)
    func kept(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let stolen = try await Stolen(town)
            let owner = await town.visitor("canbo.mau")
            let own = try await stolen.app.tokens(owner)
            await owner.post("/identity/account/sessions/end-others")
            #expect(try await stolen.app.introspect(own.requireString("access_token"))["active"]?.bool == true)
            _ = try await stolen.app.refresh(own.requireString("refresh_token")).json(200)
        }
    }

    @Test("what is introspected ends with signing out and with an erasure, in the same moment", arguments: Engine.all)
    func gone(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let person = try await town.person("cong.dan", .citizen)
            let app = try await Relying.register(town)
            let first = await town.visitor("cong.dan")
            let access = try await app.tokens(first, ["scope": "openid"]).requireString("access_token")
            #expect(try await app.introspect(access)["active"]?.bool == true)
            await first.post("/sign-out")
            #expect(try await app.introspect(access)["active"]?.bool == false)
            let other = try await app.tokens(await town.visitor("cong.dan")).requireString("access_token")
            #expect(try await app.introspect(other)["active"]?.bool == true)
            try await town.identity.erase(person, by: nil)
            #expect(try await app.introspect(other)["active"]?.bool == false)
        }
    }

    @Test("are listed beside the sessions, also without consent, and end with a button", arguments: Engine.all)
    func listed(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let stolen = try await Stolen(town)
            let owner = await town.visitor("canbo.mau")
            await owner.get("/identity/account").expect(200, shows: "Ứng dụng mẫu", "Cả khi bạn vắng mặt")
            try await town.person("canbo.hai", .officer)
            await town.visitor("canbo.hai").post("/identity/account/applications/\(stolen.app.id)/end").expect(404)
            await owner.post("/identity/account/applications/\(stolen.app.id)/end")
                .expect(redirectTo: "/identity/account")
            #expect(try await stolen.app.introspect(stolen.access)["active"]?.bool == false)
            #expect(try await stolen.app.refresh(stolen.refresh).error(400) == "invalid_grant")
            await owner.get("/identity/account").expect(200, hides: ["Ứng dụng mẫu"])
            await owner.post("/identity/account/applications/\(stolen.app.id)/end").expect(404)
            #expect(try await town.facts().contains("identity.application-ended"))
        }
    }
}
