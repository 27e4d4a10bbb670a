/// What is left of the policies for each action, forbids first: conditions that hang on the action alone are decided
/// beforehand, and policies that cannot hold for it are not asked.
struct Plan: Sendable {
    struct Rule: Sendable {
        let policy: Int
        let permits: Bool
        /// The type that the scope asks for; -1 for any.
        let principalType: Int32
        let resourceType: Int32
        /// The first of its tests.
        let start: Int32
        let need: Need
    }

    /// One question of a condition, and where to go on: no `and`, `or` or `not` is left to be followed.
    struct Test: Sendable {
        let node: Int32
        let whenTrue: Int32
        let whenFalse: Int32

        static let holds: Int32 = -1
        static let holdsNot: Int32 = -2
    }

    private(set) var rules: ContiguousArray<Rule> = []
    private(set) var tests: ContiguousArray<Test> = []
    /// By the number of the action: those of the schema have the first numbers.
    private var reaches: ContiguousArray<Reach> = []
    /// For actions that the schema does not know.
    private var others = Reach(forbids: 0..<0, permits: 0..<0)

    /// The rules that speak of an action.
    struct Reach: Sendable {
        let forbids: Range<Int>
        let permits: Range<Int>
    }

    /// `actions`: those of the schema in the order of their numbers, each with itself and its groups.
    init(
        _ actions: [(number: Int32, groups: Set<Int32>, policies: [Int32])], others: [Int32],
        _ assembler: inout Assembler
    ) {
        for action in actions {
            let start = rules.count
            for policy in action.policies {
                add(policy, assembler.folded(root(policy, assembler), for: action.number, in: action.groups), assembler)
            }
            reaches.append(reach(from: start))
        }
        let start = rules.count
        for policy in others { add(policy, root(policy, assembler), assembler) }
        self.others = reach(from: start)
    }

    func knows(_ action: Int32) -> Bool { Int(action) < reaches.count }

    func reach(of action: Int32) -> Reach { Int(action) < reaches.count ? reaches[Int(action)] : others }

    /// Of the rules that were added from `start` on.
    private func reach(from start: Int) -> Reach {
        let middle = rules[start...].firstIndex { $0.permits } ?? rules.count
        return Reach(forbids: start..<middle, permits: middle..<rules.count)
    }

    private func root(_ policy: Int32, _ assembler: Assembler) -> Int32 {
        assembler.program.policies[Int(policy)].root
    }

    private mutating func add(_ place: Int32, _ root: Int32, _ assembler: Assembler) {
        if assembler.truth(root) == false { return }
        let policy = assembler.program.policies[Int(place)]
        let start = test(root, Test.holds, Test.holdsNot, assembler.program)
        rules.append(
            Rule(
                policy: Int(place), permits: policy.permits, principalType: policy.principalType,
                resourceType: policy.resourceType, start: start, need: assembler.need(of: root)))
    }

    /// The first test of a condition that goes on at one place where it is true, at another where it is not.
    private mutating func test(_ index: Int32, _ whenTrue: Int32, _ whenFalse: Int32, _ program: Program) -> Int32 {
        let node = program.nodes[Int(index)]
        switch node.step {
        case .and:
            let right = test(node.b, whenTrue, whenFalse, program)
            return test(node.a, right, whenFalse, program)
        case .or:
            let right = test(node.b, whenTrue, whenFalse, program)
            return test(node.a, whenTrue, right, program)
        case .not: return test(node.a, whenFalse, whenTrue, program)
        case .choice:
            let then = test(node.b, whenTrue, whenFalse, program)
            let otherwise = test(node.c, whenTrue, whenFalse, program)
            return test(node.a, then, otherwise, program)
        default:
            tests.append(Test(node: index, whenTrue: whenTrue, whenFalse: whenFalse))
            return Int32(tests.count - 1)
        }
    }
}

extension Assembler {
    /// The truth of a condition that hangs on nothing.
    func truth(_ index: Int32) -> Bool? {
        let node = program.nodes[Int(index)]
        guard node.step == .constant, case .bool(let value) = program.constants[Int(node.a)] else { return nil }
        return value
    }

    /// The same condition where it is known which action is asked about. What remains fails where the whole would.
    mutating func folded(_ index: Int32, for action: Int32, in groups: Set<Int32>) -> Int32 {
        let node = program.nodes[Int(index)]
        switch node.step {
        case .and, .or:
            let (a, b) = (folded(node.a, for: action, in: groups), folded(node.b, for: action, in: groups))
            if let known = truth(a) {
                // `or` ends with what is true, `and` with what is not.
                if known == (node.step == .or) { return a }
                if isCondition(b) { return b }
            }
            if a == node.a, b == node.b { return index }
            return self.node(node.step, a: a, b: b, looks: looks(a).union(looks(b)))
        case .not:
            let a = folded(node.a, for: action, in: groups)
            if let known = truth(a) { return constantNode(.bool(!known)) }
            return a == node.a ? index : self.node(.not, a: a, looks: looks(a))
        case .choice:
            let a = folded(node.a, for: action, in: groups)
            guard let known = truth(a) else { return index }
            return folded(known ? node.b : node.c, for: action, in: groups)
        case .in, .equal: return known(node, action, groups).map { constantNode(.bool($0)) } ?? index
        default: return index
        }
    }

    /// Whether the action is, or is in, what stands beside it.
    private func known(_ node: Program.Node, _ action: Int32, _ groups: Set<Int32>) -> Bool? {
        let (left, right) = (program.nodes[Int(node.a)], program.nodes[Int(node.b)])
        guard left.step == .action, right.step == .constant else { return nil }
        switch (program.constants[Int(right.a)], node.step) {
        case (.entity(let other), .equal): return other == action
        case (.entity(let group), .in): return groups.contains(group)
        case (.set(let set), .in):
            let elements = shelf.elements(set)
            let wanted = elements.compactMap { if case .entity(let group) = $0 { group } else { nil } }
            return wanted.count == elements.count ? !groups.isDisjoint(with: wanted) : nil
        default: return nil
        }
    }

    /// Whether a step is true or false, or fails, and is nothing else.
    private func isCondition(_ index: Int32) -> Bool {
        switch program.nodes[Int(index)].step {
        case .and, .or, .not, .equal, .less, .lessOrEqual, .in, .isType, .has, .like, .contains, .containsAll,
            .containsAny, .isEmpty:
            true
        case .constant: truth(index) != nil
        default: false
        }
    }
}
