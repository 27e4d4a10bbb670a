import Foundation
import TestKit
import Testing
import Vocabulary

/// A node with an application that publishes, one that pulls, an endpoint that is called, and a subscription that
/// operators pause and resume.
struct EventStand: Sendable {
    let cluster: CrashCluster
    let books: EventBooks
    let hook: Hook
    let publisher: EventDesk
    let follower: EventDesk
    let pulling: String
    let hooked: String
    let paused: String
    /// Published days before the others: what is not taken of them is given up at once.
    let old: Set<String>

    var node: NodeProcess { cluster.nodes[0] }

    /// Four days later than the other nodes of these tests.
    static let later = NodeProcess.Way(settings: ["--clock-offset-ms=\(CrashCluster.clockOffset + 4 * 86_400_000)"])

    static func run(_ body: @escaping @Sendable (EventStand) async throws -> Void) async throws {
        try await CrashCluster.run(CrashCluster.four[..<1], hasPlugs: true) { cluster in
            let hook = Hook()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await hook.run() }
                group.addTask {
                    let isListening = try await eventually(withinSeconds: 20) { hook.port > 0 }
                    try #require(isListening)
                    try await body(try await make(cluster, hook, port: hook.port))
                }
                defer { group.cancelAll() }
                try await group.next()
            }
        }
    }

    private static func make(_ cluster: CrashCluster, _ hook: Hook, port: Int) async throws -> EventStand {
        let (node, books) = (cluster.nodes[0], EventBooks())
        try await register(at: node, of: cluster)
        let publisher = EventDesk(node.origin, try await application("registry", "publish", at: node, of: cluster))
        let follower = EventDesk(node.origin, try await application("portal", "follow", at: node, of: cluster))
        let isKnown = try await eventually(withinSeconds: 20) { (try? await follower.subscriptions()) != nil }
        try #require(isKnown)
        // Who it is may be known a moment before what it may follow.
        let pulling = try await insist("subscribe") { try await follower.subscribe() }
        let paused = try await follower.subscribe()
        let hooked = try await follower.subscribe(url: "http://127.0.0.1:\(port)/hook")
        try await cluster.command(["event", "allow-private", hooked] + node.place)
        let old = [await books.newID(), await books.newID(), await books.newID()]
        try await books.took(old, at: try await publisher.publish(old))
        let hasAgreed = try await eventually(withinSeconds: 20) { hook.ids.isSuperset(of: old) }
        try #require(hasAgreed)
        _ = await node.stop()
        try await node.start(later)
        try await node.ready()
        return EventStand(
            cluster: cluster, books: books, hook: hook, publisher: publisher, follower: follower, pulling: pulling,
            hooked: hooked, paused: paused, old: Set(old))
    }

    /// The type whose events are told.
    static func register(at node: NodeProcess, of cluster: CrashCluster) async throws {
        let schema = cluster.home + "/schema.json"
        try Data(#"{"type":"object"}"#.utf8).write(to: URL(filePath: schema))
        try await cluster.command(
            ["event", "register", "dossier-changed", EventDesk.type, "Hồ sơ thay đổi", schema, "--owner", "H40"]
                + node.place)
    }

    /// Returns the key of an application of H40 that may do this with the type.
    static func application(
        _ code: String, _ verb: String, at node: NodeProcess, of cluster: CrashCluster
    ) async throws -> String {
        let made = try await cluster.command(["application", "add", "H40/\(code)", "Ứng dụng mẫu"] + node.place)
        try await grant("H40/\(code)", verb, at: node, of: cluster)
        return made.output.split(separator: "\n").last.map(String.init) ?? ""
    }

    static func grant(
        _ application: String, _ verb: String, at node: NodeProcess, of cluster: CrashCluster
    ) async throws {
        try await cluster.command(
            [
                "grant", "issue", application, "dossier-changed/v1", "--purpose", "Thử nghiệm", "--basis",
                "47/2020/NĐ-CP", "--until", "2020-12-31", "--operation", "\(verb):\(EventDesk.type)",
            ] + node.place)
    }

    /// Until it is answered: a node that has just started may not know its grants yet, or still lacks its disk.
    static func insist<T: Sendable>(
        _ what: String, withinSeconds limit: Double = 20, _ body: @Sendable () async throws -> T
    ) async throws -> T {
        let deadline = ContinuousClock.now.advanced(by: .seconds(limit))
        while true {
            do {
                return try await body()
            } catch {
                guard ContinuousClock.now < deadline else { throw EventBooks.Broken(description: "\(what): \(error)") }
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }
}
