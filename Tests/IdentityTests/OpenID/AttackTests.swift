import Database
import Foundation
import House
import JOSE
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import Identity

/// One test for each attack of RFC 9700 §4, by its section: what the attacker tries, and that it fails.
@Suite("Attacks of RFC 9700")
struct AttackTests {
    private func open(
        _ engine: Engine = .sqlite, _ body: @escaping @Sendable (Town, Visitor, Relying) async throws -> Void
    ) async throws {
        try await Town.open(on: engine) { town in
            try await town.person("canbo.mau", .officer)
            try await body(town, await town.visitor("canbo.mau"), try await Relying.register(town))
        }
    }

    @Test(
        "§4.1 a redirect address that only looks like the registered one",
        arguments: [
            "https://app.example/cb/", "https://app.example/cb?x=1", "https://app.example/cb#x",
            "https://APP.example/cb",
            "https://app.example/cb%20", "https://app.example.evil.example/cb", "https://app.example@evil.example/cb",
            "http://app.example/cb", "https://app.example/cb/../evil", "https://sub.app.example/cb", "",
        ])
    func redirects(address: String) async throws {
        try await open { _, visitor, app in
            let answer = await visitor.get(app.authorize(["redirect_uri": address]))
            #expect(answer.status == 400)
            #expect(answer.location == nil && answer.response.headers["refresh"] == nil)
        }
    }

    @Test("§4.1 plain http, fragments and users cannot be registered")
    func registration() async throws {
        try await open { town, _, _ in
            for address in [
                "http://app.example/cb", "https://app.example/cb#f", "javascript:alert(1)",
                "https://a@b.example/", "/cb", "https:///cb", "http://localhost.evil.example/cb",
            ] {
                await #expect(throws: Problem.self, "\(address)") {
                    try await Relying.register(town) { $0.redirects = [address] }
                }
            }
        }
    }

    @Test("§4.2, §4.3 nothing that is worth stealing stands in an address or goes out as a referrer")
    func leakage() async throws {
        try await open { town, visitor, app in
            let answer = await visitor.get(app.authorize())
            let fields = try #require(Relying.answer(answer))
            #expect(Set(fields.keys) == ["code", "state", "iss"])
            #expect(answer.response.headers["referrer-policy"] == "same-origin")
            #expect(answer.response.headers["cache-control"] == "no-store")
            let tokens = await app.redeem(fields["code"] ?? "")
            #expect(tokens.headers["cache-control"] == "no-store")
            let access = try tokens.json(200).requireString("access_token")
            let inQuery = await town.site.respond(
                to: Request(
                    .get, "/identity/oauth/userinfo?access_token=\(access)", headers: ["host": "truc.test"]))
            #expect(inQuery.status == 401)
        }
    }

    @Test("§4.4 mix-up: every answer says who gives it, errors too")
    func mixUp() async throws {
        try await open { _, visitor, app in
            #expect(Relying.answer(await visitor.get(app.authorize()))?["iss"] == "http://localhost")
            let refused = Relying.answer(await visitor.get(app.authorize(["scope": "nothing"])))
            #expect(refused?["iss"] == "http://localhost")
            #expect(refused?["error"] == "invalid_scope")
        }
    }

    @Test("§4.5 a stolen code is worth nothing without the verifier, to another client, or after a minute")
    func codeInjection() async throws {
        try await open { town, visitor, app in
            let other = try await Relying.register(town)
            var code = try await app.code(visitor)
            #expect(try await other.redeem(code).error(400) == "invalid_grant")
            #expect(try await app.redeem(code).error(400) == "invalid_grant", "and it is used up")
            code = try await app.code(visitor)
            let wrong = String(repeating: "b", count: 43)
            #expect(try await app.redeem(code, ["code_verifier": wrong]).error(400) == "invalid_grant")
            code = try await app.code(visitor)
            #expect(
                try await app.redeem(code, ["redirect_uri": "https://app.example/other"]).error(400) == "invalid_grant")
            code = try await app.code(visitor)
            town.clock.advance(seconds: 60)
            #expect(try await app.redeem(code).error(400) == "invalid_grant")
        }
    }

    @Test("§4.6 an access token for another purpose is no ID token, and the ID token names its access token")
    func tokenInjection() async throws {
        try await open { town, visitor, app in
            let tokens = try await app.tokens(visitor)
            let keys = try await town.keys()
            let (access, id) = (try tokens.requireString("access_token"), try tokens.requireString("id_token"))
            #expect(throws: JOSEError.wrongType) { try JWS(access, keys: keys, kind: .plain) }
            #expect(throws: JOSEError.wrongType) { try JWS(id, keys: keys, kind: .typed("at+jwt")) }
            #expect(await app.userInfo(id).status == 401)
            #expect(try await app.introspect(id)["active"]?.bool == false)
            #expect(try await app.idToken(tokens).text("at_hash")?.count == 22)
        }
    }

    @Test("§4.7 state and challenge come back bound to the browser that asked")
    func crossSite() async throws {
        try await open { _, visitor, app in
            for state in ["<&'\">", "a+b c", "%00", "ü ư"] {
                #expect(Relying.answer(await visitor.get(app.authorize(["state": state])))?["state"] == state)
            }
            let consent = await visitor.send(
                .post, "/identity/oauth/consent",
                headers: [
                    "content-type": "application/x-www-form-urlencoded", "origin": "https://evil.example",
                    "sec-fetch-site": "cross-site",
                ], body: Array("answer=yes&\(app.authorize().split(separator: "?")[1])".utf8))
            #expect(consent.status == 403)
        }
    }

    @Test("§4.8 PKCE cannot be left out, weakened, or asked for twice")
    func downgrade() async throws {
        try await open { _, visitor, app in
            let weaker: [[String: String?]] = [
                ["code_challenge": nil, "code_challenge_method": nil],
                ["code_challenge_method": "plain"], ["code_challenge_method": nil], ["code_challenge": "short"],
            ]
            for changes in weaker {
                let answer = Relying.answer(await visitor.get(app.authorize(changes)))
                #expect(answer?["error"] == "invalid_request")
            }
            let twice = await visitor.get(app.authorize() + "&code_challenge=\(Relying.challenge)")
            #expect(Relying.answer(twice)?["error"] == "invalid_request")
            let code = try await app.code(visitor)
            let without = await app.post(
                "/identity/oauth/token",
                ["grant_type": "authorization_code", "code": code, "redirect_uri": Relying.redirect])
            let withoutCode = try without.error(400)
            #expect(withoutCode == "invalid_grant")
        }
    }

    @Test("§4.9 a service learns nothing about tokens that are not meant for it", arguments: Engine.all)
    func otherAudience(engine: Engine) async throws {
        try await open(engine) { town, _, _ in
            let records = try await Relying.service(town)
            let other = try await Relying.service(town)
            let gateway = try await Relying.service(town) { $0.introspects = true }
            let caller = try await Relying.service(town) { $0.audiences = [records.id] }
            let token = try await caller.ownToken()
            #expect(try await records.introspect(token)["active"]?.bool == true)
            #expect(try await records.introspect(token)["aud"]?.string == records.id)
            #expect(try await gateway.introspect(token)["active"]?.bool == true)
            #expect(try await other.introspect(token)["active"]?.bool == false)
            let wide = await caller.post(
                "/identity/oauth/token", ["grant_type": "client_credentials", "resource": other.id])
            let wideCode = try wide.error(400)
            #expect(wideCode == "invalid_target")
        }
    }

    @Test("§4.10 a token that is bound to a certificate is worth nothing without it", arguments: Engine.all)
    func bound(engine: Engine) async throws {
        try await open(engine) { town, visitor, _ in
            let mine = Base64.encodeURL([UInt8](repeating: 7, count: 32))
            let theirs = Base64.encodeURL([UInt8](repeating: 8, count: 32))
            let app = try await Relying.register(town) { $0.certificate = mine }
            #expect(app.secret == nil)
            let code = try await app.code(visitor)
            #expect(try await app.redeem(code, certificate: theirs).error(401) == "invalid_client")
            #expect(try await app.redeem(code).error(401) == "invalid_client")
            let access = try await app.redeem(code, certificate: mine).json(200).requireString("access_token")
            #expect(await app.userInfo(access, certificate: mine).status == 200)
            #expect(await app.userInfo(access, certificate: theirs).status == 401)
            #expect(await app.userInfo(access).status == 401)
            #expect(try await town.identity.introspect(access, certificateThumbprint: theirs) == nil)
            #expect(try await town.identity.introspect(access, certificateThumbprint: mine)?.certificate == mine)
            #expect(town.identity.knownToken(access, certificateThumbprint: nil) == nil)
        }
    }

    @Test("§4.11 neither errors nor sign-out send a browser to an address that nobody registered")
    func openRedirect() async throws {
        try await open { _, visitor, app in
            let broken = await visitor.get(
                app.authorize(["redirect_uri": "https://evil.example/", "response_type": "token"]))
            #expect(broken.status == 400 && broken.location == nil)
            let unknown = await visitor.get(app.authorize(["client_id": "nobody"]))
            #expect(unknown.status == 400 && unknown.location == nil)
            let signOut = await visitor.get(
                "/identity/oauth/sign-out?post_logout_redirect_uri=https%3A%2F%2Fevil.example%2F")
            #expect(signOut.status == 400 && signOut.location == nil)
        }
    }

    @Test("§4.12 credentials are never sent on: redirects are 303")
    func redirectStatus() async throws {
        try await open { town, _, app in
            let stranger = town.stranger()
            let away = await stranger.get(app.authorize())
            #expect(away.status == 303)
            let next = try #require(Request(.get, away.location ?? "").query["next"])
            let signedIn = await stranger.post(
                "/sign-in", ["login": "canbo.mau", "password": Town.password, "next": next])
            #expect(signedIn.status == 303)
            let leaving = await stranger.get(signedIn.location ?? "")
            #expect(leaving.status == 200, "after a form of ours a page leads on: form-action holds redirects too")
            #expect(Relying.answer(leaving)?["code"] != nil)
        }
    }

    @Test("§4.13 a certificate header from anybody but a trusted proxy is not read")
    func proxies() async throws {
        try await open { town, _, _ in
            let mine = Base64.encodeURL([UInt8](repeating: 7, count: 32))
            let app = try await Relying.service(town) { $0.certificate = mine }
            let headers: Headers = [
                "host": "truc.test", "content-type": "application/x-www-form-urlencoded",
                "client-cert": ":\(Base64.encode([UInt8](repeating: 7, count: 100))):",
            ]
            let answer = await town.site.respond(
                to: Request(
                    .post, "/identity/oauth/token", headers: headers,
                    body: Array("grant_type=client_credentials&client_id=\(app.id)".utf8)))
            let answerCode = try answer.error(401)
            #expect(answerCode == "invalid_client")
        }
    }

    @Test("§4.14 a refresh token used twice ends its family, whoever used it second", arguments: Engine.all)
    func refreshReuse(engine: Engine) async throws {
        try await open(engine) { town, visitor, app in
            let first = try await app.tokens(visitor).requireString("refresh_token")
            let renewed = try await app.refresh(first).json(200)
            let (second, access) = (
                try renewed.requireString("refresh_token"), try renewed.requireString("access_token")
            )
            #expect(await app.userInfo(access).status == 200)
            #expect(try await app.refresh(first).error(400) == "invalid_grant")
            #expect(try await app.refresh(second).error(400) == "invalid_grant")
            #expect(await app.userInfo(access).status == 401)
            #expect(try await town.facts().contains("identity.refresh-token-reused"))
            let garbage = "\(second.split(separator: ".")[0]).\(String(repeating: "x", count: 44))"
            #expect(try await app.refresh(garbage).error(400) == "invalid_grant")
        }
    }

    @Test("§4.14 a guess at a refresh token harms nobody, and a suspended person's is over", arguments: Engine.all)
    func refreshGuess(engine: Engine) async throws {
        try await open(engine) { town, visitor, app in
            let token = try await app.tokens(visitor).requireString("refresh_token")
            let guess = "\(Token().text).\(token.split(separator: ".")[1])"
            #expect(try await app.refresh(guess).error(400) == "invalid_grant")
            let next = try await app.refresh(token).json(200).requireString("refresh_token")
            try await town.database.write { tx in
                _ = try tx.execute("UPDATE identity_person SET state = 'suspended'")
            }
            #expect(try await app.refresh(next).error(400) == "invalid_grant")
        }
    }

    @Test("§4.15 a client that acts alone is no person: it has no user info and cannot name itself like one")
    func impersonation() async throws {
        try await open { town, _, _ in
            let service = try await Relying.service(town) { $0.scopes = ["openid", "profile", "records.read"] }
            let token = try await service.ownToken()
            #expect(await service.userInfo(token).status == 401)
            let known = try await service.introspect(token)
            #expect(known["sub"]?.string == service.id)
            #expect(known["scope"]?.string == "records.read", "what is said of people is not granted")
            #expect(try await town.identity.introspect(token, certificateThumbprint: nil)?.person == nil)
        }
    }

    @Test("§4.16 no page of the way can be put into a frame")
    func clickjacking() async throws {
        try await open { town, visitor, _ in
            let app = try await Relying.register(town) { $0.asksConsent = true }
            let away = await visitor.get(app.authorize())
            let consent = await visitor.get(away.location ?? "")
            consent.expect(200, shows: "Ứng dụng mẫu", "thư điện tử")
            #expect(
                consent.response.headers["content-security-policy"]?.contains("frame-ancestors 'none'") == true)
        }
    }

    @Test(
        "§4.17 no answer goes from window to window: there is no such mode, and no page of ours posts messages",
        arguments: ["web_message", "web_message.jwt", "form_post", "fragment", "query.jwt", "query web_message", ""])
    func messages(mode: String) async throws {
        try await open { town, visitor, app in
            let answer = await visitor.get(app.authorize(["response_mode": mode]))
            let fields = try #require(Relying.answer(answer), "told by the address alone: \(answer.text.prefix(300))")
            #expect(answer.status == 303 && fields["code"] == nil && fields["error"] == "invalid_request")
            let asking = try await Relying.register(town) { $0.asksConsent = true }
            let stranger = town.stranger()
            let way = await stranger.get(asking.authorize())
            let signIn = await stranger.get(way.location ?? "")
            let consent = await visitor.get(await visitor.get(asking.authorize()).location ?? "")
            for page in [signIn, consent] {
                #expect(page.status == 200 && !page.text.contains("postMessage"))
                #expect(page.response.headers["cross-origin-opener-policy"] == "same-origin")
            }
        }
    }

    @Test("§4.17 no script that we serve posts messages to other windows, or knows who opened it")
    func scripts() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../Public")
        let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
        let scripts = files.compactMap { $0 as? URL }.filter { ["js", "html"].contains($0.pathExtension) }
        #expect(scripts.count >= 3)
        for script in scripts {
            let text = try String(contentsOf: script, encoding: .utf8)
            for word in ["postMessage", "opener."] {
                let isThere = text.contains(word)
                #expect(!isThere, "\(script.lastPathComponent): \(word)")
            }
        }
    }

    @Test("the password grant and the implicit grant do not exist")
    func gone() async throws {
        try await open { _, _, app in
            let answer = await app.post(
                "/identity/oauth/token", ["grant_type": "password", "username": "canbo.mau", "password": Town.password])
            let answerCode = try answer.error(400)
            #expect(answerCode == "unsupported_grant_type")
        }
    }

    @Test("clients prove themselves in one way, and a wrong proof says no more than that")
    func clientProof() async throws {
        try await open { town, _, app in
            let wrong = Relying(town: town, id: app.id, secret: "sai")
            let nobody = Relying(town: town, id: "nobody", secret: "sai")
            let (first, second) = (await wrong.redeem("x"), await nobody.redeem("x"))
            #expect(first.status == 401 && first.text == second.text)
            #expect(first.headers["www-authenticate"]?.hasPrefix("Basic") == true)
            let both = await app.post("/identity/oauth/token", ["client_secret": app.secret ?? ""])
            let bothCode = try both.error(401)
            #expect(bothCode == "invalid_client")
            let json = await town.site.respond(
                to: Request(
                    .post, "/identity/oauth/token", headers: ["host": "truc.test", "content-type": "application/json"],
                    body: Array("{}".utf8)))
            let jsonCode = try json.error(400)
            #expect(jsonCode == "invalid_request")
            let nothing = await Relying(town: town, id: "", secret: nil).post("/identity/oauth/token", [:])
            let nothingCode = try nothing.error(400)
            #expect(nothingCode == "invalid_request")
        }
    }
}
