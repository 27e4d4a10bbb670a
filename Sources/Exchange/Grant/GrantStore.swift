package import Database
import Gateway
import StrictJSON
package import Vocabulary

extension AccessGrant.State: Bindable, Readable {}
extension Suspension.Kind: Bindable, Readable {}

/// Grants and what happened to each. One method, one query.
enum GrantStore {
    private static let columns: SQL = """
        id, application, version, operations, fields, data_items, purpose, legal_basis, frequency, rate, burst,
        quota_calls, quota_seconds, valid_from, valid_until, state, asked_by, asked_at, due_at, reminded_at, decided_by,
        decided_at, reason, suspension, suspended_from, suspended_until, ended_at, overdue_at, expiry_notice_at
        """

    static func save(_ grant: AccessGrant, _ signed: SignedGrant, in tx: any Transaction) throws {
        let terms = grant.terms
        try tx.execute(
            """
            INSERT INTO exchange_grant (\(columns), document, signature)
            VALUES (\(grant.id), \(grant.application), \(grant.version), \(list(terms.operations)),
                \(list(terms.fields)), \(terms.dataItems), \(terms.purpose), \(terms.legalBasis), \(terms.frequency),
                \(terms.rate?.perSecond), \(terms.rate?.burst), \(terms.quota?.calls), \(terms.quota?.windowSeconds),
                \(terms.from), \(terms.until), \(grant.state), \(grant.askedBy), \(grant.askedAt), \(grant.dueAt),
                \(grant.remindedAt), \(grant.decidedBy), \(grant.decidedAt), \(grant.reason),
                \(grant.suspension?.kind), \(grant.suspension?.from), \(grant.suspension?.until), \(grant.endedAt),
                \(grant.overdueAt), \(grant.expiryNoticeAt), \(signed.document),
                \(signed.signature))
            ON CONFLICT (id) DO UPDATE SET operations = excluded.operations, fields = excluded.fields,
                rate = excluded.rate, burst = excluded.burst, quota_calls = excluded.quota_calls,
                quota_seconds = excluded.quota_seconds, valid_from = excluded.valid_from,
                valid_until = excluded.valid_until, state = excluded.state, reminded_at = excluded.reminded_at,
                decided_by = excluded.decided_by, decided_at = excluded.decided_at, reason = excluded.reason,
                suspension = excluded.suspension, suspended_from = excluded.suspended_from,
                suspended_until = excluded.suspended_until, ended_at = excluded.ended_at,
                overdue_at = excluded.overdue_at, expiry_notice_at = excluded.expiry_notice_at,
                document = excluded.document, signature = excluded.signature
            """)
        try RegistryRevision.note(.grant, grant.id.text, in: tx)
    }

    private static func list(_ texts: [String]?) -> String? {
        texts.map { JSON.array($0.map { .string($0) }).text }
    }

    private static func list(_ text: String?) throws -> [String]? {
        try text.map { try JSONDocument($0).root.requireElements().map { try $0.requireString() } }
    }

    static func grant(_ id: ID<AccessGrant>, in tx: any Transaction) throws -> AccessGrant? {
        try tx.row("SELECT \(columns) FROM exchange_grant WHERE id = \(id)").map(grant)
    }

    static func signed(_ id: ID<AccessGrant>, in tx: any Transaction) throws -> SignedGrant? {
        try tx.row("SELECT document, signature FROM exchange_grant WHERE id = \(id)").map {
            SignedGrant(document: try $0.get("document"), signature: try $0.get("signature"))
        }
    }

    /// Those that give something or may do so again, whatever day it is.
    static func living(in tx: any Transaction) throws -> [AccessGrant] {
        try tx.rows("SELECT \(columns) FROM exchange_grant WHERE state IN ('active', 'suspended') ORDER BY id").map(
            grant)
    }

    /// Those of applications at other nodes that have ended since then.
    static func ended(since: Instant, in tx: any Transaction) throws -> [AccessGrant] {
        try tx.rows(
            """
            SELECT \(columns) FROM exchange_grant
            WHERE state = 'ended' AND ended_at >= \(since)
                AND application IN (SELECT id FROM exchange_application WHERE node IS NOT NULL)
            ORDER BY id
            """
        ).map(grant)
    }

    /// Whom a change of a version would concern.
    static func using(_ version: ID<ServiceVersion>, in tx: any Transaction) throws -> [AccessGrant] {
        try tx.rows(
            """
            SELECT \(columns) FROM exchange_grant WHERE version = \(version) AND state IN ('active', 'suspended')
            ORDER BY id
            """
        ).map(grant)
    }

    /// What is asked for of a version and not decided yet.
    static func waiting(for version: ID<ServiceVersion>, in tx: any Transaction) throws -> [AccessGrant] {
        try tx.rows(
            "SELECT \(columns) FROM exchange_grant WHERE version = \(version) AND state = 'waiting' ORDER BY id"
        ).map(grant)
    }

    /// Whether anybody holds or awaits a grant for a version of the service.
    static func areOpen(of service: ID<ServiceRecord>, in tx: any Transaction) throws -> Bool {
        try tx.row(
            """
            SELECT g.id AS id FROM exchange_grant g JOIN exchange_service_version v ON v.id = g.version
            WHERE v.service = \(service) AND g.state IN ('waiting', 'active', 'suspended') LIMIT 1
            """) != nil
    }

    static func held(by application: ID<Application>, in tx: any Transaction) throws -> [AccessGrant] {
        try tx.rows("SELECT \(columns) FROM exchange_grant WHERE application = \(application) ORDER BY id DESC").map(
            grant)
    }

    /// The newest first.
    static func latest(_ states: [AccessGrant.State], limit: Int, in tx: any Transaction) throws -> [AccessGrant] {
        try tx.rows(
            """
            SELECT \(columns) FROM exchange_grant WHERE state IN (\(list: states.map(\.rawValue)))
            ORDER BY id DESC LIMIT \(limit)
            """
        ).map(grant)
    }

    /// Those at which a date has passed: a reminder is due, a decision overdue, the time that was asked for over, a
    /// suspension begins or ends, the grant ends soon or is over.
    static func due(at now: Instant, remindingBefore soon: Instant, in tx: any Transaction) throws -> [AccessGrant] {
        try tx.rows(
            """
            SELECT \(columns) FROM exchange_grant
            WHERE (state = 'waiting' AND reminded_at IS NULL AND due_at <= \(soon))
                OR (state = 'waiting' AND overdue_at IS NULL AND due_at <= \(now))
                OR (state IN ('active', 'suspended') AND expiry_notice_at <= \(now))
                OR (state IN ('waiting', 'active', 'suspended') AND valid_until <= \(now))
                OR (state = 'active' AND suspended_from <= \(now))
                OR (state = 'suspended' AND suspended_until <= \(now))
            ORDER BY id LIMIT 500
            """
        ).map(grant)
    }

    private static func grant(_ row: Row) throws -> AccessGrant {
        let rate: Double? = try row.get("rate")
        let quota: Int64? = try row.get("quota_calls")
        let terms = GrantTerms(
            operations: try list(try row.get("operations")), fields: try list(try row.get("fields")),
            dataItems: try row.get("data_items"), purpose: try row.get("purpose"),
            legalBasis: try row.get("legal_basis"), frequency: try row.get("frequency"),
            rate: try rate.map { Rate(perSecond: $0, burst: try row.get("burst")) },
            quota: try quota.map { Quota(calls: $0, windowSeconds: try row.get("quota_seconds")) },
            from: try row.get("valid_from"), until: try row.get("valid_until"))
        let kind: Suspension.Kind? = try row.get("suspension")
        return AccessGrant(
            id: try row.get("id"), application: try row.get("application"), version: try row.get("version"),
            terms: terms, state: try row.get("state"), askedBy: try row.get("asked_by"),
            askedAt: try row.get("asked_at"), dueAt: try row.get("due_at"), remindedAt: try row.get("reminded_at"),
            overdueAt: try row.get("overdue_at"), expiryNoticeAt: try row.get("expiry_notice_at"),
            decidedBy: try row.get("decided_by"), decidedAt: try row.get("decided_at"), reason: try row.get("reason"),
            suspension: try kind.map {
                Suspension(kind: $0, from: try row.get("suspended_from"), until: try row.get("suspended_until"))
            }, endedAt: try row.get("ended_at"))
    }
}

/// One thing that happened to a grant.
package struct GrantEvent: Sendable, Hashable {
    package enum What: String, Sendable, Hashable, CaseIterable, Bindable, Readable {
        case asked, approved, refused, withdrawn, reminded, overdue, lapsed, suspended, resumed, ended, expiring
        case expired
        case suspensionPlanned = "suspension-planned"
        /// The service's class of data or of evidence is another one now.
        case serviceChanged = "service-changed"
        /// The version closes on a day to come, and the grant ends with it.
        case closingPlanned = "closing-planned"
        case closingGivenUp = "closing-given-up"
    }

    package let what: What
    package let reason: String
    package let by: ID<Person>?
    package let at: Instant
    /// Its leaf in the ledger.
    package let fact: String
}

extension GrantStore {
    static func add(_ event: GrantEvent, to grant: ID<AccessGrant>, in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO exchange_grant_event (grant_id, seq, what, reason, made_by, at, fact)
            VALUES (\(grant), (SELECT COALESCE(MAX(seq), 0) + 1 FROM exchange_grant_event WHERE grant_id = \(grant)),
                \(event.what), \(event.reason), \(event.by), \(event.at), \(event.fact))
            """)
    }

    static func events(of grant: ID<AccessGrant>, in tx: any Transaction) throws -> [GrantEvent] {
        try tx.rows(
            """
            SELECT what, reason, made_by, at, fact FROM exchange_grant_event WHERE grant_id = \(grant) ORDER BY seq
            """
        ).map {
            GrantEvent(
                what: try $0.get("what"), reason: try $0.get("reason"), by: try $0.get("made_by"),
                at: try $0.get("at"), fact: try $0.get("fact"))
        }
    }
}
