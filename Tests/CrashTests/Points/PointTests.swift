import Foundation
import Synchronization
import TestKit
import Testing
import Vocabulary

/// The plug is pulled at the very calls by which nodes make something durable: before one, in the middle of a write,
/// with all that no sync had saved lost, or with an error in place of the call.
@Suite("points at which a node may stop", .serialized)
struct PointTests {
    /// How a sample is shared out; all of it is the 100 points of every run.
    private enum Share: Int, CaseIterable {
        case events = 32
        case moreEvents = 28
        case pair = 22
        case gateway = 18
    }

    /// How many points there are, were lived through, and were met at their very call.
    private final class Tally: Sendable {
        private let counts = Mutex((all: 0, lived: 0, met: 0))

        var sums: (all: Int, lived: Int, met: Int) { counts.withLock { $0 } }

        func add(all: Int, lived: Int, met: Int) {
            counts.withLock { $0 = ($0.all + all, $0.lived + lived, $0.met + met) }
        }
    }

    /// `TRUC_POINTS=all`: every point, which takes long (`make crash`).
    private static let isWhole = ProcessInfo.processInfo.environment["TRUC_POINTS"] == "all"
    private static let seed =
        ProcessInfo.processInfo.environment["TRUC_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 1...999_999)

    @Test("what was acknowledged is there once, cursors neither go back nor skip, and ledger, log and tables agree")
    func points() async throws {
        let counts = Tally()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await EventStand.run { stand in
                    try await PointTests.walk("events", [stand.node], EventStand.later, stand.steps, .events, counts)
                    try await stand.check()
                }
            }
            // Every point once is enough for one stand; a sample is drawn at two, side by side.
            if !PointTests.isWhole {
                group.addTask {
                    try await EventStand.run { stand in
                        try await PointTests.walk(
                            "more events", [stand.node], EventStand.later, stand.steps, .moreEvents, counts)
                        try await stand.check()
                    }
                }
            }
            group.addTask {
                try await PairStand.run { stand in
                    try await PointTests.walk("pair", stand.cluster.nodes, .init(), stand.steps, .pair, counts)
                    try await stand.check()
                }
            }
            group.addTask {
                try await GatewayStand.run(hasPlugs: true) { stand in try await PointTests.gateway(stand, counts) }
            }
            try await group.waitForAll()
        }
        let (all, lived, met) = counts.sums
        say("points: seed \(PointTests.seed), \(lived) of \(all) lived through, \(met) of them met at their call")
        if !PointTests.isWhole { #expect(lived == 100) }
        #expect(met * 10 > lived * 7, "most points must be met at their call")
    }

    private static func walk(
        _ name: String, _ nodes: [NodeProcess], _ way: NodeProcess.Way, _ steps: [Step], _ share: Share,
        _ counts: Tally
    ) async throws {
        let walk = PointWalk(
            name: name, nodes: nodes, way: way, steps: steps, sample: isWhole ? nil : share.rawValue,
            seed: seed + UInt64(share.rawValue))
        let (all, met) = try await walk.walk()
        counts.add(all: all, lived: isWhole ? all : min(all, share.rawValue), met: met)
    }

    /// Calls with evidence, what a desk writes, and starts, at one node.
    private static func gateway(
        _ stand: GatewayStand, _ counts: Tally
    ) async throws {
        let (answered, books) = (Answered(), Books())
        let desk = try await stand.cluster.desk(at: stand.node)
        try await desk.signIn()
        let stays = Audience(label: "TLP:RED", to: "nobody")
        let names = Mutex(0)
        let steps = [
            Step(
                name: "call", seconds: 0.3, act: { answered.note(try await stand.call()) },
                expect: {
                    try await stand.isServing(expecting: [200])
                    answered.note(try await stand.call())
                }),
            Step(
                name: "report", seconds: 0.5,
                act: {
                    let number = names.withLock { number in
                        number += 1
                        return number
                    }
                    await books.report(try await desk.report("Mẫu \(number)", stays), at: stand.node.code)
                },
                expect: { _ = try await EventStand.insist("checkpoint") { try await desk.checkpoint() } }),
            Step(
                name: "start", seconds: 0.3, isStart: true,
                expect: {
                    try await stand.isServing(expecting: [200])
                    answered.note(try await stand.call())
                }),
        ]
        try await walk("gateway", [stand.node], .init(), steps, .gateway, counts)
        try await Invariants(cluster: stand.cluster, books: books).check()
        try await stand.verify(answered)
    }
}
