import Crypto
import Database
import Foundation
import Ledger
import Logging
import Testing
import Vocabulary

/// What lies in the data folder of a node that is not running: read from its database and its log, past the program.
struct Inventory: Sendable {
    struct Fact: Sendable, Hashable {
        let id: String
        let version: String
        let sha256: [UInt8]
        let origin: String
        let tlp: String
        let recipients: String
        let isOwn: Bool
    }

    /// What one peer was given and has confirmed, and what we have taken from it.
    struct Counters: Sendable, Hashable {
        let given: Int64
        let acked: Int64
        let taken: Int64
    }

    let code: String
    let facts: [Fact]
    /// Ids in the rooms: objects of ours, whether shared or not.
    let threats: Set<String>
    let incidents: Set<String>
    let counters: [String: Counters]
    /// For each peer the numbers under which facts were given out, in order.
    let given: [String: [Int64]]
    /// For each peer the last number of an acknowledgement.
    let acknowledged: [String: Int64]
    let quarantined: Int
    /// Facts of the outbox with their index in the log.
    let recorded: [(fact: String, index: Int64?)]
    let cursor: Int64

    init(of code: String, at address: DatabaseAddress) async throws {
        let database = try await address.open()
        do {
            self = try await database.read { tx in try Inventory(code, tx) }
        } catch {
            try? await database.close()
            throw error
        }
        try await database.close()
    }

    private init(_ code: String, _ tx: any Transaction) throws {
        self.code = code
        facts = try tx.rows(
            "SELECT id, version, sha256, origin, tlp, recipients, came_from FROM exchange_fact ORDER BY seq"
        ).map { row in
            Fact(
                id: try row.get("id"), version: try row.get("version"), sha256: try row.get("sha256"),
                origin: try row.get("origin"), tlp: try row.get("tlp"), recipients: try row.get("recipients"),
                isOwn: try row.get("came_from", as: String?.self) == nil)
        }
        threats = Set(
            try tx.rows("SELECT id FROM threats_object WHERE origin = \(code)").map { try $0.get("id") })
        incidents = Set(try tx.rows("SELECT id FROM incidents_incident").map { try $0.get("id") })
        counters = Dictionary(
            uniqueKeysWithValues: try tx.rows("SELECT code, given_seq, acked_seq, taken_seq FROM exchange_peer").map {
                row in
                (
                    try row.get("code", as: String.self),
                    Counters(
                        given: try row.get("given_seq"), acked: try row.get("acked_seq"),
                        taken: try row.get("taken_seq"))
                )
            })
        given = Dictionary(
            grouping: try tx.rows("SELECT peer, seq FROM exchange_delivery ORDER BY peer, seq"),
            by: { (try? $0.get("peer", as: String.self)) ?? "?" }
        ).mapValues { rows in rows.compactMap { try? $0.get("seq", as: Int64.self) } }
        acknowledged = Dictionary(
            uniqueKeysWithValues: try tx.rows("SELECT peer, MAX(last_seq) AS last FROM exchange_ack GROUP BY peer").map
            {
                row in (try row.get("peer", as: String.self), try row.get("last", as: Int64.self))
            })
        quarantined = try tx.rows("SELECT seq FROM exchange_quarantine").count
        recorded = try tx.rows("SELECT id, leaf_index FROM ledger_fact").map { row in
            (try row.get("id", as: String.self), try row.get("leaf_index", as: Int64?.self))
        }
        cursor = try tx.row("SELECT size FROM ledger_cursor")?.get("size") ?? 0
    }
}

/// The log of a node that is not running.
struct Log: Sendable {
    let leaves: [Leaf]
    let roots: [Int64: LedgerHash]

    /// - Parameter sizes: for which the root is wanted.
    static func read(in folder: String, of code: String, sizes: Set<Int64>) async throws -> Log {
        let text = try #require(FileManager.default.contents(atPath: folder + "/keys/node.key"))
        let raw = try #require(Base64.decode(String(decoding: text, as: UTF8.self)))
        let ledger = try await Ledger.open(
            folder: folder + "/ledger", origin: "\(code)/ledger",
            key: try Curve25519.Signing.PrivateKey(rawRepresentation: raw), now: { Instant(milliseconds: 0) },
            logger: Logger(label: "crash"))
        let leaves = try await ledger.entries(0..<ledger.checkpoint.size)
        var roots: [Int64: LedgerHash] = [:]
        for size in sizes where size <= ledger.checkpoint.size { roots[size] = try await ledger.rootHash(at: size) }
        try await ledger.close()
        return Log(leaves: leaves, roots: roots)
    }

    static func verifierKey(in folder: String, of code: String) throws -> VerifierKey {
        let text = try #require(FileManager.default.contents(atPath: folder + "/keys/node.key"))
        let raw = try #require(Base64.decode(String(decoding: text, as: UTF8.self)))
        return try VerifierKey(
            name: "\(code)/ledger", key: try Curve25519.Signing.PrivateKey(rawRepresentation: raw).publicKey)
    }
}
