import Database
import House
import TestKit
import Testing
import Vocabulary
import Web

@testable import Identity

@Suite("Sign-in links by mail that somebody else asked for")
struct MailLinkTests {
    /// Somebody with a mailbox, and strangers who know her name.
    private struct Cast: Sendable {
        let town: Town
        let person: ID<Person>

        init(_ town: Town) async throws {
            self.town = town
            person = try await town.identity.createPerson(
                login: "canbo.mau", name: "Cán bộ mẫu", email: "can.bo@namdinh.example", roles: [.officer],
                phc: Town.quickPHC)
        }

        func ask(from device: String? = nil) async throws {
            try await town.identity.perform(
                AskForHelp(kind: .mailLink, login: "canbo.mau", address: "192.0.2.1", device: device))
        }

        /// The links in the mailbox, the first one first.
        func links() async throws -> [String] {
            let bodies: [String] = try await town.database.read { tx in
                try tx.rows("SELECT body FROM mail_message ORDER BY id").map { try $0.get("body") }
            }
            return bodies.compactMap { $0.firstMatch(of: /token=([A-Za-z0-9_-]+)/).map { String($0.1) } }
        }
    }

    @Test("leave each link before them good, and all are gone once one was used", arguments: Engine.all)
    func beside(engine: Engine) async throws {
        try await Town.open(on: engine, hasMail: true) { town in
            let cast = try await Cast(town)
            for _ in 0..<3 { try await cast.ask() }
            let links = try await cast.links()
            #expect(links.count == 3)
            let (first, last) = (try #require(links.first), try #require(links.last))
            await town.stranger().post("/identity/mail-link/use", ["token": first]).expect(redirectTo: "/")
            await town.stranger().post("/identity/mail-link/use", ["token": last]).expect(409)
        }
    }

    @Test("are over when a list gives her another address, of which she hears at the old one", arguments: Engine.all)
    func anotherAddress(engine: Engine) async throws {
        try await Town.open(on: engine, hasMail: true) { town in
            let cast = try await Cast(town)
            try await cast.ask()
            let link = try #require(try await cast.links().first)
            let boss = Person(
                id: try await town.person("quantri.mau", .nodeAdministrator), name: "Quản trị mẫu",
                organisation: ID("H40"), roles: [.nodeAdministrator])
            func bring(_ email: String) async throws {
                let list = "login,name,email\ncanbo.mau,Cán bộ mẫu,\(email)\n"
                let id = try await town.identity.bring(Array(list.utf8), named: "ds.csv", by: boss)
                try await town.identity.perform(id, by: boss)
            }
            func told() async throws -> [String] {
                try await town.database.read { tx in
                    try tx.rows(
                        "SELECT recipient FROM mail_message WHERE subject LIKE '%thư điện tử%đã thay đổi%' ORDER BY id"
                    ).map { try $0.get("recipient") }
                }
            }
            try await bring("can.bo@namdinh.example")
            #expect(try await told().isEmpty, "it is the same")
            try await bring("ke.gian@vi-du.example")
            #expect(try await told() == ["can.bo@namdinh.example"])
            await town.stranger().post("/identity/mail-link/use", ["token": link]).expect(409)
            await town.visitor("canbo.mau").get("/identity/account").expect(
                200, shows: "Địa chỉ thư điện tử của bạn ở nút này đã thay đổi")
        }
    }

    @Test("do not fill a mailbox: three at once, later one an hour, from however many addresses", arguments: Engine.all)
    func bounded(engine: Engine) async throws {
        try await Town.open(on: engine, hasMail: true) { town in
            let cast = try await Cast(town)
            for _ in 0..<20 { try await cast.ask() }
            #expect(try await cast.links().count == 3)
            for _ in 0..<(24 * 12) {
                town.clock.advance(seconds: 300)
                try await cast.ask()
            }
            let day = try await cast.links().count
            #expect(day > 20 && day < 40, "\(day)")
        }
    }

    @Test("do not keep a browser that she used before from getting one", arguments: Engine.all)
    func known(engine: Engine) async throws {
        try await Town.open(on: engine, hasMail: true) { town in
            let cast = try await Cast(town)
            _ = await town.visitor("canbo.mau")
            let owner = town.stranger()
            await owner.post("/sign-in", ["login": "canbo.mau", "password": Town.password])
            await owner.post("/sign-out")
            for _ in 0..<20 { try await cast.ask() }
            for _ in 0..<20 { try await cast.ask(from: Token().digest) }
            let before = try await cast.links().count
            await owner.post("/identity/mail-link", ["login": "canbo.mau"]).expect(200)
            let payload: String? = try await town.database.read { tx in
                try tx.row("SELECT payload FROM jobs_job WHERE name = 'identity.ask-for-help'")?.get("payload")
            }
            try await town.identity.perform(try AskForHelp(try #require(payload)))
            #expect(try await cast.links().count == before + 1)
        }
    }
}
