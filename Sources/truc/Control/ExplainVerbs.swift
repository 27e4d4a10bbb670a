import Identity
import StrictJSON
import Vocabulary

extension Control {
    static let explainVerbs = [
        Verb(name: "identity.explain") { node, input in
            let day = try input.optionalString("on").flatMap { Day($0) }
            let explained = try await node.identity.explain(
                try input.requireString("person"), Permission(try input.requireString("action")),
                on: try input.requireString("resource"), at: node.identity.moment(of: day), by: nil)
            let decision = explained.decision
            return [
                "allowed": .bool(decision.allowed), "policies": .array(decision.policies.map { .string($0) }),
                "why": .array(decision.words.map { ["vi": .string($0.vi), "en": .string($0.en)] }),
                "obligations": .array(decision.obligations.map(\.rawValue).sorted().map { .string($0) }),
                "at": .string(explained.at.rfc3339), "revision": .integer(decision.revision),
                "guestOf": .string(orNull: explained.guestOf?.text),
                "policies-revision": .integer(decision.policiesRevision),
            ]
        }
    ]
}
