import Identity
import StrictJSON
import Vocabulary

extension Control {
    /// Behind `truc policy …`. Approving is no verb: whoever owns the folder is nobody in particular, and the second
    /// person signs in to the page with two factors.
    static let policyVerbs = [
        Verb(name: "policy.list") { node, _ in
            let revisions = try await node.identity.policyRevisions()
            let names = try await node.identity.called(Set(revisions.compactMap(\.proposedBy)))
            return .array(
                revisions.map { revision in
                    [
                        "number": .integer(revision.number), "state": .string(revision.state.rawValue),
                        "proposed": .string(revision.proposedAt.rfc3339),
                        "by": .string(revision.proposedBy.map { names[$0.text] ?? $0.text } ?? "-"),
                        "reason": .string(revision.reason),
                    ]
                })
        },
        Verb(name: "policy.show") { node, input in
            let found = try await node.identity.policyRevision(input["number"]?.integer)
            return ["number": .integer(found.revision.number), "text": .string(found.revision.text)]
        },
        Verb(name: "policy.diff") { node, input in
            let found = try await node.identity.policyRevision(input["number"]?.integer)
            let lines = DiffLine.between(found.base?.text ?? "", found.revision.text)
            return .array(lines.map { .string("\($0.kind.rawValue) \($0.text)") })
        },
        Verb(name: "policy.check") { _, input in
            .array(
                Identity.faults(inPolicies: try input.requireString("text")).map { fault in
                    [
                        "line": .integer(Int64(fault.line)), "column": .integer(Int64(fault.column)),
                        "code": .string(fault.code),
                        "vi": .string(fault.what.vi), "en": .string(fault.what.en),
                    ]
                })
        },
        Verb(name: "policy.propose") { node, input in
            guard let found = try await node.identity.colleague(try input.requireString("login")) else {
                throw Problem.notFound
            }
            let person = Person(id: found.id, name: found.name, organisation: nil, roles: [])
            guard node.identity.allows(person, .administer) else { throw Problem.forbidden }
            let number = try await node.identity.proposePolicies(
                try input.requireString("text"), reason: try input.requireString("reason"), by: person)
            return ["number": .integer(number)]
        },
    ]
}
