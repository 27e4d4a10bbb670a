import Crypto
import Database
import Gateway
import House
import Identity
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import Exchange

/// Ninh Bình gives back what Nam Định gave by itself.
@Suite("Giving back a grant that another node gave")
struct GivingBackTests {
    private static let colleague = RegistryTown.person("colleague", .officer, at: "K40")

    private func held(_ town: RegistryTown, _ home: TestNode) async throws -> HeldGrant {
        let grant = try await HeldTests().given(town, home)
        try await AskingTests().follow(home)
        return try await known(grant.id, at: home)
    }

    private func known(_ id: ID<AccessGrant>, at home: TestNode) async throws -> HeldGrant {
        try await home.exchange.heldGrant(id, from: ID("H40")).0
    }

    private func giveBack(
        _ held: HeldGrant, at home: TestNode, because reason: String = "Đã thay bằng dịch vụ khác"
    ) async throws {
        try await home.exchange.giveBack(held.id, from: held.node, because: reason, by: AskingTests.asker)
    }

    private func leaves(_ id: ID<AccessGrant>, at node: TestNode) async throws -> [String] {
        try await node.database.read { tx in
            try tx.rows("SELECT kind FROM ledger_fact WHERE subject = \(id.text) ORDER BY at, id").map {
                try $0.get("kind")
            }
        }
    }

    /// What the gateway at home lets its applications call of other nodes' services, from the document of the grants
    /// that it has.
    private func callable(_ town: RegistryTown, _ home: TestNode) async throws -> [String] {
        let table = try await town.node.database.read { [exchange = town.exchange] in
            try exchange.gatewayTable(in: $0)
        }
        if let said = GrantedAcross.all(in: TableRows(table))[ID("H42")] {
            home.exchange.granted.take(said.json.canonical(), from: ID("H40"), saying: said)
        }
        let own = try await home.database.read { [exchange = home.exchange] in try exchange.gatewayTable(in: $0) }
        return try await home.exchange.reaching(own).grants.map(\.id)
    }

    @Test(
        "it ends there, with its reason, a leaf at both nodes and a word to the provider's officers; once",
        arguments: Engine.all)
    func ends(engine: Engine) async throws {
        try await RegistryTown.withNeighbour(engine) { town, home, _ in
            let held = try await held(town, home)
            _ = town.announced.all()
            town.clock.advance(seconds: 1)
            try await giveBack(held, at: home)
            #expect(try await known(held.id, at: home).awaitsEnd)
            try await AskingTests().follow(home)

            let (there, signed, events) = try await town.exchange.grant(held.id)
            #expect(there.grant.state == .ended && there.grant.reason == "Đã thay bằng dịch vụ khác")
            #expect(events.last?.by == ID("node:H42") && events.last?.reason == "Đã thay bằng dịch vụ khác")
            #expect(town.announced.news() == ["ended → department-lead of T40"])
            #expect(try await leaves(held.id, at: town.node).last == "exchange.grant-ended")
            let (now, asked) = (try await known(held.id, at: home), held)
            #expect(!now.awaitsEnd && now.standing.state == .ended && now.standing.signed.document == signed.document)
            #expect(now.givenBack?.reason == "Đã thay bằng dịch vụ khác" && asked.givenBack == nil)
            #expect(
                try await leaves(held.id, at: home) == [
                    "exchange.grant-given-back", "exchange.giving-back-confirmed",
                ])
            // Said again, here and on the wire, nothing is other.
            try await giveBack(held, at: home, because: "Lần nữa")
            let again = try await end(held.id, at: home)
            #expect(again.contains(#""state":"ended""#) && !again.contains("Lần nữa"))
            #expect(try await known(held.id, at: home) == now)
            #expect(try await town.exchange.grant(held.id).2.count == events.count && town.announced.news() == [])
        }
    }

    @Test("whoever leads the department is told by letter that a colleague gave it back, once, and why")
    func told() async throws {
        try await RegistryTown.withNeighbour(.sqlite) { town, home, told in
            let held = try await held(town, home)
            _ = told.all()
            try await giveBack(held, at: home)
            let letters = told.all()
            #expect(letters.map(\.to) == [.holders([.departmentLead], in: ID("H42"))])
            let letter = try #require(letters.first)
            #expect(letter.title.vi == "Quyền khai thác đã được trả lại: Đơn vị hành chính")
            #expect(letter.title.en == "A grant was given back: Administrative units")
            #expect(letter.text.vi.contains("Lý do: Đã thay bằng dịch vụ khác"))
            #expect(letter.path == "/exchange/held/H40/\(held.id)")
            // Neither what is said again nor the end at the other node is news.
            try await giveBack(held, at: home, because: "Lần nữa")
            try await AskingTests().follow(home)
            #expect(try await known(held.id, at: home).standing.state == .ended && told.all().isEmpty)
        }
    }

    @Test("calls through the node at home stop at once, and at the provider's node with the end there")
    func calls() async throws {
        try await RegistryTown.withNeighbour(.sqlite) { town, home, _ in
            let held = try await held(town, home)
            #expect(try await callable(town, home) == [held.id.text])
            let before = try await home.database.read { try RegistryRevision.current(in: $0) }
            town.network.wire.kill("H40")
            try await giveBack(held, at: home)
            // The provider's node is down and knows nothing of it.
            #expect(try await town.state(held.id) == .active)
            #expect(try await callable(town, home) == [])
            let noted = try await home.database.read { try RegistryRevision.noted(since: before, in: $0) }
            #expect(noted.map(\.id) == [held.application.text], "every process of the node is told")
            let there = try await town.node.database.read { try GrantStore.grant(held.id, in: $0)?.application }
            #expect(try await town.allowed(try #require(there), "GET", "/units/v1/units") == held.id.text)
            town.network.wire.revive("H40")
            try await AskingTests().follow(home)
            #expect(try await town.allowed(try #require(there), "GET", "/units/v1/units") == nil)
            #expect(try await callable(town, home) == [])
        }
    }

    @Test("a provider's node that is down, or of before, is told again; until then it is given back and not confirmed")
    func away() async throws {
        try await RegistryTown.withNeighbour(.sqlite) { town, home, _ in
            let held = try await held(town, home)
            town.network.wire.kill("H40")
            try await giveBack(held, at: home)
            await #expect(throws: (any Error).self) { try await AskingTests().follow(home) }
            let officer = town.visitor(AskingTests.asker, at: home)
            for (language, words) in [("vi", "Đã trả lại, chờ xác nhận"), ("en", "Given back, not yet confirmed")] {
                let path = "/exchange/held/H40/\(held.id)"
                await officer.get("\(path)?lang=\(language)").expect(200, shows: words, hides: ["\(path)/end"])
                await officer.get("/exchange/grants?lang=\(language)").expect(200, shows: words)
            }
            await officer.get("/exchange/held/H40/\(held.id)/end").expect(409)
            // What the provider says meanwhile of the grant changes nothing of it, nor that it says nothing.
            let member = try #require(try await home.exchange.roster()?.roster.member(ID("H40")))
            let nothing = try JSONDocument(Array(#"{"requests":[],"grants":[]}"#.utf8)).root
            try await home.exchange.take(given: nothing, from: member)
            #expect(try await known(held.id, at: home).awaitsEnd)
            town.network.wire.revive("H40")
            try await AskingTests().follow(home)
            #expect(try await town.state(held.id) == .ended)
            #expect(try await known(held.id, at: home).standing.state == .ended)
            let told = town.network.wire.record.filter { $0.request.path.hasSuffix("/\(held.id)/end") }
            try await AskingTests().follow(home)
            #expect(
                town.network.wire.record.filter { $0.request.path.hasSuffix("/\(held.id)/end") }.count == told.count)
        }
    }

    @Test("only for the organisation that holds it, with a reason, while it holds; the doors say which is wrong")
    func mine() async throws {
        try await RegistryTown.withNeighbour(.sqlite) { town, home, _ in
            let held = try await held(town, home)
            let path = "/exchange/held/H40/\(held.id)"
            let others = town.visitor(Self.colleague, at: home)
            await others.get(path).expect(200, hides: ["\(path)/end"])
            await others.get("\(path)/end").expect(403)
            await others.post("\(path)/end", ["reason": "Không phải của tôi"]).expect(403)
            #expect(try await known(held.id, at: home).givenBack == nil)
            let officer = town.visitor(AskingTests.asker, at: home)
            await officer.get(path).expect(200, shows: "\(path)/end")
            await officer.get("\(path)/end").expect(200, shows: "Đơn vị hành chính", "Ki-ốt mẫu")
            await officer.post("\(path)/end", ["reason": ""]).expect(422)
            await officer.post("/exchange/held/H23/\(held.id)/end", ["reason": "x"]).expect(404)
            let long = String(repeating: "👨‍👩‍👧‍👦", count: 1000)
            let tooLong = await problem {
                try await home.exchange.giveBack(held.id, from: ID("H40"), because: long, by: nil)
            }
            #expect(tooLong == .invalid(["reason": .textIsLong]), "what the other node would not read")
            let program = town.visitor(AskingTests.asker, at: home, isProgram: true)
            func revoke(_ reason: String) async -> Answered {
                await program.send(
                    .post, "\(path)/revocation", headers: ["content-type": "application/json"],
                    body: (["reason": .string(reason)] as JSON).encoded())
            }
            await revoke("").expect(422)
            await revoke("Thôi").expect(
                200, shows: #""given-back":"2020"#)
            await revoke("Thôi").expect(200)
            await program.get("/exchange/held.json").expect(200, shows: #""given-back":"2020"#)
            try await AskingTests().follow(home)
            await officer.get(path).expect(200, shows: "Thôi", "Chấm dứt")
            await revoke("Thôi").expect(
                200, shows: #""state":"ended""#)
        }
    }

    @Test("what the provider ended itself, or gave to nobody here, is given back by nobody")
    func over() async throws {
        try await RegistryTown.withNeighbour(.sqlite) { town, home, _ in
            let held = try await held(town, home)
            try await town.exchange.endGrant(held.id, because: "Vi phạm", by: town.provider)
            try await AskingTests().follow(home)
            let over = await problem {
                try await home.exchange.giveBack(held.id, from: ID("H40"), because: "x", by: nil)
            }
            #expect(over == .conflict(.notActive))
            let unknown = await problem {
                try await home.exchange.giveBack(ID("none"), from: ID("H40"), because: "x", by: nil)
            }
            #expect(unknown == .notFound)
        }
    }

    @Test("a node gives back for its own applications alone; the answer tells nothing of other grants")
    func forged() async throws {
        try await RegistryTown.withNeighbour(.sqlite) { town, home, _ in
            try await Engine.sqlite.withDatabase { database in
                let held = try await held(town, home)
                let stranger = try await town.network.add("H23", on: database)
                try await town.network.join("H23", to: "H40")
                // But for the id that was asked for, which is signed with the words.
                func refused(_ id: ID<AccessGrant>, at node: TestNode) async throws -> String {
                    let answer = try JSONDocument(Array(try await end(id, at: node).utf8)).root
                    #expect(answer["standing"] == nil)
                    return JSON(try answer.requireObject("refused")).text
                }
                let none = try await refused(ID("0190-none"), at: stranger)
                #expect(try await refused(held.id, at: stranger) == none, "another node's")
                // One that stands at the provider's own node.
                let own = try await town.exchange.addApplication("desk", named: "Tại chỗ", of: ID("K40"), by: nil)
                let local = try await town.exchange.issueGrant(
                    GrantDraft(
                        application: own.application.id,
                        version: try await town.exchange.version(named: "units/v1").version.id, terms: town.terms()))
                #expect(try await refused(local.id, at: home) == none)
                for id in [held.id, local.id] { #expect(try await town.state(id) == .active) }
                // Without a member's signature there is nothing to be had.
                let unsigned = Request(
                    .post, "/exchange/granted/\(held.id)/end",
                    headers: ["host": "h40.test:7443", "content-type": "application/json"],
                    body: Array(#"{"reason":"x"}"#.utf8), isSecure: true)
                #expect(await town.node.site.respond(to: unsigned).status == 400)
                #expect(try await town.state(held.id) == .active)
                #expect(try await end(held.id, at: home).contains(#""state":"ended""#))
            }
        }
    }

    @Test("a provider that says it is over and did not sign that is not believed")
    func unsigned() async throws {
        try await RegistryTown.withNeighbour(.sqlite) { town, home, _ in
            let held = try await held(town, home)
            try await giveBack(held, at: home)
            // The document as it was before, under a state that it does not say.
            let signed = try await town.node.database.read { try #require(try GrantStore.signed(held.id, in: $0)) }
            try await town.node.database.write { tx in
                try tx.execute("UPDATE exchange_grant SET state = 'ended' WHERE id = \(held.id)")
            }
            try await AskingTests().follow(home)
            #expect(try await known(held.id, at: home).awaitsEnd)
            #expect(signed.isValid(by: town.exchange.home.key.publicKey))
        }
    }

    @Test("the end of its application gives it back", arguments: Engine.all)
    func applicationEnds(engine: Engine) async throws {
        try await RegistryTown.withNeighbour(engine) { town, home, _ in
            let held = try await held(town, home)
            try await home.exchange.endApplication(held.application, by: nil)
            try await AskingTests().follow(home)
            #expect(try await town.exchange.grant(held.id).0.grant.reason == GrantReason.applicationEnded.text)
        }
    }

    @Test("by its id alone, as commands name it: a request, a grant of another node, and which node where two say it")
    func byID() async throws {
        try await RegistryTown.withNeighbour(.sqlite) { town, home, _ in
            let held = try await held(town, home)
            // Another node tells of a grant with the same id.
            try await home.database.write { tx in
                try HeldStore.save(
                    HeldGrant(
                        node: ID("H23"), application: held.application, service: held.service,
                        serviceName: held.serviceName, standing: held.standing), in: tx)
            }
            let several = await problem {
                try await home.exchange.endAnyGrant(held.id.text, at: nil, because: "x", by: nil)
            }
            #expect(several == .conflict(.severalNodes([ID("H23"), ID("H40")])))
            try await home.exchange.endAnyGrant(held.id.text, at: ID("H40"), because: "x", by: nil)
            #expect(try await known(held.id, at: home).awaitsEnd)
            #expect(try await home.exchange.heldGrant(held.id, from: ID("H23")).0.givenBack == nil)

            let far = try await AskingTests().ask(town, home, held.application)
            try await AskingTests().follow(home)
            let there = try #require(try await town.exchange.grants([.waiting]).first).grant.id
            try await town.exchange.approveGrant(there, by: town.provider)
            try await AskingTests().follow(home)
            #expect(try await callable(town, home) == [there.text])
            try await home.exchange.endAnyGrant(far.id.text, at: nil, because: "Không cần nữa", by: nil)
            #expect(try await callable(town, home) == [], "what was asked for stops at home at once, too")
            try await AskingTests().follow(home)
            #expect(try await town.state(there) == .ended)
            let nothing = await problem { try await home.exchange.endAnyGrant("none", at: nil, because: "x", by: nil) }
            #expect(nothing == .notFound)
        }
    }

    @Test("another node that tells of a grant with the id of one given here ends none by it")
    func sameID() async throws {
        try await RegistryTown.withNeighbour(.sqlite) { town, home, _ in
            let held = try await held(town, home)
            let (there, id) = (town.exchange, held.id)
            let application = try #require(
                try await town.node.database.read { try GrantStore.grant(id, in: $0)?.application })
            try await town.node.database.write { tx in
                try HeldStore.save(
                    HeldGrant(
                        node: ID("H23"), application: application, service: held.service,
                        serviceName: held.serviceName, standing: held.standing), in: tx)
            }
            let several = await problem { _ = try await there.endAnyGrant(id.text, at: nil, because: "x", by: nil) }
            #expect(several == .conflict(.severalNodes([ID("H23"), ID("H40")])))
            #expect(try await town.state(id) == .active)
            #expect(try await there.endAnyGrant(id.text, at: ID("H23"), because: "x", by: nil) == ID("H23"))
            #expect(try await town.state(id) == .active)
            #expect(try await there.endAnyGrant(id.text, at: ID("H40"), because: "x", by: nil) == nil)
            #expect(try await town.state(id) == .ended)
            let far = try await AskingTests().ask(town, home, held.application)
            let elsewhere = await problem {
                _ = try await home.exchange.endAnyGrant(far.id.text, at: ID("H23"), because: "x", by: nil)
            }
            #expect(elsewhere == .notFound, "a request to another node than the one that was named")
        }
    }

    /// What a node is told when it ends a grant at Nam Định.
    private func end(_ id: ID<AccessGrant>, at node: TestNode) async throws -> String {
        let place = try #require(try await node.exchange.roster()?.roster.member(ID("H40"))).place
        let answer = try await node.exchange.call(
            .post, "/exchange/granted/\(id)/end", at: place, body: Array(#"{"reason":"Lần nữa"}"#.utf8),
            type: "application/json")
        return String(decoding: answer.body, as: UTF8.self)
    }
}
