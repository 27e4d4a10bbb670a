package import Database
package import Identity
import Vocabulary

/// People stand here by their ids and are named when a page is read, so that a name goes with its owner's data.
enum IncidentNames {
    /// From names to ids. Whoever reported or shared stands in no other row of the report, so that the lines about them
    /// keep the name: `forget` takes it away.
    static let moves: [SQL] = [
        "ALTER TABLE incidents_event ADD COLUMN person TEXT",
        "ALTER TABLE incidents_event ADD COLUMN whom TEXT",
        """
        UPDATE incidents_event SET whom = (SELECT MIN(p.person) FROM incidents_person p
            WHERE p.incident = incidents_event.incident AND p.name = incidents_event.note)
        WHERE kind IN ('handler-added', 'handler-ended', 'named-added', 'named-ended')
        """,
        "UPDATE incidents_event SET note = '' WHERE whom IS NOT NULL",
        """
        UPDATE incidents_event SET person = (SELECT MIN(p.person) FROM incidents_person p
            WHERE p.incident = incidents_event.incident AND p.name = incidents_event.who)
        """,
        "UPDATE incidents_event SET who = '' WHERE person IS NOT NULL",
        "ALTER TABLE incidents_person DROP COLUMN name",
    ]

    /// Lines of stories that have the name without an id.
    static func forgetLines(of name: String, in tx: any Transaction) throws {
        try tx.execute("UPDATE incidents_event SET who = '' WHERE person IS NULL AND who = \(name)")
    }

    /// Reporters and contact persons who are this person: by name in reports of their own, by mail address in any.
    static func forgetContacts(of person: ErasedPerson, in tx: any Transaction) throws {
        let email = person.email?.lowercased() ?? ""
        try tx.execute(
            """
            UPDATE incidents_contact SET name = '', position = '', address = '', phone = '', email = ''
            WHERE (email <> '' AND LOWER(email) = \(email))
                OR (name = \(person.name)
                    AND incident IN (SELECT id FROM incidents_incident WHERE author = \(person.id)))
            """)
    }
}

extension Incidents {
    /// Forgets the name and the ways to reach somebody whose data are erased. Their reports stay, under an id that
    /// names nobody; what was shared with others is theirs.
    package func forget(_ person: ErasedPerson, in tx: any Transaction) throws {
        try IncidentNames.forgetLines(of: person.name, in: tx)
        try IncidentNames.forgetContacts(of: person, in: tx)
    }
}
