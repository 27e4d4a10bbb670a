import Cedar
import StrictJSON

/// What a world of the oracle comes to, where its policies can be read.
struct Compared {
    /// Whether our type checker takes the policies.
    var isTaken = false
    var answers: [Answer] = []
    var tables: Int64 = 0
    var rows: Int64 = 0
    /// Rows that a list has and `decide` denies, or the other way round.
    var rowsDiffer: Int64 = 0
    /// Answers that the program's own ways to ask give otherwise.
    var shortDiffer: Int64 = 0

    var json: JSON {
        func places(_ mask: PolicyMask) -> JSON { .array(mask.places.map { .integer(Int64($0)) }) }
        return [
            "taken": .integer(isTaken ? 1 : 0),
            "answers": .array(answers.map { [.bool($0.allowed), places($0.determining), places($0.failed)] }),
            "rows": .integer(rows), "tables": .integer(tables), "rowsDiffer": .integer(rowsDiffer),
            "shortDiffer": .integer(shortDiffer),
        ]
    }
}

extension World {
    /// Decides every request of a world; every one of so many also as a list, where the resource is not known
    /// beforehand: a list asks a table, and looks at every entity. Throws `Unread` where it cannot read the policies.
    static func compared(_ json: JSONValue, everyList: Int = 5) throws -> Compared {
        let schema = try Schema(try json.requireString("schema"))
        let text = try policies(try json.requireString("policies"))
        let entities = try json.requireElements("entities").map { try Entity($0, schema) }
        let world = try Engine(unchecked: text, schema).world(entities)
        var compared = Compared(isTaken: TypeChecker(schema).faults(in: text).isEmpty)
        for (place, request) in try json.requireElements("requests").enumerated() {
            let question = try Question(request, schema)
            let answer = try world.decide(question)
            compared.answers.append(answer)
            if try !world.isShortToo(answer, question) { compared.shortDiffer += 1 }
            guard place % everyList == 0, let condition = try? world.residual(question) else { continue }
            compared.tables += 1
            for entity in entities where entity.uid.type == question.resource.type {
                compared.rows += 1
                var asked = question
                asked.resource = entity.uid
                if try world.decide(asked).allowed != condition.holds(for: entity) { compared.rowsDiffer += 1 }
            }
        }
        return compared
    }

    private static func policies(_ text: String) throws(Unread) -> PolicyText {
        do { return try PolicyText(text) } catch { throw Unread(why: error) }
    }

    private func decide(_ question: Question) throws -> Answer {
        decide(try query(question.principal, question.action, question.resource, context: question.context))
    }

    /// Whether the ways in which the program itself asks, which leave out what cannot matter, say the same.
    private func isShortToo(_ answer: Answer, _ question: Question) throws -> Bool {
        guard let action = handle(of: question.action) else { return true }
        var evaluation = Evaluation(
            try query(question.principal, question.action, question.resource, context: question.context))
        let short = evaluation.shortAnswer()
        return short.allowed == answer.allowed && short.determining == answer.determining
            && short.isUnsure == answer.isUnsure && evaluation.allows(action) == answer.allowed
    }

    private func residual(_ question: Question) throws -> Condition {
        try residual(question.principal, question.action, of: question.resource.type, context: question.context)
    }
}

/// Policies that we refuse to read: no fault where Cedar refuses them too.
struct Unread: Error {
    let why: CedarError
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
