import Database
import House
import JOSE
import Jobs
import Logging
import StrictJSON
import Synchronization
import TestKit
import Testing
import Vocabulary
import Web

@testable import Identity

/// The modules of `oidcc-rp-initiated-logout-certification-test-plan` and
/// `oidcc-backchannel-rp-initiated-logout-certification-test-plan`, each under its name.
@Suite("OpenID Foundation, logout plans")
struct LogoutPlanTests {
    private static let bye = "https://app.example/bye"

    private func open(
        _ engine: Engine = .sqlite, _ body: @escaping @Sendable (Town, Visitor, Relying, String) async throws -> Void
    ) async throws {
        try await Town.open(on: engine) { town in
            try await town.person("canbo.mau", .officer)
            let visitor = await town.visitor("canbo.mau")
            let app = try await Relying.register(town) { $0.logoutURI = "https://app.example/logout" }
            let token = try await app.tokens(visitor).requireString("id_token")
            try await body(town, visitor, app, token)
        }
    }

    private func path(_ fields: [String: String]) -> String {
        let query = fields.sorted { $0.key < $1.key }.map { "\($0.key)=\(PercentCoding.encode($0.value))" }
        return "/identity/oauth/sign-out?" + query.joined(separator: "&")
    }

    private func isSignedIn(_ visitor: Visitor) async -> Bool {
        await visitor.get("/identity/account").status == 200
    }

    @Test(
        """
        oidcc-rp-initiated-logout-discovery-endpoint-verification, \
        oidcc-backchannel-logout-discovery-endpoint-verification
        """)
    func discovery() async throws {
        try await open { _, visitor, _, _ in
            let json = try (await visitor.get("/.well-known/openid-configuration")).response.json(200)
            #expect(json["end_session_endpoint"]?.string == "http://localhost/identity/oauth/sign-out")
            #expect(json["backchannel_logout_supported"]?.bool == true)
            #expect(json["backchannel_logout_session_supported"]?.bool == true)
        }
    }

    @Test("oidcc-rp-initiated-logout", arguments: Engine.all)
    func logout(engine: Engine) async throws {
        try await open(engine) { _, visitor, app, token in
            let answer = await visitor.get(
                path(["id_token_hint": token, "post_logout_redirect_uri": Self.bye, "state": "a b"]))
            answer.expect(redirectTo: "\(Self.bye)?state=a%20b")
            #expect(!(await isSignedIn(visitor)))
            let silent = Relying.answer(await visitor.get(app.authorize(["prompt": "none"])))
            #expect(silent?["error"] == "login_required")
        }
    }

    @Test("oidcc-rp-initiated-logout-no-state, oidcc-rp-initiated-logout-no-post-logout-redirect-uri")
    func fewer() async throws {
        try await open { town, visitor, _, token in
            await visitor.get(path(["id_token_hint": token, "post_logout_redirect_uri": Self.bye])).expect(
                redirectTo: Self.bye)
            let again = await town.visitor("canbo.mau")
            let app = try await Relying.register(town)
            let other = try await app.tokens(again).requireString("id_token")
            await again.get(path(["id_token_hint": other])).expect(redirectTo: "/identity/signed-out")
            await again.get("/identity/signed-out").expect(200, shows: "đã đăng xuất")
            #expect(!(await isSignedIn(again)))
        }
    }

    @Test(
        """
        oidcc-rp-initiated-logout-bad-post-logout-redirect-uri, \
        oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri
        """,
        arguments: ["https://evil.example/", "https://app.example/bye?foo=bar", "https://app.example/bye/"])
    func badAddress(address: String) async throws {
        try await open { _, visitor, _, token in
            let answer = await visitor.get(path(["id_token_hint": token, "post_logout_redirect_uri": address]))
            answer.expect(400, shows: "redirect-uri-unknown")
            #expect(await isSignedIn(visitor))
        }
    }

    @Test(
        "oidcc-rp-initiated-logout-modified-id-token-hint, oidcc-rp-initiated-logout-bad-id-token-hint",
        arguments: [true, false])
    func badHint(isUnsigned: Bool) async throws {
        try await open { _, visitor, _, token in
            let parts = token.split(separator: ".")
            let none = Base64.encodeURL(Array(#"{"alg":"none","typ":"JWT"}"#.utf8))
            let claims: JSON = ["iss": "http://localhost", "aud": "x"]
            let foreign = try SigningKey(new: .rs256, kid: "theirs").sign(claims, typ: "JWT")
            let hint = isUnsigned ? "\(none).\(parts[1])." : foreign
            let answer = await visitor.get(path(["id_token_hint": hint, "post_logout_redirect_uri": Self.bye]))
            answer.expect(400, shows: "token-not-good")
            #expect(await isSignedIn(visitor))
        }
    }

    @Test("oidcc-rp-initiated-logout-no-id-token-hint")
    func noHint() async throws {
        try await open { _, visitor, _, _ in
            let answer = await visitor.get(path(["post_logout_redirect_uri": Self.bye]))
            answer.expect(400)
            #expect(answer.location == nil)
        }
    }

    @Test("oidcc-rp-initiated-logout-no-params, oidcc-rp-initiated-logout-only-state")
    func asks() async throws {
        try await open { _, visitor, _, _ in
            for fields in [[:], ["state": "x"]] {
                await visitor.get(path(fields)).expect(200, shows: "Đăng xuất khỏi Trục?")
                #expect(await isSignedIn(visitor), "a link on any page must not sign people out")
            }
            await visitor.post("/sign-out")
            #expect(!(await isSignedIn(visitor)))
        }
    }

    @Test("an ID token of another session asks first")
    func otherSession() async throws {
        try await open { town, _, _, token in
            let elsewhere = await town.visitor("canbo.mau")
            await elsewhere.get(path(["id_token_hint": token, "post_logout_redirect_uri": Self.bye])).expect(200)
            #expect(await isSignedIn(elsewhere))
        }
    }

    @Test("oidcc-backchannel-rp-initiated-logout", arguments: Engine.all)
    func backChannel(engine: Engine) async throws {
        try await open(engine) { town, visitor, app, token in
            let login = try JWT(JWS(token, keys: await town.keys(), kind: .plain))
            await visitor.get(path(["id_token_hint": token, "post_logout_redirect_uri": Self.bye]))
            let sent = try await town.deliver()
            #expect(sent.map(\.url) == ["https://app.example/logout"])
            let fields = try URLEncoded.parse(sent[0].body)
            let logout = try JWT(
                JWS(fields.verbatim("logout_token") ?? "", keys: await town.keys(), kind: .typed("logout+jwt")))
            try logout.check(issuer: "http://localhost", audience: app.id, at: town.clock.now())
            #expect(logout.text("sub") == login.text("sub"))
            #expect(logout.text("sid") == login.text("sid"))
            #expect(logout.claims["events"]?["http://schemas.openid.net/event/backchannel-logout"] != nil)
            #expect(logout.claims["nonce"] == nil)
            #expect(try await town.deliver().isEmpty, "told once")
        }
    }

    @Test(
        "an application is also told when the session is ended elsewhere, and not when it just runs out",
        arguments: Engine.all)
    func remote(engine: Engine) async throws {
        try await open(engine) { town, visitor, app, _ in
            let access = try await app.tokens(visitor, ["scope": "openid"]).requireString("access_token")
            let elsewhere = await town.visitor("canbo.mau")
            await elsewhere.post("/identity/account/sessions/end-others")
            #expect(try await town.deliver().count == 1)
            town.clock.advance(seconds: 1)
            #expect(await app.userInfo(access).status == 401)

            _ = try await app.tokens(elsewhere)
            town.clock.advance(seconds: 3600)
            try await town.identity.sweep()
            #expect(!(await isSignedIn(elsewhere)))
            #expect(try await town.deliver().isEmpty)
        }
    }

    @Test("a session that vanished without a word is noticed by the sweep", arguments: Engine.all)
    func orphans(engine: Engine) async throws {
        try await open(engine) { town, _, _, _ in
            try await town.database.write { _ = try $0.execute("DELETE FROM identity_session") }
            try await town.identity.sweep()
            #expect(try await town.deliver().count == 1)
        }
    }
}

extension Town {
    /// Runs the jobs that wait, with an application that takes everything; what it was sent.
    func deliver() async throws -> [FetchRequest] {
        let taken = Mutex<[FetchRequest]>([])
        for payload in try await waitingLogouts() {
            let job = BackChannelLogout(client: payload[0], subject: payload[1], session: payload[2])
            if let request = try await identity.openID.request(job) { taken.withLock { $0.append(request) } }
        }
        try await database.write { _ = try $0.execute("DELETE FROM jobs_job") }
        return taken.withLock { $0 }
    }

    private func waitingLogouts() async throws -> [[String]] {
        try await database.read { tx in
            try tx.rows("SELECT payload FROM jobs_job WHERE name = \(BackChannelLogout.name) ORDER BY id").map { row in
                let json = try JSONDocument(try row.get("payload", as: String.self)).root
                return try ["client", "subject", "session"].map { try json.requireString($0) }
            }
        }
    }
}
