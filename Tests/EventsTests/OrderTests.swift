import Database
import House
import StrictJSON
import Synchronization
import TestKit
import Testing
import Vocabulary

@testable import Events
@testable import Web

@Suite("What is decided of a subscription while something else is under way")
struct OrderTests {
    private func stored(_ id: ID<Subscription>, _ world: World) async throws -> Subscription? {
        try await world.database.read { try SubscriptionStore.find(id, in: $0) }
    }

    /// A webhook whose cursor moved to 3 and is not written down yet.
    private func moved(_ world: World) async throws -> Endpoint {
        try await world.begin()
        world.connect("https://portal.test") { _ in FetchResponse(status: 204, headers: [:], body: []) }
        let made = try await world.webhook("https://portal.test/hook")
        try await world.publish("1", "2", "3")
        let endpoint = try #require(world.events.dispatcher[made.id])
        endpoint.advance(to: 3, in: endpoint.now.epoch)
        return endpoint
    }

    @Test(
        "A replay stands, durably, whenever a cursor that moved before it is written down", arguments: Engine.all,
        [HeldDatabase.Moment.before, .after])
    func replay(engine: Engine, moment: HeldDatabase.Moment) async throws {
        try await World.open(on: engine) { world in
            let endpoint = try await moved(world)
            world.held.holdNext(moment)
            // Of the two the first is held: the cursor before it is written, or the replay when it is durable.
            async let first: Void =
                moment == .before
                ? world.events.writeMovedCursors()
                : { _ = try await world.events.replay(endpoint.id, from: nil, position: 0, by: "test") }()
            #expect(try await eventually { world.held.isHolding })
            if moment == .before {
                _ = try await world.events.replay(endpoint.id, from: nil, position: 0, by: "test")
            } else {
                try await world.events.writeMovedCursors()
            }
            world.held.goOn()
            try await first
            #expect(try await stored(endpoint.id, world)?.position == 0)
            #expect(endpoint.now.subscription.position == 0)
            endpoint.advance(to: 2, in: endpoint.now.epoch)
            try await world.events.writeMovedCursors()
            #expect(try await stored(endpoint.id, world)?.position == 2, "it goes on from there")
        }
    }

    @Test("Who confirms what was pulled before a replay does not undo it", arguments: Engine.all)
    func confirmation(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            try await world.begin()
            let portal = try world.application("portal")
            let made = try await world.events.subscribe(
                SubscriptionDraft(types: [World.type], url: nil, pin: nil, mode: .batch, from: nil, position: nil),
                by: portal)
            try await world.publish("1", "2", "3")
            func pull(_ asked: Subscription) async throws -> [Int64] {
                try await world.events.pull(asked, after: nil, limit: 2, waitSeconds: 0).page.events.map(\.position)
            }
            #expect(try await pull(made) == [1, 2])
            _ = try await world.events.replay(made.id, from: nil, position: 0, by: "test")
            // One that began before the replay ends after it.
            #expect(try await pull(made) == [1, 2])
            await #expect(throws: Problem.conflict(.replayedMeanwhile)) {
                try await world.events.acknowledge(made, upTo: 2)
            }
            #expect(try await stored(made.id, world)?.position == 0)
            let replayed = try #require(try await stored(made.id, world))
            #expect(try await pull(replayed) == [1, 2])
            try await world.events.acknowledge(replayed, upTo: 2)
            await #expect(throws: Problem.conflict(.replayedMeanwhile)) {
                try await world.events.acknowledge(replayed, upTo: 3)
            }
            #expect(try await stored(made.id, world)?.position == 2)
        }
    }

    @Test("Who confirms at the very moment of a replay does not undo it", arguments: Engine.all)
    func confirmationMeanwhile(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            try await world.begin()
            let made = try await world.events.subscribe(
                SubscriptionDraft(types: [World.type], url: nil, pin: nil, mode: .batch, from: nil, position: nil),
                by: try world.application("portal"))
            try await world.publish("1", "2", "3")
            let taken = try await world.events.pull(made, after: nil, limit: 2, waitSeconds: 0).page
            world.held.holdNext(.before)
            async let confirming: Void = world.events.acknowledge(made, upTo: taken.next)
            #expect(try await eventually { world.held.isHolding })
            _ = try await world.events.replay(made.id, from: nil, position: 0, by: "test")
            world.held.goOn()
            var found: Problem?
            do { try await confirming } catch let problem as Problem { found = problem }
            #expect(found == .conflict(.replayedMeanwhile))
            #expect(try await stored(made.id, world)?.position == 0)
        }
    }

    @Test("Of two replays the later one stands, whichever is heard of first", arguments: Engine.all)
    func replays(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            let endpoint = try await moved(world)
            world.held.holdNext(.after)
            async let first = world.events.replay(endpoint.id, from: nil, position: 2, by: "test")
            #expect(try await eventually { world.held.isHolding })
            _ = try await world.events.replay(endpoint.id, from: nil, position: 1, by: "test")
            world.held.goOn()
            #expect(try await first == 2)
            #expect(try await stored(endpoint.id, world)?.position == 1)
            #expect(endpoint.now.subscription.position == 1)
        }
    }

    @Test("Of a pause and a word to go on the later one stands, whichever is heard of first", arguments: Engine.all)
    func pause(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            let endpoint = try await moved(world)
            world.held.holdNext(.after)
            async let first: Void = world.events.pause(endpoint.id, true, by: "test")
            #expect(try await eventually { world.held.isHolding })
            try await world.events.pause(endpoint.id, false, by: "test")
            world.held.goOn()
            try await first
            #expect(try await stored(endpoint.id, world)?.state == .active)
            #expect(endpoint.now.subscription.state == .active)
        }
    }

    @Test(
        "Who agreed and cannot be asked again for now still gets events; who says no gets none", arguments: Engine.all)
    func silence(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            let endpoint = try await moved(world)
            world.whileAsked.withLock { $0 = { throw FetchError.closed } }
            try await world.events.pause(endpoint.id, false, by: "test")
            #expect(try await stored(endpoint.id, world)?.state == .active)
            #expect(endpoint.now.subscription.state == .active)
            world.whileAsked.withLock { $0 = nil }
            world.saysNothing.withLock { $0 = true }
            try await world.events.pause(endpoint.id, false, by: "test")
            #expect(endpoint.now.subscription.state == .asked)
        }
    }

    @Test("A word to go on that comes during a call ends the wait after it", arguments: Engine.all)
    func kick(engine: Engine) async throws {
        var settings = World.quick
        (settings.firstRetrySeconds, settings.longestRetrySeconds, settings.answerSeconds) = (36_000, 36_000, 30)
        try await World.open(on: engine, settings: settings) { world in
            try await world.begin()
            let (mailbox, mayFail) = (Mailbox(), Flag())
            world.connect("https://portal.test") { request in
                mailbox.put(request)
                guard mailbox.ids.count == 1 else { return FetchResponse(status: 204, headers: [:], body: []) }
                while !mayFail.isRaised { try await Task.sleep(for: .milliseconds(5)) }
                throw FetchError.closed
            }
            let made = try await world.webhook("https://portal.test/hook")
            try await world.running { () async throws in
                try await world.publish("1")
                #expect(try await eventually { mailbox.ids == ["1"] })
                try await world.events.pause(made.id, false, by: "test")
                mayFail.raise()
                #expect(try await eventually(withinSeconds: 20) { mailbox.ids == ["1", "1"] })
            }
        }
    }

    @Test("Who asks for another try of a dead letter during one gets one more", arguments: Engine.all)
    func again(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            try await world.begin()
            let (mailbox, mayFail) = (Mailbox(), Flag())
            world.connect("https://portal.test") { request in
                mailbox.put(request)
                guard mailbox.ids.count == 1 else { return FetchResponse(status: 204, headers: [:], body: []) }
                while !mayFail.isRaised { try await Task.sleep(for: .milliseconds(5)) }
                return FetchResponse(status: 422, headers: [:], body: [])
            }
            let made = try await world.webhook("https://portal.test/hook")
            try await world.bury("dead", of: made.id)
            _ = try await world.events.tryAgain(made.id, nil, by: "test")
            try await world.running { () async throws in
                #expect(try await eventually { mailbox.ids == ["dead"] })
                #expect(try await world.events.tryAgain(made.id, 1, by: "test") == 1)
                mayFail.raise()
                #expect(try await eventually(withinSeconds: 20) { mailbox.ids == ["dead", "dead"] })
                #expect(
                    try await eventually {
                        try await world.database.read { try DeadLetterStore.counts(in: $0) }.isEmpty
                    })
            }
        }
    }
    @Test("An event that cannot be written in an endpoint's form becomes a dead letter and stops no other")
    func unwritable() async throws {
        try await World.open(on: .sqlite) { world in
            try await world.begin()
            let mailbox = world.takes("https://portal.test")
            let made = try await world.webhook("https://portal.test/hook", .binary)
            _ = try await world.log.append([
                NewEvent(type: World.type, source: "/s", id: "broken", publisher: "app", bytes: Array("{".utf8))
            ])
            try await world.running { () async throws in
                try await world.publish("whole")
                #expect(try await eventually(withinSeconds: 20) { mailbox.ids == ["whole"] })
            }
            let letters = try await world.database.read { tx in
                try DeadLetterStore.letters(of: made.id, limit: 9, in: tx)
            }
            #expect(letters.map(\.event) == ["broken"])
        }
    }
}
