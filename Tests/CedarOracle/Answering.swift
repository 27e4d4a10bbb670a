import Cedar
import StrictJSON

extension World {
    /// Decides every request of a world, with and without knowing the resource beforehand.
    static func answer(_ json: JSONValue) throws -> JSON {
        let schema = try Schema(try json.requireString("schema"))
        let text = try PolicyText(try json.requireString("policies"))
        let isTaken = TypeChecker(schema).faults(in: text).isEmpty
        let entities = try json.requireElements("entities").map { try Entity($0, schema) }
        let world = try Engine(unchecked: text, schema).world(entities)
        var answers: [JSON] = []
        var (rows, tables, rowsDiffer): (Int64, Int64, Int64) = (0, 0, 0)
        for (place, request) in try json.requireElements("requests").enumerated() {
            let question = try Question(request, schema)
            let answer = try world.decide(question)
            answers.append([
                .bool(answer.allowed), .array(answer.determining.places.map { .integer(Int64($0)) }),
                .array(answer.failed.places.map { .integer(Int64($0)) }),
            ])
            // A list asks a table: only once in a while, because it looks at every entity.
            guard place % 5 == 0, let condition = try? world.residual(question) else { continue }
            tables += 1
            for entity in entities where entity.uid.type == question.resource.type {
                rows += 1
                var asked = question
                asked.resource = entity.uid
                if try world.decide(asked).allowed != condition.holds(for: entity) { rowsDiffer += 1 }
            }
        }
        return [
            "taken": .integer(isTaken ? 1 : 0), "answers": .array(answers), "rows": .integer(rows),
            "tables": .integer(tables), "rowsDiffer": .integer(rowsDiffer),
        ]
    }

    private func decide(_ question: Question) throws -> Answer {
        decide(try query(question.principal, question.action, question.resource, context: question.context))
    }

    private func residual(_ question: Question) throws -> Condition {
        try residual(question.principal, question.action, of: question.resource.type, context: question.context)
    }
}

struct Question {
    let principal: EntityUID
    let action: EntityUID
    var resource: EntityUID
    let context: [String: Datum]

    init(_ json: JSONValue, _ schema: Schema) throws {
        principal = try EntityUID(try json.require("principal"))
        action = try EntityUID(try json.require("action"))
        resource = try EntityUID(try json.require("resource"))
        context = try Dictionary(
            uniqueKeysWithValues: json.require("context").requireMembers().map { ($0.key, try Datum($0.value)) })
    }
}

extension EntityUID {
    init(_ json: JSONValue) throws { self.init(try json.requireString("type"), try json.requireString("id")) }
}

extension Entity {
    init(_ json: JSONValue, _ schema: Schema) throws {
        let attributes = try json.require("attrs").requireMembers().map { ($0.key, try Datum($0.value)) }
        self.init(
            try EntityUID(try json.require("uid")), Dictionary(uniqueKeysWithValues: attributes),
            parents: try json.requireElements("parents").map { try EntityUID($0) })
    }
}

extension Datum {
    init(_ json: JSONValue) throws {
        switch json.kind {
        case .bool: self = .bool(try json.requireBool())
        case .number: self = .long(try json.requireInteger())
        case .string: self = .string(try json.requireString())
        case .array: self = .set(try json.requireElements().map { try Datum($0) })
        case .object:
            if let entity = json["__entity"] {
                self = .entity(try EntityUID(entity))
            } else {
                self = .record(
                    Dictionary(uniqueKeysWithValues: try json.requireMembers().map { ($0.key, try Datum($0.value)) }))
            }
        case .null: throw json.error("json.type")
        }
    }
}
