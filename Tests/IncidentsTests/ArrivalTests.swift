import Database
@testable import Exchange
import House
@testable import Incidents
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@Suite("Incidents of other members")
struct ArrivalTests {
    static let id = "incident--0175aa7e-8e80-7000-8000-00000000000a"

    /// A fact as `Exchange` hands it over: verified already.
    func fact(
        _ name: String, version: String = "2020-11-09T01:00:00.000Z", origin: String = "H23", type: String = "incident",
        isRevocation: Bool = false, marking: String? = nil
    ) -> Fact {
        var object: JSON = [
            "type": .string(type), "spec_version": "2.1", "id": .string(Self.id), "name": .string(name),
            "description": "Đường truyền bị tấn công",
            "extensions": [
                IncidentSTIX.form03: ["extension_type": "property-extension", "kind": "malware", "state": "handling"]
            ],
        ]
        if let marking { object["object_marking_refs"] = [.string(marking)] }
        return Fact(
            id: Self.id, version: version, mediaType: Incidents.mediaType, origin: ID(origin), tlp: .green,
            recipients: .cluster,
            isRevocation: isRevocation, createdAt: Instant(milliseconds: 0), bytes: object.encoded(),
            sha256: Array(repeating: 0xAB, count: 32),
            signature: [])
    }

    func receive(_ fact: Fact, _ world: World) async throws {
        let incidents = world.incidents
        try await world.database.write { try incidents.receive(fact, in: $0) }
    }

    @Test("They are listed with origin and signature, for the organisation of the node", arguments: Engine.all)
    func listed(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            try await receive(fact("Mã độc qua thư"), world)
            let handler = world.visitor(Cast.handler)
            await handler.get("/incidents").expect(200, shows: "Mã độc qua thư", "Hải Dương", "TLP:GREEN")
            await handler.get("/incidents/arrived/H23/\(Self.id)").expect(
                200, shows: "Hợp lệ", "Tấn công sử dụng mã độc", "Đường truyền bị tấn công", "abababab")
            await handler.get("/incidents?q=duong%20truyen").expect(200, shows: "Mã độc qua thư")
            await world.visitor(Cast.hospital).get("/incidents").expect(200, hides: ["Mã độc qua thư"])
            await world.visitor(Cast.hospital).get("/incidents/arrived/H23/\(Self.id)").expect(404)
        }
    }

    @Test(
        "An envelope never weakens what the object says of itself; RED is for those who act on it",
        arguments: Engine.all)
    func markings(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            try await receive(fact("Mã độc qua thư", marking: TLP.amberStrict.markingID), world)
            await world.visitor(Cast.colleague).get("/incidents").expect(200, shows: "TLP:AMBER+STRICT")
            let unknown = "marking-definition--00000000-0000-4000-8000-000000000000"
            try await receive(fact("Mã độc qua thư", version: "2020-11-09T02:00:00.000Z", marking: unknown), world)
            await world.visitor(Cast.handler).get("/incidents").expect(200, shows: "Mã độc qua thư", "TLP:RED")
            await world.visitor(Cast.colleague).get("/incidents").expect(200, hides: ["Mã độc qua thư"])
            await world.visitor(Cast.colleague).get("/incidents/arrived/H23/\(Self.id)").expect(404)
        }
    }

    @Test("Signs that hide or turn around what stands beside them are made visible", arguments: Engine.all)
    func hidingSigns(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            try await receive(fact("Mã\u{202E}độc\u{200B}"), world)
            await world.visitor(Cast.handler).get("/incidents").expect(
                200, shows: "Mã\u{FFFD}độc\u{FFFD}", hides: ["\u{202E}"])
        }
    }

    @Test("A newer version replaces, an older one that comes late does not", arguments: Engine.all)
    func versions(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            try await receive(fact("Bản hai", version: "2020-11-09T02:00:00.000Z"), world)
            try await receive(fact("Bản một", version: "2020-11-09T01:00:00.000Z"), world)
            await world.visitor(Cast.handler).get("/incidents").expect(200, shows: "Bản hai", hides: ["Bản một"])
            try await receive(fact("Bản ba", version: "2020-11-09T03:00:00.000Z"), world)
            await world.visitor(Cast.handler).get("/incidents").expect(200, shows: "Bản ba", hides: ["Bản hai"])
        }
    }

    @Test("Of what was withdrawn the text is gone", arguments: Engine.all)
    func withdrawal(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            try await receive(fact("Mã độc qua thư"), world)
            try await receive(fact("Mã độc qua thư", version: "2020-11-09T02:00:00.000Z", isRevocation: true), world)
            await world.visitor(Cast.handler).get("/incidents/arrived/H23/\(Self.id)").expect(
                200, shows: "Đã thu hồi", hides: ["Đường truyền bị tấn công"])
        }
    }

    @Test("Other objects and our own are none of its business", arguments: Engine.all)
    func others(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            try await receive(fact("Chỉ dấu", type: "indicator"), world)
            try await receive(fact("Của mình", origin: "H40"), world)
            await world.visitor(Cast.handler).get("/incidents").expect(
                200, shows: "Chưa có thành viên nào chia sẻ", hides: ["Chỉ dấu", "Của mình"])
        }
    }
}

@Suite("Open pages follow")
struct NewsTests {
    @Test("Whoever listens hears that something changed, and nothing else")
    func hears() async throws {
        try await World.open(on: .sqlite) { world in
            var listener = world.incidents.news.tail(after: nil).makeAsyncIterator()
            try await world.incidents.report(.sample, by: Cast.handler)
            let event = try #require(try await listener.next())
            #expect(event.name == "changed" && event.data == "incidents")
            var late = world.incidents.news.tail(after: event.sequence - 1).makeAsyncIterator()
            #expect(try await late.next()?.sequence == event.sequence)
        }
    }
}
