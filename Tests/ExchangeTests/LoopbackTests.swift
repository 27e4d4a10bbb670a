import Crypto
import Database
import Ledger
import Logging
import Synchronization
import TestKit
import Testing
import Vocabulary
import Web

@testable import Exchange

/// A node as it really runs: TLS 1.3 on loopback, its loops running, real time.
private final class LiveNode: Sendable {
    let exchange: Exchange
    let database: any Database
    let server: Server
    private let logger: Logger = {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }()

    init(_ code: String, _ database: any Database) async throws {
        self.database = database
        let started = ContinuousClock.now
        let now: Clock = {
            let passed = started.duration(to: .now).components
            return Instant(
                milliseconds: 1_604_883_600_000 + passed.seconds * 1000 + passed.attoseconds / 1_000_000_000_000_000)
        }
        let tls = try TLSIdentity.makeSelfSigned(name: code, now: now())
        let ids = UUIDv7.source(now: now)
        var settings = ExchangeSettings()
        settings.pollSeconds = 600
        exchange = Exchange(
            home: Home(
                organisation: ID(code), name: Phrase(name: code), address: "https://127.0.0.1:1", key: .init(),
                tlsPin: tls.pin),
            database: database, outbox: LedgerOutbox(newID: ids), checkpoint: { "checkpoint of \(code)" }, now: now,
            newID: ids,
            transport: .tls(Fetch()), settings: settings, logger: logger)
        var siteSettings = SiteSettings(name: Phrase(name: code), cookiePrefix: "test")
        siteSettings.servesBrowsers = false
        let site = Site(doorkeeper: exchange.peerDoorkeeper, settings: siteSettings, now: now, logger: logger)
        exchange.peerDoors(site)
        server = Server(site: site, address: .host("127.0.0.1", port: 0), tls: tls, logger: logger)
        try await database.migrate(LedgerOutbox.migrations + Exchange.migrations)
    }

    /// Serves and syncs until cancelled; says when it listens.
    func run(_ listening: @escaping @Sendable () -> Void) async {
        await withTaskGroup { group in
            group.addTask {
                try? await self.server.run { port in
                    self.exchange.isReachable(at: "https://127.0.0.1:\(port)")
                    listening()
                }
            }
            group.addTask { try? await self.exchange.run() }
        }
    }

    func holds(_ id: String) async throws -> Bool {
        try await database.read { try $0.row("SELECT id FROM exchange_fact WHERE id = \(id)") != nil }
    }
}

@Suite("Over TLS on loopback", .serialized)
struct LoopbackTests {
    private func running(_ nodes: [LiveNode], _ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup { group in
            let listening = Bell()
            for node in nodes { group.addTask { await node.run { listening.ring() } } }
            while listening.count < nodes.count { await listening.next(after: listening.count) }
            try await body()
            group.cancelAll()
        }
    }

    @Test(
        "a doorbell brings what was published within a second, and the origin knows who has it", arguments: Engine.all)
    func doorbell(engine: Engine) async throws {
        try await engine.withDatabase { one in
            try await engine.withDatabase { two in
                let (lead, member) = (try await LiveNode("H40", one), try await LiveNode("H23", two))
                try await running([lead, member]) {
                    try await lead.exchange.createCluster(Phrase(vi: "Cụm 3", en: "Cluster 3"))
                    let invitation = try await lead.exchange.invite(ID("H23"), name: Phrase(name: "H23"), as: .member)
                    try await member.exchange.join(invitation.token)
                    // The polls are ten minutes apart: only doorbells can bring anything.
                    for turn in 1...3 {
                        try await lead.database.write { tx in
                            _ = try lead.exchange.publish([draft("a-\(turn)"), draft("red-\(turn)", .red)], in: tx)
                        }
                        lead.exchange.ring()
                        #expect(try await eventually { try await member.holds("a-\(turn)") })
                        #expect(
                            try await eventually {
                                try await lead.exchange.deliveries(of: "a-\(turn)").first?.checkpoint
                                    == "checkpoint of H23"
                            })
                        #expect(try await !member.holds("red-\(turn)"))
                    }
                    try await member.database.write { tx in _ = try member.exchange.publish([draft("back")], in: tx) }
                    member.exchange.ring()
                    #expect(try await eventually { try await lead.holds("back") })
                }
            }
        }
    }

    @Test("a door that a node's program does not have is told from one that refuses, with a body and without")
    func noDoor() async throws {
        try await Engine.sqlite.withDatabase { one in
            try await Engine.sqlite.withDatabase { two in
                let (lead, member) = (try await LiveNode("H40", one), try await LiveNode("H23", two))
                try await running([lead, member]) {
                    try await lead.exchange.createCluster(Phrase(vi: "Cụm 3", en: "Cluster 3"))
                    let invitation = try await lead.exchange.invite(ID("H23"), name: Phrase(name: "H23"), as: .member)
                    try await member.exchange.join(invitation.token)
                    let known = try #require(try await member.exchange.roster()?.roster.member(ID("H40")))
                    /// How the node refuses a call with a body, and whether that is taken for a door that there is not.
                    func refusal(_ path: String, _ body: String) async throws -> (PeerError?, Bool) {
                        do {
                            _ = try await member.exchange.call(
                                .post, path, at: known.place, body: Array(body.utf8), type: "application/json")
                            return (nil, false)
                        } catch let error as PeerError {
                            return (error, await member.exchange.hasNoDoor(path, at: known, as: error))
                        }
                    }
                    let path = "/exchange/granted/0190-none"
                    let (none, isNone) = try await refusal("\(path)/of-later", #"{"reason":"x"}"#)
                    #expect(none != nil && isNone, "\(String(describing: none))")
                    let (bad, isBad) = try await refusal("\(path)/end", "no JSON")
                    #expect(bad != nil && !isBad, "\(String(describing: bad))")
                    let digest = PeerError.refused(status: 400, code: CallRefusal.badDigest.rawValue)
                    #expect(await !member.exchange.hasNoDoor("\(path)/end", at: known, as: digest))
                    #expect(try await refusal("\(path)/end", #"{"reason":"x"}"#).0 == nil)
                }
            }
        }
    }

    @Test("a node with another TLS key than the roster's is not spoken to; a dead peer slows nobody")
    func wrongPin() async throws {
        try await Engine.sqlite.withDatabase { one in
            try await Engine.sqlite.withDatabase { two in
                let (lead, member) = (try await LiveNode("H40", one), try await LiveNode("H23", two))
                try await running([lead, member]) {
                    try await lead.exchange.createCluster(Phrase(vi: "Cụm 3", en: "Cluster 3"))
                    let invitation = try await lead.exchange.invite(ID("H23"), name: Phrase(name: "H23"), as: .member)
                    try await member.exchange.join(invitation.token)
                    let known = try #require(try await member.exchange.roster()?.roster.member(ID("H40")))
                    let elsewhere = PeerPlace(
                        address: known.address, key: known.key,
                        tlsPin: Base64.encodeURL([UInt8](repeating: 1, count: 32)))
                    await #expect(throws: FetchError.self) {
                        _ = try await member.exchange.call(.get, "/exchange/facts?after=0", at: elsewhere)
                    }
                    // H99 is on the roster and nobody listens there.
                    let dead = Member(
                        organisation: ID("H99"), name: Phrase(name: "H99"), roles: known.roles,
                        address: "https://127.0.0.1:9",
                        key: Curve25519.Signing.PrivateKey().publicKey, tlsPin: known.tlsPin)
                    let current = try #require(try await lead.exchange.roster())
                    try await lead.exchange.adopt(
                        try SignedRoster(
                            current.roster.adding(dead, after: current.hash, at: lead.exchange.now()),
                            by: lead.exchange.home.key),
                        from: nil)
                    try await lead.database.write { tx in
                        _ = try lead.exchange.publish([draft("past-the-dead")], in: tx)
                    }
                    lead.exchange.ring()
                    #expect(try await eventually { try await member.holds("past-the-dead") })
                    #expect(
                        try await eventually {
                            try await lead.exchange.status().members.contains { $0.state == .unreachable }
                        })
                    #expect(try await member.exchange.roster()?.roster.version == 3)
                }
            }
        }
    }
}
