import Database
import Gateway
import Vocabulary

extension Exchange {
    static let registryTables: [SQL] = [
        """
        CREATE TABLE exchange_service (
            id TEXT PRIMARY KEY, organisation TEXT NOT NULL, subsystem TEXT NOT NULL, code TEXT NOT NULL UNIQUE,
            name_vi TEXT NOT NULL, name_en TEXT NOT NULL, about TEXT NOT NULL, contact TEXT NOT NULL,
            data_class TEXT NOT NULL, evidence TEXT NOT NULL, search TEXT NOT NULL, created_by TEXT,
            created_at \(.integer64) NOT NULL, ended_at \(.integer64)
        ) \(.strict)
        """,
        """
        CREATE TABLE exchange_service_version (
            id TEXT PRIMARY KEY, service TEXT NOT NULL REFERENCES exchange_service (id),
            number \(.integer64) NOT NULL, validates \(.boolean) NOT NULL, revision \(.integer64) NOT NULL,
            created_at \(.integer64) NOT NULL, closed_at \(.integer64), UNIQUE (service, number)
        ) \(.strict)
        """,
        """
        CREATE TABLE exchange_service_document (
            version TEXT NOT NULL REFERENCES exchange_service_version (id), revision \(.integer64) NOT NULL,
            bytes \(.blob) NOT NULL, sha256 TEXT NOT NULL, title TEXT NOT NULL, document_version TEXT NOT NULL,
            stored_by TEXT, stored_at \(.integer64) NOT NULL, PRIMARY KEY (version, revision)
        ) \(.strict)
        """,
        """
        CREATE TABLE exchange_instance (
            id TEXT PRIMARY KEY, version TEXT NOT NULL REFERENCES exchange_service_version (id),
            address TEXT NOT NULL, pin TEXT, may_be_private \(.boolean) NOT NULL, node TEXT, added_by TEXT,
            added_at \(.integer64) NOT NULL
        ) \(.strict)
        """,
        "CREATE INDEX exchange_instance_version ON exchange_instance (version)",
        """
        CREATE TABLE exchange_application (
            id TEXT PRIMARY KEY, organisation TEXT NOT NULL, code TEXT NOT NULL, name TEXT NOT NULL,
            contact TEXT NOT NULL, node TEXT, created_by TEXT, created_at \(.integer64) NOT NULL,
            ended_at \(.integer64), UNIQUE (organisation, code)
        ) \(.strict)
        """,
        """
        CREATE TABLE exchange_application_credential (
            id TEXT PRIMARY KEY, application TEXT NOT NULL REFERENCES exchange_application (id), kind TEXT NOT NULL,
            value TEXT NOT NULL, hint TEXT NOT NULL, created_by TEXT, created_at \(.integer64) NOT NULL,
            UNIQUE (kind, value)
        ) \(.strict)
        """,
        "CREATE INDEX exchange_application_credential_of ON exchange_application_credential (application)",
        """
        CREATE TABLE exchange_registry_revision (
            id TEXT PRIMARY KEY, revision \(.integer64) NOT NULL
        ) \(.strict)
        """,
    ]

    static let grantTables: [SQL] = [
        """
        CREATE TABLE exchange_grant (
            id TEXT PRIMARY KEY, application TEXT NOT NULL REFERENCES exchange_application (id),
            version TEXT NOT NULL REFERENCES exchange_service_version (id), operations TEXT, fields TEXT,
            data_items TEXT NOT NULL, purpose TEXT NOT NULL, legal_basis TEXT NOT NULL, frequency TEXT NOT NULL,
            rate \(.real), burst \(.integer64), quota_calls \(.integer64), quota_seconds \(.integer64),
            valid_from \(.integer64) NOT NULL, valid_until \(.integer64) NOT NULL, state TEXT NOT NULL, asked_by TEXT,
            asked_at \(.integer64) NOT NULL, due_at \(.integer64) NOT NULL, reminded_at \(.integer64),
            decided_by TEXT, decided_at \(.integer64), reason TEXT NOT NULL, suspension TEXT,
            suspended_from \(.integer64), suspended_until \(.integer64), ended_at \(.integer64),
            document \(.blob) NOT NULL, signature \(.blob) NOT NULL
        ) \(.strict)
        """,
        "CREATE INDEX exchange_grant_state ON exchange_grant (state, due_at)",
        "CREATE INDEX exchange_grant_version ON exchange_grant (version)",
        "CREATE INDEX exchange_grant_application ON exchange_grant (application)",
        """
        CREATE TABLE exchange_grant_event (
            grant_id TEXT NOT NULL REFERENCES exchange_grant (id), seq \(.integer64) NOT NULL, what TEXT NOT NULL,
            reason TEXT NOT NULL, made_by TEXT, at \(.integer64) NOT NULL, fact TEXT NOT NULL,
            PRIMARY KEY (grant_id, seq)
        ) \(.strict)
        """,
        """
        CREATE TABLE exchange_holiday (
            day TEXT PRIMARY KEY, works \(.boolean) NOT NULL, name TEXT NOT NULL
        ) \(.strict)
        """,
    ]
}

extension Exchange {
    /// When it is told that a decision is overdue and that a grant ends soon, and what holds between nodes.
    static let dateColumns: [SQL] = [
        "ALTER TABLE exchange_grant ADD COLUMN overdue_at \(.integer64)",
        "ALTER TABLE exchange_grant ADD COLUMN expiry_notice_at \(.integer64)",
        """
        UPDATE exchange_grant SET expiry_notice_at = valid_until - 2592000000 WHERE state IN ('active', 'suspended')
        """,
        "ALTER TABLE exchange_service ADD COLUMN evidence_across TEXT",
    ]

    /// What of `ServiceLimits` a provider set; null for what is usual.
    static let limitColumns: [SQL] = [
        "ALTER TABLE exchange_service ADD COLUMN request_bytes \(.real)",
        "ALTER TABLE exchange_service ADD COLUMN response_bytes \(.real)",
        "ALTER TABLE exchange_service ADD COLUMN connect_seconds \(.real)",
        "ALTER TABLE exchange_service ADD COLUMN answer_seconds \(.real)",
        "ALTER TABLE exchange_service ADD COLUMN whole_seconds \(.real)",
        "ALTER TABLE exchange_service ADD COLUMN tries \(.real)",
        "ALTER TABLE exchange_service ADD COLUMN failures_to_eject \(.real)",
        "ALTER TABLE exchange_service ADD COLUMN eject_seconds \(.real)",
        "ALTER TABLE exchange_service ADD COLUMN health_seconds \(.real)",
        "ALTER TABLE exchange_service ADD COLUMN health_path TEXT",
    ]

    /// When a version closes, and why: told before it does.
    static let closingColumns: [SQL] = [
        "ALTER TABLE exchange_service_version ADD COLUMN closes_at \(.integer64)",
        "ALTER TABLE exchange_service_version ADD COLUMN closing TEXT",
        "ALTER TABLE exchange_service_version ADD COLUMN closing_reason TEXT",
    ]

    /// Of each row of the registry that the gateway's table is made of, with which revision it changed last.
    static let tableChanges: [SQL] = [
        """
        CREATE TABLE exchange_table_change (
            kind TEXT NOT NULL, id TEXT NOT NULL, revision \(.integer64) NOT NULL, PRIMARY KEY (kind, id)
        ) \(.strict)
        """,
        "CREATE INDEX exchange_table_change_revision ON exchange_table_change (revision)",
    ]
}

extension Exchange {
    /// When a credential was shown to be its application's, null for what was taken without that; and since when such
    /// are not taken any more.
    static let proofTables: [SQL] = [
        "ALTER TABLE exchange_application_credential ADD COLUMN proven_at \(.integer64)",
        """
        CREATE TABLE exchange_proof_rule (
            id TEXT PRIMARY KEY, since \(.integer64) NOT NULL, set_by TEXT, set_at \(.integer64) NOT NULL
        ) \(.strict)
        """,
    ]
}

extension DataClass: Bindable, Readable {}
extension EvidenceClass: Bindable, Readable {}
extension ApplicationCredential.Kind: Bindable, Readable {}

/// Counts what changes the gateway's table, so that every process notices.
enum RegistryRevision {
    static func bump(in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO exchange_registry_revision (id, revision) VALUES ('table', 1)
            ON CONFLICT (id) DO UPDATE SET revision = exchange_registry_revision.revision + 1
            """)
    }

    /// What may be other in the table when it changes.
    enum Kind: String, Bindable, Readable {
        case application, version, grant
    }

    /// Whoever writes such a row says so, in the same transaction, which counts one revision more at its end.
    static func note(_ kind: Kind, _ id: String, in tx: any Transaction) throws {
        let revision = try current(in: tx) + 1
        try tx.execute(
            """
            INSERT INTO exchange_table_change (kind, id, revision) VALUES (\(kind), \(id), \(revision))
            ON CONFLICT (kind, id) DO UPDATE SET revision = excluded.revision
            """)
    }

    static func noted(since revision: Int64, in tx: any Transaction) throws -> [(kind: Kind, id: String)] {
        try tx.rows("SELECT kind, id FROM exchange_table_change WHERE revision > \(revision)").map {
            (try $0.get("kind"), try $0.get("id"))
        }
    }

    static func current(in tx: any Transaction) throws -> Int64 {
        try tx.row("SELECT revision FROM exchange_registry_revision WHERE id = 'table'")?.get("revision") ?? 0
    }
}
