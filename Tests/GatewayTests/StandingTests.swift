import TestKit
import Testing
import Vocabulary

@testable import Gateway

/// What a call is told that no grant lets pass: one fact, one code, whenever it is asked.
@Suite("codes of grants", .serialized)
struct StandingTests {
    private static let get = "GET /units/v1/units HTTP/1.1\r\nHost: a\r\nX-Api-Key: \(Axis.key)\r\n\r\n"
    private static let noon = TestClock().now()

    /// A grant from noon for ten days, suspended from the second to the fifth.
    private static func grant(_ id: String = "grant-1", operations: Set<String>? = nil, isPaused: Bool = true) -> Grant
    {
        Grant(
            id: id, consumer: "kiosk", service: "units-v1", operations: operations, purpose: "Thử",
            legalBasis: "47/2020/NĐ-CP", from: noon, until: noon.adding(days: 10),
            pause: isPaused ? Grant.Pause(from: noon.adding(days: 2), until: noon.adding(days: 5)) : nil)
    }

    @Test("a grant that has not begun, is suspended or is over is told apart, to the moment")
    func moments() async throws {
        let (clock, upstream) = (TestClock(), try await TestUpstream.open { _ in .json("{}") })
        var table = Axis.table([upstream.port])
        table.grants = [StandingTests.grant()]
        try await Axis.with(table, now: clock.now) { axis async throws in
            for (days, seconds, code) in [
                (0, -1, "grant-not-in-force"), (0, 0, ""), (2, -1, ""), (2, 0, "grant-suspended"),
                (5, -1, "grant-suspended"), (5, 0, ""), (10, -1, ""), (10, 0, "no-grant"), (400, 0, "no-grant"),
            ] as [(Int64, Int64, String)] {
                clock.set(StandingTests.noon.adding(days: days).adding(seconds: seconds))
                let answer = try await axis.call()
                #expect(answer.code == code && answer.status == (code.isEmpty ? 200 : 403), "\(days) \(seconds)")
                let known = axis.gateway.table.refusalCode(
                    consumer: "kiosk", service: "units-v1", operation: "list", at: clock.now())
                #expect(known ?? "" == code)
                let found = axis.gateway.table.grantFor(
                    consumer: "kiosk", method: "GET", path: "/units/v1/units", at: clock.now())
                #expect((found != nil) == code.isEmpty)
            }
        }
        try await upstream.close()
    }

    @Test("of several grants the one that helps most is told of, and an ended one of nothing")
    func several() throws {
        let (now, later) = (StandingTests.noon.adding(days: 3), StandingTests.noon.adding(days: 4))
        let ended = Grant.ended("old", of: "kiosk", for: "units-v1", at: now.adding(days: -1))
        let other = StandingTests.grant("other", operations: ["read"], isPaused: false)
        func code(_ grants: [Grant]) throws -> String? {
            var table = Axis.table([1])
            table.grants = grants
            return try CompiledTable(table).refusalCode(
                consumer: "kiosk", service: "units-v1", operation: "list", at: later)
        }
        #expect(try code([ended]) == "no-grant" && code([]) == "no-grant")
        #expect(try code([ended, other]) == "operation-not-granted")
        #expect(try code([other, StandingTests.grant()]) == "grant-suspended")
        #expect(try code([StandingTests.grant(), StandingTests.grant("second", isPaused: false)]) == nil)
        // A key that ended with its grant has nothing, whatever the clock says.
        #expect(Grant.ended("old", of: "kiosk", for: "units-v1", at: later.adding(days: 9)).standing(at: now) == .over)
    }

    @Test("a call that is under way ends when its grant is suspended, and is told so")
    func underWay() async throws {
        let upstream = try await TestUpstream.open { _ in .silence }
        let clock = TestClock()
        clock.advance(days: 3)
        var (table, after) = (Axis.table([upstream.port]), Axis.table([upstream.port]))
        table.grants = [StandingTests.grant(isPaused: false)]
        after.grants = [StandingTests.grant()]
        try await Axis.with(table, now: clock.now) { [after] axis async throws in
            let wire = try await axis.wire()
            try await wire.send(StandingTests.get)
            #expect(try await eventually { upstream.heard.all.count == 1 })
            try await axis.gateway.swap(after)
            let answer = try await wire.answer()
            #expect(answer.status == 403 && answer.code == "grant-suspended")
            try await wire.close()
        }
        try await upstream.close()
    }
}
