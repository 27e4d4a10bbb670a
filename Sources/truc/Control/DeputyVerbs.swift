import Identity
import StrictJSON
import Vocabulary

/// Who acts for whom: `truc deputy …`. Whoever owns the folder may name a deputy of anybody who is in charge.
extension Control {
    static let deputyVerbs = [
        Verb(name: "deputy.add") { node, input in
            let lender = try await node.identity.person(named: try input.requireString("lender"))
            let (first, last) = (try day(input, "from"), try requiredDay(input, "until"))
            let id = try await node.identity.nameDeputy(
                DeputyForm(
                    login: try input.requireString("deputy"), roles: try roles(input),
                    from: first == Day(node.clock()) ? nil : first?.start,
                    until: last.start.adding(days: 1), reason: try input.requireString("reason")),
                for: lender, by: nil)
            return ["id": .string(id.text)]
        },
        Verb(name: "deputy.list") { node, _ in
            let now = node.clock()
            return .array(
                try await node.identity.deputies(seenBy: nil).map { deputy in
                    [
                        "id": .string(deputy.id.text), "deputy": .string(deputy.name),
                        "lender": .string(deputy.lenderName),
                        "roles": Relationship.json(deputy.roles),
                        "from": .string(deputy.from.rfc3339),
                        "until": .string(orNull: deputy.until?.rfc3339), "holds": .bool(deputy.holds(at: now)),
                    ]
                })
        },
        Verb(name: "deputy.end") { node, input in
            try await node.identity.endDeputy(ID(try input.requireString("id")), by: nil)
            return [:]
        },
    ]

    /// Nil for all that may be lent, when none is said.
    private static func roles(_ input: JSONValue) throws -> Set<Role>? {
        guard let names = try input.optional("roles")?.requireElements(), !names.isEmpty else { return nil }
        return try Set(
            names.map { name in
                guard let role = Role(rawValue: try name.requireString()), Deputy.lendable.contains(role) else {
                    let known = Deputy.lendable.map(\.rawValue).sorted().joined(separator: ", ")
                    throw Problem.invalid(["roles": Phrase(vi: "Có: \(known)", en: "There are: \(known)")])
                }
                return role
            })
    }
}
