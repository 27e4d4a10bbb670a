import Database
@testable import Events
import House
import StrictJSON
import TestKit
import Testing
import Vocabulary
@testable import Web

@Suite("What an operator does with queues and dead letters")
struct OperatorTests {
    func queue(_ world: World) async throws -> Subscription {
        try await world.events.subscribe(
            SubscriptionDraft(types: [World.type], url: nil, pin: nil, mode: .batch, from: nil, position: nil),
            by: try world.application("portal"))
    }

    func position(_ id: ID<Subscription>, _ world: World) async throws -> Int64? {
        try await world.database.read { try SubscriptionStore.find(id, in: $0)?.position }
    }

    @Test("A queue is replayed from a time or a position, not from both", arguments: Engine.all)
    func replay(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            try await world.begin()
            let (made, visitor) = (try await queue(world), Visitor(world.site))
            visitor.setCookie("administrator", "yes")
            try await world.publish("1", "2")
            world.clock.advance(seconds: 3600)
            try await world.publish("3")
            let path = "/events/queues/\(made.id)"
            await visitor.get(path).expect(200, shows: "\(path)/replay")
            await visitor.get("\(path)/replay").expect(200, shows: "name=\"from\"")
            let between = world.clock.now().adding(seconds: -600).local
            await visitor.post("\(path)/replay", ["from": between, "position": ""]).expect(303)
            #expect(try await position(made.id, world) == 2)
            await visitor.post("\(path)/replay", ["from": "", "position": "1"]).expect(303)
            #expect(try await position(made.id, world) == 1)
            await visitor.post("\(path)/replay", ["from": between, "position": "1"]).expect(422)
            await visitor.post("\(path)/replay", ["from": "", "position": ""]).expect(422)
            await visitor.post("\(path)/replay", ["from": "hôm qua", "position": ""]).expect(422)
            await visitor.post("\(path)/replay", ["from": "", "position": "9"]).expect(
                422, shows: "field-position-error", "value=\"9\"")
            #expect(try await position(made.id, world) == 1)
        }
    }

    @Test("Dead letters are seen on a page and in lines, and one or all are tried again", arguments: Engine.all)
    func deadLetters(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            try await world.begin()
            let (made, visitor) = (try await queue(world), Visitor(world.site))
            visitor.setCookie("administrator", "yes")
            try await world.database.write { [at = world.clock.now(), bytes = try world.event("x").structured] tx in
                for place in 1...3 {
                    let event = StoredEvent(
                        position: Int64(place), at: at, type: World.type, source: "/dossiers", id: "dead-\(place)",
                        publisher: "", bytes: bytes)
                    try DeadLetterStore.insert(event, of: made.id, because: .status(422), tries: 8, at: at, in: tx)
                }
            }
            await visitor.get("/events/dead").expect(200, shows: "dead-2", "Bên nhận trả lời HTTP 422")
            await visitor.get("/events/dead?lang=en").expect(200, shows: "The receiver answered HTTP 422")
            await visitor.get("/events/queues/\(made.id)").expect(200, shows: "dead-3")
            let lines = try await world.events.deadLines(of: made.id).map { $0["event"].flatMap(AcrossTests.text) }
            #expect(lines == ["dead-3", "dead-2", "dead-1"])
            #expect(try await world.events.deadLines(of: nil).count == 3)
            await #expect(throws: Problem.notFound) { try await world.events.deadLines(of: ID("nobody")) }
            await visitor.post("/events/queues/\(made.id)/again", ["position": "2"]).expect(303)
            let waiting = { () async throws -> [Int64] in
                try await world.database.read { tx in
                    try DeadLetterStore.letters(of: made.id, limit: 9, in: tx).filter(\.again).map(\.position)
                }
            }
            #expect(try await waiting() == [2])
            // What is no place is never taken for all of them.
            await visitor.post("/events/queues/\(made.id)/again", ["position": "all"]).expect(
                400, shows: "<code>events.cursor</code>")
            #expect(try await waiting() == [2])
            #expect(try await world.events.tryAgain(made.id, nil, by: "owner") == 3)
            #expect(try await waiting() == [3, 2, 1])
        }
    }

    @Test("Who stops a queue or lets it go on stands in the ledger, once", arguments: Engine.all)
    func pausing(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            try await world.begin()
            let made = try await queue(world)
            for isPaused in [true, true, false, false] {
                try await world.events.pause(made.id, isPaused, by: "operator")
            }
            let visitor = Visitor(world.site)
            visitor.setCookie("administrator", "yes")
            for (author, words) in [("operator", "Quản trị viên cho dừng"), (DeliveryFault.owner, "thư mục dữ liệu")] {
                try await world.events.pause(made.id, true, by: author)
                await visitor.get("/events/queues/\(made.id)").expect(200, shows: words)
                try await world.events.pause(made.id, false, by: author)
            }
            let leaves = try await world.database.read { tx in
                try tx.rows(
                    """
                    SELECT kind, content FROM ledger_fact WHERE kind IN ('events.paused', 'events.resumed') ORDER BY id
                    """
                ).map {
                    let content = try JSONDocument(try $0.get("content", as: [UInt8].self)).root
                    return [
                        try $0.get("kind", as: String.self), try content.requireString("subscription"),
                        try content.requireString("by"),
                    ]
                }
            }
            let id = made.id.text
            let steps = ["operator", "operator", DeliveryFault.owner].flatMap { author in
                ["events.paused", "events.resumed"].map { [$0, id, author] }
            }
            #expect(leaves == steps)
        }
    }

    @Test("What queues do can be read as metrics", arguments: Engine.all)
    func metrics(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            try await world.begin()
            let made = try await queue(world)
            world.connect("https://portal.test") { _ in FetchResponse(status: 204, headers: [:], body: []) }
            let hook = try await world.webhook("https://portal.test/hook")
            try await world.running {
                try await world.publish("1", "2")
                #expect(try await eventually { world.events.dispatcher[hook.id]?.now.delivered == 2 })
                #expect(try await eventually { try await world.events.metrics().contains("events_without_leaf 0\n") })
            }
            let text = try await world.events.metrics()
            let labels = { (id: ID<Subscription>) in #"{queue="\#(id)",application="VN/GOV/H40/portal"}"# }
            for line in [
                "events_position 2", "events_queue_behind\(labels(made.id)) 2",
                "events_queue_behind\(labels(hook.id)) 0",
                "events_delivered_total\(labels(hook.id)) 2", "events_dead_letters\(labels(hook.id)) 0",
            ] {
                #expect(text.contains(line + "\n"), "\(line)")
            }
        }
    }

    @Test("Who subscribes may begin at a position that the log still has", arguments: Engine.all)
    func fromPosition(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            try await world.begin()
            try await world.publish("1", "2", "3")
            let visitor = Visitor(world.site)
            let headers: Headers = ["x-api-key": "key of portal", "content-type": "application/json"]
            let ask = { (more: String) in Array(#"{"types":["\#(World.type)"],\#(more)}"#.utf8) }
            let made = await visitor.send(
                .post, "/events/v1/subscriptions", headers: headers, body: ask(#""position":1"#))
            let id = try JSONDocument(made.response.text).root.requireString("id")
            let page = await visitor.send(.get, "/events/v1/subscriptions/\(id)/events", headers: headers)
            #expect(try CloudEvent.batch(page.response.bytes ?? []).map(\.id) == ["2", "3"])
            for wrong in [#""position":4"#, #""position":-1"#, #""position":1,"from":"2020-11-09T00:00:00Z""#] {
                await visitor.send(.post, "/events/v1/subscriptions", headers: headers, body: ask(wrong))
                    .expect(400, shows: "events.cursor")
            }
        }
    }
}
