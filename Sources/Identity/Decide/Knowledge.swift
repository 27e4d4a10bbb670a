package import Cedar
package import Vocabulary

/// All that rights are made of, past and present: who exists, what holds between whom, since when and until when.
package struct Knowledge: Sendable {
    package var organisations: OrganisationRegister
    package var people: [ID<Person>]
    package var memberships: [Membership]
    package var facts: [Relationship]
    package var home: ID<Organisation>
    /// Who is a guest here, and of whom: they hold what this node gave them, and stay people of the other organisation.
    package var guests: [ID<Person>: ID<Organisation>]

    package init(
        organisations: OrganisationRegister, people: [ID<Person>] = [], memberships: [Membership] = [],
        facts: [Relationship] = [], home: ID<Organisation>, guests: [ID<Person>: ID<Organisation>] = [:]
    ) {
        self.organisations = organisations
        self.people = people
        self.memberships = memberships
        self.facts = facts
        self.home = home
        self.guests = guests
    }

    /// The rights that held at a moment, by the policies of `engine`; those of the people in `clock` at theirs.
    package func rights(
        at now: Instant, by engine: Engine, revision: Int64 = 0, policies: Int64 = 0,
        each clock: [ID<Person>: Instant] = [:]
    ) throws -> Rights {
        try Rights(
            try engine.world(entities(at: now, each: clock)), revision: revision, policies: policies,
            goodUntil: nextChange(after: now))
    }

    /// The moments of a stretch at which what each person may do can have changed, in order: its beginning, and when
    /// roles and relations of theirs, or roles and suspensions of those for whom they act, begin or end.
    func changes(from start: Instant, until end: Instant) -> [ID<Person>: [Instant]] {
        func inside(_ from: Instant, _ until: Instant?) -> [Instant] {
            [from, until].compactMap { $0 }.filter { start < $0 && $0 < end }
        }
        var ofRoles: [ID<Person>: Set<Instant>] = [:]
        for role in memberships { ofRoles[role.person, default: []].formUnion(inside(role.from, role.until)) }
        var ofLenders = ofRoles
        for fact in facts where fact.relation == .suspended {
            ofLenders[ID(fact.subject), default: []].formUnion(inside(fact.from, fact.until))
        }
        var found = ofRoles
        for fact in facts {
            let subject = ID<Person>(fact.subject)
            found[subject, default: []].formUnion(inside(fact.from, fact.until))
            if fact.relation == .delegate { found[subject, default: []].formUnion(ofLenders[ID(fact.object)] ?? []) }
        }
        return Dictionary(
            people.map { ($0, [start] + (found[$0] ?? []).sorted()) }, uniquingKeysWith: { first, _ in first })
    }

    /// When a fact begins or ends next; the day ends at the latest, and with it what holds by days.
    private func nextChange(after now: Instant) -> Instant {
        let moments =
            memberships.flatMap { [$0.from, $0.until ?? now] } + facts.flatMap { [$0.from, $0.until ?? now] }
        let tomorrow = Day(now).start.adding(days: 1)
        return min(moments.filter { $0 > now }.min() ?? tomorrow, tomorrow)
    }

    /// What there is at a moment; of the people in `clock`, at theirs.
    package func entities(at now: Instant, each clock: [ID<Person>: Instant] = [:]) -> [Entity] {
        let parents = parents(on: Day(now))
        var entities = [Entity(Rights.nodeUID), Entity(Rights.strangerUID)]
        for (organisation, above) in parents {
            entities.append(Entity(Rights.uid(organisation), parents: above.map(Rights.uid)))
        }
        if parents[home] == nil { entities.append(Entity(Rights.uid(home))) }
        let roles = Dictionary(grouping: counting(on: Day(now)), by: \.person)
        let relations = Dictionary(grouping: facts, by: \.subject)
        for person in people {
            let at = clock[person] ?? now
            func held(_ id: ID<Person>) -> [Membership] { (roles[id] ?? []).filter { $0.holds(at: at) } }
            let related = (relations[person.text] ?? []).filter { $0.holds(at: at) }
            func isSuspended(_ id: ID<Person>) -> Bool {
                (relations[id.text] ?? []).contains { $0.relation == .suspended && $0.holds(at: at) }
            }
            // What was delegated is what the other holds, not what they were delegated in their turn.
            let lending = related.filter { $0.relation == .delegate }.map { ($0.roles, ID<Person>($0.object)) }
            let lent = lending.filter { !isSuspended($0.1) }.flatMap { Deputy.lent(held($0.1), $0.0, to: held(person)) }
            let opened = related.filter { $0.relation == .opens }.map(\.object)
            entities.append(
                Knowledge.person(
                    person, held(person), lent, by: Set(lending.map(\.1)), opened: opened, guestOf: guests[person]))
        }
        return entities
    }

    /// What stands above each organisation; above one that has ended, whoever took its place.
    private func parents(on day: Day) -> [ID<Organisation>: [ID<Organisation>]] {
        Dictionary(
            organisations.all.map { record in
                let above = record.parent(on: day).map { [$0] } ?? []
                return (record.id, above + (record.exists(on: day) ? [] : record.successors))
            }, uniquingKeysWith: { first, _ in first })
    }

    /// Memberships that count: in the organisation of this node, in whoever took its place, and below. Roles held
    /// elsewhere give nothing here, and a node administrator of a unit is none of the node.
    private func counting(on day: Day) -> [Membership] {
        let ours = organisations.house(of: home, on: day)
        return memberships.filter { membership in
            guard ours.contains(membership.organisation) else { return false }
            return membership.role != .nodeAdministrator
                || organisations.isSame(membership.organisation, home, on: day)
        }
    }

    private static func person(
        _ id: ID<Person>, _ own: [Membership], _ lent: [Membership], by lenders: Set<ID<Person>>, opened: [String],
        guestOf home: ID<Organisation>?
    ) -> Entity {
        let places = Set(own.filter { $0.role != .citizen }.map(\.organisation))
        // A guest works in our organisation and is none of its people: AMBER+STRICT is not for them.
        let units = home.map { places.isEmpty ? [] : [$0] } ?? places
        var attributes: [String: Datum] = [
            "units": .set(units.map { .entity(Rights.uid($0)) }), "opened": .set(opened.map { .string($0) }),
            "lenders": .set(lenders.map { .entity(EntityUID("Person", $0.text)) }),
        ]
        for role in Role.withGroup {
            guard let group = role.group else { continue }
            let places = Set((own + lent).filter { $0.role == role }.map(\.organisation))
            if !places.isEmpty { attributes[group] = .set(places.map { .entity(Rights.uid($0)) }) }
        }
        return Entity(EntityUID("Person", id.text), attributes, parents: places.union(units).map(Rights.uid))
    }
}

extension Rights {
    static func uid(_ organisation: ID<Organisation>) -> EntityUID { EntityUID("Organisation", organisation.text) }
}
