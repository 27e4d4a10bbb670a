import Database
import House
import Jobs
import StrictJSON
import Synchronization
import TestKit
import Testing
import Vocabulary
import Web

@testable import Exchange
@testable import Threats

private let id = "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"
private let marking = "marking-definition--fa42a846-8d90-4e51-bc29-71d5b4802168"

private func definition(_ rest: String) -> String {
    #"{"type":"marking-definition","spec_version":"2.1","id":"\#(marking)","created":"2020-11-09T01:30:00Z",\#(rest)}"#
}

private let statement = definition(#""definition_type":"statement","definition":{"statement":"©"}"#)
private let mine = #","object_marking_refs":["\#(marking)"]"#

@Suite("Objects of others")
struct OriginTests {
    func fact(_ text: String, _ tlp: TLP = .clear, origin: String = "H23", isRevocation: Bool = false) throws -> Fact {
        let root = try JSONDocument(text).root
        return Fact(
            id: root["id"]?.string ?? "", version: root["modified"]?.string ?? root["created"]?.string ?? "",
            mediaType: Threats.mediaType, origin: ID(origin), tlp: tlp, recipients: .cluster,
            isRevocation: isRevocation, createdAt: Instant(milliseconds: 1), bytes: Array(text.utf8), sha256: [],
            signature: [])
    }

    func receive(_ world: World, _ facts: Fact...) async throws {
        let threats = world.threats
        try await world.database.write { tx in for fact in facts { try threats.receive(fact, in: tx) } }
    }

    @Test(
        "a member's object of the same id neither replaces ours, nor hides, renames or withdraws it",
        arguments: Engine.all)
    func collision(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            try await world.importing(bundle([indicator(marked(.green) + #","name":"Của ta""#)]))
            let taken = indicator(marked(.green) + #","name":"Kẻ khác","revoked":true"#)
                .replacing(#""modified":"2020"#, with: #""modified":"2099"#)
            try await receive(world, try fact(taken))
            let handler = world.visitor(Cast.handler)
            await handler.get("/threats").expect(200, shows: "Của ta", "Kẻ khác", "/threats/\(id)?origin=H23")
            await handler.get("/threats?q=cua+ta").expect(200, shows: "Của ta", hides: ["Kẻ khác"])
            await handler.get("/threats/\(id)").expect(200, shows: "<h1>Của ta", hides: ["Đã thu hồi"])
            await handler.get("/threats/\(id)?origin=H23").expect(200, shows: "Kẻ khác", "Đã thu hồi")
            await handler.post("/threats/\(id)/share", ["label": "TLP:GREEN", "to": "cluster"]).expect(303)
            #expect(world.published.sent.map { String(decoding: $0.bytes, as: UTF8.self).contains("Của ta") } == [true])
        }
    }

    @Test("what a member shared is not shared on by importing its bytes", arguments: Engine.all)
    func laundering(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            try await receive(world, try fact(indicator(marked(.clear)), .amberStrict))
            let found = try await world.importing(
                bundle([indicator(marked(.clear)), indicator(marked(.clear), id: indicatorID(1))]),
                share: Sharing(label: .clear, recipients: .network))
            #expect(found.known == 1 && found.added == 1)
            #expect(world.published.sent.map(\.id) == [indicatorID(1)])
            #expect(try await world.threats.detail(id, for: Cast.officer).line.label == .amberStrict)
        }
    }

    @Test("a version goes out once; sharing it again, or milder, changes nothing", arguments: Engine.all)
    func once(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            try await world.importing(bundle([indicator(marked(.clear))]))
            try await world.threats.share(id, Sharing(label: .amber, recipients: .cluster), as: Cast.handler)
            await #expect(throws: Problem.conflict(.sharedBefore)) {
                try await world.threats.share(id, Sharing(label: .amber, recipients: .network), as: Cast.handler)
            }
            try await world.importing(
                bundle([indicator(marked(.clear))]), share: Sharing(label: .clear, recipients: .network))
            #expect(try await world.threats.detail(id, for: Cast.handler).line.label == .amber)
            await world.visitor(Cast.handler).get("/threats/\(id)").expect(200, hides: ["/threats/\(id)/share"])
        }
    }

    @Test("a member's definition loosens nothing of ours", arguments: Engine.all)
    func foreignDefinition(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            try await receive(world, try fact(statement))
            try await world.importing(bundle([indicator(mine)]))
            #expect(try await world.threats.detail(id, for: Cast.handler).line.label == .red)
            let red = definition(#""definition_type":"tlp","definition":{"tlp":"red"},"name":"TLP:RED""#)
            try await world.importing(bundle([statement, red, indicator(mine, id: indicatorID(1))]))
            #expect(try await world.threats.detail(indicatorID(1), for: Cast.handler).line.label == .red)
        }
    }

    @Test(
        "what is RED only for want of a definition is labelled when it comes, never below its envelope",
        arguments: Engine.all)
    func lateDefinition(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            try await receive(
                world, try fact(indicator(mine)), try fact(indicator(mine, id: indicatorID(1)), .amberStrict),
                try fact(indicator(mine, id: indicatorID(2)), origin: "H28"))
            await #expect(throws: Problem.self) { try await world.threats.detail(id, for: Cast.handler) }
            try await receive(world, try fact(statement))
            #expect(try await world.jobs.runDue() == 1)
            #expect(try await world.threats.detail(id, for: Cast.officer).line.label == .amber)
            #expect(try await world.threats.detail(indicatorID(1), for: Cast.officer).line.label == .amberStrict)
            await #expect(throws: Problem.self) { try await world.threats.detail(indicatorID(2), for: Cast.handler) }
        }
    }

    @Test("no object, however odd, holds up those that come after it", arguments: Engine.all)
    func poison(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            let digits = String(repeating: "0", count: 300)
            let file = #"{"type":"file","spec_version":"2.1","id":"file--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","#
            let odd = [
                indicator(#","a\u0000_ref":"\#(id)""#, id: indicatorID(1)),
                indicator(#","a\u0000_ref":1"#, id: indicatorID(2)),
                indicator(#","\#(String(repeating: "a", count: 9000))_ref":"\#(id)""#, id: indicatorID(3)),
                file + #""hashes":{"MD5":"a\u0000b"}}"#,
                indicator(id: indicatorID(4)).replacing(".000Z", with: ".\(digits)Z"),
                indicator(#","name":"a\u202eb""#, id: indicatorID(5)),
            ]
            let found = try await world.importing(bundle(odd + [indicator(id: indicatorID(9))]))
            #expect(found.state == .done && found.added == 5 && found.faults == 2)
            for text in odd { try await receive(world, try fact(text)) }
            await world.visitor(Cast.officer).get("/threats").expect(200, shows: "a\u{FFFD}b", hides: ["\u{202E}"])
        }
    }

    @Test("of an import only its organisation and whoever handed it in can tell", arguments: Engine.all)
    func importsAreOurs(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            let found = try await world.importing(bundle([indicator(marked(.red)), "7"]))
            let guest = world.visitor(Cast.guest)
            await guest.get("/threats/import").expect(200, hides: ["tep.json"])
            await guest.get("/threats/import/\(found.id)").expect(404)
            await guest.get("/threats/import/\(found.id)/events").expect(404)
            await world.visitor(Cast.handler).get("/threats/import/\(found.id)").expect(200, shows: "tep.json")
            await world.visitor(Cast.handler).get("/threats").expect(200, shows: "value=\"indicator\"")
            await world.visitor(Cast.officer).get("/threats").expect(200, hides: ["value=\"indicator\""])
        }
    }

    @Test("a long description is not written into every line of a list", arguments: Engine.all)
    func longDescription(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            let fields: Fields = [
                "lines": "xau.example", "label": "TLP:GREEN", "do": "save",
                "description": String(repeating: "a", count: 4001),
            ]
            await world.visitor(Cast.officer).post("/threats/paste", fields).expect(422, shows: "4.000 ký tự")
            let kept = try await world.count()
            #expect(kept == 0)
            let many = PastedList(String(repeating: "a\n", count: 20_000))
            #expect(many.lines.count == PastedList.lineLimit + 1)
        }
    }
}

@Suite("What a file cannot share")
struct UnsharedTests {
    @Test("is told, and the rest goes out", arguments: Engine.all)
    func rest(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            world.published.refused.withLock { $0 = [indicatorID(1)] }
            let found = try await world.importing(
                bundle((0..<3).map { indicator(marked(.green), id: indicatorID($0)) }),
                share: Sharing(label: .green, recipients: .cluster))
            #expect(found.state == .done && found.added == 3 && found.faults == 1)
            #expect(world.published.sent.map(\.id) == [indicatorID(0), indicatorID(2)])
            let faults = try await world.database.read { tx in try ImportStore(tx: tx).faults(of: found.id) }
            #expect(faults == [ImportFault(position: 2, fault: StixFault("threats.not-shared", of: indicatorID(1)))])
        }
    }

    @Test("an event's maker is told to nobody who may not know the event")
    func maker() throws {
        let event = #"{"Event":{"uuid":"5f","info":"x","Orgc":{"name":"Tổ chức mẫu"},"Tag":[{"name":"tlp:red"}]}}"#
        let objects = try items(of: Array(event.utf8)).compactMap(\.object).map { try StixObject($0) }
        #expect(objects.map(\.type) == ["identity"] && objects.map(\.label) == [.red])
    }
}
