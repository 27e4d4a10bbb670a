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
        by author: Person? = nil
    ) async throws -> ID<Person> {
        let account = try checked(login: login, name: name, email: email)
        guard phc.map({ PasswordHash.isOurs($0, cost: settings.passwordCost) }) ?? true, !roles.contains(.peerNode)
        else { throw Problem.forbidden }
        try await database.write { tx in
            try create(account, roles: roles, phc: phc, by: author, in: tx)
        }
        return account.id
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
        try outbox.record(
            "identity.person-added", ["person": "\(account.id)", "login": .string(account.login), "by": by(author)],
            subject: account.id.text, at: account.createdAt, in: tx)
        for role in roles.sorted(by: { $0.rawValue < $1.rawValue }) {
            try give(role, to: account.id, until: nil, by: author, at: account.createdAt, in: tx)
        }
        if let phc { try PasswordStore.save(phc, of: account.id, at: account.createdAt, in: tx) }
    }

    func give(
        _ role: Role, to person: ID<Person>, until: Instant?, by author: Person?, at now: Instant,
        in tx: any Transaction
    ) throws {
        let membership = Membership(
            id: ID(newID()), person: person, organisation: settings.organisation, role: role, from: now, until: until)
        try PeopleStore.insert(membership, in: tx)
        try SessionStore.renewSoon(of: person, in: tx)
        try outbox.record(
            "identity.role-given",
            [
                "person": "\(person)", "role": .string(role.rawValue), "organisation": "\(settings.organisation)",
                "until": until.map { .string($0.rfc3339) } ?? .null, "by": by(author),
            ], subject: person.text, at: now, in: tx)
    }

    /// Gives a role from now on. A role that is held already is a conflict.
    package func giveRole(_ role: Role, to person: ID<Person>, until: Instant? = nil, by author: Person?) async throws {
        let at = now()
        try await database.write { tx in
            guard try PeopleStore.account(person, in: tx) != nil else { throw Problem.notFound }
            let held = try PeopleStore.memberships(of: person, in: tx)
            let isHeld = held.contains {
                $0.role == role && $0.organisation == settings.organisation && $0.holds(at: at)
            }
            guard !isHeld, role != .peerNode else { throw Problem.conflict(.roleIsHeld) }
            try give(role, to: person, until: until, by: author, at: at, in: tx)
        }
    }

    /// Ends a role now. The last administrator stays: nobody could appoint another.
    package func endRole(_ id: ID<Membership>, by author: Person?) async throws {
        let at = now()
        try await database.write { tx in
            guard let membership = try PeopleStore.membership(id, in: tx) else { throw Problem.notFound }
            try keepAnAdministrator(
                without: membership.role == .nodeAdministrator ? membership.person : nil, at: at, in: tx)
            guard try PeopleStore.end(id, at: at, in: tx) == 1 else { return }
            try SessionStore.renewSoon(of: membership.person, in: tx)
            try outbox.record(
                "identity.role-ended",
                ["person": "\(membership.person)", "role": .string(membership.role.rawValue), "by": by(author)],
                subject: membership.person.text, at: at, in: tx)
        }
    }

    /// Suspends an account, which ends its sessions at once, or takes it back.
    package func setSuspended(_ isSuspended: Bool, _ person: ID<Person>, by author: Person?) async throws {
        let at = now()
        try await database.write { tx in
            guard try PeopleStore.account(person, in: tx) != nil else { throw Problem.notFound }
            if isSuspended { try keepAnAdministrator(without: person, at: at, in: tx) }
            try PeopleStore.setState(isSuspended ? .suspended : .active, of: person, in: tx)
            if isSuspended {
                _ = try SessionStore.endAll(of: person, except: nil, in: tx)
                try LinkStore.forget(.setPassword, for: person, in: tx)
            }
            try outbox.record(
                isSuspended ? "identity.person-suspended" : "identity.person-reinstated",
                ["person": "\(person)", "by": by(author)], subject: person.text, at: at, in: tx)
        }
    }

    private func keepAnAdministrator(without person: ID<Person>?, at now: Instant, in tx: any Transaction) throws {
        guard let person else { return }
        let administrators = try PeopleStore.administrators(of: settings.organisation, at: now, in: tx)
        guard administrators != [person] else { throw Problem.conflict(.lastAdministrator) }
    }

    func by(_ author: Person?) -> JSON { .string(orNull: author?.id.text) }
}
