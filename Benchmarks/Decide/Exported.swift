import Cedar
import Foundation
import Identity
import Vocabulary

/// The same town as files in Cedar's JSON, so that another engine is asked the same questions.
struct Exported {
    let town: BigTown

    /// Writes `policies.cedar`, `entities.json` and a file of questions for each shape, each with our answer.
    func write(to folder: URL, _ shapes: [(name: String, questions: [BigTown.Question])]) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(Policies.text.utf8).write(to: folder.appending(path: "policies.cedar"))
        let entities = town.entities + shapes.flatMap { $0.questions.compactMap { record($0.resource) } }
        try json(actions + entities.map(Exported.json), to: folder.appending(path: "entities.json"))
        for shape in shapes {
            try json(shape.questions.map(json), to: folder.appending(path: "\(shape.name).json"))
        }
    }

    private func json(_ question: BigTown.Question) -> [String: Any] {
        let decision = decide(question.person, question.action, on: question.resource, with: town.rights)
        let resource = question.resource == .none ? EntityUID("Node", "this") : uid(question.resource)
        return [
            "principal": Exported.text(EntityUID("Person", question.person.id.text)),
            "action": Exported.text(EntityUID("Action", question.action.name)), "resource": Exported.text(resource),
            "context": ["assurance": question.person.assurance.level, "suspended": false],
            "allowed": decision.allowed,
        ]
    }

    private func uid(_ resource: Resource) -> EntityUID { EntityUID("Record", resource.id) }

    private func record(_ resource: Resource) -> Entity? {
        guard resource != .none else { return nil }
        func people(_ ids: Set<ID<Person>>) -> Datum { .set(ids.map { .entity(EntityUID("Person", $0.text)) }) }
        func organisation(_ id: ID<Organisation>) -> Datum { .entity(EntityUID("Organisation", id.text)) }
        var attributes: [String: Datum] = [
            "id": .string(resource.id), "label": .string(resource.label ?? "TLP:AMBER"),
            "handlers": people(resource.handlers), "named": people(resource.named),
            "recipients": .set(resource.recipients.map(organisation)),
            "kinds": .set(resource.kinds.map { .string($0) }),
        ]
        attributes["owner"] = resource.owner.map(organisation)
        attributes["author"] = resource.author.map { .entity(EntityUID("Person", $0.text)) }
        return Entity(uid(resource), attributes)
    }

    private var actions: [[String: Any]] {
        town.rights.world.engine.schema.actions.map { action, rule in
            ["uid": Exported.json(action), "attrs": [String: Any](), "parents": rule.groups.map(Exported.json)]
        }
    }

    // MARK: Cedar's JSON

    private func json(_ value: Any, to file: URL) throws {
        try JSONSerialization.data(withJSONObject: value, options: [.sortedKeys]).write(to: file)
    }

    private static func text(_ uid: EntityUID) -> String { "\(uid.type)::\"\(uid.id)\"" }

    private static func json(_ uid: EntityUID) -> [String: Any] { ["type": uid.type, "id": uid.id] }

    private static func json(_ entity: Entity) -> [String: Any] {
        [
            "uid": json(entity.uid), "attrs": entity.attributes.mapValues(json), "parents": entity.parents.map(json),
        ]
    }

    private static func json(_ datum: Datum) -> Any {
        switch datum {
        case .bool(let value): value
        case .long(let value): value
        case .string(let text): text
        case .entity(let uid): ["__entity": json(uid)]
        case .set(let elements): elements.map(json)
        case .record(let fields): fields.mapValues(json)
        }
    }
}
