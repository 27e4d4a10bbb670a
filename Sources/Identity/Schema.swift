package import Database
import Vocabulary

extension Identity {
    package static let migrations = [
        organisationTables, peopleTables, sessionTables, assurance, RelationshipStore.migration,
        AccessRequestStore.migration, OpenID.tables, postTables, serviceTables, privacyTables, ImportStore.tables,
        passkeys, notices, ReminderStore.tables, GuestStore.tables, ReviewStore.tables, PolicyStore.migration,
        UseStore.migration, withoutPurposes, AccessRequestStore.terms,
        LinkStore.makers, ReadingBook.table, ClientStore.ends, AccessRequestStore.ends, ReminderStore.mentions,
        AccessRequestStore.runningEnds, RelationshipStore.lentRoles, AccessRequestStore.bySide,
        ClientStore.peopleSignIn, ImportStore.logins, AccessRequestStore.reasonCodes, ReviewStore.lentRoles,
        ProgramHolderStore.migration,
    ]

    private static let organisationTables = Migration(
        "identity.1.organisations",
        """
        CREATE TABLE identity_organisation (
            id TEXT PRIMARY KEY, kind TEXT NOT NULL, valid_from TEXT NOT NULL, valid_until TEXT) \(.strict)
        """,
        """
        CREATE TABLE identity_organisation_name (
            organisation TEXT NOT NULL REFERENCES identity_organisation (id), vi TEXT NOT NULL, en TEXT NOT NULL,
            valid_from TEXT NOT NULL, valid_until TEXT, PRIMARY KEY (organisation, valid_from)) \(.strict)
        """,
        """
        CREATE TABLE identity_organisation_code (
            organisation TEXT NOT NULL REFERENCES identity_organisation (id), code TEXT NOT NULL,
            valid_from TEXT NOT NULL, valid_until TEXT, PRIMARY KEY (organisation, code, valid_from)) \(.strict)
        """,
        """
        CREATE TABLE identity_organisation_parent (
            organisation TEXT NOT NULL REFERENCES identity_organisation (id), parent TEXT NOT NULL,
            valid_from TEXT NOT NULL, valid_until TEXT, PRIMARY KEY (organisation, parent, valid_from)) \(.strict)
        """,
        """
        CREATE TABLE identity_organisation_successor (
            organisation TEXT NOT NULL REFERENCES identity_organisation (id), successor TEXT NOT NULL,
            PRIMARY KEY (organisation, successor)) \(.strict)
        """)

    private static let peopleTables = Migration(
        "identity.2.people",
        """
        CREATE TABLE identity_person (
            id TEXT PRIMARY KEY, login TEXT NOT NULL UNIQUE, name TEXT NOT NULL, email TEXT, search TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('active', 'suspended')), created_at \(.integer64) NOT NULL) \(.strict)
        """,
        """
        CREATE TABLE identity_membership (
            id TEXT PRIMARY KEY, person TEXT NOT NULL REFERENCES identity_person (id), organisation TEXT NOT NULL,
            role TEXT NOT NULL CHECK (role <> 'peer-node'), valid_from \(.integer64) NOT NULL,
            valid_until \(.integer64)) \(.strict)
        """,
        "CREATE INDEX identity_membership_person ON identity_membership (person)",
        """
        CREATE TABLE identity_password (
            person TEXT PRIMARY KEY REFERENCES identity_person (id), phc TEXT NOT NULL,
            changed_at \(.integer64) NOT NULL) \(.strict)
        """,
        """
        CREATE TABLE identity_authenticator (
            person TEXT PRIMARY KEY REFERENCES identity_person (id), sealed \(.blob) NOT NULL,
            confirmed_at \(.integer64), last_step \(.integer64) NOT NULL) \(.strict)
        """,
        """
        CREATE TABLE identity_recovery (
            digest TEXT PRIMARY KEY, person TEXT NOT NULL REFERENCES identity_person (id),
            used_at \(.integer64)) \(.strict)
        """,
        "CREATE INDEX identity_recovery_person ON identity_recovery (person)",
        """
        CREATE TABLE identity_link (
            digest TEXT PRIMARY KEY, purpose TEXT NOT NULL, person TEXT, expires_at \(.integer64) NOT NULL) \(.strict)
        """)

    /// Sessions of before know one factor, and no time at which it was proved.
    private static let assurance = Migration(
        "identity.8.assurance",
        "ALTER TABLE identity_session ADD COLUMN level INTEGER NOT NULL DEFAULT 1",
        "ALTER TABLE identity_session ADD COLUMN methods TEXT NOT NULL DEFAULT 'pwd'",
        "ALTER TABLE identity_session ADD COLUMN authenticated_at \(.integer64) NOT NULL DEFAULT 0")

    private static let passkeys = Migration(
        "identity.9.passkeys",
        """
        CREATE TABLE identity_passkey (
            id TEXT PRIMARY KEY, person TEXT NOT NULL REFERENCES identity_person (id), name TEXT NOT NULL,
            public_key \(.blob) NOT NULL, counter \(.integer64) NOT NULL, is_synced \(.boolean) NOT NULL,
            created_at \(.integer64) NOT NULL, used_at \(.integer64)) \(.strict)
        """,
        "CREATE INDEX identity_passkey_person ON identity_passkey (person)",
        "CREATE TABLE identity_challenge (digest TEXT PRIMARY KEY, expires_at \(.integer64) NOT NULL) \(.strict)",
        "CREATE INDEX identity_challenge_expiry ON identity_challenge (expires_at)")

    private static let notices = Migration(
        "identity.9.notices",
        """
        CREATE TABLE identity_notice (
            id TEXT PRIMARY KEY, person TEXT NOT NULL REFERENCES identity_person (id), kind TEXT NOT NULL,
            device TEXT NOT NULL, address TEXT NOT NULL, at \(.integer64) NOT NULL,
            seen_at \(.integer64)) \(.strict)
        """,
        "CREATE INDEX identity_notice_person ON identity_notice (person, at)",
        "CREATE INDEX identity_notice_at ON identity_notice (at)",
        """
        CREATE TABLE identity_reset (
            id TEXT PRIMARY KEY, person TEXT NOT NULL UNIQUE REFERENCES identity_person (id),
            asked_at \(.integer64) NOT NULL, first_officer TEXT, first_at \(.integer64),
            expires_at \(.integer64) NOT NULL) \(.strict)
        """)

    private static let sessionTables = Migration(
        "identity.3.sessions",
        """
        CREATE TABLE identity_session (
            digest TEXT PRIMARY KEY, id TEXT NOT NULL, person TEXT NOT NULL REFERENCES identity_person (id),
            stage TEXT NOT NULL, created_at \(.integer64) NOT NULL, issued_at \(.integer64) NOT NULL,
            seen_at \(.integer64) NOT NULL, idle_until \(.integer64) NOT NULL, expires_at \(.integer64) NOT NULL,
            replaced_at \(.integer64), attempts INTEGER NOT NULL, device TEXT NOT NULL,
            address TEXT NOT NULL) \(.strict)
        """,
        "CREATE INDEX identity_session_person ON identity_session (person)",
        "CREATE INDEX identity_session_expiry ON identity_session (expires_at)",
        """
        CREATE TABLE identity_device (
            digest TEXT NOT NULL, person TEXT NOT NULL REFERENCES identity_person (id),
            expires_at \(.integer64) NOT NULL, PRIMARY KEY (digest, person)) \(.strict)
        """,
        "CREATE INDEX identity_device_person ON identity_device (person)",
        """
        CREATE TABLE identity_attempt (
            lane TEXT PRIMARY KEY, attempts INTEGER NOT NULL, free_at \(.integer64) NOT NULL,
            forget_at \(.integer64) NOT NULL) \(.strict)
        """,
        "CREATE INDEX identity_attempt_forget ON identity_attempt (forget_at)")
}
