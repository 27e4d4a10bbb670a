import Database
import Ledger
import StrictJSON
package import Vocabulary
import Web

extension Identity {
    /// A new account with roles in the organisation of this node. Without a `phc` it cannot be signed in to until
    /// somebody follows `setPasswordLink`.
    ///
    /// `phc` is a string of `PasswordHash.make`: a demonstration hashes once and shares it. Throws `Problem.invalid`
    /// and, when the login is taken, `Problem.conflict`.
    @discardableResult
    package func createPerson(
        login: String, name: String, email: String? = nil, roles: Set<Role> = [], phc: String? = nil,
        organisation: ID<Organisation>? = nil, by author: Person? = nil
    ) async throws -> ID<Person> {
        var account = try checked(login: login, name: name, email: email)
        account.home = organisation
        let draft = account
        guard phc.map({ PasswordHash.isOurs($0, cost: settings.passwordCost) }) ?? true, !roles.contains(.peerNode)
        else { throw Problem.forbidden }
        try await database.write { try add(draft, roles: roles, phc: phc, by: author, in: $0) }
        return draft.id
    }

    /// A new account with a role that is given at once, or asked for where it takes a second person: both or neither.
    /// Throws as `createPerson` and `ask` do.
    func addPerson(
        login: String, name: String, email: String?, role: Role?, organisation: ID<Organisation>?, by author: Person
    ) async throws -> ID<Person> {
        var account = try checked(login: login, name: name, email: email)
        account.home = organisation
        let (draft, request) = (account, ID<AccessRequest>(newID()))
        try await database.write { tx in
            guard let role, try needsSecondPerson(role, by: author, at: draft.createdAt, in: tx) else {
                return try add(draft, roles: Set(role.map { [$0] } ?? []), phc: nil, by: author, in: tx)
            }
            try add(draft, roles: [], phc: nil, by: author, in: tx)
            let asked = AccessRequest(
                id: request, kind: .grant, subject: draft.id, object: role.rawValue, lastsSeconds: nil,
                reason: AccessRequest.givenPrivileged, askedBy: author.id, askedAt: draft.createdAt, state: .waiting,
                decidedBy: nil, decidedAt: nil, term: AccessRequest.Term(organisation: organisation))
            try ask(asked, by: author, in: tx)
        }
        return draft.id
    }

    private func add(
        _ draft: Account, roles: Set<Role>, phc: String?, by author: Person?, in tx: any Transaction
    ) throws {
        var made = draft
        if made.home == nil, roles != [.citizen] { made.home = try present(at: made.createdAt, in: tx) }
        if author != nil, let home = made.home {
            try checkReach(of: author, to: home, giving: roles, at: made.createdAt, in: tx)
        }
        guard try !roles.contains(where: { try needsSecondPerson($0, by: author, at: made.createdAt, in: tx) })
        else { throw Problem.conflict(.needsSecondPerson) }
        try create(made, roles: roles, phc: phc, by: author, in: tx)
    }

    /// Writes an account anew, as a list or a directory has it. Whoever gets another mail address hears of it at the
    /// one before, and links that went there are over: where links by mail let people in, a mailbox is a key.
    func update(_ account: Account, from before: Account, at now: Instant, in tx: any Transaction) throws {
        if account.email != before.email {
            try tell(before.id, .addressChanged, at: now, in: tx)
            try LinkStore.forget(.signIn, for: before.id, in: tx)
        }
        try PeopleStore.update(account, at: now, in: tx)
    }

    func checked(login: String, name: String, email: String?) throws(Problem) -> Account {
        let login = Login.fold(login)
        var errors: [String: Phrase] = [:]
        if !Login.isValid(login) { errors["login"] = .loginIsInvalid }
        if name.isEmpty || name.count > 100 { errors["name"] = .nameIsMissing }
        if let email, email.count > 200 || !email.contains("@") { errors["email"] = .emailIsInvalid }
        guard errors.isEmpty else { throw .invalid(errors) }
        return Account(
            id: ID(newID()), login: login, name: Folding.compose(name), email: email, state: .active, createdAt: now())
    }

    func create(
        _ account: Account, roles: Set<Role>, phc: String?, by author: Person?, in tx: any Transaction
    ) throws {
        guard try PeopleStore.account(login: account.login, in: tx) == nil else {
            throw Problem.conflict(.loginIsTaken)
        }
        try PeopleStore.insert(account, in: tx)
        try AttributeStore.replace(account.attributes, of: account.id, in: tx)
        if let home = account.home {
            let post = Post(
                id: ID(newID()), person: account.id, organisation: home, from: account.createdAt, until: nil,
                hasBegun: true, hasEnded: false, succeeds: nil)
            try PostStore.insert(post, in: tx)
        }
        try outbox.record(
            "identity.person-added", ["person": "\(account.id)", "login": .string(account.login), "by": by(author)],
            subject: account.id.text, at: account.createdAt, in: tx)
        for role in roles.sorted(by: { $0.rawValue < $1.rawValue }) {
            try give(role, to: account.id, in: account.home, until: nil, by: author, at: account.createdAt, tx)
        }
        if let phc { try PasswordStore.save(phc, of: account.id, at: account.createdAt, in: tx) }
    }

    /// - Parameter organisation: where; the node's own unless it is said.
    func give(
        _ role: Role, to person: ID<Person>, in organisation: ID<Organisation>? = nil, from: Instant? = nil,
        until: Instant?, by author: Person?, at now: Instant, _ tx: any Transaction
    ) throws {
        guard try !needsSecondPerson(role, by: author, at: now, in: tx) else {
            throw Problem.conflict(.needsSecondPerson)
        }
        if role.isPrivileged, let author { try alarm(role, givenTo: person, aloneBy: author, at: now, in: tx) }
        let membership = Membership(
            id: ID(newID()), person: person, organisation: try organisation ?? present(at: now, in: tx), role: role,
            from: from ?? now, until: until)
        try PeopleStore.insert(membership, at: now, grantedBy: author?.id, in: tx)
        try PeopleStore.touch(person, at: now, in: tx)
        try SessionStore.renewSoon(of: person, in: tx)
        try outbox.record(
            "identity.role-given",
            [
                "person": "\(person)", "role": .string(role.rawValue), "organisation": "\(membership.organisation)",
                "from": .string(membership.from.rfc3339), "until": until.map { .string($0.rfc3339) } ?? .null,
                "by": by(author),
            ], subject: person.text, at: now, in: tx)
    }

    /// Gives a role from now or a later moment on. A role that is held already, or will be, is a conflict.
    package func giveRole(
        _ role: Role, to person: ID<Person>, in organisation: ID<Organisation>? = nil, from: Instant? = nil,
        until: Instant? = nil, by author: Person?
    ) async throws {
        let at = now()
        try await database.write { tx in
            let place = try organisation ?? present(at: at, in: tx)
            guard try PeopleStore.account(person, in: tx) != nil else { throw Problem.notFound }
            if author != nil {
                try checkReach(of: author, to: place, giving: [role], at: at, in: tx)
                try checkReach(of: author, to: person, at: at, in: tx)
            }
            let held = try PeopleStore.memberships(of: person, in: tx)
            let start = from ?? at
            let isHeld = held.contains {
                $0.role == role && $0.organisation == place && ($0.until ?? .distantFuture) > start
                    && $0.from < until ?? .distantFuture
            }
            guard !isHeld, role != .peerNode else { throw Problem.conflict(.roleIsHeld) }
            try give(role, to: person, in: place, from: from, until: until, by: author, at: at, tx)
        }
    }

    /// Ends a role now. The last administrator stays: nobody could appoint another.
    package func endRole(_ id: ID<Membership>, by author: Person?) async throws {
        let at = now()
        try await database.write { tx in
            guard let membership = try PeopleStore.membership(id, in: tx) else { throw Problem.notFound }
            if author != nil {
                try checkReach(of: author, to: membership.organisation, giving: [membership.role], at: at, in: tx)
            }
            try end(membership, by: author, at: at, in: tx)
        }
    }

    func end(_ membership: Membership, by author: Person?, at now: Instant, in tx: any Transaction) throws {
        if membership.role == .nodeAdministrator {
            try keepAnAdministrator(without: membership.person, at: now, in: tx)
        }
        try watching(membership.person, by: author, at: now, in: tx) {
            try endUnwatched(membership, by: author, at: now, in: tx)
        }
    }

    private func endUnwatched(
        _ membership: Membership, by author: Person?, at now: Instant, in tx: any Transaction
    ) throws {
        guard try PeopleStore.end(membership.id, at: now, in: tx) == 1 else { return }
        try PeopleStore.touch(membership.person, at: now, in: tx)
        try SessionStore.renewSoon(of: membership.person, in: tx)
        try outbox.record(
            "identity.role-ended",
            [
                "person": "\(membership.person)", "role": .string(membership.role.rawValue),
                "organisation": "\(membership.organisation)", "by": by(author),
            ],
            subject: membership.person.text, at: now, in: tx)
    }

    /// Suspends an account, which ends its sessions at once, or takes it back.
    package func setSuspended(_ isSuspended: Bool, _ person: ID<Person>, by author: Person?) async throws {
        let at = now()
        try await endingTokens { tx in
            guard try PeopleStore.account(person, in: tx) != nil else { throw Problem.notFound }
            if author != nil { try checkReach(of: author, to: person, at: at, in: tx) }
            try setSuspended(isSuspended, person, by: author, at: at, in: tx)
        }
    }

    func setSuspended(
        _ isSuspended: Bool, _ person: ID<Person>, by author: Person?, at now: Instant, in tx: any Transaction
    ) throws {
        if isSuspended { try keepAnAdministrator(without: person, at: now, in: tx) }
        try watching(person, by: author, at: now, in: tx) {
            try PeopleStore.setState(isSuspended ? .suspended : .active, of: person, in: tx)
            try RelationshipStore.end(person.text, .suspended, settings.organisation.text, at: now, in: tx)
            guard isSuspended else { return }
            try RelationshipStore.insert(
                Relationship(
                    id: ID(newID()), subject: person.text, relation: .suspended, object: settings.organisation.text,
                    from: now, grantedBy: author?.id), at: now, in: tx)
        }
        try PeopleStore.touch(person, at: now, in: tx)
        if isSuspended { try endAccess(of: person, at: now, in: tx) }
        try outbox.record(
            isSuspended ? "identity.person-suspended" : "identity.person-reinstated",
            ["person": "\(person)", "by": by(author)], subject: person.text, at: now, in: tx)
    }

    /// Whatever opens a door for somebody, now: sessions, links, applications that act for them.
    func endAccess(of person: ID<Person>, at now: Instant, in tx: any Transaction) throws {
        _ = try SessionStore.endAll(of: person, except: nil, in: tx)
        try openID.revokeAll(of: person, at: now, in: tx)
        try LinkStore.forget(.setPassword, for: person, in: tx)
        try LinkStore.forget(.signIn, for: person, in: tx)
    }

    func keepAnAdministrator(without person: ID<Person>?, at now: Instant, in tx: any Transaction) throws {
        guard let person else { return }
        let administrators = try administrators(at: now, in: tx)
        guard administrators != [person] else { throw Problem.conflict(.lastAdministrator) }
    }

    func by(_ author: Person?) -> JSON { .string(orNull: author?.id.text) }
}
