import Database
import Vocabulary

/// Reviews and their items in their tables, one method one query. Called inside a transaction.
enum ReviewStore {
    static let tables = Migration(
        "identity.14.reviews",
        """
        CREATE TABLE identity_review (
            id TEXT PRIMARY KEY, organisation TEXT NOT NULL, opened_at \(.integer64) NOT NULL,
            due_at \(.integer64) NOT NULL, reminded_at \(.integer64), closed_at \(.integer64)) \(.strict)
        """,
        "CREATE INDEX identity_review_organisation ON identity_review (organisation, opened_at)",
        """
        CREATE TABLE identity_review_item (
            id TEXT PRIMARY KEY, review TEXT NOT NULL REFERENCES identity_review (id), kind TEXT NOT NULL,
            right_id TEXT NOT NULL, person TEXT REFERENCES identity_person (id), what TEXT NOT NULL,
            valid_from \(.integer64) NOT NULL, valid_until \(.integer64), granted_by TEXT, approved_by TEXT,
            used_at \(.integer64), decision TEXT, decided_by TEXT, decided_at \(.integer64)) \(.strict)
        """,
        "CREATE INDEX identity_review_item_review ON identity_review_item (review, id)",
        "CREATE INDEX identity_review_item_person ON identity_review_item (person)")

    static let lentRoles = Migration(
        "identity.26.reviewed-roles",
        // Of a delegation, as in the fact that it is.
        "ALTER TABLE identity_review_item ADD COLUMN roles TEXT",
        """
        UPDATE identity_review_item SET roles = (SELECT f.roles FROM identity_fact f WHERE f.id = right_id)
        WHERE kind = 'delegation'
        """)

    static func insert(_ review: Review, in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO identity_review (id, organisation, opened_at, due_at)
            VALUES (\(review.id), \(review.organisation), \(review.openedAt), \(review.dueAt))
            """)
    }

    static func insert(_ item: ReviewItem, in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO identity_review_item (id, review, kind, right_id, person, what, roles, valid_from,
                valid_until, granted_by, approved_by, used_at, signed_in_at)
            VALUES (\(item.id), \(item.review), \(item.kind), \(item.right), \(item.person), \(item.what),
                \(item.roles.map(Relationship.stored)), \(item.from), \(item.until), \(item.grantedBy),
                \(item.approvedBy), \(item.usedAt), \(item.signedInAt))
            """)
    }

    static func review(_ id: ID<Review>, in tx: any Transaction) throws -> Review? {
        try tx.row("SELECT * FROM identity_review WHERE id = \(id)").map { try Review($0) }
    }

    /// The open ones first, then the latest.
    static func latest(_ limit: Int, in tx: any Transaction) throws -> [Review] {
        try tx.rows(
            """
            SELECT * FROM identity_review ORDER BY CASE WHEN closed_at IS NULL THEN 0 ELSE 1 END, opened_at DESC, id
            LIMIT \(limit)
            """
        ).map { try Review($0) }
    }

    static func open(in tx: any Transaction) throws -> [Review] {
        try tx.rows("SELECT * FROM identity_review WHERE closed_at IS NULL ORDER BY opened_at, id").map {
            try Review($0)
        }
    }

    /// When each organisation was looked at last.
    static func lastOpened(in tx: any Transaction) throws -> [ID<Organisation>: Instant] {
        let rows = try tx.rows("SELECT organisation, MAX(opened_at) AS at FROM identity_review GROUP BY organisation")
        return Dictionary(
            try rows.map { (try $0.get("organisation"), try $0.get("at")) }, uniquingKeysWith: { first, _ in first })
    }

    /// Since when there is something to look at in each organisation: a role, a program, a client, or a delegation of
    /// what one of its people may do.
    static func earliestRights(at now: Instant, in tx: any Transaction) throws -> [ID<Organisation>: Instant] {
        let rows = try tx.rows(
            """
            SELECT organisation, MIN(since) AS at FROM (
                SELECT organisation, valid_from AS since FROM identity_membership
                WHERE role <> \(Role.citizen) AND valid_from <= \(now)
                AND (valid_until IS NULL OR valid_until > \(now))
                UNION ALL SELECT organisation, created_at AS since FROM identity_service WHERE ended_at IS NULL
                UNION ALL SELECT organisation, created_at AS since FROM identity_client
                WHERE state = \(Client.State.active)
                UNION ALL SELECT p.home AS organisation, f.valid_from AS since
                FROM identity_fact f JOIN identity_person p ON p.id = f.object
                WHERE f.relation = \(Relationship.Relation.delegate) AND p.home IS NOT NULL
                AND f.valid_from <= \(now) AND (f.valid_until IS NULL OR f.valid_until > \(now))
            ) AS held GROUP BY organisation
            """)
        return Dictionary(
            try rows.map { (try $0.get("organisation"), try $0.get("at")) }, uniquingKeysWith: { first, _ in first })
    }

    static func items(of review: ID<Review>, in tx: any Transaction) throws -> [ReviewItem] {
        try tx.rows(
            """
            SELECT * FROM identity_review_item WHERE review = \(review)
            ORDER BY CASE WHEN decision IS NULL THEN 0 ELSE 1 END, kind, what, person, id
            """
        ).map { try ReviewItem($0) }
    }

    static func item(_ id: ID<ReviewItem>, in tx: any Transaction) throws -> ReviewItem? {
        try tx.row("SELECT * FROM identity_review_item WHERE id = \(id)").map { try ReviewItem($0) }
    }

    static func counts(of review: ID<Review>, in tx: any Transaction) throws -> (decided: Int, all: Int) {
        let row = try tx.row(
            """
            SELECT COUNT(*) AS n, COUNT(decision) AS decided FROM identity_review_item WHERE review = \(review)
            """)
        return (try row?.get("decided") ?? 0, try row?.get("n") ?? 0)
    }

    /// Whether this call was the one that decided it.
    static func decide(
        _ id: ID<ReviewItem>, _ decision: ReviewItem.Decision, by person: ID<Person>?, at now: Instant,
        in tx: any Transaction
    ) throws -> Bool {
        try tx.execute(
            """
            UPDATE identity_review_item SET decision = \(decision), decided_by = \(person), decided_at = \(now)
            WHERE id = \(id) AND decision IS NULL
            """) == 1
    }

    static func remind(_ id: ID<Review>, at now: Instant, in tx: any Transaction) throws {
        try tx.execute("UPDATE identity_review SET reminded_at = \(now) WHERE id = \(id)")
    }

    static func close(_ id: ID<Review>, at now: Instant, in tx: any Transaction) throws {
        try tx.execute("UPDATE identity_review SET closed_at = \(now) WHERE id = \(id)")
    }

    // MARK: What is looked at

    /// Memberships with who gave and who approved them; those of `organisation` that hold now.
    static func roles(
        in organisation: ID<Organisation>, at now: Instant, _ tx: any Transaction
    ) throws -> [(membership: Membership, grantedBy: String?, approvedBy: String?)] {
        try tx.rows(
            """
            SELECT * FROM identity_membership WHERE organisation = \(organisation) AND role <> \(Role.citizen)
            AND valid_from <= \(now) AND (valid_until IS NULL OR valid_until > \(now)) ORDER BY person, id
            """
        ).map { (try Membership($0), try $0.get("granted_by"), try $0.get("approved_by")) }
    }

    /// Delegations of the rights of people who work in `organisation`.
    static func delegations(
        of organisation: ID<Organisation>, at now: Instant, _ tx: any Transaction
    ) throws -> [Relationship] {
        try tx.rows(
            """
            SELECT f.* FROM identity_fact f JOIN identity_person p ON p.id = f.object
            WHERE f.relation = \(Relationship.Relation.delegate) AND p.home = \(organisation)
            AND f.valid_from <= \(now) AND (f.valid_until IS NULL OR f.valid_until > \(now)) ORDER BY f.id
            """
        ).map { try Relationship($0) }
    }
}

extension Review {
    init(_ row: Row) throws {
        self.init(
            id: try row.get("id"), organisation: try row.get("organisation"), openedAt: try row.get("opened_at"),
            dueAt: try row.get("due_at"), remindedAt: try row.get("reminded_at"), closedAt: try row.get("closed_at"))
    }
}

extension ReviewItem {
    init(_ row: Row) throws {
        self.init(
            id: try row.get("id"), review: try row.get("review"), kind: try row.get("kind"),
            right: try row.get("right_id"), person: try row.get("person"), what: try row.get("what"),
            roles: try Relationship.roles(row), from: try row.get("valid_from"), until: try row.get("valid_until"),
            grantedBy: try row.get("granted_by"), approvedBy: try row.get("approved_by"),
            usedAt: try row.get("used_at"), signedInAt: try row.get("signed_in_at"),
            decision: try row.get("decision"), decidedBy: try row.get("decided_by"),
            decidedAt: try row.get("decided_at"))
    }
}

extension ReviewItem.Kind: Bindable, Readable {}
extension ReviewItem.Decision: Bindable, Readable {}
