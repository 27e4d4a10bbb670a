/// Why a policy could not be evaluated; Cedar then goes on without it.
package enum Fault: Error, Sendable, Hashable {
    case wrongType, noSuchAttribute, noSuchEntity, overflow
}

/// Follows the steps of policies for one question.
struct Evaluation {
    let world: World
    let engine: Engine
    let query: Query
    var trace: Trace?

    init(_ world: World, _ query: Query, trace: Trace? = nil) {
        self.world = world
        engine = world.engine
        self.query = query
        self.trace = trace
    }

    @inline(__always)
    func cell(_ handle: Int32) -> World.Cell {
        let index = Int(handle)
        return index < world.cells.count ? world.cells[index] : query.cells[index - world.cells.count]
    }

    func type(of handle: Int32) -> Int32 {
        let index = Int(handle)
        return index < world.cells.count ? world.cells[index].type : query.cells[index - world.cells.count].type
    }

    func text(_ symbol: Int32) -> String {
        let index = Int(symbol)
        return index < world.symbols.count ? world.symbols.texts[index] : query.texts[index - world.symbols.count]
    }

    /// The truth of a condition. Throws when it is none.
    func truth(_ index: Int32) throws(Fault) -> Bool {
        let node = engine.nodes[Int(index)]
        switch node.step {
        case .and:
            guard try truth(node.a) else { return false }
            return try truth(node.b)
        case .or:
            if try truth(node.a) { return true }
            return try truth(node.b)
        case .not: return try !truth(node.a)
        case .choice: return try truth(try truth(node.a) ? node.b : node.c)
        case .equal: return try value(node.a) == value(node.b)
        case .in: return try isIn(try entity(node.a), try value(node.b))
        case .isType: return type(of: try entity(node.a)) == node.b
        case .has: return try has(try value(node.a), node.b)
        case .less: return try long(node.a) < long(node.b)
        case .lessOrEqual: return try long(node.a) <= long(node.b)
        case .like: return engine.program.patterns[Int(node.b)].matches(text(try string(node.a)))
        case .contains:
            let set = try set(node.a)
            return set.contains(try value(node.b))
        case .containsAll:
            let (set, other) = (try set(node.a), try set(node.b))
            return other.elements.allSatisfy(set.contains)
        case .containsAny:
            let (set, other) = (try set(node.a), try set(node.b))
            return other.elements.contains(where: set.contains)
        case .isEmpty: return try set(node.a).elements.isEmpty
        default:
            guard case .bool(let value) = try value(index) else { throw .wrongType }
            return value
        }
    }

    func value(_ index: Int32) throws(Fault) -> Value {
        let node = engine.nodes[Int(index)]
        switch node.step {
        case .constant: return engine.constants[Int(node.a)]
        case .principal: return .entity(query.principal)
        case .action: return .entity(query.action)
        case .resource: return .entity(query.resource)
        case .context: return .record(query.context)
        case .attribute: return try attribute(node)
        case .choice: return try value(try truth(node.a) ? node.b : node.c)
        case .negative: return .long(try Evaluation.checked(Int64(0).subtractingReportingOverflow(try long(node.a))))
        case .plus: return .long(try Evaluation.checked(try long(node.a).addingReportingOverflow(try long(node.b))))
        case .minus:
            return .long(try Evaluation.checked(try long(node.a).subtractingReportingOverflow(try long(node.b))))
        case .times:
            return .long(try Evaluation.checked(try long(node.a).multipliedReportingOverflow(by: try long(node.b))))
        case .set:
            var elements: [Value] = []
            for place in node.a..<node.b { elements.append(try value(engine.lists[Int(place)])) }
            return .set(SetValue(elements))
        case .record:
            var fields: [(name: Int32, value: Value)] = []
            for place in stride(from: Int(node.a), to: Int(node.b), by: 2) {
                fields.append((engine.lists[place], try value(engine.lists[place + 1])))
            }
            return .record(RecordValue(fields))
        default: return .bool(try truth(index))
        }
    }

    private static func checked(_ result: (partialValue: Int64, overflow: Bool)) throws(Fault) -> Int64 {
        guard !result.overflow else { throw .overflow }
        return result.partialValue
    }

    private func attribute(_ node: Program.Node) throws(Fault) -> Value {
        let subject = engine.nodes[Int(node.a)]
        let found: Value
        if subject.step == .context {
            found = query.context.value(node.b)
        } else {
            switch try value(node.a) {
            case .entity(let handle): return try attribute(node.b, of: handle)
            case .record(let record): found = record.value(node.b)
            default: throw .wrongType
            }
        }
        if case .absent = found { throw .noSuchAttribute }
        return found
    }

    private func attribute(_ name: Int32, of handle: Int32) throws(Fault) -> Value {
        let index = Int(handle)
        let found =
            index < world.cells.count
            ? try world.cells[index].attribute(name) : try query.cells[index - world.cells.count].attribute(name)
        if case .absent = found { throw .noSuchAttribute }
        trace?.read(handle, name)
        return found
    }

    private func has(_ subject: Value, _ name: Int32) throws(Fault) -> Bool {
        switch subject {
        case .record(let record): return record.value(name) != .absent
        case .entity(let handle):
            let index = Int(handle)
            let isThere =
                index < world.cells.count
                ? world.cells[index].has(name) : query.cells[index - world.cells.count].has(name)
            guard isThere else { return false }
            trace?.read(handle, name)
            return true
        default: throw .wrongType
        }
    }

    private func entity(_ node: Int32) throws(Fault) -> Int32 {
        guard case .entity(let handle) = try value(node) else { throw .wrongType }
        return handle
    }

    private func long(_ node: Int32) throws(Fault) -> Int64 {
        guard case .long(let long) = try value(node) else { throw .wrongType }
        return long
    }

    private func string(_ node: Int32) throws(Fault) -> Int32 {
        guard case .string(let symbol) = try value(node) else { throw .wrongType }
        return symbol
    }

    private func set(_ node: Int32) throws(Fault) -> SetValue {
        guard case .set(let set) = try value(node) else { throw .wrongType }
        return set
    }

    private func isIn(_ handle: Int32, _ ancestors: Value) throws(Fault) -> Bool {
        switch ancestors {
        case .entity(let ancestor): return isIn(handle, ancestor)
        case .set(let set):
            for element in set.elements {
                guard case .entity = element else { throw .wrongType }
            }
            for element in set.elements {
                if case .entity(let ancestor) = element, isIn(handle, ancestor) { return true }
            }
            return false
        default: throw .wrongType
        }
    }

    func isIn(_ handle: Int32, _ ancestor: Int32) -> Bool {
        if handle == ancestor { return true }
        let index = Int(handle)
        let found =
            index < world.cells.count
            ? Evaluation.holds(world.cells[index].ancestors, ancestor)
            : Evaluation.holds(query.cells[index - world.cells.count].ancestors, ancestor)
        if found { trace?.met(handle, ancestor) }
        return found
    }

    /// Whether a sorted list has `wanted`.
    private static func holds(_ sorted: [Int32], _ wanted: Int32) -> Bool {
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < wanted { low = middle + 1 } else { high = middle }
        }
        return low < sorted.count && sorted[low] == wanted
    }
}
