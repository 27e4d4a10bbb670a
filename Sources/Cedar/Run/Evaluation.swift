/// Why a policy could not be evaluated; Cedar then goes on without it.
package enum Fault: Error, Sendable, Hashable {
    case wrongType, noSuchAttribute, noSuchEntity, overflow
}

/// Follows the steps of policies for one question.
///
/// The resource may be a thing that tells of itself (`Handle.told`): an attribute of it is looked up when a policy asks
/// for it, once. Most policies ask for few.
package struct Evaluation: ~Copyable {
    /// What the told thing says of an attribute, by its place in `World.order`.
    package typealias Tell = (_ place: Int, _ asking: inout Asking) -> Term

    let engine: Engine
    var asking: Asking
    let principal: Int32
    var action: Int32
    let resource: Int32
    let context: ContextTerm
    var trace: Trace?
    private let toldCell: World.Cell
    private var told = InlineArray<8, Value>(repeating: .untold)

    /// `told`: the type of the thing that tells of itself, of at most eight attributes.
    package init(_ query: consuming Query, told: Name? = nil) {
        self.init(query, told: told, trace: nil)
    }

    init(_ query: consuming Query, told: Name? = nil, trace: Trace?) {
        engine = query.known.world.engine
        principal = query.principal
        action = query.action
        resource = query.resource
        context = query.context
        asking = query.known
        self.trace = trace
        let type = told?.symbol ?? -1
        toldCell = World.Cell(type: type, id: -1, kind: type < 0 ? -1 : engine.kind(of: type), exists: true)
    }

    /// Where every entity is described in the question.
    package static func nothing(_ place: Int, _ asking: inout Asking) -> Term { .nothing }

    var world: World { asking.world }

    @inline(__always)
    func cell(_ handle: Int32) -> World.Cell { handle < 0 ? toldCell : asking.cell(handle) }

    // MARK: Conditions

    /// The truth of a condition of the plan. Throws where a test of it fails.
    mutating func holds(_ start: Int32, _ tell: Tell) throws(Fault) -> Bool {
        var next = start
        while next >= 0 {
            let test = engine.plan.tests[Int(next)]
            next = try truth(test.node, tell) ? test.whenTrue : test.whenFalse
        }
        return next == Plan.Test.holds
    }

    /// The truth of a condition. Throws when it is none.
    mutating func truth(_ index: Int32, _ tell: Tell) throws(Fault) -> Bool {
        let node = engine.nodes[Int(index)]
        switch node.step {
        case .and:
            guard try truth(node.a, tell) else { return false }
            return try truth(node.b, tell)
        case .or:
            if try truth(node.a, tell) { return true }
            return try truth(node.b, tell)
        case .not: return try !truth(node.a, tell)
        case .choice: return try truth(try truth(node.a, tell) ? node.b : node.c, tell)
        case .equal:
            let (left, right) = (try value(node.a, tell), try value(node.b, tell))
            return asking.same(left, right)
        case .in:
            let (member, ancestors) = (try entity(node.a, tell), try value(node.b, tell))
            return try isIn(member, ancestors)
        case .isType:
            let entity = try entity(node.a, tell)
            return cell(entity).type == node.b
        case .has: return try has(node, tell)
        case .less: return try long(node.a, tell) < long(node.b, tell)
        case .lessOrEqual: return try long(node.a, tell) <= long(node.b, tell)
        case .like:
            let symbol = try string(node.a, tell)
            return engine.program.patterns[Int(node.b)].matches(asking.text(symbol))
        case .contains:
            let set = try set(node.a, tell)
            if set.count == 0, isSureToBeTold(node.b) { return false }
            let wanted = try value(node.b, tell)
            return asking.contains(set, wanted)
        case .containsAll:
            let (set, other) = (try set(node.a, tell), try set(node.b, tell))
            return asking.contains(set, allOf: other)
        case .containsAny:
            let (set, other) = (try set(node.a, tell), try set(node.b, tell))
            return asking.contains(set, anyOf: other)
        case .isEmpty: return try set(node.a, tell).count == 0
        default:
            guard case .bool(let value) = try value(index, tell) else { throw .wrongType }
            return value
        }
    }

    /// Whether a step asks the told thing for what it always has: where nothing is looked for, it need not be asked.
    private func isSureToBeTold(_ index: Int32) -> Bool {
        let node = engine.nodes[Int(index)]
        guard resource < 0, node.step == .attribute, engine.nodes[Int(node.a)].step == .resource else { return false }
        let slot = engine.slot(toldCell.kind, node.c)
        return slot >= 0 && engine.layouts[Int(toldCell.kind)].attributes[slot].isRequired
    }

    private mutating func has(_ node: Program.Node, _ tell: Tell) throws(Fault) -> Bool {
        switch try record(node.a, tell) {
        case .record(let record): return !asking.field(node.b, of: record).isAbsent
        case .entity(let handle):
            let cell = cell(handle)
            let slot = cell.exists ? engine.slot(cell.kind, node.c) : -1
            guard slot >= 0 else { return false }
            let isThere =
                handle >= 0 && slot < 32
                ? cell.present & 1 &<< UInt32(slot) != 0 : !attribute(slot, of: handle, cell, tell).isAbsent
            guard isThere else { return false }
            trace?.read(handle, node.b)
            return true
        case .untold: return !context.value(node.b).isAbsent
        default: throw .wrongType
        }
    }

    private func isIn(_ handle: Int32, _ ancestors: Value) throws(Fault) -> Bool {
        switch ancestors {
        case .entity(let ancestor): return isIn(handle, ancestor)
        case .set(let set):
            for place in set.places {
                guard case .entity = asking[place] else { throw .wrongType }
            }
            for place in set.places {
                if case .entity(let ancestor) = asking[place], isIn(handle, ancestor) { return true }
            }
            return false
        default: throw .wrongType
        }
    }

    /// Ancestors stand sorted.
    private func isIn(_ handle: Int32, _ ancestor: Int32) -> Bool {
        if handle == ancestor { return true }
        let ancestors = cell(handle).ancestors
        var (low, high) = (ancestors.start, ancestors.start + ancestors.count)
        while low < high {
            let middle = (low + high) / 2
            if asking.line(middle) < ancestor { low = middle + 1 } else { high = middle }
        }
        let found = low < ancestors.start + ancestors.count && asking.line(low) == ancestor
        if found { trace?.met(handle, ancestor) }
        return found
    }

    // MARK: Values

    mutating func value(_ index: Int32, _ tell: Tell) throws(Fault) -> Value {
        let node = engine.nodes[Int(index)]
        switch node.step {
        case .constant: return engine.constants[Int(node.a)]
        case .principal: return .entity(principal)
        case .action: return .entity(action)
        case .resource: return .entity(resource)
        case .attribute: return try attribute(node, tell)
        case .context: return asking.record(Array(zip(context.names, context.values)).map { (name: $0, value: $1) })
        case .choice: return try value(try truth(node.a, tell) ? node.b : node.c, tell)
        case .negative, .plus, .minus, .times: return .long(try sum(node, tell))
        case .set:
            var elements: [Value] = []
            for place in node.a..<node.b { elements.append(try value(engine.lists[Int(place)], tell)) }
            return asking.set(elements)
        case .record:
            var fields: [(name: Int32, value: Value)] = []
            for place in stride(from: Int(node.a), to: Int(node.b), by: 2) {
                fields.append((engine.lists[place], try value(engine.lists[place + 1], tell)))
            }
            return asking.record(fields)
        default: return .bool(try truth(index, tell))
        }
    }

    private mutating func sum(_ node: Program.Node, _ tell: Tell) throws(Fault) -> Int64 {
        let left = try long(node.a, tell)
        let result =
            switch node.step {
            case .negative: Int64(0).subtractingReportingOverflow(left)
            case .plus: left.addingReportingOverflow(try long(node.b, tell))
            case .minus: left.subtractingReportingOverflow(try long(node.b, tell))
            default: left.multipliedReportingOverflow(by: try long(node.b, tell))
            }
        guard !result.overflow else { throw .overflow }
        return result.partialValue
    }

    /// Of what an attribute is asked; `untold` stands for the context, which is asked in its own place.
    @inline(__always)
    private mutating func record(_ index: Int32, _ tell: Tell) throws(Fault) -> Value {
        switch engine.nodes[Int(index)].step {
        case .principal: return .entity(principal)
        case .resource: return .entity(resource)
        case .context: return .untold
        default: return try value(index, tell)
        }
    }

    private mutating func attribute(_ node: Program.Node, _ tell: Tell) throws(Fault) -> Value {
        let found: Value
        switch try record(node.a, tell) {
        case .entity(let handle):
            let cell = cell(handle)
            guard cell.exists else { throw .noSuchEntity }
            let slot = engine.slot(cell.kind, node.c)
            guard slot >= 0 else { throw .noSuchAttribute }
            found = attribute(slot, of: handle, cell, tell)
            if !found.isAbsent { trace?.read(handle, node.b) }
        case .record(let record): found = asking.field(node.b, of: record)
        case .untold: found = context.value(node.b)
        default: throw .wrongType
        }
        if found.isAbsent { throw .noSuchAttribute }
        return found
    }

    @inline(__always)
    mutating func attribute(_ slot: Int, of handle: Int32, _ cell: World.Cell, _ tell: Tell) -> Value {
        guard handle < 0 else { return asking[cell.attributes + Int32(slot)] }
        if case .untold = told[slot] { told[slot] = tell(slot, &asking).value }
        return told[slot]
    }

    private mutating func entity(_ node: Int32, _ tell: Tell) throws(Fault) -> Int32 {
        guard case .entity(let handle) = try value(node, tell) else { throw .wrongType }
        return handle
    }

    private mutating func long(_ node: Int32, _ tell: Tell) throws(Fault) -> Int64 {
        guard case .long(let long) = try value(node, tell) else { throw .wrongType }
        return long
    }

    private mutating func string(_ node: Int32, _ tell: Tell) throws(Fault) -> Int32 {
        guard case .string(let symbol) = try value(node, tell) else { throw .wrongType }
        return symbol
    }

    private mutating func set(_ node: Int32, _ tell: Tell) throws(Fault) -> Stretch {
        guard case .set(let set) = try value(node, tell) else { throw .wrongType }
        return set
    }
}
