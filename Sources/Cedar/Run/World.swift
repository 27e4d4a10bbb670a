/// Everything that policies know of, at one moment: entities, their attributes, their ancestors. Immutable, so that
/// many decide at once; a change makes the next world, which shares what stayed.
package final class World: Sendable {
    package let engine: Engine
    let symbols: Symbols
    let handles: Handles
    let cells: ContiguousArray<Cell>
    let descendants = Descendants()

    struct Cell: Sendable {
        let type: Int32
        let id: Int32
        /// Something may be named (as a parent, in an attribute) and not be known.
        var exists = false
        /// As the layout of the type orders them.
        var attributes: [Value] = []
        var parents: [Int32] = []
        /// All of them, sorted; not itself.
        var ancestors: [Int32] = []
        /// For an entity of the schema's types, where attributes stand.
        var layout: Engine.Layout?

        /// `absent` where the entity lacks what its type may have. Asked in place: a copy of a cell costs more than the
        /// answer.
        @inline(__always)
        func attribute(_ name: Int32) throws(Fault) -> Value {
            guard exists else { throw .noSuchEntity }
            let slot = layout?.slot(name) ?? -1
            guard slot >= 0 else { throw .noSuchAttribute }
            return attributes[slot]
        }

        @inline(__always)
        func has(_ name: Int32) -> Bool {
            guard exists, let slot = layout?.slot(name), slot >= 0 else { return false }
            if case .absent = attributes[slot] { return false }
            return true
        }
    }

    init(engine: Engine, symbols: Symbols, handles: Handles, cells: ContiguousArray<Cell>) {
        self.engine = engine
        self.symbols = symbols
        self.handles = handles
        self.cells = cells
    }

    package var entityCount: Int { cells.count { $0.exists } }

    package func knows(_ uid: EntityUID) -> Bool {
        handle(uid).map { cells[Int($0)].exists } ?? false
    }

    func handle(_ uid: EntityUID) -> Int32? {
        guard let type = symbols[uid.type], let id = symbols[uid.id] else { return nil }
        return handles[type, id]
    }

    func uid(_ handle: Int32) -> EntityUID {
        let cell = cells[Int(handle)]
        return EntityUID(symbols.texts[Int(cell.type)], symbols.texts[Int(cell.id)])
    }
}

/// An entity or a context that the schema does not allow.
package struct WorldFault: Error, Sendable, Hashable, CustomStringConvertible {
    package let uid: EntityUID?
    package let what: String

    package init(uid: EntityUID?, what: String) {
        self.uid = uid
        self.what = what
    }

    package var description: String { "\(uid.map { "\($0): " } ?? "")\(what)" }
}

extension Engine {
    /// Throws when an entity has a type or an attribute that the schema lacks, or lacks one that it asks for.
    package func world(_ entities: [Entity]) throws(WorldFault) -> World {
        var making = WorldMaking(self)
        for entity in entities { try making.put(entity) }
        return making.finish(recountAll: true)
    }
}

extension World {
    /// The next world: these entities stand in place of what was known of them; the removed are known no more.
    package func replacing(_ entities: [Entity], removing removed: [EntityUID] = []) throws(WorldFault) -> World {
        var making = WorldMaking(self)
        for uid in removed { making.remove(uid) }
        for entity in entities { try making.put(entity) }
        return making.finish(recountAll: false)
    }
}

/// A world while it is put together.
struct WorldMaking {
    let engine: Engine
    var symbols: Symbols
    var handles: Handles
    var cells: ContiguousArray<World.Cell>
    private var changed: Set<Int32> = []

    init(_ engine: Engine) {
        self.engine = engine
        symbols = engine.start.symbols
        handles = engine.start.handles
        cells = []
        for entity in engine.start.entities {
            cells.append(World.Cell(type: entity.type, id: entity.id, layout: engine.layouts[entity.type]))
        }
        for (action, rule) in engine.schema.actions {
            let handle = handle(action)
            cells[Int(handle)].exists = true
            cells[Int(handle)].parents = rule.groups.map { self.handle($0) }
        }
    }

    init(_ world: World) {
        engine = world.engine
        symbols = world.symbols
        handles = world.handles
        cells = world.cells
    }

    mutating func handle(_ uid: EntityUID) -> Int32 {
        let (type, id) = (symbols.intern(uid.type), symbols.intern(uid.id))
        if let known = handles[type, id] { return known }
        let handle = Int32(cells.count)
        cells.append(World.Cell(type: type, id: id, layout: engine.layouts[type]))
        handles[type, id] = handle
        return handle
    }

    mutating func remove(_ uid: EntityUID) {
        let handle = handle(uid)
        cells[Int(handle)].exists = false
        cells[Int(handle)].attributes = []
        cells[Int(handle)].parents = []
        changed.insert(handle)
    }

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
        if let layout = cells[Int(handle)].layout {
            for (name, attribute) in zip(layout.names, layout.attributes) {
                let spelled = symbols.texts[Int(name)]
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
        cells[Int(handle)].exists = true
        cells[Int(handle)].attributes = values
        cells[Int(handle)].parents = entity.parents.map { self.handle($0) }
        changed.insert(handle)
    }

    mutating func value(_ datum: Datum, as type: CedarType, of uid: EntityUID?) throws(WorldFault) -> Value {
        switch (datum, type) {
        case (.bool(let value), .bool): return .bool(value)
        case (.long(let value), .long): return .long(value)
        case (.string(let text), .string): return .string(symbols.intern(text))
        case (.entity(let entity), .entity(let type)) where entity.type == type: return .entity(handle(entity))
        case (.set(let data), .set(let element)):
            var values: [Value] = []
            for datum in data { values.append(try value(datum, as: element, of: uid)) }
            return .set(SetValue(values))
        case (.record(let fields), .record(let record)):
            var values: [(name: Int32, value: Value)] = []
            for (name, attribute) in record.attributes {
                if let datum = fields[name] {
                    values.append((symbols.intern(name), try value(datum, as: attribute.type, of: uid)))
                } else if attribute.isRequired {
                    throw WorldFault(uid: uid, what: "the field \(name) is missing")
                }
            }
            if let stray = fields.keys.first(where: { record.attributes[$0] == nil }) {
                throw WorldFault(uid: uid, what: "the schema has no field \(stray)")
            }
            return .record(RecordValue(values))
        default: throw WorldFault(uid: uid, what: "a value is no \(type.spelled)")
        }
    }

    /// Works out ancestors: of all, or of those that changed when nothing stands below them.
    mutating func finish(recountAll: Bool) -> World {
        var recount = changed
        if recountAll || changed.contains(where: { isParent($0) }) { recount = Set(cells.indices.map { Int32($0) }) }
        var shared: [[Int32]: [Int32]] = [:]
        for handle in recount {
            let parents = cells[Int(handle)].parents
            if let known = shared[parents] {
                cells[Int(handle)].ancestors = known
                continue
            }
            let found = Schema.closure(of: Set(parents)) { Set(cells[Int($0)].parents) }.sorted()
            shared[parents] = found
            cells[Int(handle)].ancestors = found
        }
        return World(engine: engine, symbols: symbols, handles: handles, cells: cells)
    }

    private func isParent(_ handle: Int32) -> Bool {
        cells.contains { $0.parents.contains(handle) }
    }
}
