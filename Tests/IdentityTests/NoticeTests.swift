import Database
import Foundation
import House
import Jobs
import Logging
import Mail
import TestKit
import Testing
import Vocabulary
import Web

@testable import Identity

extension AskForHelp {
    init(_ payload: String) throws {
        self = try JSONDecoder().decode(AskForHelp.self, from: Data(payload.utf8))
    }
}

@Suite("What the owner of an account is told")
struct NoticeTests {
    @Test(
        "a device that never signed in here before, on the account's page, until she says it was her",
        arguments: Engine.all)
    func newDevice(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.person("canbo.mau", .officer)
            let owner = await town.visitor("canbo.mau")
            await owner.get("/identity/account").expect(200, hides: ["Có phải bạn không?"])
            await owner.post("/sign-in", ["login": "canbo.mau", "password": Town.password])
            await owner.get("/identity/account").expect(200, hides: ["Có phải bạn không?"])

            town.clock.advance(seconds: 60)
            let other = Browser(address: "203.0.113.9", agent: "Android Chrome/140")
            _ = try await town.full(from: other)
            let page = await owner.get("/identity/account")
                .expect(200, shows: "Có phải bạn không?", "thiết bị mới", "Chrome, Android, 203.0.113.9")
            let until = try #require(page.text.firstMatch(of: /name="until" value="([0-9]+)"/)?.1)
            town.clock.advance(seconds: 60)
            _ = try await town.full(from: Browser(address: "203.0.113.10"))
            await owner.post("/identity/account/notices/seen", ["until": "now"]).expect(
                400, shows: "<code>identity.seen-until</code>")
            await owner.get("/identity/account").expect(200, shows: "Chrome, Android, 203.0.113.9)")
            await owner.post("/identity/account/notices/seen", ["until": String(until)])
            await owner.get("/identity/account")
                .expect(200, shows: "203.0.113.10", hides: ["Chrome, Android, 203.0.113.9)"])
            town.clock.advance(days: 91)
            try await town.identity.sweep()
            #expect(try await town.count("identity_notice") == 0)
        }
    }

    @Test("changes of what protects the account are told too", arguments: Engine.all)
    func changes(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let id = try await town.person("canbo.mau", .officer)
            _ = try await town.add(town.authenticator(1), "Khóa", await town.visitor("canbo.mau"))
            _ = try await town.withAuthenticator(id)
            try await town.identity.removeAuthenticator(of: id)
            try await town.identity.removePasskey(Base64.encodeURL(town.authenticator(1).id), of: id, keeping: nil)
            try await town.identity.setPassword("Hoa sen nở giữa hồ 2021", of: "canbo.mau")
            let kinds: [String] = try await town.database.read { tx in
                try tx.rows("SELECT kind FROM identity_notice ORDER BY id").map { try $0.get("kind") }
            }
            #expect(
                kinds == [
                    "passkey-added", "authenticator-added", "authenticator-removed", "passkey-removed",
                    "password-changed",
                ])
        }
    }

    @Test("by mail as well, in the transaction in which it happened, in both tongues", arguments: Engine.all)
    func byMail(engine: Engine) async throws {
        try await Town.open(on: engine, hasMail: true) { town in
            try await town.identity.createPerson(
                login: "canbo.mau", name: "Cán bộ mẫu", email: "can.bo@namdinh.example", roles: [.officer],
                phc: Town.quickPHC)
            _ = await town.visitor("canbo.mau")
            #expect(try await town.count("mail_message") == 0)
            _ = await town.visitor("canbo.mau")
            let texts: [String] = try await town.database.read { tx in
                try tx.rows("SELECT recipient, body FROM mail_message").map {
                    "\(try $0.get("recipient", as: String.self)) \(try $0.get("body", as: String.self))"
                }
            }
            #expect(texts.count == 1)
            let text = try #require(texts.first)
            #expect(text.contains("can.bo@namdinh.example") && text.contains("thiết bị mới"))
            #expect(text.contains("A new device") && text.contains("http://truc.test/identity/account"))
            #expect(try await town.count("jobs_job WHERE name = 'mail.send'") == 1)
        }
    }

    @Test(
        "a link by mail signs in once, within a quarter of an hour, nobody who has a second step", arguments: Engine.all
    )
    func mailLink(engine: Engine) async throws {
        try await Town.open(on: engine, hasMail: true) { town in
            let id = try await town.identity.createPerson(
                login: "canbo.mau", name: "Cán bộ mẫu", email: "can.bo@namdinh.example", roles: [.officer],
                phc: Town.quickPHC)
            func link() async throws -> String? {
                await town.stranger().post("/identity/mail-link", ["login": "canbo.mau"]).expect(200)
                try await town.identity.perform(AskForHelp(kind: .mailLink, login: "canbo.mau", address: "192.0.2.1"))
                let bodies: [String] = try await town.database.read { tx in
                    try tx.rows("SELECT body FROM mail_message ORDER BY id DESC LIMIT 1").map { try $0.get("body") }
                }
                return bodies.first?.firstMatch(of: /token=([A-Za-z0-9_-]+)/).map { String($0.1) }
            }
            let good = try #require(try await link())
            let stranger = town.stranger()
            await stranger.get("/identity/mail-link/use?token=\(good)").expect(200)
            await stranger.post("/identity/mail-link/use", ["token": good]).expect(redirectTo: "/")
            let person = try await town.identity.look(stranger.request).person
            #expect(person?.assurance.level == 1)
            await town.stranger().post("/identity/mail-link/use", ["token": good]).expect(409)
            let late = try #require(try await link())
            town.clock.advance(seconds: 15 * 60)
            await town.stranger().post("/identity/mail-link/use", ["token": late]).expect(409)
            let early = try #require(try await link())
            _ = try await town.withAuthenticator(id)
            await town.stranger().post("/identity/mail-link/use", ["token": early]).expect(409)
            let mails = try await town.count("mail_message WHERE body LIKE '%token=%'")
            _ = try await link()
            #expect(try await town.count("mail_message WHERE body LIKE '%token=%'") == mails)
        }
    }
}
