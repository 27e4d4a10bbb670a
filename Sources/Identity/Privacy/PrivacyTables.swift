import Database
import Vocabulary

extension Identity {
    static let privacyTables = Migration(
        "identity.11.privacy",
        // Who looked at whose data: one row a reader, way and day.
        """
        CREATE TABLE identity_look (
            person TEXT NOT NULL, reader TEXT NOT NULL, way TEXT NOT NULL, day TEXT NOT NULL,
            first_at \(.integer64) NOT NULL, last_at \(.integer64) NOT NULL, times \(.integer64) NOT NULL,
            PRIMARY KEY (person, day, reader, way)) \(.strict)
        """,
        "CREATE INDEX identity_look_day ON identity_look (day)",
        """
        CREATE TABLE identity_consent (
            id TEXT PRIMARY KEY, person TEXT NOT NULL REFERENCES identity_person (id), purpose TEXT NOT NULL,
            version INTEGER NOT NULL, given_at \(.integer64) NOT NULL, withdrawn_at \(.integer64)) \(.strict)
        """,
        "CREATE INDEX identity_consent_person ON identity_consent (person, purpose)",
        "ALTER TABLE identity_person ADD COLUMN erased_at \(.integer64)")

    /// Nothing ever asked for these purposes before it used data.
    static let withoutPurposes = Migration("identity.17.without-purposes", "DROP TABLE identity_consent")
}
