import Database

/// The tables of the room. Personal data of a report stand apart, so that they can be erased without the report.
enum IncidentTables {
    static let search = SearchIndex("incidents_search")
    static let arrivedSearch = SearchIndex("incidents_arrived_search")

    static let migrations = [
        Migration(
            "incidents.1.create",
            """
            CREATE TABLE incidents_incident (
                id TEXT PRIMARY KEY,
                owner TEXT NOT NULL,
                author TEXT NOT NULL,
                state TEXT NOT NULL,
                title TEXT NOT NULL,
                kind TEXT,
                summary TEXT NOT NULL,
                operator TEXT NOT NULL,
                detected_at \(.integer64),
                present TEXT,
                detections TEXT NOT NULL,
                detection_note TEXT NOT NULL,
                notified TEXT NOT NULL,
                is_confidential \(.boolean) NOT NULL,
                tlp TEXT NOT NULL,
                recipients TEXT NOT NULL,
                opened_at \(.integer64) NOT NULL,
                changed_at \(.integer64) NOT NULL
            ) \(.strict)
            """,
            "CREATE INDEX incidents_incident_owner ON incidents_incident (owner, opened_at, id)",
            """
            CREATE TABLE incidents_contact (
                incident TEXT NOT NULL REFERENCES incidents_incident (id),
                part TEXT NOT NULL,
                name TEXT NOT NULL,
                position TEXT NOT NULL,
                address TEXT NOT NULL,
                phone TEXT NOT NULL,
                email TEXT NOT NULL,
                PRIMARY KEY (incident, part)
            ) \(.strict)
            """,
            """
            CREATE TABLE incidents_event (
                id TEXT PRIMARY KEY,
                incident TEXT NOT NULL REFERENCES incidents_incident (id),
                kind TEXT NOT NULL,
                at \(.integer64) NOT NULL,
                who TEXT NOT NULL,
                note TEXT NOT NULL
            ) \(.strict)
            """,
            "CREATE INDEX incidents_event_incident ON incidents_event (incident, at, id)",
            """
            CREATE TABLE incidents_shared (
                incident TEXT NOT NULL REFERENCES incidents_incident (id),
                version TEXT NOT NULL,
                tlp TEXT NOT NULL,
                recipients TEXT NOT NULL,
                title TEXT NOT NULL,
                text TEXT NOT NULL,
                names_operator \(.boolean) NOT NULL,
                names_contact \(.boolean) NOT NULL,
                at \(.integer64) NOT NULL,
                PRIMARY KEY (incident, version)
            ) \(.strict)
            """,
            """
            CREATE TABLE incidents_arrived (
                id TEXT NOT NULL,
                origin TEXT NOT NULL,
                recipient TEXT NOT NULL,
                version TEXT NOT NULL,
                title TEXT NOT NULL,
                text TEXT NOT NULL,
                kind TEXT,
                state TEXT,
                detected_at \(.integer64),
                operator TEXT NOT NULL,
                contact TEXT NOT NULL,
                tlp TEXT NOT NULL,
                is_withdrawn \(.boolean) NOT NULL,
                sha256 \(.blob) NOT NULL,
                arrived_at \(.integer64) NOT NULL,
                PRIMARY KEY (id, origin)
            ) \(.strict)
            """,
            "CREATE INDEX incidents_arrived_recipient ON incidents_arrived (recipient, arrived_at, id)"),
        Migration("incidents.2.search", steps: search.migration + arrivedSearch.migration),
        Migration("incidents.3.people", steps: IncidentPersonStore.tables),
        Migration("incidents.4.recipients", steps: IncidentPersonStore.recipientLines),
        Migration("incidents.5.names", steps: IncidentNames.moves),
    ]
}
