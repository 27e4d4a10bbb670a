import Database
import House
import TestKit
import Testing
import Vocabulary
import Web

@testable import Identity

@Suite("Passkeys")
struct PasskeyTests {
    @Test("are added on the account page, sign in from the sign-in page, and are level 2", arguments: Engine.all)
    func journey(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let id = try await town.person("canbo.mau", .officer)
            let owner = await town.visitor("canbo.mau")
            let key = town.authenticator(1)
            await owner.get("/identity/account/passkeys").expect(200, shows: "chưa có khóa truy cập")
            let added = try await town.add(key, "Điện thoại <b>mẫu</b>", owner)
            added.expect(200, shows: "Mã khôi phục")
            #expect(added.text.matches(of: /<li><code>/).count == RecoveryCode.count)
            await owner.get("/identity/account").expect(200, shows: "đang bật")

            let stranger = town.stranger()
            try await town.use(key, stranger, next: "/identity/account/passkeys")
                .expect(redirectTo: "/identity/account/passkeys")
            await stranger.get("/identity/account/passkeys")
                .expect(
                    200, shows: "Điện thoại &lt;b&gt;mẫu&lt;/b&gt;", "Đồng bộ giữa các thiết bị", hides: ["Chưa dùng</"]
                )
            let person = try await town.identity.look(stranger.request).person
            #expect(person?.id == id)
            #expect(person?.assurance == Assurance(level: 2, methods: ["swk", "user", "mfa"], at: town.clock.now()))
            #expect(try await town.contents(of: "identity.signed-in").last?.contains("\"passkey\"") == true)
        }
    }

    @Test(
        "with one, the password alone is half a way in; the other half is the key or a recovery code",
        arguments: Engine.all)
    func half(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.person("canbo.mau", .officer)
            let codes = try await town.add(town.authenticator(1), "Khóa", await town.visitor("canbo.mau")).text
                .matches(of: /<li><code>([A-Z2-7-]+)<\/code>/).map { String($0.1) }
            let fields: Fields = ["login": "canbo.mau", "password": Town.password]
            let one = town.stranger()
            await one.post("/sign-in", fields).expect(redirectTo: "/identity/second-step")
            await one.get("/identity/second-step").expect(200, shows: "Xác nhận bằng khóa truy cập")
            await one.post("/identity/second-step", ["code": codes[0]]).expect(redirectTo: "/")
            let other = town.stranger()
            await other.post("/sign-in", fields)
            try await town.use(town.authenticator(1), other, from: "/identity/second-step")
                .expect(redirectTo: "/")
        }
    }

    @Test("lies are refused, and the ledger keeps whose key and why", arguments: Engine.all)
    func lies(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let id = try await town.person("canbo.mau", .officer)
            let key = town.authenticator(1)
            _ = try await town.add(key, "Khóa", await town.visitor("canbo.mau"))
            let lies: [(String, (inout SoftAuthenticator) -> Void)] = [
                ("webauthn.user-verification", { $0.flags = 0x19 }), ("webauthn.user-presence", { $0.flags = 0x1C }),
                ("webauthn.origin", { $0.origin = "http://evil.test" }),
                ("webauthn.relying-party", { $0.rpID = "evil.test" }), ("webauthn.backup", { $0.flags = 0x05 }),
            ]
            for (code, tell) in lies {
                var liar = key
                tell(&liar)
                try await town.use(liar, town.stranger()).expect(422, shows: "không được chấp nhận")
                let facts = try await town.contents(of: "identity.passkey-refused")
                #expect(facts.last?.contains(code) == true && facts.last?.contains(id.text) == true, "\(code)")
            }
            // Another key under the same name: a bogus signature.
            try await town.use(SoftAuthenticator(id: key.id, rpID: key.rpID, origin: key.origin), town.stranger())
                .expect(422)
            #expect(
                try await town.contents(of: "identity.passkey-refused").last?.contains("webauthn.signature") == true)
            // Nobody's key is kept as a pseudonym.
            try await town.use(town.authenticator(9), town.stranger()).expect(422)
            let last = try await town.contents(of: "identity.passkey-refused").last
            #expect(last?.contains("pseudonym") == true)
            try await town.use(key, town.stranger()).expect(redirectTo: "/")
        }
    }

    @Test("a counter that stands still is refused and told as a copy", arguments: Engine.all)
    func copied(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.person("canbo.mau", .officer)
            var key = town.authenticator(1)
            _ = try await town.add(key, "Khóa", await town.visitor("canbo.mau"))
            key.counter = 5
            try await town.use(key, town.stranger()).expect(redirectTo: "/")
            try await town.use(key, town.stranger()).expect(422)
            key.counter = 4
            try await town.use(key, town.stranger()).expect(422)
            #expect(try await town.facts().filter { $0 == "identity.passkey-copied" }.count == 2)
            key.counter = 6
            try await town.use(key, town.stranger()).expect(redirectTo: "/")
        }
    }

    @Test("64 uses of one answer: exactly one signs in", arguments: Engine.all)
    func once(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.person("canbo.mau", .officer)
            let key = town.authenticator(1)
            _ = try await town.add(key, "Khóa", await town.visitor("canbo.mau"))
            let page = await town.stranger().get("/sign-in")
            let assertion = try PasskeyAssertion(try key.answer(to: try page.challenge(), whose: nil))
            let outcomes = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<64 {
                    group.addTask {
                        let browser = Browser(address: "192.0.2.1")
                        if case .signedIn = try await town.identity.signIn(with: assertion, from: browser) {
                            return true
                        }
                        return false
                    }
                }
                return try await group.reduce(into: [Bool]()) { $0.append($1) }
            }
            #expect(outcomes.filter { $0 }.count == 1)
            #expect(try await town.count("identity_session WHERE stage = 'full'") == 2)
        }
    }

    @Test("a challenge is good for half an hour, for its purpose, at the node that made it", arguments: Engine.all)
    func challenges(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.person("canbo.mau", .officer)
            let owner = await town.visitor("canbo.mau")
            let key = town.authenticator(1)
            _ = try await town.add(key, "Khóa", owner)
            let early = try await town.stranger().get("/sign-in").challenge()
            let confirming = try await owner.get("/identity/confirm").challenge()
            for challenge in [confirming, [UInt8](repeating: 0, count: early.count), Array(early.dropLast())] {
                let stranger = town.stranger()
                await stranger.post("/identity/passkey", try key.answer(to: challenge, whose: nil))
                    .expect(422, shows: "mở quá lâu")
            }
            town.clock.advance(seconds: 30 * 60)
            await town.stranger().post("/identity/passkey", try key.answer(to: early, whose: nil))
                .expect(422, shows: "mở quá lâu")
            try await town.identity.sweep()
            #expect(try await town.count("identity_challenge") == 0)
        }
    }

    @Test("another person's key neither signs in as me nor confirms my session", arguments: Engine.all)
    func others(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let mine = try await town.person("canbo.mau", .nodeAdministrator)
            try await town.person("nguoikhac.mau", .officer)
            let (me, other) = (await town.visitor("canbo.mau"), await town.visitor("nguoikhac.mau"))
            _ = try await town.add(town.authenticator(1), "Khóa", me)
            _ = try await town.add(town.authenticator(2), "Khóa", other)
            await town.stranger().post(
                "/identity/passkey",
                try town.authenticator(2).answer(to: try await town.stranger().get("/sign-in").challenge(), whose: mine)
            ).expect(422)

            let boss = town.stranger()
            try await town.use(town.authenticator(1), boss).expect(redirectTo: "/")
            for _ in 0..<2 {
                town.clock.advance(seconds: 15 * 60)
                await boss.get("/identity/people").expect(200)
            }
            let way = "/identity/confirm?level=1&next=%2Fidentity%2Fpeople%2Fnew"
            await boss.get("/identity/people/new").expect(redirectTo: way)
            let page = "/identity/confirm/passkey"
            await boss.post(page, try town.authenticator(2).answer(to: try await boss.get(way).challenge(), whose: nil))
                .expect(422)
            await boss.get("/identity/people/new").expect(redirectTo: way)
            await boss.post(page, try town.authenticator(1).answer(to: try await boss.get(way).challenge(), whose: nil))
                .expect(redirectTo: "/")
            await boss.get("/identity/people/new").expect(200)
        }
    }

    @Test("what protects an account changes only after a proof of all that protects it", arguments: Engine.all)
    func changes(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.person("canbo.mau", .officer)
            let owner = await town.visitor("canbo.mau")
            _ = try await town.add(town.authenticator(1), "Khóa", owner)
            // The session that added the key signed in with a password alone.
            await owner.get("/identity/account/passkeys").expect(303)
            await owner.get("/identity/account/authenticator").expect(303)
            let id = Base64.encodeURL(town.authenticator(1).id)
            await owner.post("/identity/account/passkeys/\(id)/remove").expect(303)
            #expect(try await town.count("identity_passkey") == 1)
            let proved = town.stranger()
            try await town.use(town.authenticator(1), proved)
            _ = try await town.add(town.authenticator(2), "Khóa hai", proved)
            await proved.post("/identity/account/passkeys/\(id)/remove").expect(
                redirectTo: "/identity/account/passkeys")
            #expect(try await town.count("identity_passkey") == 1)
            await owner.get("/identity/account").expect(303)
            await proved.get("/identity/account").expect(200)
            try await town.use(town.authenticator(1), town.stranger()).expect(422)
        }
    }

    @Test("the last way in stays: whoever has no password keeps one key", arguments: Engine.all)
    func lastWay(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let id = try await town.person("canbo.mau", .officer)
            _ = try await town.add(town.authenticator(1), "Khóa", await town.visitor("canbo.mau"))
            try await town.database.write { try $0.execute("DELETE FROM identity_password WHERE person = \(id)") }
            let owner = town.stranger()
            try await town.use(town.authenticator(1), owner)
            await owner.post("/identity/account/passkeys/\(Base64.encodeURL(town.authenticator(1).id))/remove").expect(
                409)
            #expect(try await town.count("identity_passkey") == 1)
            await owner.get("/identity/account/recovery-codes").expect(200, hides: ["Mật khẩu hiện tại"])
        }
    }

    @Test("a suspended account, a removed person's key, a key registered twice", arguments: Engine.all)
    func states(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let id = try await town.person("canbo.mau", .officer)
            try await town.person("nguoikhac.mau", .officer)
            let key = town.authenticator(1)
            _ = try await town.add(key, "Khóa", await town.visitor("canbo.mau"))
            let thief = await town.visitor("nguoikhac.mau")
            try await town.add(key, "Khóa", thief).expect(422)
            try await town.use(key, town.stranger()).expect(redirectTo: "/")
            try await town.identity.setSuspended(true, id, by: nil)
            try await town.use(key, town.stranger()).expect(422)
        }
    }

    @Test("garbage is told as a form error, whatever field it stands in", arguments: Engine.all)
    func garbage(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let key = town.authenticator(1)
            let good = try key.answer(to: [UInt8](repeating: 1, count: 56), whose: nil)
            for name in ["id", "client-data", "authenticator-data", "signature", "challenge", "user-handle"] {
                for text in ["", "%%%", "a", String(repeating: "A", count: 20_000)] {
                    var fields = Fields()
                    for field in good.list where field.name != name { fields.add(field.name, field.value) }
                    fields.add(name, text)
                    await town.stranger().post("/identity/passkey", fields).expect(422)
                }
            }
        }
    }
}
