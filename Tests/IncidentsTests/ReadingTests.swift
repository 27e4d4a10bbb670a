import Database
import Dispatch
import Exchange
import House
import Identity
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import Incidents

@Suite("who read a report")
struct ReadingTests {
    /// Who read what, in order, as the ledger has it.
    private static func readings(_ world: World) async throws -> [String] {
        try await world.database.read { tx in
            try tx.rows("SELECT content, subject FROM ledger_fact WHERE kind = 'incidents.read' ORDER BY at, id").map {
                let root = try JSONDocument(try $0.get("content", as: [UInt8].self)).root
                let subject: String = try $0.get("subject")
                #expect(root["record"]?.string == "incidents/\(subject)")
                return "\(root["by"]?.string ?? "?") \(subject) \(root["label"]?.string ?? "?")"
            }
        }
    }

    @Test("the first look of a day at a report is a leaf, whoever looks; the second is none", arguments: Engine.all)
    func pages(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            let id = try await world.incidents.report(.sample, by: Cast.handler)
            let (handler, colleague) = (world.visitor(Cast.handler), world.visitor(Cast.colleague))
            for _ in 1...3 { await colleague.get("/incidents/\(id)").expect(200) }
            await handler.get("/incidents/\(id)/share").expect(200)
            await handler.get("/incidents/\(id)").expect(200)
            await world.visitor(Cast.hospital).get("/incidents/\(id)").expect(404)
            #expect(try await Self.readings(world) == ["colleague \(id) TLP:AMBER", "handler \(id) TLP:AMBER"])
            world.clock.advance(seconds: 86_400)
            await colleague.get("/incidents/\(id)?lang=en").expect(200)
            #expect(try await Self.readings(world).count == 3)
            let today = world.clock.now()
            try await world.database.write { try ReadingBook.sweep(at: today, in: $0) }
            let kept = try await world.database.read { try $0.rows("SELECT day FROM identity_reading").count }
            #expect(kept == 1, "days that are over are the ledger's")
        }
    }

    @Test("programs that list reports with what is in them read each of them", arguments: Engine.all)
    func programs(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            let first = try await world.incidents.report(.sample, by: Cast.handler)
            world.clock.advance(seconds: 1)
            let second = try await world.incidents.report(.sample, by: Cast.handler)
            let colleague = world.visitor(Cast.colleague)
            await colleague.get("/incidents/\(first)").expect(200)
            for _ in 1...2 { await colleague.send(.get, "/incidents.json").expect(200, shows: first.text, second.text) }
            #expect(
                try await Self.readings(world) == ["colleague \(first) TLP:AMBER", "colleague \(second) TLP:AMBER"])
            await world.visitor(Cast.lead).get("/incidents").expect(200, shows: "Thư giả mạo")
            #expect(try await Self.readings(world).count == 2, "a list of titles is no reading")
        }
    }

    @Test("of what others sent: from AMBER up and with a contact, and not what is for many", arguments: Engine.all)
    func arrived(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            let arrivals = ArrivalTests()
            let colleague = world.visitor(Cast.colleague)
            let place = "arrived/H23/\(ArrivalTests.id)"
            try await arrivals.receive(arrivals.fact("Mã độc", tlp: .green), world)
            await colleague.get("/incidents/\(place)").expect(200)
            await colleague.send(.get, "/incidents.json").expect(200, shows: "Mã độc")
            #expect(try await Self.readings(world) == [])
            try await arrivals.receive(
                arrivals.fact("Mã độc", version: "2020-11-09T02:00:00.000Z", tlp: .amber), world)
            await colleague.get("/incidents/\(place)").expect(200)
            await colleague.send(.get, "/incidents.json").expect(200, shows: "Mã độc")
            #expect(try await Self.readings(world) == ["colleague \(place) TLP:AMBER"])
            #expect(world.incidents.subjects(of: place) == [place, ArrivalTests.id])
        }
    }

    @Test("a draft is read by its author alone, and that is nobody's business", arguments: Engine.all)
    func drafts(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            let id = try await world.incidents.keep(.sample, by: Cast.handler)
            await world.visitor(Cast.handler).get("/incidents/\(id)").expect(200)
            await world.visitor(Cast.handler).get("/incidents/\(id)/edit").expect(200)
            #expect(try await Self.readings(world) == [])
        }
    }

    @Test("looking again waits for nobody who writes", .timeLimit(.minutes(1)))
    func again() async throws {
        try await World.open(on: .sqlite) { world in
            let id = try await world.incidents.report(.sample, by: Cast.handler)
            let colleague = world.visitor(Cast.colleague)
            await colleague.get("/incidents/\(id)").expect(200)
            let (began, ends) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
            let writing = Task {
                try await world.database.write { _ in
                    began.signal()
                    ends.wait()
                }
            }
            await withCheckedContinuation { done in
                DispatchQueue.global().async {
                    began.wait()
                    done.resume()
                }
            }
            await colleague.get("/incidents/\(id)").expect(200)
            ends.signal()
            try await writing.value
        }
    }
}
