import Database
import Vocabulary

enum GrantStore {
    static func insert(_ grant: Grant, in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO identity_openid_grant (id, client, person, session, scopes, audiences, nonce, level, methods,
                authenticated_at, offline, created_at, expires_at)
            VALUES (\(grant.id), \(grant.client), \(grant.person), \(grant.session),
                \(grant.scopes.joined(separator: " ")), \(grant.audiences.joined(separator: " ")), \(grant.nonce),
                \(grant.assurance.level), \(grant.assurance.methods.joined(separator: " ")), \(grant.assurance.at),
                \(grant.isOffline), \(grant.createdAt), \(grant.expiresAt))
            """)
    }

    static func insertCode(
        _ digest: String, of grant: ID<Grant>, redirect: String, challenge: String, until: Instant,
        in tx: any Transaction
    ) throws {
        try tx.execute(
            """
            INSERT INTO identity_openid_code (digest, grant_id, redirect_uri, challenge, expires_at)
            VALUES (\(digest), \(grant), \(redirect), \(challenge), \(until))
            """)
    }

    struct Code: Sendable {
        let grant: ID<Grant>
        let redirect: String
        let challenge: String
        let expiresAt: Instant
    }

    /// Uses a code up, whatever comes of it. Of many at once, one gets it.
    static func useCode(_ digest: String, at now: Instant, in tx: any Transaction) throws -> Code? {
        try tx.row(
            """
            UPDATE identity_openid_code SET used_at = \(now) WHERE digest = \(digest) AND used_at IS NULL
            RETURNING grant_id, redirect_uri, challenge, expires_at
            """
        ).map { row in
            Code(
                grant: try row.get("grant_id"), redirect: try row.get("redirect_uri"),
                challenge: try row.get("challenge"), expiresAt: try row.get("expires_at"))
        }
    }

    /// The grant of a code that was used before.
    static func grant(ofUsedCode digest: String, in tx: any Transaction) throws -> ID<Grant>? {
        try tx.row("SELECT grant_id FROM identity_openid_code WHERE digest = \(digest)")?.get("grant_id")
    }

    /// A grant that still holds, of a client.
    static func living(
        _ id: ID<Grant>, of client: ID<Client>, at now: Instant, in tx: any Transaction
    ) throws -> Grant? {
        try tx.row(
            """
            SELECT * FROM identity_openid_grant WHERE id = \(id) AND client = \(client) AND revoked_at IS NULL
            AND ended_at IS NULL AND expires_at > \(now)
            """
        ).map { try Grant($0) }
    }

    /// The first refresh token of a grant.
    static func begin(_ token: RefreshToken, of grant: ID<Grant>, in tx: any Transaction) throws {
        try tx.execute(
            """
            UPDATE identity_openid_grant SET family = \(token.family.digest), refresh = \(token.member.digest)
            WHERE id = \(grant)
            """)
    }

    enum Turned {
        case rotated(Grant)
        /// Somebody used a member of the family that was used before: the family is over.
        case reused(Grant)
        case unknown
    }

    /// Takes the newest member of a family for the next one, or, for any older one, ends the family: one statement, so
    /// that of many at once one gets the next and there is no moment in which two are good (RFC 9700 §4.14.2).
    static func turn(
        _ old: RefreshToken, to next: RefreshToken, of client: ID<Client>, until: Instant, at now: Instant,
        in tx: any Transaction
    ) throws -> Turned {
        let (presented, following) = (old.member.digest, next.member.digest)
        let row = try tx.row(
            """
            UPDATE identity_openid_grant SET
                refresh = CASE WHEN refresh = \(presented) THEN \(following) ELSE refresh END,
                expires_at = CASE WHEN refresh = \(presented) THEN \(until) ELSE expires_at END,
                revoked_at = CASE WHEN refresh = \(presented) THEN revoked_at ELSE \(now) END
            WHERE family = \(old.family.digest) AND client = \(client) AND revoked_at IS NULL AND expires_at > \(now)
            RETURNING *
            """)
        guard let row else { return .unknown }
        let grant = try Grant(row)
        return try row.get("refresh", as: String.self) == following ? .rotated(grant) : .reused(grant)
    }

    static func grant(ofFamily digest: String, of client: ID<Client>, in tx: any Transaction) throws -> ID<Grant>? {
        try tx.row("SELECT id FROM identity_openid_grant WHERE family = \(digest) AND client = \(client)")?.get("id")
    }

    /// Whether it held until now.
    static func revoke(_ id: ID<Grant>, at now: Instant, in tx: any Transaction) throws -> Bool {
        try tx.execute(
            "UPDATE identity_openid_grant SET revoked_at = \(now) WHERE id = \(id) AND revoked_at IS NULL") == 1
    }

    static func revokeAll(of client: ID<Client>, at now: Instant, in tx: any Transaction) throws {
        try tx.execute(
            "UPDATE identity_openid_grant SET revoked_at = \(now) WHERE client = \(client) AND revoked_at IS NULL")
        try tx.execute("DELETE FROM identity_openid_token WHERE client = \(client)")
    }

    static func sweep(at now: Instant, in tx: any Transaction) throws {
        try tx.execute("DELETE FROM identity_openid_token WHERE expires_at <= \(now)")
        // A code is remembered for ten minutes more, so that its second use is seen for what it is.
        try tx.execute("DELETE FROM identity_openid_code WHERE expires_at <= \(now.adding(seconds: -600))")
        try tx.execute("DELETE FROM identity_openid_grant WHERE expires_at <= \(now)")
    }
}
