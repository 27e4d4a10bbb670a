import Identity
import StrictJSON
import Vocabulary

extension Control {
    static let explainVerbs = [
        Verb(name: "identity.explain") { node, input in
            let day = try Control.day(input, "on")
            let explained = try await node.identity.explain(
                try input.requireString("person"), Permission(try input.requireString("action")),
                on: try input.requireString("resource"), at: try node.identity.moment(of: day), by: nil)
            let decision = explained.decision
            return [
                "allowed": .bool(decision.allowed), "policies": .array(decision.policies.map { .string($0) }),
                "why": .array(decision.words.map { ["vi": .string($0.vi), "en": .string($0.en)] }),
                "obligations": .array(decision.obligations.map(\.rawValue).sorted().map { .string($0) }),
                "level": explained.level.map { .integer(Int64($0)) } ?? .null,
                "roles": .array(explained.roles), "facts": .array(explained.facts.map(\.json)),
                "at": .string(explained.at.rfc3339), "revision": .integer(decision.revision),
                "guestOf": .string(orNull: explained.guestOf?.text),
                "need": .array(
                    explained.wouldNeed.isEmpty
                        ? []
                        : [Phrase.wouldNeed(explained.wouldNeed)].map {
                            ["vi": .string($0.vi), "en": .string($0.en)]
                        }),
                "policies-revision": .integer(decision.policiesRevision),
            ]
        }
    ]
}

extension Explained {
    /// The roles that decided, each once, with whoever lent it.
    fileprivate var roles: [JSON] {
        var seen: Set<ID<Membership>> = []
        let own = reasons.flatMap(\.roles).map { ($0, nil as String?) }
        let all = own + reasons.flatMap(\.lent).map { ($0.role, Optional($0.lender)) }
        return all.filter { seen.insert($0.0.id).inserted }.map { role, lender in
            [
                "role": .string(role.role.rawValue), "organisation": .string(role.organisation.text),
                "from": .string(role.from.rfc3339), "until": .string(orNull: role.until?.rfc3339),
                "lender": .string(orNull: lender),
            ]
        }
    }
}

extension Explained.Fact {
    fileprivate var json: JSON {
        let words = Phrase.fact(self)
        return [
            "relation": .string(relationship.relation.rawValue), "object": .string(relationship.object),
            "words": ["vi": .string(words.vi), "en": .string(words.en)],
            "from": .string(relationship.from.rfc3339), "until": .string(orNull: relationship.until?.rfc3339),
            "by": .string(orNull: givenBy), "approved": .string(orNull: approvedBy),
            "reason": .string(relationship.reason),
        ]
    }
}
