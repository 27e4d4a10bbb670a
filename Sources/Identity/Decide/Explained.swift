import Cedar
import Database
import Ledger
import StrictJSON
package import Vocabulary

/// A decision, of now or of a past day, with everything that it rested on.
package struct Explained: Sendable {
    package let person: String
    /// The organisation that vouches for them, of a guest.
    package let guestOf: ID<Organisation>?
    package let action: Permission
    package let resource: String
    package let at: Instant
    package let decision: Decision
    package let reasons: [Reason]
    /// When nothing permits it: the roles that would.
    package let wouldNeed: [Role]

    package struct Reason: Sendable {
        package let policy: String
        package let words: Phrase
        /// In Cedar, as it decided.
        package let text: String
        /// The roles that the policy looked at, with their dates.
        package let roles: [Membership]
        /// Who was found to be in what: person, unit, department.
        package let chains: [[String]]
    }
}

extension Identity {
    /// Whether the person with `login` may do `action` to `resource` at a moment, and why. Facts, policies and
    /// organisations are those of that moment; the person is taken as signed in with two factors.
    ///
    /// Asking leaves a fact: what somebody may do is about that person. Throws `notFound` for an unknown login or
    /// record.
    package func explain(
        _ login: String, _ action: Permission, on name: String, at moment: Instant, by reader: Person?
    ) async throws -> Explained {
        let now = now()
        return try await database.write { tx in
            guard let account = try PeopleStore.account(login: Login.named(login), in: tx) else {
                throw Problem.notFound
            }
            let resource = try resource(name, at: moment, in: tx)
            let rights = try rights(at: moment, in: tx)
            let suspensions = try RelationshipStore.all(of: account.id.text, .suspended, in: tx)
            let context = DecisionContext(isSuspended: suspensions.contains { $0.holds(at: moment) }, assurance: 2)
            let person = Person(id: account.id, name: account.name, organisation: nil, roles: [])
            let decision = rights.decide(person, action, on: resource, in: context)
            let memberships = try PeopleStore.memberships(of: account.id, in: tx).filter { $0.holds(at: moment) }
            try outbox.record(
                "identity.explained",
                [
                    "person": "\(account.id)", "action": .string(action.name), "resource": .string(name),
                    "by": by(reader),
                    "at": .string(moment.rfc3339),
                ], subject: account.id.text, at: now, in: tx)
            var reasons: [Explained.Reason] = []
            if let query = rights.query(person, action, on: resource, in: context) {
                reasons = rights.world.explain(query).reasons.map { Explained.Reason($0, memberships) }
            }
            return Explained(
                person: account.name, guestOf: account.guestOf, action: action, resource: name, at: moment,
                decision: decision,
                reasons: reasons,
                wouldNeed: decision.reason == "no-policy" ? Permissions.holders(of: action) : [])
        }
    }

    /// When a day is asked about: its last moment, or now when it is not over.
    package func moment(of day: Day?) -> Instant {
        guard let day else { return now() }
        return min(now(), Instant(milliseconds: day.start.adding(days: 1).milliseconds - 1))
    }
}

extension Explained.Reason {
    init(_ reason: Explanation.Reason, _ memberships: [Membership]) {
        let attributes = Set(reason.read.filter { $0.entity.type == "Person" }.map(\.name))
        self.init(
            policy: reason.policy.id, words: reason.policy.reason, text: reason.policy.text,
            roles: memberships.filter { $0.role.group.map(attributes.contains) ?? false },
            chains: reason.chains.map { $0.map(\.id).filter { $0 != World.unknown } }.filter { $0.count > 1 })
    }
}

extension Permissions {
    static func holders(of action: Permission) -> [Role] {
        guard case .holders(let roles) = table[action.name]?.who else { return [] }
        return Role.ofPeople.filter(roles.contains)
    }
}
