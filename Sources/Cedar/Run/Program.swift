/// Policies as numbered steps.
struct Program: Sendable {
    enum Step: UInt8, Sendable {
        case constant, principal, action, resource, context
        case and, or, not, negative, choice
        case equal, less, lessOrEqual, plus, minus, times
        case `in`, isType, has, attribute, like
        case contains, containsAll, containsAny, isEmpty
        case set, record
    }

    struct Node: Sendable {
        let step: Step
        /// What of the resource matters for the outcome.
        let looks: Looks
        var a: Int32 = 0
        var b: Int32 = 0
        var c: Int32 = 0

        var looksAtResource: Bool { !looks.isEmpty }
    }

    /// Attributes of the resource, a bit each in the order in which policies name them. The last bit stands for the
    /// resource itself, and for attributes beyond the bits.
    struct Looks: OptionSet, Sendable, Hashable {
        let rawValue: UInt64
        static let itself = Looks(rawValue: 1 << 63)
    }

    struct Policy: Sendable {
        let permits: Bool
        /// The type that the scope asks for; -1 for any.
        let principalType: Int32
        let resourceType: Int32
        let root: Int32
    }

    var nodes: ContiguousArray<Node> = []
    var constants: [Value] = []
    var patterns: [Pattern] = []
    /// Elements of sets, and names and values of records in turn.
    var lists: [Int32] = []
    var policies: ContiguousArray<Policy> = []
    /// Which bit of `Looks` an attribute of the resource is.
    private(set) var lookedAt: [Int32] = []

    mutating func looks(at attribute: Int32) -> Looks {
        guard let bit = lookedAt.firstIndex(of: attribute) else {
            guard lookedAt.count < 63 else { return .itself }
            lookedAt.append(attribute)
            return Looks(rawValue: 1 << UInt64(lookedAt.count - 1))
        }
        return Looks(rawValue: 1 << UInt64(bit))
    }

    /// Nothing where no policy reads it.
    func bit(of attribute: Int32) -> Looks {
        lookedAt.firstIndex(of: attribute).map { Looks(rawValue: 1 << UInt64($0)) } ?? []
    }

    /// The parts of a step that are steps themselves.
    func parts(of node: Node) -> [Int32] {
        switch node.step {
        case .constant, .principal, .action, .resource, .context: []
        case .set: Array(lists[Int(node.a)..<Int(node.b)])
        case .record: stride(from: Int(node.a) + 1, to: Int(node.b), by: 2).map { lists[$0] }
        case .choice: [node.a, node.b, node.c]
        case .not, .negative, .isType, .has, .attribute, .like, .isEmpty: [node.a]
        default: [node.a, node.b]
        }
    }
}

/// Turns expressions into steps.
struct Assembler {
    var symbols = Symbols()
    var handles = Handles()
    /// Type and id of each handle.
    var entities: [(type: Int32, id: Int32)] = []
    var program = Program()

    mutating func handle(_ uid: EntityUID) -> Int32 {
        let (type, id) = (symbols.intern(uid.type), symbols.intern(uid.id))
        if let known = handles[type, id] { return known }
        let handle = Int32(entities.count)
        entities.append((type, id))
        handles[type, id] = handle
        return handle
    }

    mutating func add(_ policy: CedarPolicy) throws(CedarError) {
        var parts: [Expression] = []
        for (variable, target) in [
            (Expression.Variable.principal, policy.scope.principal), (.resource, policy.scope.resource),
        ] {
            let subject = try Expression(.variable(variable), at: policy.at)
            switch target {
            case .equals(let uid):
                parts.append(
                    try Expression(.binary(.equal, subject, try Expression(.entity(uid), at: policy.at)), at: policy.at)
                )
            case .within(let uid), .ofTypeWithin(_, let uid):
                parts.append(
                    try Expression(.binary(.in, subject, try Expression(.entity(uid), at: policy.at)), at: policy.at))
            case .any, .ofType, .withinAny: break
            }
        }
        parts += policy.conditions
        var root = constantNode(.bool(true))
        if let first = parts.first { root = assemble(first) }
        for part in parts.dropFirst() {
            let right = assemble(part)
            root = node(.and, a: root, b: right, looks: looks(root).union(looks(right)))
        }
        program.policies.append(
            Program.Policy(
                permits: policy.effect == .permit, principalType: type(of: policy.scope.principal),
                resourceType: type(of: policy.scope.resource), root: root))
    }

    private mutating func type(of target: CedarPolicy.Target) -> Int32 {
        switch target {
        case .any, .within, .withinAny: -1
        case .equals(let uid): symbols.intern(uid.type)
        case .ofType(let type), .ofTypeWithin(let type, _): symbols.intern(type)
        }
    }

    private func looks(_ node: Int32) -> Program.Looks { program.nodes[Int(node)].looks }

    private mutating func node(
        _ step: Program.Step, a: Int32 = 0, b: Int32 = 0, c: Int32 = 0, looks: Program.Looks = []
    ) -> Int32 {
        program.nodes.append(Program.Node(step: step, looks: looks, a: a, b: b, c: c))
        return Int32(program.nodes.count - 1)
    }

    private mutating func constantNode(_ value: Value) -> Int32 {
        program.constants.append(value)
        return node(.constant, a: Int32(program.constants.count - 1))
    }

    mutating func assemble(_ expression: Expression) -> Int32 {
        switch expression.kind {
        case .bool(let value): return constantNode(.bool(value))
        case .long(let value): return constantNode(.long(value))
        case .string(let text): return constantNode(.string(symbols.intern(text)))
        case .entity(let uid): return constantNode(.entity(handle(uid)))
        case .variable(let variable):
            let step: Program.Step =
                switch variable {
                case .principal: .principal
                case .action: .action
                case .resource: .resource
                case .context: .context
                }
            return node(step, looks: variable == .resource ? .itself : [])
        case .not(let part): return unary(.not, part)
        case .negative(let part): return unary(.negative, part)
        case .isEmpty(let part): return unary(.isEmpty, part)
        case .attribute(let part, let name): return unary(.attribute, part, b: symbols.intern(name))
        case .has(let part, let name): return unary(.has, part, b: symbols.intern(name))
        case .isType(let part, let type): return unary(.isType, part, b: symbols.intern(type))
        case .like(let part, let pattern):
            program.patterns.append(pattern)
            return unary(.like, part, b: Int32(program.patterns.count - 1))
        case .binary(let symbol, let left, let right): return binary(symbol, left, right)
        case .choice(let condition, let then, let otherwise):
            let (a, b, c) = (assemble(condition), assemble(then), assemble(otherwise))
            return node(.choice, a: a, b: b, c: c, looks: looks(a).union(looks(b)).union(looks(c)))
        case .set(let elements): return list(.set, elements.map { assemble($0) }, names: [])
        case .record(let fields):
            return list(.record, fields.map { assemble($0.value) }, names: fields.map { symbols.intern($0.name) })
        }
    }

    private mutating func unary(_ step: Program.Step, _ part: Expression, b: Int32 = 0) -> Int32 {
        let a = assemble(part)
        guard step == .attribute || step == .has, program.nodes[Int(a)].step == .resource else {
            return node(step, a: a, b: b, looks: looks(a))
        }
        return node(step, a: a, b: b, looks: program.looks(at: b))
    }

    private mutating func binary(_ symbol: Expression.Operator, _ left: Expression, _ right: Expression) -> Int32 {
        let (a, b) = (assemble(left), assemble(right))
        let either = looks(a).union(looks(b))
        func straight(_ step: Program.Step) -> Int32 { node(step, a: a, b: b, looks: either) }
        func turned(_ step: Program.Step) -> Int32 { node(step, a: b, b: a, looks: either) }
        switch symbol {
        case .and: return straight(.and)
        case .or: return straight(.or)
        case .equal: return straight(.equal)
        case .notEqual: return node(.not, a: straight(.equal), looks: either)
        case .less: return straight(.less)
        case .lessOrEqual: return straight(.lessOrEqual)
        case .more: return turned(.less)
        case .moreOrEqual: return turned(.lessOrEqual)
        case .plus: return straight(.plus)
        case .minus: return straight(.minus)
        case .times: return straight(.times)
        case .in: return straight(.in)
        case .contains: return straight(.contains)
        case .containsAll: return straight(.containsAll)
        case .containsAny: return straight(.containsAny)
        }
    }

    private mutating func list(_ step: Program.Step, _ values: [Int32], names: [Int32]) -> Int32 {
        let start = Int32(program.lists.count)
        for (index, value) in values.enumerated() {
            if step == .record { program.lists.append(names[index]) }
            program.lists.append(value)
        }
        return node(step, a: start, b: Int32(program.lists.count), looks: values.reduce([]) { $0.union(looks($1)) })
    }
}
