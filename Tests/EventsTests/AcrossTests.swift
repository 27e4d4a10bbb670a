import Database
@testable import Events
@testable import Exchange
import Ledger
import Synchronization
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@Suite("Events between nodes and in the ledger")
struct AcrossTests {
    func fact(_ draft: FactDraft, from origin: String) -> Fact {
        Fact(
            id: draft.id, version: draft.version, mediaType: draft.mediaType, origin: ID(origin), tlp: draft.tlp,
            recipients: draft.recipients, isRevocation: false, createdAt: Instant(milliseconds: 0), bytes: draft.bytes,
            sha256: [], signature: [])
    }

    @Test("Who follows at another node gets each event once, there", arguments: Engine.all)
    func across(engine: Engine) async throws {
        try await World.open(on: engine, code: "H40") { home in
            try await home.begin()
            home.grant([("portal", ["follow:\(World.type)", "publish:\(World.type)"])], node: "H42")
            try await World.open(on: engine, code: "H42") { away in
                away.grant([("portal", ["follow:\(World.type)"])], home: "H40")
                try await home.running { () async throws in
                    // The cursor begins where the node begins to forward.
                    #expect(
                        try await eventually {
                            try await home.database.read { try EventStates.value(.forwarded, in: $0) } != nil
                        })
                    _ = try await home.log.append([NewEvent(try home.event("1"), publisher: "registry")])
                    _ = try await home.log.append([NewEvent(try home.event("2"), publisher: "registry")])
                    // What came from there does not go back.
                    _ = try await home.log.append([NewEvent(try home.event("3"), publisher: "node:H42")])
                    _ = try await home.log.append([NewEvent(try home.event("4"), publisher: "registry")])
                    #expect(try await eventually { home.facts.withLock { $0.count } >= 3 })
                }
                let drafts = home.facts.withLock { $0 }
                #expect(drafts.count == 3)
                #expect(drafts.allSatisfy { $0.recipients == .named([ID("H42")]) && $0.tlp == .amberStrict })
                let facts = drafts.map { fact($0, from: "H40") }
                for fact in facts + facts {
                    try await away.database.write { [events = away.events] in try events.receive(fact, in: $0) }
                }
                try await away.running { () async throws in
                    away.events.ring()
                    #expect(try await eventually { away.log.bounds.last == 3 })
                }
                let page = try await away.log.events(after: 0, types: nil, limit: 10, bytes: 1 << 20)
                #expect(page.events.map(\.id) == ["1", "2", "4"])
                #expect(page.events.allSatisfy { ForeignPublisher.node(of: $0.publisher) == ID("H40") })
                // Another node may not speak for it.
                let forged = fact(drafts[0], from: "H23")
                await #expect(throws: ArrivalRefusal.self) {
                    try await away.database.write { [events = away.events] in try events.receive(forged, in: $0) }
                }
            }
        }
    }

    @Test("Two publishers of one node with the same (source, id) are told apart at the next", arguments: Engine.all)
    func publishers(engine: Engine) async throws {
        try await World.open(on: engine, code: "H40") { home in
            try await home.begin()
            home.grant([("portal", ["follow:\(World.type)", "publish:\(World.type)"])], node: "H42")
            try await home.database.write { try EventStates.set(.forwarded, 0, in: $0) }
            for publisher in ["intruder", "registry"] {
                _ = try await home.log.append([NewEvent(try home.event("1", "by \(publisher)"), publisher: publisher)])
            }
            try await home.running { () async throws in
                #expect(try await eventually { home.facts.withLock { $0.count } >= 2 })
            }
            let drafts = home.facts.withLock { $0 }
            try await World.open(on: engine, code: "H42") { away in
                away.grant([("portal", ["follow:\(World.type)"])], home: "H40")
                // And one of a node that tells nobody apart yet.
                let old = FactDraft(
                    id: "event--0123", version: "1", mediaType: Events.mediaType, tlp: .amberStrict,
                    recipients: .named([ID("H42")]), bytes: drafts[0].bytes)
                for draft in drafts + [old] {
                    try await away.database.write { [events = away.events] in
                        try events.receive(fact(draft, from: "H40"), in: $0)
                    }
                }
                try await away.running { () async throws in
                    away.events.ring()
                    #expect(try await eventually { away.log.bounds.last == 3 })
                }
                let page = try await away.log.events(after: 0, types: nil, limit: 10, bytes: 1 << 20)
                #expect(Set(page.events.map(\.publisher)).count == 3)
                #expect(page.events.last?.publisher == "node:H40")
                #expect(page.events.map(\.bytes) == (drafts + [old]).map(\.bytes))
            }
        }
    }

    @Test(
        "What arrived together is written at once; what the log refuses takes nothing else with it",
        arguments: Engine.all)
    func together(engine: Engine) async throws {
        try await World.open(on: engine, code: "H42") { world in
            world.grant([("portal", ["follow:\(World.type)"])], home: "H40")
            let arrive = { (ids: [String]) async throws in
                let facts = try ids.map { id in
                    fact(
                        FactDraft(
                            id: "event--\(id)", version: "1", mediaType: Events.mediaType, tlp: .amberStrict,
                            recipients: .named([ID("H42")]), bytes: try world.event(id).structured), from: "H40")
                }
                try await world.database.write { [events = world.events] tx in
                    for fact in facts { try events.receive(fact, in: tx) }
                }
                try await world.running { () async throws in
                    #expect(
                        try await eventually {
                            try await world.database.read { tx in
                                try tx.rows("SELECT seq FROM events_arrival WHERE position IS NULL").isEmpty
                            }
                        })
                }
            }
            let before = world.log.bell.count
            try await arrive((1...20).map(String.init))
            #expect(world.log.bounds.last == 20 && world.log.bell.count == before + 1)
            // The log had it with other content before it arrived.
            _ = try await world.log.append([NewEvent(try world.event("22", "other"), publisher: "node:H40")])
            try await arrive(["21", "22", "23"])
            let page = try await world.log.events(after: 20, types: nil, limit: 10, bytes: 1 << 20)
            #expect(page.events.map(\.id) == ["22", "21", "23"])
            let refused = try await world.database.read { tx in
                try tx.rows("SELECT event FROM events_arrival WHERE position = 0").map {
                    try $0.get("event", as: String.self)
                }
            }
            #expect(refused == ["22"])
        }
    }

    @Test("Nothing goes past the cursor, and nothing is judged, before grants are known", arguments: Engine.all)
    func early(engine: Engine) async throws {
        try await World.open(on: engine, code: "H40") { world in
            try await world.register()
            try await world.database.write { try EventStates.set(.forwarded, 0, in: $0) }
            let other = try CloudEvent(id: "9", source: "/x", type: "vn.other", data: ["a": 1])
            let arrived = fact(
                FactDraft(
                    id: "f", version: "1", mediaType: Events.mediaType, tlp: .amberStrict,
                    recipients: .named([ID("H40")]), bytes: other.structured), from: "H23")
            try await world.database.write { [events = world.events] in try events.receive(arrived, in: $0) }
            _ = try await world.log.append([NewEvent(try world.event("1"), publisher: "registry")])
            try await world.running { () async throws in
                try await Task.sleep(for: .milliseconds(100))
                #expect(world.facts.withLock { $0.isEmpty } && world.log.bounds.last == 1)
                world.grant([("portal", ["follow:\(World.type)"])], node: "H42")
                #expect(try await eventually { world.facts.withLock { $0.count } == 1 })
                // Whose this type is nobody knows here: it waits, and is given up in the end.
                #expect(world.log.bounds.last == 1)
                world.clock.advance(seconds: 3601)
                world.events.ring()
                #expect(
                    try await eventually {
                        try await world.database.read { tx in
                            try tx.rows("SELECT seq FROM events_arrival WHERE position IS NULL").isEmpty
                        }
                    })
                #expect(world.log.bounds.last == 1)
            }
        }
    }

    @Test("A backlog of many leaves is under them without a pause between", arguments: Engine.all)
    func manyLeaves(engine: Engine) async throws {
        var settings = World.quick
        settings.leafMilliseconds = 600_000
        try await World.open(on: engine, settings: settings) { world in
            let bytes = Array("{}".utf8)
            for part in 0..<3 {
                _ = try await world.log.append(
                    (0..<Events.leafEvents).map { place in
                        NewEvent(type: "t", source: "/s", id: "\(part)-\(place)", publisher: "registry", bytes: bytes)
                    })
            }
            try await world.running { () async throws in
                #expect(
                    try await eventually(withinSeconds: 30) {
                        try await world.database.read { try EventStates.value(.leaves, in: $0) } == 15_000
                    })
            }
        }
    }

    @Test("Every event is under a leaf of the ledger, once", arguments: Engine.all)
    func leaves(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            try await world.begin()
            try await world.running {
                try await world.publish("1", "2", "3")
                #expect(
                    try await eventually {
                        try await world.database.read { try EventStates.value(.leaves, in: $0) } == 3
                    })
                try await world.publish("4")
                #expect(
                    try await eventually {
                        try await world.database.read { try EventStates.value(.leaves, in: $0) } == 4
                    })
            }
            let page = try await world.log.events(after: 0, types: nil, limit: 10, bytes: 1 << 20)
            let contents = try await world.database.read { tx in
                try tx.rows("SELECT content FROM ledger_fact WHERE kind = 'events.published' ORDER BY id").map {
                    try $0.get("content", as: [UInt8].self)
                }
            }
            var next: Int64 = 1
            for content in contents {
                let leaf = try JSONDocument(content).root
                let (first, last) = (try leaf.requireInteger("first"), try leaf.requireInteger("last"))
                #expect(first == next)
                next = last + 1
                let events = page.events.filter { (first...last).contains($0.position) }
                #expect(try leaf.requireString("sha256") == Events.leaf(events)?["sha256"].flatMap(Self.text))
            }
            #expect(next == 5)
        }
    }

    static func text(_ json: JSON) -> String? {
        if case .string(let text) = json { text } else { nil }
    }
}
