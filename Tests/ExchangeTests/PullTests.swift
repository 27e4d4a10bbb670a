import Database
import Synchronization
import TestKit
import Testing
import Vocabulary
import Web

@testable import Exchange

@Suite("Pages on their way in: read ahead, stored one after the other")
struct PullTests {
    private func pair(
        _ engine: Engine, _ body: @Sendable (Network, TestNode, TestNode) async throws -> Void
    ) async throws {
        var settings = ExchangeSettings()
        settings.pageFacts = 2
        try await SharingTests.network(engine, ["H40", "H23"], settings: settings) { network in
            try await network.found("H40", "H23")
            try await body(network, try network["H40"], try network["H23"])
        }
    }

    private func publish(_ ids: ClosedRange<Int>, at node: TestNode) async throws {
        for id in ids { try await node.publish(draft("\(id)")) }
    }

    private func names(_ ids: ClosedRange<Int>) -> [String] { ids.map { "\($0)" } }

    /// The number up to which the origin believes that the peer has everything.
    private func confirmed(_ node: TestNode) async throws -> Int64 {
        try await node.database.read { try DeliveryStore(tx: $0).counters(of: ID("H23")).acked }
    }

    @Test("many pages come complete, in order and once, and are confirmed to the last", arguments: Engine.all)
    func many(engine: Engine) async throws {
        try await pair(engine) { network, origin, peer in
            try await publish(1...11, at: origin)
            #expect(try await peer.exchange.pull(from: ID("H40")) == 11)
            #expect(try await peer.received() == names(1...11))
            #expect(try await confirmed(origin) == 11)
            let asked = network.wire.record.filter { $0.from == "H23" && $0.request.path == "/exchange/facts" }
            #expect(asked.contains { $0.request.query["from"] != nil }, "nothing was read ahead")
            #expect(try await peer.exchange.pull(from: ID("H40")) == 0)
        }
    }

    @Test("reading ahead confirms nothing: what fails to be stored comes again", arguments: Engine.all)
    func aheadIsNotHeld(engine: Engine) async throws {
        try await pair(engine) { _, origin, peer in
            let isBroken = Mutex(true)
            peer.exchange.onArrival(mediaType: "application/") { fact, tx in
                if fact.id == "5", isBroken.withLock({ $0 }) {
                    try tx.execute("INSERT INTO exchange_nowhere (x) VALUES (1)")
                }
            }
            try await publish(1...10, at: origin)
            await #expect(throws: SQLError.self) { _ = try await peer.exchange.pull(from: ID("H40")) }
            #expect(try await peer.received() == names(1...4))
            #expect(try await confirmed(origin) <= 4)
            isBroken.withLock { $0 = false }
            try await peer.exchange.pull(from: ID("H40"))
            #expect(try await peer.received() == names(1...10))
            #expect(try await confirmed(origin) == 10)
        }
    }

    @Test(
        "when the line breaks, what came before is stored, and the next pull goes on from there", arguments: Engine.all)
    func brokenLine(engine: Engine) async throws {
        try await pair(engine) { network, origin, peer in
            try await publish(1...10, at: origin)
            let calls = Mutex(0)
            await #expect(throws: PeerError.self) {
                _ = try await network.wire.tampering(response: { response in
                    let number = calls.withLock { count in
                        count += 1
                        return count
                    }
                    if number >= 3, case .bytes(let bytes) = response.body, bytes.count > 200 {
                        response.body = .bytes(Array(bytes.dropLast()))
                    }
                }) { try await peer.exchange.pull(from: ID("H40")) }
            }
            let stored = try await peer.received()
            #expect(stored.count >= 2 && stored.count < 10 && stored == names(1...stored.count))
            try await peer.exchange.pull(from: ID("H40"))
            #expect(try await peer.received() == names(1...10))
        }
    }

    @Test("cancelled at any moment, nothing is lost and nothing comes twice", arguments: Engine.all)
    func cancelled(engine: Engine) async throws {
        try await pair(engine) { _, origin, peer in
            try await publish(1...12, at: origin)
            for moment in 1...6 {
                let seen = Mutex(0)
                let pulling = Task { try await peer.exchange.pull(from: ID("H40")) }
                peer.exchange.onArrival(mediaType: "application/") { _, _ in
                    let count = seen.withLock { seen in
                        seen += 1
                        return seen
                    }
                    if count == moment { pulling.cancel() }
                }
                _ = try? await pulling.value
                let taken = try await peer.database.read { try DeliveryStore(tx: $0).counters(of: ID("H40")).taken }
                #expect(try await peer.received() == (taken == 0 ? [] : names(1...Int(taken))))
                #expect(try await confirmed(origin) <= taken)
            }
            try await peer.exchange.pull(from: ID("H40"))
            #expect(try await peer.received() == names(1...12))
            #expect(try await confirmed(origin) == 12)
        }
    }

    @Test("two pulls at a time take nothing twice and lose nothing", arguments: Engine.all)
    func twoAtATime(engine: Engine) async throws {
        try await pair(engine) { _, origin, peer in
            try await publish(1...12, at: origin)
            async let one = peer.exchange.pull(from: ID("H40"))
            async let other = peer.exchange.pull(from: ID("H40"))
            _ = try await (one, other)
            try await peer.exchange.pull(from: ID("H40"))
            #expect(try await peer.received() == names(1...12))
            #expect(try await confirmed(origin) == 12)
        }
    }

    @Test(
        "a room prepares outside the transaction, gets pages, and one bad fact is found among many",
        arguments: Engine.all)
    func prepared(engine: Engine) async throws {
        try await pair(engine) { _, origin, peer in
            let pages = Mutex<[[String]]>([])
            peer.exchange.onArrival(mediaType: "application/", prepare: { "prepared \($0.id)" }) { facts, _ in
                for (fact, prepared) in facts { #expect(prepared == "prepared \(fact.id)") }
                if facts.contains(where: { $0.fact.id == "3" }) { throw FactError.malformed("3") }
                pages.withLock { $0.append(facts.map(\.fact.id)) }
            }
            try await publish(1...6, at: origin)
            try await peer.exchange.pull(from: ID("H40"))
            #expect(try await peer.received() == ["1", "2", "4", "5", "6"])
            #expect(try await peer.quarantine().map { $0.prefix(29) } == ["exchange.fact-refused-by-room"])
            #expect(pages.withLock { Set($0) }.isSuperset(of: [["1", "2"], ["4"], ["5", "6"]]))
        }
    }
}
