import Cedar
import Database
import Ledger
import StrictJSON
package import Vocabulary

/// A decision, of now or of a past day, with everything that it rested on.
package struct Explained: Sendable {
    package let id: ID<Person>
    package let person: String
    /// The organisation that vouches for them, of a guest.
    package let guestOf: ID<Organisation>?
    package let action: Permission
    package let resource: String
    package let at: Instant
    package let decision: Decision
    /// How surely the person had been recognised then, 1 or 2; nil when they were not signed in, and are taken as
    /// signed in with two factors.
    package let level: Int?
    package let reasons: [Reason]
    /// The relations of the person that held then, about the record or about all of them.
    package let facts: [Fact]
    /// When nothing permits it: the roles that would.
    package let wouldNeed: [Role]

    package struct Reason: Sendable {
        package let policy: String
        package let words: Phrase
        /// In Cedar, as it decided.
        package let text: String
        /// The roles that the policy looked at, with their dates.
        package let roles: [Membership]
        /// The roles that it looked at which others lent.
        package let lent: [Lent]
        /// Who was found to be in what: person, unit, department.
        package let chains: [[String]]
    }

    /// A role of somebody for whom the person acted (ủy quyền).
    package struct Lent: Sendable {
        package let role: Membership
        /// What the lender is called.
        package let lender: String
    }

    /// A relation with the people who stand behind it: a record opened in an emergency, acting for somebody, a
    /// suspension.
    package struct Fact: Sendable {
        package let relationship: Relationship
        /// For whom the person acted.
        package let lender: String?
        /// Who gave it, and the second person.
        package let givenBy: String?
        package let approvedBy: String?
    }
}

extension Identity {
    /// Whether the person with `login` may do `action` to `resource` at a moment, and why. Facts, policies,
    /// organisations and how the person had signed in are those of that moment.
    ///
    /// Asking leaves a fact before anything is shown: what somebody may do is about that person. Throws `notFound` for
    /// an unknown login or record, and `rejected` with the code `identity.no-such-action`, which says what actions
    /// there are.
    package func explain(
        _ login: String, _ action: Permission, on name: String, at moment: Instant, by reader: Person?
    ) async throws -> Explained {
        guard Permissions.explained.contains(where: { $0.action == action }) else {
            throw Problem.rejected(code: "identity.no-such-action", ["action": .noSuchAction(action.name)])
        }
        let explained = try await database.read { try explanation(of: login, action, on: name, at: moment, in: $0) }
        let at = now()
        try await database.write { tx in
            try outbox.record(
                "identity.explained",
                [
                    "person": "\(explained.id)", "action": .string(action.name), "resource": .string(name),
                    "by": by(reader), "at": .string(moment.rfc3339),
                ], subject: explained.id.text, at: at, in: tx)
        }
        return explained
    }

    private func explanation(
        of login: String, _ action: Permission, on name: String, at moment: Instant, in tx: any Transaction
    ) throws -> Explained {
        guard let account = try PeopleStore.account(login: Login.named(login), in: tx) else { throw Problem.notFound }
        let resource = try resource(name, at: moment, in: tx)
        let rights = try rights(at: moment, in: tx)
        let facts = try facts(of: account.id, about: name, at: moment, in: tx)
        let level = try level(of: account.id, at: moment, in: tx)
        let context = DecisionContext(
            isSuspended: facts.contains { $0.relationship.relation == .suspended }, assurance: level ?? 2)
        let person = Person(id: account.id, name: account.name, organisation: nil, roles: [])
        let decision = rights.decide(person, action, on: resource, in: context)
        var reasons: [Explained.Reason] = []
        if let query = rights.query(person, action, on: resource, in: context) {
            let held = try PeopleStore.memberships(of: account.id, in: tx).filter { $0.holds(at: moment) }
            let lent = try lent(by: facts, to: held, at: moment, in: tx)
            reasons = rights.world.explain(query).reasons.map { Explained.Reason($0, held, lent) }
        }
        return Explained(
            id: account.id, person: account.name, guestOf: account.guestOf, action: action, resource: name, at: moment,
            decision: decision, level: level, reasons: reasons, facts: facts,
            wouldNeed: decision.reason == "no-policy" ? Permissions.holders(of: action) : [])
    }

    /// When a day is asked about: its last moment, or now when it is not over.
    ///
    /// Throws `Problem.rejected` with the code `identity.day-to-come`: what will be so is nowhere.
    package func moment(of day: Day?) throws(Problem) -> Instant {
        let now = now()
        guard let day else { return now }
        guard day <= Day(now) else { throw .rejected(code: "identity.day-to-come", ["on": .dayIsToCome]) }
        return min(now, Instant(milliseconds: day.start.adding(days: 1).milliseconds - 1))
    }
}

extension Explained.Reason {
    init(_ reason: Explanation.Reason, _ memberships: [Membership], _ lent: [Explained.Lent]) {
        let attributes = Set(reason.read.filter { $0.entity.type == "Person" }.map(\.name))
        func wasRead(_ membership: Membership) -> Bool { membership.role.group.map(attributes.contains) ?? false }
        self.init(
            policy: reason.policy.id, words: reason.policy.reason, text: reason.policy.text,
            roles: memberships.filter(wasRead), lent: lent.filter { wasRead($0.role) },
            chains: reason.chains.map { $0.map(\.id).filter { $0 != World.unknown } }.filter { $0.count > 1 })
    }
}

extension Permissions {
    static func holders(of action: Permission) -> [Role] {
        guard case .holders(let roles) = table[action.name]?.who else { return [] }
        return Role.ofPeople.filter(roles.contains)
    }
}
