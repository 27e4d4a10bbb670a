import Database
package import Vocabulary

/// One receiver of one version of an object, as the delivery ledger has it.
package struct DeliveryRecord: Sendable, Hashable {
    package let peer: ID<Organisation>
    package let version: String
    /// The peer's own number for it.
    package let seq: Int64
    package let rule: ReleaseRule
    package let rosterVersion: Int64
    package let releasedAt: Instant
    /// When the peer confirmed that it has it; nil while it has not.
    package let acknowledgedAt: Instant?
    /// The root of the peer's own ledger under which it has it.
    package let checkpoint: String?
}

extension Exchange {
    /// Who was given the object with that id, every version, newest last.
    package func deliveries(of factID: String) async throws -> [DeliveryRecord] {
        try await database.read { try DeliveryStore(tx: $0).records(of: factID) }
    }
}

extension DeliveryStore {
    func records(of factID: String) throws -> [DeliveryRecord] {
        try tx.rows(
            """
            SELECT d.peer AS peer, d.seq AS seq, f.version AS version, r.rule AS rule,
                r.roster_version AS roster_version,
                r.released_at AS released_at, \(DeliveryStore.acknowledgement)
            FROM exchange_fact f JOIN exchange_delivery d ON d.fact = f.seq JOIN exchange_release r ON r.id = d.release
            WHERE f.id = \(factID) ORDER BY f.seq, d.peer
            """
        ).map(DeliveryStore.record)
    }

    /// The first acknowledgement that covers the number: when and under which checkpoint.
    static let acknowledgement: SQL = """
        (SELECT a.at FROM exchange_ack a WHERE a.peer = d.peer
            AND a.last_seq >= d.seq ORDER BY a.last_seq LIMIT 1) AS acked_at,
        (SELECT a.checkpoint FROM exchange_ack a WHERE a.peer = d.peer
            AND a.last_seq >= d.seq ORDER BY a.last_seq LIMIT 1)
            AS checkpoint
        """

    static func record(_ row: Row) throws -> DeliveryRecord {
        DeliveryRecord(
            peer: try row.get("peer"), version: try row.get("version"), seq: try row.get("seq"),
            rule: try row.get("rule"),
            rosterVersion: try row.get("roster_version"), releasedAt: try row.get("released_at"),
            acknowledgedAt: try row.get("acked_at"), checkpoint: try row.get("checkpoint"))
    }
}
