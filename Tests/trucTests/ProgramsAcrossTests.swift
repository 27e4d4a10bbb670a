import Exchange
import Foundation
import Gateway
import House
import Identity
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import truc

/// A service account of Ninh Bình asks Nam Định for grants and gives them up, over the nodes' own lines.
@Suite("programs and requests at other nodes", .serialized)
struct ProgramsAcrossTests {
    private static let members = DemoNode.all.filter { ["H40", "H42"].contains($0.code) }

    private struct Program {
        let node: Node
        let key: String

        func call(_ method: Web.Method, _ target: String, _ body: JSON? = nil) async -> Answered {
            Answered(
                response: await node.site.respond(
                    to: Request(
                        method, target,
                        headers: [
                            "host": "truc.test", "authorization": "Bearer \(key)", "content-type": "application/json",
                        ], body: body?.encoded() ?? [])))
        }

        /// The id of a new request.
        func ask() async throws -> String {
            let answer = await call(
                .post, "/exchange/members/H40/requests",
                [
                    "application": "H42/kiosk", "service": "units/v1", "until": "2020-12-31", "purpose": "Tra cứu",
                    "legal-basis": "NĐ 47/2020",
                ])
            #expect(answer.status == 201, "\(answer.text)")
            return try JSONDocument(Array(answer.text.utf8)).root.requireString("id")
        }

        func says(_ state: String, of id: String) async throws -> Bool {
            try await eventually(withinSeconds: 20) {
                let text = await call(.get, "/exchange/requests.json").text
                let all = try JSONDocument(Array(text.utf8)).root.requireElements("requests")
                return all.contains { $0["id"]?.string == id && $0["state"]?.string == state }
            }
        }
    }

    private static func register(at node: Node) async throws {
        let contract = Array(try Data(contentsOf: URL(filePath: "Demo/axis/units.openapi.yaml")))
        _ = try await node.exchange.registerService(
            ServiceDraft(
                organisation: ID("H40"), code: "units", name: Phrase(vi: "Đơn vị", en: "Units"),
                contact: "mau@example.vn", dataClass: .open,
                first: VersionDraft(document: contract, addresses: [.init("https://units.example.vn")])), by: nil)
    }

    private static func program(at node: Node) async throws -> Program {
        let made = try await node.identity.createService(
            name: "Phần mềm mẫu", purpose: "Ví dụ", organisation: ID("H42"), scopes: [.readAxis, .askForGrants],
            by: nil)
        let program = Program(node: node, key: made.key)
        await program.call(
            .post, "/exchange/applications.json", ["organisation": "H42", "code": "kiosk", "name": "Ki-ốt"]
        ).expect(201)
        return program
    }

    @Test("a key withdraws what waits and ends what was granted there, and the provider's node hears of both")
    func givingUp() async throws {
        try await TestCluster.run(Self.members) { cluster in
            let (provider, consumer) = (try cluster["H40"], try cluster["H42"])
            try await Self.register(at: provider)
            let program = try await Self.program(at: consumer)
            let isOffered = try await eventually(withinSeconds: 30) {
                await program.call(.get, "/exchange/members/H40/catalogue.json").text.contains("units")
            }
            #expect(isOffered)

            let first = try await program.ask()
            #expect(try await program.says("waiting", of: first))
            await program.call(.post, "/exchange/requests/\(first)/withdrawal").expect(
                200, shows: #""under-way":"withdrawal""#)
            #expect(try await program.says("withdrawn", of: first))
            #expect(try await provider.exchange.grants([.withdrawn]).count == 1)

            let second = try await program.ask()
            #expect(try await program.says("waiting", of: second))
            let there = try #require(try await provider.exchange.grants([.waiting]).first).grant.id
            try await provider.exchange.approveGrant(there, by: nil)
            #expect(try await program.says("active", of: second))
            await program.call(.post, "/exchange/requests/\(second)/revocation", ["reason": "Không cần nữa"]).expect(
                200, shows: #""under-way":"revocation""#)
            #expect(try await program.says("ended", of: second))
            let grant = try await provider.exchange.grant(there).0.grant
            #expect(grant.state == .ended && grant.reason == "Không cần nữa")
        }
    }
}
