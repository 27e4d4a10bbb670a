import Foundation
import TestKit
import Testing
import Vocabulary

/// The plug is pulled at random moments while people write and nodes sync.
@Suite("kill -9 of nodes", .serialized)
struct KillTests {
    /// 100 in every run, or `TRUC_KILLS`. The moments come from the seed (`TRUC_SEED`), which is always said.
    private static let kills = ProcessInfo.processInfo.environment["TRUC_KILLS"].flatMap(Int.init) ?? 100
    private static let seed =
        ProcessInfo.processInfo.environment["TRUC_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 1...999_999)

    @Test("nothing acknowledged is lost, every log verifies, all nodes converge", .timeLimit(.minutes(10)))
    func writesAndSync() async throws {
        let books = Books()
        try await CrashCluster.run { cluster in
            var desks: [String: Desk] = [:]
            for node in cluster.nodes {
                let desk = try await cluster.desk(at: node)
                try await desk.signIn()
                desks[node.code] = desk
            }
            try await KillTests.underFire(cluster, desks, books)
            for node in cluster.nodes { try await node.ready() }
            let invariants = Invariants(cluster: cluster, books: books)
            let duration = try await invariants.quiet(desks, withinSeconds: 60)
            #expect(duration != nil, "the nodes do not converge, seed \(KillTests.seed)")
            try await invariants.check()
            await KillTests.tell(books, duration)
        }
    }

    /// Writers at every node until so many kills are done.
    private static func underFire(_ cluster: CrashCluster, _ desks: [String: Desk], _ books: Books) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (place, node) in (cluster.nodes + cluster.nodes).enumerated() {
                guard let desk = desks[node.code] else { continue }
                let writer = Writer(node: node, desk: desk, books: books, number: place)
                group.addTask { await writer.write(seed: KillTests.seed + UInt64(place)) }
            }
            group.addTask { try await KillTests.pullPlugs(cluster.nodes) }
            defer { group.cancelAll() }
            // The writers end only when cancelled: the first to end is the one that pulls the plugs.
            try await group.next()
        }
    }

    /// Two hands, each at a half of the nodes: also two nodes may fall in the same moment, and two go on.
    private static func pullPlugs(_ nodes: [NodeProcess]) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (hand, half) in [nodes.prefix(nodes.count / 2), nodes.dropFirst(nodes.count / 2)].enumerated() {
                group.addTask { try await pullPlugs(half, times: (kills + hand) / 2, seed: seed + UInt64(hand)) }
            }
            try await group.waitForAll()
        }
    }

    private static func pullPlugs(_ nodes: ArraySlice<NodeProcess>, times: Int, seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        for _ in 0..<times {
            guard let victim = nodes.randomElement(using: &random) else { return }
            // One in four dies while it starts; the others when they work.
            if Int.random(in: 0..<4, using: &random) > 0 { try await victim.ready() }
            try await Task.sleep(for: .milliseconds(Int.random(in: 0..<700, using: &random)))
            await victim.kill()
            if Bool.random(using: &random) {
                try await Task.sleep(for: .milliseconds(Int.random(in: 0..<400, using: &random)))
            }
            try await victim.start()
        }
    }

    private static func tell(_ books: Books, _ duration: Duration?) async {
        let time = duration.map { "\($0)" } ?? "never"
        let line = """
            kill -9: seed \(seed), \(kills) kills, \(await books.acknowledged) writes acknowledged, \
            \(await books.unanswered) unanswered, converged after \(time)
            """
        say(line)
        let strange = await books.refusals
        if !strange.isEmpty {
            say("refusals: \(strange.count), \(Array(Set(strange)).prefix(3))")
        }
    }
}
