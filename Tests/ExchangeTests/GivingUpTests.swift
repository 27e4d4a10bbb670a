import Crypto
import Database
import House
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import Exchange

/// Requests that Ninh Bình made at Nam Định are taken back and ended by programs, as by pages.
@Suite("Doors for programs: giving up requests at another node")
struct GivingUpTests {
    private func send(
        _ town: RegistryTown, _ home: TestNode, _ person: Person, _ path: String, _ body: JSON? = nil
    ) async -> Answered {
        await town.visitor(person, at: home, isProgram: true).send(
            .post, path, headers: ["content-type": "application/json"], body: body?.encoded() ?? [])
    }

    private func leaves(_ id: ID<GrantRequest>, at node: TestNode) async throws -> [String] {
        try await node.database.read { tx in
            try tx.rows("SELECT kind FROM ledger_fact WHERE subject = \(id.text) ORDER BY at, id").map {
                try $0.get("kind")
            }
        }
    }

    private func granted(_ town: RegistryTown, _ home: TestNode) async throws -> (FarRequest, ID<AccessGrant>) {
        let far = try await AskingTests().ask(town, home, try await AskingTests().prepare(town, home))
        try await AskingTests().follow(home)
        let there = try #require(try await town.exchange.grants([.waiting]).first).grant.id
        try await town.exchange.approveGrant(there, by: town.provider)
        try await AskingTests().follow(home)
        return (far, there)
    }

    @Test("one that waits is withdrawn at both nodes, once, and is no grant that could be ended", arguments: Engine.all)
    func withdrawal(engine: Engine) async throws {
        try await RegistryTown.withNeighbour(engine) { town, home, _ in
            let far = try await AskingTests().ask(town, home, try await AskingTests().prepare(town, home))
            try await AskingTests().follow(home)
            let path = "/exchange/requests/\(far.id)"
            await send(town, home, AskingTests.asker, "\(path)/revocation", ["reason": "Thôi"]).expect(409)
            for _ in 0..<2 {
                await send(town, home, AskingTests.asker, "\(path)/withdrawal").expect(
                    200, shows: #""state":"waiting""#, #""under-way":"withdrawal""#)
            }
            #expect(try await leaves(far.id, at: home).count { $0 == "exchange.request-withdrawn" } == 1)
            try await AskingTests().follow(home)
            #expect(try await town.exchange.grants([.withdrawn]).count == 1)
            await town.visitor(AskingTests.asker, at: home).get("/exchange/requests.json").expect(
                200, shows: #""state":"withdrawn""#, #""under-way":null"#)
            await send(town, home, AskingTests.asker, "\(path)/withdrawal").expect(409)
        }
    }

    @Test(
        "one that is granted is ended at both nodes with its reason, once, and no longer withdrawn",
        arguments: Engine.all)
    func revocation(engine: Engine) async throws {
        try await RegistryTown.withNeighbour(engine) { town, home, _ in
            let (far, there) = try await granted(town, home)
            let path = "/exchange/requests/\(far.id)"
            await send(town, home, AskingTests.asker, "\(path)/withdrawal").expect(409)
            await send(town, home, AskingTests.asker, "\(path)/revocation", [:]).expect(400)
            await send(town, home, AskingTests.asker, "\(path)/revocation", ["reason": ""]).expect(422)
            for reason in ["Không cần nữa", "Lần nữa"] {
                await send(town, home, AskingTests.asker, "\(path)/revocation", ["reason": .string(reason)]).expect(
                    200, shows: #""state":"active""#, #""under-way":"revocation""#)
            }
            #expect(try await leaves(far.id, at: home).count { $0 == "exchange.request-ended" } == 1)
            try await AskingTests().follow(home)
            let grant = try await town.exchange.grant(there).0.grant
            #expect(grant.state == .ended && grant.reason == "Không cần nữa")
            await town.visitor(AskingTests.asker, at: home).get("/exchange/requests.json").expect(
                200, shows: #""state":"ended""#, #""reason":"Không cần nữa""#, #""under-way":null"#)
            await send(town, home, AskingTests.asker, "\(path)/revocation", ["reason": "Thôi"]).expect(409)
        }
    }

    @Test("a reason longer than the other node reads is refused here: it would stand before all else for that node")
    func long() async throws {
        try await RegistryTown.withNeighbour(.sqlite) { town, home, _ in
            let (far, there) = try await granted(town, home)
            let long = String(repeating: "👨‍👩‍👧‍👦", count: 1000)
            await send(
                town, home, AskingTests.asker, "/exchange/requests/\(far.id)/revocation", ["reason": .string(long)]
            ).expect(422, shows: "reason")
            let byCommand = await problem {
                try await home.exchange.endAnyGrant(far.id.text, at: nil, because: long, by: nil)
            }
            #expect(byCommand == .invalid(["reason": .textIsLong]))
            try await AskingTests().follow(home)
            #expect(try await town.state(there) == .active)
        }
    }

    @Test("for whoever may ask for the application, and for nobody else", arguments: ["withdrawal", "revocation"])
    func mine(door: String) async throws {
        try await RegistryTown.withNeighbour(.sqlite) { town, home, _ in
            let (far, there) = try await granted(town, home)
            let body: JSON = ["reason": "Không phải của tôi"]
            let others = RegistryTown.person("colleague", .officer, at: "K40")
            await send(town, home, others, "/exchange/requests/\(far.id)/\(door)", body).expect(403)
            await send(town, home, AskingTests.asker, "/exchange/requests/none/\(door)", body).expect(404)
            try await AskingTests().follow(home)
            #expect(try await town.state(there) == .active)
        }
    }

    @Test("one is printed as its provider's node signed it, by its id here or there", arguments: Engine.all)
    func printed(engine: Engine) async throws {
        try await RegistryTown.withNeighbour(engine) { town, home, _ in
            let (far, there) = try await granted(town, home)
            for id in [far.id.text, there.text] {
                let file = try await home.exchange.signedElsewhere(id)
                #expect(file["grant"]?["id"] == .string(there.text) && file["grant"]?["state"] == "active")
                let signed = try #require(try await home.exchange.farRequest(far.id).0.standing?.signed)
                #expect(file["signature"] == .string(Base64.encode(signed.signature)))
                #expect(signed.isValid(by: town.exchange.home.key.publicKey))
            }
            #expect(try await home.exchange.signedElsewhere(there.text, at: ID("H40"))["grant"] != nil)
            let elsewhere = await problem { _ = try await home.exchange.signedElsewhere(there.text, at: ID("H23")) }
            #expect(elsewhere == .notFound)
            let anybody = await problem { _ = try await home.exchange.signedElsewhere("%") }
            #expect(anybody == .notFound)
            // Another node tells of a grant with that id: which is meant, is to be said.
            try await home.database.write { tx in
                let far = try #require(try FarRequestStore.request(far.id, in: tx))
                try HeldStore.save(
                    HeldGrant(
                        node: ID("H23"), application: far.application, service: far.request.service,
                        serviceName: far.serviceName, standing: try #require(far.standing)), in: tx)
            }
            let several = await problem { _ = try await home.exchange.signedElsewhere(there.text) }
            #expect(several == .conflict(.severalNodes([ID("H23"), ID("H40")])))
            #expect(try await home.exchange.signedElsewhere(far.id.text)["grant"] != nil)
        }
    }

    @Test("of one that no node has taken nothing is signed yet, and that is said")
    func unsigned() async throws {
        try await RegistryTown.withNeighbour(.sqlite) { town, home, _ in
            let far = try await AskingTests().ask(town, home, try await AskingTests().prepare(town, home))
            let why = await problem { _ = try await home.exchange.signedElsewhere(far.id.text) }
            guard case .conflict(let words) = why else {
                Issue.record("no conflict")
                return
            }
            #expect(words.en.contains("has not taken this request"))
        }
    }
}
