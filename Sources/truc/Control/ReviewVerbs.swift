import Identity
import StrictJSON
import Vocabulary

/// Access reviews: `truc review …`.
extension Control {
    static let reviewVerbs = [
        Verb(name: "review.list") { node, _ in
            .array(
                try await node.identity.reviews(by: nil).map { review, decided, all in
                    [
                        "id": .string(review.id.text), "organisation": .string(review.organisation.text),
                        "due": .string(review.dueAt.rfc3339), "decided": .integer(Int64(decided)),
                        "rights": .integer(Int64(all)), "closed": .string(orNull: review.closedAt?.rfc3339),
                        "overdue": .bool(review.isOverdue(at: node.clock())),
                    ]
                })
        },
        Verb(name: "review.show") { node, input in
            let (items, names) = try await node.identity.reviewed(ID(try input.requireString("review")))
            return .array(
                items.map { item in
                    [
                        "id": .string(item.id.text), "kind": .string(item.kind.rawValue),
                        "person": .string(orNull: item.person?.text),
                        "holder": .string(orNull: item.person.map { names[$0.text] ?? $0.text }),
                        "what": .string(names[item.what] ?? item.what), "roles": Relationship.json(item.roles),
                        "until": .string(orNull: item.until?.rfc3339), "used": .string(orNull: item.usedAt?.rfc3339),
                        "signed-in": .string(orNull: item.signedInAt?.rfc3339),
                        "decision": .string(orNull: item.decision?.rawValue),
                    ]
                })
        },
        Verb(name: "review.open") { node, input in
            let review = try await node.identity.openReview(
                of: ID(try input.requireString("organisation")), by: nil)
            return ["id": .string(review.text)]
        },
        Verb(name: "review.decide") { node, input in
            try await node.identity.decide(
                ID(try input.requireString("item")), keep: try input.requireBool("keep"), by: nil)
            return [:]
        },
    ]
}
