import Database
import JOSE
package import Jobs
import StrictJSON
import Vocabulary
package import Web

/// Tells an application that a session ended: OpenID Connect Back-Channel Logout 1.0.
///
/// Durable: an application that is down is told when it is back, within the hours that jobs are tried.
struct BackChannelLogout: Job {
    static let name = "identity.back-channel-logout"
    let client: String
    let subject: String
    let session: String
}

extension OpenID {
    /// Ends what grew from sessions that are over, and sees that each application is told once a session.
    func endLogins(where condition: SQL, at now: Instant, in tx: any Transaction) throws {
        try endLogins(ofAnyAge: "lapsed_at IS NULL AND \(condition)", at: now, in: tx)
    }

    private func endLogins(ofAnyAge condition: SQL, at now: Instant, in tx: any Transaction) throws {
        let rows = try tx.rows(
            """
            SELECT id, client, person, session FROM identity_openid_grant
            WHERE ended_at IS NULL AND \(condition) ORDER BY id
            """)
        var told: Set<String> = []
        for row in rows {
            let (id, session): (ID<Grant>, ID<Session>) = (try row.get("id"), try row.get("session"))
            try tx.execute("UPDATE identity_openid_grant SET ended_at = \(now) WHERE id = \(id)")
            guard let client = try ClientStore.find(try row.get("client"), in: tx), client.state == .active,
                client.logoutURI != nil, told.insert("\(client.id) \(session)").inserted
            else { continue }
            let job = BackChannelLogout(
                client: client.id.text, subject: subject(try row.get("person"), for: client),
                session: sessionName(session, for: client.id))
            try Jobs.enqueue(job, id: "\(BackChannelLogout.name) \(id)", at: now, in: tx)
        }
    }

    func endLogins(of session: ID<Session>, at now: Instant, in tx: any Transaction) throws {
        try endLogins(where: "session = \(session)", at: now, in: tx)
    }

    /// Of one application, whatever the session, while-away tokens too.
    func endLogins(of person: ID<Person>, at client: ID<Client>, at now: Instant, in tx: any Transaction) throws {
        try endLogins(where: "person = \(person) AND client = \(client)", at: now, in: tx)
        try tx.execute(
            """
            UPDATE identity_openid_grant SET revoked_at = \(now)
            WHERE person = \(person) AND client = \(client) AND revoked_at IS NULL
            """)
    }

    /// Ends what somebody let applications do, also from sessions that ran out by themselves and while they are away:
    /// nothing of it outlives the word of a guest's node, a new password, a suspension or a reset of the account.
    ///
    /// - Parameter kept: a session whose applications go on.
    func revokeAll(
        of person: ID<Person>, except kept: ID<Session>? = nil, at now: Instant, in tx: any Transaction
    ) throws {
        try revokeAll(where: "person = \(person) AND session <> \(kept ?? ID(""))", at: now, in: tx)
    }

    func revokeAll(of session: ID<Session>, at now: Instant, in tx: any Transaction) throws {
        try revokeAll(where: "session = \(session)", at: now, in: tx)
    }

    /// Of everybody whose consent one application has.
    func revokeAll(ofThoseWhoAgreedTo client: ID<Client>, at now: Instant, in tx: any Transaction) throws {
        let condition: SQL = """
            client = \(client)
            AND person IN (SELECT c.person FROM identity_openid_consent c WHERE c.client = \(client))
            """
        try revokeAll(where: condition, at: now, in: tx)
    }

    private func revokeAll(where condition: SQL, at now: Instant, in tx: any Transaction) throws {
        try endLogins(ofAnyAge: condition, at: now, in: tx)
        try tx.execute(
            "UPDATE identity_openid_grant SET revoked_at = \(now) WHERE revoked_at IS NULL AND \(condition)")
    }

    /// Grants whose session has run out by itself: nobody ended it, so applications go on with what they have.
    func lapsing(at now: Instant, in tx: any Transaction) throws -> [ID<Grant>] {
        try tx.rows(
            """
            SELECT id FROM identity_openid_grant g WHERE ended_at IS NULL AND lapsed_at IS NULL
            AND EXISTS (SELECT 1 FROM identity_session s WHERE s.id = g.session)
            AND NOT EXISTS (SELECT 1 FROM identity_session s
                WHERE s.id = g.session AND s.expires_at > \(now) AND s.idle_until > \(now)) LIMIT 1000
            """
        ).map { try $0.get("id") }
    }

    func lapse(_ grants: [ID<Grant>], at now: Instant, in tx: any Transaction) throws {
        guard !grants.isEmpty else { return }
        try tx.execute("UPDATE identity_openid_grant SET lapsed_at = \(now) WHERE id IN (\(list: grants))")
    }

    /// Grants whose session somebody ended without telling us.
    func orphans(in tx: any Transaction) throws -> [ID<Grant>] {
        try tx.rows(
            """
            SELECT id FROM identity_openid_grant g WHERE ended_at IS NULL AND lapsed_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM identity_session s WHERE s.id = g.session) LIMIT 1000
            """
        ).map { try $0.get("id") }
    }
}

extension Identity {
    /// A change after which tokens may be good no more: this process looks every one up anew.
    func endingTokens<Result: Sendable>(
        _ body: @escaping @Sendable (any Transaction) throws -> Result
    ) async throws -> Result {
        let result = try await database.write(body)
        openID.known.doubt()
        return result
    }

    /// What the room does in its own time. `send` is `Fetch.send`.
    package func handle(_ jobs: Jobs, send: @escaping @Sendable (FetchRequest) async throws -> FetchResponse) {
        jobs.handle(BackChannelLogout.self) { job in
            guard let request = try await openID.request(job) else { return }
            let answer = try await send(request)
            // 400 says that the application did not believe us: trying again changes nothing (§2.8).
            guard (200..<300).contains(answer.status) || answer.status == 400 else {
                throw LogoutNotTaken(status: answer.status)
            }
        }
    }
}

struct LogoutNotTaken: Error {
    let status: Int
}

extension OpenID {
    /// A fresh logout token each time (§2.4); nil when the application is gone.
    func request(_ job: BackChannelLogout) async throws -> FetchRequest? {
        let at = now()
        guard let client = try await clients.find(ID(job.client), at: at, in: database), client.state == .active,
            let address = client.logoutURI
        else { return nil }
        let claims: JSON = [
            "iss": .string(settings.issuer), "aud": .string(client.id.text), "iat": .integer(at.seconds),
            "exp": .integer(at.adding(seconds: 120).seconds), "jti": .string(newID()), "sub": .string(job.subject),
            "sid": .string(job.session), "events": ["http://schemas.openid.net/event/backchannel-logout": [:]],
        ]
        let token = try await keyring.signer(client.signing, at: at).sign(claims, typ: "logout+jwt")
        var fields = Fields()
        fields.add("logout_token", token)
        return FetchRequest(
            .post, address, headers: ["content-type": "application/x-www-form-urlencoded"],
            body: URLEncoded.encode(fields), trust: ClientAddress.isLoopback(address) ? .plain : .system,
            mayReachPrivate: true)
    }
}
