import Database
import Exchange
import House
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import Threats

@Suite("who read an object")
struct ReadingTests {
    private static func readings(_ world: World) async throws -> [String] {
        try await world.database.read { tx in
            try tx.rows("SELECT content, subject FROM ledger_fact WHERE kind = 'threats.read' ORDER BY at, id").map {
                let root = try JSONDocument(try $0.get("content", as: [UInt8].self)).root
                return "\(root["by"]?.string ?? "?") \(try $0.get("subject", as: String.self))"
            }
        }
    }

    @Test(
        "from AMBER up the first look of a day is a leaf: on the page, as bytes, and in the list for programs",
        arguments: Engine.all)
    func readings(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            let ids = (0..<3).map { indicatorID($0) }
            try await world.importing(
                bundle([
                    indicator(marked(.amber), id: ids[0]), indicator(marked(.amber), id: ids[1]),
                    indicator(marked(.green), id: ids[2]),
                ]))
            let (officer, lead) = (world.visitor(Cast.officer), world.visitor(Cast.lead))
            for _ in 1...2 {
                await officer.get("/threats/\(ids[0])").expect(200)
                await officer.get("/threats/\(ids[2])").expect(200)
            }
            await lead.send(.get, "/threats/\(ids[1])/stix.json").expect(200)
            #expect(try await Self.readings(world) == ["officer \(ids[0])", "lead \(ids[1])"])
            for _ in 1...2 { await officer.send(.get, "/threats.json").expect(200, shows: ids[0], ids[1], ids[2]) }
            await world.visitor(Cast.auditor).get("/threats").expect(200)
            #expect(
                try await Self.readings(world) == ["officer \(ids[0])", "lead \(ids[1])", "officer \(ids[1])"])
            world.clock.advance(seconds: 86_400)
            await officer.get("/threats/\(ids[0])").expect(200)
            #expect(try await Self.readings(world).count == 4)
        }
    }
}
