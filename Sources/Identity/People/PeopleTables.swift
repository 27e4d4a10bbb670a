import Database
import Vocabulary

extension Identity {
    static let postTables = Migration(
        "identity.10.people",
        // The organisation of which somebody is staff: of the present post, else of the last. Nil of citizens.
        "ALTER TABLE identity_person ADD COLUMN home TEXT",
        "ALTER TABLE identity_person ADD COLUMN changed_at \(.integer64) NOT NULL DEFAULT 0",
        // When the account was given up for good; nothing brings it back.
        "ALTER TABLE identity_person ADD COLUMN gone_at \(.integer64)",
        """
        UPDATE identity_person SET changed_at = created_at, home = (
            SELECT m.organisation FROM identity_membership m
            WHERE m.person = identity_person.id AND m.role <> 'citizen' ORDER BY m.valid_from DESC, m.id LIMIT 1)
        """,
        "CREATE INDEX identity_person_home ON identity_person (home, id)",
        """
        CREATE TABLE identity_post (
            id TEXT PRIMARY KEY, person TEXT NOT NULL REFERENCES identity_person (id), organisation TEXT NOT NULL,
            valid_from \(.integer64) NOT NULL, valid_until \(.integer64), begun INTEGER NOT NULL,
            ended INTEGER NOT NULL, succeeds TEXT) \(.strict)
        """,
        "CREATE INDEX identity_post_person ON identity_post (person, valid_from)",
        "CREATE INDEX identity_post_due ON identity_post (valid_from) WHERE begun = 0 OR ended = 0",
        """
        INSERT INTO identity_post (id, person, organisation, valid_from, begun, ended)
        SELECT id, id, home, created_at, 1, 0 FROM identity_person WHERE home IS NOT NULL
        """,
        "ALTER TABLE identity_membership ADD COLUMN succeeds TEXT",
        """
        CREATE TABLE identity_attribute (
            person TEXT NOT NULL REFERENCES identity_person (id), name TEXT NOT NULL, place INTEGER NOT NULL,
            value TEXT NOT NULL, key TEXT NOT NULL, type TEXT, is_primary INTEGER,
            PRIMARY KEY (person, name, place)) \(.strict)
        """,
        "CREATE INDEX identity_attribute_key ON identity_attribute (name, key)",
        """
        CREATE TABLE identity_team (
            id TEXT PRIMARY KEY, organisation TEXT NOT NULL, name TEXT NOT NULL, key TEXT NOT NULL,
            created_at \(.integer64) NOT NULL, changed_at \(.integer64) NOT NULL) \(.strict)
        """,
        """
        CREATE TABLE identity_team_member (
            team TEXT NOT NULL REFERENCES identity_team (id), person TEXT NOT NULL REFERENCES identity_person (id),
            PRIMARY KEY (team, person)) \(.strict)
        """,
        "CREATE INDEX identity_team_member_person ON identity_team_member (person)",
        """
        CREATE TABLE identity_external (
            client TEXT NOT NULL, resource TEXT NOT NULL, external_id TEXT NOT NULL,
            PRIMARY KEY (client, resource)) \(.strict)
        """,
        "CREATE INDEX identity_external_resource ON identity_external (resource)")

    static let serviceTables = Migration(
        "identity.10.services",
        """
        CREATE TABLE identity_service (
            id TEXT PRIMARY KEY, organisation TEXT NOT NULL, name TEXT NOT NULL, purpose TEXT NOT NULL,
            scopes TEXT NOT NULL, roles TEXT NOT NULL, created_by TEXT, created_at \(.integer64) NOT NULL,
            ended_at \(.integer64)) \(.strict)
        """,
        """
        CREATE TABLE identity_service_key (
            digest TEXT PRIMARY KEY, id TEXT NOT NULL UNIQUE,
            service TEXT NOT NULL REFERENCES identity_service (id), hint TEXT NOT NULL,
            created_at \(.integer64) NOT NULL, expires_at \(.integer64) NOT NULL, used_at \(.integer64),
            warned_days INTEGER) \(.strict)
        """,
        "CREATE INDEX identity_service_key_service ON identity_service_key (service)",
        "CREATE INDEX identity_service_key_expiry ON identity_service_key (expires_at)")
}
