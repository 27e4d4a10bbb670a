import Events
import Synchronization
import TestKit
import Testing
import Vocabulary

/// Two nodes: facts and events of the first go to the second.
struct PairStand: Sendable {
    let cluster: CrashCluster
    let facts: Books
    let books: EventBooks
    let desk: Desk
    let publisher: EventDesk
    /// Its application at the other node.
    let follower: EventDesk
    let pulling: String

    static func run(_ body: @escaping @Sendable (PairStand) async throws -> Void) async throws {
        try await CrashCluster.run(CrashCluster.four[..<2], hasPlugs: true) { cluster in
            try await body(try await make(cluster))
        }
    }

    private static func make(_ cluster: CrashCluster) async throws -> PairStand {
        let (home, other) = (cluster.nodes[0], cluster.nodes[1])
        let desk = try await cluster.desk(at: home)
        try await desk.signIn()
        try await EventStand.register(at: home, of: cluster)
        let publisher = EventDesk(
            home.origin, try await EventStand.application("registry", "publish", at: home, of: cluster))
        let far = ["application", "add", "\(other.code)/portal", "Ứng dụng mẫu"]
        try await cluster.command(far + ["--at-node", other.code] + home.place)
        let made = try await cluster.command(far + other.place)
        try await EventStand.grant("\(other.code)/portal", "follow", at: home, of: cluster)
        let follower = EventDesk(
            other.origin, made.output.split(separator: "\n").last.map(String.init) ?? "")
        let pulling = try await EventStand.insist("subscribe", withinSeconds: 60) { try await follower.subscribe() }
        return PairStand(
            cluster: cluster, facts: Books(), books: EventBooks(), desk: desk, publisher: publisher,
            follower: follower, pulling: pulling)
    }

    var steps: [Step] {
        [
            telling("forward", victim: 0), telling("arrival", victim: 1), sharing("share", victim: 0),
            sharing("take", victim: 1),
        ]
    }

    /// An event on its way to the other node: published, given as a fact, taken, appended there.
    private func telling(_ name: String, victim: Int) -> Step {
        let id = Mutex("")
        return Step(
            name: name, victim: victim,
            prepare: {
                let new = await books.newID()
                id.withLock { $0 = new }
            },
            act: {
                let id = id.withLock { $0 }
                try await books.took([id], at: try await publisher.publish([id]))
            },
            expect: {
                let id = id.withLock { $0 }
                try await EventStand.insist(name) { try await books.took([id], at: try await publisher.publish([id])) }
                try await EventStand.insist("\(id) at the other node", withinSeconds: 60) {
                    let page = try await follower.pull(pulling)
                    guard page.ids.contains(id) else { throw EventBooks.Broken(description: "came \(page.ids)") }
                    try await follower.acknowledge(pulling, upTo: page.next)
                    await books.confirm(page.ids, upTo: page.next)
                }
            })
    }

    /// A fact on its way to the other node.
    private func sharing(_ name: String, victim: Int) -> Step {
        let value = Mutex("")
        let everyone = Audience(label: "TLP:GREEN", to: "network")
        return Step(
            name: name, victim: victim,
            prepare: {
                let new = await books.newID()
                value.withLock { $0 = "\(new).example" }
            },
            act: {
                let id = try await desk.indicator(value.withLock({ $0 }), everyone)
                await facts.share(id, at: cluster.nodes[0].code, everyone)
            },
            expect: {
                _ = try await EventStand.insist("checkpoint") { try await desk.checkpoint() }
            })
    }

    func check() async throws {
        let invariants = Invariants(cluster: cluster, books: facts)
        #expect(try await invariants.quiet([cluster.nodes[0].code: desk], withinSeconds: 60) != nil)
        try await Task.sleep(for: .seconds(2))
        try await invariants.check()
        let here = try await EventInventory(of: cluster.nodes[0])
        here.check(await books.places)
        let there = try await EventInventory(of: cluster.nodes[1])
        there.check()
        #expect(there.events.map(\.id) == here.events.map(\.id), "each event once, in order")
        #expect(zip(there.events, here.events).allSatisfy { $0.bytes == $1.bytes })
        let taken = await books.taken
        #expect(taken == there.events.map(\.id), "a cursor skipped or repeated an event")
    }
}
