/// Turns expressions into steps.
struct Assembler {
    private(set) var names = Names()
    /// The sets among the constants.
    private(set) var shelf = OpenShelf()
    private(set) var program = Program()

    mutating func handle(_ uid: EntityUID) -> Int32 { names.handle(uid) }

    mutating func symbol(_ text: String) -> Int32 { names.symbol(text) }

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
        case .equals(let uid): symbol(uid.type)
        case .ofType(let type), .ofTypeWithin(let type, _): symbol(type)
        }
    }

    func looks(_ node: Int32) -> Program.Looks { program.nodes[Int(node)].looks }

    mutating func node(
        _ step: Program.Step, a: Int32 = 0, b: Int32 = 0, c: Int32 = 0, looks: Program.Looks = []
    ) -> Int32 {
        program.nodes.append(Program.Node(step: step, looks: looks, a: a, b: b, c: c))
        return Int32(program.nodes.count - 1)
    }

    mutating func constantNode(_ value: Value) -> Int32 {
        program.constants.append(value)
        return node(.constant, a: Int32(program.constants.count - 1))
    }

    mutating func assemble(_ expression: Expression) -> Int32 {
        switch expression.kind {
        case .bool(let value): return constantNode(.bool(value))
        case .long(let value): return constantNode(.long(value))
        case .string(let text): return constantNode(.string(symbol(text)))
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
        case .attribute(let part, let name): return unary(.attribute, part, b: symbol(name))
        case .has(let part, let name): return unary(.has, part, b: symbol(name))
        case .isType(let part, let type): return unary(.isType, part, b: symbol(type))
        case .like(let part, let pattern):
            program.patterns.append(pattern)
            return unary(.like, part, b: Int32(program.patterns.count - 1))
        case .binary(let symbol, let left, let right): return binary(symbol, left, right)
        case .choice(let condition, let then, let otherwise):
            let (a, b, c) = (assemble(condition), assemble(then), assemble(otherwise))
            return node(.choice, a: a, b: b, c: c, looks: looks(a).union(looks(b)).union(looks(c)))
        case .set(let elements): return set(elements.map { assemble($0) })
        case .record(let fields):
            return list(.record, fields.map { assemble($0.value) }, names: fields.map { symbol($0.name) })
        }
    }

    private mutating func unary(_ step: Program.Step, _ part: Expression, b: Int32 = 0) -> Int32 {
        let a = assemble(part)
        guard step == .attribute || step == .has else { return node(step, a: a, b: b, looks: looks(a)) }
        let isOfResource = program.nodes[Int(a)].step == .resource
        return node(
            step, a: a, b: b, c: program.number(ofAttribute: b), looks: isOfResource ? program.looks(at: b) : looks(a))
    }

    /// A set of constants is one itself.
    private mutating func set(_ elements: [Int32]) -> Int32 {
        let parts = elements.map { program.nodes[Int($0)] }
        guard parts.allSatisfy({ $0.step == .constant }) else { return list(.set, elements, names: []) }
        return constantNode(shelf.set(parts.map { program.constants[Int($0.a)] }))
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
