import Database
package import Vocabulary

/// Somebody who has to do with one report: they handle it, or were named to know of it.
package struct IncidentPerson: Sendable, Hashable {
    package enum Relation: String, Sendable, Hashable, CaseIterable, Bindable, Readable {
        /// Người xử lý.
        case handler
        /// Người được nêu tên: knows of it, RED included.
        case named
    }

    package let person: ID<Person>
    package let relation: Relation
    package let since: Instant
}

enum IncidentPersonStore {
    static let tables: [SQL] = [
        """
        CREATE TABLE incidents_recipient (
            organisation TEXT NOT NULL, incident TEXT NOT NULL REFERENCES incidents_incident (id),
            PRIMARY KEY (organisation, incident)) \(.strict)
        """,
        "CREATE INDEX incidents_recipient_incident ON incidents_recipient (incident)",
        splitRecipients,
        """
        CREATE TABLE incidents_person (
            incident TEXT NOT NULL REFERENCES incidents_incident (id), person TEXT NOT NULL, name TEXT NOT NULL,
            relation TEXT NOT NULL, since \(.integer64) NOT NULL, until \(.integer64), named_by TEXT NOT NULL,
            PRIMARY KEY (incident, person, relation, since)) \(.strict)
        """,
        "CREATE INDEX incidents_person_person ON incidents_person (person, relation, incident)",
        """
        CREATE TABLE incidents_standing (
            incident TEXT NOT NULL REFERENCES incidents_incident (id), since \(.integer64) NOT NULL,
            state TEXT NOT NULL, tlp TEXT NOT NULL, recipients TEXT NOT NULL, PRIMARY KEY (incident, since))
            \(.strict)
        """,
        """
        INSERT INTO incidents_standing (incident, since, state, tlp, recipients)
        SELECT id, changed_at, state, tlp, recipients FROM incidents_incident
        """,
        "CREATE INDEX incidents_incident_label ON incidents_incident (tlp, opened_at, id)",
        "CREATE INDEX incidents_incident_label_owner ON incidents_incident (tlp, owner, opened_at, id)",
        "CREATE INDEX incidents_incident_author ON incidents_incident (author, opened_at, id)",
        "CREATE INDEX incidents_arrived_label ON incidents_arrived (tlp, arrived_at, id)",
    ]

    /// Label and order of each report beside its recipients, so that an index finds the newest of a recipient.
    static let recipientLines: [SQL] = [
        "ALTER TABLE incidents_recipient ADD COLUMN tlp TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE incidents_recipient ADD COLUMN opened_at \(.integer64) NOT NULL DEFAULT 0",
        """
        UPDATE incidents_recipient SET
            tlp = (SELECT i.tlp FROM incidents_incident i WHERE i.id = incidents_recipient.incident),
            opened_at = (SELECT i.opened_at FROM incidents_incident i WHERE i.id = incidents_recipient.incident)
        """,
        "CREATE INDEX incidents_recipient_label ON incidents_recipient (organisation, tlp, opened_at, incident)",
        "CREATE INDEX incidents_arrived_label_origin ON incidents_arrived (tlp, origin, arrived_at, id)",
        "CREATE INDEX incidents_arrived_recipient_label ON incidents_arrived (recipient, tlp, arrived_at, id)",
    ]

    /// The codes among the addressees, one row each: walks through each text sign by sign.
    private static let splitRecipients: SQL = """
        INSERT INTO incidents_recipient (organisation, incident)
        WITH RECURSIVE step(incident, rest, word, done) AS (
            SELECT id, recipients || ',', '', '' FROM incidents_incident WHERE recipients <> ''
            UNION ALL
            SELECT incident, substr(rest, 2),
                CASE WHEN substr(rest, 1, 1) = ',' THEN '' ELSE word || substr(rest, 1, 1) END,
                CASE WHEN substr(rest, 1, 1) = ',' THEN word ELSE '' END
            FROM step WHERE rest <> ''
        )
        SELECT DISTINCT done, incident FROM step WHERE done <> '' AND done NOT LIKE '@%'
        """

    /// Who has to do with it now, or had at a moment; the longest first.
    static func people(
        of incident: ID<Incident>, at moment: Instant?, in tx: any Transaction
    ) throws -> [IncidentPerson] {
        let holds: SQL =
            moment.map { "since <= \($0) AND (until IS NULL OR until > \($0))" } ?? "until IS NULL"
        return try tx.rows(
            """
            SELECT person, relation, since FROM incidents_person WHERE incident = \(incident) AND \(holds)
            ORDER BY since, person, relation
            """
        ).map {
            IncidentPerson(
                person: try $0.get("person"), relation: try $0.get("relation"), since: try $0.get("since"))
        }
    }

    /// False when it was so already.
    static func add(
        _ person: ID<Person>, _ relation: IncidentPerson.Relation, to incident: ID<Incident>,
        by author: ID<Person>, at now: Instant, in tx: any Transaction
    ) throws -> Bool {
        try tx.execute(
            """
            INSERT INTO incidents_person (incident, person, relation, since, named_by)
            SELECT \(incident), \(person), \(relation), \(now), \(author)
            WHERE NOT EXISTS (SELECT 1 FROM incidents_person p WHERE p.incident = \(incident)
                AND p.person = \(person) AND p.relation = \(relation) AND (p.until IS NULL OR p.since = \(now)))
            """) > 0
    }

    static func end(
        _ person: ID<Person>, _ relation: IncidentPerson.Relation, of incident: ID<Incident>, at now: Instant,
        in tx: any Transaction
    ) throws -> Bool {
        try tx.execute(
            """
            UPDATE incidents_person SET until = \(now)
            WHERE incident = \(incident) AND person = \(person) AND relation = \(relation) AND until IS NULL
            """) > 0
    }
}
