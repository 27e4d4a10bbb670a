import Database
import House
import TestKit
import Testing
import Vocabulary
import Web

@testable import Exchange

@Suite("Who is shown that they decide on a request")
struct DecidersTests {
    /// What somebody of the provider's asks for an application of the same department.
    private func asked(_ town: RegistryTown, by asker: Person) async throws -> AccessGrant {
        let offered = try await town.exchange.registerService(RegistryTown.draft(), by: town.provider)
        let made = try await town.exchange.addApplication("desk", named: "Quầy mẫu", of: ID("T40"), by: town.provider)
        return try await town.exchange.requestGrant(
            GrantDraft(application: made.application.id, version: offered.version.id, terms: town.terms()), by: asker)
    }

    static let askers = [
        ("provider", "vi", "Bạn đã gửi đề nghị này nên không quyết định"), ("provider", "en", "You asked for this"),
        ("program-of-provider", "vi", "Phần mềm do bạn chịu trách nhiệm đã gửi"),
        ("program-of-provider", "en", "A program that you answer for asked"),
    ]

    @Test(
        "whoever asked, or answers for the program that did, reads why they do not decide and who does",
        arguments: askers)
    func asking(asker: String, language: String, why: String) async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let grant = try await asked(town, by: RegistryTown.person(asker, .officer, at: "T40"))
            let (path, lang) = ("/exchange/grants/\(grant.id)", "lang=\(language)")
            let (mine, others) = (town.visitor(town.provider), town.visitor(town.colleague))
            let who = language == "vi" ? "lãnh đạo khác của Cơ quan T40" : "Another lead of Cơ quan T40"
            let waiting = language == "vi" ? "Chờ bạn quyết định" : "Waiting for you"
            await mine.get("\(path)?\(lang)").expect(200, shows: why, who, hides: ["\(path)/decide"])
            await mine.get("/exchange/grants?\(lang)").expect(200, shows: path, hides: [waiting])
            await mine.get("\(path)/decide").expect(403)
            await others.get("\(path)?\(lang)").expect(200, shows: "\(path)/decide", hides: [why, who])
            await others.get("/exchange/grants?\(lang)").expect(200, shows: waiting)
            // Nobody else reads what concerns deciders alone, nor anybody when there is nothing to be decided.
            await town.visitor(town.user).get("\(path)?\(lang)").expect(200, hides: [why, who, "\(path)/decide"])
            try await town.exchange.refuseGrant(grant.id, because: "Chưa đủ", by: town.colleague)
            await mine.get("\(path)?\(lang)").expect(200, hides: [why, who])
        }
    }

    @Test("lists say whose an application is by the organisation's name, with its code; JSON says the code")
    func names() async throws {
        try await RegistryTown.withNeighbour(.sqlite) { town, home, _ in
            let (_, _, grant) = try await town.asked(["get-unit"])
            let cell = "Cổng thông tin mẫu<br><span class=\"muted\">Cơ quan K40 <code>K40</code></span>"
            let provider = town.visitor(town.provider)
            await provider.get("/exchange/grants").expect(200, shows: cell)
            try await town.exchange.approveGrant(grant.id, by: town.provider)
            await provider.get("/exchange/grants").expect(200, shows: cell)
            await provider.get("/exchange/applications/\(grant.application)").expect(200, shows: cell)
            await town.visitor(town.consumer).get("/exchange/grants.json").expect(
                200, shows: #""application":"K40/portal""#)

            // What was asked for and what was given at another node.
            let made = try await home.exchange.addApplication("kiosk", named: "Ki-ốt mẫu", of: ID("H42"), by: nil)
            try await home.exchange.askOffered(
                of: try #require(try await home.exchange.roster()?.roster.member(ID("H40"))))
            let far = try await AskingTests().ask(town, home, made.application.id)
            let theirs = "Ki-ốt mẫu<br><span class=\"muted\">Cơ quan H42 <code>H42</code></span>"
            let officer = town.visitor(AskingTests.asker, at: home)
            await officer.get("/exchange/grants").expect(200, shows: theirs)
            await officer.get("/exchange/requests/\(far.id)").expect(200, shows: "Cơ quan H42 <code>H42</code>")
            await officer.get("/exchange/requests.json").expect(200, shows: #""application":"H42/kiosk""#)
            await officer.get("/exchange/members/H40/services/units/v1/request").expect(
                200, shows: "Ki-ốt mẫu · Cơ quan H42 (H42)")
        }
    }

    @Test("what another node gave by itself is listed with the organisation's name, too")
    func held() async throws {
        try await RegistryTown.withNeighbour(.sqlite) { town, home, _ in
            let given = try await HeldTests().given(town, home)
            try await AskingTests().follow(home)
            let officer = town.visitor(AskingTests.asker, at: home)
            await officer.get("/exchange/grants").expect(
                200, shows: "Ki-ốt mẫu<br><span class=\"muted\">Cơ quan H42 <code>H42</code></span>")
            await officer.get("/exchange/held/H40/\(given.id)").expect(200, shows: "Cơ quan H42 <code>H42</code>")
        }
    }
}
