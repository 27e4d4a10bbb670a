import Database
import Synchronization
import Vocabulary

/// The table `exchange_roster`, with the newest version kept at hand.
final class RosterCache: Sendable {
    private let newest = Mutex<SignedRoster?>(nil)

    /// The newest version that was read or written; nil before the first look and without a cluster.
    var known: SignedRoster? { newest.withLock { $0 } }

    /// The newest version as the transaction sees it.
    func current(in tx: any Transaction) throws -> SignedRoster? {
        guard let row = try tx.row("SELECT version, hash FROM exchange_roster ORDER BY version DESC LIMIT 1") else {
            return nil
        }
        let (version, hash): (Int64, [UInt8]) = (try row.get("version"), try row.get("hash"))
        if let known, known.roster.version == version, known.hash == hash { return known }
        let read = try versions(after: version - 1, in: tx).first
        newest.withLock { held in
            if let read, read.roster.version >= held?.roster.version ?? 0 { held = read }
        }
        return read
    }

    func versions(after version: Int64, limit: Int = 1000, in tx: any Transaction) throws -> [SignedRoster] {
        let rows = try tx.rows(
            "SELECT document, signature FROM exchange_roster WHERE version > \(version) ORDER BY version LIMIT \(limit)"
        )
        return try rows.map { try SignedRoster(try $0.get("document"), signature: try $0.get("signature")) }
    }

    func insert(_ roster: SignedRoster, at now: Instant, in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO exchange_roster (version, hash, document, signature, received_at)
            VALUES (\(roster.roster.version), \(roster.hash), \(roster.bytes), \(roster.signature), \(now))
            """)
    }
}

extension Exchange {
    /// What this node says about its roster.
    var mark: RosterMark { rosters.known?.mark ?? .none }

    /// The newest roster, read from the database.
    func roster() async throws -> SignedRoster? {
        try await database.read { [rosters] in try rosters.current(in: $0) }
    }
}
