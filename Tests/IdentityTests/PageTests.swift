import House
import TestKit
import Testing
import Vocabulary
import Web

@testable import Identity

@Suite("Pages of identity")
struct PageTests {
    /// `House.Visitor` checks every page it gets: tags, one h1, labels, lang.
    @Test("every page is well made in both tongues", arguments: Engine.all)
    func wellMade(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let person = try await town.person("quantri.mau", .nodeAdministrator)
            let visitor = await town.visitor("quantri.mau")
            for language in ["vi", "en"] {
                for path in [
                    "/identity/account", "/identity/account/password", "/identity/account/authenticator",
                    "/identity/account/authenticator/remove", "/identity/account/recovery-codes", "/identity/people",
                    "/identity/people/new", "/identity/people/\(person)", "/identity/people/\(person)/give-role",
                    "/identity/organisations", "/identity/set-password", "/identity/first", "/sign-in",
                    "/identity/account/passkeys", "/identity/confirm", "/identity/resets", "/identity/lost",
                ] {
                    let page = await visitor.get("\(path)?lang=\(language)").expect(200, shows: "lang=\"\(language)\"")
                    #expect(page.response.bytes?.count ?? 0 < 50_000, "\(path)")
                }
            }
        }
    }

    @Test("organisations are shown as of a day", arguments: Engine.all)
    func organisations(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.person("canbo.mau", .officer)
            let visitor = await town.visitor("canbo.mau")
            await visitor.get("/identity/organisations?on=2020-11-09").expect(
                200, shows: "Sở Thông tin và Truyền thông tỉnh Hòa Bình", "000.00.00.H40",
                "Sở Khoa học và Công nghệ tỉnh Ninh Bình")
            await visitor.get("/identity/organisations?on=2025-07-01").expect(
                200, shows: "Sở Khoa học và Công nghệ tỉnh Phú Thọ", hides: ["Hòa Bình", "Hà Nam"])
            await visitor.get("/identity/organisations?on=khong").expect(422, shows: "query.day", "09/11/2020")
            #expect(await town.stranger().get("/identity/organisations").status == 303)
        }
    }

    @Test("the second step is set up, used and taken away with forms alone", arguments: Engine.all)
    func secondStep(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let person = try await town.person("canbo.mau", .officer)
            let visitor = await town.visitor("canbo.mau")
            let setUp = "/identity/account/authenticator"
            await visitor.get(setUp).expect(200, shows: "otpauth://totp/", "<svg role=\"img\"")
            let secret = try #require(try await town.identity.proposedSecret(of: person))
            await visitor.post(setUp, ["code": "000000"]).expect(422, shows: "Mã không đúng")
            let page = await visitor.post(setUp, ["code": town.code(secret)]).expect(200, shows: "Mã khôi phục")
            #expect(page.text.matches(of: /<li><code>[A-Z2-7-]{19}<\/code>/).count == 10)
            await visitor.get("/identity/account").expect(200, shows: "Xác thực hai bước đang bật", hides: ["otpauth"])
            await visitor.get(setUp).expect(200, shows: "đang bật", hides: ["otpauth"])
            await visitor.post("/identity/account/recovery-codes", ["password": "sai"]).expect(422)
            await visitor.post("/identity/account/recovery-codes", ["password": Town.password]).expect(200)
            await visitor.post("\(setUp)/remove", ["password": "sai"]).expect(422, shows: "không đúng")
            await visitor.post("\(setUp)/remove", ["password": Town.password]).expect(redirectTo: "/identity/account")
            await visitor.get("/identity/account").expect(200, shows: "đang tắt")
            #expect(try await town.facts().suffix(1) == ["identity.authenticator-removed"])
        }
    }

    @Test("a form without the token of its session does nothing", arguments: Engine.all)
    func forged(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.person("canbo.mau", .officer)
            let visitor = await town.visitor("canbo.mau")
            let answer = await visitor.send(
                .post, "/sign-out", headers: ["content-type": "application/x-www-form-urlencoded"],
                body: Array("csrf=00".utf8))
            #expect(answer.status >= 400)
            await visitor.get("/identity/account").expect(200)
        }
    }

    @Test("every door has a permission that the table knows, under the room's prefix or a listed exception")
    func doors() async throws {
        try await Town.open(on: .sqlite) { town in
            let ours = town.site.table.filter { $0.pattern.hasPrefix("/identity") || $0.pattern.hasPrefix("/sign-") }
            #expect(ours.count > 25)
            #expect(ours.allSatisfy { Permissions.table[$0.permission.name] != nil })
            let open = Set(ours.filter { $0.permission == .everyone }.map(\.pattern))
            #expect(
                open == [
                    "/sign-in", "/sign-out", "/identity/second-step", "/identity/first", "/identity/set-password",
                    "/identity/passkey", "/identity/lost", "/identity/mail-link", "/identity/mail-link/use",
                    "/identity/oauth/authorize", "/identity/oauth/token", "/identity/oauth/introspect",
                    "/identity/oauth/revoke", "/identity/oauth/userinfo", "/identity/oauth/jwks",
                    "/identity/oauth/errors", "/identity/oauth/sign-out", "/identity/signed-out",
                ])
        }
    }
}
