/// One question, in numbers of one world. Make it with `World.query`; it holds for that world alone.
package struct Query: Sendable {
    let principal: Int32
    private(set) var action: Int32
    let resource: Int32
    let context: RecordValue
    /// What only this question knows: handles from `cells.count`, symbols from `symbols.count` of the world on.
    var cells: ContiguousArray<World.Cell> = []
    var texts: [String] = []

    init(
        principal: Int32, action: Int32, resource: Int32, context: RecordValue,
        cells: ContiguousArray<World.Cell> = [], texts: [String] = []
    ) {
        self.principal = principal
        self.action = action
        self.resource = resource
        self.context = context
        self.cells = cells
        self.texts = texts
    }

    /// The same about another action.
    package func about(_ action: Handle) -> Query {
        var query = self
        query.action = action.number
        return query
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
        return asking.query(principal, action, resource, RecordValue(fields))
    }
}

/// A question while it is put together: what the world does not know gets numbers of its own.
package struct Asking {
    let world: World
    private(set) var cells: ContiguousArray<World.Cell> = []
    private(set) var texts: [String] = []

    package init(_ world: World) {
        self.world = world
    }

    func query(_ principal: Int32, _ action: Int32, _ resource: Int32, _ context: RecordValue) -> Query {
        Query(principal: principal, action: action, resource: resource, context: context, cells: cells, texts: texts)
    }

    mutating func query(
        _ principal: EntityUID, _ action: EntityUID, _ resource: EntityUID, _ context: RecordValue
    ) -> Query {
        let (principal, action, resource) = (handle(principal), handle(action), handle(resource))
        return query(principal, action, resource, context)
    }

    mutating func symbol(_ text: String) -> Int32 {
        if let known = world.symbols[text] { return known }
        if let own = texts.firstIndex(where: { $0.utf8.elementsEqual(text.utf8) }) {
            return Int32(world.symbols.count + own)
        }
        texts.append(text)
        return Int32(world.symbols.count + texts.count - 1)
    }

    mutating func handle(_ uid: EntityUID) -> Int32 { handle(symbol(uid.type), symbol(uid.id)) }

    mutating func handle(_ type: Int32, _ id: Int32) -> Int32 {
        if let known = world.handles[type, id] { return known }
        if let own = cells.firstIndex(where: { $0.type == type && $0.id == id }) {
            return Int32(world.cells.count + own)
        }
        cells.append(World.Cell(type: type, id: id, layout: world.engine.layouts[type]))
        return Int32(world.cells.count + cells.count - 1)
    }

    /// Describes an entity. One that the world knows keeps its number there and cannot be described anew.
    mutating func put(_ entity: Entity) throws(WorldFault) {
        guard let type = world.engine.schema.entities[entity.uid.type] else {
            throw WorldFault(uid: entity.uid, what: "the schema has no such type")
        }
        let index = Int(handle(entity.uid)) - world.cells.count
        guard index >= 0 else { throw WorldFault(uid: entity.uid, what: "is known already") }
        if let stray = entity.attributes.keys.first(where: { type.attributes.attributes[$0] == nil }) {
            throw WorldFault(uid: entity.uid, what: "the schema has no attribute \(stray)")
        }
        var values: [Value] = []
        if let layout = cells[index].layout {
            for (name, attribute) in zip(layout.names, layout.attributes) {
                let spelled = world.symbols.texts[Int(name)]
                if let datum = entity.attributes[spelled] {
                    values.append(try value(datum, as: attribute.type))
                } else if attribute.isRequired {
                    throw WorldFault(uid: entity.uid, what: "the attribute \(spelled) is missing")
                } else {
                    values.append(.absent)
                }
            }
        }
        let parents = entity.parents.map { handle($0) }
        describe(index, values, parents)
    }

    private mutating func describe(_ index: Int, _ values: [Value], _ parents: [Int32]) {
        cells[index].exists = true
        cells[index].attributes = values
        cells[index].parents = parents
        cells[index].ancestors = Schema.closure(of: Set(parents)) { parent in
            let own = Int(parent) - world.cells.count
            return Set(own < 0 ? world.cells[Int(parent)].parents : cells[own].parents)
        }.sorted()
    }

    /// A described entity of which the values stand in the order of the layout: no name is looked up.
    mutating func put(_ handle: Int32, _ values: [Value], parents: [Int32]) {
        let index = Int(handle) - world.cells.count
        if parents.isEmpty {
            cells[index].exists = true
            cells[index].attributes = values
        } else {
            describe(index, values, parents)
        }
    }

    mutating func value(_ datum: Datum, as type: CedarType) throws(WorldFault) -> Value {
        switch (datum, type) {
        case (.bool(let value), .bool): return .bool(value)
        case (.long(let value), .long): return .long(value)
        case (.string(let text), .string): return .string(symbol(text))
        case (.entity(let entity), .entity(let type)) where entity.type == type: return .entity(handle(entity))
        case (.set(let data), .set(let element)):
            var values: [Value] = []
            for datum in data { values.append(try value(datum, as: element)) }
            return .set(SetValue(values))
        case (.record(let fields), .record(let record)):
            var values: [(name: Int32, value: Value)] = []
            for (name, attribute) in record.attributes {
                if let datum = fields[name] {
                    values.append((symbol(name), try value(datum, as: attribute.type)))
                } else if attribute.isRequired {
                    throw WorldFault(uid: nil, what: "the field \(name) is missing")
                }
            }
            if let stray = fields.keys.first(where: { record.attributes[$0] == nil }) {
                throw WorldFault(uid: nil, what: "the schema has no field \(stray)")
            }
            return .record(RecordValue(values))
        default: throw WorldFault(uid: nil, what: "a value is no \(type.spelled)")
        }
    }
}
