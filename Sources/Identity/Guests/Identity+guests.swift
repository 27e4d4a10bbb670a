import Database
import Ledger
import StrictJSON
package import Vocabulary

extension Identity {
    /// Lets somebody of another member help here, under the name that they have at home. Whoever was a guest before
    /// keeps their id. Throws `Problem.invalid` for a name, a role or dates that cannot be, `forbidden` for an author
    /// who may not give these roles at the node.
    @discardableResult
    package func registerGuest(
        _ login: String, of organisation: ID<Organisation>, name: String, roles: Set<Role>, from: Instant? = nil,
        until: Instant, reason: String, by author: Person?
    ) async throws -> ID<Person> {
        let at = now()
        let draft = try await checkedGuest(login, organisation, name, roles, from ?? at, until, reason, by: author, at)
        return try await database.write { tx in
            let place = try present(at: at, in: tx)
            if author != nil { try checkReach(of: author, to: place, giving: roles, at: at, in: tx) }
            let known = try GuestStore.guest(draft.login, of: organisation, in: tx)
            if let known, known.endedAt == nil, at < known.until { throw Problem.conflict(.guestIsHere) }
            let guest = known.map { draft.following($0) } ?? draft
            if known == nil {
                let account = Account(
                    id: guest.person, login: guest.name, name: Folding.compose(name), email: nil, state: .active,
                    createdAt: at, home: organisation)
                try PeopleStore.insert(account, in: tx)
                try AttributeStore.replace(account.attributes, of: account.id, in: tx)
            }
            try GuestStore.save(guest, in: tx)
            try outbox.record(
                "identity.guest-registered",
                [
                    "person": "\(guest.person)", "login": .string(guest.name), "guest-of": "\(organisation)",
                    "roles": .array(roles.map(\.rawValue).sorted().map { .string($0) }),
                    "from": .string(guest.from.rfc3339), "until": .string(guest.until.rfc3339),
                    "reason": .string(guest.reason), "by": by(author),
                ], subject: guest.person.text, at: at, in: tx)
            for role in roles.sorted(by: { $0.rawValue < $1.rawValue }) {
                try give(role, toGuest: guest, in: place, by: author, at: at, tx)
            }
            return guest.person
        }
    }

    /// A privileged role waits for a second person.
    private func give(
        _ role: Role, toGuest guest: Guest, in place: ID<Organisation>, by author: Person?, at now: Instant,
        _ tx: any Transaction
    ) throws {
        guard let author, try needsSecondPerson(role, by: author, at: now, in: tx) else {
            return try give(
                role, to: guest.person, in: place, from: guest.from, until: guest.until, by: author, at: now, tx)
        }
        let term = AccessRequest.Term(organisation: place, from: guest.from, until: guest.until)
        try ask(
            AccessRequest(
                id: ID(newID()), kind: .grant, subject: guest.person, object: role.rawValue, lastsSeconds: nil,
                reason: guest.reason, askedBy: author.id, askedAt: now, state: .waiting, decidedBy: nil, decidedAt: nil,
                term: term), by: author, in: tx)
    }

    private func checkedGuest(
        _ typed: String, _ organisation: ID<Organisation>, _ name: String, _ roles: Set<Role>, _ from: Instant,
        _ until: Instant, _ typedReason: String, by author: Person?, _ now: Instant
    ) async throws -> Guest {
        let (login, reason) = (Login.fold(typed), Folding.compose(typedReason))
        let (register, day) = (try await organisations(), Day(now))
        var errors: [String: Phrase] = [:]
        if !Login.isValid(login) { errors["login"] = .loginIsInvalid }
        if name.isEmpty || name.count > 100 { errors["name"] = .nameIsMissing }
        if register[organisation] == nil || register.house(of: settings.organisation, on: day).contains(organisation) {
            errors["organisation"] = .guestHomeIsWrong
        }
        if roles.isEmpty || !roles.isSubset(of: Guest.roles) { errors["role"] = .notForGuests }
        if until <= max(from, now) || until > max(from, now).adding(days: Guest.daysMax) {
            errors["until"] = .guestDaysAreWrong
        }
        if !AccessRequest.reasonCharacters.contains(reason.count) { errors["reason"] = .reasonIsMissing }
        guard errors.isEmpty else { throw Problem.invalid(errors) }
        return Guest(
            person: ID(newID()), organisation: organisation, login: login, subject: nil, from: from, until: until,
            reason: reason, registeredBy: author?.id, registeredAt: now, vouchedAt: nil, stoppedAt: nil, endedAt: nil)
    }

    /// Ends what a guest may do here, and every visit, now.
    package func endGuest(_ person: ID<Person>, by author: Person?) async throws {
        let at = now()
        try await endingTokens { tx in
            guard let guest = try GuestStore.guest(person, in: tx) else { throw Problem.notFound }
            if author != nil { try checkReach(of: author, to: person, at: at, in: tx) }
            guard try GuestStore.end(person, at: at, in: tx) else { return }
            for membership in try PeopleStore.memberships(of: person, in: tx)
            where (membership.until ?? .distantFuture) > at {
                try end(membership, by: author, at: at, in: tx)
            }
            try endVisits(of: guest, from: nil, reason: "ended-here", at: at, in: tx)
            try openID.revokeAll(of: person, at: at, in: tx)
            try outbox.record(
                "identity.guest-ended",
                ["person": "\(person)", "guest-of": "\(guest.organisation)", "by": by(author)], subject: person.text,
                at: at, in: tx)
        }
    }

    /// Everybody who is or was a guest, with their account, the present ones first.
    package func guests() async throws -> [(guest: Guest, account: Account)] {
        try await database.read { try guests(in: $0) }
    }

    func guests(in tx: any Transaction) throws -> [(guest: Guest, account: Account)] {
        try GuestStore.all(limit: 500, in: tx).compactMap { guest in
            try PeopleStore.account(guest.person, in: tx).map { (guest, $0) }
        }
    }

    /// The guest who is called so here: `canbo.mau@H23`.
    package func guest(named name: String) async throws -> Guest? {
        guard let at = name.lastIndex(of: "@") else { return nil }
        let organisation = ID<Organisation>(String(name[name.index(after: at)...]))
        return try await database.read {
            try GuestStore.guest(Login.fold(String(name[..<at])), of: organisation, in: $0)
        }
    }
}

extension Guest {
    /// The next stretch of time of somebody who was here before.
    fileprivate func following(_ known: Guest) -> Guest {
        Guest(
            person: known.person, organisation: organisation, login: login, subject: known.subject, from: from,
            until: until, reason: reason, registeredBy: registeredBy, registeredAt: registeredAt,
            vouchedAt: known.vouchedAt, stoppedAt: nil, endedAt: nil)
    }
}
