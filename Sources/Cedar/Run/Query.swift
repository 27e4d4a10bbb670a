/// One question, in numbers of one world. Make it with `World.query`; it holds for that world alone.
package struct Query: ~Copyable {
    let principal: Int32
    let action: Int32
    let resource: Int32
    let context: ContextTerm
    /// What only this question knows.
    var known: Asking

    init(_ known: consuming Asking, _ principal: Int32, _ action: Int32, _ resource: Int32, _ context: ContextTerm) {
        self.principal = principal
        self.action = action
        self.resource = resource
        self.context = context
        self.known = known
    }

    func isOwn(_ handle: Int32) -> Bool { Int(handle) >= known.world.cells.count }

    func copy() -> Query { Query(known.copy(), principal, action, resource, context) }
}

/// The context of a question.
package final class ContextTerm: Sendable {
    let names: [Int32]
    let values: [Value]

    package convenience init(_ fields: [(name: Name, value: Term)]) {
        self.init(fields.map { (name: $0.name.symbol, value: $0.value.value) })
    }

    init(_ fields: [(name: Int32, value: Value)]) {
        names = fields.map(\.name)
        values = fields.map(\.value)
    }

    func value(_ name: Int32) -> Value {
        for index in names.indices where names[index] == name { return values[index] }
        return .absent
    }
}

extension World {
    /// The question whether `principal` may do `action` to `resource`. `known` describes entities for this question
    /// only, as a record that is in a database and not in the world. Throws what the schema does not allow.
    package func query(
        _ principal: EntityUID, _ action: EntityUID, _ resource: EntityUID, context: [String: Datum] = [:],
        known: [Entity] = []
    ) throws(WorldFault) -> Query {
        var asking = Asking(self)
        for entity in known { try asking.put(entity) }
        let rule = engine.schema.actions[action]
        if let rule, let stray = context.keys.first(where: { rule.context.attributes[$0] == nil }) {
            throw WorldFault(uid: action, what: "the context has no \(stray)")
        }
        var fields: [(name: Int32, value: Value)] = []
        for (name, attribute) in rule?.context.attributes ?? [:] {
            if let datum = context[name] {
                fields.append((asking.symbol(name), try asking.value(datum, as: attribute.type)))
            } else if attribute.isRequired {
                throw WorldFault(uid: action, what: "the context lacks \(name)")
            }
        }
        let (who, what, which) = (asking.handle(principal), asking.handle(action), asking.handle(resource))
        return Query(asking, who, what, which, ContextTerm(fields))
    }
}
