import Crypto
import Database
import Gateway
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import Exchange
@testable import Identity

/// Somebody is named in what another node signed, and their data are erased here.
@Suite("Names in grants of other nodes")
struct FarWordsTests {
    private static let gone = ErasedPerson(id: ID("gone"), name: "Người Sẽ Xóa", email: nil)

    /// The places that an erasure finds, and whether it takes the name out there.
    private func places(_ database: any Database) async throws -> [String: Bool] {
        try await database.read { tx in
            var found: [String: Bool] = [:]
            for text in Exchange.freeTexts {
                for (id, subject, _) in try text.naming(Self.gone, in: tx) {
                    found["\(text.column) \(text.page(id, subject).text)"] = text.isRewritten
                }
            }
            return found
        }
    }

    @Test(
        "an erasure finds them behind whatever escapes, names their pages, and leaves what is signed",
        arguments: Engine.all)
    func found(engine: Engine) async throws {
        try await RegistryTown.withNeighbour(engine) { town, home, _ in
            let application = try await AskingTests().prepare(town, home)
            var terms = town.terms(["get-unit"])
            terms.purpose = "Thay việc của\nNgười Sẽ Xóa"
            let far = try await home.exchange.requestFarGrant(
                FarDraft(application: application, node: ID("H40"), service: "units/v1", terms: terms), by: nil)
            #expect(try await places(home.database) == ["document /exchange/requests/\(far)": false])
            try await AskingTests().follow(home)
            let asked = [
                "document /exchange/requests/\(far)": false, "standing /exchange/requests/\(far)": false,
            ]
            #expect(try await places(home.database) == asked)

            let grant = try await HeldTests().given(town, home)
            try await AskingTests().follow(home)
            #expect(try await places(home.database) == asked)
            try await home.exchange.giveBack(grant.id, from: ID("H40"), because: "\"Người Sẽ Xóa\" đã nghỉ", by: nil)
            var all = asked
            all["give_back_reason /exchange/grants"] = true
            #expect(try await places(home.database) == all)
            try await AskingTests().follow(home)
            all["standing /exchange/held/H40/\(grant.id)"] = false
            #expect(try await places(home.database) == all)
            let held = try await home.exchange.heldGrant(grant.id, from: ID("H40")).0
            #expect(held.standing.signed.isValid(by: town.exchange.home.key.publicKey), "still proved")
        }
    }

    @Test(
        "what a gateway is told of grants elsewhere is looked through and left: it is the other node's word",
        arguments: Engine.all)
    func granted(engine: Engine) async throws {
        try await RegistryTown.withNeighbour(engine) { town, home, _ in
            let grant = try await HeldTests().given(town, home)
            let table = try await town.node.database.read { [exchange = town.exchange] in
                try exchange.gatewayTable(in: $0)
            }
            let said = try #require(GrantedAcross.all(in: TableRows(table))[ID("H42")])
            func keep(_ purpose: String) async throws -> [UInt8] {
                let document = Array(said.json.text.replacing("Hiển thị địa chỉ", with: purpose).utf8)
                try await home.database.write { tx in
                    try tx.execute("DELETE FROM exchange_granted")
                    try tx.execute("INSERT INTO exchange_granted (node, document, at) VALUES ('H40', \(document), 0)")
                }
                return document
            }
            #expect(said.grants.map(\.id) == [grant.id.text])
            _ = try await keep("Thay việc của người khác")
            #expect(try await places(home.database) == [:])
            let document = try await keep(#"Thay việc của\nNgười S\u1ebd Xóa"#)
            #expect(try await places(home.database) == ["document /exchange/grants": false])
            let kept = try await home.database.read { tx in
                try tx.row("SELECT document FROM exchange_granted").map { try $0.get("document", as: [UInt8].self) }
            }
            #expect(kept == document, "the digest by which it is asked for again is the same")
        }
    }

    @Test("at the provider's node the contact in a signed request is left, where the one on the page is taken out")
    func contact() async throws {
        try await RegistryTown.withNeighbour(.sqlite) { town, home, _ in
            _ = try await town.exchange.registerService(RegistryTown.draft(), by: town.provider)
            let made = try await home.exchange.addApplication(
                "kiosk", named: "Ki-ốt mẫu", of: ID("H42"), contact: "Người Sẽ Xóa", by: nil)
            try await home.exchange.askOffered(
                of: try #require(try await home.exchange.roster()?.roster.member(ID("H40"))))
            _ = try await AskingTests().ask(town, home, made.application.id)
            try await AskingTests().follow(home)
            let there = try #require(try await town.exchange.grants([.waiting]).first)
            #expect(
                try await places(town.node.database) == [
                    "document /exchange/grants/\(there.grant.id)": false,
                    "contact /exchange/applications/\(there.application.id)": true,
                ])
        }
    }
}
