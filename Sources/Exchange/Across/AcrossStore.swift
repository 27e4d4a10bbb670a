import Database
import Vocabulary

/// Where the pages of other nodes are, and for whom this node vouched. Called inside a transaction.
enum AcrossStore {
    static let tables = Migration(
        "exchange.5.across",
        """
        CREATE TABLE exchange_place (
            code TEXT PRIMARY KEY, key_id TEXT NOT NULL, pages TEXT NOT NULL, asked_at \(.integer64) NOT NULL
        ) \(.strict)
        """,
        """
        CREATE TABLE exchange_vouch (
            id TEXT PRIMARY KEY, peer TEXT NOT NULL, person TEXT NOT NULL, session TEXT NOT NULL,
            at \(.integer64) NOT NULL, told_at \(.integer64)
        ) \(.strict)
        """,
        "CREATE INDEX exchange_vouch_open ON exchange_vouch (at) WHERE told_at IS NULL")

    /// How long after a word the other node is told of the end of a session, at most: longer than any visit.
    static let visitSeconds: Int64 = 3600
    /// How long it is told that somebody left.
    static let leaverDays: Int64 = 90

    struct Vouch: Sendable, Hashable {
        let id: String
        let peer: ID<Organisation>
        let person: ID<Person>
        let session: String
    }

    static func insert(_ vouch: Vouch, at now: Instant, in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO exchange_vouch (id, peer, person, session, at)
            VALUES (\(vouch.id), \(vouch.peer), \(vouch.person), \(vouch.session), \(now))
            """)
    }

    /// Words given since a moment of whose end nobody was told.
    static func open(since: Instant, in tx: any Transaction) throws -> [Vouch] {
        try tx.rows(
            """
            SELECT id, peer, person, session FROM exchange_vouch WHERE told_at IS NULL AND at > \(since)
            ORDER BY at, id
            """
        ).map {
            Vouch(
                id: try $0.get("id"), peer: try $0.get("peer"), person: try $0.get("person"),
                session: try $0.get("session"))
        }
    }

    static func told(_ ids: [String], at now: Instant, in tx: any Transaction) throws {
        try tx.execute("UPDATE exchange_vouch SET told_at = \(now) WHERE id IN (\(list: ids))")
    }

    static func sweep(before: Instant, in tx: any Transaction) throws {
        try tx.execute("DELETE FROM exchange_vouch WHERE at <= \(before)")
    }

    static func pages(
        of code: ID<Organisation>, key: String, in tx: any Transaction
    ) throws -> (pages: String, askedAt: Instant)? {
        try tx.row("SELECT pages, asked_at FROM exchange_place WHERE code = \(code) AND key_id = \(key)").map {
            (try $0.get("pages"), try $0.get("asked_at"))
        }
    }

    static func save(
        pages: String, of code: ID<Organisation>, key: String, at now: Instant, in tx: any Transaction
    ) throws {
        try tx.execute(
            """
            INSERT INTO exchange_place (code, key_id, pages, asked_at) VALUES (\(code), \(key), \(pages), \(now))
            ON CONFLICT (code) DO UPDATE SET key_id = excluded.key_id, pages = excluded.pages,
                asked_at = excluded.asked_at
            """)
    }
}
