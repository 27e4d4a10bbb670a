import Database
import House
import JOSE
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import Identity

@Suite("The life of clients, keys, codes and tokens")
struct LifeTests {
    @Test("of 64 uses of one code at once, exactly one succeeds", arguments: Engine.all)
    func codeRace(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.person("canbo.mau", .officer)
            let app = try await Relying.register(town)
            let code = try await app.code(await town.visitor("canbo.mau"))
            #expect(await Self.successes { await app.redeem(code) } == 1)
        }
    }

    @Test(
        "of 64 uses of one refresh token at once, exactly one succeeds, and the family is over", arguments: Engine.all)
    func refreshRace(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.person("canbo.mau", .officer)
            let app = try await Relying.register(town)
            let token = try await app.tokens(await town.visitor("canbo.mau")).requireString("refresh_token")
            #expect(await Self.successes { await app.refresh(token) } == 1)
            let left = try await town.count("identity_openid_grant WHERE revoked_at IS NULL")
            #expect(left == 0)
        }
    }

    private static func successes(_ run: @escaping @Sendable () async -> Response) async -> Int {
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<64 { group.addTask { await run().status == 200 } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
    }

    @Test("tables stay flat: what expires is swept", arguments: Engine.all)
    func plateau(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.person("canbo.mau", .officer)
            let app = try await Relying.register(town)
            let service = try await Relying.service(town)
            var sizes: [[Int]] = []
            for _ in 0..<4 {
                let visitor = await town.visitor("canbo.mau")
                for _ in 0..<3 {
                    _ = try await app.tokens(visitor)
                    _ = try await service.ownToken()
                }
                sizes.append(try await town.openIDCounts())
                town.clock.advance(days: 15)
                try await town.identity.sweep()
            }
            #expect(sizes[0].prefix(3) == [3, 3, 6])
            #expect(Set(sizes.map { Array($0.prefix(3)) }).count == 1, "\(sizes)")
            #expect(try await town.openIDCounts().prefix(3) == [0, 0, 0])
        }
    }

    @Test(
        "a key is published before it signs and after it signed last; the node's tokens outlive it",
        arguments: Engine.all)
    func rotation(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let ring = town.identity.openID.keyring
            let service = try await Relying.service(town)
            try await ring.rotate(at: town.clock.now())
            let first = try await ring.signer(.es256, at: town.clock.now())
            town.clock.advance(days: 89)
            try await town.identity.sweep()
            let published = try await ring.ring(at: town.clock.now()).keys.filter { $0.key.algorithm == .es256 }
            #expect(published.count == 2, "the next one is known a day ahead")
            #expect(try await ring.signer(.es256, at: town.clock.now()).kid == first.kid)
            town.clock.advance(seconds: 86_400 - 60)
            let token = try await service.ownToken()
            town.clock.advance(seconds: 120)
            try await town.identity.sweep()
            let second = try await ring.signer(.es256, at: town.clock.now())
            #expect(second.kid != first.kid)
            #expect(try await town.keys()[first.kid] != nil)
            #expect(try await service.introspect(token)["active"]?.bool == true)
            town.clock.advance(days: 2)
            try await town.identity.sweep()
            #expect(try await town.keys()[first.kid] == nil)
            #expect(try await town.openIDCounts()[3] == 3)
        }
    }

    @Test("when a key got about all are replaced: nothing that they signed is believed any more", arguments: Engine.all)
    func rekey(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let service = try await Relying.service(town)
            let token = try await service.ownToken()
            #expect(try await service.introspect(token)["active"]?.bool == true)
            let old = try await town.identity.openID.keyring.ring(at: town.clock.now()).keys.map(\.key.kid)
            try await town.identity.replaceTokenKeys(by: nil)
            let published = try await town.keys()
            for kid in old { #expect(published[kid] == nil) }
            #expect(try await service.introspect(token)["active"]?.bool == false)
            #expect(try await service.introspect(try await service.ownToken())["active"]?.bool == true)
            #expect(try await town.facts().last == "identity.token-keys-replaced")
        }
    }

    @Test("two processes that make a key for the same time keep one, and both can use it", arguments: Engine.all)
    func sharedKeys(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let at = town.clock.now()
            let ids = UUIDv7.source(now: town.clock.now)
            let rings = (0..<2).map { _ in
                Keyring(database: town.database, newID: ids, box: town.identity.box, settings: OpenIDSettings())
            }
            async let one = rings[0].signer(.es256, at: at)
            async let two = rings[1].signer(.es256, at: at)
            let (left, right) = try await (one, two)
            #expect(left.kid == right.kid)
        }
    }

    @Test(
        "a client's secret is kept as a digest, rotates with a day's overlap, and revoking ends all",
        arguments: Engine.all)
    func clients(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let old = try await Relying.service(town)
            #expect(try await town.count("identity_client WHERE secret = \(old.secret ?? "")") == 0)
            let made = try await town.identity.rotateClientSecret(ID(old.id), by: nil)
            let new = Relying(town: town, id: old.id, secret: made.secret)
            let token = try await old.ownToken()
            _ = try await new.ownToken()
            town.clock.advance(days: 1)
            #expect(
                try await old.post("/identity/oauth/token", ["grant_type": "client_credentials"]).error(401)
                    == "invalid_client")
            let living = try await new.ownToken()
            #expect(try await new.introspect(living)["active"]?.bool == true)
            #expect(try await new.introspect(token)["active"]?.bool == false, "expired")
            try await town.identity.revokeClient(ID(old.id), by: nil)
            #expect(try await town.identity.introspect(living, certificateThumbprint: nil) == nil)
            #expect(try await new.post("/identity/oauth/introspect", ["token": living]).error(401) == "invalid_client")
            #expect(
                try await town.facts().suffix(3) == [
                    "identity.client-registered", "identity.client-secret-rotated", "identity.client-revoked",
                ])
        }
    }

    @Test("a revoked token is dead in the same moment, for the client that has it alone", arguments: Engine.all)
    func revocation(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.person("canbo.mau", .officer)
            let (app, other) = (try await Relying.register(town), try await Relying.service(town))
            let tokens = try await app.tokens(await town.visitor("canbo.mau"))
            let access = try tokens.requireString("access_token")
            #expect(try await app.introspect(access)["active"]?.bool == true)
            #expect(await other.post("/identity/oauth/revoke", ["token": access]).status == 200)
            #expect(try await app.introspect(access)["active"]?.bool == true)
            #expect(await app.post("/identity/oauth/revoke", ["token": access]).status == 200)
            #expect(try await app.introspect(access)["active"]?.bool == false)
            let refresh = try tokens.requireString("refresh_token")
            #expect(
                await app.post("/identity/oauth/revoke", ["token": refresh, "token_type_hint": "nonsense"]).status
                    == 200)
            #expect(try await app.refresh(refresh).error(400) == "invalid_grant")
            #expect(await app.post("/identity/oauth/revoke", ["token": "nobody's"]).status == 200)
        }
    }

    @Test("a suspended person's tokens are dead within a second", arguments: Engine.all)
    func suspension(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.person("canbo.mau", .officer)
            let app = try await Relying.register(town)
            let access = try await app.tokens(await town.visitor("canbo.mau")).requireString("access_token")
            #expect(try await town.identity.introspect(access, certificateThumbprint: nil)?.assurance.level == 1)
            #expect(town.identity.knownToken(access, certificateThumbprint: nil) != nil)
            try await town.database.write { _ = try $0.execute("UPDATE identity_person SET state = 'suspended'") }
            town.clock.advance(seconds: 1)
            #expect(town.identity.knownToken(access, certificateThumbprint: nil) == nil)
            #expect(try await town.identity.introspect(access, certificateThumbprint: nil) == nil)
        }
    }

    @Test("looked-up tokens are kept in bounds, and nothing read before a revocation is kept after it")
    func knownTokens() throws {
        let known = KnownTokens(generation: 10)
        let at = Instant(milliseconds: 1)
        func entry(_ id: String) -> KnownTokens.Entry {
            let token = ActiveToken(
                id: id, client: ID("c"), person: nil, subject: "c", scopes: [], audiences: [], issuedAt: at,
                expiresAt: at.adding(seconds: 9), certificate: nil, assurance: .none)
            return KnownTokens.Entry(token: token, answer: [], checkedAt: at)
        }
        for number in 0..<1000 { known.keep(entry("\(number)"), KnownTokens.key("\(number)"), since: 0) }
        #expect(known.count <= 20)
        #expect(known.entry(KnownTokens.key("999"))?.token.id == "999")
        let last = KnownTokens.key("999")
        #expect(known.fresh(last, at: at) != nil)
        known.doubt()
        #expect(known.fresh(last, at: at) == nil && known.entry(last) != nil, "its signature was checked all the same")
        let epoch = known.epoch
        known.forget()
        known.keep(entry("late"), KnownTokens.key("late"), since: epoch)
        #expect(known.count == 0)
        #expect(entry("x").isFresh(at: at.adding(seconds: 0)))
        #expect(!entry("x").isFresh(at: at.adding(seconds: 1)))
        #expect(!entry("x").isFresh(at: Instant(milliseconds: 0)), "a clock that went back")
    }

    @Test("another name in each sector, the node's own where that was registered", arguments: Engine.all)
    func pairwise(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let person = try await town.person("canbo.mau", .officer)
            let visitor = await town.visitor("canbo.mau")
            let apps = [
                try await Relying.register(town), try await Relying.register(town) { $0.sector = "other.example" },
                try await Relying.register(town), try await Relying.register(town) { $0.isPairwise = false },
            ]
            var subjects: [String] = []
            for app in apps { subjects.append(try await app.idToken(try await app.tokens(visitor)).text("sub") ?? "") }
            #expect(subjects[0] != subjects[1])
            #expect(subjects[0] == subjects[2])
            #expect(subjects[3] == person.text)
            #expect(!subjects.prefix(3).contains(person.text))
            await #expect(throws: Problem.self) {
                try await Relying.register(town) { $0.redirects = ["https://a.example/", "https://b.example/"] }
            }
        }
    }

    @Test("acr_values=2 asks for the second step of whoever has one, and says what it got", arguments: Engine.all)
    func stepUp(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let person = try await town.person("canbo.mau", .officer)
            let visitor = await town.visitor("canbo.mau")
            let app = try await Relying.register(town)
            let low = try await app.idToken(try await app.tokens(visitor, ["acr_values": "2"]))
            #expect(low.text("acr") == "1", "nothing better is set up")
            let (secret, _) = try await town.withAuthenticator(person)
            let away = await visitor.get(app.authorize(["acr_values": "2"]))
            #expect(away.location?.hasPrefix("/identity/confirm?level=2&next=") == true)
            let next = try #require(Request(.get, away.location ?? "").query["next"])
            let back = await visitor.post(
                "/identity/confirm",
                ["password": Town.password, "code": town.code(secret), "next": next, "level": "2"])
            let answer = Relying.answer(await visitor.get(back.location ?? ""))
            let high = try await app.idToken(try await app.redeem(answer?["code"] ?? "").json(200))
            #expect(high.text("acr") == "2")
            #expect(try high.claims.requireStrings("amr").contains("otp"))
        }
    }

    @Test("consent is asked for once, remembered by scope, and taken back on the account page", arguments: Engine.all)
    func consent(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.person("canbo.mau", .officer)
            let visitor = await town.visitor("canbo.mau")
            let app = try await Relying.register(town) { $0.asksConsent = true }
            func fields(_ answer: String) throws -> Fields {
                var fields = Request(.get, app.authorize(["scope": "openid profile offline_access"])).query
                fields.add("answer", answer)
                return fields
            }
            let silent = Relying.answer(await visitor.get(app.authorize(["prompt": "none"])))
            #expect(silent?["error"] == "consent_required")
            let no = Relying.answer(await visitor.post("/identity/oauth/consent", try fields("no")))
            #expect(no?["error"] == "access_denied" && no?["state"] == "st-1")
            let yes = Relying.answer(await visitor.post("/identity/oauth/consent", try fields("yes")))
            let tokens = try await app.redeem(yes?["code"] ?? "").json(200)
            _ = try await app.tokens(visitor, ["scope": "openid profile"])
            let wider = await visitor.get(app.authorize())
            #expect(wider.location?.hasPrefix("/identity/oauth/consent?") == true)
            let again = await visitor.get(app.authorize(["scope": "openid", "prompt": "consent"]))
            #expect(again.location?.hasPrefix("/identity/oauth/consent?") == true)

            let access = try tokens.requireString("access_token")
            #expect(await app.userInfo(access).status == 200)
            await visitor.get("/identity/account/applications").expect(200, shows: "Ứng dụng mẫu", "Họ tên")
            await visitor.post("/identity/account/applications/\(app.id)/withdraw").expect(
                redirectTo: "/identity/account/applications")
            #expect(await app.userInfo(access).status == 401)
            #expect(try await app.refresh(tokens.requireString("refresh_token")).error(400) == "invalid_grant")
            await visitor.get("/identity/account/applications").expect(200, hides: ["Ứng dụng mẫu"])
        }
    }

    @Test("an administrator registers, sees and revokes a client on pages, in both tongues", arguments: Engine.all)
    func pages(engine: Engine) async throws {
        try await Town.open(on: engine, needsTwoSteps: true) { town in
            let person = try await town.person("quantri.mau", .nodeAdministrator)
            let visitor = await town.visitor("quantri.mau")
            await visitor.get("/identity/clients").expect(200, shows: "Chưa có ứng dụng")
            let away = await visitor.get("/identity/clients/new")
            #expect(away.location?.hasPrefix("/identity/confirm") == true, "sealed: two factors first")
            await visitor.get("/identity/account/authenticator").expect(200)
            let secret = try #require(try await town.identity.proposedSecret(of: person))
            await visitor.post("/identity/account/authenticator", ["code": town.code(secret)]).expect(200)
            await visitor.post("/identity/clients/new", ["name": "", "redirects": "http://evil.example/"]).expect(
                422, shows: "https://", "tên ứng dụng")
            let made = await visitor.post(
                "/identity/clients/new",
                ["name": "Một cửa mẫu", "redirects": "https://app.example/cb", "signing": "RS256", "isPairwise": "1"])
            made.expect(200, shows: "client_secret", "openid-configuration", "chỉ hiện lần này")
            let id = try #require(try await town.identity.registeredClients().first?.id)
            for language in ["vi", "en"] {
                for path in [
                    "/identity/clients", "/identity/clients/new", "/identity/clients/\(id)", "/identity/oauth/errors",
                    "/identity/account/applications", "/identity/signed-out",
                ] {
                    await visitor.get("\(path)?lang=\(language)").expect(200, shows: "lang=\"\(language)\"")
                }
            }
            await visitor.post("/identity/clients/\(id)/rotate").expect(200, shows: "client_secret")
            await visitor.post("/identity/clients/\(id)/revoke").expect(redirectTo: "/identity/clients/\(id)")
            await visitor.get("/identity/clients/\(id)?lang=vi").expect(200, shows: "Đã thu hồi")
        }
    }
}
