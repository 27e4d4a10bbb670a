/// A question while it is put together: what the world does not know gets numbers of its own.
package struct Asking: ~Copyable {
    let world: World
    // What only this question knows. Numbers and places go on where those of the world end.
    private(set) var cells: ContiguousArray<World.Cell> = []
    private var texts: [String] = []
    private var lines: ContiguousArray<Int32> = []
    private var shelf: ContiguousArray<Value> = []

    package init(_ world: World) { self.world = world }

    /// Another that knows the same and goes its own way.
    func copy() -> Asking {
        var copy = Asking(world)
        copy.cells = cells
        copy.texts = texts
        copy.lines = lines
        copy.shelf = shelf
        return copy
    }

    /// The number that the next text of this question's own would get.
    var nextSymbol: Int32 { Int32(world.symbols.count + texts.count) }

    // MARK: Numbers

    mutating func symbol(_ text: String) -> Int32 {
        let known = world.symbol(text)
        if known >= 0 { return known }
        if let place = texts.firstIndex(where: { $0.utf8.elementsEqual(text.utf8) }) {
            return Int32(world.symbols.count + place)
        }
        texts.append(text)
        return nextSymbol - 1
    }

    func text(_ symbol: Int32) -> String {
        let place = Int(symbol) - world.symbols.count
        return place < 0 ? world.symbols.text(symbol) : texts[place]
    }

    mutating func handle(_ uid: EntityUID) -> Int32 { handle(symbol(uid.type), symbol(uid.id)) }

    mutating func handle(_ type: Int32, _ id: Int32) -> Int32 {
        if Int(id) < world.symbols.count, let known = world.handle(type, id) { return known }
        if let place = cells.firstIndex(where: { $0.type == type && $0.id == id }) {
            return Int32(world.cells.count + place)
        }
        return add(World.Cell(type: type, id: id, kind: world.engine.kind(of: type)))
    }

    mutating func add(_ cell: World.Cell) -> Int32 {
        cells.append(cell)
        return Int32(world.cells.count + cells.count - 1)
    }

    @inline(__always)
    func cell(_ handle: Int32) -> World.Cell {
        let place = Int(handle)
        return place < world.cells.count ? world.cells[place] : ownCell(place - world.cells.count)
    }

    /// The number after the last stands for an entity of which nothing is known.
    private func ownCell(_ place: Int) -> World.Cell {
        place < cells.count ? cells[place] : .nobody
    }

    /// Of parents or ancestors.
    @inline(__always)
    func line(_ place: Int32) -> Int32 {
        let place = Int(place)
        return place < world.lines.count ? world.lines[place] : lines[place - world.lines.count]
    }

    func line(_ stretch: Stretch) -> [Int32] { stretch.places.map { line($0) } }

    func name(_ handle: Int32) -> EntityUID {
        let cell = cell(handle)
        return EntityUID(text(cell.type), text(cell.id))
    }

    // MARK: Descriptions

    /// Describes an entity. One that the world knows keeps its number there and cannot be described anew.
    mutating func put(_ entity: Entity) throws(WorldFault) {
        guard let type = world.engine.schema.entities[entity.uid.type] else {
            throw WorldFault(uid: entity.uid, what: "the schema has no such type")
        }
        let handle = handle(entity.uid)
        guard Int(handle) >= world.cells.count else { throw WorldFault(uid: entity.uid, what: "is known already") }
        if let stray = entity.attributes.keys.first(where: { type.attributes.attributes[$0] == nil }) {
            throw WorldFault(uid: entity.uid, what: "the schema has no attribute \(stray)")
        }
        var values: [Value] = []
        if let layout = world.engine.layout(of: cell(handle).type) {
            for (name, attribute) in zip(layout.names, layout.attributes) {
                let spelled = world.symbols.text(name)
                if let datum = entity.attributes[spelled] {
                    values.append(try value(datum, as: attribute.type))
                } else if attribute.isRequired {
                    throw WorldFault(uid: entity.uid, what: "the attribute \(spelled) is missing")
                } else {
                    values.append(.absent)
                }
            }
        }
        put(handle, values, parents: entity.parents.map { self.handle($0) })
    }

    /// A described entity of which the values stand in the order of the layout: no name is looked up.
    mutating func put(_ handle: Int32, _ values: [Value], parents: [Int32]) {
        var cell = cell(handle)
        cell.put(values, at: append(all: values))
        if !parents.isEmpty {
            cell.parents = stretch(parents)
            let ancestors = Schema.closure(of: Set(parents)) { Set(line(self.cell($0).parents)) }
            cell.ancestors = stretch(ancestors.sorted())
        }
        cells[Int(handle) - world.cells.count] = cell
    }

    private mutating func stretch(_ handles: [Int32]) -> Stretch {
        let start = Int32(world.lines.count + lines.count)
        lines.append(contentsOf: handles)
        return Stretch(start: start, count: Int32(handles.count))
    }

    /// Puts another value in place of an attribute of an entity that only this question knows.
    mutating func replace(_ slot: Int, of handle: Int32, with value: Value) {
        replace(cell(handle).attributes + Int32(slot), with: value)
        cells[Int(handle) - world.cells.count].note(value, at: slot)
    }

    // MARK: Values

    mutating func value(_ datum: Datum, as type: CedarType) throws(WorldFault) -> Value {
        switch (datum, type) {
        case (.bool(let value), .bool): return .bool(value)
        case (.long(let value), .long): return .long(value)
        case (.string(let text), .string): return .string(symbol(text))
        case (.entity(let entity), .entity(let type)) where entity.type == type: return .entity(handle(entity))
        case (.set(let data), .set(let element)):
            var values: [Value] = []
            for datum in data { values.append(try value(datum, as: element)) }
            return set(values)
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
            return self.record(values)
        default: throw WorldFault(uid: nil, what: "a value is no \(type.spelled)")
        }
    }

    func datum(_ value: Value) -> Datum {
        switch value {
        case .bool(let value): return .bool(value)
        case .long(let value): return .long(value)
        case .string(let symbol): return .string(text(symbol))
        case .entity(let handle): return .entity(name(handle))
        case .set(let set): return .set(elements(set).map { datum($0) })
        case .record(let record):
            return .record(
                Dictionary(
                    fields(record).map { (text($0.name), datum($0.value)) },
                    uniquingKeysWith: { first, _ in first }))
        case .absent, .untold: return .set([])
        }
    }
}

// MARK: The shelf

extension Asking: Shelf {
    subscript(place: Int32) -> Value {
        @inline(__always) get {
            let place = Int(place)
            return place < world.shelf.count ? world.shelf[place] : shelf[place - world.shelf.count]
        }
    }

    var end: Int32 { Int32(world.shelf.count + shelf.count) }

    mutating func append(_ value: Value) { shelf.append(value) }

    /// Room for more at once: for most questions it is all that they ever keep.
    mutating func makeRoom(for count: Int) {
        if shelf.isEmpty { shelf.reserveCapacity(max(count, 8)) }
    }

    mutating func replace(_ place: Int32, with value: Value) { shelf[Int(place) - world.shelf.count] = value }

    mutating func cut(to end: Int32) { shelf.removeLast(world.shelf.count + shelf.count - Int(end)) }
}
