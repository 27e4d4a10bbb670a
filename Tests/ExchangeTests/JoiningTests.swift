import Crypto
import Database
import Synchronization
import TestKit
import Testing
import Vocabulary
import Web

@testable import Exchange

@Suite("Founding a cluster and joining it")
struct JoiningTests {
    @Test("two commands each: found and invite, join; everybody then knows everybody", arguments: Engine.all)
    func joining(engine: Engine) async throws {
        try await SharingTests.network(engine, ["H40", "H23", "VNCERT"]) { network in
            try await network.found("H40", "H23", "VNCERT")
            for code in ["H40", "H23", "VNCERT"] {
                let roster = try #require(try await network[code].exchange.roster()?.roster)
                #expect(roster.version == 3)
                let membership = roster.membership(on: Day(network.clock.now()))
                #expect(membership.cluster == [ID("H40"), ID("H23")])
                #expect(membership.network == [ID("H40"), ID("H23"), ID("VNCERT")])
            }
            try await network["H23"].publish(draft("from-H23", .green, .network))
            try await network.gossip()
            #expect(try await network["VNCERT"].received() == ["from-H23"])
        }
    }

    /// A busy machine may take long over what a node does at once.
    private static let patient: ExchangeSettings = {
        var settings = ExchangeSettings()
        settings.rosterWaitSeconds = 60
        return settings
    }()

    @Test(
        "whoever hears of a newcomer before it has the roster itself is answered, not reported", arguments: Engine.all)
    func early(engine: Engine) async throws {
        try await SharingTests.network(engine, ["H40", "H23"], settings: Self.patient) { network in
            try await network.found("H40")
            let calling = Mutex<Task<Int, any Error>?>(nil)
            try await network.wire.delaying({ request in
                guard request.path == "/exchange/join" else { return }
                calling.withLock { $0 = Task { try await network["H40"].exchange.pull(from: ID("H23")) } }
                try? await Task.sleep(for: .milliseconds(100))
            }) {
                try await network.join("H23", to: "H40")
            }
            let early = try #require(calling.withLock { $0 })
            #expect(try await early.value == 0)
            #expect(try await network["H23"].alarms() == [])
            #expect(try await network["H23"].exchange.status().refused.isEmpty)
        }
    }

    @Test("a newcomer that calls before its roster has arrived is answered when it has", arguments: Engine.all)
    func newcomer(engine: Engine) async throws {
        try await SharingTests.network(engine, ["H40", "H23", "H24"], settings: Self.patient) { network in
            try await network.found("H40", "H23")
            try await network.join("H24", to: "H40")
            let calling = Task { try await network["H24"].exchange.pull(from: ID("H23")) }
            // What the node's own loop does when the call rings for it.
            let bell = try network["H23"].exchange.bells.pull(ID("H40"))
            #expect(try await eventually { bell.count > 0 })
            try await network["H23"].exchange.pull(from: ID("H40"))
            #expect(try await calling.value == 0)
            #expect(try await network["H23"].alarms() == [])
        }
    }

    @Test("a new roster travels from member to member, also when its keeper is away", arguments: Engine.all)
    func gossip(engine: Engine) async throws {
        try await SharingTests.network(engine, ["H40", "H23", "H24", "VNCERT"]) { network in
            try await network.found("H40", "H23", "VNCERT")
            network.wire.kill("VNCERT")
            try await network.join("H24", to: "H40")
            try await network["H23"].exchange.pull(from: ID("H40"))
            network.wire.kill("H40")
            network.wire.revive("VNCERT")
            #expect(try await network["VNCERT"].exchange.roster()?.roster.version == 3)
            try await network["VNCERT"].exchange.pull(from: ID("H23"))
            #expect(try await network["VNCERT"].exchange.roster()?.roster.version == 4)
            try await network["H24"].publish(draft("from-H24", .green, .network))
            try await network["VNCERT"].exchange.pull(from: ID("H24"))
            #expect(try await network["VNCERT"].received() == ["from-H24"])
        }
    }

    @Test("an invitation is for one organisation, once, and not for long", arguments: Engine.all)
    func singleUse(engine: Engine) async throws {
        try await SharingTests.network(engine, ["H40", "H23", "H24"]) { network in
            try await network.found("H40")
            let lead = try network["H40"].exchange
            let invitation = try await lead.invite(ID("H23"), name: Phrase(name: "Hải Dương"), as: .deputy)
            await #expect(throws: Problem.conflict(.otherOrganisation(ID("H23")))) {
                try await network["H24"].exchange.join(invitation.token)
            }
            try await network["H23"].exchange.join(
                "  \(invitation.token.prefix(40))\n\(invitation.token.dropFirst(40))\n")
            let thief = try await imposter(network, as: "H23")
            await #expect(throws: PeerError.refused(status: 400, code: "exchange.used-invitation")) {
                try await thief.join(invitation.token)
            }
            await #expect(throws: Problem.conflict(CallRefusal.usedInvitation.phrase)) {
                try await thief.joinSaying(invitation.token)
            }
            network.wire.kill("H40")
            await #expect(throws: Problem.conflict(.joinFailed)) { try await thief.joinSaying(invitation.token) }
            network.wire.revive("H40")
            let late = try await lead.invite(ID("H24"), name: Phrase(name: "Hải Phòng"), as: .member)
            network.clock.advance(seconds: 24 * 3600)
            await #expect(throws: CallRefusal.expiredInvitation.problem) {
                try await network["H24"].exchange.join(late.token)
            }
            #expect(try await lead.roster()?.roster.version == 2)
            #expect(try await network["H40"].alarms() == ["exchange.used-invitation"])
            let secrets: [String] = try await network["H40"].database.read { tx in
                try tx.rows("SELECT secret_hash FROM exchange_invitation").map { try $0.get("secret_hash") }
            }
            let secret = try InvitationToken(invitation.token).secret
            #expect(!secrets.contains(Hex.encode(secret)) && secrets.contains(InvitationToken.hash(secret)))
        }
    }

    /// Somebody with the token of another, and a key of its own.
    private func imposter(_ network: Network, as code: String) async throws -> Exchange {
        let home = Home(
            organisation: ID(code), name: Phrase(name: code), address: "https://evil.test:7443", key: .init(),
            tlsPin: Base64.encodeURL([UInt8](repeating: 9, count: 32)))
        let real = try network[code].exchange
        return Exchange(
            home: home, database: EmptyDatabase(), outbox: real.outbox, checkpoint: { nil }, now: network.clock.now,
            newID: real.newID,
            transport: network.wire.transport(for: "evil"))
    }

    @Test("a lost answer does not lose the place: the same key may ask again", arguments: Engine.all)
    func lostAnswer(engine: Engine) async throws {
        try await SharingTests.network(engine, ["H40", "H23"]) { network in
            try await network.found("H40")
            let invitation = try await network["H40"].exchange.invite(ID("H23"), name: Phrase(name: "H23"), as: .member)
            await #expect(throws: PeerError.self) {
                try await network.wire.tampering(response: { $0.body = .bytes([]) }) {
                    _ = try await network["H23"].exchange.join(invitation.token)
                }
            }
            try await network["H23"].exchange.join(invitation.token)
            #expect(try await network["H40"].exchange.roster()?.roster.version == 2)
        }
    }

    @Test("only the keeper invites; nobody founds twice; nonsense is no token", arguments: Engine.all)
    func refusals(engine: Engine) async throws {
        try await SharingTests.network(engine, ["H40", "H23"]) { network in
            await #expect(throws: Problem.conflict(.noCluster)) {
                try await network["H40"].exchange.invite(ID("H23"), name: Phrase(name: "H23"), as: .member)
            }
            try await network.found("H40", "H23")
            await #expect(throws: Problem.conflict(CallRefusal.notKeeper.phrase)) {
                try await network["H23"].exchange.invite(ID("H24"), name: Phrase(name: "H24"), as: .member)
            }
            await #expect(throws: Problem.conflict(.alreadyInCluster)) {
                try await network["H23"].exchange.createCluster(Phrase(name: "Cụm 4"))
            }
            await #expect(throws: CallRefusal.badInvitation.problem) { try await network["H23"].exchange.join("abc") }
        }
    }

    @Test("a second roster under the same number is refused and recorded", arguments: Engine.all)
    func rosterEquivocation(engine: Engine) async throws {
        try await SharingTests.network(engine, ["H40", "H23"]) { network in
            try await network.found("H40", "H23")
            let (keeper, member) = (try network["H40"], try network["H23"])
            let known = try #require(try await member.exchange.roster())
            let first = try await member.database.read { [rosters = member.exchange.rosters] in
                try rosters.versions(after: 0, in: $0)
            }[0]
            let twin = try SignedRoster(
                first.roster.adding(
                    Member(
                        organisation: ID("H23"), name: Phrase(name: "Khác"), roles: known.roster.members[0].roles,
                        address: "https://x.test",
                        key: member.exchange.home.key.publicKey, tlsPin: member.exchange.home.tlsPin),
                    after: first.hash, at: network.clock.now()), by: keeper.exchange.home.key)
            try await keeper.database.write { tx in
                _ = try tx.execute("DELETE FROM exchange_roster WHERE version = 2")
                try RosterCache().insert(twin, at: Instant(milliseconds: 0), in: tx)
            }
            _ = try await keeper.exchange.roster()
            try await member.exchange.pull(from: ID("H40"))
            #expect(try await member.exchange.roster()?.hash == known.hash)
            #expect(try await member.alarms() == ["exchange.roster-equivocation"])
        }
    }
}

/// Holds nothing and takes nothing.
struct EmptyDatabase: Database {
    var dialect: Dialect { .sqlite }

    func read<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T {
        try body(Nothing())
    }
    func write<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T {
        try body(Nothing())
    }
    func close() async throws {}
    func rest() {}

    private struct Nothing: Transaction {
        var dialect: Dialect { .sqlite }
        func rows(_ sql: SQL) throws -> [Row] { [] }
        func execute(_ sql: SQL) throws -> Int { 0 }
    }
}
