import Database
import Vocabulary

/// What one person alone does not give (nguyên tắc hai người), and who counts as the second.
extension Role {
    /// Roles that need two people: the keys of the house, and whoever watches those who hold them.
    package var isPrivileged: Bool { self == .nodeAdministrator || self == .auditor }
}

extension Identity {
    /// Whose approval can be asked for: node administrators, and whoever was one within
    /// `administratorsRememberedDays`, suspended meanwhile or not. Nobody makes themselves the only administrator, and
    /// so free of the other's eyes, by putting the other out.
    func rememberedAdministrators(at now: Instant, in tx: any Transaction) throws -> Set<ID<Person>> {
        let since = now.adding(days: -settings.administratorsRememberedDays)
        return try administratedOrganisations(at: now, in: tx).reduce(into: []) { found, organisation in
            found.formUnion(try PeopleStore.administrators(of: organisation, since: since, until: now, in: tx))
        }
    }

    func needsSecondPerson(_ role: Role?, by author: Person?) async throws -> Bool {
        guard let role, role.isPrivileged else { return false }
        let at = now()
        return try await database.read { try needsSecondPerson(role, by: author, at: at, in: $0) }
    }

    /// Whether `role` needs a second person when `author` gives it: a privileged one does, as soon as there is, or
    /// lately was, anybody who could be the second.
    func needsSecondPerson(
        _ role: Role, by author: Person?, at now: Instant, in tx: any Transaction
    ) throws -> Bool {
        guard role.isPrivileged, let author else { return false }
        return try rememberedAdministrators(at: now, in: tx) != [author.id]
    }

    /// Throws unless somebody is a node administrator in their own right: the first person could lend their own rights
    /// to anybody and would have a second.
    func checkSecond(_ person: Person, at now: Instant, in tx: any Transaction) throws {
        guard try administrators(at: now, in: tx).contains(person.id) else {
            throw Problem.conflict(.onlyOwnRightsApprove)
        }
    }

    // MARK: Who is told

    /// Makes a change that may cost somebody the administration of this node, or its auditing; then everybody who
    /// watches over it is told, the person too, so that nobody is put out unnoticed.
    func watching(
        _ person: ID<Person>, by author: Person?, at now: Instant, in tx: any Transaction, _ change: () throws -> Void
    ) throws {
        let administrators = try administrators(at: now, in: tx)
        let audited = try audits(person, at: now, in: tx)
        try change()
        let (name, actor) = (try called(person, in: tx), try author.map { try called($0.id, in: tx) })
        let about = Set([person, author?.id].compactMap(\.self))
        if administrators.contains(person), try !self.administrators(at: now, in: tx).contains(person) {
            try alarm(
                .administratorIsOut(
                    name, by: actor, left: administrators.count - 1, days: settings.administratorsRememberedDays,
                    about: about),
                once: "administrator-out \(person) \(now.milliseconds)", at: now, in: tx)
        }
        if audited, try !audits(person, at: now, in: tx) {
            try alarm(
                .auditorIsOut(name, by: actor, about: about), andTo: [person],
                once: "auditor-out \(person) \(now.milliseconds)", at: now, in: tx)
        }
    }

    /// Somebody who ever held one of `roles` here was erased, and with them what the ledger said of their doings:
    /// whoever watches over the node is told, without a name.
    func alarmOfErasure(
        of person: ID<Person>, _ roles: Set<Role>, by author: Person?, at now: Instant, in tx: any Transaction
    ) throws {
        guard !roles.isEmpty else { return }
        let other = author.flatMap { $0.id == person ? nil : $0.id }
        try alarm(
            .watchedIsErased(
                person, Role.ofPeople.filter(roles.contains), by: try other.map { try called($0, in: tx) },
                isOwnWish: author?.id == person, about: Set([other].compactMap(\.self))),
            once: "erased \(person)", at: now, in: tx)
    }

    private func audits(_ person: ID<Person>, at now: Instant, in tx: any Transaction) throws -> Bool {
        guard try PeopleStore.account(person, in: tx)?.state == .active else { return false }
        return try counted(try PeopleStore.memberships(of: person, in: tx), at: now, in: tx).contains {
            $0.role == .auditor && $0.holds(at: now)
        }
    }

    /// A privileged role that one person gave, for there is no second.
    func alarm(
        _ role: Role, givenTo person: ID<Person>, aloneBy author: Person, at now: Instant, in tx: any Transaction
    ) throws {
        try alarm(
            .givenAlone(
                role, to: try called(person, in: tx), by: try called(author.id, in: tx), about: [person, author.id]),
            once: "given-alone \(person) \(role.rawValue) \(now.milliseconds)", at: now, in: tx)
    }

    /// Administrators of now and lately, suspended ones too, and those who watch them: leads and auditors of the node's
    /// organisation, or all its officers where it has neither; `people` besides.
    private func alarm(
        _ announcement: Announcement, andTo people: Set<ID<Person>> = [], once key: String, at now: Instant,
        in tx: any Transaction
    ) throws {
        let present = try present(at: now, in: tx)
        var watchers = try PeopleStore.holders(of: [.departmentLead, .auditor], in: present, at: now, in: tx)
        if watchers.isEmpty { watchers = try PeopleStore.holders(of: [.officer], in: present, at: now, in: tx) }
        try announce(announcement, to: .people(watchers), once: key, at: now, in: tx)
        try announce(
            announcement, to: .people(try rememberedAdministrators(at: now, in: tx).union(people)), once: key,
            evenSuspended: true, at: now, in: tx)
    }

    func called(_ person: ID<Person>, in tx: any Transaction) throws -> String {
        try PeopleStore.account(person, in: tx)?.name ?? person.text
    }
}

extension PeopleStore {
    /// People who administered the node of `organisation` at any time of a stretch that ends now, and were not kept out
    /// of their account all the while.
    static func administrators(
        of organisation: ID<Organisation>, since: Instant, until now: Instant, in tx: any Transaction
    ) throws -> Set<ID<Person>> {
        Set(
            try tx.rows(
                """
                SELECT m.person AS person FROM identity_membership m JOIN identity_person p ON p.id = m.person
                WHERE m.organisation = \(organisation) AND m.role = \(Role.nodeAdministrator) AND m.valid_from <= \(now)
                AND (m.valid_until IS NULL OR m.valid_until > \(since)) AND (
                    p.state = \(Account.State.active) OR p.gone_at > \(since) OR EXISTS (
                        SELECT 1 AS one FROM identity_fact f WHERE f.subject = m.person AND f.valid_from > \(since)
                        AND f.relation = \(Relationship.Relation.suspended)))
                """
            ).map { try $0.get("person") })
    }
}
