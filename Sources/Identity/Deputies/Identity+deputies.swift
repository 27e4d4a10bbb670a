import Database
import Ledger
import StrictJSON
package import Vocabulary
import Web

extension Identity {
    /// Lets somebody act with roles of `lender` for a time. A person names a deputy of their own alone; `author`
    /// nil stands for whoever owns the node's folder.
    ///
    /// Throws `Problem.invalid` with each field, with `roles` when one is not the lender's to lend; `conflict` when the
    /// lender is in charge of nothing, when one of the two is a guest, when the deputy acts for them in that time
    /// already, and when they named too many.
    @discardableResult
    package func nameDeputy(
        _ form: DeputyForm, for lender: ID<Person>, by author: Person?
    ) async throws -> ID<Relationship> {
        let at = now()
        guard author == nil || author?.id == lender else { throw Problem.forbidden }
        let until = try checked(form, at: at)
        let id = ID<Relationship>(newID())
        try await database.write { tx in
            let deputy = try deputy(form.login, of: lender, at: at, in: tx)
            let (named, own) = (
                try PeopleStore.account(lender, in: tx), try lendable(by: lender, at: at, in: tx)
            )
            guard let named, named.state == .active, !own.isEmpty else { throw Problem.conflict(.nothingToLend) }
            if let roles = form.roles, roles.isEmpty || !roles.isSubset(of: own) {
                throw Problem.invalid(["roles": .rolesAreNotLent])
            }
            let fact = Relationship(
                id: id, subject: deputy.id.text, relation: .delegate, object: lender.text, roles: form.roles,
                from: form.from ?? at, until: until, grantedBy: author?.id, reason: Folding.compose(form.reason))
            let isNamed = try RelationshipStore.all(of: fact.subject, .delegate, in: tx).contains {
                $0.object == fact.object && ($0.until ?? .distantFuture) > fact.from && $0.from < until
            }
            guard !isNamed else { throw Problem.conflict(.isDeputyAlready) }
            try checkRoom(of: lender, at: at, in: tx)
            try RelationshipStore.insert(fact, at: at, in: tx)
            try SessionStore.renewSoon(of: deputy.id, in: tx)
            try record("identity.deputy-named", fact, by: author, at: at, in: tx)
            try announce(
                .actsFor(named.name, form.roles, from: fact.from, until: until), to: .people([deputy.id]),
                once: "deputy \(id)", at: at, in: tx)
        }
        try await readRights()
        return id
    }

    /// Ends it now: whoever named the deputy, the deputy, a node administrator, or whoever owns the node's folder.
    package func endDeputy(_ id: ID<Relationship>, by author: Person?) async throws {
        let at = now()
        try await database.write { tx in
            guard let fact = try RelationshipStore.fact(id, in: tx), fact.relation == .delegate else {
                throw Problem.notFound
            }
            if let author, ![fact.subject, fact.object].contains(author.id.text) {
                guard try administrators(at: at, in: tx).contains(author.id) else { throw Problem.notFound }
            }
            guard try end(fact, by: author, at: at, in: tx) else { throw Problem.conflict(.deputyIsOver) }
        }
        try await readRights()
    }

    /// Whether the delegation was not over before.
    func end(_ fact: Relationship, by author: Person?, at now: Instant, in tx: any Transaction) throws -> Bool {
        guard try RelationshipStore.end(fact.id, at: now, in: tx) else { return false }
        try SessionStore.renewSoon(of: ID(fact.subject), in: tx)
        try record("identity.deputy-ended", fact, by: author, at: now, in: tx)
        return true
    }

    /// Ends what somebody lends and what is lent to them, what is to come too: whoever comes back begins anew.
    func endDelegations(of person: ID<Person>, by author: Person?, at now: Instant, in tx: any Transaction) throws {
        for deputy in try DeputyStore.unfinished(of: person, at: now, in: tx) {
            guard let fact = try RelationshipStore.fact(deputy, in: tx) else { continue }
            _ = try end(fact, by: author, at: now, in: tx)
        }
    }

    /// Of `reader`, and all there are for those who watch over the node and for `nil`: those that hold or are to come
    /// first, then the latest.
    package func deputies(seenBy reader: Person?) async throws -> [Deputy] {
        let (at, all) = (now(), reader.map { !$0.roles.isDisjoint(with: [.nodeAdministrator, .auditor]) } ?? true)
        let found = try await database.read {
            try DeputyStore.latest(of: all ? nil : reader?.id, at: at, limit: 200, in: $0)
        }
        let people: [ID<Person>] = found.flatMap { [$0.person, $0.lender] }.filter { $0 != reader?.id }
        if !people.isEmpty {
            try await database.write { try note(reading: people, by: reader, how: .list, at: at, in: $0) }
        }
        return found
    }

    /// Whose account it is. Throws `notFound`.
    package func person(named login: String) async throws -> ID<Person> {
        guard let account = try await database.read({ try PeopleStore.account(login: Login.named(login), in: $0) })
        else { throw Problem.notFound }
        return account.id
    }

    /// What somebody may lend; nothing unless they are in charge of something.
    func lendable(by person: Person) async throws -> Set<Role> {
        let at = now()
        return try await database.read { try lendable(by: person.id, at: at, in: $0) }
    }

    private func lendable(by person: ID<Person>, at now: Instant, in tx: any Transaction) throws -> Set<Role> {
        let roles = Set(Deputy.lendable(of: try held(by: person, at: now, in: tx)).map(\.role))
        return roles.isDisjoint(with: Deputy.lending) ? [] : roles
    }

    /// What others lend somebody now, as `Knowledge` counts it.
    func rolesLent(to person: ID<Person>, at now: Instant, in tx: any Transaction) throws -> Set<Role> {
        let facts = try RelationshipStore.all(of: person.text, .delegate, in: tx).filter { $0.holds(at: now) }
        guard !facts.isEmpty else { return [] }
        let own = try held(by: person, at: now, in: tx)
        return try facts.reduce(into: []) { found, fact in
            guard try !RelationshipStore.holds(fact.object, .suspended, at: now, in: tx) else { return }
            let lent = Deputy.lent(try held(by: ID(fact.object), at: now, in: tx), fact.roles, to: own)
            found.formUnion(lent.map(\.role))
        }
    }

    private func checkRoom(of lender: ID<Person>, at now: Instant, in tx: any Transaction) throws {
        guard try DeputyStore.countUnfinished(of: lender, at: now, in: tx) < Deputy.unfinishedMax else {
            throw Problem.conflict(.tooManyDeputies)
        }
        guard try DeputyStore.countNamed(by: lender, since: now.adding(days: -1), in: tx) < Deputy.namedMax else {
            throw Problem.conflict(.tooManyDeputiesToday)
        }
    }

    /// When it ends.
    private func checked(_ form: DeputyForm, at now: Instant) throws(Problem) -> Instant {
        var errors: [String: Phrase] = [:]
        let from = form.from ?? now
        if from < now { errors["from"] = .dayIsWrong }
        if now.adding(days: Deputy.daysMax) < from { errors["from"] = .deputyBeginsSoon }
        if !AccessRequest.reasonCharacters.contains(form.reason.count) { errors["reason"] = .reasonIsMissing }
        guard let until = form.until, from < until, until <= Day(from).start.adding(days: Deputy.daysMax + 1) else {
            errors["until"] = .deputyEndsSoon
            throw .invalid(errors)
        }
        guard errors.isEmpty else { throw .invalid(errors) }
        return until
    }

    /// Who may stand in: one of our own people, who works here already. Whoever audits acts for nobody: they would
    /// look at what they did themselves.
    private func deputy(
        _ login: String, of lender: ID<Person>, at now: Instant, in tx: any Transaction
    ) throws -> Account {
        guard let account = try PeopleStore.account(login: Login.named(login), in: tx), account.state == .active,
            account.id != lender
        else { throw Problem.invalid(["login": .deputyIsUnknown]) }
        let roles = Set(try held(by: account.id, at: now, in: tx).map(\.role)).subtracting([.citizen])
        // In the same words: who has an account here, without working here, is not told.
        guard !roles.isEmpty else { throw Problem.invalid(["login": .deputyIsUnknown]) }
        guard !roles.contains(.auditor) else { throw Problem.invalid(["login": .deputyAudits]) }
        return account
    }

    /// What somebody holds at this node, without what was lent to them.
    private func held(by person: ID<Person>, at now: Instant, in tx: any Transaction) throws -> [Membership] {
        try counted(try PeopleStore.memberships(of: person, in: tx), at: now, in: tx).filter { $0.holds(at: now) }
    }

    private func record(
        _ kind: String, _ fact: Relationship, by author: Person?, at: Instant, in tx: any Transaction
    ) throws {
        try outbox.record(
            kind,
            [
                "delegation": "\(fact.id)", "person": .string(fact.subject), "for": .string(fact.object),
                "roles": Relationship.json(fact.roles),
                "from": .string(fact.from.rfc3339), "until": .string(orNull: fact.until?.rfc3339),
                "reason": .string(fact.reason), "by": by(author),
            ], subject: fact.subject, at: at, in: tx)
    }
}

extension Announcement {
    fileprivate static func actsFor(
        _ lender: String, _ roles: Set<Role>?, from: Instant, until: Instant
    ) -> Announcement {
        let (first, last) = (Day(from).forReading, Day(until.adding(seconds: -1)).forReading)
        let what = Phrase.lentRoles(roles)
        return Announcement(
            kind: "identity.deputy",
            title: Phrase(vi: "Bạn được ủy quyền", en: "You stand in for somebody"),
            text: Phrase(
                vi: """
                    \(lender) ủy quyền cho bạn từ \(first) đến hết \(last): \(what.vi). Việc bạn làm vẫn ghi tên bạn.
                    """,
                en: """
                    \(lender) lets you stand in from \(first) to \(last): \(what.en). What you do stays under your name.
                    """),
            path: "/identity/deputies")
    }
}
