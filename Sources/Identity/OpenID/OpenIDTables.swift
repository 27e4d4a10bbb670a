import Database

/// Who may ask, with which keys we answer, and what was granted. Every row that is not a client or a consent ends by
/// itself: `Identity.duties`.
extension OpenID {
    static let tables = Migration(
        "identity.4.openID",
        """
        CREATE TABLE identity_client (
            id TEXT PRIMARY KEY, name TEXT NOT NULL, organisation TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('active', 'revoked')), is_public INTEGER NOT NULL,
            acts_alone INTEGER NOT NULL, introspects INTEGER NOT NULL, asks_consent INTEGER NOT NULL,
            secret TEXT, old_secret TEXT, old_secret_until \(.integer64), certificate TEXT, scopes TEXT NOT NULL,
            audiences TEXT NOT NULL, signing TEXT NOT NULL, sector TEXT, logout_uri TEXT,
            created_at \(.integer64) NOT NULL, created_by TEXT) \(.strict)
        """,
        """
        CREATE TABLE identity_client_address (
            client TEXT NOT NULL REFERENCES identity_client (id), purpose TEXT NOT NULL, uri TEXT NOT NULL,
            PRIMARY KEY (client, purpose, uri)) \(.strict)
        """,
        """
        CREATE TABLE identity_openid_key (
            kid TEXT PRIMARY KEY, algorithm TEXT NOT NULL, sealed \(.blob) NOT NULL,
            signs_from \(.integer64) NOT NULL, signs_until \(.integer64) NOT NULL,
            gone_at \(.integer64) NOT NULL) \(.strict)
        """,
        """
        CREATE TABLE identity_openid_grant (
            id TEXT PRIMARY KEY, client TEXT NOT NULL, person TEXT NOT NULL, session TEXT NOT NULL,
            scopes TEXT NOT NULL, audiences TEXT NOT NULL, nonce TEXT, level INTEGER NOT NULL, methods TEXT NOT NULL,
            authenticated_at \(.integer64) NOT NULL, offline INTEGER NOT NULL, created_at \(.integer64) NOT NULL,
            expires_at \(.integer64) NOT NULL, family TEXT UNIQUE, refresh TEXT, revoked_at \(.integer64),
            lapsed_at \(.integer64), ended_at \(.integer64)) \(.strict)
        """,
        "CREATE INDEX identity_openid_grant_expiry ON identity_openid_grant (expires_at)",
        "CREATE INDEX identity_openid_grant_session ON identity_openid_grant (session)",
        "CREATE INDEX identity_openid_grant_person ON identity_openid_grant (person, client)",
        """
        CREATE TABLE identity_openid_code (
            digest TEXT PRIMARY KEY, grant_id TEXT NOT NULL, redirect_uri TEXT NOT NULL, challenge TEXT NOT NULL,
            expires_at \(.integer64) NOT NULL, used_at \(.integer64)) \(.strict)
        """,
        "CREATE INDEX identity_openid_code_expiry ON identity_openid_code (expires_at)",
        """
        CREATE TABLE identity_openid_token (
            id TEXT PRIMARY KEY, client TEXT NOT NULL, grant_id TEXT, expires_at \(.integer64) NOT NULL) \(.strict)
        """,
        "CREATE INDEX identity_openid_token_expiry ON identity_openid_token (expires_at)",
        """
        CREATE TABLE identity_openid_consent (
            person TEXT NOT NULL REFERENCES identity_person (id), client TEXT NOT NULL, scopes TEXT NOT NULL,
            given_at \(.integer64) NOT NULL, PRIMARY KEY (person, client)) \(.strict)
        """,
        "CREATE INDEX identity_session_id ON identity_session (id)")
}
