import Database
import StrictJSON
package import Vocabulary

/// An access token that holds now: whose it is, and what for. `Identity.introspect` makes it.
package struct ActiveToken: Sendable, Hashable {
    /// `jti`.
    package let id: String
    package let client: ID<Client>
    /// Who let the client act for them; nil when it acts alone.
    package let person: ID<Person>?
    /// `sub`: the client's own name for the person, or the client itself.
    package let subject: String
    package let scopes: [String]
    /// The services that the token is meant for; empty means that it is good for the person's own data alone.
    package let audiences: [String]
    package let issuedAt: Instant
    package let expiresAt: Instant
    /// RFC 8705 `x5t#S256`: whoever uses the token must show this certificate.
    package let certificate: String?
    /// How surely the person was recognised; `.none` when the client acts alone.
    package let assurance: Assurance

    /// RFC 7662 §2.2, as it is asked about by those who may.
    func json(_ issuer: String) -> JSON {
        var json: JSON = [
            "active": true, "iss": .string(issuer), "sub": .string(subject), "client_id": .string(client.text),
            "scope": .string(scopes.joined(separator: " ")), "token_type": "Bearer", "jti": .string(id),
            "iat": .integer(issuedAt.seconds), "exp": .integer(expiresAt.seconds),
        ]
        addDetails(to: &json)
        return json
    }

    /// RFC 9068 §2.2.
    func claims(_ issuer: String) -> JSON {
        var json: JSON = [
            "iss": .string(issuer), "sub": .string(subject), "client_id": .string(client.text), "jti": .string(id),
            "iat": .integer(issuedAt.seconds), "exp": .integer(expiresAt.seconds),
            "scope": .string(scopes.joined(separator: " ")),
        ]
        if audiences.isEmpty { json["aud"] = .string(issuer) }
        addDetails(to: &json)
        return json
    }

    private func addDetails(to json: inout JSON) {
        if !audiences.isEmpty {
            json["aud"] = audiences.count == 1 ? .string(audiences[0]) : .array(audiences.map { .string($0) })
        }
        if let certificate { json["cnf"] = ["x5t#S256": .string(certificate)] }
        guard person != nil else { return }
        json["acr"] = .string(String(assurance.level))
        json["auth_time"] = .integer(assurance.at.seconds)
    }
}

enum AccessTokenStore {
    static func insert(_ token: ActiveToken, of grant: ID<Grant>?, in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO identity_openid_token (id, client, grant_id, expires_at)
            VALUES (\(token.id), \(token.client), \(grant), \(token.expiresAt))
            """)
    }

    static func delete(_ id: String, of client: ID<Client>, in tx: any Transaction) throws -> Bool {
        try tx.execute("DELETE FROM identity_openid_token WHERE id = \(id) AND client = \(client)") == 1
    }

    /// What the rows say of a token that is not revoked: its client is active, its grant holds, and the session in
    /// which the person agreed was not ended (or the person let the client act while away). A session that ran out
    /// by itself leaves the token its few minutes.
    static func grant(
        of id: String, at now: Instant, in tx: any Transaction
    ) throws -> (isActive: Bool, person: ID<Person>?, assurance: Assurance) {
        let row = try tx.row(
            """
            SELECT t.grant_id AS grant_id, g.person AS person, g.level AS level, g.methods AS methods,
                g.authenticated_at AS authenticated_at
            FROM identity_openid_token t
            JOIN identity_client c ON c.id = t.client AND c.state = \(Client.State.active)
            LEFT JOIN identity_openid_grant g ON g.id = t.grant_id
            LEFT JOIN identity_person p ON p.id = g.person
            WHERE t.id = \(id) AND t.expires_at > \(now) AND (t.grant_id IS NULL OR (
                g.revoked_at IS NULL AND p.state = \(Account.State.active) AND (g.offline = 1 OR (
                    g.ended_at IS NULL AND (g.lapsed_at IS NOT NULL
                        OR EXISTS (SELECT 1 FROM identity_session s WHERE s.id = g.session))))))
            """)
        guard let row else { return (false, nil, .none) }
        guard try row.get("grant_id", as: String?.self) != nil else { return (true, nil, .none) }
        let assurance = Assurance(
            level: try row.get("level"), methods: words(try row.get("methods")), at: try row.get("authenticated_at"))
        return (true, try row.get("person"), assurance)
    }
}
