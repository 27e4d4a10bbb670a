import Database
import Foundation
import TestKit
import Testing
import Vocabulary

/// A node whose tables are in PostgreSQL loses its plug, or its database.
@Suite("kill -9 with PostgreSQL", .serialized)
struct PostgresKillTests {
    @Test(
        "a node on PostgreSQL survives kill -9 of itself, and of its database without a restart of its own",
        .timeLimit(.minutes(4)))
    func both() async throws {
        let home = try TemporaryFolder()
        let postgres = try await OwnPostgres(in: home.path)
        try await postgres.start()
        do {
            try await PostgresKillTests.run(with: postgres)
        } catch {
            await postgres.stopAtOnce()
            throw error
        }
        await postgres.stopAtOnce()
        home.remove()
    }

    private static func run(with postgres: OwnPostgres) async throws {
        let books = Books()
        let settings = ["H40": ["--database", postgres.address]]
        try await CrashCluster.run(CrashCluster.four[..<2], settings: settings) { cluster in
            var desks: [String: Desk] = [:]
            for node in cluster.nodes {
                let desk = try await cluster.desk(at: node)
                try await desk.signIn()
                desks[node.code] = desk
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (place, node) in cluster.nodes.enumerated() {
                    guard let desk = desks[node.code] else { continue }
                    let writer = Writer(
                        node: node, desk: desk, books: books, number: place, members: ["H40", "H23"])
                    group.addTask { await writer.write(seed: UInt64(place)) }
                }
                group.addTask { try await disturb(cluster.nodes[0], postgres, books) }
                defer { group.cancelAll() }
                try await group.next()
            }
            var invariants = Invariants(cluster: cluster, books: books)
            invariants.addresses["H40"] = .postgres(PostgresSettings(address: postgres.address, connections: 2))
            let duration = try await invariants.quiet(desks, withinSeconds: 60)
            #expect(duration != nil, "the nodes do not converge")
            try await invariants.check()
            say(
                """
                PostgreSQL: \(await books.acknowledged) writes acknowledged, \(await books.unanswered) unanswered, \
                converged after \(duration.map { "\($0)" } ?? "never")
                """)
        }
    }

    /// Three times the node, three times its database; after each, writes go on at the node.
    private static func disturb(_ node: NodeProcess, _ postgres: OwnPostgres, _ books: Books) async throws {
        for round in 0..<3 {
            try await goesOn(at: node, books, "before round \(round)")
            await node.kill()
            try await node.start()
            try await node.ready()
            try await goesOn(at: node, books, "kill -9 of the node, round \(round)")
            let process = await node.identifier
            await postgres.stopAtOnce()
            try await Task.sleep(for: .milliseconds(300 * round))
            try await postgres.start()
            try await goesOn(at: node, books, "PostgreSQL stopped, round \(round)")
            #expect(await node.identifier == process, "the node must not need a restart")
        }
    }

    /// Waits until the node has acknowledged five more writes.
    private static func goesOn(at node: NodeProcess, _ books: Books, _ when: String) async throws {
        let before = await books.count(of: node.code)
        let isGoing = try await eventually(withinSeconds: 40) { await books.count(of: node.code) >= before + 5 }
        let last = await books.refusals.last ?? "-"
        try #require(isGoing, "\(when): no writes are acknowledged; last: \(last)")
    }
}
