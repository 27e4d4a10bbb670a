import Database
import Vocabulary

/// Accounts and memberships in their tables, one method one query. Called inside a transaction.
enum PeopleStore {
    static func account(_ id: ID<Person>, in tx: any Transaction) throws -> Account? {
        try tx.row("\(selectAccounts) WHERE id = \(id)").map { try Account($0) }
    }

    static func account(login: String, in tx: any Transaction) throws -> Account? {
        try tx.row("\(selectAccounts) WHERE login = \(login)").map { try Account($0) }
    }

    /// Accounts whose name or login has every word of `words`, with or without tone marks, by name.
    ///
    /// - Parameter homes: staff of these organisations alone; nil for everybody.
    static func accounts(
        matching words: String, homes: Set<ID<Organisation>>? = nil, limit: Int, in tx: any Transaction
    ) throws -> [Account] {
        let staff: SQL = homes.map { "AND home IN (\(list: $0.sorted { $0.text < $1.text }))" } ?? ""
        let filter = Folding.fold(words).split(whereSeparator: \.isWhitespace).prefix(8).reduce("" as SQL) {
            sql, word in
            "\(sql) AND search LIKE \(pattern(String(word))) ESCAPE '!'"
        }
        return try tx.rows(
            "\(selectAccounts) WHERE gone_at IS NULL \(staff) \(filter) ORDER BY search, id LIMIT \(limit)"
        ).map {
            try Account($0)
        }
    }

    static func accounts(in tx: any Transaction) throws -> [Account] {
        try tx.rows(selectAccounts).map { try Account($0) }
    }

    static func allIDs(in tx: any Transaction) throws -> [ID<Person>] {
        try tx.rows("SELECT id FROM identity_person").map { try $0.get("id") }
    }

    static func allMemberships(in tx: any Transaction) throws -> [Membership] {
        try tx.rows("SELECT * FROM identity_membership ORDER BY valid_from, id").map { try Membership($0) }
    }

    static func insert(_ account: Account, in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO identity_person (id, login, name, email, search, state, created_at, changed_at, home)
            VALUES (\(account.id), \(account.login), \(account.name), \(account.email),
                \(Folding.fold("\(account.name) \(account.login)")), \(account.state), \(account.createdAt),
                \(account.createdAt), \(account.home))
            """)
        try RelationshipStore.change("person", at: account.createdAt, in: tx)
    }

    /// Says that something about the person changed.
    static func touch(_ id: ID<Person>, at now: Instant, in tx: any Transaction) throws {
        try tx.execute("UPDATE identity_person SET changed_at = \(now) WHERE id = \(id)")
    }

    static func setState(_ state: Account.State, of id: ID<Person>, in tx: any Transaction) throws {
        try tx.execute("UPDATE identity_person SET state = \(state) WHERE id = \(id)")
    }

    static func memberships(of id: ID<Person>, in tx: any Transaction) throws -> [Membership] {
        try tx.rows("SELECT * FROM identity_membership WHERE person = \(id) ORDER BY valid_from, id").map {
            try Membership($0)
        }
    }

    static func membership(_ id: ID<Membership>, in tx: any Transaction) throws -> Membership? {
        try tx.row("SELECT * FROM identity_membership WHERE id = \(id)").map { try Membership($0) }
    }

    static func memberships(of people: [ID<Person>], in tx: any Transaction) throws -> [ID<Person>: [Membership]] {
        let rows = try tx.rows(
            "SELECT * FROM identity_membership WHERE person IN (\(list: people)) ORDER BY valid_from, id")
        return Dictionary(grouping: try rows.map { try Membership($0) }, by: \.person)
    }

    /// `at` is when this is written, unless that is when it begins.
    static func insert(
        _ membership: Membership, at: Instant? = nil, grantedBy: ID<Person>? = nil, approvedBy: ID<Person>? = nil,
        reason: String = "", in tx: any Transaction
    ) throws {
        try GuestStore.check(membership, in: tx)
        try tx.execute(
            """
            INSERT INTO identity_membership (id, person, organisation, role, valid_from, valid_until, granted_by,
                approved_by, reason)
            VALUES (\(membership.id), \(membership.person), \(membership.organisation), \(membership.role),
                \(membership.from), \(membership.until), \(grantedBy), \(approvedBy), \(reason))
            """)
        try RelationshipStore.change("membership", at: at ?? membership.from, in: tx)
    }

    /// Ends what has not ended yet; the number of memberships that did.
    static func end(_ id: ID<Membership>, at now: Instant, in tx: any Transaction) throws -> Int {
        let ended = try tx.execute(
            """
            UPDATE identity_membership SET valid_until = \(now)
            WHERE id = \(id) AND (valid_until IS NULL OR valid_until > \(now))
            """)
        if ended > 0 { try RelationshipStore.change("membership-ended", at: now, in: tx) }
        return ended
    }

    /// People who can administer the node of `organisation` now.
    static func administrators(
        of organisation: ID<Organisation>, at now: Instant, in tx: any Transaction
    ) throws -> Set<ID<Person>> {
        Set(
            try tx.rows(
                """
                SELECT m.person AS person FROM identity_membership m JOIN identity_person p ON p.id = m.person
                WHERE m.organisation = \(organisation) AND m.role = \(Role.nodeAdministrator) AND m.valid_from <= \(now)
                AND (m.valid_until IS NULL OR m.valid_until > \(now)) AND p.state = \(Account.State.active)
                """
            ).map { try $0.get("person") })
    }

    static func holders(
        of roles: Set<Role>, in organisation: ID<Organisation>, at moment: Instant, in tx: any Transaction
    ) throws -> Set<ID<Person>> {
        Set(
            try tx.rows(
                """
                SELECT person FROM identity_membership WHERE organisation = \(organisation) AND role IN (\(list: roles))
                AND valid_from <= \(moment) AND (valid_until IS NULL OR valid_until > \(moment))
                """
            ).map { try $0.get("person") })
    }

    private static let selectAccounts: SQL =
        "SELECT id, login, name, email, state, created_at, home FROM identity_person"

    private static func pattern(_ word: String) -> String {
        let escaped = word.map { "!%_".contains($0) ? "!\($0)" : "\($0)" }.joined()
        return "%\(escaped)%"
    }
}

extension Account {
    init(_ row: Row) throws {
        self.init(
            id: try row.get("id"), login: try row.get("login"), name: try row.get("name"), email: try row.get("email"),
            state: try row.get("state"), createdAt: try row.get("created_at"), home: try row.get("home"))
    }
}

extension Membership {
    init(_ row: Row) throws {
        self.init(
            id: try row.get("id"), person: try row.get("person"), organisation: try row.get("organisation"),
            role: try row.get("role"), from: try row.get("valid_from"), until: try row.get("valid_until"))
    }
}

extension Account.State: Bindable, Readable {}
