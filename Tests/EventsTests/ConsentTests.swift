import Database
@testable import Events
import House
import Ledger
import StrictJSON
import Synchronization
import TestKit
import Testing
import Vocabulary
@testable import Web

@Suite("Consent of an endpoint that comes later")
struct ConsentTests {
    /// The path by which an endpoint was told to answer.
    func callback(_ world: World) throws -> String {
        let url = try #require(world.asked.requests.last?.headers["webhook-request-callback"])
        return try #require(url.hasPrefix("https://h40.test/") ? String(url.dropFirst("https://h40.test".count)) : nil)
    }

    @Test("An endpoint that said nothing gets events once it, or somebody, calls back", arguments: Engine.all)
    func later(engine: Engine) async throws {
        for method in [Web.Method.get, .post] {
            try await World.open(on: engine) { world in
                try await world.begin()
                let (mailbox, visitor) = (Mailbox(), Visitor(world.site))
                world.connect("https://portal.test") { request in
                    mailbox.put(request)
                    return FetchResponse(status: 204, headers: [:], body: [])
                }
                world.saysNothing.withLock { $0 = true }
                let made = try await world.webhook("https://portal.test/hook")
                #expect(made.state == .asked)
                let path = try callback(world)
                try await world.running {
                    try await world.publish("1")
                    // To look whether the address is there is no consent.
                    await visitor.send(.head, path).expect(404)
                    #expect(world.events.dispatcher[made.id]?.now.subscription.state == .asked)
                    let headers: Headers = ["webhook-allowed-rate": "6000"]
                    await visitor.send(method, path, headers: headers).expect(200, shows: "active")
                    await visitor.send(method, path).expect(200, shows: "active")
                    #expect(try await eventually { mailbox.ids == ["1"] })
                    #expect(world.events.dispatcher[made.id]?.now.subscription.target?.rate == 6000)
                }
                let facts = try await world.database.read { tx in
                    try tx.rows("SELECT id FROM ledger_fact WHERE kind = 'events.webhook-consented'").count
                }
                #expect(facts == 1)
            }
        }
    }

    @Test("A wrong, an older or an old secret opens nothing", arguments: Engine.all)
    func secrets(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            try await world.begin()
            let visitor = Visitor(world.site)
            world.connect("https://portal.test") { _ in FetchResponse(status: 204, headers: [:], body: []) }
            world.saysNothing.withLock { $0 = true }
            let made = try await world.webhook("https://portal.test/hook")
            let first = try callback(world)
            await visitor.send(.get, String(first.dropLast()) + "_").expect(404)
            await visitor.send(.get, String(first.prefix { $0 != "?" })).expect(404)
            try await world.events.shakeHands(made.id)
            await visitor.send(.get, first).expect(404)
            let second = try callback(world)
            #expect(first != second)
            world.clock.advance(seconds: 7 * 86_400)
            await visitor.send(.get, second).expect(404)
            #expect(world.events.dispatcher[made.id]?.now.subscription.state == .asked)
            let kept = try await world.database.read { try ConsentStore.find(made.id, in: $0) }
            #expect(kept?.digest == Consent.digest(String(second.split(separator: "=").last ?? "")))
        }
    }

    @Test("Who calls back while it is asked has consented, whatever it answers", arguments: Engine.all)
    func meanwhile(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            try await world.begin()
            let visitor = Visitor(world.site)
            world.connect("https://portal.test") { _ in FetchResponse(status: 204, headers: [:], body: []) }
            world.saysNothing.withLock { $0 = true }
            world.whileAsked.withLock { asked in
                asked = { await visitor.send(.post, try callback(world)).expect(200, shows: "active") }
            }
            let made = try await world.webhook("https://portal.test/hook")
            #expect(made.state == .active)
            try await world.events.pause(made.id, true, by: "test")
            await visitor.send(.get, try callback(world)).expect(409)
            try await world.events.unsubscribe(made.id, by: "test")
            await visitor.send(.get, try callback(world)).expect(404)
        }
    }
}
