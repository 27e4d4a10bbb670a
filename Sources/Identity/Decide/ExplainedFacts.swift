import Database
import Ledger
import StrictJSON
import Vocabulary

/// What an explanation tells beside the policies: relations of the person, roles that others lent, and how surely the
/// person had been recognised.
extension Identity {
    func facts(
        of person: ID<Person>, about record: String, at moment: Instant, in tx: any Transaction
    ) throws -> [Explained.Fact] {
        try RelationshipStore.all(of: person.text, in: tx).filter { fact in
            fact.holds(at: moment) && (fact.relation != .opens || fact.object == record)
        }.map { fact in
            func name(_ id: ID<Person>?) throws -> String? {
                try id.map { try PeopleStore.account($0, in: tx)?.name ?? $0.text }
            }
            return Explained.Fact(
                relationship: fact, lender: try fact.relation == .delegate ? name(ID(fact.object)) : nil,
                givenBy: try name(fact.grantedBy), approvedBy: try name(fact.approvedBy))
        }
    }

    /// As `Knowledge` counts them.
    func lent(
        by facts: [Explained.Fact], to own: [Membership], at moment: Instant, in tx: any Transaction
    ) throws -> [Explained.Lent] {
        try facts.flatMap { fact -> [Explained.Lent] in
            guard let name = fact.lender else { return [] }
            let lender = ID<Person>(fact.relationship.object)
            guard try !RelationshipStore.holds(lender.text, .suspended, at: moment, in: tx) else { return [] }
            let held = try PeopleStore.memberships(of: lender, in: tx).filter { $0.holds(at: moment) }
            return Deputy.lent(held, fact.relationship.roles, to: own).map { Explained.Lent(role: $0, lender: name) }
        }
    }

    /// The level at which somebody was signed in at a moment, the highest where there were several sessions; nil when
    /// they were not. Sessions of the past are gone, the ledger has how each began and ended.
    func level(of person: ID<Person>, at moment: Instant, in tx: any Transaction) throws -> Int? {
        if now().milliseconds - moment.milliseconds < 1000 {
            return try SessionStore.sessions(of: person, at: moment, in: tx).map(\.assurance.level).max()
        }
        let facts = try outbox.facts(
            about: [person.text], from: moment.adding(seconds: -settings.sessionSeconds),
            until: Instant(milliseconds: moment.milliseconds + 1), limit: 1000, in: tx)
        var (open, level) = (0, 0)
        for fact in facts.reversed() {
            switch fact.kind {
            case "identity.signed-in", "identity.guest-arrived":
                (open, level) = (open + 1, max(level, proved(by: fact)))
            // Whoever sets up an authenticator has proved both.
            case "identity.authenticator-added": level = max(level, 2)
            case "identity.confirmed": level = max(level, proved(by: fact))
            case "identity.signed-out": open -= 1
            case "identity.sessions-revoked": open = min(open, 1)
            case "identity.person-suspended": open = 0
            default: continue
            }
            if open <= 0 { (open, level) = (0, 0) }
        }
        return open > 0 && level > 0 ? level : nil
    }

    private func proved(by fact: RecordedFact) -> Int {
        guard let content = fact.disclosure?.content, let root = try? JSONDocument(content).root else { return 1 }
        return root["method"]?.string.flatMap(Way.level(named:)) ?? root["level"]?.integer.map { Int($0) } ?? 1
    }
}
