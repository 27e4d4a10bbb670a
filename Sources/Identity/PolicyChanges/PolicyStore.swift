import Cedar
import Database
import Synchronization
import Vocabulary

/// Texts of policies, one method one query. Called inside a transaction.
enum PolicyStore {
    static let migration = Migration(
        "identity.15.policies",
        """
        CREATE TABLE identity_policy (
            number \(.integer64) PRIMARY KEY, text TEXT NOT NULL, schema TEXT NOT NULL, shipped TEXT NOT NULL,
            base \(.integer64) NOT NULL, reason TEXT NOT NULL, proposed_by TEXT, proposed_at \(.integer64) NOT NULL,
            state TEXT NOT NULL, decided_by TEXT, decided_at \(.integer64)) \(.strict)
        """,
        "CREATE INDEX identity_policy_state ON identity_policy (state, decided_at)")

    private static let columns: SQL =
        "number, text, shipped, base, reason, proposed_by, proposed_at, state, decided_by, decided_at"

    static func insert(_ revision: PolicyRevision, schema: String, in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO identity_policy (schema, \(columns))
            VALUES (\(schema), \(revision.number), \(revision.text), \(revision.shipped), \(revision.base),
                \(revision.reason), \(revision.proposedBy), \(revision.proposedAt), \(revision.state),
                \(revision.decidedBy), \(revision.decidedAt))
            """)
    }

    /// The latest first.
    static func all(_ limit: Int, in tx: any Transaction) throws -> [PolicyRevision] {
        try tx.rows("SELECT \(columns) FROM identity_policy ORDER BY number DESC LIMIT \(limit)").map {
            try PolicyRevision($0)
        }
    }

    static func find(_ number: Int64, in tx: any Transaction) throws -> PolicyRevision? {
        try tx.row("SELECT \(columns) FROM identity_policy WHERE number = \(number)").map { try PolicyRevision($0) }
    }

    /// The words of the policies when it was written.
    static func schema(of number: Int64, in tx: any Transaction) throws -> String? {
        try tx.row("SELECT schema FROM identity_policy WHERE number = \(number)")?.get("schema")
    }

    static func nextNumber(in tx: any Transaction) throws -> Int64 {
        try tx.row("SELECT COALESCE(MAX(number), -1) + 1 AS next FROM identity_policy")?.get("next") ?? 0
    }

    /// The number in force at a moment: the latest approved until then, before that the first. Nil at a node that was
    /// never prepared.
    static func inForce(at moment: Instant, in tx: any Transaction) throws -> Int64? {
        let approved = PolicyRevision.State.approved
        return try tx.row(
            """
            SELECT number FROM identity_policy WHERE state = \(approved) AND decided_at <= \(moment)
            ORDER BY decided_at DESC, number DESC LIMIT 1
            """
        )?.get("number")
            ?? tx.row("SELECT MIN(number) AS number FROM identity_policy WHERE state = \(approved)")?.get("number")
    }

    /// The one approved last, and since when it is in force: what counts now, whatever the clock of a process says.
    static func last(in tx: any Transaction) throws -> (number: Int64, decidedAt: Instant)? {
        try tx.row(
            """
            SELECT number, decided_at FROM identity_policy WHERE state = \(PolicyRevision.State.approved)
            ORDER BY decided_at DESC, number DESC LIMIT 1
            """
        ).map { (try $0.get("number"), try $0.get("decided_at")) }
    }

    /// The moments within a stretch at which another text came into force.
    static func changes(
        from start: Instant, until end: Instant, in tx: any Transaction
    ) throws -> [Instant] {
        try tx.rows(
            """
            SELECT decided_at FROM identity_policy WHERE state = \(PolicyRevision.State.approved)
            AND decided_at > \(start) AND decided_at < \(end) ORDER BY decided_at
            """
        ).map { try $0.get("decided_at") }
    }

    /// Whether this call was the one that decided it.
    static func decide(
        _ number: Int64, _ state: PolicyRevision.State, by person: ID<Person>, at now: Instant, in tx: any Transaction
    ) throws -> Bool {
        try tx.execute(
            """
            UPDATE identity_policy SET state = \(state), decided_by = \(person), decided_at = \(now)
            WHERE number = \(number) AND state = \(PolicyRevision.State.waiting)
            """) == 1
    }
}

extension PolicyRevision {
    init(_ row: Row) throws {
        self.init(
            number: try row.get("number"), text: try row.get("text"), base: try row.get("base"),
            shipped: try row.get("shipped"), reason: try row.get("reason"), proposedBy: try row.get("proposed_by"),
            proposedAt: try row.get("proposed_at"), state: try row.get("state"), decidedBy: try row.get("decided_by"),
            decidedAt: try row.get("decided_at"))
    }
}

extension PolicyRevision.State: Bindable, Readable {}

/// Texts that were read and checked once, by their numbers: what was approved never changes.
final class PolicyShelf: Sendable {
    private let engines = Mutex<[Int64: Engine]>([:])

    /// The policies in force at a moment, with their number. Throws when their text is read by no schema we know.
    func engine(at moment: Instant, in tx: any Transaction) throws -> (engine: Engine, number: Int64) {
        try engine(try PolicyStore.inForce(at: moment, in: tx), in: tx)
    }

    /// The policies of now.
    func engine(in tx: any Transaction) throws -> (engine: Engine, number: Int64) {
        try engine(try PolicyStore.last(in: tx)?.number, in: tx)
    }

    private func engine(_ number: Int64?, in tx: any Transaction) throws -> (engine: Engine, number: Int64) {
        guard let number else { return (try Policies.engine(), 0) }
        if let known = engines.withLock({ $0[number] }) { return (known, number) }
        guard let revision = try PolicyStore.find(number, in: tx) else { return (try Policies.engine(), 0) }
        let engine = try read(revision, in: tx)
        engines.withLock { $0[number] = engine }
        return (engine, number)
    }

    /// By the words of today, or by those of its own time.
    private func read(_ revision: PolicyRevision, in tx: any Transaction) throws -> Engine {
        if revision.text == Policies.text { return try Policies.engine() }
        do { return try Policies.engine(of: revision.text) } catch {
            guard let schema = try PolicyStore.schema(of: revision.number, in: tx), schema != PolicySchema.text else {
                throw error
            }
            return try Policies.engine(of: revision.text, schema: schema)
        }
    }
}
