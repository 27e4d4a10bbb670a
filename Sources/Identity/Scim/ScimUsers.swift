import Database
import Ledger
import Scim
import StrictJSON
import Vocabulary

/// What a client may do with people: create, replace, change, give up. Each in one transaction.
extension Identity {
    func scimCreateUser(_ document: ScimDocument, _ reach: ScimReach, _ tx: any Transaction) throws -> ScimDocument {
        let caller = reach.caller
        var account = try scimAccount(document, id: ID(newID()), createdAt: caller.at)
        account.home = unit(in: document, reach) ?? reach.home
        guard try PeopleStore.account(login: account.login, in: tx) == nil else { throw ScimError.loginIsTaken }
        try create(account, roles: [], phc: nil, by: caller.author, in: tx)
        try AttributeStore.replace(UserStore.attributes(document), of: account.id, in: tx)
        try ExternalStore.put(document.text("externalId"), for: account.id.text, by: caller.service.id, in: tx)
        if document.flag("active") == false {
            try setSuspended(true, account.id, by: caller.author, at: caller.at, in: tx)
        }
        guard let made = try UserStore(reach: reach, tx: tx).find(account.id.text) else { throw ScimError.notFound }
        return made
    }

    /// Brings the tables from what `old` says to what `new` says.
    func scimChangeUser(
        from old: ScimDocument, to new: ScimDocument, _ reach: ScimReach, _ tx: any Transaction
    ) throws -> ScimDocument {
        let caller = reach.caller
        var new = new
        // What is not said of these stays as it is: RFC 7644 §3.5.1 leaves it to the server.
        if new.values["active"] == nil { new.values["active"] = old.values["active"] }
        let changed = ScimResourceType.user.attributes.filter {
            $0.mutability != .readOnly && old.values[$0.key] != new.values[$0.key]
        }.map(\.name)
        guard !changed.isEmpty else { return old }
        let id = ID<Person>(old.id)
        guard let before = try PeopleStore.account(id, in: tx) else { throw ScimError.notFound }
        let account = try scimAccount(new, id: id, createdAt: before.createdAt)
        try checkReach(reach, to: before, in: tx)
        try protectPrivileged(id, changed, at: caller.at, in: tx)
        if account.login != before.login, try PeopleStore.account(login: account.login, in: tx) != nil {
            throw ScimError.loginIsTaken
        }
        try update(account, from: before, at: caller.at, in: tx)
        try AttributeStore.replace(UserStore.attributes(new), of: id, in: tx)
        if changed.contains("externalId") {
            try ExternalStore.put(new.text("externalId"), for: id.text, by: caller.service.id, in: tx)
        }
        try outbox.record(
            "identity.person-changed",
            [
                "person": "\(id)", "what": .array(changed.sorted().map { .string($0) }),
                "by": by(caller.author),
            ], subject: id.text, at: caller.at, in: tx)
        if let isActive = new.flag("active"), isActive != (before.state == .active) {
            try setSuspended(!isActive, id, by: caller.author, at: caller.at, in: tx)
        }
        if changed.contains("department"),
            let unit = unit(in: new, reach) ?? unit(in: old, reach).map({ _ in reach.home }),
            unit != before.home
        {
            try place(id, in: unit, from: caller.at, until: nil, by: caller.author, at: caller.at, tx)
        }
        guard let made = try UserStore(reach: reach, tx: tx).find(id.text) else { throw ScimError.notFound }
        return made
    }

    func scimDeleteUser(_ document: ScimDocument, _ reach: ScimReach, _ tx: any Transaction) throws {
        let id = ID<Person>(document.id)
        guard let account = try PeopleStore.account(id, in: tx) else { throw ScimError.notFound }
        try checkReach(reach, to: account, in: tx)
        try protectPrivileged(id, ["userName"], at: reach.caller.at, in: tx)
        try giveUp(id, by: reach.caller.author, at: reach.caller.at, in: tx)
    }

    /// A program of a unit changes nobody whom an administrator of that unit may not; one of the node everybody.
    private func checkReach(_ reach: ScimReach, to account: Account, in tx: any Transaction) throws {
        let (node, own) = (settings.organisation, reach.caller.service.organisation)
        let isOfNode = reach.register.isSame(own, node, on: reach.day)
        let organisations = isOfNode ? reach.register.house(of: node, on: reach.day) : reach.organisations
        try checkReach(Reach(everythingIn: organisations), to: account, at: reach.caller.at, in: tx)
    }

    /// A program must not become an administrator by way of an administrator's address or name.
    private func protectPrivileged(
        _ person: ID<Person>, _ changed: [String], at now: Instant, in tx: any Transaction
    ) throws {
        guard changed.contains("userName") || changed.contains("emails") else { return }
        let held = try PeopleStore.memberships(of: person, in: tx).filter { ($0.until ?? .distantFuture) > now }
        guard !held.contains(where: { $0.role.isPrivileged }) else {
            throw ScimError(403, nil, "userName and emails of who holds a privileged role are changed by people only")
        }
    }

    private func unit(in document: ScimDocument, _ reach: ScimReach) -> ID<Organisation>? {
        document.text("\(ScimSchema.enterprise.id):department").flatMap { reach.unit(called: $0) }
    }

    private func scimAccount(_ document: ScimDocument, id: ID<Person>, createdAt: Instant) throws(ScimError) -> Account
    {
        let login = Login.fold(document.text("userName") ?? "")
        guard Login.isValid(login) else {
            throw .value("userName has 3 to 64 characters: a-z, 0-9, dot, hyphen, underscore")
        }
        let emails = document.elements("emails")
        for email in emails {
            let address = email["value"]?.scimText ?? ""
            guard address.count <= 200, address.contains("@") else { throw .value("\(address) is no email address") }
        }
        let parts = document.values["name"]
        let joined = [parts?["familyName"], parts?["givenName"]].compactMap { $0?.scimText }.joined(separator: " ")
        let name = parts?["formatted"]?.scimText ?? (joined.isEmpty ? document.text("displayName") ?? login : joined)
        let email = (emails.first { $0["primary"] == .bool(true) } ?? emails.first)?["value"]?.scimText
        guard !name.isEmpty else { throw .value("the name is empty") }
        return Account(
            id: id, login: login, name: String(name.prefix(100)), email: email, state: .active, createdAt: createdAt)
    }
}

extension ScimError {
    static let loginIsTaken = ScimError(409, .uniqueness, "somebody has that userName already")
}
