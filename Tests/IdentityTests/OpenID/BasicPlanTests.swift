import House
import JOSE
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import Identity

/// The modules of the OpenID Foundation's plan `oidcc-basic-certification-test-plan` and of the configuration plan,
/// each under its name. With PKCE throughout: this provider answers nobody without.
@Suite("OpenID Foundation, basic and configuration plans")
struct BasicPlanTests {
    /// A town with one officer, signed in, and one application.
    private func open(
        _ engine: Engine = .sqlite, _ body: @escaping @Sendable (Town, Visitor, Relying) async throws -> Void
    ) async throws {
        try await Town.open(on: engine) { town in
            try await town.identity.createPerson(
                login: "canbo.mau", name: "Cán bộ mẫu", email: "canbo@example.vn", roles: [.officer],
                phc: Town.quickPHC)
            try await body(town, await town.visitor("canbo.mau"), try await Relying.register(town))
        }
    }

    @Test("oidcc-discovery-endpoint-verification")
    func discovery() async throws {
        try await open { town, visitor, _ in
            let json = try (await visitor.get("/.well-known/openid-configuration")).response.json(200)
            #expect(json["issuer"]?.string == "http://localhost")
            for name in ["authorization", "token", "userinfo", "introspection", "revocation", "end_session"] {
                let address = try json.requireString("\(name)_endpoint")
                #expect(address.hasPrefix("http://localhost/identity/oauth/"))
                #expect(town.site.table.contains { "http://localhost\($0.pattern)" == address }, "\(address)")
            }
            #expect(try json.requireStrings("response_types_supported") == ["code"])
            #expect(try json.requireStrings("id_token_signing_alg_values_supported").contains("RS256"))
            #expect(try json.requireStrings("subject_types_supported").contains("pairwise"))
            #expect(try json.requireStrings("code_challenge_methods_supported") == ["S256"])
            #expect(!(try json.requireStrings("grant_types_supported")).contains("password"))
            #expect(!(try await town.keys()).isEmpty)
        }
    }

    @Test("oidcc-server", arguments: Engine.all)
    func server(engine: Engine) async throws {
        try await open(engine) { town, visitor, app in
            let answer = try #require(Relying.answer(await visitor.get(app.authorize())))
            #expect(answer["state"] == "st-1")
            #expect(answer["iss"] == "http://localhost")
            let tokens = try await app.redeem(answer["code"] ?? "").json(200)
            #expect(tokens["token_type"]?.string == "Bearer")
            let token = try await app.idToken(tokens)
            #expect(token.text("nonce") == "n-1")
            #expect(token.text("acr") == "1")
            #expect(token.text("sid")?.isEmpty == false)
            #expect(token.instant("auth_time") == Instant(milliseconds: town.clock.now().seconds * 1000))
            #expect(try token.claims.requireStrings("amr") == ["pwd"])
            #expect(try await town.facts().contains("identity.signed-in-to"))
        }
    }

    @Test("oidcc-response-type-missing")
    func responseTypeMissing() async throws {
        try await open { _, visitor, app in
            let answer = Relying.answer(await visitor.get(app.authorize(["response_type": nil])))
            #expect(answer?["error"] == "unsupported_response_type")
            for implicit in ["token", "id_token", "code id_token"] {
                let answer = Relying.answer(await visitor.get(app.authorize(["response_type": implicit])))
                #expect(answer?["error"] == "unsupported_response_type")
            }
        }
    }

    @Test("oidcc-idtoken-signature")
    func signature() async throws {
        try await open { town, visitor, app in
            let tokens = try await app.tokens(visitor)
            let jws = try JWS(tokens.requireString("id_token"), keys: await town.keys(), kind: .plain)
            #expect(jws.key.algorithm == .rs256)
            for algorithm in [SignatureAlgorithm.es256, .edDSA] {
                let other = try await Relying.register(town) { $0.signing = algorithm }
                let tokens = try await other.tokens(visitor)
                let jws = try JWS(tokens.requireString("id_token"), keys: await town.keys(), kind: .plain)
                #expect(jws.key.algorithm == algorithm)
            }
        }
    }

    @Test("oidcc-idtoken-unsigned: there is no way to ask for one")
    func unsigned() async throws {
        #expect(SignatureAlgorithm(rawValue: "none") == nil)
        try await open { _, visitor, _ in
            let json = try (await visitor.get("/.well-known/openid-configuration")).response.json(200)
            #expect(!(try json.requireStrings("id_token_signing_alg_values_supported")).contains("none"))
        }
    }

    @Test("oidcc-userinfo-get, oidcc-userinfo-post-header, oidcc-userinfo-post-body")
    func userInfo() async throws {
        try await open { town, visitor, app in
            let tokens = try await app.tokens(visitor)
            let (access, sub) = (try tokens.requireString("access_token"), try await app.idToken(tokens).text("sub"))
            #expect(try await app.userInfo(access).json(200)["sub"]?.string == sub)
            let form = ["content-type": "application/x-www-form-urlencoded", "host": "truc.test"]
            var header = Headers()
            for (name, value) in form { header.add(name, value) }
            header.add("authorization", "Bearer \(access)")
            let byHeader = await town.site.respond(to: Request(.post, "/identity/oauth/userinfo", headers: header))
            #expect(try byHeader.json(200)["sub"]?.string == sub)
            var body = Headers()
            for (name, value) in form { body.add(name, value) }
            let byBody = await town.site.respond(
                to: Request(
                    .post, "/identity/oauth/userinfo", headers: body, body: Array("access_token=\(access)".utf8)))
            #expect(try byBody.json(200)["sub"]?.string == sub)
            let nothing = await town.site.respond(
                to: Request(.get, "/identity/oauth/userinfo", headers: ["host": "truc.test"]))
            #expect(nothing.status == 401)
            #expect(nothing.headers["www-authenticate"]?.contains("error") == false)
        }
    }

    @Test("oidcc-ensure-request-without-nonce-succeeds-for-code-flow")
    func withoutNonce() async throws {
        try await open { _, visitor, app in
            let token = try await app.idToken(try await app.tokens(visitor, ["nonce": nil]))
            #expect(token.text("nonce") == nil)
        }
    }

    @Test(
        "oidcc-scope-profile, oidcc-scope-email, oidcc-scope-address, oidcc-scope-phone, oidcc-scope-all",
        arguments: [
            ("profile", ["name", "preferred_username"]), ("email", ["email", "email_verified"]),
            ("address", []), ("phone", []), ("organisation", ["organisation", "organisation_name"]),
            ("roles", ["roles"]),
            ("profile email address phone", ["name", "preferred_username", "email", "email_verified"]),
        ])
    func scopes(scope: String, claims: [String]) async throws {
        try await open { _, visitor, app in
            let tokens = try await app.tokens(visitor, ["scope": "openid \(scope)"])
            let known = try await app.userInfo(tokens.requireString("access_token")).json(200)
            let names = Set(try known.requireMembers().map(\.key)).subtracting(["sub", "organisation_name#en"])
            #expect(names == Set(claims))
            if claims.contains("roles") { #expect(try known.requireStrings("roles") == ["officer"]) }
            if claims.contains("organisation") { #expect(known["organisation"]?.string == "H40") }
        }
    }

    @Test("oidcc-alternate-happy-flow")
    func alternate() async throws {
        try await open { _, visitor, app in
            let query = app.authorize(["scope": "email profile openid"]).split(separator: "?")[1]
            let reversed = query.split(separator: "&").reversed().joined(separator: "&")
            let answer = Relying.answer(await visitor.get("/identity/oauth/authorize?\(reversed)"))
            _ = try await app.idToken(try await app.redeem(answer?["code"] ?? "").json(200))
        }
    }

    @Test(
        """
        oidcc-display-page, oidcc-display-popup, oidcc-ensure-request-with-unknown-parameter-succeeds, \
        oidcc-login-hint, oidcc-ui-locales, oidcc-claims-locales, oidcc-ensure-request-with-acr-values-succeeds, \
        oidcc-claims-essential
        """,
        arguments: [
            ("display", "page"), ("display", "popup"), ("extra", "foobar"), ("login_hint", "buffy@localhost"),
            ("ui_locales", "se"), ("claims_locales", "se"), ("acr_values", "1 2"),
            ("claims", #"{"userinfo":{"name":{"essential":true}}}"#),
        ])
    func harmless(name: String, value: String) async throws {
        try await open { _, visitor, app in
            _ = try await app.idToken(try await app.tokens(visitor, [name: value]))
        }
    }

    @Test("oidcc-prompt-login")
    func promptLogin() async throws {
        try await open { town, visitor, app in
            let first = try await app.idToken(try await app.tokens(visitor))
            town.clock.advance(seconds: 5)
            let away = await visitor.get(app.authorize(["prompt": "login"]))
            let page = try #require(away.location)
            #expect(page.hasPrefix("/identity/confirm?next="))
            let next = try #require(Request(.get, page).query["next"])
            #expect(Relying.answer(await visitor.get(next)) == nil, "not before the person has confirmed")
            town.clock.advance(seconds: 1)
            let back = await visitor.post("/identity/confirm", ["password": Town.password, "next": next])
            let answer = Relying.answer(await visitor.get(back.location ?? ""))
            let second = try await app.idToken(try await app.redeem(answer?["code"] ?? "").json(200))
            let times = [first, second].compactMap { $0.instant("auth_time") }
            #expect(times.count == 2 && times[0] < times[1])
            #expect(first.text("sub") == second.text("sub"))
            let forged = next.replacing(/asked=[0-9]+/, with: "asked=1")
            #expect(Relying.answer(await visitor.get(forged)) == nil, "a mark that we did not make is none")
        }
    }

    @Test("oidcc-prompt-none-not-logged-in, oidcc-prompt-none-logged-in")
    func promptNone() async throws {
        try await open { town, visitor, app in
            let stranger = Relying.answer(await town.stranger().get(app.authorize(["prompt": "none"])))
            #expect(stranger?["error"] == "login_required")
            #expect(stranger?["state"] == "st-1")
            let first = try await app.idToken(try await app.tokens(visitor))
            let second = try await app.idToken(try await app.tokens(visitor, ["prompt": "none"]))
            #expect(first.text("sub") == second.text("sub"))
            #expect(first.instant("auth_time") == second.instant("auth_time"))
            let both = Relying.answer(await visitor.get(app.authorize(["prompt": "none login"])))
            #expect(both?["error"] == "invalid_request")
        }
    }

    @Test("oidcc-max-age-1, oidcc-max-age-10000")
    func maxAge() async throws {
        try await open { town, visitor, app in
            _ = try await app.tokens(visitor, ["max_age": "10000"])
            town.clock.advance(seconds: 2)
            let away = await visitor.get(app.authorize(["max_age": "1"]))
            #expect(away.location?.hasPrefix("/identity/confirm") == true)
            let next = try #require(Request(.get, away.location ?? "").query["next"])
            let back = await visitor.post("/identity/confirm", ["password": Town.password, "next": next])
            let answer = Relying.answer(await visitor.get(back.location ?? ""))
            let token = try await app.idToken(try await app.redeem(answer?["code"] ?? "").json(200))
            #expect(token.instant("auth_time") == Instant(milliseconds: town.clock.now().seconds * 1000))
            for wrong in ["-1", "x", "99999999999"] {
                #expect(
                    Relying.answer(await visitor.get(app.authorize(["max_age": wrong])))?["error"] == "invalid_request")
            }
        }
    }

    @Test("oidcc-id-token-hint")
    func hint() async throws {
        try await open { town, visitor, app in
            let token = try await app.tokens(visitor).requireString("id_token")
            _ = try await app.code(visitor, ["prompt": "none", "id_token_hint": token])
            try await town.person("canbo.khac", .officer)
            let other = await town.visitor("canbo.khac")
            let answer = Relying.answer(await other.get(app.authorize(["prompt": "none", "id_token_hint": token])))
            #expect(answer?["error"] == "login_required")
        }
    }

    @Test("oidcc-codereuse, oidcc-codereuse-30seconds", arguments: Engine.all)
    func codeReuse(engine: Engine) async throws {
        try await open(engine) { town, visitor, app in
            let code = try await app.code(visitor)
            let access = try await app.redeem(code).json(200).requireString("access_token")
            #expect(await app.userInfo(access).status == 200)
            town.clock.advance(seconds: 30)
            #expect(try await app.redeem(code).error(400) == "invalid_grant")
            #expect(await app.userInfo(access).status == 401, "what the first use gave is over")
            #expect(try await town.facts().contains("identity.code-reused"))
        }
    }

    @Test("oidcc-ensure-registered-redirect-uri")
    func registeredRedirect() async throws {
        try await open { _, visitor, app in
            let answer = await visitor.get(app.authorize(["redirect_uri": "https://app.example/other"]))
            answer.expect(400, shows: "redirect-uri-unknown")
            #expect(answer.location == nil)
        }
    }

    @Test("oidcc-ensure-post-request-succeeds")
    func post() async throws {
        try await open { _, visitor, app in
            let form = app.authorize().split(separator: "?")[1]
            let sent = await visitor.send(
                .post, "/identity/oauth/authorize",
                headers: [
                    "content-type": "application/x-www-form-urlencoded", "origin": "https://app.example",
                    "sec-fetch-site": "cross-site",
                ], body: Array(form.utf8))
            #expect(sent.status == 303)
            let answer = Relying.answer(await visitor.get(sent.location ?? ""))
            _ = try await app.idToken(try await app.redeem(answer?["code"] ?? "").json(200))
        }
    }

    @Test("oidcc-server-client-secret-post")
    func secretPost() async throws {
        try await open { _, visitor, app in
            let code = try await app.code(visitor)
            let fields = [
                "grant_type": "authorization_code", "code": code, "redirect_uri": Relying.redirect,
                "code_verifier": Relying.verifier, "client_secret": app.secret ?? "",
            ]
            _ = try await app.post("/identity/oauth/token", fields, proves: false).json(200)
        }
    }

    @Test(
        """
        oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported, \
        oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported, \
        oidcc-ensure-request-object-with-redirect-uri
        """,
        arguments: [
            ("request_uri", "https://app.example/request", "request_uri_not_supported"),
            ("request", "eyJhbGciOiJub25lIn0.e30.", "request_not_supported"),
        ])
    func requestObjects(name: String, value: String, error: String) async throws {
        try await open { _, visitor, app in
            #expect(Relying.answer(await visitor.get(app.authorize([name: value])))?["error"] == error)
        }
    }

    @Test("oidcc-refresh-token", arguments: Engine.all)
    func refresh(engine: Engine) async throws {
        try await open(engine) { town, visitor, app in
            let tokens = try await app.tokens(visitor)
            let (first, old) = (try await app.idToken(tokens), try tokens.requireString("refresh_token"))
            town.clock.advance(seconds: 700)
            let renewed = try await app.refresh(old).json(200)
            let second = try await app.idToken(renewed)
            #expect(second.text("sub") == first.text("sub"))
            #expect(second.instant("auth_time") == first.instant("auth_time"))
            #expect(try await app.userInfo(renewed.requireString("access_token")).json(200)["sub"] != nil)
            let other = try await Relying.register(town)
            let current = try renewed.requireString("refresh_token")
            #expect(try await other.refresh(current).error(400) == "invalid_grant", "bound to its client")
            #expect(
                try await app.refresh(current, ["scope": "openid email"]).json(200)["scope"]?.string == "openid email")
            let plain = try await app.tokens(visitor, ["scope": "openid"])
            #expect(plain["refresh_token"] == nil, "nobody agreed to offline_access")
        }
    }

    @Test("oidcc-ensure-request-with-valid-pkce-succeeds")
    func pkce() async throws {
        try await open { _, visitor, app in
            let code = try await app.code(visitor)
            #expect(
                try await app.redeem(code, ["code_verifier": String(repeating: "a", count: 43)]).error(400)
                    == "invalid_grant")
            _ = try await app.tokens(visitor)
        }
    }
}
