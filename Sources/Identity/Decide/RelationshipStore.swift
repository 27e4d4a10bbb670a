package import Database
package import Vocabulary

/// Relations and the count of their changes, one method one query. Called inside a transaction.
enum RelationshipStore {
    static let migration = Migration(
        "identity.6.facts",
        """
        CREATE TABLE identity_fact (
            id TEXT PRIMARY KEY, subject TEXT NOT NULL, relation TEXT NOT NULL, object TEXT NOT NULL,
            valid_from \(.integer64) NOT NULL, valid_until \(.integer64), granted_by TEXT, approved_by TEXT,
            reason TEXT NOT NULL) \(.strict)
        """,
        "CREATE INDEX identity_fact_subject ON identity_fact (subject, relation)",
        "CREATE INDEX identity_fact_object ON identity_fact (object, relation)",
        """
        CREATE TABLE identity_revision (
            revision \(.integer64) PRIMARY KEY, at \(.integer64) NOT NULL, what TEXT NOT NULL) \(.strict)
        """,
        "ALTER TABLE identity_membership ADD COLUMN granted_by TEXT",
        "ALTER TABLE identity_membership ADD COLUMN approved_by TEXT",
        "ALTER TABLE identity_membership ADD COLUMN reason TEXT NOT NULL DEFAULT ''")

    static let lentRoles = Migration(
        "identity.25.lent-roles",
        // With spaces between; null for all that may be lent, as it was before.
        "ALTER TABLE identity_fact ADD COLUMN roles TEXT",
        "CREATE INDEX identity_fact_relation ON identity_fact (relation, valid_until)")

    static func all(in tx: any Transaction) throws -> [Relationship] {
        try tx.rows("SELECT * FROM identity_fact ORDER BY valid_from, id").map { try Relationship($0) }
    }

    static func all(of subject: String, in tx: any Transaction) throws -> [Relationship] {
        try tx.rows("SELECT * FROM identity_fact WHERE subject = \(subject) ORDER BY valid_from, id").map {
            try Relationship($0)
        }
    }

    static func all(
        of subject: String, _ relation: Relationship.Relation, in tx: any Transaction
    ) throws -> [Relationship] {
        try tx.rows(
            "SELECT * FROM identity_fact WHERE subject = \(subject) AND relation = \(relation) ORDER BY valid_from, id"
        ).map { try Relationship($0) }
    }

    /// Whether anything of the kind holds of somebody at a moment.
    static func holds(
        _ subject: String, _ relation: Relationship.Relation, at moment: Instant, in tx: any Transaction
    ) throws -> Bool {
        try all(of: subject, relation, in: tx).contains { $0.holds(at: moment) }
    }

    /// Writes a new fact and counts the change.
    static func insert(_ fact: Relationship, at: Instant, in tx: any Transaction) throws {
        try GuestStore.check(fact, in: tx)
        try tx.execute(
            """
            INSERT INTO identity_fact (id, subject, relation, object, roles, valid_from, valid_until, granted_by,
                approved_by, reason)
            VALUES (\(fact.id), \(fact.subject), \(fact.relation), \(fact.object),
                \(fact.roles.map(Relationship.stored)), \(fact.from), \(fact.until), \(fact.grantedBy),
                \(fact.approvedBy), \(fact.reason))
            """)
        try change("fact.\(fact.relation.rawValue)", at: at, in: tx)
    }

    static func fact(_ id: ID<Relationship>, in tx: any Transaction) throws -> Relationship? {
        try tx.row("SELECT * FROM identity_fact WHERE id = \(id)").map { try Relationship($0) }
    }

    /// Ends one fact, which may have been to come; whether it was not over before.
    static func end(_ id: ID<Relationship>, at: Instant, in tx: any Transaction) throws -> Bool {
        let ended = try tx.row(
            """
            UPDATE identity_fact SET valid_until = \(at) WHERE id = \(id)
            AND (valid_until IS NULL OR valid_until > \(at)) RETURNING relation
            """)
        guard let relation = try ended?.get("relation", as: Relationship.Relation.self) else { return false }
        try change("fact.\(relation.rawValue)-ended", at: at, in: tx)
        return true
    }

    /// Ends what holds between two; how many facts that were.
    ///
    /// - Parameter due: only what would have ended then.
    @discardableResult
    static func end(
        _ subject: String, _ relation: Relationship.Relation, _ object: String, due: Instant? = nil, at: Instant,
        in tx: any Transaction
    ) throws -> Int {
        let which: SQL = due.map { "AND valid_until = \($0)" } ?? ""
        let ended = try tx.execute(
            """
            UPDATE identity_fact SET valid_until = \(at) WHERE subject = \(subject) AND relation = \(relation)
            AND object = \(object) AND (valid_until IS NULL OR valid_until > \(at)) \(which)
            """)
        if ended > 0 { try change("fact.\(relation.rawValue)-ended", at: at, in: tx) }
        return ended
    }

    // MARK: Revisions

    /// Counts a change of facts or policies: every process reads them anew before it decides again.
    static func change(_ what: String, at: Instant, in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO identity_revision (revision, at, what)
            SELECT COALESCE(MAX(revision), 0) + 1, \(at), \(what) FROM identity_revision
            """)
    }

    static func revision(in tx: any Transaction) throws -> Int64 {
        try tx.row("SELECT COALESCE(MAX(revision), 0) AS revision FROM identity_revision")?.get("revision") ?? 0
    }

    /// The revision that held at a moment, 0 before the first.
    static func revision(at: Instant, in tx: any Transaction) throws -> Int64 {
        try tx.row("SELECT COALESCE(MAX(revision), 0) AS revision FROM identity_revision WHERE at <= \(at)")?
            .get("revision") ?? 0
    }

    /// When a revision began.
    static func beginning(of revision: Int64, in tx: any Transaction) throws -> Instant? {
        try tx.row("SELECT at FROM identity_revision WHERE revision = \(revision)")?.get("at")
    }
}

extension Relationship {
    /// As `roles(_:)` reads them.
    static func stored(_ roles: Set<Role>) -> String { roles.map(\.rawValue).sorted().joined(separator: " ") }

    /// A role that only a newer program lends is none here.
    static func roles(_ row: Row) throws -> Set<Role>? {
        try row.get("roles", as: String?.self).map { Set(words($0).compactMap(Role.init)) }
    }

    init(_ row: Row) throws {
        self.init(
            id: try row.get("id"), subject: try row.get("subject"), relation: try row.get("relation"),
            object: try row.get("object"), roles: try Relationship.roles(row), from: try row.get("valid_from"),
            until: try row.get("valid_until"), grantedBy: try row.get("granted_by"),
            approvedBy: try row.get("approved_by"), reason: try row.get("reason"))
    }
}

extension Relationship.Relation: Bindable, Readable {}
