import Database

/// Tables of the room.
enum ThreatTables {
    static let search = SearchIndex("threats_search")

    static let migrations = [
        Migration("threats.1", steps: objects + imports),
        Migration("threats.2.search", steps: search.migration),
        Migration("threats.3.origins", steps: origins),
        Migration(
            "threats.4.author", "ALTER TABLE threats_object ADD COLUMN author TEXT",
            "CREATE INDEX threats_object_owner ON threats_object (label, origin, key) WHERE latest = TRUE",
            "CREATE INDEX threats_object_author ON threats_object (author, key) WHERE author IS NOT NULL"),
        Migration("threats.5.relabellings", steps: ThreatStore.relabellings),
    ]

    private static let objects: [SQL] = [
        """
        CREATE TABLE threats_object (
            key TEXT PRIMARY KEY,
            id TEXT NOT NULL,
            version TEXT NOT NULL,
            sha256 \(.blob) NOT NULL,
            type TEXT NOT NULL,
            name TEXT NOT NULL,
            value TEXT NOT NULL,
            label TEXT NOT NULL,
            origin TEXT NOT NULL,
            signature TEXT NOT NULL,
            modified_at \(.integer64),
            valid_until \(.integer64),
            revoked \(.boolean) NOT NULL,
            latest \(.boolean) NOT NULL,
            stored_at \(.integer64) NOT NULL,
            shared_at \(.integer64),
            bytes \(.blob) NOT NULL
        ) \(.strict)
        """,
        "CREATE UNIQUE INDEX threats_object_version ON threats_object (id, version, sha256)",
        "CREATE INDEX threats_object_latest ON threats_object (key) WHERE latest = TRUE",
        "CREATE INDEX threats_object_type ON threats_object (type, key) WHERE latest = TRUE",
        """
        CREATE TABLE threats_reference (
            source TEXT NOT NULL, property TEXT NOT NULL, target TEXT NOT NULL,
            PRIMARY KEY (source, property, target)
        ) \(.strict)
        """,
        "CREATE INDEX threats_reference_target ON threats_reference (target, source)",
        "CREATE TABLE threats_marking (id TEXT PRIMARY KEY, meaning TEXT NOT NULL) \(.strict)",
        """
        CREATE TABLE threats_refused (
            key TEXT PRIMARY KEY, id TEXT NOT NULL, version TEXT NOT NULL, origin TEXT NOT NULL, code TEXT NOT NULL,
            pointer TEXT NOT NULL, at \(.integer64) NOT NULL
        ) \(.strict)
        """,
    ]

    /// What is said of an object is kept by version: another member's object of the same id touches nothing of ours.
    /// What a marking means is kept by who says so.
    private static let origins: [SQL] = [
        """
        CREATE TABLE threats_definition (
            id TEXT NOT NULL, origin TEXT NOT NULL, meaning TEXT NOT NULL, PRIMARY KEY (id, origin)
        ) \(.strict)
        """,
        """
        INSERT INTO threats_definition (id, origin, meaning)
        SELECT m.id, o.origin, m.meaning FROM threats_marking m
        JOIN threats_object o ON o.id = m.id AND o.latest = TRUE
        """,
        "DROP TABLE threats_marking",
        """
        CREATE TABLE threats_awaited (
            marking TEXT NOT NULL, key TEXT NOT NULL, envelope TEXT NOT NULL, PRIMARY KEY (marking, key)
        ) \(.strict)
        """,
        """
        UPDATE threats_reference SET source = (
            SELECT o.key FROM threats_object o WHERE o.id = threats_reference.source AND o.latest = TRUE)
        """,
        """
        UPDATE threats_search SET id = (
            SELECT o.key FROM threats_object o WHERE o.id = threats_search.id AND o.latest = TRUE)
        """,
        "CREATE INDEX threats_object_label ON threats_object (label, key) WHERE latest = TRUE",
        "CREATE INDEX threats_object_origin ON threats_object (origin, key) WHERE latest = TRUE",
    ]

    private static let imports: [SQL] = [
        """
        CREATE TABLE threats_import (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            person TEXT NOT NULL,
            origin TEXT NOT NULL,
            size \(.integer64) NOT NULL,
            share_label TEXT,
            recipients TEXT NOT NULL,
            state TEXT NOT NULL,
            problem TEXT,
            total \(.integer64),
            done \(.integer64) NOT NULL,
            added \(.integer64) NOT NULL,
            known \(.integer64) NOT NULL,
            faults \(.integer64) NOT NULL,
            started_at \(.integer64) NOT NULL,
            finished_at \(.integer64)
        ) \(.strict)
        """,
        """
        CREATE TABLE threats_import_part (
            import TEXT NOT NULL, number \(.integer64) NOT NULL, bytes \(.blob) NOT NULL, PRIMARY KEY (import, number)
        ) \(.strict)
        """,
        """
        CREATE TABLE threats_import_fault (
            import TEXT NOT NULL, position \(.integer64) NOT NULL, code TEXT NOT NULL, object TEXT,
            pointer TEXT NOT NULL, PRIMARY KEY (import, position)
        ) \(.strict)
        """,
    ]
}
