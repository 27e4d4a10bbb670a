import Crypto
import Database
import House
import Identity
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import Exchange

/// A request for which nobody decided before the last day that was asked for.
@Suite("Requests whose time is over")
struct LapseTests {
    private static let leads = "department-lead of"

    @Test("it closes by itself, once, with a leaf, a signed reason and a letter to both sides", arguments: Engine.all)
    func closes(engine: Engine) async throws {
        try await RegistryTown.with(engine) { town async throws in
            // Monday, 9 November 2020; the decision is due by the end of Monday, 16 November.
            let (_, _, grant) = try await town.asked(days: 2)
            _ = town.announced.news()
            town.clock.set(grant.terms.until.adding(seconds: -1))
            try await town.exchange.followGrantDates()
            #expect(try await town.state(grant.id) == .waiting)
            town.clock.set(grant.terms.until)
            for _ in 0..<2 { try await town.exchange.followGrantDates() }
            let (named, signed, events) = try await town.exchange.grant(grant.id)
            #expect(named.grant.state == .lapsed && named.grant.endedAt == grant.terms.until)
            #expect(named.grant.reason == "truc:request-lapsed")
            #expect(events.map(\.what) == [.asked, .lapsed] && events.last?.by == nil)
            #expect(signed.isValid(by: town.exchange.home.key.publicKey))
            #expect(String(decoding: signed.document, as: UTF8.self).contains(#""state":"lapsed""#))
            #expect(try await town.leaves("exchange.grant-") == ["exchange.grant-asked", "exchange.grant-lapsed"])
            let told = town.announced.all()
            #expect(
                told.map(\.to) == [
                    .holders([.departmentLead], in: ID("T40")), .people([ID("consumer")]),
                    .holders([.departmentLead], in: ID("K40")),
                ])
            #expect(told.allSatisfy { $0.text.vi.contains("Lý do: Chưa có quyết định") })
            // It is no longer due, overdue or remembered later.
            town.clock.advance(days: 30)
            try await town.exchange.followGrantDates()
            #expect(town.announced.news() == [])
            #expect(
                await problem { try await town.exchange.withdrawGrant(grant.id, by: town.consumer) }
                    == .conflict(.alreadyDecided))
        }
    }

    @Test("from its end on nothing is decided, though no job has come by; and nothing is asked for of the past")
    func decisions() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let (offered, made, grant) = try await town.asked(days: 2)
            town.clock.set(grant.terms.until)
            let (exchange, provider) = (town.exchange, town.provider)
            let past = Problem.conflict(.requestIsPast)
            #expect(await problem { try await exchange.approveGrant(grant.id, by: provider) } == past)
            #expect(await problem { try await exchange.refuseGrant(grant.id, because: "Muộn", by: provider) } == past)
            let page = town.visitor(provider)
            await page.get("/exchange/grants/\(grant.id)/decide").expect(409)
            await page.get("/exchange/grants/\(grant.id)").expect(200, shows: "Tự đóng", hides: ["/decide"])
            let asked = GrantDraft(
                application: made.application.id, version: offered.version.id, terms: grant.terms)
            #expect(
                await problem { _ = try await exchange.requestGrant(asked, by: town.consumer) }
                    == .invalid(["until": .requestIsPast]))
            #expect(await problem { _ = try await exchange.issueGrant(asked) } == .invalid(["until": .requestIsPast]))
            // Whoever asked may still take it back, and whoever closes the version need not wait.
            try await exchange.closeVersion(offered.version.id, by: provider)
            #expect(try await town.state(grant.id) == .refused)
        }
    }

    @Test("pages and programs show that it has lapsed, and why", arguments: ["vi", "en"])
    func shown(language: String) async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let (_, _, grant) = try await town.asked(days: 2)
            town.clock.set(grant.terms.until)
            try await town.exchange.followGrantDates()
            let reader = town.visitor(town.consumer)
            let (tag, why) = language == "vi" ? ("Tự đóng", "Chưa có quyết định") : ("Lapsed", "Nobody decided")
            await reader.get("/exchange/grants/\(grant.id)?lang=\(language)").expect(200, shows: tag, why)
            await reader.get("/exchange/grants?lang=\(language)").expect(200, shows: tag)
            let program = town.visitor(town.consumer, isProgram: true)
            await program.send(.post, "/exchange/grants/\(grant.id)/withdrawal").expect(409)
            await program.get("/exchange/grants.json").expect(200, hides: [grant.id.text])
            await program.get("/exchange/grants.json?all=null").expect(400, shows: "query.flag")
            await program.get("/exchange/grants.json?all=true").expect(
                200, shows: grant.id.text, #""state":"lapsed""#, #""reason":"truc:request-lapsed""#)
        }
    }

    @Test("the node that asked is told, and tells its people", arguments: Engine.all)
    func across(engine: Engine) async throws {
        try await RegistryTown.withNeighbour(engine) { town, home, told in
            let walk = AskingTests()
            let far = try await walk.ask(town, home, try await walk.prepare(town, home))
            try await walk.follow(home)
            town.clock.set(far.request.terms.until)
            for node in [home, town.node] { try await node.exchange.followGrantDates() }
            #expect(try await home.exchange.farRequest(far.id).0.state == .waiting, "the other node closes it")
            try await walk.follow(home)
            let (known, _) = try await home.exchange.farRequest(far.id)
            #expect(known.state == .lapsed && !known.isOpen && known.standing?.reason == "truc:request-lapsed")
            #expect(told.news() == ["lapsed → asker", "lapsed → \(Self.leads) H42"])
            await town.visitor(AskingTests.asker, at: home).get("/exchange/requests/\(far.id)").expect(
                200, shows: "Tự đóng", "Chưa có quyết định")
        }
    }

    @Test("one that no node took closes at home, and is not sent any more", arguments: Engine.all)
    func onItsWay(engine: Engine) async throws {
        try await RegistryTown.withNeighbour(engine) { town, home, told in
            let walk = AskingTests()
            let far = try await walk.ask(town, home, try await walk.prepare(town, home))
            town.clock.set(far.request.terms.until)
            for _ in 0..<2 { try await home.exchange.followGrantDates() }
            let (known, _) = try await home.exchange.farRequest(far.id)
            #expect(known.failure != nil && known.wish == nil && !known.isOpen)
            #expect(told.news() == ["lapsed → asker", "lapsed → \(Self.leads) H42"])
            let leaves = try await home.database.read { tx in
                try tx.rows("SELECT kind FROM ledger_fact WHERE kind LIKE 'exchange.request-%' ORDER BY at, id").map {
                    try $0.get("kind", as: String.self)
                }
            }
            #expect(leaves == ["exchange.request-sent", "exchange.request-lapsed"])
            try await walk.follow(home)
            #expect(try await town.exchange.grants([.waiting]).isEmpty)
            await town.visitor(AskingTests.asker, at: home).get("/exchange/requests/\(far.id)").expect(
                200, shows: "Nút cung cấp chưa nhận đề nghị khi đã qua")
        }
    }
}
