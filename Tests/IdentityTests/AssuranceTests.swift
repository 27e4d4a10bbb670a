import Database
import House
import TestKit
import Testing
import Vocabulary
import Web

@testable import Identity

@Suite("How surely somebody is known")
struct AssuranceTests {
    static let home = Browser(address: "192.0.2.1", agent: "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")

    @Test("a password is level 1, a password with a code level 2; both know when", arguments: Engine.all)
    func levels(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let person = try await town.person("canbo.mau", .officer)
            let one = try await town.person(of: try await town.full(from: Self.home))
            #expect(one?.assurance == Assurance(level: 1, methods: ["pwd"], at: town.clock.now()))
            let (secret, codes) = try await town.withAuthenticator(person)
            for code in [town.code(secret), codes[0].text] {
                let half = try await town.half(from: Self.home)
                let outcome = try await town.identity.takeSecondStep(code: code, from: half)
                guard case .signedIn(let tokens) = outcome else { throw Problem.forbidden }
                let two = try await town.person(of: Browser(address: "", session: tokens.session))
                #expect(two?.assurance == Assurance(level: 2, methods: ["pwd", "otp", "mfa"], at: town.clock.now()))
            }
        }
    }

    @Test("a renewed token keeps what the session was worth, and when that was proved", arguments: Engine.all)
    func renewal(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.person("canbo.mau", .officer)
            let signedInAt = town.clock.now()
            var browser = try await town.full(from: Self.home)
            for _ in 0..<3 {
                town.clock.advance(seconds: 16 * 60)
                browser = try await town.following(browser)
            }
            #expect(try await town.person(of: browser)?.assurance.at == signedInAt)
        }
    }

    @Test("what administrators do asks again after half an hour, and leads back", arguments: Engine.all)
    func freshness(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.person("quantri.mau", .nodeAdministrator)
            let boss = await town.visitor("quantri.mau")
            await boss.get("/identity/people/new").expect(200)
            for _ in 0..<2 {
                town.clock.advance(seconds: 15 * 60)
                await boss.get("/identity/people").expect(200)
            }
            let way = "/identity/confirm?level=1&next=%2Fidentity%2Fpeople%2Fnew"
            await boss.get("/identity/people/new").expect(redirectTo: way)
            await boss.post("/identity/people/new", ["name": "Người mẫu", "login": "nguoi.mau"])
                .expect(redirectTo: way)
            await boss.get(way).expect(200, shows: "Xác nhận danh tính", "/identity/people/new")
            let fields: Fields = ["password": "sai mật khẩu", "level": "1", "next": "/identity/people/new"]
            await boss.post("/identity/confirm", fields).expect(422, shows: "không đúng", "/identity/people/new")
            await boss.get("/identity/people/new").expect(redirectTo: way)
            await boss.post("/identity/confirm", ["password": Town.password, "next": "/identity/people/new"])
                .expect(redirectTo: "/identity/people/new")
            await boss.get("/identity/people/new").expect(200)
            #expect(try await town.facts().suffix(2) == ["identity.confirmation-failed", "identity.confirmed"])
        }
    }

    @Test("a button leads back to the page it stands on, and never to another site", arguments: Engine.all)
    func buttons(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let id = try await town.person("canbo.mau", .officer)
            try await town.person("quantri.mau", .nodeAdministrator)
            let boss = await town.visitor("quantri.mau")
            town.clock.advance(seconds: 29 * 60)
            await boss.get("/identity/people").expect(200)
            town.clock.advance(seconds: 60)
            let suspend = "/identity/people/\(id)/suspend"
            for (referer, place) in [
                (
                    "http://truc.test/identity/people/\(id)",
                    "/identity/confirm?level=1&next=%2Fidentity%2Fpeople%2F\(id)"
                ),
                ("http://evil.example/identity", "/identity/confirm?level=1"), ("", "/identity/confirm?level=1"),
            ] {
                let answer = await boss.send(
                    .post, suspend, headers: ["referer": referer, "sec-fetch-site": "same-origin"])
                answer.expect(redirectTo: place)
            }
            await boss.post("/identity/confirm", ["password": Town.password, "next": "//evil.example"])
                .expect(redirectTo: "/")
        }
    }

    @Test("where two steps are required, a password opens nothing of administration", arguments: Engine.all)
    func twoSteps(engine: Engine) async throws {
        try await Town.open(on: engine, needsTwoSteps: true) { town in
            let id = try await town.person("quantri.mau", .nodeAdministrator)
            let boss = await town.visitor("quantri.mau")
            let way = "/identity/confirm?level=2&next=%2Fidentity%2Fpeople%2Fnew"
            await boss.get("/identity/people/new").expect(redirectTo: way)
            await boss.get(way).expect(200, shows: "cần xác thực hai bước", "/identity/account/authenticator")
            await boss.post("/identity/confirm", ["password": Town.password]).expect(redirectTo: "/")
            await boss.get("/identity/people/new").expect(redirectTo: way)

            await boss.get("/identity/account/authenticator").expect(200)
            let secret = try #require(try await town.identity.proposedSecret(of: id))
            await boss.post("/identity/account/authenticator", ["code": town.code(secret)]).expect(200)
            await boss.get("/identity/people/new").expect(200)

            town.clock.advance(seconds: 30 * 60 - 1)
            await boss.get("/identity/people").expect(200)
            town.clock.advance(seconds: 1)
            town.phone.advance(seconds: 60)
            await boss.get("/identity/people/new").expect(redirectTo: way)
            await boss.post("/identity/confirm", ["password": Town.password, "code": "000000"]).expect(422)
            await boss.post("/identity/confirm", ["password": "sai", "code": town.code(secret)]).expect(422)
            await boss.get("/identity/people/new").expect(redirectTo: way)
            await boss.post("/identity/confirm", ["password": Town.password, "code": town.code(secret)])
                .expect(redirectTo: "/")
            await boss.get("/identity/people/new").expect(200)
        }
    }

    @Test("programs are told with 403 and a code", arguments: Engine.all)
    func programs(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.person("quantri.mau", .nodeAdministrator)
            town.site.api(.get, "/identity/example", allow: .administer, APIDoc(.signIn)) { _ in .empty }
            let boss = await town.visitor("quantri.mau")
            await boss.send(.get, "/identity/example").expect(204)
            for _ in 0..<2 {
                town.clock.advance(seconds: 15 * 60)
                await boss.get("/identity/people").expect(200)
            }
            await boss.send(.get, "/identity/example").expect(403, shows: "step-up-required")
        }
    }

    @Test("guessing at the confirmation is slowed like guessing at sign-in", arguments: Engine.all)
    func guessing(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.person("canbo.mau", .officer)
            let visitor = await town.visitor("canbo.mau")
            for _ in 0..<5 { await visitor.post("/identity/confirm", ["password": "sai"]).expect(422) }
            await visitor.post("/identity/confirm", ["password": Town.password]).expect(429)
        }
    }
}
