import Foundation
import StrictJSON
import TestKit
import Testing
import Vocabulary

/// Nodes that cannot be reached for a while, or live at another time.
@Suite("partition and clocks", .serialized)
struct PartitionTests {
    @Test("a node that stood still while others published catches up", .timeLimit(.minutes(3)))
    func standstill() async throws {
        let books = Books()
        try await CrashCluster.run(CrashCluster.four[..<3]) { cluster in
            var desks: [String: Desk] = [:]
            for node in cluster.nodes { desks[node.code] = try await cluster.desk(at: node) }
            let sleeper = try cluster["H49"]
            await sleeper.signal(SIGSTOP)
            let everyone = Audience(label: "TLP:GREEN", to: "network")
            for code in ["H40", "H23"] {
                let desk = try #require(desks[code])
                for number in 0..<40 {
                    let id = try await desk.indicator("mau-\(code)-\(number).example".lowercased(), everyone)
                    await books.share(id, at: code, everyone)
                }
            }
            let others = desks.filter { $0.key != "H49" }
            let invariants = Invariants(cluster: cluster, books: books)
            try await PartitionTests.expectWaiting(80, for: "H49", others)
            await sleeper.signal(SIGCONT)
            let duration = try await invariants.quiet(desks, withinSeconds: 90)
            #expect(duration != nil, "H49 does not catch up")
            try await invariants.check()
            say("partition: 80 facts caught up after \(duration.map { "\($0)" } ?? "never")")
        }
    }

    /// The two that go on have what they gave each other, and keep the rest for the one that stands still.
    private static func expectWaiting(_ count: Int64, for code: String, _ desks: [String: Desk]) async throws {
        let isSo = try await eventually(withinSeconds: 20) {
            var (forIt, forOthers): (Int64, Int64) = (0, 0)
            for desk in desks.values {
                for member in (try await desk.status())["members"]?.elements ?? [] {
                    let waiting = member["waiting"]?.integer ?? 0
                    if member["organisation"]?.string == code { forIt += waiting } else { forOthers += waiting }
                }
            }
            return forIt == count && forOthers == 0
        }
        #expect(isSo, "the others must get on without \(code)")
    }

    /// Ten minutes; half a minute is allowed. Seconds, and how the other node calls it.
    private static let wrongClocks: [(offset: Int64, code: String)] = [
        (600, "exchange.not-yet-valid"), (-600, "exchange.expired"),
    ]

    @Test(
        "a node whose clock is wrong is refused, both sides say why, and it catches up when it is right",
        .timeLimit(.minutes(3)), arguments: wrongClocks)
    func wrongClock(_ wrongClock: (offset: Int64, code: String)) async throws {
        try await CrashCluster.run(CrashCluster.four[..<2]) { cluster in
            let (right, wrong) = (cluster.nodes[0], cluster.nodes[1])
            let desk = try await cluster.desk(at: right)
            _ = await wrong.stop()
            let offset = CrashCluster.clockOffset + wrongClock.offset * 1000
            try await wrong.start(.init(settings: ["--clock-offset-ms=\(offset)"]))
            try await wrong.ready()
            let books = Books()
            let everyone = Audience(label: "TLP:GREEN", to: "network")
            await books.share(try await desk.indicator("dong-ho.example", everyone), at: right.code, everyone)
            let isRefused = try await eventually(withinSeconds: 30) {
                (try await desk.status())["refusedCalls"]?[wrongClock.code]?.integer ?? 0 > 0
            }
            #expect(isRefused, "the call of a node that lives at another time is taken")
            let isSaid = try await eventually(withinSeconds: 30) {
                let (there, here) = (await wrong.said, await right.said)
                return there.contains(wrongClock.code) && there.contains("check the clock")
                    && here.contains(wrongClock.code)
            }
            let said = await wrong.said.suffix(800)
            #expect(isSaid, "at the wrong one: \(said)")
            _ = await wrong.stop()
            try await wrong.start()
            try await wrong.ready()
            let invariants = Invariants(cluster: cluster, books: books)
            #expect(try await invariants.quiet([right.code: desk], withinSeconds: 60) != nil)
            try await invariants.check()
        }
    }
}
