import Database
import House
import TestKit
import Testing
import Vocabulary
import Web

@testable import Identity

@Suite("Sessions")
struct SessionTests {
    static let home = Browser(address: "192.0.2.1", agent: "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")

    @Test("a token planted before sign-in is worth nothing after it", arguments: Engine.all)
    func fixation(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.person("canbo.mau", .officer)
            try await town.person("kegian.mau", .citizen)
            let planted = Browser(
                address: "192.0.2.1", session: try await town.full(from: Self.home, login: "kegian.mau").session)
            let signedIn = try await town.full(from: planted)
            #expect(signedIn.session != planted.session)
            #expect(try await town.person(of: planted) == nil)
            #expect(try await town.person(of: signedIn)?.roles == [.officer])
        }
    }

    @Test("the token of the half session is not the token of the full one", arguments: Engine.all)
    func stepsUp(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let person = try await town.person("canbo.mau", .officer)
            let (secret, _) = try await town.withAuthenticator(person)
            let half = try await town.half(from: Self.home)
            #expect(try await town.person(of: half) == nil)
            guard
                case .signedIn(let tokens) = try await town.identity.takeSecondStep(code: town.code(secret), from: half)
            else {
                _ = Issue.record("another outcome")
                return
            }
            #expect(tokens.session != half.session)
            #expect(try await town.caller(of: half).session == nil)
            #expect(try await town.person(of: Browser(address: "", session: tokens.session)) != nil)
        }
    }

    @Test("tables hold digests of tokens, never tokens", arguments: Engine.all)
    func digests(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.person("canbo.mau", .officer)
            let browser = try await town.full(from: Self.home)
            let token = try #require(browser.session)
            let stored: [String] = try await town.database.read { tx in
                try tx.rows("SELECT digest FROM identity_session").map { try $0.get("digest") }
            }
            #expect(stored == [token.digest])
            #expect(Base64.decodeURL(token.text)?.count == 32)
            #expect(try await town.person(of: Browser(address: "", session: Token(token.digest))) == nil)
        }
    }

    @Test("an old token is replaced; requests under way keep the old one for a minute", arguments: Engine.all)
    func rotation(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.person("canbo.mau", .officer)
            let first = try await town.full(from: Self.home)
            #expect(try await town.caller(of: first).responseHeaders.all("set-cookie") == [])
            town.clock.advance(seconds: 15 * 60)
            let callers = try await withThrowingTaskGroup(of: Caller.self) { group in
                for _ in 0..<16 { group.addTask { try await town.caller(of: first) } }
                return try await group.reduce(into: [Caller]()) { $0.append($1) }
            }
            #expect(callers.allSatisfy { $0.person != nil })
            #expect(Set(callers.compactMap(\.session)).count == 1, "forms stay bound to the same session")
            let cookies = callers.flatMap { $0.responseHeaders.all("set-cookie") }
            #expect(cookies.count == 1)
            let second = Browser(address: "", session: Token(try #require(cookies.first?.sessionToken)))
            #expect(cookies.first?.contains("HttpOnly; SameSite=Lax") == true)
            town.clock.advance(seconds: 59)
            #expect(try await town.person(of: first) != nil)
            town.clock.advance(seconds: 1)
            #expect(try await town.person(of: first) == nil)
            #expect(try await town.person(of: second) != nil)
        }
    }

    @Test("ends after half an hour without a request and after twelve hours with them", arguments: Engine.all)
    func expiry(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.person("canbo.mau", .officer)
            let idle = try await town.full(from: Self.home)
            town.clock.advance(seconds: 30 * 60 - 1)
            var busy = try await town.following(idle)
            town.clock.advance(seconds: 30 * 60)
            #expect(try await town.person(of: busy) == nil)
            busy = try await town.full(from: Self.home)
            for _ in 0..<(12 * 3600 / 1200 - 1) {
                town.clock.advance(seconds: 1200)
                busy = try await town.following(busy)
                #expect(try await town.person(of: busy) != nil)
            }
            town.clock.advance(seconds: 1200)
            #expect(try await town.person(of: busy) == nil)
        }
    }

    @Test(
        "a new right or a lost one changes the token with the next request, and the roles at once",
        arguments: Engine.all)
    func privilegeChange(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let person = try await town.person("canbo.mau", .officer)
            let before = try await town.full(from: Self.home)
            town.clock.advance(seconds: 5)
            try await town.identity.giveRole(.auditor, to: person, by: nil)
            let caller = try await town.caller(of: before)
            #expect(caller.person?.roles == [.officer, .auditor])
            #expect(caller.responseHeaders.all("set-cookie").count == 1)
        }
    }

    @Test("is listed with device and time, and can be ended one by one or all others at once", arguments: Engine.all)
    func revocation(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.person("canbo.mau", .officer)
            try await town.person("lanhdao.mau", .departmentLead)
            let mine = await town.visitor("canbo.mau")
            let phone = try await town.full(from: Browser(address: "198.51.100.4", agent: "Android Chrome/140"))
            let other = try await town.full(from: Self.home, login: "lanhdao.mau")
            let page = await mine.get("/identity/account").expect(200, shows: "Chrome, Android", "198.51.100.4")
            let id = try #require(page.text.firstMatch(of: /sessions\/([0-9a-f-]+)\/end/)?.1)
            await mine.post("/identity/account/sessions/\(id)/end").expect(redirectTo: "/identity/account")
            #expect(try await town.person(of: phone) == nil)

            let tablet = try await town.full(from: Browser(address: "198.51.100.5"))
            let foreign = try #require(try await town.caller(of: other).session)
            await mine.post("/identity/account/sessions/\(foreign)/end").expect(redirectTo: "/identity/account")
            await mine.post("/identity/account/sessions/end-others").expect(redirectTo: "/identity/account")
            #expect(try await town.person(of: tablet) == nil)
            #expect(try await town.person(of: other) != nil)
            await mine.get("/identity/account").expect(200)
            #expect(try await town.facts().filter { $0 == "identity.sessions-revoked" }.count == 2)
        }
    }

    @Test("signing out ends it for every copy of the cookie", arguments: Engine.all)
    func signOut(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.person("canbo.mau", .officer)
            let visitor = await town.visitor("canbo.mau")
            let copy = town.stranger()
            for (name, value) in visitor.cookies { copy.setCookie(name, value) }
            await copy.get("/identity/account").expect(200)
            await visitor.post("/sign-out").expect(redirectTo: "/sign-in")
            #expect(await copy.get("/identity/account").status == 303)
            #expect(try await town.facts().last == "identity.signed-out")
        }
    }

    @Test("a changed password ends the other sessions and forgets known devices", arguments: Engine.all)
    func passwordChange(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.person("canbo.mau", .officer)
            let other = try await town.full(from: Self.home)
            let mine = await town.visitor("canbo.mau")
            let new = "mưa rào tháng bảy ta"
            await mine.post("/identity/account/password", ["old": "sai mật khẩu", "password": new, "again": new])
                .expect(422, shows: "Mật khẩu hiện tại không đúng")
            await mine.post("/identity/account/password", ["old": Town.password, "password": new, "again": new + "x"])
                .expect(422, shows: "không giống nhau")
            await mine.post("/identity/account/password", ["old": Town.password, "password": "ngắn", "again": "ngắn"])
                .expect(422, shows: "ít nhất 12 ký tự")
            await mine.post("/identity/account/password", ["old": Town.password, "password": new, "again": new])
                .expect(redirectTo: "/identity/account")
            await mine.get("/identity/account").expect(200)
            #expect(try await town.person(of: other) == nil)
            #expect(try await town.count("identity_device") == 0)
            await town.stranger().post("/sign-in", ["login": "canbo.mau", "password": Town.password]).expect(422)
            await town.stranger().post("/sign-in", ["login": "canbo.mau", "password": new]).expect(redirectTo: "/")
        }
    }

    @Test("a suspended account is out at once", arguments: Engine.all)
    func suspension(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let person = try await town.person("canbo.mau", .officer)
            let browser = try await town.full(from: Self.home)
            try await town.identity.setSuspended(true, person, by: nil)
            #expect(try await town.person(of: browser) == nil)
            try await town.identity.setSuspended(false, person, by: nil)
            #expect(try await town.person(of: browser) == nil)
            _ = try await town.full(from: Self.home)
        }
    }

    @Test("the sweeper keeps tables flat: a hundred rounds leave no more than one", arguments: Engine.all)
    func sweeper(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let person = try await town.person("canbo.mau", .officer)
            var sizes: [Int] = []
            for round in 0..<100 {
                try await town.database.write { tx in
                    let browser = Browser(address: "192.0.2.\(round)")
                    _ = try town.identity.admit(person, browser, by: .password, at: town.clock.now(), in: tx)
                }
                _ = try await town.identity.setPasswordLink(for: person, by: nil)
                town.clock.advance(days: 1)
                try await town.identity.sweep()
                sizes.append(try await town.count("identity_session") + town.count("identity_link"))
            }
            #expect(sizes.allSatisfy { $0 == 0 })
            #expect(try await town.count("identity_device") <= DeviceStore.perPerson)
            town.clock.advance(days: 181)
            try await town.identity.sweep()
            #expect(try await town.count("identity_device") == 0)
        }
    }

    @Test("one person has at most twenty", arguments: Engine.all)
    func many(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let person = try await town.person("canbo.mau", .officer)
            for _ in 0..<30 {
                town.clock.advance(seconds: 1)
                try await town.database.write { tx in
                    _ = try town.identity.admit(person, Self.home, by: .password, at: town.clock.now(), in: tx)
                }
            }
            #expect(try await town.count("identity_session") == 20)
        }
    }
}

extension Town {
    func caller(of browser: Browser) async throws -> Caller {
        try await identity.identify(
            Request(.get, "/", headers: ["cookie": "h40-session=\(browser.session?.text ?? "")"]))
    }

    func person(of browser: Browser) async throws -> Person? {
        try await caller(of: browser).person
    }

    /// The browser after one more request: with the new token, if it got one.
    func following(_ browser: Browser) async throws -> Browser {
        let cookie = try await caller(of: browser).responseHeaders.all("set-cookie").first
        guard let token = cookie?.sessionToken else { return browser }
        return Browser(address: browser.address, session: Token(token))
    }
}

extension String {
    /// The value of `h40-session=…;`.
    var sessionToken: String? {
        firstMatch(of: /h40-session=([^;]+);/).map { String($0.1) }
    }
}
