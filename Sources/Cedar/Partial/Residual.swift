extension World {
    /// For which resources of type `resourceType` the policies allow `action` to `principal`: what remains of them when
    /// the resource is not known.
    ///
    /// Exact, errors included: a resource fulfils the condition if and only if `decide` allows it. Throws
    /// where a policy compares what no table can (arithmetic on the resource, sets of it as a whole).
    ///
    /// `failingForbids`: what a forbid does that fails; Cedar leaves it out, who wants to be sure denies.
    package func residual(
        _ principal: EntityUID, _ action: EntityUID, of resourceType: TypeName, context: [String: Datum] = [:],
        failingForbids: FailingForbids = .areLeftOut
    ) throws -> Condition {
        let unknown = EntityUID(resourceType, World.unknown)
        return try residual(
            try query(principal, action, unknown, context: context), of: resourceType, failingForbids: failingForbids)
    }

    /// The id of a resource that is not known.
    package static let unknown = "\u{0}unknown"

    package enum FailingForbids: Sendable {
        case areLeftOut, deny
    }

    /// The same for a question about a resource with the id `unknown`.
    package func residual(
        _ query: consuming Query, of resourceType: TypeName, failingForbids: FailingForbids = .areLeftOut
    ) throws -> Condition {
        try Partial(self, query, resourceType: resourceType).residual(failingForbids)
    }
}

/// When a condition is true, when it is false, and when evaluating it fails.
struct Cases {
    let whenTrue: Condition
    let whenFalse: Condition
    var whenFails = Condition.never

    static let fails = Cases(whenTrue: .never, whenFalse: .never, whenFails: .always)
    static let yes = Cases(whenTrue: .always, whenFalse: .never)
    static let no = Cases(whenTrue: .never, whenFalse: .always)

    var negated: Cases { Cases(whenTrue: whenFalse, whenFalse: whenTrue, whenFails: whenFails) }

    /// The right side is reached only where the left one is true; where that cannot fail, it need not be said.
    func and(_ right: @autoclosure () throws -> Cases) rethrows -> Cases {
        if whenTrue == .never { return self }
        let right = try right()
        let reached = whenFails == .never ? right.whenFalse : .allOf([whenTrue, right.whenFalse])
        return Cases(
            whenTrue: .allOf([whenTrue, right.whenTrue]), whenFalse: .anyOf([whenFalse, reached]),
            whenFails: .anyOf([whenFails, .allOf([whenTrue, right.whenFails])]))
    }

    func or(_ right: @autoclosure () throws -> Cases) rethrows -> Cases {
        try negated.and(try right().negated).negated
    }
}

/// Evaluates what is known and keeps the rest.
final class Partial {
    private var evaluation: Evaluation
    private let query: Query
    private let world: World
    let resourceType: TypeName
    private let attributes: [String: RecordType.Attribute]
    /// What of the resource is known after all.
    private let known: Program.Looks

    init(_ world: World, _ query: consuming Query, resourceType: TypeName, known: Program.Looks = []) {
        evaluation = Evaluation(query.copy())
        self.query = query
        self.world = world
        self.resourceType = resourceType
        self.known = known
        attributes = world.engine.schema.entities[resourceType]?.attributes.attributes ?? [:]
    }

    func residual(_ failingForbids: World.FailingForbids) throws -> Condition {
        let engine = evaluation.engine
        let principalType = evaluation.cell(query.principal).type
        let typeSymbol = evaluation.cell(query.resource).type
        var (permits, forbids): ([Condition], [Condition]) = ([], [])
        for place in engine.byAction[query.action] ?? engine.forAnyAction {
            let policy = engine.rules[Int(place)]
            guard policy.principalType < 0 || policy.principalType == principalType,
                policy.resourceType < 0 || policy.resourceType == typeSymbol
            else { continue }
            let cases = try cases(policy.root, in: engine.policies[Int(place)].id)
            if policy.permits {
                permits.append(cases.whenTrue)
            } else {
                forbids.append(failingForbids == .deny ? cases.whenFalse : cases.whenTrue.complement)
                if forbids.last == .never { return .never }
            }
        }
        return .allOf([.anyOf(permits)] + forbids)
    }

    private func node(_ index: Int32) -> Program.Node { evaluation.engine.nodes[Int(index)] }

    func cases(_ index: Int32, in policy: String) throws -> Cases {
        let node = node(index)
        guard !known.isSuperset(of: node.looks) else {
            guard let known = try? evaluation.truth(index, Evaluation.nothing) else { return .fails }
            return known ? .yes : .no
        }
        switch node.step {
        case .and: return try cases(node.a, in: policy).and(try cases(node.b, in: policy))
        case .or: return try cases(node.a, in: policy).or(try cases(node.b, in: policy))
        case .not: return try cases(node.a, in: policy).negated
        case .choice:
            let (a, b, c) = (
                try cases(node.a, in: policy), try cases(node.b, in: policy), try cases(node.c, in: policy)
            )
            func reached(_ then: Condition, _ otherwise: Condition) -> [Condition] {
                [.allOf([a.whenTrue, then]), .allOf([a.whenFalse, otherwise])]
            }
            return Cases(
                whenTrue: .anyOf(reached(b.whenTrue, c.whenTrue)), whenFalse: .anyOf(reached(b.whenFalse, c.whenFalse)),
                whenFails: .anyOf([a.whenFails] + reached(b.whenFails, c.whenFails)))
        case .isType where self.node(node.a).step == .resource:
            return evaluation.cell(query.resource).type == node.b ? .yes : .no
        case .has where self.node(node.a).step == .resource:
            let name = evaluation.asking.text(node.b)
            guard attributes[name] != nil else { return .no }
            return isRequired(name)
                ? .yes : Cases(whenTrue: .present(.attribute(name)), whenFalse: .absent(.attribute(name)))
        default:
            if let found = try atom(index, node) { return found }
            return try enumerated(index, in: policy)
        }
    }

    private func isRequired(_ name: String) -> Bool { attributes[name]?.isRequired == true }

    /// `resource` or `resource.name`.
    private func leaf(_ index: Int32) -> Condition.Leaf? {
        let node = node(index)
        if node.step == .resource { return .itself }
        guard node.step == .attribute, self.node(node.a).step == .resource else { return nil }
        return .attribute(evaluation.asking.text(node.b))
    }

    private func isBool(_ leaf: Condition.Leaf) -> Bool {
        guard case .attribute(let name) = leaf, case .bool = attributes[name]?.type else { return false }
        return true
    }

    /// Whether something can be in it: an entity, or a set of entities.
    private func isOfEntities(_ leaf: Condition.Leaf) -> Bool {
        guard case .attribute(let name) = leaf else { return true }
        switch attributes[name]?.type {
        case .entity, .set(.entity): return true
        default: return false
        }
    }

    private func isSet(_ leaf: Condition.Leaf) -> Bool {
        guard case .attribute(let name) = leaf, case .set = attributes[name]?.type else { return false }
        return true
    }

    /// The shapes that tables answer directly; nil for all others.
    private func atom(_ index: Int32, _ node: Program.Node) throws -> Cases? {
        if let leaf = leaf(index) {  // a Boolean attribute by itself
            guard isBool(leaf) else { return .fails }
            return maybe(leaf, Cases(whenTrue: .oneOf(leaf, [.bool(true)]), whenFalse: .oneOf(leaf, [.bool(false)])))
        }
        if node.step == .isEmpty, let leaf = leaf(node.a), isSet(leaf) {
            return maybe(leaf, Cases(whenTrue: .empty(leaf), whenFalse: .filled(leaf)))
        }
        guard [.equal, .contains, .containsAll, .containsAny, .in].contains(node.step) else { return nil }
        if let leaf = leaf(node.a), known.isSuperset(of: self.node(node.b).looks) {
            return try atom(node.step, leaf, known: node.b)
        }
        if let leaf = leaf(node.b), known.isSuperset(of: self.node(node.a).looks) {
            return try atom(node.step, known: node.a, leaf)
        }
        return nil
    }

    private func atom(_ step: Program.Step, _ leaf: Condition.Leaf, known: Int32) throws -> Cases? {
        guard let value = try? evaluation.value(known, Evaluation.nothing) else { return .fails }
        switch (step, isSet(leaf)) {
        case (.equal, false): return one(leaf, [value])
        case (.in, false): return leaf == .itself ? membership(of: value) : below(value, leaf)
        case (.contains, true): return having(leaf, [value])
        case (.containsAny, true):
            guard case .set(let set) = value else { return .fails }
            return having(leaf, elements(set))
        case (.containsAll, true):
            guard case .set(let set) = value else { return .fails }
            let each = elements(set).map { having(leaf, [$0]) }
            return maybe(
                leaf, Cases(whenTrue: .allOf(each.map(\.whenTrue)), whenFalse: .anyOf(each.map(\.whenFalse))))
        default: return nil
        }
    }

    private func atom(_ step: Program.Step, known: Int32, _ leaf: Condition.Leaf) throws -> Cases? {
        guard let value = try? evaluation.value(known, Evaluation.nothing) else { return .fails }
        switch (step, isSet(leaf)) {
        case (.equal, false): return one(leaf, [value])
        case (.contains, false):
            guard case .set(let set) = value else { return .fails }
            return one(leaf, elements(set))
        case (.containsAny, true):
            guard case .set(let set) = value else { return .fails }
            return having(leaf, elements(set))
        case (.in, let isSet):
            guard case .entity(let handle) = value else { return .fails }
            guard isOfEntities(leaf) else {
                // Nothing is in a set without elements; whatever else it holds is no entity, and fails.
                return isSet
                    ? maybe(leaf, Cases(whenTrue: .never, whenFalse: .empty(leaf), whenFails: .filled(leaf))) : .fails
            }
            let line = ([handle] + evaluation.asking.line(evaluation.cell(handle).ancestors)).map { Value.entity($0) }
            return isSet ? having(leaf, line) : one(leaf, line)
        default: return nil
        }
    }

    /// `resource in X` where resources of this type have no parents: only itself.
    private func membership(of value: Value) -> Cases? {
        guard world.engine.schema.entities[resourceType]?.parents.isEmpty == true else { return nil }
        return ancestors(value).map { one(.itself, $0.map { .entity($0) }) } ?? .fails
    }

    /// What something is asked to be in: an entity, or those of a set; nil for all else, which fails.
    private func ancestors(_ value: Value) -> [Int32]? {
        switch value {
        case .entity(let ancestor): return [ancestor]
        case .set(let set):
            let found = elements(set).compactMap { if case .entity(let handle) = $0 { handle } else { nil } }
            return found.count == set.count ? found : nil
        default: return nil
        }
    }

    /// `resource.owner in X`: whatever is X, or below it.
    private func below(_ value: Value, _ leaf: Condition.Leaf) -> Cases? {
        guard case .attribute(let name) = leaf, case .entity(let type) = attributes[name]?.type,
            let symbol = world.symbols[type]
        else { return nil }
        guard let ancestors = ancestors(value) else { return .fails }
        return one(leaf, evaluation.asking.below(ancestors, type: symbol))
    }

    /// Without entities of another type, which the attribute never is: tables know only ids.
    private func data(_ values: [Value], for leaf: Condition.Leaf) -> [Datum] {
        let data = values.map { evaluation.asking.datum($0) }
        guard case .attribute(let name) = leaf else { return data }
        switch attributes[name]?.type {
        case .entity(let type), .set(.entity(let type)):
            return data.filter { if case .entity(let uid) = $0 { uid.type == type } else { false } }
        default: return data
        }
    }

    private func one(_ leaf: Condition.Leaf, _ values: [Value]) -> Cases {
        let data = data(values, for: leaf)
        if leaf == .itself {
            let own = data.filter { if case .entity(let uid) = $0 { uid.type == resourceType } else { false } }
            return own.isEmpty ? .no : Cases(whenTrue: .oneOf(leaf, own), whenFalse: .noneOf(leaf, own))
        }
        return maybe(
            leaf,
            Cases(
                whenTrue: data.isEmpty ? .never : .oneOf(leaf, data),
                whenFalse: data.isEmpty ? .present(leaf) : .noneOf(leaf, data)))
    }

    private func having(_ leaf: Condition.Leaf, _ values: [Value]) -> Cases {
        let data = data(values, for: leaf)
        guard !data.isEmpty else { return maybe(leaf, Cases(whenTrue: .never, whenFalse: .present(leaf))) }
        return maybe(leaf, Cases(whenTrue: .having(leaf, data), whenFalse: .lacking(leaf, data)))
    }

    /// An attribute that may be absent fails where it is.
    private func maybe(_ leaf: Condition.Leaf, _ cases: Cases) -> Cases {
        guard case .attribute(let name) = leaf else { return cases }
        if !isRequired(name) {
            func there(_ condition: Condition) -> Condition { .allOf([.present(leaf), condition]) }
            return Cases(
                whenTrue: there(cases.whenTrue), whenFalse: there(cases.whenFalse),
                whenFails: .anyOf([.absent(leaf), there(cases.whenFails)]))
        }
        return cases.whenFalse == .present(leaf) ? .no : cases
    }

    // MARK: Trying every entity

    /// A condition that hangs on one attribute which is an entity, as `principal in resource.owner.leads`: it is tried
    /// with every entity of that type that has a number, also where it is only named, and with one that has none.
    private func enumerated(_ index: Int32, in policy: String) throws -> Cases {
        var leaves: Set<String> = []
        collect(index, &leaves)
        guard leaves.count == 1, let name = leaves.first, case .entity(let type) = attributes[name]?.type else {
            throw NotATableQuestion(policy: policy, why: "it compares \(leaves.sorted().joined(separator: ", "))")
        }
        guard let symbol = world.symbols[type], let slot = world.symbols[name].flatMap({ layoutSlot($0) }) else {
            throw NotATableQuestion(policy: policy, why: "nothing is known of \(name)")
        }
        var (yes, no, fails): ([Value], [Value], [Value]) = ([], [], [])
        for handle in 0..<strange where handle != query.resource && query.known.cell(handle).type == symbol {
            let value = Value.entity(handle)
            switch outcome(index, with: value, at: slot, type: symbol) {
            case true?: yes.append(value)
            case false?: no.append(value)
            case nil: fails.append(value)
            }
        }
        let leaf = Condition.Leaf.attribute(name)
        func data(_ values: [Value]) -> [Datum] { values.map { evaluation.asking.datum($0) } }
        let stranger = outcome(index, with: .entity(strange), at: slot, type: symbol)
        // An attribute that is not there need not matter: it may stand in a branch that is not taken.
        let missing = isRequired(name) ? nil : outcome(index, with: .absent, at: slot, type: symbol)
        let whenTrue = Condition.anyOf([
            stranger == true ? .noneOf(leaf, data(no + fails)) : yes.isEmpty ? .never : .oneOf(leaf, data(yes)),
            missing == true ? .absent(leaf) : .never,
        ])
        let whenFalse = Condition.anyOf([
            stranger == false ? .noneOf(leaf, data(yes + fails)) : no.isEmpty ? .never : .oneOf(leaf, data(no)),
            missing == false ? .absent(leaf) : .never,
        ])
        let isSure = fails.isEmpty && stranger != nil && (isRequired(name) || missing != nil)
        return Cases(
            whenTrue: whenTrue, whenFalse: whenFalse,
            whenFails: isSure ? .never : Condition.anyOf([whenTrue, whenFalse]).complement)
    }

    /// An entity of which nothing is known: the number after the last of the question.
    private var strange: Int32 { Int32(world.cells.count + query.known.cells.count) }

    private func layoutSlot(_ name: Int32) -> Int? {
        evaluation.engine.layout(of: evaluation.cell(query.resource).type)?.names.firstIndex(of: name)
    }

    /// The names that are read of the resource; `*` for the resource itself.
    private func collect(_ index: Int32, _ leaves: inout Set<String>) {
        let node = node(index)
        guard node.looksAtResource else { return }
        if let leaf = leaf(index) {
            if case .attribute(let name) = leaf { leaves.insert(name) } else { leaves.insert("*") }
            return
        }
        for part in evaluation.engine.program.parts(of: node) { collect(part, &leaves) }
    }

    /// With a resource of which this one attribute is known, where nothing but the type is known of `strange`; nil when
    /// it fails.
    private func outcome(_ index: Int32, with value: Value, at slot: Int, type: Int32) -> Bool? {
        guard query.isOwn(query.resource) else { return nil }
        var query = query.copy()
        _ = query.known.add(World.Cell(type: type, id: -1, kind: -1))
        let unknown = [Value](repeating: .absent, count: attributes.count)
        query.known.put(query.resource, unknown, parents: [])
        query.known.replace(slot, of: query.resource, with: value)
        var evaluation = Evaluation(query)
        return try? evaluation.truth(index, Evaluation.nothing)
    }

    private func elements(_ set: Stretch) -> [Value] { evaluation.asking.elements(set) }
}
