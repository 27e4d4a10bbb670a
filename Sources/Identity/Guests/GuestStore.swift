import Database
import Vocabulary

/// Guests and their visits in their tables, one method one query. Called inside a transaction.
enum GuestStore {
    static let tables = Migration(
        "identity.13.guests",
        """
        CREATE TABLE identity_guest (
            person TEXT PRIMARY KEY REFERENCES identity_person (id), organisation TEXT NOT NULL, login TEXT NOT NULL,
            home_subject TEXT, valid_from \(.integer64) NOT NULL, valid_until \(.integer64) NOT NULL,
            reason TEXT NOT NULL, registered_by TEXT, registered_at \(.integer64) NOT NULL,
            vouched_at \(.integer64), stopped_at \(.integer64), ended_at \(.integer64)) \(.strict)
        """,
        "CREATE UNIQUE INDEX identity_guest_login ON identity_guest (organisation, login)",
        "CREATE UNIQUE INDEX identity_guest_subject ON identity_guest (organisation, home_subject)",
        """
        CREATE TABLE identity_guest_visit (
            id TEXT PRIMARY KEY, person TEXT NOT NULL REFERENCES identity_person (id), session TEXT NOT NULL,
            home_session TEXT NOT NULL, level INTEGER NOT NULL, address TEXT NOT NULL, at \(.integer64) NOT NULL,
            ended_at \(.integer64), end_reason TEXT) \(.strict)
        """,
        "CREATE INDEX identity_guest_visit_person ON identity_guest_visit (person, at)",
        "CREATE INDEX identity_guest_visit_at ON identity_guest_visit (at)")

    static let rememberVisitsDays: Int64 = 90

    // MARK: Guests

    static func guest(_ person: ID<Person>, in tx: any Transaction) throws -> Guest? {
        try tx.row("SELECT * FROM identity_guest WHERE person = \(person)").map { try Guest($0) }
    }

    static func guest(
        _ login: String, of organisation: ID<Organisation>, in tx: any Transaction
    ) throws -> Guest? {
        try tx.row("SELECT * FROM identity_guest WHERE organisation = \(organisation) AND login = \(login)").map {
            try Guest($0)
        }
    }

    static func guest(
        subject: String, of organisation: ID<Organisation>, in tx: any Transaction
    ) throws -> Guest? {
        try tx.row(
            "SELECT * FROM identity_guest WHERE organisation = \(organisation) AND home_subject = \(subject)"
        ).map { try Guest($0) }
    }

    /// Those whose time is not over first, then by name.
    static func all(limit: Int, in tx: any Transaction) throws -> [Guest] {
        try tx.rows(
            """
            SELECT * FROM identity_guest ORDER BY CASE WHEN ended_at IS NULL THEN 0 ELSE 1 END, valid_until DESC, login,
            person LIMIT \(limit)
            """
        ).map { try Guest($0) }
    }

    static func homes(in tx: any Transaction) throws -> [ID<Person>: ID<Organisation>] {
        let rows = try tx.rows("SELECT person, organisation FROM identity_guest")
        return Dictionary(
            try rows.map { (try $0.get("person"), try $0.get("organisation")) }, uniquingKeysWith: { first, _ in first }
        )
    }

    /// Writes a guest, or the next stretch of time of one who was here before.
    static func save(_ guest: Guest, in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO identity_guest (person, organisation, login, home_subject, valid_from, valid_until, reason,
                registered_by, registered_at)
            VALUES (\(guest.person), \(guest.organisation), \(guest.login), \(guest.subject), \(guest.from),
                \(guest.until), \(guest.reason), \(guest.registeredBy), \(guest.registeredAt))
            ON CONFLICT (person) DO UPDATE SET valid_from = excluded.valid_from, valid_until = excluded.valid_until,
                reason = excluded.reason, registered_by = excluded.registered_by,
                registered_at = excluded.registered_at, ended_at = NULL
            """)
    }

    static func end(_ person: ID<Person>, at now: Instant, in tx: any Transaction) throws -> Bool {
        try tx.execute("UPDATE identity_guest SET ended_at = \(now) WHERE person = \(person) AND ended_at IS NULL") == 1
    }

    static func vouch(
        for person: ID<Person>, subject: String, login: String, at now: Instant, in tx: any Transaction
    ) throws {
        try tx.execute(
            """
            UPDATE identity_guest SET home_subject = \(subject), login = \(login), vouched_at = \(now),
                stopped_at = NULL WHERE person = \(person)
            """)
    }

    static func stop(_ person: ID<Person>, at now: Instant, in tx: any Transaction) throws {
        try tx.execute("UPDATE identity_guest SET stopped_at = \(now) WHERE person = \(person)")
    }

    // MARK: What a guest may not have

    /// A guest signs in at home and works at home: a password, a passkey or a post here would outlive the word of
    /// their node.
    static func refuseGuest(_ person: ID<Person>, in tx: any Transaction) throws {
        guard try tx.row("SELECT person FROM identity_guest WHERE person = \(person)") == nil else {
            throw Problem.conflict(.guestsSignInAtHome)
        }
    }

    /// Whether somebody is no guest, or one whose time is not over and whose node has not said that they left.
    static func mayStay(_ person: ID<Person>, at now: Instant, in tx: any Transaction) throws -> Bool {
        guard let guest = try guest(person, in: tx) else { return true }
        return guest.holds(at: now) && guest.stoppedAt == nil
    }

    /// Nobody acts for a guest, nor a guest for anybody: a delegation would outlive the word of their node.
    static func check(_ fact: Relationship, in tx: any Transaction) throws {
        guard fact.relation == .delegate else { return }
        for person in [fact.subject, fact.object] where try guest(ID(person), in: tx) != nil {
            throw Problem.conflict(.guestsDelegateNothing)
        }
    }

    /// Roles of a guest are those that guests may have, and end with their time here.
    static func check(_ membership: Membership, in tx: any Transaction) throws {
        guard let guest = try guest(membership.person, in: tx) else { return }
        guard Guest.roles.contains(membership.role) else { throw Problem.conflict(.notForGuests) }
        guard guest.endedAt == nil, let until = membership.until, until <= guest.until else {
            throw Problem.conflict(.guestRolesEnd)
        }
    }

    // MARK: Visits

    /// False when the same word was taken before.
    static func insert(_ visit: GuestVisit, in tx: any Transaction) throws -> Bool {
        try tx.execute(
            """
            INSERT INTO identity_guest_visit (id, person, session, home_session, level, address, at)
            VALUES (\(visit.id), \(visit.person), \(visit.session), \(visit.homeSession), \(visit.level),
                \(visit.address), \(visit.at))
            ON CONFLICT (id) DO NOTHING
            """) == 1
    }

    static func isKnown(_ id: String, in tx: any Transaction) throws -> Bool {
        try tx.row("SELECT id FROM identity_guest_visit WHERE id = \(id)") != nil
    }

    static func visits(of person: ID<Person>, limit: Int, in tx: any Transaction) throws -> [GuestVisit] {
        try tx.rows(
            "SELECT * FROM identity_guest_visit WHERE person = \(person) ORDER BY at DESC, id LIMIT \(limit)"
        ).map { try GuestVisit($0) }
    }

    /// Visits that nobody ended; of one session at home when it is given.
    static func open(
        of person: ID<Person>, from session: String?, in tx: any Transaction
    ) throws -> [GuestVisit] {
        try tx.rows("SELECT * FROM identity_guest_visit WHERE person = \(person) AND ended_at IS NULL ORDER BY at, id")
            .map { try GuestVisit($0) }.filter { session == nil || $0.homeSession == session }
    }

    static func end(_ visit: String, _ reason: String, at now: Instant, in tx: any Transaction) throws {
        try tx.execute(
            "UPDATE identity_guest_visit SET ended_at = \(now), end_reason = \(reason) WHERE id = \(visit)")
    }

    static func sweep(at now: Instant, in tx: any Transaction) throws {
        try tx.execute("DELETE FROM identity_guest_visit WHERE at <= \(now.adding(days: -rememberVisitsDays))")
    }
}

/// One time that a guest came: by which word of their node, into which session.
struct GuestVisit: Sendable, Hashable {
    /// The organisation and the name of the word.
    let id: String
    let person: ID<Person>
    let session: ID<Session>
    let homeSession: String
    let level: Int
    let address: String
    let at: Instant
    var endedAt: Instant?
    var reason: String?
}

extension GuestVisit {
    init(_ row: Row) throws {
        self.init(
            id: try row.get("id"), person: try row.get("person"), session: try row.get("session"),
            homeSession: try row.get("home_session"), level: try row.get("level"), address: try row.get("address"),
            at: try row.get("at"), endedAt: try row.get("ended_at"), reason: try row.get("end_reason"))
    }
}

extension Guest {
    init(_ row: Row) throws {
        self.init(
            person: try row.get("person"), organisation: try row.get("organisation"), login: try row.get("login"),
            subject: try row.get("home_subject"), from: try row.get("valid_from"), until: try row.get("valid_until"),
            reason: try row.get("reason"), registeredBy: try row.get("registered_by"),
            registeredAt: try row.get("registered_at"), vouchedAt: try row.get("vouched_at"),
            stoppedAt: try row.get("stopped_at"), endedAt: try row.get("ended_at"))
    }
}
