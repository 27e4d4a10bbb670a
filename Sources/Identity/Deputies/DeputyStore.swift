import Database
import Vocabulary

/// Who acts for whom, as pages and commands list it. Called inside a transaction.
enum DeputyStore {
    /// - Parameter person: on either side; everybody when nil.
    static func latest(
        of person: ID<Person>?, at now: Instant, limit: Int, in tx: any Transaction
    ) throws -> [Deputy] {
        let own: SQL = person.map { " AND (f.subject = \($0) OR f.object = \($0))" } ?? ""
        return try tx.rows(
            """
            SELECT f.id, f.subject, f.object, f.roles, f.valid_from, f.valid_until, f.reason, d.name AS deputy_name,
                l.name AS lender_name
            FROM identity_fact f JOIN identity_person d ON d.id = f.subject JOIN identity_person l ON l.id = f.object
            WHERE f.relation = \(Relationship.Relation.delegate)\(own)
            ORDER BY CASE WHEN f.valid_until IS NULL OR f.valid_until > \(now) THEN 0 ELSE 1 END, f.valid_from DESC,
                f.id
            LIMIT \(limit)
            """
        ).map { row in
            Deputy(
                id: try row.get("id"), person: try row.get("subject"), name: try row.get("deputy_name"),
                lender: try row.get("object"), lenderName: try row.get("lender_name"),
                roles: try Relationship.roles(row), from: try row.get("valid_from"),
                until: try row.get("valid_until"), reason: try row.get("reason"))
        }
    }

    /// Those that hold or are to come, with the person on either side.
    static func unfinished(
        of person: ID<Person>, at now: Instant, in tx: any Transaction
    ) throws -> [ID<Relationship>] {
        try tx.rows(
            """
            SELECT id FROM identity_fact WHERE relation = \(Relationship.Relation.delegate)
            AND (subject = \(person) OR object = \(person)) AND (valid_until IS NULL OR valid_until > \(now))
            ORDER BY id
            """
        ).map { try $0.get("id") }
    }

    /// How many act for somebody, or are to.
    static func countUnfinished(of lender: ID<Person>, at now: Instant, in tx: any Transaction) throws -> Int {
        try count(of: lender, "(valid_until IS NULL OR valid_until > \(now))", in: tx)
    }

    /// How many somebody named since a moment; those that have not begun, and those that ended since then, count
    /// whenever they were named.
    static func countNamed(by lender: ID<Person>, since start: Instant, in tx: any Transaction) throws -> Int {
        try count(of: lender, "valid_from >= \(start) AND (valid_until IS NULL OR valid_until >= \(start))", in: tx)
    }

    private static func count(of lender: ID<Person>, _ which: SQL, in tx: any Transaction) throws -> Int {
        try tx.row(
            """
            SELECT COUNT(*) AS n FROM identity_fact WHERE object = \(lender)
            AND relation = \(Relationship.Relation.delegate) AND \(which)
            """)?.get("n") ?? 0
    }
}
