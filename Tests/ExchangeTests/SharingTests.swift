import Database
import TestKit
import Testing
import Vocabulary
import Web

@testable import Exchange

@Suite("Sharing between nodes")
struct SharingTests {
    /// Opens one database for each code and gives the network.
    static func network(
        _ engine: Engine, _ codes: [String], settings: ExchangeSettings = ExchangeSettings(),
        _ body: (Network) async throws -> Void
    ) async throws {
        try await open(engine, codes[...], Network(), settings, body)
    }

    private static func open(
        _ engine: Engine, _ codes: ArraySlice<String>, _ network: Network, _ settings: ExchangeSettings,
        _ body: (Network) async throws -> Void
    ) async throws {
        guard let code = codes.first else { return try await body(network) }
        try await engine.withDatabase { database in
            try await network.add(code, on: database, settings: settings)
            try await open(engine, codes.dropFirst(), network, settings, body)
        }
    }

    @Test("what is published reaches those who may have it, byte for byte, and nobody else", arguments: Engine.all)
    func labels(engine: Engine) async throws {
        try await Self.network(engine, ["H40", "H23", "VNCERT"]) { network in
            try await network.found("H40", "H23", "VNCERT")
            let odd = "{\"name\" :  \"Đường\\u0000\",\n \"x\":1.50}"
            try await network["H40"].publish(
                draft("clear", .clear, .network), draft("green", .green, .network),
                draft("amber", .amber, .cluster, text: odd),
                draft("named", .amber, .cluster(and: [ID("VNCERT")])),
                draft("strict", .amberStrict, .named([ID("H23")])),
                draft("red", .red, .network))
            try await network.gossip()
            #expect(try await network["H23"].received() == ["clear", "green", "amber", "named", "strict"])
            #expect(try await network["VNCERT"].received() == ["clear", "green", "named"])
            let bytes: [UInt8]? = try await network["H23"].database.read { tx in
                try tx.row("SELECT bytes FROM exchange_fact WHERE id = 'amber'")?.get("bytes")
            }
            #expect(bytes == Array(odd.utf8))
        }
    }

    @Test(
        "numbers are counted for each peer, without gaps, and confirmed with the receiver's checkpoint",
        arguments: Engine.all)
    func deliveryLedger(engine: Engine) async throws {
        try await Self.network(engine, ["H40", "H23", "VNCERT"]) { network in
            try await network.found("H40", "H23", "VNCERT")
            let origin = try network["H40"]
            for turn in 1...3 {
                try await origin.publish(
                    draft("amber-\(turn)"), draft("red-\(turn)", .red), draft("green-\(turn)", .green, .network))
            }
            try await network.gossip()
            let rows: [String] = try await origin.database.read { tx in
                try tx.rows("SELECT peer, seq FROM exchange_delivery ORDER BY peer, seq").map { row in
                    "\(try row.get("peer", as: String.self)) \(try row.get("seq", as: Int.self))"
                }
            }
            #expect(rows == (1...6).map { "H23 \($0)" } + (1...3).map { "VNCERT \($0)" })
            let holders = try await origin.exchange.deliveries(of: "green-2")
            #expect(holders.map(\.peer) == [ID("H23"), ID("VNCERT")])
            #expect(holders.allSatisfy { $0.acknowledgedAt == network.clock.now() })
            #expect(holders.map(\.checkpoint) == ["checkpoint of H23", "checkpoint of VNCERT"])
            #expect(try await origin.exchange.deliveries(of: "red-1").isEmpty)
        }
    }

    @Test("publishing is one transaction: when it fails, nothing is given out", arguments: Engine.all)
    func atomic(engine: Engine) async throws {
        try await Self.network(engine, ["H40", "H23"]) { network in
            try await network.found("H40", "H23")
            let node = try network["H40"]
            try await node.publish(draft("a"))
            await #expect(throws: FactError.alreadyPublished("a")) {
                try await node.publish(draft("b"), draft("a", text: "{\"other\":1}"))
            }
            try await node.publish(draft("a"))
            try await network.gossip()
            #expect(try await network["H23"].received() == ["a"])
            #expect(try await node.count("exchange_delivery") == 1)
        }
    }

    @Test("a revocation follows the object to everyone who ever got it", arguments: Engine.all)
    func revocation(engine: Engine) async throws {
        try await Self.network(engine, ["H40", "H23", "VNCERT"]) { network in
            try await network.found("H40", "H23", "VNCERT")
            let node = try network["H40"]
            try await node.publish(draft("wide", .green, .network))
            try await network.gossip()
            try await node.publish(
                draft("wide", .amberStrict, .named([ID("H23")]), version: "2", isRevocation: true),
                draft("never", .amberStrict, .named([ID("H23")]), version: "2", isRevocation: true))
            try await network.gossip()
            #expect(try await network["H23"].received() == ["wide", "wide", "never"])
            #expect(try await network["VNCERT"].received() == ["wide", "wide"])
        }
    }

    @Test("a newcomer gets the past only when its invitation says so", arguments: Engine.all)
    func history(engine: Engine) async throws {
        try await Self.network(engine, ["H40", "H23", "H24"]) { network in
            try await network.found("H40")
            try await network["H40"].publish(draft("old"), draft("old-red", .red))
            try await network.join("H23", to: "H40", history: false)
            try await network.join("H24", to: "H40", history: true)
            try await network["H40"].publish(draft("new"))
            try await network.gossip()
            #expect(try await network["H23"].received() == ["new"])
            #expect(try await network["H24"].received() == ["old", "new"])
        }
    }

    @Test("a member whose role has ended gets nothing more and is refused", arguments: Engine.all)
    func endedRole(engine: Engine) async throws {
        try await Self.network(engine, ["H40", "H23"]) { network in
            try await network.found("H40")
            let node = try network["H40"]
            let last = Day(network.clock.now())
            let invitation = try await node.exchange.invite(
                ID("H23"), name: Phrase(name: "H23"), as: .member, until: last)
            try await network["H23"].exchange.join(invitation.token)
            try await node.publish(draft("today"))
            try await network["H23"].exchange.pull(from: ID("H40"))
            network.clock.advance(days: 1)
            try await node.publish(draft("tomorrow"))
            #expect(try await node.count("exchange_delivery") == 1)
            let peer = try await network["H23"].exchange.roster()?.roster.member(ID("H40"))
            await #expect(throws: PeerError.refused(status: 400, code: "exchange.not-a-member")) {
                _ = try await network["H23"].exchange.call(
                    .get, "/exchange/facts?after=1", at: try #require(peer).place)
            }
            #expect(try await node.alarms() == ["exchange.not-a-member"])
        }
    }

    @Test("a place that is none in the chain of rosters is refused, never taken for its beginning")
    func rosterPlace() async throws {
        try await Self.network(.sqlite, ["H40", "H23"]) { network in
            try await network.found("H40", "H23")
            let peer = try #require(try await network["H23"].exchange.roster()?.roster.member(ID("H40")))
            for wrong in ["x", "-1", "1.5", "99999999999999999999"] {
                await #expect(throws: PeerError.refused(status: 400, code: "exchange.bad-cursor")) {
                    _ = try await network["H23"].exchange.call(.get, "/exchange/roster?after=\(wrong)", at: peer.place)
                }
            }
            _ = try await network["H23"].exchange.call(.get, "/exchange/roster", at: peer.place)
        }
    }

    @Test("pages keep to their limits and come in order", arguments: Engine.all)
    func pages(engine: Engine) async throws {
        var settings = ExchangeSettings()
        settings.pageFacts = 7
        settings.pageBytes = 100
        try await Self.network(engine, ["H40", "H23"], settings: settings) { network in
            try await network.found("H40", "H23")
            let ids = (1...20).map { "object-\($0)" }
            for id in ids { try await network["H40"].publish(draft(id, text: String(repeating: "x", count: 40))) }
            #expect(try await network["H23"].exchange.pull(from: ID("H40")) == 20)
            #expect(try await network["H23"].received() == ids)
            let pages = network.wire.record.filter { $0.request.path == "/exchange/facts" && $0.response.status == 200 }
            #expect(pages.count == 10)
        }
    }

    @Test("asking when there is nothing new costs no body and less than 1 KB", arguments: Engine.all)
    func nothingNew(engine: Engine) async throws {
        try await Self.network(engine, ["H40", "H23"]) { network in
            try await network.found("H40", "H23")
            try await network["H40"].publish(draft("a"))
            try await network["H23"].exchange.pull(from: ID("H40"))
            try await network["H23"].exchange.pull(from: ID("H40"))
            let last = try #require(network.wire.record.last)
            #expect(last.response.status == 204)
            let request = last.request.rawTarget.utf8.count + size(last.request.headers)
            #expect(request + size(last.response.headers) < 900, "\(last.request) \(last.response)")
        }
    }

    private func size(_ headers: Headers) -> Int {
        headers.fields.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 4 }
    }
}
