import Database
import Exchange
import House
import Identity
import Jobs
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import Threats

private let id = "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"
private let marking = "marking-definition--fa42a846-8d90-4e51-bc29-71d5b4802168"

@Suite("How labels change")
struct RelabellingTests {
    private static func history(_ world: World) async throws -> [PastLabel] {
        try await world.threats.detail(id, for: Cast.handler).labels
    }

    private static func leaves(_ world: World) async throws -> [JSONValue] {
        try await world.database.read { tx in
            try tx.rows("SELECT content FROM ledger_fact WHERE kind = 'threats.relabelled' ORDER BY id").map {
                try JSONDocument(try $0.get("content", as: [UInt8].self)).root
            }
        }
    }

    @Test(
        "who shares under a stricter label stands there, from what to what and when, with a leaf", arguments: Engine.all
    )
    func shared(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            try await world.importing(bundle([indicator(marked(.green))]))
            let before = world.clock.now()
            world.clock.advance(seconds: 60)
            let handler = world.visitor(Cast.handler)
            await handler.get("/threats/\(id)").expect(200, hides: ["Lịch sử nhãn"])
            await handler.post("/threats/\(id)/share", ["label": "TLP:AMBER", "to": "named", "member": "H23"])
                .expect(redirectTo: "/threats/\(id)")
            let change = try #require(try await Self.history(world).first)
            #expect(change.was == .green && change.label == .amber && change.cause == .shared)
            #expect(change.person == Cast.handler.id && change.at == world.clock.now())
            await handler.get("/threats/\(id)").expect(
                200, shows: "Lịch sử nhãn", "Cán bộ handler", "Chia sẻ với nhãn chặt hơn")
            await handler.get("/threats/\(id)?lang=en").expect(200, shows: "How the label changed")
            let leaf = try #require(try await Self.leaves(world).first)
            #expect(leaf["from"]?.string == "TLP:GREEN" && leaf["to"]?.string == "TLP:AMBER")
            #expect(leaf["by"]?.string == "handler" && leaf["objects"]?.elements?.map(\.string) == [id])
            // What a past decision goes by is the label of its day.
            let (past, present) = try await world.database.read { [threats = world.threats, now = world.clock.now()] in
                (try threats.resource(id, at: before, in: $0), try threats.resource(id, at: now, in: $0))
            }
            #expect(past?.label == "TLP:GREEN" && present?.label == "TLP:AMBER")
            let moments = try await world.database.read { [threats = world.threats] in
                try threats.changes(
                    of: id, from: before, until: before.adding(days: 1), in: $0)
            }
            #expect(moments == [before.adding(seconds: 60)])
        }
    }

    @Test("nothing is said of a label that stays", arguments: Engine.all)
    func same(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            try await world.importing(bundle([indicator(marked(.green))]))
            await world.visitor(Cast.handler).post("/threats/\(id)/share", ["label": "TLP:GREEN", "to": "cluster"])
                .expect(redirectTo: "/threats/\(id)")
            #expect(try await Self.history(world).isEmpty)
            #expect(try await Self.leaves(world).isEmpty)
        }
    }

    @Test("a newer version that says another label is a change by whoever brought it", arguments: Engine.all)
    func version(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            try await world.importing(bundle([indicator(marked(.green))]))
            let first = world.clock.now()
            world.clock.advance(seconds: 60)
            let newer = indicator(marked(.amber)).replacing(#""modified":"2020"#, with: #""modified":"2099"#)
            try await world.importing(bundle([newer]))
            let change = try #require(try await Self.history(world).first)
            #expect(change.was == .green && change.label == .amber && change.cause == .version)
            #expect(change.person != nil)
            let then = try await world.database.read { [threats = world.threats] in
                try threats.resource(id, at: first, in: $0)
            }
            #expect(then?.label == "TLP:GREEN")
        }
    }

    @Test(
        "a marking that is defined later changes labels as its origin's word, a hundred in a leaf",
        arguments: Engine.all)
    func definition(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            let mine = #","object_marking_refs":["\#(marking)"]"#
            let others = (0..<120).map { indicator(mine, id: indicatorID($0)) }
            try await world.importing(bundle([indicator(mine)] + others))
            world.clock.advance(seconds: 60)
            try await world.importing(
                bundle([
                    #"{"type":"marking-definition","spec_version":"2.1","id":"\#(marking)","#
                        + #""created":"2020-11-09T01:30:00Z","definition_type":"statement","#
                        + #""definition":{"statement":"©"}}"#
                ]))
            _ = try await world.jobs.runDue()
            let change = try #require(try await Self.history(world).first)
            #expect(change.was == .red && change.label == .amber && change.cause == .marking && change.person == nil)
            let leaves = try await Self.leaves(world)
            #expect(leaves.compactMap { $0["objects"]?.elements?.count }.sorted() == [21, 100])
            #expect(leaves.allSatisfy { $0["marking"]?.string == marking })
        }
    }
}
