import Database
import Vocabulary

/// A fact where it lies: its local number, which never leaves the node.
struct StoredFact: Sendable {
    let seq: Int64
    let fact: Fact
}

/// The table `exchange_fact`.
struct FactStore {
    let tx: any Transaction

    static let columns: SQL = """
        f.seq AS seq, f.id AS id, f.version AS version, f.sha256 AS sha256, f.origin AS origin,
            f.media_type AS media_type,
        f.tlp AS tlp, f.recipients AS recipients, f.revoked AS revoked, f.created_at AS created_at, f.bytes AS bytes,
        f.signature AS signature
        """

    static func read(_ row: Row) throws -> StoredFact {
        StoredFact(
            seq: try row.get("seq"),
            fact: Fact(
                id: try row.get("id"), version: try row.get("version"), mediaType: try row.get("media_type"),
                origin: try row.get("origin"), tlp: try row.get("tlp"), recipients: try row.get("recipients"),
                isRevocation: try row.get("revoked"), createdAt: try row.get("created_at"), bytes: try row.get("bytes"),
                sha256: try row.get("sha256"), signature: try row.get("signature")))
    }

    /// Stores new facts in order and returns them with their numbers.
    func insert(
        _ facts: [Fact], from peer: ID<Organisation>?, at now: Instant, quarantined: Bool = false
    ) throws -> [StoredFact] {
        guard !facts.isEmpty else { return [] }
        let first = try tx.nextNumber("seq", of: "exchange_fact")
        let stored = facts.enumerated().map { StoredFact(seq: first + Int64($0), fact: $1) }
        let rows = stored.map { item -> [Value] in
            let fact = item.fact
            return [
                item.seq.sqlValue, fact.id.sqlValue, fact.version.sqlValue, fact.sha256.sqlValue, fact.origin.sqlValue,
                fact.mediaType.sqlValue, fact.tlp.sqlValue, fact.recipients.sqlValue, fact.isRevocation.sqlValue,
                fact.createdAt.sqlValue, fact.bytes.sqlValue, fact.signature.sqlValue, peer.sqlValue, now.sqlValue,
                quarantined.sqlValue,
            ]
        }
        try tx.insert(
            """
            INSERT INTO exchange_fact (seq, id, version, sha256, origin, media_type, tlp, recipients, revoked,
                created_at, bytes, signature, came_from, received_at, quarantined)
            """, rows)
        return stored
    }

    /// What is already here of these ids: each origin's versions and their hashes.
    func known(_ ids: [String]) throws -> [FactKey: [[UInt8]]] {
        var known: [FactKey: [[UInt8]]] = [:]
        for chunk in Set(ids).sorted().chunks(of: 500) {
            let rows = try tx.rows(
                "SELECT origin, id, version, sha256 FROM exchange_fact WHERE id IN (\(list: chunk))")
            for row in rows {
                let key = FactKey(
                    origin: try row.get("origin"), id: try row.get("id"), version: try row.get("version"))
                known[key, default: []].append(try row.get("sha256"))
            }
        }
        return known
    }

    func fact(_ seq: Int64) throws -> StoredFact? {
        try tx.row("SELECT \(FactStore.columns) FROM exchange_fact f WHERE f.seq = \(seq)").map(FactStore.read)
    }
}

/// One version of one object of one origin: what another calls by the same name is another's.
struct FactKey: Sendable, Hashable {
    let origin: ID<Organisation>
    let id: String
    let version: String
}

extension Fact {
    var versionKey: FactKey { FactKey(origin: origin, id: id, version: version) }
}
