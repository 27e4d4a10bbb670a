import Database
import House
import Jobs
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import Identity

@Suite("Let in again by two officers")
struct ResetTests {
    /// The jobs that wait, done.
    private func work(_ town: Town) async throws {
        let payloads: [String] = try await town.database.read { tx in
            try tx.rows("SELECT payload FROM jobs_job WHERE name = 'identity.ask-for-help' ORDER BY id").map {
                try $0.get("payload")
            }
        }
        for payload in payloads { try await town.identity.perform(try AskForHelp(payload)) }
        try await town.database.write { try $0.execute("DELETE FROM jobs_job") }
    }

    @Test("one asks, two agree, everything old is gone and a link sets a new password", arguments: Engine.all)
    func journey(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let id = try await town.person("canbo.mau", .officer)
            let one = try await town.person("quantri.mot", .nodeAdministrator, name: "Quản trị một")
            let two = try await town.person("quantri.hai", .nodeAdministrator, name: "Quản trị hai")
            let owner = await town.visitor("canbo.mau")
            _ = try await town.add(town.authenticator(1), "Khóa", owner)
            _ = try await town.withAuthenticator(id)
            await town.stranger().post("/identity/lost", ["login": "canbo.mau"]).expect(200, shows: "Đã ghi nhận")
            try await work(town)

            let (first, second) = (await town.visitor("quantri.mot"), await town.visitor("quantri.hai"))
            let list = await first.get("/identity/resets").expect(200, shows: "Cán bộ mẫu", "Đồng ý (1/2)")
            #expect(try await town.facts().last == "identity.people-read")
            let place = try #require(list.text.firstMatch(of: /\/identity\/resets\/[0-9a-f-]+/)?.0)
            await first.post("\(place)/approve").expect(redirectTo: "/identity/resets")
            await first.post("\(place)/approve").expect(409, shows: "một cán bộ khác")
            await first.get("/identity/resets").expect(200, shows: "Cần một cán bộ khác", hides: ["Đồng ý và"])
            await owner.get("/identity/account").expect(200)
            await second.get("/identity/resets").expect(200, shows: "Quản trị một", "Đồng ý và đặt lại (2/2)")
            let done = await second.post("\(place)/approve").expect(200, shows: "Đã đặt lại")
            let link = try #require(
                done.text.firstMatch(of: /http:\/\/truc.test(\/identity\/set-password\?token=[A-Za-z0-9_-]+)/)?.1)
            await second.post("\(place)/approve").expect(404)

            await owner.get("/identity/account").expect(303)
            try await town.use(town.authenticator(1), town.stranger()).expect(422)
            await town.stranger().post("/sign-in", ["login": "canbo.mau", "password": Town.password]).expect(422)
            let new = "mưa rào tháng bảy ta"
            await town.stranger().post(
                "/identity/set-password",
                ["token": String(link.split(separator: "=").last ?? ""), "password": new, "again": new]
            ).expect(redirectTo: "/sign-in")
            await town.stranger().post("/sign-in", ["login": "canbo.mau", "password": new]).expect(redirectTo: "/")
            let fact = try #require(try await town.contents(of: "identity.account-reset").first)
            #expect(fact.contains(id.text) && fact.contains(one.text) && fact.contains(two.text))
            #expect(
                try await town.facts().filter { $0.contains("reset") } == [
                    "identity.reset-asked", "identity.reset-approved", "identity.account-reset",
                ])
        }
    }

    @Test("a reset takes a thief's applications and links as well", arguments: Engine.all)
    func applications(engine: Engine) async throws {
        try await Town.open(on: engine, hasMail: true) { town in
            let person = try await town.person("canbo.mau", .officer)
            try await town.person("quantri.mot", .nodeAdministrator)
            try await town.person("quantri.hai", .nodeAdministrator)
            let app = try await Relying.register(town)
            let token = try await app.tokens(await town.visitor("canbo.mau")).requireString("refresh_token")
            let link = Token()
            try await town.database.write { tx in
                try LinkStore.put(link, .signIn, for: person, until: .distantFuture, in: tx)
            }
            for officer in ["quantri.mot", "quantri.hai"] {
                let visitor = await town.visitor(officer)
                await visitor.post("/identity/people/\(person)/reset")
                let list = await visitor.get("/identity/resets").text
                if let place = list.firstMatch(of: /\/identity\/resets\/[0-9a-f-]+\/approve/)?.0 {
                    await visitor.post(String(place))
                }
            }
            #expect(try await town.facts().contains("identity.account-reset"))
            #expect(try await app.refresh(token).error(400) == "invalid_grant")
            #expect(try await town.identity.signIn(byLink: link, from: Browser(address: "192.0.2.1")) == nil)
        }
    }

    @Test("nobody resets their own account, as first officer or second", arguments: Engine.all)
    func own(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let boss = try await town.person("quantri.mot", .nodeAdministrator)
            try await town.person("quantri.hai", .nodeAdministrator)
            try await town.person("canbo.mau", .officer)
            let (first, second) = (await town.visitor("quantri.mot"), await town.visitor("quantri.hai"))
            await first.post("/identity/people/\(boss)/reset").expect(409, shows: "Không ai tự đặt lại")
            await second.post("/identity/people/\(boss)/reset").expect(redirectTo: "/identity/resets")
            let place = try #require(
                await second.get("/identity/resets").text.firstMatch(of: /\/identity\/resets\/[0-9a-f-]+/)?.0)
            await first.post("\(place)/approve").expect(409, shows: "Không ai tự đặt lại")
            await (await town.visitor("canbo.mau")).post("\(place)/approve").expect(403)
            await first.post("\(place)/refuse").expect(redirectTo: "/identity/resets")
            await second.get("/identity/resets").expect(200, shows: "Không có yêu cầu nào")
            #expect(try await town.facts().contains("identity.reset-refused"))

            // A second officer who begins again does not agree by it: nobody would see the link.
            let officer = try #require(
                try await town.database.read { try PeopleStore.account(login: "canbo.mau", in: $0) })
            await first.post("/identity/people/\(officer.id)/reset").expect(redirectTo: "/identity/resets")
            await second.post("/identity/people/\(officer.id)/reset").expect(redirectTo: "/identity/resets")
            #expect(try await town.count("identity_reset") == 1)
            #expect(try await !town.facts().contains("identity.account-reset"))
        }
    }

    @Test("one administrator alone makes a link only for an account that nobody can open yet", arguments: Engine.all)
    func links(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.person("quantri.mot", .nodeAdministrator)
            let old = try await town.person("canbo.mau", .officer)
            let new = try await town.identity.createPerson(login: "nguoi.moi", name: "Người mới", roles: [.officer])
            let boss = await town.visitor("quantri.mot")
            await boss.post("/identity/people/\(new)/link").expect(200, shows: "set-password?token=")
            await boss.post("/identity/people/\(old)/link").expect(409, shows: "hai cán bộ")
        }
    }

    @Test("such a link is over when somebody got into the account by another way", arguments: Engine.all)
    func openedMeanwhile(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let boss = Person(
                id: try await town.person("quantri.mot", .nodeAdministrator), name: "Quản trị một",
                organisation: ID("H40"), roles: [.nodeAdministrator])
            let new = try await town.identity.createPerson(login: "nguoi.moi", name: "Người mới", roles: [.officer])
            let link = try await town.identity.setPasswordLink(for: new, by: boss)
            await town.stranger().get(link.text).expect(200, shows: "nguoi.moi", hides: ["không còn hiệu lực"])
            _ = try await town.withAuthenticator(new)
            await town.stranger().get(link.text).expect(200, shows: "không còn hiệu lực")
            let token = Token(link.text.split(separator: "=").last.map(String.init) ?? "")
            #expect(try await !town.identity.setPassword("mưa rào tháng bảy ta", byLink: token))
            await #expect(throws: Problem.conflict(.twoOfficersNeeded)) {
                try await town.identity.setPasswordLink(for: new, by: boss)
            }
        }
    }

    @Test("asking says nothing and does the same work, whoever is named", arguments: Engine.all)
    func enumeration(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.person("canbo.mau", .officer)
            let suspended = try await town.person("tamngung.1", .officer)
            try await town.identity.setSuspended(true, suspended, by: nil)
            var pages: Set<String> = []
            for login in ["canbo.mau", "khongco.ai", "tamngung.1"] {
                let stranger = town.stranger()
                stranger.setCookie("h40-visit", "same")
                let (facts, jobs) = (try await town.facts().count, try await town.count("jobs_job"))
                let text = await stranger.post("/identity/lost", ["login": login]).expect(200).text
                pages.insert(text.replacing(login, with: "").replacing(/name="csrf" value="[0-9a-f]+"/, with: ""))
                #expect(try await town.facts().count == facts)
                #expect(try await town.count("jobs_job") == jobs + 1)
            }
            #expect(pages.count == 1)
            try await work(town)
            #expect(try await town.count("identity_reset") == 1)
            try await work(town)
            await town.stranger().post("/identity/lost", ["login": "canbo.mau"])
            try await work(town)
            #expect(try await town.count("identity_reset") == 1, "another request while one waits changes nothing")
            town.clock.advance(days: 7)
            try await town.identity.sweep()
            #expect(try await town.count("identity_reset") == 0)
        }
    }

    @Test("signing in does the same work for every name: one hash, one fact", arguments: Engine.all)
    func work(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let known = try await town.person("canbo.mau", .officer)
            let suspended = try await town.person("tamngung.1", .officer)
            try await town.identity.setSuspended(true, suspended, by: nil)
            try await town.identity.createPerson(login: "chuadat.mk", name: "Người mẫu", roles: [.officer])
            _ = try await town.withAuthenticator(known)
            for login in ["canbo.mau", "khongco.ai", "tamngung.1", "chuadat.mk", "Ñô@!"] {
                let (hashes, facts) = (town.identity.hasher.started, try await town.facts().count)
                await town.stranger().post("/sign-in", ["login": login, "password": "sai mật khẩu rồi"]).expect(422)
                #expect(town.identity.hasher.started == hashes + 1, "\(login)")
                #expect(try await town.facts().count == facts + 1, "\(login)")
            }
        }
    }

    @Test(
        "strangers who ask again and again in somebody's name are heard three times, then hourly", arguments: Engine.all
    )
    func insistence(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.person("canbo.mau", .officer)
            let job = AskForHelp(kind: .reset, login: "canbo.mau", address: "192.0.2.1")
            func refuse() async throws -> Int {
                try await town.database.write { try $0.execute("DELETE FROM identity_reset") }
            }
            for _ in 0..<3 {
                try await town.identity.perform(job)
                #expect(try await refuse() == 1)
            }
            try await town.identity.perform(job)
            #expect(try await refuse() == 0, "three were refused")
            town.clock.advance(seconds: 3600)
            try await town.identity.perform(job)
            #expect(try await refuse() == 1)
        }
    }

    @Test("what one officer agreed to stands above what strangers asked for since", arguments: Engine.all)
    func begunFirst(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let (asked, begun) = (
                try await town.person("mot.mau", .officer), try await town.person("hai.mau", .officer)
            )
            let at = town.clock.now()
            let listed = try await town.database.write { tx in
                try ResetStore.insert(ID("asked"), for: asked, at: at, in: tx)
                try ResetStore.insert(ID("begun"), for: begun, at: at.adding(seconds: 60), in: tx)
                try ResetStore.approve(ID("begun"), by: ID("officer"), at: at.adding(seconds: 60), in: tx)
                return try ResetStore.all(at: at.adding(seconds: 60), in: tx).map(\.id.text)
            }
            #expect(listed == ["begun", "asked"])
        }
    }

    @Test("a link by mail is no way in where the node's policy does not say so", arguments: Engine.all)
    func noMailLinks(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            await town.stranger().get("/identity/mail-link").expect(404)
            await town.stranger().post("/identity/mail-link", ["login": "canbo.mau"]).expect(404)
            await town.stranger().get("/sign-in").expect(200, hides: ["mail-link"])
        }
    }
}
