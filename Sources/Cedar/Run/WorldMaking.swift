/// A world while it is put together.
struct WorldMaking {
    private let engine: Engine
    private var names: Names
    private var shelf: OpenShelf
    private var lines: ContiguousArray<Int32> = []
    /// Sets of entities that stand on the shelf: many people are in the same units.
    private var known: [ContiguousArray<Int32>: Value] = [:]
    /// Lines that stand already, by the handles in them.
    private var drawn: [ContiguousArray<Int32>: Stretch] = [:]

    init(_ engine: Engine) {
        self.engine = engine
        names = engine.start.names
        shelf = engine.start.shelf
        for index in names.cells.indices { names.cells[index].kind = engine.kind(of: names.cells[index].type) }
        for (action, rule) in engine.schema.actions {
            let handle = handle(action)
            names.cells[Int(handle)].exists = true
            names.cells[Int(handle)].parents = line(rule.groups.map { self.handle($0) })
        }
    }

    private mutating func handle(_ uid: EntityUID) -> Int32 { names.handle(uid, kind: engine.kind) }

    mutating func put(_ entity: Entity) throws(WorldFault) {
        guard let type = engine.schema.entities[entity.uid.type] else {
            throw WorldFault(uid: entity.uid, what: "the schema has no such type")
        }
        if let stray = entity.attributes.keys.first(where: { type.attributes.attributes[$0] == nil }) {
            throw WorldFault(uid: entity.uid, what: "the schema has no attribute \(stray)")
        }
        for parent in entity.parents where !type.parents.contains(parent.type) {
            throw WorldFault(uid: entity.uid, what: "the schema allows no parent \(parent)")
        }
        let handle = handle(entity.uid)
        var values: [Value] = []
        if names.cells[Int(handle)].kind >= 0 {
            let layout = engine.layouts[Int(names.cells[Int(handle)].kind)]
            for (name, attribute) in zip(layout.names, layout.attributes) {
                let spelled = names.symbols.text(name)
                guard let datum = entity.attributes[spelled] else {
                    guard !attribute.isRequired else {
                        throw WorldFault(uid: entity.uid, what: "the attribute \(spelled) is missing")
                    }
                    values.append(.absent)
                    continue
                }
                values.append(try value(datum, as: attribute.type, of: entity.uid))
            }
        }
        names.cells[Int(handle)].put(values, at: shelf.append(all: values))
        names.cells[Int(handle)].parents = line(entity.parents.map { self.handle($0) })
    }

    private mutating func value(_ datum: Datum, as type: CedarType, of uid: EntityUID?) throws(WorldFault) -> Value {
        switch (datum, type) {
        case (.bool(let value), .bool): return .bool(value)
        case (.long(let value), .long): return .long(value)
        case (.string(let text), .string): return .string(names.symbol(text))
        case (.entity(let entity), .entity(let type)) where entity.type == type: return .entity(handle(entity))
        case (.set(let data), .set(let element)):
            var values: [Value] = []
            for datum in data { values.append(try value(datum, as: element, of: uid)) }
            return set(values)
        case (.record(let fields), .record(let record)):
            var values: [(name: Int32, value: Value)] = []
            for (name, attribute) in record.attributes {
                if let datum = fields[name] {
                    values.append((names.symbol(name), try value(datum, as: attribute.type, of: uid)))
                } else if attribute.isRequired {
                    throw WorldFault(uid: uid, what: "the field \(name) is missing")
                }
            }
            if let stray = fields.keys.first(where: { record.attributes[$0] == nil }) {
                throw WorldFault(uid: uid, what: "the schema has no field \(stray)")
            }
            return shelf.record(values)
        default: throw WorldFault(uid: uid, what: "a value is no \(type.spelled)")
        }
    }

    private mutating func set(_ elements: [Value]) -> Value {
        let entities = elements.compactMap { if case .entity(let handle) = $0 { handle } else { nil } }
        guard !entities.isEmpty, entities.count == elements.count else { return shelf.set(elements) }
        let key = ContiguousArray(entities.sorted())
        if let value = known[key] { return value }
        let value = shelf.set(elements)
        known[key] = value
        return value
    }

    private mutating func line(_ handles: [Int32]) -> Stretch {
        if handles.isEmpty { return .none }
        let key = ContiguousArray(handles)
        if let stretch = drawn[key] { return stretch }
        let stretch = Stretch(start: Int32(lines.count), count: Int32(handles.count))
        lines.append(contentsOf: handles)
        drawn[key] = stretch
        return stretch
    }

    /// Works out the ancestors of all.
    mutating func finish() -> World {
        var ancestors: [Stretch: Stretch] = [:]
        for index in names.cells.indices {
            let parents = names.cells[index].parents
            if let known = ancestors[parents] {
                names.cells[index].ancestors = known
                continue
            }
            let found = Schema.closure(of: Set(handles(in: parents))) { Set(handles(in: names.cells[Int($0)].parents)) }
            let stretch = line(found.sorted())
            ancestors[parents] = stretch
            names.cells[index].ancestors = stretch
        }
        return World(engine: engine, names: names, shelf: shelf.values, lines: lines)
    }

    private func handles(in stretch: Stretch) -> [Int32] { stretch.places.map { lines[Int($0)] } }
}
