import Database
@testable import Events
import StrictJSON
import Synchronization
import TestKit
import Testing
import Vocabulary
@testable import Web

@Suite("Webhooks")
struct DeliveryTests {
    @Test("An endpoint that agreed gets each event once, signed, in the form it asked for", arguments: Engine.all)
    func delivery(engine: Engine) async throws {
        for mode in Subscription.Mode.allCases {
            try await World.open(on: engine) { world in
                try await world.begin()
                let mailbox = world.takes("https://portal.test")
                let made = try await world.webhook("https://portal.test/hook", mode)
                #expect(made.state == .active)
                try await world.running {
                    try await world.publish("1", "2", "3")
                    try await world.publish("3", "4")
                    #expect(try await eventually { mailbox.ids.count >= 4 })
                }
                #expect(mailbox.ids == ["1", "2", "3", "4"])
                #expect(mailbox.requests.allSatisfy { $0.headers["signature"] != nil })
                #expect(mailbox.requests.allSatisfy { $0.headers["origin"] == "h40.test" })
            }
        }
    }

    @Test("An endpoint that did not agree gets nothing", arguments: Engine.all)
    func handshake(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            try await world.begin()
            let made = try await world.webhook("https://nobody.test/hook")
            #expect(made.state == .asked && made.reason.hasPrefix("not-reached https://nobody.test"))
            try await world.running {
                try await world.publish("1")
                world.connect("https://nobody.test") { _ in FetchResponse(status: 204, headers: [:], body: []) }
                #expect(try await world.events.shakeHands(made.id).state == .active)
            }
        }
    }

    @Test(
        "Who does not answer is tried again and loses nothing; who never takes one gets it as a dead letter",
        arguments: Engine.all)
    func failing(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            try await world.begin()
            let mailbox = Mailbox()
            let isDown = Mutex(true)
            world.connect("https://portal.test") { request in
                if isDown.withLock({ $0 }) { throw FetchError.closed }
                let ids = try CloudEvent.read(request.headers, request.body).map(\.id)
                if ids == ["bad"], mailbox.ids.count < 3 { return FetchResponse(status: 422, headers: [:], body: []) }
                mailbox.put(request)
                return FetchResponse(status: 200, headers: [:], body: [])
            }
            let made = try await world.webhook("https://portal.test/hook")
            try await world.running {
                try await world.publish("1", "bad", "2", "3")
                #expect(try await eventually { (world.events.dispatcher[made.id]?.now.failures ?? 0) > 3 })
                isDown.withLock { $0 = false }
                #expect(try await eventually { mailbox.ids.count == 3 })
                let letters = try await world.database.read { tx in
                    try DeadLetterStore.letters(of: made.id, limit: 10, in: tx)
                }
                #expect(letters.map(\.event) == ["bad"] && letters.first?.reason == "http-status 422")
                #expect(try await world.events.tryAgain(made.id, nil, by: "test") == 1)
                #expect(try await eventually { mailbox.ids == ["1", "2", "3", "bad"] })
                #expect(
                    try await eventually {
                        try await world.database.read { try DeadLetterStore.counts(in: $0) }.isEmpty
                    })
            }
        }
    }

    @Test("Of a batch that is not taken only what is too old becomes dead letters", arguments: Engine.all)
    func oldAndFresh(engine: Engine) async throws {
        var settings = World.quick
        settings.giveUpSeconds = 3600
        try await World.open(on: engine, settings: settings) { world in
            try await world.begin()
            let mailbox = Mailbox()
            let isDown = Mutex(true)
            world.connect("https://portal.test") { request in
                if isDown.withLock({ $0 }) { return FetchResponse(status: 503, headers: [:], body: []) }
                mailbox.put(request)
                return FetchResponse(status: 204, headers: [:], body: [])
            }
            let made = try await world.webhook("https://portal.test/hook", .batch)
            try await world.publish("old", "older")
            world.clock.advance(seconds: 3601)
            try await world.publish("fresh", "fresher")
            let letters = { @Sendable () async throws -> [String] in
                try await world.database.read { tx in
                    try DeadLetterStore.letters(of: made.id, limit: 10, in: tx).map(\.event)
                }
            }
            try await world.running { () async throws in
                #expect(try await eventually { (world.events.dispatcher[made.id]?.now.failures ?? 0) > 3 })
                #expect(try await Set(letters()) == ["old", "older"])
                isDown.withLock { $0 = false }
                #expect(try await eventually { mailbox.ids == ["fresh", "fresher"] })
                #expect(try await letters().count == 2)
            }
        }
    }

    @Test("What somebody did while an endpoint was asked stands", arguments: Engine.all)
    func askedMeanwhile(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            try await world.begin()
            world.connect("https://portal.test") { _ in FetchResponse(status: 204, headers: [:], body: []) }
            let made = try await world.webhook("https://portal.test/hook")
            try await world.events.allowPrivate(made.id, true, by: "test")
            world.whileAsked.withLock { asked in
                asked = {
                    try await world.events.pause(made.id, true, by: "test")
                    try await world.events.allowPrivate(made.id, false, by: "test")
                }
            }
            #expect(try await world.events.shakeHands(made.id).state == .paused)
            let live = world.events.dispatcher[made.id]?.now.subscription
            #expect(live?.state == .paused && live?.target?.mayBePrivate == false)
            await #expect(throws: Problem.self) { try await world.events.shakeHands(made.id) }
            world.whileAsked.withLock { $0 = nil }
            try await world.events.pause(made.id, false, by: "test")
            world.whileAsked.withLock { $0 = { try await world.events.unsubscribe(made.id, by: "test") } }
            await #expect(throws: Problem.notFound) { try await world.events.shakeHands(made.id) }
            #expect(world.events.dispatcher[made.id] == nil)
        }
    }

    @Test(
        "Dead letters that are refused again hold up nobody; without a grant they are not sent", arguments: Engine.all)
    func deadAndAlive(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            try await world.begin()
            let mailbox = Mailbox()
            world.connect("https://portal.test") { request in
                mailbox.put(request)
                let id = try CloudEvent.read(request.headers, request.body).first?.id ?? ""
                return FetchResponse(status: id.hasPrefix("bad") ? 422 : 204, headers: [:], body: [])
            }
            let made = try await world.webhook("https://portal.test/hook")
            let bad = try (1...20).map { place in
                StoredEvent(
                    position: Int64(place), at: world.clock.now(), type: World.type, source: "/dossiers",
                    id: "bad\(place)", publisher: "", bytes: try world.event("bad\(place)").structured)
            }
            try await world.database.write { [at = world.clock.now()] tx in
                for event in bad {
                    try DeadLetterStore.insert(event, of: made.id, because: .hungUp, tries: 1, at: at, in: tx)
                }
            }
            #expect(try await world.events.tryAgain(made.id, nil, by: "test") == 20)
            try await world.running {
                try await world.publish("alive")
                #expect(try await eventually { Set(mailbox.ids).count == 21 })
                #expect(try #require(mailbox.ids.firstIndex(of: "alive")) < 20)
                #expect(world.events.dispatcher[made.id]?.now.failures == 0)
                let pages = try await world.database.read { tx in
                    let first = try DeadLetterStore.letters(behind: nil, limit: 15, in: tx)
                    return first.count == 15 && first[0].bytes.isEmpty
                        ? try DeadLetterStore.letters(behind: (first[14].position, made.id), limit: 15, in: tx) : []
                }
                #expect(pages.map(\.position) == [5, 4, 3, 2, 1])
                let sent = mailbox.requests.count
                world.grant([("registry", ["publish:\(World.type)"]), ("portal", [])])
                _ = try await world.events.tryAgain(made.id, nil, by: "test")
                #expect(
                    try await eventually {
                        try await world.database.read { tx in
                            try DeadLetterStore.letters(of: made.id, limit: 30, in: tx).allSatisfy {
                                $0.reason == "no-grant"
                            }
                        }
                    })
                #expect(mailbox.requests.count == sent)
                try await world.events.unsubscribe(made.id, by: "test")
                #expect(try await eventually { world.events.dispatcher.servedCount == 0 })
            }
        }
    }

    @Test("An endpoint that hangs slows nobody")
    func hanging() async throws {
        var settings = World.quick
        (settings.callsAtOnce, settings.probesAtOnce) = (8, 2)
        settings.answerSeconds = 30
        try await World.open(on: .sqlite, settings: settings) { world in
            try await world.begin()
            let mailbox = Mailbox()
            for place in 0..<4 {
                world.connect("https://dead\(place).test") { _ in
                    try await Task.sleep(for: .seconds(60))
                    throw FetchError.closed
                }
                _ = try await world.webhook("https://dead\(place).test/hook")
            }
            world.connect("https://portal.test") { request in
                mailbox.put(request)
                return FetchResponse(status: 204, headers: [:], body: [])
            }
            _ = try await world.webhook("https://portal.test/hook")
            try await world.running {
                for place in 0..<20 { try await world.publish("\(place)") }
                #expect(try await eventually(withinSeconds: 20) { mailbox.ids.count == 20 })
            }
        }
    }

    @Test("Many endpoints that answer slowly hold up no quick one")
    func slow() async throws {
        var settings = World.quick
        (settings.callsAtOnce, settings.slowCallsAtOnce, settings.quickSeconds) = (4, 2, 0.05)
        try await World.open(on: .sqlite, settings: settings) { world in
            try await world.begin()
            let mailbox = Mailbox()
            world.connect("https://slow.test") { _ in
                try await Task.sleep(for: .seconds(1.5))
                return FetchResponse(status: 204, headers: [:], body: [])
            }
            world.connect("https://portal.test") { request in
                mailbox.put(request)
                return FetchResponse(status: 204, headers: [:], body: [])
            }
            for place in 0..<24 { _ = try await world.webhook("https://slow.test/\(place)") }
            _ = try await world.webhook("https://portal.test/hook")
            try await world.running {
                for place in 0..<10 {
                    try await world.publish("\(place)")
                    #expect(try await eventually(withinSeconds: 4) { mailbox.ids.count == place + 1 })
                }
            }
        }
    }

    @Test("The cursor is written down: after a restart nothing comes again that was taken", arguments: Engine.all)
    func restart(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            try await world.begin()
            let mailbox = world.takes("https://portal.test")
            let made = try await world.webhook("https://portal.test/hook")
            try await world.running {
                try await world.publish("1", "2")
                #expect(try await eventually { mailbox.ids.count == 2 })
            }
            // An orderly stop wrote it down.
            let stored = try await world.database.read { try SubscriptionStore.find(made.id, in: $0) }
            #expect(stored?.position == 2)
            #expect(try await world.events.replay(made.id, from: nil, position: 1, by: "test") == 1)
            try await world.running { () async throws in
                #expect(try await eventually { mailbox.ids == ["1", "2", "2"] })
            }
        }
    }

    @Test(
        "What was taken does not come again when a stop comes during the call or the pause after it",
        arguments: Engine.all)
    func stops(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            try await world.begin()
            let mailbox = Mailbox()
            let answersAtOnce = Mutex(true)
            world.connect("https://portal.test") { request in
                mailbox.put(request)
                while !answersAtOnce.withLock({ $0 }), !Task.isCancelled {
                    try? await Task.sleep(for: .milliseconds(5))
                }
                return FetchResponse(status: 204, headers: [:], body: [])
            }
            let made = try await world.webhook("https://portal.test/hook")
            try await world.events.settle(made.id, .active, because: nil, rate: 1)
            try await world.running {
                try await world.publish("1")
                #expect(try await eventually { world.events.dispatcher[made.id]?.now.delivered == 1 })
            }
            let position = { () async throws -> Int64? in
                try await world.database.read { try SubscriptionStore.find(made.id, in: $0)?.position }
            }
            #expect(try await position() == 1)
            try await world.events.settle(made.id, .active, because: nil, rate: nil)
            world.events.dispatcher[made.id]?.change { $0.nextCallAt = nil }
            answersAtOnce.withLock { $0 = false }
            try await world.running {
                try await world.publish("2")
                #expect(try await eventually { mailbox.ids == ["1", "2"] })
            }
            #expect(try await position() == 2)
            try await world.bury("dead", of: made.id)
            _ = try await world.events.tryAgain(made.id, nil, by: "test")
            try await world.running { () async throws in
                #expect(try await eventually { mailbox.ids == ["1", "2", "dead"] })
            }
            #expect(try await world.database.read { try DeadLetterStore.counts(in: $0) }.isEmpty)
        }
    }

    @Test("An endpoint is called no more often than it allows, dead letters with the rest", arguments: Engine.all)
    func rate(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            try await world.begin()
            let calls = Mutex<[ContinuousClock.Instant]>([])
            world.connect("https://portal.test") { _ in
                calls.withLock { $0.append(.now) }
                return FetchResponse(status: 204, headers: [:], body: [])
            }
            let made = try await world.webhook("https://portal.test/hook")
            try await world.events.settle(made.id, .active, because: nil, rate: 300)
            try await world.bury("dead", of: made.id)
            _ = try await world.events.tryAgain(made.id, nil, by: "test")
            try await world.publish("1", "2", "3")
            try await world.running { () async throws in
                #expect(try await eventually { calls.withLock { $0.count } == 4 })
            }
            let times = calls.withLock { $0 }
            #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 >= .milliseconds(200) })
        }
    }

    @Test(
        "A grant that ended gives nothing more at once; a private address only on an administrator's word",
        arguments: Engine.all)
    func limits(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            try await world.begin()
            let mailbox = Mailbox()
            let isPrivate = Mutex<[Bool]>([])
            world.connect("https://portal.test") { request in
                mailbox.put(request)
                isPrivate.withLock { $0.append(request.mayReachPrivate) }
                return FetchResponse(status: 204, headers: [:], body: [])
            }
            let made = try await world.webhook("https://portal.test/hook")
            let plain = try await world.webhook("http://portal.test/hook")
            #expect(plain.state == .asked && plain.reason == "private-address")
            try await world.running {
                try await world.publish("1")
                #expect(try await eventually { mailbox.ids == ["1"] })
                world.grant([("registry", ["publish:\(World.type)"]), ("portal", [])])
                try await world.publish("2")
                world.grant(
                    [("registry", ["publish:\(World.type)"]), ("portal", ["follow:\(World.type)"])],
                    from: world.clock.now().adding(seconds: 1))
                world.clock.advance(seconds: 2)
                try await world.events.allowPrivate(made.id, true, by: "administrator")
                try await world.publish("3")
                #expect(try await eventually { mailbox.ids == ["1", "3"] })
            }
            #expect(isPrivate.withLock { $0 } == [false, true])
        }
    }
}
