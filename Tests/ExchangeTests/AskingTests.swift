import Contracts
import Crypto
import Database
import Foundation
import Gateway
import House
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import Exchange

/// An officer of Ninh Bình asks Nam Định for a grant, at home.
@Suite("Grants asked for at another node")
struct AskingTests {
    static let asker = RegistryTown.person("asker", .officer, at: "H42")
    private static let lead = RegistryTown.person("lead", .departmentLead, at: "H42")

    /// A service at Nam Định, an application at Ninh Bình, and what the one knows of the other.
    func prepare(_ town: RegistryTown, _ home: TestNode) async throws -> ID<Application> {
        _ = try await town.exchange.registerService(RegistryTown.draft(), by: town.provider)
        let made = try await home.exchange.addApplication(
            "kiosk", named: "Ki-ốt mẫu", of: ID("H42"), contact: "mau@example.vn", by: Self.lead)
        try await home.exchange.askOffered(of: try await member("H40", at: home))
        return made.application.id
    }

    private func member(_ code: String, at node: TestNode) async throws -> Member {
        try #require(try await node.exchange.roster()?.roster.member(ID(code)))
    }

    func ask(
        _ town: RegistryTown, _ home: TestNode, _ application: ID<Application>, for operations: [String] = ["get-unit"]
    ) async throws -> FarRequest {
        let id = try await home.exchange.requestFarGrant(
            FarDraft(application: application, node: ID("H40"), service: "units/v1", terms: town.terms(operations)),
            by: Self.asker)
        return try await home.exchange.farRequest(ID(id)).0
    }

    func follow(_ home: TestNode) async throws {
        try await home.exchange.followRequests(at: try await member("H40", at: home))
    }

    private func state(_ id: ID<GrantRequest>, at home: TestNode) async throws -> AccessGrant.State? {
        try await home.exchange.farRequest(id).0.state
    }

    @Test("a request of which the answer cannot be read holds up none of the others, and is sent again")
    func spoilt() async throws {
        try await RegistryTown.withNeighbour(.sqlite) { town, home, _ in
            let application = try await prepare(town, home)
            let first = try await ask(town, home, application)
            let others = [
                try await ask(town, home, application, for: ["list-units"]),
                try await ask(town, home, application, for: ["list-units", "get-unit"]),
            ]
            let spoil: @Sendable (inout Response) -> Void = { response in
                guard String(decoding: response.bytes ?? [], as: UTF8.self).contains(first.id.text) else { return }
                response = Response(status: 500, body: .bytes(Array("{}".utf8)))
            }
            // What is told of all of them names the first one, too: that it is spoilt ends the round.
            try await town.network.wire.tampering(response: spoil) {
                await #expect(throws: PeerError.self) { try await follow(home) }
            }
            #expect(try await state(first.id, at: home) == nil)
            for other in others { #expect(try await state(other.id, at: home) == .waiting) }
            try await follow(home)
            #expect(try await state(first.id, at: home) == .waiting)
        }
    }

    @Test(
        "the catalogue of a member is kept at home, without addresses, and asked for again only when it changed",
        arguments: Engine.all)
    func catalogue(engine: Engine) async throws {
        try await RegistryTown.withNeighbour(engine) { town, home, _ in
            _ = try await prepare(town, home)
            let all = try await home.exchange.allOffered()
            #expect(all.map(\.node.text) == ["H40"])
            let service = try #require(all.first?.services.first)
            #expect(service.label == "units/v1" && service.operations.map(\.id) == ["list-units", "get-unit"])
            #expect(service.organisationName.vi == "Cơ quan T40")
            try await home.exchange.askOffered(of: try await member("H40", at: home))
            let answers = town.network.wire.record.filter { $0.request.path == "/exchange/offered" }.map(\.response)
            #expect(answers.map(\.status) == [200, 204])
            #expect(!String(decoding: answers[0].bytes ?? [], as: UTF8.self).contains("units.example.vn"))
            let contract = try #require(await home.exchange.contract(of: service, at: ID("H40")))
            #expect(contract.document.operations.count == 2)
            town.network.wire.kill("H40")
            #expect(await home.exchange.contract(of: service, at: ID("H40")) != nil, "read once, known for good")
        }
    }

    @Test(
        "asked at home, decided there, known at home: both logs have it, and the call is in force",
        arguments: Engine.all)
    func walk(engine: Engine) async throws {
        try await RegistryTown.withNeighbour(engine) { town, home, told in
            let application = try await prepare(town, home)
            let far = try await ask(town, home, application)
            #expect(far.state == nil && far.wish == .ask)
            try await follow(home)
            #expect(try await state(far.id, at: home) == .waiting)
            let there = try #require(try await town.exchange.grants([.waiting]).first)
            #expect(there.application.node == ID("H42") && there.application.name == "Ki-ốt mẫu")
            #expect(there.grant.terms.purpose == "Hiển thị địa chỉ" && there.grant.terms.operations == ["get-unit"])
            #expect(town.announced.news() == ["asked → department-lead of T40"])
            #expect(try await town.leaves("exchange.request-taken").count == 1)

            var given = there.grant.terms
            given.fields = ["code"]
            try await town.exchange.approveGrant(there.grant.id, terms: given, by: town.provider)
            #expect(town.exchange.standings.touched() == [], "the asking node was rung")
            try await follow(home)
            let (known, _) = try await home.exchange.farRequest(far.id)
            #expect(known.state == .active && known.standing?.terms.fields == ["code"])
            #expect(known.standing?.signed.isValid(by: town.exchange.home.key.publicKey) == true)
            #expect(told.news() == ["approved → asker", "approved → department-lead of H42"])
            let leaves = try await home.database.read { tx in
                try tx.rows("SELECT kind FROM ledger_fact WHERE kind LIKE 'exchange.request-%' ORDER BY at, id").map {
                    try $0.get("kind", as: String.self)
                }
            }
            #expect(leaves == ["exchange.request-sent", "exchange.request-answered", "exchange.request-answered"])
            // The gateway at home knows the grant as soon as it asks.
            let table = try await town.node.database.read { [exchange = town.exchange] in
                try exchange.gatewayTable(in: $0)
            }
            let passed = try #require(GrantedAcross.all(in: TableRows(table))[ID("H42")])
            #expect(passed.grants.map(\.id) == [there.grant.id.text])
            #expect(passed.grants.map(\.evidence) == [.beforeRelease])

            try await home.exchange.giveUpFar(far.id, because: "Không cần nữa", by: Self.asker)
            try await follow(home)
            #expect(try await town.state(there.grant.id) == .ended)
            #expect(try await state(far.id, at: home) == .ended)
        }
    }

    @Test("a node that is down gets the request when it is back, and once")
    func away() async throws {
        try await RegistryTown.withNeighbour(.sqlite) { town, home, _ in
            let application = try await prepare(town, home)
            town.network.wire.kill("H40")
            let far = try await ask(town, home, application)
            await #expect(throws: (any Error).self) { try await follow(home) }
            #expect(try await home.exchange.farRequest(far.id).0.wish == .ask)
            town.network.wire.revive("H40")
            try await follow(home)
            let sent = try #require(
                town.network.wire.record.last { $0.request.path == "/exchange/requests" && $0.request.method == .post })
            // The same bytes, asked again in a call of its own.
            let again = try await home.exchange.call(
                .post, "/exchange/requests", at: try await member("H40", at: home).place, body: sent.request.body,
                type: "application/json")
            #expect(String(decoding: again.body, as: UTF8.self).contains(#""state":"waiting""#))
            #expect(try await town.exchange.grants([.waiting]).count == 1)
        }
    }

    @Test("what the provider does not take comes back with its reason; a withdrawn request is withdrawn there")
    func refusals() async throws {
        try await RegistryTown.withNeighbour(.sqlite) { town, home, told in
            let application = try await prepare(town, home)
            let first = try await ask(town, home, application)
            try await follow(home)
            try await home.exchange.giveUpFar(first.id, because: "", by: Self.asker)
            try await follow(home)
            #expect(try await state(first.id, at: home) == .withdrawn)
            let version = try #require(try await town.exchange.allVersions().first).version.id
            let second = try await ask(town, home, application)
            try await town.exchange.closeVersion(version, by: town.provider)
            try await follow(home)
            let (known, _) = try await home.exchange.farRequest(second.id)
            #expect(known.failure == .versionIsClosed && !known.isOpen)
            _ = told.all()
        }
    }

    @Test("a request that is taken back while it is being approved gives nothing, at home from then on")
    func crossing() async throws {
        try await RegistryTown.withNeighbour(.sqlite) { town, home, _ in
            let application = try await prepare(town, home)
            let far = try await ask(town, home, application)
            try await follow(home)
            let there = try #require(try await town.exchange.grants([.waiting]).first).grant.id
            try await home.exchange.giveUpFar(far.id, because: "", by: Self.asker)
            try await town.exchange.approveGrant(there, by: town.provider)
            let ended = try await home.database.read { [exchange = home.exchange] in try exchange.endedHere(in: $0) }
            #expect(ended[ID("H40")] == [there.text])
            try await follow(home)
            #expect(try await town.state(there) == .ended)
            #expect(try await town.exchange.grant(there).0.grant.reason == "truc:request-withdrawn")
            #expect(try await state(far.id, at: home) == .ended)
        }
    }

    @Test("the end of an application at home ends what it was granted elsewhere")
    func applicationEnds() async throws {
        try await RegistryTown.withNeighbour(.sqlite) { town, home, _ in
            let application = try await prepare(town, home)
            let far = try await ask(town, home, application)
            try await follow(home)
            let there = try #require(try await town.exchange.grants([.waiting]).first).grant.id
            try await town.exchange.approveGrant(there, by: town.provider)
            try await follow(home)
            try await home.exchange.endApplication(application, by: Self.lead)
            try await follow(home)
            #expect(try await town.state(there) == .ended)
            #expect(try await state(far.id, at: home) == .ended)
        }
    }

    @Test("a node asks for its own organisations only, in requests that it signed, for applications that are its own")
    func forged() async throws {
        try await RegistryTown.withNeighbour(.sqlite) { town, home, _ in
            _ = try await prepare(town, home)
            let place = try await member("H40", at: home).place
            func send(
                _ organisation: String, _ code: String = "kiosk", node: String = "H42",
                key: Curve25519.Signing.PrivateKey? = nil
            ) async throws -> String {
                let request = GrantRequest(
                    id: ID("request-\(organisation)-\(code)-\(node)"), node: ID(node), provider: ID("H40"),
                    organisation: ID(organisation), applicationCode: code, applicationName: "Mẫu", contact: "",
                    service: "units/v1", terms: town.terms(), askedBy: "", askedAt: town.clock.now())
                let signed = try SignedDocument(request.json, by: key ?? home.exchange.home.key)
                let answer = try await home.exchange.call(
                    .post, "/exchange/requests", at: place, body: signed.json.encoded(), type: "application/json")
                return String(decoding: answer.body, as: UTF8.self)
            }
            #expect(try await send("K40").contains("does not speak for"))
            await #expect(throws: PeerError.self) { try await send("H42", node: "H40") }
            await #expect(throws: PeerError.self) { try await send("H42", key: Curve25519.Signing.PrivateKey()) }
            _ = try await town.exchange.addApplication("kiosk", named: "Tại đây", of: ID("H42"), by: nil)
            #expect(try await send("H42").contains("belongs elsewhere"))
            #expect(try await send("H42", "other").contains(#""state":"waiting""#))
            #expect(try await town.exchange.grants([.waiting]).count == 1)
        }
    }

    @Test("what a later program says of one request hides nothing of the others")
    func unread() async throws {
        try await RegistryTown.withNeighbour(.sqlite) { town, home, _ in
            let far = try await ask(town, home, try await prepare(town, home))
            try await follow(home)
            let known = try #require(try await home.exchange.farRequest(far.id).0.standing).json.text
            for later in [#""what":"of-a-later-program""#, #""state":"of-a-later-program""#] {
                let name = later.split(separator: ":")[0]
                let other = known.replacing(
                    #""\#(name.dropFirst().dropLast())":"\#(name.contains("what") ? "asked" : "waiting")""#, with: later
                )
                #expect(other != known)
                let told = RequestStanding.all(
                    try [other, known].map { try JSONDocument(Array($0.utf8)).root })
                #expect(told.read.map(\.request) == [far.id] && told.unread == 1)
            }
        }
    }

    @Test("a standing that the provider's node did not sign changes nothing at home")
    func standing() async throws {
        try await RegistryTown.withNeighbour(.sqlite) { town, home, _ in
            let application = try await prepare(town, home)
            let far = try await ask(town, home, application)
            try await follow(home)
            let there = try #require(try await town.exchange.grants([.waiting]).first).grant.id
            try await town.exchange.approveGrant(there, by: town.provider)
            // The document of the grant as it was before the decision, under a state that it does not say.
            try await town.node.database.write { tx in
                try tx.execute("UPDATE exchange_grant SET state = 'suspended' WHERE id = \(there)")
            }
            await #expect(throws: PeerError.self) { try await follow(home) }
            #expect(try await state(far.id, at: home) == .waiting)
        }
    }

    @Test(
        "at home: from the catalogue to the request, its state, and what the provider decided", arguments: ["vi", "en"])
    func pages(language: String) async throws {
        try await RegistryTown.withNeighbour(.sqlite) { town, home, _ in
            let application = try await prepare(town, home)
            let officer = town.visitor(Self.asker, at: home)
            let lang = "lang=\(language)"
            let service = "/exchange/members/H40/services/units/v1"
            let inOneLine = "<span class=\"words\">\(language == "vi" ? "Dùng chung nội bộ" : "Internal")</span>"
            await officer.get("/exchange/catalogue?q=hanh+chinh&\(lang)").expect(200, shows: service, inOneLine)
            await officer.get("\(service)?\(lang)").expect(200, shows: "GET /units/{code}", "\(service)/request")
            await officer.get("\(service)/request?\(lang)").expect(200, shows: "Ki-ốt mẫu", "list-units")
            await officer.post("\(service)/request", ["application": application.text]).expect(422)
            let request = try #require(
                await officer.post(
                    "\(service)/request",
                    [
                        "application": application.text, "purpose": "Hiển thị địa chỉ", "basis": "NĐ 47/2020/NĐ-CP",
                        "operation": "get-unit", "until": "2021-06-30",
                    ]
                ).location)
            await officer.get("\(request)?\(lang)").expect(
                200, shows: language == "vi" ? "Đang gửi" : "On its way", "Hiển thị địa chỉ")
            try await follow(home)
            await officer.get("\(request)?\(lang)").expect(200, shows: "16/11/2020")
            await officer.get("/exchange/grants?\(lang)").expect(200, shows: request)
            let there = try #require(try await town.exchange.grants([.waiting]).first).grant.id
            let provider = town.visitor(town.provider)
            await provider.get("/exchange/grants/\(there)?\(lang)").expect(200, shows: "Cán bộ mẫu asker")
            try await town.exchange.refuseGrant(there, because: "Thiếu căn cứ", by: town.provider)
            try await follow(home)
            await officer.get("\(request)?\(lang)").expect(200, shows: "Thiếu căn cứ")
            await officer.get("\(request)/signed").expect(200, shows: #""state":"refused""#)
        }
    }
}
