import Database
import Vocabulary

/// A signed-in browser. Several rows may share the `id` for a minute: while a token is being replaced by the next.
struct Session: Sendable, Hashable {
    enum Stage: String, Sendable, Hashable {
        /// The password was right and the code of the authenticator is still owed.
        case half
        case full
    }

    let digest: String
    let id: ID<Session>
    let person: ID<Person>
    let stage: Stage
    let createdAt: Instant
    /// When this token was made.
    let issuedAt: Instant
    let seenAt: Instant
    let idleUntil: Instant
    let expiresAt: Instant
    let replacedAt: Instant?
    /// Wrong codes so far, of a half session.
    let attempts: Int
    /// What the browser calls itself, shortened.
    let device: String
    let address: String
    let assurance: Assurance

    func lives(at now: Instant) -> Bool { now < idleUntil && now < expiresAt }
}

enum SessionStore {
    static func session(digest: String, in tx: any Transaction) throws -> Session? {
        try tx.row("SELECT * FROM identity_session WHERE digest = \(digest)").map { try Session($0) }
    }

    /// The living sessions of a person, the latest first.
    static func sessions(of person: ID<Person>, at now: Instant, in tx: any Transaction) throws -> [Session] {
        try tx.rows(
            """
            SELECT * FROM identity_session WHERE person = \(person) AND stage = \(Session.Stage.full)
            AND replaced_at IS NULL AND idle_until > \(now) AND expires_at > \(now) ORDER BY seen_at DESC, id
            """
        ).map { try Session($0) }
    }

    static func insert(_ session: Session, in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO identity_session (digest, id, person, stage, created_at, issued_at, seen_at, idle_until,
                expires_at, replaced_at, attempts, device, address, level, methods, authenticated_at)
            VALUES (\(session.digest), \(session.id), \(session.person), \(session.stage), \(session.createdAt),
                \(session.issuedAt), \(session.seenAt), \(session.idleUntil), \(session.expiresAt),
                \(session.replacedAt), \(session.attempts), \(session.device), \(session.address),
                \(session.assurance.level), \(session.assurance.methods.joined(separator: " ")),
                \(session.assurance.at))
            """)
    }

    static func touch(_ digest: String, at now: Instant, idleUntil: Instant, in tx: any Transaction) throws {
        try tx.execute(
            "UPDATE identity_session SET seen_at = \(now), idle_until = \(idleUntil) WHERE digest = \(digest)")
    }

    /// Whether this call was the one that retired the token; it dies at `dying`.
    static func retire(_ digest: String, at now: Instant, dying: Instant, in tx: any Transaction) throws -> Bool {
        try tx.execute(
            """
            UPDATE identity_session SET replaced_at = \(now), expires_at = \(dying)
            WHERE digest = \(digest) AND replaced_at IS NULL
            """) == 1
    }

    /// What a session proved since it was opened. When it was proved stays as it was: an older factor is part of it.
    static func raise(_ digest: String, to assurance: Assurance, in tx: any Transaction) throws {
        let methods = assurance.methods.joined(separator: " ")
        try tx.execute(
            """
            UPDATE identity_session SET level = \(assurance.level), methods = \(methods)
            WHERE digest = \(digest) AND level < \(assurance.level)
            """)
    }

    /// One more wrong code on a half session; how many there were.
    static func countAttempt(_ digest: String, in tx: any Transaction) throws -> Int {
        try tx.row("UPDATE identity_session SET attempts = attempts + 1 WHERE digest = \(digest) RETURNING attempts")?
            .get("attempts") ?? 0
    }

    static func end(_ id: ID<Session>, of person: ID<Person>, in tx: any Transaction) throws -> Int {
        try tx.execute("DELETE FROM identity_session WHERE id = \(id) AND person = \(person)")
    }

    /// Every session of the person but `kept`, half ones too.
    static func endAll(of person: ID<Person>, except kept: ID<Session>?, in tx: any Transaction) throws -> Int {
        try tx.execute("DELETE FROM identity_session WHERE person = \(person) AND id <> \(kept ?? ID(""))")
    }

    /// The person's browsers get new tokens with their next request: what they may changed.
    static func renewSoon(of person: ID<Person>, in tx: any Transaction) throws {
        try tx.execute("UPDATE identity_session SET issued_at = 0 WHERE person = \(person)")
    }

    /// Keeps the latest sessions of a person at one stage and ends the rest. Whoever has the password alone opens half
    /// sessions, and these must not push the full ones out.
    static func keepLatest(
        _ count: Int, _ stage: Session.Stage, of person: ID<Person>, in tx: any Transaction
    ) throws {
        try tx.execute(
            """
            DELETE FROM identity_session WHERE person = \(person) AND stage = \(stage) AND digest NOT IN
            (SELECT digest FROM identity_session WHERE person = \(person) AND stage = \(stage)
            ORDER BY seen_at DESC, digest LIMIT \(count))
            """)
    }

    static func sweep(at now: Instant, in tx: any Transaction) throws {
        try tx.execute("DELETE FROM identity_session WHERE expires_at <= \(now) OR idle_until <= \(now)")
        try tx.execute("DELETE FROM identity_device WHERE expires_at <= \(now)")
        try tx.execute("DELETE FROM identity_link WHERE expires_at <= \(now)")
    }
}

/// Browsers from which a person signed in before: what their device cookie says, as a digest.
enum DeviceStore {
    static let lifetimeDays: Int64 = 180
    static let perPerson = 10

    static func isKnown(_ digest: String, of person: ID<Person>, at now: Instant, in tx: any Transaction) throws -> Bool
    {
        try tx.row(
            """
            SELECT 1 AS known FROM identity_device
            WHERE digest = \(digest) AND person = \(person) AND expires_at > \(now)
            """
        ) != nil
    }

    static func hasAny(of person: ID<Person>, at now: Instant, in tx: any Transaction) throws -> Bool {
        try tx.row("SELECT digest FROM identity_device WHERE person = \(person) AND expires_at > \(now) LIMIT 1") != nil
    }

    /// Remembers a browser, and forgets the one that was longest away when a person has too many.
    static func remember(_ digest: String, of person: ID<Person>, at now: Instant, in tx: any Transaction) throws {
        let until = now.adding(days: lifetimeDays)
        try tx.execute(
            """
            INSERT INTO identity_device (digest, person, expires_at) VALUES (\(digest), \(person), \(until))
            ON CONFLICT (digest, person) DO UPDATE SET expires_at = excluded.expires_at
            """)
        try tx.execute(
            """
            DELETE FROM identity_device WHERE person = \(person) AND digest NOT IN (SELECT digest FROM identity_device
            WHERE person = \(person) ORDER BY expires_at DESC, digest LIMIT \(perPerson))
            """)
    }

    static func forgetAll(of person: ID<Person>, in tx: any Transaction) throws {
        try tx.execute("DELETE FROM identity_device WHERE person = \(person)")
    }
}

extension Session {
    init(_ row: Row) throws {
        self.init(
            digest: try row.get("digest"), id: try row.get("id"), person: try row.get("person"),
            stage: try row.get("stage"),
            createdAt: try row.get("created_at"), issuedAt: try row.get("issued_at"), seenAt: try row.get("seen_at"),
            idleUntil: try row.get("idle_until"), expiresAt: try row.get("expires_at"),
            replacedAt: try row.get("replaced_at"), attempts: try row.get("attempts"), device: try row.get("device"),
            address: try row.get("address"),
            assurance: Assurance(
                level: try row.get("level"),
                methods: try row.get("methods", as: String.self).split(separator: " ").map(String.init),
                at: try row.get("authenticated_at")))
    }
}

extension Session.Stage: Bindable, Readable {}
