import Database
import Ledger
import StrictJSON
package import Vocabulary
package import Web

/// Single-use links: the token stands in the link alone, the table has its digest.
enum LinkStore {
    enum Purpose: String, Bindable, Readable {
        case firstAdministrator = "first-administrator"
        case setPassword = "set-password"
        case signIn = "sign-in"
    }

    static let makers = Migration("identity.19.link-makers", "ALTER TABLE identity_link ADD COLUMN made_by TEXT")

    /// Only the latest link of a purpose and person is good.
    static func put(
        _ token: Token, _ purpose: Purpose, for person: ID<Person>?, by maker: ID<Person>? = nil, until: Instant,
        in tx: any Transaction
    ) throws {
        try forget(purpose, for: person, in: tx)
        try add(token, purpose, for: person, by: maker, until: until, in: tx)
    }

    /// Beside those that are there.
    static func add(
        _ token: Token, _ purpose: Purpose, for person: ID<Person>?, by maker: ID<Person>? = nil, until: Instant,
        in tx: any Transaction
    ) throws {
        try tx.execute(
            """
            INSERT INTO identity_link (digest, purpose, person, made_by, expires_at)
            VALUES (\(token.digest), \(purpose), \(person), \(maker), \(until))
            """)
    }

    static func forget(_ purpose: Purpose, for person: ID<Person>?, in tx: any Transaction) throws {
        try tx.execute(
            "DELETE FROM identity_link WHERE purpose = \(purpose) AND COALESCE(person, '') = \(person ?? ID(""))")
    }

    /// A link that is good still.
    struct Found: Sendable {
        let person: ID<Person>?
        /// Who made it alone; nil of what two officers, the node's owner or the person made.
        let maker: ID<Person>?
    }

    static func find(
        _ token: Token, _ purpose: Purpose, at now: Instant, in tx: any Transaction
    ) throws -> Found? {
        try tx.row(
            """
            SELECT person, made_by FROM identity_link
            WHERE digest = \(token.digest) AND purpose = \(purpose) AND expires_at > \(now)
            """
        ).map { Found(person: try $0.get("person"), maker: try $0.get("made_by")) }
    }

    /// Whether this call was the one that used the link.
    static func use(_ token: Token, in tx: any Transaction) throws -> Bool {
        try tx.execute("DELETE FROM identity_link WHERE digest = \(token.digest)") == 1
    }
}

extension Identity {
    /// Where the first administrator makes an account, shown once at start; nil as soon as there is an administrator. A
    /// new link makes older ones worthless; it is good for 24 hours and one use.
    package func firstAdministratorLink() async throws -> Link? {
        let (at, token) = (now(), Token())
        return try await database.write { tx in
            guard try administrators(at: at, in: tx).isEmpty else { return nil }
            try LinkStore.put(
                token, .firstAdministrator, for: nil, until: at.adding(seconds: settings.linkSeconds), in: tx)
            try outbox.record("identity.first-administrator-link-made", [:], at: at, in: tx)
            return "/identity/first?token=\(token.text)"
        }
    }

    /// Where a person chooses a password, handed over by whoever made it; good for 24 hours and one use, and of an
    /// officer alone only while nobody can sign in to the account. Throws `conflict` where somebody can.
    package func setPasswordLink(for person: ID<Person>, by author: Person?) async throws -> Link {
        let (at, token) = (now(), Token())
        return try await database.write { tx in
            guard try PeopleStore.account(person, in: tx) != nil else { throw Problem.notFound }
            try GuestStore.refuseGuest(person, in: tx)
            if author != nil {
                try checkReach(of: author, to: person, at: at, in: tx)
                guard try !isOpened(person, in: tx) else { throw Problem.conflict(.twoOfficersNeeded) }
            }
            try LinkStore.put(
                token, .setPassword, for: person, by: author?.id, until: at.adding(seconds: settings.linkSeconds),
                in: tx)
            try outbox.record(
                "identity.password-link-made", ["person": "\(person)", "by": by(author)], subject: person.text, at: at,
                in: tx)
            return "/identity/set-password?token=\(token.text)"
        }
    }

    /// Makes the first administrator of this node. Nil when the link is not good (any more).
    func becomeFirstAdministrator(
        token: Token, login: String, name: String, password: String, _ browser: Browser
    ) async throws -> SignedIn? {
        var account = try checked(login: login, name: name, email: nil)
        let at = account.createdAt
        account.home = try await database.read { try present(at: at, in: $0) }
        let first = account
        try check(password, login: account.login)
        guard try await database.read({ try LinkStore.find(token, .firstAdministrator, at: at, in: $0) }) != nil else {
            return nil
        }
        let phc = try await hasher.hash(password)
        return try await database.write { tx in
            guard try LinkStore.find(token, .firstAdministrator, at: at, in: tx) != nil,
                try administrators(at: at, in: tx).isEmpty,
                try LinkStore.use(token, in: tx)
            else { return nil }
            try create(first, roles: [.nodeAdministrator], phc: phc, by: nil, in: tx)
            return try admit(first.id, browser, by: .firstAdministratorLink, at: at, in: tx)
        }
    }

    /// Whose password a link sets; nil when it is not good (any more).
    func personOfLink(_ token: Token) async throws -> Account? {
        let at = now()
        return try await database.read { try self.personOfLink(token, at: at, in: $0) }
    }

    /// A link is worth what its maker may do when it is used: whoever was given more than that meanwhile, or got into
    /// their account by another way, is not taken over by it.
    private func personOfLink(_ token: Token, at now: Instant, in tx: any Transaction) throws -> Account? {
        guard let found = try LinkStore.find(token, .setPassword, at: now, in: tx),
            let account = try found.person.flatMap({ try PeopleStore.account($0, in: tx) })
        else { return nil }
        guard let maker = found.maker else { return account }
        guard try PeopleStore.account(maker, in: tx)?.state == .active, try !isOpened(account.id, in: tx) else {
            return nil
        }
        do {
            try checkReach(try reach(of: maker, at: now, in: tx), to: account, at: now, in: tx)
        } catch is Problem { return nil }
        return account
    }

    /// False when the link is not good (any more).
    func setPassword(_ password: String, byLink token: Token) async throws -> Bool {
        guard let account = try await personOfLink(token) else { return false }
        try check(password, login: account.login)
        let at = now()
        let phc = try await hasher.hash(password)
        return try await endingTokens { tx in
            guard try personOfLink(token, at: at, in: tx) != nil, try LinkStore.use(token, in: tx) else { return false }
            try put(phc, of: account.id, keeping: nil, how: "link", at: at, in: tx)
            return true
        }
    }
}
