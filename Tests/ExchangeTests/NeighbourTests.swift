import Crypto
import Database
import TestKit
import Testing
import Vocabulary
import Web

@testable import Exchange

/// What a member that means no good, or that has lost its disk, does to the sharing of the others: nothing.
@Suite("Neighbours")
struct NeighbourTests {
    @Test("two members may use one id and version; neither hides nor silences the other", arguments: Engine.all)
    func sameName(engine: Engine) async throws {
        try await SharingTests.network(engine, ["H40", "H23", "H24"]) { network in
            try await network.found("H40", "H23", "H24")
            try await network["H40"].publish(draft("a", .green, .network, text: "{\"by\":\"H40\"}"))
            try await network["H40"].publish(draft("same", .amberStrict, .named([ID("H23")])))
            try await network.gossip()
            try await network["H23"].publish(draft("a", .green, .network, text: "{\"by\":\"H23\"}"))
            try await network["H23"].publish(draft("same", .green, .network))
            try await network.gossip()
            let receiver = try network["H24"]
            #expect(try await receiver.received().sorted() == ["a", "a", "same"])
            #expect(try await receiver.quarantine().isEmpty)
            #expect(try await receiver.alarms().isEmpty)
        }
    }

    @Test("whoever confirms nothing is rung for what it was given, and not for what others were", arguments: Engine.all)
    func silentPeer(engine: Engine) async throws {
        try await SharingTests.network(engine, ["H40", "H23", "H24"]) { network in
            try await network.found("H40", "H23", "H24")
            let lead = try network["H40"]
            var told: [ID<Organisation>: Int64] = [:]
            try await lead.publish(draft("a", .amberStrict, .named([ID("H23")])))
            #expect(await lead.exchange.newlyGiven(since: &told) == [ID("H23")])
            try await lead.publish(draft("red", .red, .cluster))
            #expect(await lead.exchange.newlyGiven(since: &told).isEmpty)
            try await lead.publish(draft("other", .amberStrict, .named([ID("H24")])))
            #expect(await lead.exchange.newlyGiven(since: &told) == [ID("H24")])
            try await lead.publish(draft("b", .amberStrict, .named([ID("H23")])))
            #expect(await lead.exchange.newlyGiven(since: &told) == [ID("H23")])
        }
    }

    @Test("a member whose disk was lost joins with a new key and is heard from its first fact", arguments: Engine.all)
    func lostDisk(engine: Engine) async throws {
        try await SharingTests.network(engine, ["H40", "H23"]) { network in
            try await network.found("H40", "H23")
            try await network["H23"].publish(draft("a"), draft("b"), draft("c"))
            try await network.gossip()
            let lead = try network["H40"]
            #expect(try await lead.received() == ["a", "b", "c"])
            let known = try #require(try await lead.exchange.roster())
            let before = try #require(known.roster.member(ID("H23")))
            let renewed = Member(
                organisation: before.organisation, name: before.name, roles: before.roles, address: before.address,
                key: Curve25519.Signing.PrivateKey().publicKey, tlsPin: before.tlsPin, receivesHistory: false)
            try await lead.database.write { [exchange = lead.exchange, now = network.clock.now()] tx in
                let next = try SignedRoster(
                    known.roster.adding(renewed, after: known.hash, at: now), by: exchange.home.key)
                try exchange.enter(next, after: known, from: nil, in: tx, at: now)
            }
            let taken: Int64? = try await lead.database.read { tx in
                try tx.row("SELECT taken_seq FROM exchange_peer WHERE code = 'H23'")?.get("taken_seq")
            }
            #expect(taken == 0)
        }
    }

    @Test("nobody is invited under the keeper's own code")
    func invitations() async throws {
        try await SharingTests.network(.sqlite, ["H40", "H23"]) { network in
            try await network.found("H40")
            let lead = try network["H40"].exchange
            await #expect(throws: Problem.conflict(.alreadyInCluster)) {
                try await lead.invite(ID("H40"), name: Phrase(name: "Nam Định"), as: .member)
            }
        }
    }

    @Test("a page that goes nowhere or leaps ahead is no page")
    func hostilePages() {
        #expect(FactPage(page(next: 5, hasMore: 1), after: 5) == nil, "asked again for ever")
        #expect(FactPage(page(next: 10_006, hasMore: 0), after: 5) == nil, "nothing would come any more")
        #expect(FactPage(page(next: 10_005, hasMore: 0), after: 5) != nil)
        #expect(FactPage(page(next: 5, hasMore: 0), after: 5) != nil)
    }

    private func page(next: UInt64, hasMore: UInt8) -> [UInt8] {
        Array("TRF1".utf8) + withUnsafeBytes(of: next.bigEndian) { Array($0) } + [hasMore]
    }

    @Test("a clock that is set back does not shut the node, and opens it to no replay")
    func clockSetBack() throws {
        let store = NonceStore(startedAt: Instant(milliseconds: 1_000_000))
        let until = Instant(milliseconds: 460_000)
        let now = Instant(milliseconds: 400_000)
        try store.take("a", created: 400, until: until, now: now)
        #expect(throws: CallRefusal.replayed) { try store.take("a", created: 400, until: until, now: now) }
        #expect(throws: CallRefusal.expired) { try store.take("b", created: 399, until: until, now: now) }
    }
}
