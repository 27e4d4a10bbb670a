import Database
import Gateway
import House
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import Exchange

/// Whoever asks at another node a second time sees what there is, at home.
@Suite("Another request or grant of the same operations, at other nodes")
struct FarOverlapTests {
    /// The kiosk of Ninh Bình holds `list-units` of Nam Định, which gave it by itself.
    private func held(_ town: RegistryTown, _ home: TestNode) async throws -> HeldGrant {
        let grant = try await HeldTests().given(town, home)
        try await AskingTests().follow(home)
        return try await home.exchange.heldGrant(grant.id, from: ID("H40")).0
    }

    private func ask(
        _ town: RegistryTown, _ home: TestNode, _ operations: [String]?, _ purpose: String = "Hiển thị địa chỉ"
    ) async throws -> String {
        var terms = town.terms(operations)
        terms.purpose = purpose
        return try await home.exchange.requestFarGrant(
            FarDraft(
                application: try await home.exchange.application(named: "H42/kiosk").id, node: ID("H40"),
                service: "units/v1", terms: terms), by: AskingTests.asker)
    }

    private func others(of request: String, at home: TestNode) async throws -> [String] {
        try await home.exchange.farOverlapJSON(of: request).overlaps.text
            .split(separator: ",").map { $0.filter { !"[]\"".contains($0) } }.filter { !$0.isEmpty }
    }

    @Test("before sending and on the request's page, in both languages", arguments: ["vi", "en"])
    func pages(language: String) async throws {
        try await RegistryTown.withNeighbour(.sqlite) { town, home, _ in
            let held = try await held(town, home)
            let (officer, lang) = (town.visitor(AskingTests.asker, at: home), "lang=\(language)")
            let had = language == "vi" ? "đã được cấp hoặc đang được đề nghị" : "granted or asked for already"
            let form = "/exchange/members/H40/services/units/v1/request?\(lang)"
            await officer.get(form).expect(
                200, shows: had, "Ki-ốt mẫu · Cơ quan H42 (H42)", "/exchange/held/H40/\(held.id)", "list-units")
            let title = language == "vi" ? "đã đề nghị, quyền cho cùng thao tác" : "the same operations already"
            let apart = try await ask(town, home, ["get-unit"])
            await officer.get("/exchange/requests/\(apart)?\(lang)").expect(200, hides: [title])
            let again = try await ask(town, home, ["list-units", "get-unit"])
            await officer.get("/exchange/requests/\(again)?\(lang)").expect(
                200, shows: title, "/exchange/held/H40/\(held.id)", "/exchange/requests/\(apart)",
                language == "vi" ? "không dùng quyền này" : "not this one")
            await officer.get("/exchange/held/H40/\(held.id)?\(lang)").expect(
                200, shows: title, "/exchange/requests/\(again)",
                language == "vi" ? "Cổng dùng quyền này trước" : "The gateway uses this one before")
            await officer.get("/exchange/requests/\(apart)?\(lang)").expect(
                200, shows: title, "/exchange/requests/\(again)",
                language == "vi" ? "Chưa quyền nào hiệu lực" : "None is in force yet")
        }
    }

    @Test("of the same application, service and operations at the same time; what is over or given up is none")
    func which() async throws {
        try await RegistryTown.withNeighbour(.sqlite) { town, home, _ in
            let held = try await held(town, home)
            let first = try await ask(town, home, nil)
            #expect(try await others(of: first, at: home) == [held.id.text], "all operations meet any")
            let second = try await ask(town, home, ["get-unit"])
            #expect(try await others(of: second, at: home) == [first])
            try await home.exchange.withdrawRequest(first, by: AskingTests.asker)
            #expect(try await others(of: second, at: home) == [])
            let third = try await ask(town, home, ["list-units"])
            #expect(try await home.exchange.farOverlapJSON(of: third).used.text == "\"\(held.id)\"")
            try await home.exchange.giveBack(held.id, from: ID("H40"), because: "Thôi", by: AskingTests.asker)
            #expect(try await others(of: third, at: home) == [])
            // Another application of the same body, and another time.
            _ = try await home.exchange.addApplication("other", named: "Ứng dụng khác", of: ID("H42"), by: nil)
            var later = town.terms(["get-unit"])
            (later.from, later.until) = (later.until, later.until.adding(days: 10))
            let fourth = try await home.exchange.requestFarGrant(
                FarDraft(
                    application: try await home.exchange.application(named: "H42/kiosk").id, node: ID("H40"),
                    service: "units/v1", terms: later), by: AskingTests.asker)
            #expect(try await others(of: fourth, at: home) == [])
            let fifth = try await home.exchange.requestFarGrant(
                FarDraft(
                    application: try await home.exchange.application(named: "H42/other").id, node: ID("H40"),
                    service: "units/v1", terms: town.terms(["get-unit"])), by: nil)
            #expect(try await others(of: fifth, at: home) == [])
        }
    }

    @Test("programs read it in the answer")
    func program() async throws {
        try await RegistryTown.withNeighbour(.sqlite) { town, home, _ in
            let held = try await held(town, home)
            let ask: JSON = [
                "application": "H42/kiosk", "service": "units/v1", "purpose": "Thử", "legal-basis": "47/2020",
                "until": "2020-12-31", "operations": ["list-units"],
            ]
            await town.visitor(AskingTests.asker, at: home, isProgram: true).send(
                .post, "/exchange/members/H40/requests", headers: ["content-type": "application/json"],
                body: ask.encoded()
            ).expect(201, shows: #""overlaps":["\#(held.id)"]"#, #""used":"\#(held.id)""#)
        }
    }

    @Test("the provider who decides sees it of another node's application, too", arguments: ["vi", "en"])
    func decides(language: String) async throws {
        try await RegistryTown.withNeighbour(.sqlite) { town, home, _ in
            let held = try await held(town, home)
            _ = try await ask(town, home, ["list-units"])
            try await AskingTests().follow(home)
            let there = try #require(try await town.exchange.grants([.waiting]).first).grant.id
            let title =
                language == "vi" ? "còn có quyền khai thác khác cho cùng thao tác" : "another grant for the same"
            for path in ["/exchange/grants/\(there)", "/exchange/grants/\(there)/decide"] {
                await town.visitor(town.provider).get("\(path)?lang=\(language)").expect(
                    200, shows: title, "/exchange/grants/\(held.id)")
            }
            #expect(try await town.exchange.overlaps(of: there).map(\.id) == [held.id])
        }
    }
}
