import Database
import House
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import Identity

/// Who is known by a key or a token at the doors of the axis, and as what.
@Suite("programs at the doors of the axis")
struct BearerTests {
    /// Doors like those of the registry, each with the guard and the scope of one.
    private static func hang(_ town: Town) {
        func about(_ scopes: AxisScope...) -> APIDoc {
            var about = APIDoc(Phrase(vi: "Thử", en: "Try"))
            about.scopes = scopes.map(\.rawValue)
            return about
        }
        @Sendable func who(_ call: Call) -> Response {
            let person = call.person
            return .json([
                "id": .string(orNull: person?.id.text), "name": .string(orNull: person?.name),
                "organisation": .string(orNull: person?.organisation?.text),
                "program": .bool(person?.isProgram ?? false),
                "level": .integer(Int64(person?.assurance.level ?? -1)),
            ])
        }
        let site = town.site
        site.api(.get, "/try/read", allow: Permission("exchange.catalogue"), about(.read, .everything)) { who($0) }
        site.api(.post, "/try/register", allow: Permission("exchange.register"), about(.services, .everything)) {
            who($0)
        }
        site.api(.post, "/try/decide", allow: Permission("exchange.decide"), about(.everything)) { who($0) }
        site.api(.post, "/try/guarded", allow: Permission("exchange.administer"), about(.everything)) { who($0) }
    }

    private static func open(
        _ engine: Engine, needsTwoSteps: Bool = false, _ body: @escaping @Sendable (Town) async throws -> Void
    ) async throws {
        try await Town.open(on: engine, needsTwoSteps: needsTwoSteps) { town in
            hang(town)
            try await body(town)
        }
    }

    private static func call(
        _ town: Town, _ path: String, _ token: String, certificate: String? = nil
    ) async -> Answered {
        var request = Request(
            path == "/try/read" ? .get : .post, path,
            headers: ["host": "truc.test", "authorization": "Bearer \(token)"], remote: "192.0.2.7")
        request.certificate = certificate.map(ProvenCertificate.init(lasting:))
        return Answered(response: await town.site.respond(to: request))
    }

    private static func account(
        _ town: Town, _ scopes: Set<ServiceAccount.Scope>, days: Int64 = 90
    ) async throws -> (service: ServiceAccount, key: String) {
        try await town.identity.createService(
            name: "Phần mềm mẫu", purpose: "Ví dụ", scopes: scopes, days: days, by: nil)
    }

    /// An application to which somebody gave these scopes, and its token.
    private static func token(
        _ town: Town, _ login: String, _ scope: String, _ change: (inout ClientForm) -> Void = { _ in },
        asking fields: [String: String?] = [:]
    ) async throws -> (app: Relying, visitor: Visitor, token: String) {
        let app = try await Relying.register(town) { form in
            form.scopes = ["openid", "axis", "axis.read", "axis.services"]
            change(&form)
        }
        let visitor = await town.visitor(login)
        let asked = fields.merging(["scope": scope]) { mine, _ in mine }
        return (app, visitor, try await app.agreed(visitor, asked))
    }

    // MARK: Service accounts

    @Test(
        "a key is its service account's, opens what its scopes say, and its use is written down", arguments: Engine.all)
    func key(engine: Engine) async throws {
        try await Self.open(engine) { town in
            let (service, key) = try await Self.account(town, [.readAxis])
            await Self.call(town, "/try/read", key).expect(
                200, shows: service.id.text, "\"program\":true", "\"organisation\":\"H40\"")
            await Self.call(town, "/try/register", key).expect(403, shows: "insufficient-scope")
            let keys = try await town.database.read { try ServiceStore.keys(of: service.id, in: $0) }
            #expect(keys.map(\.usedAt) == [town.clock.now()])
            let (_, scim) = try await Self.account(town, [.writePeople])
            await Self.call(town, "/try/read", scim).expect(403, shows: "insufficient-scope")
        }
    }

    @Test("a program neither decides nor administers, and a person's pages do not know it", arguments: Engine.all)
    func noPerson(engine: Engine) async throws {
        try await Self.open(engine) { town in
            let (_, key) = try await Self.account(
                town, [.readAxis, .keepServices, .askForGrants, .issueKeys, .writePeople])
            await Self.call(town, "/try/register", key).expect(200)
            for path in ["/try/decide", "/try/guarded"] {
                await Self.call(town, path, key).expect(403, shows: "insufficient-scope")
            }
            let page = Request(
                .get, "/identity/account", headers: ["host": "truc.test", "authorization": "Bearer \(key)"])
            #expect(await town.site.respond(to: page).headers["location"]?.hasPrefix("/sign-in") == true)
        }
    }

    @Test("an ended account, a revoked, an expired and an unknown key open nothing, at once", arguments: Engine.all)
    func ended(engine: Engine) async throws {
        try await Self.open(engine) { town in
            let (ended, first) = try await Self.account(town, [.readAxis])
            try await town.identity.endService(ended.id, by: nil)
            let (revoked, second) = try await Self.account(town, [.readAxis])
            let key = try #require(
                try await town.database.read { try ServiceStore.keys(of: revoked.id, in: $0) }.first)
            try await town.identity.revokeKey(key.id, of: revoked.id, by: nil)
            let (_, third) = try await Self.account(town, [.readAxis], days: 1)
            await Self.call(town, "/try/read", third).expect(200)
            town.clock.advance(seconds: 86_400)
            for key in [first, second, third, "truc-key-unknown"] {
                await Self.call(town, "/try/read", key).expect(401, shows: "invalid-token")
            }
        }
    }

    @Test("the account of an organisation that left this node's house speaks for nobody here", arguments: Engine.all)
    func elsewhere(engine: Engine) async throws {
        try await Self.open(engine) { town in
            let (service, key) = try await Self.account(town, [.readAxis])
            try await town.database.write { tx in
                try tx.execute("UPDATE identity_service SET organisation = 'H23' WHERE id = \(service.id)")
            }
            await Self.call(town, "/try/read", key).expect(401, shows: "invalid-token")
        }
    }

    @Test("one program with an old key shuts no door to its neighbours, nor their sign-in", arguments: Engine.all)
    func oldKey(engine: Engine) async throws {
        try await Self.open(engine) { town in
            let (_, key) = try await Self.account(town, [.readAxis])
            let before = try await Self.counted(town)
            for number in 0..<40 {
                await Self.call(town, "/try/read", "truc-key-\(number)").expect(401, shows: "invalid-token")
            }
            await Self.call(town, "/try/read", key).expect(200)
            #expect(try await Self.counted(town) == before)
        }
    }

    private static func counted(_ town: Town) async throws -> Int {
        try await town.database.read { try $0.rows("SELECT lane FROM identity_attempt").count }
    }

    // MARK: Tokens

    @Test("a client in its own name is a program like a service account, and never a person", arguments: Engine.all)
    func ownName(engine: Engine) async throws {
        try await Self.open(engine) { town in
            let client = try await Relying.service(town) { $0.scopes = ["axis", "axis.read", "axis.services"] }
            let token = try await client.ownToken(["scope": "axis.read"])
            await Self.call(town, "/try/read", token).expect(200, shows: client.id, "\"program\":true")
            await Self.call(town, "/try/register", token).expect(403, shows: "insufficient-scope")
            let whole = try await client.ownToken(["scope": "axis"])
            await Self.call(town, "/try/decide", whole).expect(403, shows: "insufficient-scope")
            await Self.call(town, "/try/read", whole).expect(403, shows: "insufficient-scope")
            try await town.identity.revokeClient(ID(client.id), by: nil)
            await Self.call(town, "/try/read", token).expect(401)
        }
    }

    @Test("a token of a person is that person with the rights of now, bounded by its scopes", arguments: Engine.all)
    func person(engine: Engine) async throws {
        try await Self.open(engine) { town in
            let id = try await town.person("lanhdao.mau", .departmentLead)
            let (_, _, whole) = try await Self.token(town, "lanhdao.mau", "axis")
            await Self.call(town, "/try/decide", whole).expect(
                200, shows: id.text, "\"program\":false", "\"level\":1")
            await Self.call(town, "/try/guarded", whole).expect(403, shows: "\"code\":\"forbidden\"")
            let (_, _, reading) = try await Self.token(town, "lanhdao.mau", "axis.read")
            await Self.call(town, "/try/read", reading).expect(200)
            await Self.call(town, "/try/register", reading).expect(403, shows: "insufficient-scope")
            let roles = try await town.database.read { try PeopleStore.memberships(of: id, in: $0) }
            try await town.identity.endRole(try #require(roles.first).id, by: nil)
            await Self.call(town, "/try/decide", whole).expect(403, shows: "\"code\":\"forbidden\"")
        }
    }

    @Test("a revoked token, an ended session and a suspended person open nothing, at once", arguments: Engine.all)
    func over(engine: Engine) async throws {
        try await Self.open(engine) { town in
            let id = try await town.person("lanhdao.mau", .departmentLead)
            let (app, visitor, first) = try await Self.token(town, "lanhdao.mau", "axis.read")
            await Self.call(town, "/try/read", first).expect(200)
            _ = await app.post("/identity/oauth/revoke", ["token": first])
            await Self.call(town, "/try/read", first).expect(401, shows: "invalid-token")
            let second = try await app.agreed(visitor, ["scope": "axis.read"])
            await Self.call(town, "/try/read", second).expect(200)
            await visitor.post("/sign-out")
            await Self.call(town, "/try/read", second).expect(401)
            let third = try await app.agreed(await town.visitor("lanhdao.mau"), ["scope": "axis.read"])
            await Self.call(town, "/try/read", third).expect(200)
            try await town.identity.setSuspended(true, id, by: nil)
            await Self.call(town, "/try/read", third).expect(401)
        }
    }

    @Test("a token for another service is not for here; one for the axis is", arguments: Engine.all)
    func audience(engine: Engine) async throws {
        try await Self.open(engine) { town in
            try await town.person("lanhdao.mau", .departmentLead)
            let (_, _, other) = try await Self.token(
                town, "lanhdao.mau", "axis.read", { $0.audiences = ["records"] })
            await Self.call(town, "/try/read", other).expect(401, shows: "invalid-token")
            let (_, _, ours) = try await Self.token(
                town, "lanhdao.mau", "axis.read", { $0.audiences = ["records", "axis"] }, asking: ["resource": "axis"])
            await Self.call(town, "/try/read", ours).expect(200)
        }
    }

    @Test("a token that is bound to a certificate opens nothing without it", arguments: Engine.all)
    func bound(engine: Engine) async throws {
        try await Self.open(engine) { town in
            let mine = Base64.encodeURL([UInt8](repeating: 7, count: 32))
            let client = try await Relying.service(town) {
                $0.scopes = ["axis.read"]
                $0.certificate = mine
            }
            let token = try await client.ownToken(["scope": "axis.read"], certificate: mine)
            await Self.call(town, "/try/read", token, certificate: mine).expect(200)
            await Self.call(town, "/try/read", token).expect(401, shows: "invalid-token")
            await Self.call(town, "/try/read", token, certificate: String(mine.reversed())).expect(401)
        }
    }

    @Test(
        "a door that wants two factors asks for them of the token's person, and when they were shown",
        arguments: Engine.all)
    func sureness(engine: Engine) async throws {
        try await Self.open(engine, needsTwoSteps: true) { town in
            try await town.person("quantri.mau", .nodeAdministrator)
            let (_, _, weak) = try await Self.token(town, "quantri.mau", "axis")
            let refused = await Self.call(town, "/try/guarded", weak).expect(
                401, shows: "insufficient-user-authentication")
            let challenge = refused.response.headers["www-authenticate"] ?? ""
            #expect(challenge.contains("acr_values=\"2\", max_age=\"1800\""))
        }
        try await Self.open(engine) { town in
            try await town.person("quantri.mau", .nodeAdministrator)
            let (app, visitor, token) = try await Self.token(town, "quantri.mau", "axis")
            await Self.call(town, "/try/guarded", token).expect(200)
            town.clock.advance(seconds: 1795)
            let late = try await app.agreed(visitor, ["scope": "axis"])
            town.clock.advance(seconds: 10)
            await Self.call(town, "/try/guarded", late).expect(401, shows: "insufficient-user-authentication")
        }
    }

    @Test("a person is asked before an application may act for them, though its administrator asks for nothing else")
    func consent() async throws {
        try await Self.open(.sqlite) { town in
            try await town.person("lanhdao.mau", .departmentLead)
            let app = try await Relying.register(town) { $0.scopes = ["openid", "axis.read"] }
            let visitor = await town.visitor("lanhdao.mau")
            #expect(Relying.answer(await visitor.get(app.authorize(["scope": "openid"])))?["code"] != nil)
            let asked = await visitor.get(app.authorize(["scope": "openid axis.read"]))
            let page = try #require(asked.location)
            #expect(page.hasPrefix("/identity/oauth/consent"))
            await visitor.get(page).expect(200, shows: "Đọc danh mục, dịch vụ, ứng dụng")
        }
    }

    @Test("the description of the provider names the scopes of the axis")
    func discovery() async throws {
        try await Self.open(.sqlite) { town in
            let text = await town.stranger().get("/.well-known/openid-configuration").text
            for scope in AxisScope.allCases { #expect(text.contains("\"\(scope.rawValue)\"")) }
        }
    }
}

extension Relying {
    /// A token for which the person pressed "agree" where they were asked.
    fileprivate func agreed(_ visitor: Visitor, _ changes: [String: String?]) async throws -> String {
        let way = authorize(changes)
        let first = await visitor.get(way)
        var code = Relying.answer(first)?["code"]
        if code == nil {
            let query = way.split(separator: "?", maxSplits: 1).last.map(String.init) ?? ""
            var fields = try URLEncoded.parse(Array(query.utf8))
            fields.add("answer", "yes")
            code = Relying.answer(await visitor.post("/identity/oauth/consent", fields))?["code"]
        }
        return try await redeem(try #require(code, "\(first.text.prefix(500))")).json(200)
            .requireString("access_token")
    }
}
