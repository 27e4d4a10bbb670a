import Database
import StrictJSON
import Vocabulary

/// A fact on its way to one peer under that peer's own number.
struct Delivery: Sendable {
    let seq: Int64
    let released: Released
}

/// The delivery ledger (sổ giao nhận): who was given what, under which roster and rule, and what each has confirmed.
///
/// Numbers are counted per peer from 1 without gaps, so a peer cannot see from its numbers that there is something
/// else.
struct DeliveryStore {
    let tx: any Transaction

    struct Counters: Sendable {
        /// The last number given out to the peer.
        var given: Int64 = 0
        /// The last number that the peer has confirmed.
        var acked: Int64 = 0
        /// The last of its numbers that we have stored.
        var taken: Int64 = 0
    }

    func counters(of peer: ID<Organisation>) throws -> Counters {
        try tx.row("SELECT given_seq, acked_seq, taken_seq FROM exchange_peer WHERE code = \(peer)").map { row in
            Counters(given: try row.get("given_seq"), acked: try row.get("acked_seq"), taken: try row.get("taken_seq"))
        } ?? Counters()
    }

    private func save(_ counters: Counters, of peer: ID<Organisation>) throws {
        try tx.execute(
            """
            INSERT INTO exchange_peer (code, given_seq, acked_seq, taken_seq)
            VALUES (\(peer), \(counters.given), \(counters.acked), \(counters.taken))
            ON CONFLICT (code) DO UPDATE SET given_seq = excluded.given_seq, acked_seq = excluded.acked_seq,
                taken_seq = excluded.taken_seq
            """)
    }

    /// Writes what the gate let out, each peer's in the order given. Returns each peer's first and last number.
    func deliver(
        _ released: [(seq: Int64, released: Released)], release: Int64
    ) throws -> [(peer: ID<Organisation>, first: Int64, last: Int64)] {
        var ranges: [(peer: ID<Organisation>, first: Int64, last: Int64)] = []
        let byPeer = Dictionary(grouping: released, by: \.released.peer)
        for (peer, items) in byPeer.sorted(by: { $0.key.text < $1.key.text }) {
            var counters = try counters(of: peer)
            let first = counters.given + 1
            let rows = items.map { item -> [Value] in
                counters.given += 1
                return [peer.sqlValue, counters.given.sqlValue, item.seq.sqlValue, release.sqlValue]
            }
            try tx.insert("INSERT INTO exchange_delivery (peer, seq, fact, release)", rows)
            try save(counters, of: peer)
            ranges.append((peer, first, counters.given))
        }
        return ranges
    }

    /// Who was ever given a version of these objects.
    func holders(of ids: [String]) throws -> [String: Set<ID<Organisation>>] {
        var holders: [String: Set<ID<Organisation>>] = [:]
        for chunk in Set(ids).sorted().chunks(of: 500) {
            let rows = try tx.rows(
                """
                SELECT DISTINCT f.id AS id, d.peer AS peer FROM exchange_fact f
                    JOIN exchange_delivery d ON d.fact = f.seq
                WHERE f.id IN (\(list: chunk))
                """)
            for row in rows { holders[try row.get("id"), default: []].insert(try row.get("peer")) }
        }
        return holders
    }

    /// What waits for the peer after that number, through the gate once more: at most so many facts and so many bytes
    /// of content, but at least one.
    func page(
        for peer: ID<Organisation>, after: Int64, facts: Int, bytes: Int, gate: Gate
    ) throws -> (items: [Delivery], next: Int64) {
        let sizes = try tx.rows(
            """
            SELECT d.seq AS seq, LENGTH(f.bytes) AS size FROM exchange_delivery d JOIN exchange_fact f ON f.seq = d.fact
            WHERE d.peer = \(peer) AND d.seq > \(after) ORDER BY d.seq LIMIT \(facts)
            """)
        var last = after
        var total = 0
        for row in sizes {
            total += try row.get("size")
            guard last == after || total <= bytes else { break }
            last = try row.get("seq")
        }
        let rows = try tx.rows(
            """
            SELECT \(FactStore.columns), d.seq AS number, r.rule AS rule
            FROM exchange_delivery d JOIN exchange_fact f ON f.seq = d.fact JOIN exchange_release r ON r.id = d.release
            WHERE d.peer = \(peer) AND d.seq > \(after) AND d.seq <= \(last) ORDER BY d.seq
            """)
        let items = try rows.compactMap { row -> Delivery? in
            let rule: ReleaseRule = try row.get("rule")
            let fact = try FactStore.read(row).fact
            guard let released = gate.release(fact, to: peer, by: rule, alreadyHolds: rule == .revocation) else {
                return nil
            }
            return Delivery(seq: try row.get("number"), released: released)
        }
        return (items, last)
    }

    /// The peer has everything up to that number. Returns false when it already said so (a checkpoint is still added).
    func acknowledge(_ peer: ID<Organisation>, upTo seq: Int64, checkpoint: String?, at now: Instant) throws -> Bool {
        var counters = try counters(of: peer)
        guard seq <= counters.given else { throw CallRefusal.cursorAhead }
        if seq > counters.acked {
            counters.acked = seq
            try save(counters, of: peer)
            try tx.execute(
                """
                INSERT INTO exchange_ack (peer, last_seq, at, checkpoint) VALUES (\(peer), \(seq), \(now),
                    \(checkpoint))
                ON CONFLICT (peer, last_seq) DO NOTHING
                """)
            return true
        }
        if let checkpoint {
            try tx.execute(
                """
                UPDATE exchange_ack SET checkpoint = \(checkpoint)
                WHERE peer = \(peer) AND last_seq = \(seq) AND checkpoint IS NULL
                """
            )
        }
        return false
    }

    /// We have stored everything of the peer up to that number.
    func take(_ peer: ID<Organisation>, upTo seq: Int64, at now: Instant) throws {
        var counters = try counters(of: peer)
        counters.taken = max(counters.taken, seq)
        try save(counters, of: peer)
        try tx.execute("UPDATE exchange_peer SET taken_at = \(now) WHERE code = \(peer)")
    }
}

extension ReleaseRule: Readable, Bindable {}
