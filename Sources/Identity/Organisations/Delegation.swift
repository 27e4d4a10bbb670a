import Database
package import Vocabulary

/// How far an administrator reaches: which organisations, and which roles in each (quản trị phân cấp).
///
/// A node administrator reaches the node's organisation and all below it and may give every role. A unit administrator
/// reaches the unit and all below it and may give only roles that they hold there or above, inside their own reach.
package struct Reach: Sendable, Hashable {
    package let organisations: Set<ID<Organisation>>
    private let roles: [ID<Organisation>: Set<Role>]

    package func mayGive(_ role: Role, in organisation: ID<Organisation>) -> Bool {
        roles[organisation]?.contains(role) ?? false
    }

    /// - Parameter node: the organisation of the node.
    package init(
        memberships: [Membership], register: OrganisationRegister, node: ID<Organisation>, at now: Instant
    ) {
        let day = Day(now)
        let house = register.house(of: node, on: day)
        let held = memberships.filter { $0.holds(at: now) }
        if held.contains(where: { $0.role == .nodeAdministrator && register.isSame($0.organisation, node, on: day) }) {
            self.init(everythingIn: house)
            return
        }
        let below = held.map { (role: $0.role, organisations: register.subtree(of: $0.organisation, on: day)) }
        var roles: [ID<Organisation>: Set<Role>] = [:]
        for (unit, subtree) in zip(held, below)
        where unit.role == .unitAdministrator && house.contains(unit.organisation) {
            for target in subtree.organisations {
                roles[target] = Set(below.filter { $0.organisations.contains(target) }.map(\.role))
            }
        }
        self.init(roles: roles.mapValues { $0.subtracting([.peerNode, .nodeAdministrator]) })
    }

    init(everythingIn house: Set<ID<Organisation>>) {
        self.init(roles: Dictionary(uniqueKeysWithValues: house.map { ($0, Set(Role.ofPeople)) }))
    }

    private init(roles: [ID<Organisation>: Set<Role>]) {
        self.roles = roles
        organisations = Set(roles.keys)
    }
}

extension Identity {
    /// Nil stands for whoever owns the node's folder.
    func reach(of author: Person?, at now: Instant, in tx: any Transaction) throws -> Reach {
        let register = try OrganisationStore.all(in: tx)
        guard let author else { return Reach(everythingIn: register.house(of: settings.organisation, on: Day(now))) }
        return try reach(of: author.id, register, at: now, in: tx)
    }

    func reach(of author: ID<Person>, at now: Instant, in tx: any Transaction) throws -> Reach {
        try reach(of: author, try OrganisationStore.all(in: tx), at: now, in: tx)
    }

    private func reach(
        of author: ID<Person>, _ register: OrganisationRegister, at now: Instant, in tx: any Transaction
    ) throws -> Reach {
        Reach(
            memberships: try PeopleStore.memberships(of: author, in: tx), register: register,
            node: settings.organisation, at: now)
    }

    /// For pages: how far the reader reaches, and the organisations there are.
    func extent(of author: Person?) async throws -> (Reach, OrganisationRegister) {
        let at = now()
        return try await database.read { tx in
            (try self.reach(of: author, at: at, in: tx), try OrganisationStore.all(in: tx))
        }
    }

    func checkReach(
        of author: Person?, to organisation: ID<Organisation>, giving roles: Set<Role> = [], at now: Instant,
        in tx: any Transaction
    ) throws {
        let reach = try reach(of: author, at: now, in: tx)
        guard reach.organisations.contains(organisation),
            roles.allSatisfy({ reach.mayGive($0, in: organisation) })
        else { throw Problem.forbidden }
    }

    /// Throws unless the author may change this person: staff of an organisation in reach, who holds nothing outside of
    /// it, now or on a day to come. Whoever administers a unit cannot take over a node administrator who happens to
    /// work there, nor one of next Monday.
    func checkReach(of author: Person?, to person: ID<Person>, at now: Instant, in tx: any Transaction) throws {
        guard let account = try PeopleStore.account(person, in: tx) else { throw Problem.notFound }
        try checkReach(try reach(of: author, at: now, in: tx), to: account, at: now, in: tx)
    }

    /// The same for whoever reaches so far, a program too.
    func checkReach(_ reach: Reach, to account: Account, at now: Instant, in tx: any Transaction) throws {
        if reach.mayGive(.nodeAdministrator, in: settings.organisation) { return }
        guard let home = account.home, reach.organisations.contains(home) else { throw Problem.notFound }
        let held = try PeopleStore.memberships(of: account.id, in: tx).filter {
            ($0.until ?? .distantFuture) > now && $0.role != .citizen
        }
        guard held.allSatisfy({ reach.organisations.contains($0.organisation) && $0.role != .nodeAdministrator }) else {
            throw Problem.forbidden
        }
    }

    /// Memberships as they count at this node: those of its organisation and of what is below it, under the name of the
    /// node's organisation. A node administrator of somewhere else is none here.
    func counted(_ memberships: [Membership], at now: Instant, in tx: any Transaction) throws -> [Membership] {
        let node = settings.organisation
        guard memberships.contains(where: { $0.organisation != node && $0.holds(at: now) }) else { return memberships }
        let (register, day) = (try OrganisationStore.all(in: tx), Day(now))
        let house = register.house(of: node, on: day)
        return memberships.compactMap { membership in
            guard membership.organisation != node else { return membership }
            guard house.contains(membership.organisation) else { return nil }
            if membership.role == .nodeAdministrator, !register.isSame(membership.organisation, node, on: day) {
                return nil
            }
            return Membership(
                id: membership.id, person: membership.person, organisation: node, role: membership.role,
                from: membership.from, until: membership.until)
        }
    }
}

extension OrganisationRegister {
    /// `id` and everything that stands below it on the day.
    package func subtree(of id: ID<Organisation>, on day: Day) -> Set<ID<Organisation>> {
        let children = Dictionary(grouping: all.filter { $0.parent(on: day) != nil }) { $0.parent(on: day) ?? id }
        var found: Set = [id]
        var waiting = [id]
        while let next = waiting.popLast() {
            for child in children[next] ?? [] where found.insert(child.id).inserted { waiting.append(child.id) }
        }
        return found
    }

    /// What a node that was set up for `id` is the node of: `id`, who stands in its place on the day, and all below.
    package func house(of id: ID<Organisation>, on day: Day) -> Set<ID<Organisation>> {
        current(of: id, on: day).reduce(into: subtree(of: id, on: day)) { $0.formUnion(subtree(of: $1.id, on: day)) }
    }

    /// Whether both stand in one place on the day: the same, or one is the only successor of the other.
    package func isSame(_ a: ID<Organisation>, _ b: ID<Organisation>, on day: Day) -> Bool {
        if a == b { return true }
        let (left, right) = (current(of: a, on: day), current(of: b, on: day))
        return left.count == 1 && left.map(\.id) == right.map(\.id)
    }
}
