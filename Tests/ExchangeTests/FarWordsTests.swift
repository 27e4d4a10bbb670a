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
}
