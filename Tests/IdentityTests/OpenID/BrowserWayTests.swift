import Database
import House
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import Identity

@Suite("the way of a browser as the application wishes it")
struct BrowserWayTests {
    @Test("the pages on the way speak the language of ui_locales, unless the person chose one", arguments: Engine.all)
    func language(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.person("canbo.mau", .officer)
            let app = try await Relying.register(town) { $0.asksConsent = true }
            for (wish, words) in [("en-GB vi", "Username"), ("fr en", "Username"), ("fr", "Tên đăng nhập")] {
                let visitor = town.stranger()
                let way = try #require(await visitor.get(app.authorize(["ui_locales": wish])).location)
                await visitor.get(way).expect(200, shows: words)
                // What was typed wrong is told in the same language.
                await visitor.post("/sign-in", ["login": "canbo.mau", "password": "wrong"]).expect(422, shows: words)
            }
            let chooser = town.stranger()
            await chooser.get("/sign-in?lang=vi")
            let way = try #require(await chooser.get(app.authorize(["ui_locales": "en"])).location)
            await chooser.get(way).expect(200, shows: "Tên đăng nhập")
            let member = await town.visitor("canbo.mau")
            let consent = try #require(await member.get(app.authorize(["ui_locales": "en"])).location)
            await member.get(consent).expect(200, shows: "would like to know about you")
        }
    }

    @Test("the name of login_hint is filled in, as text")
    func hint() async throws {
        try await Town.open(on: .sqlite) { town in
            let app = try await Relying.register(town)
            let visitor = town.stranger()
            let way = try #require(await visitor.get(app.authorize(["login_hint": "canbo.mau"])).location)
            await visitor.get(way).expect(200, shows: "value=\"canbo.mau\"")
            let evil = try #require(await visitor.get(app.authorize(["login_hint": "\"><script>"])).location)
            await visitor.get(evil).expect(200, hides: ["<script>\""])
        }
    }

    @Test("select_account lets the person go on, or sign in as somebody else", arguments: Engine.all)
    func selectAccount(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.person("canbo.mau", .officer, name: "Người thứ nhất")
            try await town.person("canbo.hai", .officer, name: "Người thứ hai")
            let app = try await Relying.register(town)
            let asking = app.authorize(["prompt": "select_account", "scope": "openid profile"])
            let visitor = await town.visitor("canbo.mau")
            func chosen(_ text: String) async throws -> Answered {
                let place = try #require(await visitor.get(asking).location)
                #expect(place.hasPrefix("/identity/oauth/account?"))
                let page = await visitor.get(place).expect(200, shows: "Người thứ nhất", "canbo.mau")
                let link = try #require(page.text.split(separator: "<a ").first { $0.contains(">" + text) })
                let words = link.split(separator: "\"", omittingEmptySubsequences: false).map(String.init)
                #expect(words[2] == " href=")
                return await visitor.get(words[3].replacing("&amp;", with: "&"))
            }
            func name(_ answered: Answered) async throws -> String? {
                let code = try #require(
                    Relying.answer(answered)?["code"], "\(answered.status) \(answered.location ?? answered.text)")
                let access = try await app.redeem(code).json(200).requireString("access_token")
                return try await app.userInfo(access).json(200)["name"]?.string
            }
            #expect(try await name(try await chosen("Tiếp tục với Người thứ nhất")) == "Người thứ nhất")
            let signIn = try await chosen("Dùng tài khoản khác").expect(200, shows: "name=\"next\"")
            let next = try #require(signIn.text.split(separator: "name=\"next\" value=\"").last).prefix { $0 != "\"" }
            let back = try #require(
                await visitor.post(
                    "/sign-in",
                    [
                        "login": "canbo.hai", "password": Town.password,
                        "next": String(next).replacing("&amp;", with: "&"),
                    ]
                ).location)
            #expect(try await name(await visitor.get(back)) == "Người thứ hai")
            // Who is not signed in chooses by signing in.
            #expect(await town.stranger().get(asking).location?.hasPrefix("/sign-in?") == true)
        }
    }

    @Test("pages of public clients alone may call from a browser", arguments: Engine.all)
    func crossOrigin(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            _ = try await Relying.register(town)
            let app = try await Relying.register(town) { form in
                (form.isPublic, form.redirects) = (true, ["https://SPA.example:443/cb", "http://localhost:5173/cb"])
                form.signOutRedirects = []
                form.sector = "spa.example"
            }
            func ask(_ method: Web.Method, _ path: String, _ origin: String) async -> Response {
                await town.site.respond(
                    to: Request(
                        method, path,
                        headers: [
                            "host": "truc.test", "origin": origin, "content-type": "application/x-www-form-urlencoded",
                        ]))
            }
            let doors: [(Web.Method, String)] = [
                (.get, "/.well-known/openid-configuration"), (.get, "/identity/oauth/jwks"),
                (.post, "/identity/oauth/token"), (.get, "/identity/oauth/userinfo"),
                (.options, "/identity/oauth/token"), (.options, "/identity/oauth/userinfo"),
            ]
            for (method, path) in doors {
                for origin in ["https://spa.example", "http://localhost:5173"] {
                    let answer = await ask(method, path, origin)
                    #expect(answer.headers["access-control-allow-origin"] == origin, "\(method) \(path)")
                    #expect(answer.headers["access-control-allow-credentials"] == nil)
                    #expect(answer.headers["vary"] == "Origin")
                }
                for origin in ["https://app.example", "https://evil.example", "null", "https://spa.example.evil"] {
                    #expect(await ask(method, path, origin).headers["access-control-allow-origin"] == nil)
                }
            }
            let preflight = await ask(.options, "/identity/oauth/token", "https://spa.example")
            #expect(preflight.status == 204 && preflight.headers["access-control-allow-methods"] == "POST")
            #expect(preflight.headers["access-control-allow-headers"]?.contains("Authorization") == true)
            for path in ["/identity/oauth/introspect", "/identity/oauth/revoke"] {
                #expect(await ask(.post, path, "https://spa.example").headers["access-control-allow-origin"] == nil)
            }
            try await town.identity.revokeClient(ID(app.id), by: nil)
            let after = await ask(.get, "/identity/oauth/jwks", "https://spa.example")
            #expect(after.headers["access-control-allow-origin"] == nil)
        }
    }
}
