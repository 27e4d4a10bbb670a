import Crypto
import Database
import Exchange
import Identity
import Jobs
import Ledger
import Threats
import Vocabulary
import Web

/// A node's rooms that take part in sharing, put together as the program does, without pages.
final class BenchNode: Sendable {
    let database: SQLite
    let exchange: Exchange
    private let ledger: Ledger
    private let peerSite: Site
    private let tls: TLSIdentity

    init(_ code: String, folder: String) async throws {
        let key = Curve25519.Signing.PrivateKey()
        let newID = UUIDv7.source(now: clock)
        tls = try TLSIdentity.makeSelfSigned(name: code, now: clock())
        database = try SQLite(path: "\(folder)/\(code).sqlite")
        try await database.migrate(
            Jobs.migrations + LedgerOutbox.migrations + Exchange.migrations + Threats.migrations)
        ledger = try await Ledger.open(
            folder: "\(folder)/\(code)-ledger", origin: "\(code)/ledger", key: key, now: clock, logger: quiet)
        let outbox = LedgerOutbox(log: code, newID: newID)
        let drain = LedgerDrain(database: database, ledger: ledger, outbox: outbox, logger: quiet)
        exchange = Exchange(
            home: Home(
                organisation: ID(code), name: Phrase(name: code), address: "https://127.0.0.1:0", key: key,
                tlsPin: tls.pin),
            database: database, outbox: outbox,
            checkpoint: { [ledger] in
                _ = try await drain.drain()
                return ledger.checkpoint.root.base64
            },
            now: clock, newID: newID, transport: .tls(Fetch()), logger: quiet)
        let threats = Threats(
            database: database, outbox: outbox, organisation: ID(code), access: Access { nil },
            neighbours: Threats.Neighbours(
                publish: { _, _ in }, ring: {}, members: { [] }, reachesAnybody: { _, _ in true }, whoHas: { _ in [] },
                names: { _ in [:] }),
            now: clock, newID: newID, logger: quiet)
        exchange.onArrival(mediaType: Threats.mediaType, prepare: threats.read) { facts, tx in
            try threats.receive(facts, in: tx)
        }
        var settings = SiteSettings(name: Phrase(name: code), cookiePrefix: "peer")
        settings.servesBrowsers = false  // as the program's own door for nodes
        peerSite = Site(
            doorkeeper: exchange.peerDoorkeeper, settings: settings, now: clock, newID: newID, logger: quiet)
        exchange.peerDoors(peerSite)
    }

    /// Runs `body` while the nodes answer each other, each on a free port of loopback.
    static func whileServing<T: Sendable>(
        _ nodes: [BenchNode], _ body: @escaping @Sendable () async throws -> T
    ) async throws -> T {
        try await withThrowingTaskGroup(of: T?.self) { group in
            let (ready, continuation) = AsyncStream<Void>.makeStream()
            for node in nodes {
                group.addTask {
                    let server = Server(
                        site: node.peerSite, address: .host("127.0.0.1", port: 0), tls: node.tls, logger: quiet)
                    try await server.run { port in
                        node.exchange.isReachable(at: "https://127.0.0.1:\(port)")
                        continuation.yield()
                    }
                    return nil
                }
            }
            var waiting = nodes.count
            for await _ in ready {
                waiting -= 1
                if waiting == 0 { break }
            }
            group.addTask { try await body() }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
    }
}
