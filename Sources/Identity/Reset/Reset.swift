import Database
import Vocabulary

/// Somebody lost every way in, and two officers let them in again (đặt lại bởi hai cán bộ).
struct Reset: Sendable {
    let id: ID<Reset>
    let person: ID<Person>
    let askedAt: Instant
    let first: ID<Person>?
    let firstAt: Instant?

    /// A request that nobody finished is forgotten.
    static let lifetimeDays: Int64 = 7
}

enum ResetStore {
    /// Those to which one officer agreed first: strangers fill the list, officers do not.
    static func all(at now: Instant, in tx: any Transaction) throws -> [Reset] {
        try tx.rows(
            """
            SELECT * FROM identity_reset WHERE expires_at > \(now)
            ORDER BY CASE WHEN first_officer IS NULL THEN 1 ELSE 0 END, asked_at, id LIMIT 200
            """
        ).map { try Reset($0) }
    }

    static func find(_ id: ID<Reset>, at now: Instant, in tx: any Transaction) throws -> Reset? {
        try tx.row("SELECT * FROM identity_reset WHERE id = \(id) AND expires_at > \(now)").map { try Reset($0) }
    }

    static func find(for person: ID<Person>, at now: Instant, in tx: any Transaction) throws -> Reset? {
        try tx.row("SELECT * FROM identity_reset WHERE person = \(person) AND expires_at > \(now)").map {
            try Reset($0)
        }
    }

    /// One request a person; another while it waits changes nothing.
    static func insert(_ id: ID<Reset>, for person: ID<Person>, at now: Instant, in tx: any Transaction) throws {
        try tx.execute("DELETE FROM identity_reset WHERE person = \(person) AND expires_at <= \(now)")
        try tx.execute(
            """
            INSERT INTO identity_reset (id, person, asked_at, first_officer, first_at, expires_at)
            VALUES (\(id), \(person), \(now), NULL, NULL, \(now.adding(days: Reset.lifetimeDays)))
            ON CONFLICT (person) DO NOTHING
            """)
    }

    static func approve(_ id: ID<Reset>, by officer: ID<Person>, at now: Instant, in tx: any Transaction) throws {
        try tx.execute(
            """
            UPDATE identity_reset SET first_officer = \(officer), first_at = \(now)
            WHERE id = \(id) AND first_officer IS NULL
            """)
    }

    /// Whether this call was the one that ended it.
    static func end(_ id: ID<Reset>, in tx: any Transaction) throws -> Bool {
        try tx.execute("DELETE FROM identity_reset WHERE id = \(id)") == 1
    }

    static func sweep(at now: Instant, in tx: any Transaction) throws {
        try tx.execute("DELETE FROM identity_reset WHERE expires_at <= \(now)")
    }
}

extension Reset {
    init(_ row: Row) throws {
        self.init(
            id: try row.get("id"), person: try row.get("person"), askedAt: try row.get("asked_at"),
            first: try row.get("first_officer"), firstAt: try row.get("first_at"))
    }
}
