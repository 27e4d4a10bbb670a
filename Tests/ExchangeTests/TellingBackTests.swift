import Crypto
import Database
import Foundation
import House
import Identity
import StrictJSON
import Synchronization
import TestKit
import Testing
import Vocabulary
import Web

@testable import Exchange

/// Ninh Bình gives back what Nam Định gave, and Nam Định does not simply end it.
@Suite("Telling a node what was given back, when it does not end it")
struct TellingBackTests {
    /// Several grants, by their ids, which are all given back.
    private func givenBack(_ count: Int, _ town: RegistryTown, _ home: TestNode) async throws -> [ID<AccessGrant>] {
        var ids: [ID<AccessGrant>] = []
        for _ in 0..<count { ids.append(try await HeldTests().given(town, home, to: "kiosk").id) }
        try await AskingTests().follow(home)
        for id in ids {
            try await home.exchange.giveBack(id, from: ID("H40"), because: "Thôi", by: AskingTests.asker)
        }
        return ids.sorted { $0.text < $1.text }
    }

    private func known(_ id: ID<AccessGrant>, at home: TestNode) async throws -> HeldGrant {
        try await home.exchange.heldGrant(id, from: ID("H40")).0
    }

    private func asked(_ town: RegistryTown) -> [String] {
        town.network.wire.record.filter { $0.request.path.hasSuffix("/end") }.map {
            String($0.request.path.dropFirst("/exchange/granted/".count).dropLast("/end".count))
        }
    }

    /// As a backup does that is older than the grant.
    private func lose(_ id: ID<AccessGrant>, _ town: RegistryTown) async throws {
        try await town.node.database.write { tx in
            try tx.execute("DELETE FROM exchange_grant_event WHERE grant_id = \(id)")
            try tx.execute("DELETE FROM exchange_grant WHERE id = \(id)")
        }
    }

    @Test("an answer about one that cannot be read, or is an error, holds up none of the others")
    func others() async throws {
        try await RegistryTown.withNeighbour(.sqlite) { town, home, _ in
            let ids = try await givenBack(3, town, home)
            try await town.network.wire.tampering(response: { response in
                if String(decoding: response.bytes ?? [], as: UTF8.self).contains(ids[0].text) {
                    response = Response(status: 500, body: .bytes(Array("{}".utf8)))
                }
            }) {
                try await home.exchange.tellGivenBack(to: try await member(home))
            }
            #expect(asked(town) == ids.map(\.text))
            #expect(try await known(ids[0], at: home).awaitsEnd)
            for id in ids[1...] { #expect(try await known(id, at: home).standing.state == .ended) }
            try await home.exchange.tellGivenBack(to: try await member(home))
            #expect(try await known(ids[0], at: home).standing.state == .ended)
        }
    }

    @Test("a node that does not answer, or wants no calls now, is asked once a round, each time of another")
    func away() async throws {
        try await RegistryTown.withNeighbour(.sqlite) { town, home, _ in
            let ids = try await givenBack(3, town, home)
            let member = try await member(home)
            try await town.network.wire.tampering(response: { $0.status = 503 }) {
                for _ in 0..<4 { try await home.exchange.tellGivenBack(to: member) }
            }
            #expect(asked(town) == (ids + [ids[0]]).map(\.text))
            town.network.wire.kill("H40")
            try await home.exchange.tellGivenBack(to: member)
            town.network.wire.revive("H40")
            try await home.exchange.tellGivenBack(to: member)
            #expect(asked(town).suffix(3) == [ids[2], ids[0], ids[1]].map(\.text)[...], "it was the second's turn")
            for id in ids { #expect(try await known(id, at: home).standing.state == .ended) }
        }
    }

    @Test("a round that takes too long goes on in the next one where it stopped")
    func bounded() async throws {
        var settings = ExchangeSettings()
        settings.tellingSeconds = 0
        try await RegistryTown.withNeighbour(.sqlite, settings: settings) { town, home, _ in
            let ids = try await givenBack(3, town, home)
            let member = try await member(home)
            for round in 1...3 {
                try await home.exchange.tellGivenBack(to: member)
                #expect(asked(town) == ids.prefix(round).map(\.text))
            }
            for id in ids { #expect(try await known(id, at: home).standing.state == .ended) }
        }
    }

    @Test(
        "one that its node has lost is over: that node signs that it has none, and so it is shown",
        arguments: Engine.all)
    func lost(engine: Engine) async throws {
        try await RegistryTown.withNeighbour(engine) { town, home, _ in
            let id = try #require(try await givenBack(1, town, home).first)
            try await lose(id, town)
            try await AskingTests().follow(home)
            let held = try await known(id, at: home)
            #expect(!held.awaitsEnd && !held.isOpen && held.givingBack == "unknown-grant")
            guard case .unknown(let signed) = held.givenBack?.answer?.what else {
                Issue.record("the answer is not kept")
                return
            }
            #expect(signed.isValid(by: town.exchange.home.key.publicKey))
            let leaves = try await home.database.read { tx in
                try tx.rows("SELECT kind FROM ledger_fact WHERE subject = \(id.text) ORDER BY at, id").map {
                    try $0.get("kind") as String
                }
            }
            #expect(leaves == ["exchange.grant-given-back", "exchange.giving-back-confirmed"])
            // Nobody is asked again.
            try await AskingTests().follow(home)
            #expect(asked(town) == [id.text])
            let (officer, path) = (town.visitor(AskingTests.asker, at: home), "/exchange/held/H40/\(id)")
            for (language, words) in [("vi", "Đã trả lại, nơi cấp không có"), ("en", "Given back, unknown there")] {
                await officer.get("\(path)?lang=\(language)").expect(
                    200, shows: words, hides: ["chờ xác nhận", "not yet confirmed", "\(path)/end"])
                await officer.get("/exchange/grants?lang=\(language)").expect(200, shows: words)
            }
            await officer.get("\(path)/signed").expect(200, shows: NoSuchGrant.type)
            await officer.get("/exchange/held.json").expect(200, shows: #""giving-back":"unknown-grant""#)
        }
    }

    @Test("that it has none counts for the grant, the two nodes and the key it names; else it is a refusal")
    func forged() async throws {
        try await RegistryTown.withNeighbour(.sqlite) { town, home, _ in
            let id = try #require(try await givenBack(1, town, home).first)
            let (there, here, at) = (town.exchange.home, home.exchange.home, town.clock.now())
            let member = try await member(home)
            func isSaid(_ signed: SignedDocument) -> Bool {
                NoSuchGrant.isSaid(in: signed, of: id, to: here.organisation, by: member)
            }
            let good = try NoSuchGrant.statement(id, to: here.organisation, by: there, at: at)
            #expect(isSaid(good))
            #expect(try !isSaid(NoSuchGrant.statement(ID("another"), to: here.organisation, by: there, at: at)))
            #expect(try !isSaid(NoSuchGrant.statement(id, to: ID("H23"), by: there, at: at)))
            #expect(try !isSaid(NoSuchGrant.statement(id, to: here.organisation, by: here, at: at)))
            #expect(!isSaid(SignedDocument(document: good.document + [32], signature: good.signature)))
            // What it says of a grant is no such statement, though it is signed.
            #expect(try !isSaid(try await known(id, at: home).standing.signed))
        }
    }

    @Test("one that its node tells of after all is told again, and ends")
    func found() async throws {
        try await RegistryTown.withNeighbour(.sqlite) { town, home, _ in
            let id = try #require(try await givenBack(1, town, home).first)
            var held = try await known(id, at: home)
            let statement = try NoSuchGrant.statement(
                id, to: ID("H42"), by: town.exchange.home, at: town.clock.now())
            held.givenBack?.answer = GivenBack.Answer(what: .unknown(statement), at: town.clock.now())
            try await home.database.write { [held] tx in try HeldStore.save(held, in: tx) }
            #expect(try await known(id, at: home) == held && !held.awaitsEnd)
            // The node tells how its grants stand, this one among them.
            let member = try await member(home)
            let told = try await home.exchange.call(.get, "/exchange/requests", at: member.place, maxBytes: 1 << 20)
            try await home.exchange.take(given: try JSONDocument(told.body).root, from: member)
            #expect(try await known(id, at: home).awaitsEnd)
            try await AskingTests().follow(home)
            let now = try await known(id, at: home)
            #expect(now.standing.state == .ended && now.givingBack == "confirmed" && now.givenBack?.answer == nil)
        }
    }

    @Test("a program of before that has no such door is said to be one, until it is brought up to date")
    func noDoor() async throws {
        try await RegistryTown.withNeighbour(.sqlite) { town, home, _ in
            let ids = try await givenBack(2, town, home)
            let path = "/exchange/held/H40/\(ids[1])"
            let officer = town.visitor(AskingTests.asker, at: home)
            // A server reads no body for a door that it does not have (`LoopbackTests`).
            try await town.network.wire.tampering(
                request: { if $0.path.hasSuffix("/end") { $0.body = [] } },
                response: { if $0.status == 405 { $0.status = 404 } }
            ) {
                for _ in 0..<2 { try await AskingTests().follow(home) }
                let all = town.network.wire.record.filter { $0.request.path.hasSuffix("/end") }
                #expect(all.map(\.response.status) == [400, 405, 400, 405], "one is asked for all of them a round")
                for (language, words) in [("vi", "chưa nhận việc trả lại"), ("en", "does not take this")] {
                    await officer.get("\(path)?lang=\(language)").expect(200, shows: words)
                }
                await officer.get("/exchange/grants?lang=en").expect(200, shows: "Given back, not ended there")
                let lines = try await home.exchange.grantsElsewhere(all: false).map(\.text)
                #expect(lines.count == 2 && lines.allSatisfy { $0.contains(#""giving-back":"no-door""#) })
            }
            for id in ids { #expect(try await known(id, at: home).awaitsEnd) }
            try await AskingTests().follow(home)
            for id in ids {
                let now = try await known(id, at: home)
                #expect(now.standing.state == .ended && now.givenBack?.answer == nil)
            }
        }
    }

    @Test("a node that does not take it, or signed nothing of it, is shown with its own words, which are text")
    func refused() async throws {
        try await RegistryTown.withNeighbour(.sqlite) { town, home, _ in
            let id = try #require(try await givenBack(1, town, home).first)
            let (key, clock) = (town.exchange.home.key, town.clock)
            let asked = Mutex<Request?>(nil)
            try await town.network.wire.tampering(
                request: { request in asked.withLock { [request] in $0 = request } },
                response: { response in
                    guard let request = asked.withLock({ $0 }), request.path.hasSuffix("/end") else { return }
                    let words: JSON = ["refused": ["vi": "Chưa <b>được</b>", "en": "Not <b>yet</b>"]]
                    response.body = .bytes(words.encoded())
                    let message = SignableMessage.response(200, headers: response.headers, body: words.encoded())
                    let headers = try? CallSigning.sign(message, answering: request.signable, by: key, now: clock.now())
                    response.headers = headers ?? response.headers
                }
            ) {
                try await home.exchange.tellGivenBack(to: try await member(home))
            }
            let held = try await known(id, at: home)
            #expect(held.awaitsEnd && held.givingBack == "refused")
            let officer = town.visitor(AskingTests.asker, at: home)
            await officer.get("/exchange/held/H40/\(id)?lang=en").expect(
                200, shows: "Not &lt;b&gt;yet", "Ask its department", hides: ["not yet confirmed"])
            await officer.get("/exchange/held.json").expect(200, shows: #""giving-back":"refused""#)
        }
    }

    private func member(_ home: TestNode) async throws -> Member {
        try #require(try await home.exchange.roster()?.roster.member(ID("H40")))
    }
}
