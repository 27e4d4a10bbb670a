import Database
import Vocabulary

/// What waits for a second person, and what became of it. Called inside a transaction.
enum AccessRequestStore {
    static let migration = Migration(
        "identity.7.requests",
        """
        CREATE TABLE identity_request (
            id TEXT PRIMARY KEY, kind TEXT NOT NULL, subject TEXT NOT NULL REFERENCES identity_person (id),
            object TEXT NOT NULL, lasts_seconds \(.integer64), reason TEXT NOT NULL, asked_by TEXT NOT NULL,
            asked_at \(.integer64) NOT NULL, state TEXT NOT NULL, decided_by TEXT,
            decided_at \(.integer64)) \(.strict)
        """,
        "CREATE INDEX identity_request_asked ON identity_request (asked_at)")

    static let terms = Migration(
        "identity.18.request-terms",
        "ALTER TABLE identity_request ADD COLUMN organisation TEXT",
        "ALTER TABLE identity_request ADD COLUMN valid_from \(.integer64)",
        "ALTER TABLE identity_request ADD COLUMN valid_until \(.integer64)")

    static let ends = Migration(
        "identity.22.request-ends",
        "ALTER TABLE identity_request ADD COLUMN ended_at \(.integer64)",
        // Nobody is told anew of what was over before.
        """
        UPDATE identity_request SET ended_at = decided_at + lasts_seconds * 1000
        WHERE kind = 'break-glass' AND state = 'approved'
        """)

    /// The step before took openings that still ran for ended, too. Those that ended after the last moment that the
    /// tables know are told of by the next sweep.
    static let runningEnds = Migration(
        "identity.24.request-running-ends",
        """
        UPDATE identity_request SET ended_at = NULL
        WHERE kind = 'break-glass' AND state = 'approved' AND ended_at > (
            SELECT MAX(known.at) FROM (
                SELECT MAX(asked_at) AS at FROM identity_request UNION ALL
                SELECT MAX(decided_at) AS at FROM identity_request UNION ALL
                SELECT MAX(at) AS at FROM identity_revision UNION ALL
                SELECT MAX(at) AS at FROM identity_reminder UNION ALL
                SELECT MAX(seen_at) AS at FROM identity_session) AS known)
        """)

    static let bySide = Migration(
        "identity.25.requests-by-side",
        "CREATE INDEX identity_request_subject ON identity_request (subject)",
        "CREATE INDEX identity_request_asked_by ON identity_request (asked_by)")

    /// Until now one reason was kept in the language of whoever asked.
    static let reasonCodes = Migration(
        "identity.25.request-reasons",
        """
        UPDATE identity_request SET reason = 'identity.given-privileged' WHERE kind = 'grant' AND reason IN (
            'Giao vai trò đặc quyền theo đề nghị của quản trị viên', 'A privileged role, as asked by an administrator')
        """,
        """
        UPDATE identity_membership SET reason = 'identity.given-privileged' WHERE reason IN (
            'Giao vai trò đặc quyền theo đề nghị của quản trị viên', 'A privileged role, as asked by an administrator')
        """)

    static func insert(_ request: AccessRequest, in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO identity_request (id, kind, subject, object, lasts_seconds, reason, asked_by, asked_at, state,
                organisation, valid_from, valid_until)
            VALUES (\(request.id), \(request.kind), \(request.subject), \(request.object), \(request.lastsSeconds),
                \(request.reason), \(request.askedBy), \(request.askedAt), \(request.state),
                \(request.term.organisation), \(request.term.from), \(request.term.until))
            """)
    }

    static func request(_ id: ID<AccessRequest>, in tx: any Transaction) throws -> AccessRequest? {
        try tx.row("SELECT * FROM identity_request WHERE id = \(id)").map { try AccessRequest($0) }
    }

    /// What waits, that which waits longest first.
    ///
    /// - Parameter reader: whoever asked for it or is to have it; nil for everybody's.
    static func waiting(
        for reader: ID<Person>?, at now: Instant, limit: Int, in tx: any Transaction
    ) throws -> [AccessRequest] {
        try tx.rows(
            """
            SELECT * FROM identity_request WHERE \(waits(at: now)) AND \(concerns(reader))
            ORDER BY asked_at, id LIMIT \(limit)
            """
        ).map { try AccessRequest($0) }
    }

    /// What was decided or lapsed, the latest first.
    static func past(
        for reader: ID<Person>?, at now: Instant, limit: Int, in tx: any Transaction
    ) throws -> [AccessRequest] {
        try tx.rows(
            """
            SELECT * FROM identity_request WHERE NOT (\(waits(at: now))) AND \(concerns(reader))
            ORDER BY asked_at DESC, id LIMIT \(limit)
            """
        ).map { try AccessRequest($0) }
    }

    /// How many wait, of everybody.
    static func countWaiting(at now: Instant, in tx: any Transaction) throws -> Int {
        try tx.row("SELECT COUNT(*) AS n FROM identity_request WHERE \(waits(at: now))")?.get("n") ?? 0
    }

    static func waiting(
        askedBy person: ID<Person>, at now: Instant, in tx: any Transaction
    ) throws -> [AccessRequest] {
        try tx.rows("SELECT * FROM identity_request WHERE asked_by = \(person) AND \(waits(at: now))").map {
            try AccessRequest($0)
        }
    }

    private static func waits(at now: Instant) -> SQL {
        """
        (state = \(AccessRequest.State.waiting) AND asked_at > \(now.adding(seconds: -AccessRequest.waitsSeconds))
        AND (valid_until IS NULL OR valid_until > \(now)))
        """
    }

    private static func concerns(_ reader: ID<Person>?) -> SQL {
        reader.map { "(subject = \($0) OR asked_by = \($0))" } ?? "(1 = 1)"
    }

    /// Openings of records whose time is over and that nobody was told of.
    static func lapsedOpenings(at now: Instant, in tx: any Transaction) throws -> [AccessRequest] {
        try tx.rows(
            """
            SELECT * FROM identity_request WHERE kind = \(AccessRequest.Kind.breakGlass)
            AND state = \(AccessRequest.State.approved) AND ended_at IS NULL
            AND decided_at + lasts_seconds * 1000 <= \(now) ORDER BY decided_at, id LIMIT 100
            """
        ).map { try AccessRequest($0) }
    }

    /// Whether this call was the one that ended it.
    static func end(_ id: ID<AccessRequest>, at end: Instant, in tx: any Transaction) throws -> Bool {
        try tx.execute("UPDATE identity_request SET ended_at = \(end) WHERE id = \(id) AND ended_at IS NULL") == 1
    }

    /// Whether this call was the one that decided it.
    static func decide(
        _ id: ID<AccessRequest>, _ state: AccessRequest.State, by person: ID<Person>, at now: Instant,
        in tx: any Transaction
    ) throws -> Bool {
        try tx.execute(
            """
            UPDATE identity_request SET state = \(state), decided_by = \(person), decided_at = \(now)
            WHERE id = \(id) AND state = \(AccessRequest.State.waiting)
            """) == 1
    }

    static func sweep(at now: Instant, in tx: any Transaction) throws {
        let (asked, decided) = (
            now.adding(seconds: -AccessRequest.waitsSeconds), now.adding(days: -AccessRequest.rememberDays)
        )
        try tx.execute(
            """
            DELETE FROM identity_request WHERE decided_at <= \(decided)
            OR (state = \(AccessRequest.State.waiting) AND asked_at <= \(asked))
            """)
    }
}

extension AccessRequest {
    init(_ row: Row) throws {
        self.init(
            id: try row.get("id"), kind: try row.get("kind"), subject: try row.get("subject"),
            object: try row.get("object"), lastsSeconds: try row.get("lasts_seconds"), reason: try row.get("reason"),
            askedBy: try row.get("asked_by"), askedAt: try row.get("asked_at"), state: try row.get("state"),
            decidedBy: try row.get("decided_by"), decidedAt: try row.get("decided_at"),
            term: Term(
                organisation: try row.get("organisation"), from: try row.get("valid_from"),
                until: try row.get("valid_until")), endedAt: try row.get("ended_at"))
    }
}

extension AccessRequest.Kind: Bindable, Readable {}
extension AccessRequest.State: Bindable, Readable {}
