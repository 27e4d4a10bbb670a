import Gateway
import House
import StrictJSON
import TestKit
import Testing
import Vocabulary

@testable import Events
@testable import Web

/// A subscription gives nothing by itself: whoever looks at it is told when nothing comes, and why.
@Suite("Subscriptions whose grants give nothing now")
struct WithholdingTests {
    private static let other = "vn.gov.test.other"
    private let reader: Headers = ["authorization": "ApiKey key of portal", "content-type": "application/json"]

    private func subscription(_ world: World) async throws -> ID<Subscription> {
        try await world.begin()
        _ = world.takes("https://portal.test")
        return try await world.webhook("https://portal.test/hook").id
    }

    /// What pages, programs and the command line say.
    private func expect(
        _ world: World, _ id: ID<Subscription>, shows words: String, reason: String?,
        at location: SourceLocation = #_sourceLocation
    ) async throws {
        let visitor = Visitor(world.site)
        visitor.setCookie("administrator", "yes")
        for path in ["/events?lang=en", "/events/queues/\(id)?lang=en"] {
            await visitor.get(path, at: location).expect(
                200, shows: words, hides: reason == nil ? [] : ["Delivering"], at: location)
        }
        let told = reason.map { #""ungranted":[{"type":"\#(World.type)","reason":"\#($0)"}]"# } ?? #""ungranted":[]"#
        await visitor.send(.get, "/events/v1/subscriptions", headers: reader, at: location).expect(
            200, shows: told, at: location)
        let lines = try await world.events.queueLines()
        #expect(lines.map { $0["state"] } == [.string(reason ?? "active")], sourceLocation: location)
    }

    @Test("what is over, suspended or not begun says so, and what is in force again is being delivered")
    func standings() async throws {
        try await World.open(on: .sqlite) { world in
            let id = try await subscription(world)
            let follows = [("portal", ["follow:\(World.type)"])]
            let now = world.clock.now()
            try await expect(world, id, shows: "Delivering", reason: nil)
            world.grant([("portal", [])])
            try await expect(world, id, shows: "Given nothing: no grant in force", reason: "no-grant")
            world.grant(follows, until: now.adding(days: -1))
            try await expect(world, id, shows: "Given nothing: no grant in force", reason: "no-grant")
            world.grant(follows, from: now.adding(days: 1))
            try await expect(world, id, shows: "Given nothing: the grant has not begun", reason: "grant-not-in-force")
            world.grant(follows, pause: Grant.Pause(from: now, until: now.adding(days: 1)))
            try await expect(world, id, shows: "Given nothing: the grant is suspended", reason: "grant-suspended")
            world.clock.advance(seconds: 86_400)
            try await expect(world, id, shows: "Delivering", reason: nil)
        }
    }

    @Test("of several types, each that is not given is named")
    func inPart() async throws {
        try await World.open(on: .sqlite) { world in
            try await world.begin()
            world.grant([("portal", ["follow:\(World.type)", "follow:\(Self.other)"])])
            let made = try await world.events.subscribe(
                SubscriptionDraft(
                    types: [World.type, Self.other], url: nil, pin: nil, mode: .structured, from: nil, position: nil),
                by: try world.application("portal"))
            world.grant([("portal", ["follow:\(World.type)"])])
            let visitor = Visitor(world.site)
            visitor.setCookie("administrator", "yes")
            await visitor.get("/events/queues/\(made.id)?lang=en").expect(
                200, shows: "Delivering", "In part", "<code>\(Self.other)</code>: no grant in force")
            await visitor.send(.get, "/events/v1/subscriptions", headers: reader).expect(
                200, shows: #""ungranted":[{"type":"\#(Self.other)","reason":"no-grant"}]"#)
        }
    }
}
