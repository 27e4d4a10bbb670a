import Database
import House
import Logging
import StrictJSON
import TestKit
import Testing
import Vocabulary

@testable import Events
@testable import Web

@Suite("Gaps of a subscription")
struct GapTests {
    let reader: Headers = ["authorization": "ApiKey key of portal", "content-type": "application/json"]

    /// Publishes one event, suspends the follower's grant for two, and resumes it for a last one.
    private func suspend(_ world: World) async throws {
        try await world.publish("1")
        world.grant([("registry", ["publish:\(World.type)"]), ("portal", [])])
        try await world.publish("2", "3")
    }

    private func resume(_ world: World) async throws {
        world.clock.advance(seconds: 10)
        world.grant(
            [("registry", ["publish:\(World.type)"]), ("portal", ["follow:\(World.type)"])], from: world.clock.now())
        world.clock.advance(seconds: 10)
        try await world.publish("4")
    }

    @Test(
        "What was published while a grant was suspended is no webhook's, and its positions are told",
        arguments: Engine.all)
    func webhook(engine: Engine) async throws {
        for mode in [Subscription.Mode.structured, .batch] {
            try await World.open(on: engine) { world in
                try await world.begin()
                let mailbox = world.takes("https://portal.test")
                let made = try await world.webhook("https://portal.test/hook", mode)
                try await world.running {
                    try await world.publish("1")
                    #expect(try await eventually { mailbox.ids == ["1"] })
                    world.grant([("registry", ["publish:\(World.type)"]), ("portal", [])])
                    try await world.publish("2")
                    #expect(try await eventually { gaps(world, made.id) == [Gap(first: 2, last: 2, count: 1)] })
                    try await world.publish("3")
                    try await resume(world)
                    #expect(try await eventually { mailbox.ids == ["1", "4"] })
                    #expect(gaps(world, made.id) == [Gap(first: 2, last: 3, count: 2)], "one gap, not two")
                    #expect(
                        try await eventually {
                            try await world.database.read { try SubscriptionStore.find(made.id, in: $0)?.gaps.text }
                                == "2-3/2"
                        })
                }
                let list = await Visitor(world.site).send(.get, "/events/v1/subscriptions", headers: reader)
                list.expect(200, shows: #""withheld":2"#, #""gaps":[{"first":2,"last":3,"count":2}]"#)
                // What is read again is told again, and not twice.
                _ = try await world.events.replay(made.id, from: nil, position: 2, by: "test")
                #expect(gaps(world, made.id) == [Gap(first: 2, last: 2, count: 1)], "what lies ahead stays")
                _ = try await world.events.replay(made.id, from: nil, position: 1, by: "test")
                #expect(gaps(world, made.id).isEmpty)
            }
        }
    }

    private func gaps(_ world: World, _ id: ID<Subscription>) -> [Gap] {
        world.events.dispatcher[id]?.now.subscription.gaps.all ?? []
    }

    @Test("Who pulls is told in the answer where what was withheld stands", arguments: Engine.all)
    func pull(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            try await world.begin()
            let visitor = Visitor(world.site)
            let body = Array(#"{"types":["\#(World.type)"]}"#.utf8)
            let asked = await visitor.send(.post, "/events/v1/subscriptions", headers: reader, body: body)
            let id = try JSONDocument(asked.response.text).root.requireString("id")
            try await suspend(world)
            let place = "/events/v1/subscriptions/\(id)/events"
            let nothing = await visitor.send(.get, place, headers: reader)
            #expect(nothing.response.headers["truc-withheld"] == "3;first=1;last=3", "nothing is given meanwhile")
            #expect(try CloudEvent.batch(nothing.response.bytes ?? []).isEmpty)
            try await resume(world)
            let page = await visitor.send(.get, place, headers: reader)
            #expect(try CloudEvent.batch(page.response.bytes ?? []).map(\.id) == ["4"])
            #expect(page.response.headers["truc-withheld"] == "3;first=1;last=3")
            #expect(page.response.headers["truc-next"] == "4")
            let after = await visitor.send(.get, "\(place)?after=3", headers: reader)
            #expect(after.response.headers["truc-withheld"] == nil)
            let document = await visitor.send(.get, "/openapi.json").expect(200)
            document.expect(200, shows: "truc-withheld")
        }
    }

    @Test("One pull looks through a part of what is withheld, waiting or not, and says how far it came")
    func parts() async throws {
        var log = EventLog.Settings()
        (log.looksPerPage, log.tailEvents) = (100, 10)
        try await World.open(on: .sqlite, log: log) { world in
            try await world.begin()
            let visitor = Visitor(world.site)
            let body = Array(#"{"types":["\#(World.type)"]}"#.utf8)
            let asked = await visitor.send(.post, "/events/v1/subscriptions", headers: reader, body: body)
            let id = try JSONDocument(asked.response.text).root.requireString("id")
            world.grant([("registry", ["publish:\(World.type)"]), ("portal", [])])
            let registry = try world.application("registry")
            for round in 0..<10 {
                _ = try await world.events.publish(
                    try (0..<100).map { try world.event("\(round)-\($0)") }, by: registry)
            }
            try await resume(world)
            let before = world.log.readCount
            let place = "/events/v1/subscriptions/\(id)/events"
            var (next, given, calls) = (Int64(0), [String](), 0)
            while given.isEmpty, calls < 9 {
                let answer = await visitor.send(.get, "\(place)?after=\(next)&wait=30", headers: reader)
                next = try #require(answer.response.headers["truc-next"].flatMap { Int64($0) })
                given = try CloudEvent.batch(answer.response.bytes ?? []).map(\.id)
                calls += 1
                #expect(answer.response.headers["truc-behind"] == "\(1001 - next)")
                if given.isEmpty { #expect(next == Int64(calls * 400)) }
            }
            #expect(given == ["4"] && calls == 3)
            #expect(world.log.readCount - before <= 1000)
        }
    }

    @Test("Gaps with nothing given between are one, the oldest of many are put together, and all can be read again")
    func merging() {
        var gaps = Gaps()
        gaps.add(Gap([3, 4]), behind: 2)
        gaps.add(Gap([7]), behind: 2)
        #expect(gaps.text == "3-7/3")
        gaps.add(Gap([9]), behind: 8)
        #expect(gaps.text == "3-7/3 9-9/1" && Gaps(gaps.text) == gaps && gaps.count == 4)
        for place in stride(from: Int64(11), to: 311, by: 2) { gaps.add(Gap([place]), behind: place - 1) }
        #expect(gaps.all.count == 50 && gaps.count == 154 && gaps.all[0].first == 3)
        gaps.forget(behind: 2)
        #expect(gaps.all.isEmpty && Gap([]) == nil)
    }

    @Test("Of a gap in which a cursor is set back, what lies ahead is still told, and the rest told again")
    func cut() {
        var gaps = Gaps("3-7/5 10-30/3 40-41/2")
        gaps.forget(behind: 40)
        #expect(gaps.text == "3-7/5 10-30/3 40-40/1")
        gaps.forget(behind: 20)
        #expect(gaps.text == "3-7/5 10-20/2")
        gaps.forget(behind: 10)
        #expect(gaps.text == "3-7/5 10-10/1")
        gaps.forget(behind: 5)
        #expect(gaps.text == "3-5/3")
        gaps.add(Gap([6, 7]), behind: 2)
        #expect(gaps.text == "3-7/5")
    }

    @Test("A long stretch of what is withheld is passed in one page, and takes no place in it")
    func stretch() async throws {
        var settings = EventLog.Settings()
        settings.tailEvents = 1
        let home = try TemporaryFolder()
        let log = try await EventLog.open(
            folder: home.path, now: { Instant(milliseconds: 0) },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, settings: settings)
        func new(_ number: Int, _ type: String) -> NewEvent {
            NewEvent(type: type, source: "/a", id: "\(number)", publisher: "a", bytes: Array("{}".utf8))
        }
        _ = try await log.append((1...1000).map { new($0, $0 == 900 ? "given" : $0 % 2 == 0 ? "kept" : "other") })
        let page = try await log.events(after: 0, types: ["given", "kept"], limit: 1, bytes: 1 << 20) {
            $0.type == "given"
        }
        #expect(page.events.map(\.position) == [900] && page.next == 900)
        #expect(page.withheld == (1..<450).map { Int64($0 * 2) })
        try await log.close()
    }
}
