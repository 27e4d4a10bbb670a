import Crypto
import Database
import FoundationEssentials
import Ledger
import Logging
import Synchronization
import TestKit
import Vocabulary
import Web

@testable import Exchange

/// Nodes in one process. Calls go through `Wire`, which hands them to the other node's site and keeps what was said;
/// `WireTests` puts real TLS in its place.
final class Network: Sendable {
    let clock = TestClock()
    let wire = Wire()
    private let nodes = Mutex<[String: TestNode]>([:])

    subscript(code: String) -> TestNode {
        get throws {
            guard let node = nodes.withLock({ $0[code] }) else { throw MissingNode(code: code) }
            return node
        }
    }

    struct MissingNode: Error {
        let code: String
    }

    @discardableResult
    func add(
        _ code: String, on database: any Database, settings: ExchangeSettings = ExchangeSettings(),
        authority: Authority? = nil
    ) async throws -> TestNode {
        let node = try await TestNode(
            code, database: database, network: self, settings: settings, authority: authority)
        nodes.withLock { $0[code] = node }
        wire.connect(node)
        return node
    }

    /// The first node founds the cluster; the others are invited and join, coordinators as such.
    func found(_ lead: String, _ others: String..., history: Bool = false) async throws {
        try await self[lead].exchange.createCluster(Phrase(vi: "Cụm 3", en: "Cluster 3"))
        for code in others { try await join(code, to: lead, history: history) }
        try await gossip()
    }

    func join(_ code: String, to lead: String, history: Bool = false) async throws {
        let role: MemberRole = code == "VNCERT" ? .coordinator : .member
        let invitation = try await self[lead].exchange.invite(
            ID(code), name: Phrase(name: code), as: role, givesHistory: history)
        try await self[code].exchange.join(invitation.token)
    }

    /// Everybody asks everybody once.
    func gossip() async throws {
        let all = nodes.withLock { $0.values.sorted { $0.code < $1.code } }
        for node in all {
            for other in all where other.code != node.code { _ = try? await node.exchange.pull(from: ID(other.code)) }
        }
    }
}

/// One node with everything but a socket.
final class TestNode: Sendable {
    let code: String
    let exchange: Exchange
    let site: Site
    let database: any Database
    let stored = Mutex<[String]>([])

    init(
        _ code: String, database: any Database, network: Network, settings: ExchangeSettings,
        authority: Authority? = nil
    ) async throws {
        self.code = code
        self.database = database
        let key = try Curve25519.Signing.PrivateKey(rawRepresentation: SHA256.hash(data: Array("key \(code)".utf8)))
        let home = Home(
            organisation: ID(code), name: Phrase(name: code), address: "https://\(code.lowercased()).test:7443",
            key: key,
            tlsPin: Base64.encodeURL(SHA256.hash(data: Array("tls \(code)".utf8)).map { $0 }))
        let ids = SeededIDs(seed: UInt64(code.utf8.reduce(7) { $0 &* 31 &+ Int($1) }))
        let random = Mutex(SeededRandom(seed: UInt64(code.utf8.count) &+ UInt64(key.rawRepresentation[0])))
        let bytes: @Sendable (Int) -> [UInt8] = { count in
            random.withLock { random in (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) } }
        }
        exchange = Exchange(
            home: home, database: database, outbox: LedgerOutbox(newID: ids.source, random: bytes),
            checkpoint: { "checkpoint of \(code)" }, now: network.clock.now, newID: ids.source,
            transport: network.wire.transport(for: code), authority: authority, settings: settings, random: bytes,
            logger: quiet)
        var siteSettings = SiteSettings(name: Phrase(name: code), cookiePrefix: "test-\(code.lowercased())")
        siteSettings.servesBrowsers = false
        site = Site(
            doorkeeper: exchange.peerDoorkeeper, settings: siteSettings, now: network.clock.now,
            newID: ids.source, logger: quiet)
        exchange.peerDoors(site)
        try await database.migrate(LedgerOutbox.migrations + Exchange.migrations)
    }

    @discardableResult
    func publish(_ drafts: FactDraft...) async throws -> [Fact] {
        try await database.write { [exchange] tx in try exchange.publish(drafts, in: tx) }
    }

    /// Ids of the facts that came from others, in the order of their coming.
    func received() async throws -> [String] {
        try await database.read { tx in
            try tx.rows(
                "SELECT id FROM exchange_fact WHERE came_from IS NOT NULL AND quarantined = \(false) ORDER BY seq"
            ).map {
                try $0.get("id")
            }
        }
    }

    func quarantine() async throws -> [String] {
        try await database.read { tx in
            try tx.rows("SELECT reason FROM exchange_quarantine ORDER BY seq").map { try $0.get("reason") }
        }
    }

    func alarms() async throws -> [String] {
        try await database.read { tx in
            try tx.rows("SELECT code FROM exchange_alarm ORDER BY seq").map { try $0.get("code") }
        }
    }

    func count(_ table: SQL) async throws -> Int {
        try await database.read { tx in try tx.row("SELECT COUNT(*) AS n FROM \(table)")?.get("n") ?? 0 }
    }
}

private let quiet: Logger = {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return logger
}()

func draft(
    _ id: String, _ tlp: TLP = .amber, _ recipients: Recipients = .cluster, version: String = "1", text: String = "{}",
    isRevocation: Bool = false
) -> FactDraft {
    FactDraft(
        id: id, version: version, mediaType: "application/stix+json;version=2.1", tlp: tlp, recipients: recipients,
        isRevocation: isRevocation, bytes: Array(text.utf8))
}

/// Carries calls between sites in this process, keeps a record of them, and lets a test come between.
final class Wire: Sendable {
    struct Exchanged: Sendable {
        let from: String
        let to: String
        let request: Request
        let response: Response
    }

    struct Unreachable: Error {}

    private struct State {
        var sites: [String: (code: String, site: Site)] = [:]
        var record: [Exchanged] = []
        var dead: Set<String> = []
        var onRequest: (@Sendable (inout Request) -> Void)?
        var onResponse: (@Sendable (inout Response) -> Void)?
        var onTheWayBack: (@Sendable (Request) async -> Void)?
    }

    private let state = Mutex(State())

    var record: [Exchanged] { state.withLock(\.record) }

    func connect(_ node: TestNode) {
        state.withLock { $0.sites["\(node.code.lowercased()).test:7443"] = (node.code, node.site) }
    }

    func kill(_ code: String) {
        state.withLock { _ = $0.dead.insert(code) }
    }

    func revive(_ code: String) {
        state.withLock { _ = $0.dead.remove(code) }
    }

    /// Runs `body` with somebody on the line.
    func tampering<T>(
        request: (@Sendable (inout Request) -> Void)? = nil, response: (@Sendable (inout Response) -> Void)? = nil,
        _ body: () async throws -> T
    ) async throws -> T {
        state.withLock { ($0.onRequest, $0.onResponse) = (request, response) }
        defer { state.withLock { ($0.onRequest, $0.onResponse) = (nil, nil) } }
        return try await body()
    }

    /// Runs `body` while every answer waits for `meanwhile` before it arrives.
    func delaying<T>(
        _ meanwhile: @escaping @Sendable (Request) async -> Void, _ body: () async throws -> T
    ) async throws
        -> T
    {
        state.withLock { $0.onTheWayBack = meanwhile }
        defer { state.withLock { $0.onTheWayBack = nil } }
        return try await body()
    }

    func transport(for code: String) -> PeerTransport {
        PeerTransport { [self] call in
            let rest = call.url.dropFirst("https://".count)
            let authority = String(rest.prefix { $0 != "/" })
            var headers = call.headers
            headers["host"] = authority
            var request = Request(
                call.method, String(rest.dropFirst(authority.count)), headers: headers, body: call.body, isSecure: true)
            let (target, change) = state.withLock { ($0.sites[authority], $0.onRequest) }
            guard let target, !state.withLock({ $0.dead.contains(target.code) || $0.dead.contains(code) }) else {
                throw Unreachable()
            }
            change?(&request)
            var response = await target.site.respond(to: request)
            state.withLock { state in
                state.record.append(Exchanged(from: code, to: target.code, request: request, response: response))
                state.onResponse?(&response)
            }
            await state.withLock { $0.onTheWayBack }?(request)
            return PeerTransport.Answer(status: response.status, headers: response.headers, body: response.bytes ?? [])
        }
    }

    /// Says again, to whoever, what was said before.
    func replay(_ exchanged: Exchanged, to code: String) async throws -> Response {
        let site = state.withLock { $0.sites.values.first { $0.code == code }?.site }
        guard let site else { throw Unreachable() }
        return await site.respond(to: exchanged.request)
    }
}
