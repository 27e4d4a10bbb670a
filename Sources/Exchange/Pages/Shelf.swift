import Database
import StrictJSON
import Vocabulary

/// One line of a list of facts: without bytes.
struct ShelfLine: Sendable {
    let seq: Int64
    let id: String
    /// What it calls itself, when it is JSON with a name.
    let name: String?
    let mediaType: String
    let origin: ID<Organisation>
    let tlp: TLP
    let recipients: Recipients
    let isRevocation: Bool
    let isQuarantined: Bool
    let at: Instant
    /// To how many it was released, and how many of them have it.
    let given: Int
    let taken: Int
}

struct AlarmLine: Sendable {
    let seq: Int64
    let code: String
    let peer: ID<Organisation>?
    let detail: String
    let at: Instant
}

/// What the pages read.
struct Shelf {
    let tx: any Transaction

    /// Of larger objects no list reads the name.
    static let namedBytes = 65_536

    static func name(_ bytes: [UInt8]?) -> String? {
        guard let bytes, let name = (try? JSONDocument(bytes))?.root["name"]?.string, !name.isEmpty else { return nil }
        return String(name.prefix(200))
    }

    /// Newest first, before that number.
    func facts(_ which: SQL, before: Int64?, limit: Int) throws -> [ShelfLine] {
        let rows = try tx.rows(
            """
            SELECT f.seq AS seq, f.id AS id, f.media_type AS media_type, f.origin AS origin, f.tlp AS tlp,
                f.recipients AS recipients,
                CASE WHEN LENGTH(f.bytes) <= \(Shelf.namedBytes) THEN f.bytes END AS bytes,
                f.revoked AS revoked, f.quarantined AS quarantined, f.received_at AS at,
                (SELECT COUNT(*) FROM exchange_delivery d WHERE d.fact = f.seq) AS given,
                (SELECT COUNT(*) FROM exchange_delivery d JOIN exchange_peer p ON p.code = d.peer
                    WHERE d.fact = f.seq AND d.seq <= p.acked_seq) AS taken
            FROM exchange_fact f WHERE \(which) AND f.seq < \(before ?? Int64.max) ORDER BY f.seq DESC LIMIT \(limit)
            """)
        return try rows.map { row in
            ShelfLine(
                seq: try row.get("seq"), id: try row.get("id"), name: Shelf.name(try row.get("bytes")),
                mediaType: try row.get("media_type"),
                origin: try row.get("origin"),
                tlp: try row.get("tlp"), recipients: try row.get("recipients"), isRevocation: try row.get("revoked"),
                isQuarantined: try row.get("quarantined"), at: try row.get("at"), given: try row.get("given"),
                taken: try row.get("taken"))
        }
    }

    func alarms(before: Int64?, limit: Int) throws -> [AlarmLine] {
        try tx.rows(
            """
            SELECT seq, code, peer, detail, at
                FROM exchange_alarm WHERE seq < \(before ?? Int64.max) ORDER BY seq DESC LIMIT \(limit)
            """
        ).map { row in
            AlarmLine(
                seq: try row.get("seq"), code: try row.get("code"), peer: try row.get("peer"),
                detail: try row.get("detail"),
                at: try row.get("at"))
        }
    }

    /// The last deliveries to one peer, newest first.
    func deliveries(
        to peer: ID<Organisation>, before: Int64?, limit: Int
    ) throws -> [(id: String, fact: Int64, record: DeliveryRecord)] {
        try tx.rows(
            """
            SELECT f.id AS id, f.seq AS fact, d.peer AS peer, d.seq AS seq, f.version AS version, r.rule AS rule,
                r.roster_version AS roster_version, r.released_at AS released_at, \(DeliveryStore.acknowledgement)
            FROM exchange_delivery d JOIN exchange_fact f ON f.seq = d.fact JOIN exchange_release r ON r.id = d.release
            WHERE d.peer = \(peer) AND d.seq < \(before ?? Int64.max) ORDER BY d.seq DESC LIMIT \(limit)
            """
        ).map { (try $0.get("id"), try $0.get("fact"), try DeliveryStore.record($0)) }
    }
}
