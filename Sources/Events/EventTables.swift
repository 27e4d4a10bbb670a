import Database
import Vocabulary

enum EventTables {
    static let migrations = [
        Migration("events.1", steps: types + subscriptions + states),
        Migration("events.2", steps: offers + consents + arrivalsByPublisher),
        Migration("events.3.gaps", "ALTER TABLE events_subscription ADD COLUMN gaps TEXT NOT NULL DEFAULT ''"),
        Migration("events.4.order", steps: order),
        Migration(
            "events.5.faults", faults("events_dead"),
            faults("events_subscription", "WHEN state = 'paused' AND reason <> '' THEN 'paused-by ' || reason")),
    ]

    /// Before, they were kept in English words.
    private static func faults(_ table: String, _ first: SQL = "") -> SQL {
        """
        UPDATE \(SQL(name: table)) SET reason = CASE \(first)
            WHEN reason LIKE 'HTTP %, WebHook-Allowed-Origin: %'
                THEN 'not-agreed ' || REPLACE(SUBSTR(reason, 6), ', WebHook-Allowed-Origin:', '')
            WHEN reason LIKE 'HTTP %' THEN 'http-status ' || SUBSTR(reason, 6)
            WHEN reason LIKE 'cannot connect to %' THEN 'not-reached ' || SUBSTR(reason, 19)
            WHEN reason LIKE 'no address for %' THEN 'no-address ' || SUBSTR(reason, 16)
            WHEN reason LIKE 'no answer within % s' THEN 'no-answer ' || SUBSTR(reason, 18, LENGTH(reason) - 19)
            WHEN reason LIKE '% shows another key' THEN 'other-key ' || SUBSTR(reason, 1, LENGTH(reason) - 18)
            WHEN reason LIKE '% shows no certificate that is trusted'
                THEN 'untrusted ' || SUBSTR(reason, 1, LENGTH(reason) - 37)
            WHEN reason = 'hung up before it answered' THEN 'hung-up'
            WHEN reason = 'the answer is too long' THEN 'too-long'
            WHEN reason = 'the answer is no HTTP' THEN 'no-http'
            WHEN reason = 'cannot be called' THEN 'not-called'
            WHEN reason = 'cannot be written in this form' THEN 'other-form'
            WHEN reason = 'no grant' THEN 'no-grant'
            ELSE reason END
        """
    }

    private static let types: [SQL] = [
        """
        CREATE TABLE events_type (
            code TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, organisation TEXT NOT NULL, title_vi TEXT NOT NULL,
            title_en TEXT NOT NULL, about TEXT NOT NULL, data_class TEXT NOT NULL, revision \(.integer64) NOT NULL,
            created_by TEXT, created_at \(.integer64) NOT NULL
        ) \(.strict)
        """,
        """
        CREATE TABLE events_schema (
            type TEXT NOT NULL REFERENCES events_type (code), revision \(.integer64) NOT NULL, bytes \(.blob) NOT NULL,
            stored_by TEXT, stored_at \(.integer64) NOT NULL, PRIMARY KEY (type, revision)
        ) \(.strict)
        """,
    ]

    private static let subscriptions: [SQL] = [
        """
        CREATE TABLE events_subscription (
            id TEXT PRIMARY KEY, application TEXT NOT NULL, name TEXT NOT NULL, types TEXT NOT NULL, url TEXT, pin TEXT,
            may_be_private \(.boolean) NOT NULL, mode TEXT NOT NULL, rate \(.integer64), state TEXT NOT NULL,
            reason TEXT NOT NULL, position \(.integer64) NOT NULL, missed \(.integer64) NOT NULL,
            created_at \(.integer64) NOT NULL
        ) \(.strict)
        """,
        "CREATE INDEX events_subscription_application ON events_subscription (application)",
        """
        CREATE TABLE events_dead (
            subscription TEXT NOT NULL REFERENCES events_subscription (id), position \(.integer64) NOT NULL,
            type TEXT NOT NULL, source TEXT NOT NULL, event TEXT NOT NULL, bytes \(.blob) NOT NULL,
            reason TEXT NOT NULL,
            tries \(.integer64) NOT NULL, happened_at \(.integer64) NOT NULL, died_at \(.integer64) NOT NULL,
            again \(.boolean) NOT NULL, PRIMARY KEY (subscription, position)
        ) \(.strict)
        """,
    ]

    private static let states: [SQL] = [
        "CREATE TABLE events_state (name TEXT PRIMARY KEY, value \(.integer64) NOT NULL) \(.strict)",
        """
        CREATE TABLE events_arrival (
            source TEXT NOT NULL, event TEXT NOT NULL, seq \(.integer64) NOT NULL UNIQUE, origin TEXT NOT NULL,
            type TEXT NOT NULL, bytes \(.blob), position \(.integer64), at \(.integer64) NOT NULL,
            PRIMARY KEY (source, event)
        ) \(.strict)
        """,
        "CREATE INDEX events_arrival_waiting ON events_arrival (seq) WHERE position IS NULL",
    ]
}

extension EventTables {
    /// What was decided when, so that what comes late of an earlier decision undoes no later one.
    fileprivate static let order: [SQL] = [
        "ALTER TABLE events_subscription ADD COLUMN revision \(.integer64) NOT NULL DEFAULT 0",
        "ALTER TABLE events_subscription ADD COLUMN replays \(.integer64) NOT NULL DEFAULT 0",
        "ALTER TABLE events_dead ADD COLUMN asks \(.integer64) NOT NULL DEFAULT 0",
    ]

    /// When a type was put into the registry of services; null until then.
    fileprivate static let offers: [SQL] = [
        "ALTER TABLE events_type ADD COLUMN offered_at \(.integer64)", "UPDATE events_type SET offered_at = created_at",
    ]

    fileprivate static let consents: [SQL] = [
        """
        CREATE TABLE events_consent (
            subscription TEXT PRIMARY KEY REFERENCES events_subscription (id), digest \(.blob) NOT NULL,
            until \(.integer64) NOT NULL, given_at \(.integer64)
        ) \(.strict)
        """
    ]

    /// One (source, id) for each publisher: nobody takes the place of another's event.
    fileprivate static let arrivalsByPublisher: [SQL] = [
        """
        CREATE TABLE events_arrival_by_publisher (
            publisher TEXT NOT NULL, source TEXT NOT NULL, event TEXT NOT NULL, seq \(.integer64) NOT NULL UNIQUE,
            origin TEXT NOT NULL, type TEXT NOT NULL, bytes \(.blob), position \(.integer64), at \(.integer64) NOT NULL,
            PRIMARY KEY (publisher, source, event)
        ) \(.strict)
        """,
        """
        INSERT INTO events_arrival_by_publisher
            (publisher, source, event, seq, origin, type, bytes, position, at)
        SELECT 'node:' || origin, source, event, seq, origin, type, bytes, position, at FROM events_arrival
        """,
        "DROP TABLE events_arrival",
        "ALTER TABLE events_arrival_by_publisher RENAME TO events_arrival",
        "CREATE INDEX events_arrival_waiting ON events_arrival (seq) WHERE position IS NULL",
    ]
}

/// How far each kind of work came, and counts of changes.
enum EventStates {
    enum Name: String {
        /// Up to where events are in the ledger.
        case leaves
        /// Up to where events were given to other nodes.
        case forwarded
        /// How often the types changed.
        case types
    }

    static func value(_ name: Name, in tx: any Transaction) throws -> Int64? {
        try tx.row("SELECT value FROM events_state WHERE name = \(name.rawValue)")?.get("value")
    }

    static func set(_ name: Name, _ value: Int64, in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO events_state (name, value) VALUES (\(name.rawValue), \(value))
            ON CONFLICT (name) DO UPDATE SET value = excluded.value
            """)
    }

    static func forgetArrivals(before limit: Instant, in tx: any Transaction) throws {
        try tx.execute("DELETE FROM events_arrival WHERE at < \(limit) AND position IS NOT NULL")
    }
}
