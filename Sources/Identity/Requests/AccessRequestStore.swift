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

    static func insert(_ request: AccessRequest, in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO identity_request (id, kind, subject, object, lasts_seconds, reason, asked_by, asked_at, state)
            VALUES (\(request.id), \(request.kind), \(request.subject), \(request.object), \(request.lastsSeconds),
                \(request.reason), \(request.askedBy), \(request.askedAt), \(request.state))
            """)
    }

    static func request(_ id: ID<AccessRequest>, in tx: any Transaction) throws -> AccessRequest? {
        try tx.row("SELECT * FROM identity_request WHERE id = \(id)").map { try AccessRequest($0) }
    }

    /// The latest first.
    static func latest(_ limit: Int, in tx: any Transaction) throws -> [AccessRequest] {
        try tx.rows("SELECT * FROM identity_request ORDER BY asked_at DESC, id LIMIT \(limit)").map {
            try AccessRequest($0)
        }
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
}

extension AccessRequest {
    init(_ row: Row) throws {
        self.init(
            id: try row.get("id"), kind: try row.get("kind"), subject: try row.get("subject"),
            object: try row.get("object"), lastsSeconds: try row.get("lasts_seconds"), reason: try row.get("reason"),
            askedBy: try row.get("asked_by"), askedAt: try row.get("asked_at"), state: try row.get("state"),
            decidedBy: try row.get("decided_by"), decidedAt: try row.get("decided_at"))
    }
}

extension AccessRequest.Kind: Bindable, Readable {}
extension AccessRequest.State: Bindable, Readable {}
