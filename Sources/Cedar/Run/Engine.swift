/// Policies that were checked against a schema and are ready to decide. Immutable; a changed policy makes a new one.
package final class Engine: Sendable {
    package let schema: Schema
    package let policies: [CedarPolicy]
    let start: Assembler
    var program: Program { start.program }
    /// The steps of `program`, where each question finds them without taking hold of the rest.
    let nodes: ContiguousArray<Program.Node>
    let constants: ContiguousArray<Value>
    let lists: ContiguousArray<Int32>
    /// As they were written: what explains and what makes lists follows these.
    let rules: ContiguousArray<Program.Policy>
    /// By which it decides.
    let plan: Plan
    /// The symbol of `Action`.
    let actionType: Int32
    /// The number of each type of the schema, by its symbol: those have low ones. -1 for all other words.
    private let kinds: ContiguousArray<Int16>
    let layouts: ContiguousArray<Layout>
    /// Where entities of each type keep each attribute for which policies ask, type by type; -1 where a type has none.
    private let slots: ContiguousArray<Int16>
    private let slotsOfType: Int
    /// For the handle of each action, the policies that its scope lets through, forbids first.
    let byAction: [Int32: [Int32]]
    /// For actions that the schema does not know.
    let forAnyAction: [Int32]

    /// The attributes of a type, in one order.
    struct Layout: Sendable {
        let names: [Int32]
        let attributes: [RecordType.Attribute]

        init(_ record: RecordType, _ symbols: Symbols) {
            let sorted = record.attributes.sorted { $0.key < $1.key }
            names = sorted.map { symbols[$0.key] ?? -1 }
            attributes = sorted.map(\.value)
        }
    }

    /// Throws the first fault that the type checker finds.
    package convenience init(schema: Schema, policies: PolicyText) throws(CedarError) {
        if let fault = TypeChecker(schema).faults(in: policies).first { throw fault }
        try self.init(unchecked: policies, schema)
    }

    /// Without the type checker: evaluation follows Cedar also where types are wrong.
    package init(unchecked text: PolicyText, _ schema: Schema) throws(CedarError) {
        self.schema = schema
        policies = text.policies
        var assembler = Assembler()
        let actions = schema.actions.keys.sorted { $0.description < $1.description }
        for action in actions { _ = assembler.handle(action) }
        actionType = assembler.symbol("Action")
        let types = schema.entities.sorted { $0.key < $1.key }
        for (name, type) in types {
            _ = assembler.symbol(name)
            for attribute in type.attributes.attributes.keys.sorted() { _ = assembler.symbol(attribute) }
        }
        for policy in text.policies { try assembler.add(policy) }
        var byAction: [Int32: [Int32]] = [:]
        var planned: [(number: Int32, groups: Set<Int32>, policies: [Int32])] = []
        for action in actions {
            let groups = (schema.actionGroups[action] ?? []).union([action])
            let number = assembler.handle(action)
            let candidates = Engine.candidates(text.policies) { groups.isDisjoint(with: $0) == false }
            byAction[number] = candidates
            planned.append((number, Set(groups.map { assembler.handle($0) }), candidates))
        }
        self.byAction = byAction
        forAnyAction = Engine.candidates(text.policies) { _ in false }
        plan = Plan(planned, others: forAnyAction, &assembler)
        let symbols = assembler.names.symbols
        let layouts = types.map { Layout($0.value.attributes, symbols) }
        self.layouts = ContiguousArray(layouts)
        let symbolsOfTypes = types.compactMap { symbols[$0.key] }
        var kinds = ContiguousArray<Int16>(repeating: -1, count: 1 + Int(symbolsOfTypes.max() ?? 0))
        for (number, symbol) in symbolsOfTypes.enumerated() { kinds[Int(symbol)] = Int16(number) }
        self.kinds = kinds
        let asked = assembler.program.attributes
        slotsOfType = asked.count
        slots = ContiguousArray(
            layouts.flatMap { layout in asked.map { Int16(layout.names.firstIndex(of: $0) ?? -1) } })
        start = assembler
        nodes = assembler.program.nodes
        constants = assembler.program.constants
        lists = assembler.program.lists
        rules = assembler.program.policies
    }

    private static func candidates(_ policies: [CedarPolicy], _ reaches: (Set<EntityUID>) -> Bool) -> [Int32] {
        let fitting = policies.indices.filter { index in
            switch policies[index].scope.action {
            case .any: true
            case .equals(let uid), .within(let uid): reaches([uid])
            case .withinAny(let uids): reaches(Set(uids))
            case .ofType, .ofTypeWithin: false
            }
        }
        let forbids = fitting.filter { policies[$0].effect == .forbid }
        return (forbids + fitting.filter { policies[$0].effect == .permit }).map { Int32($0) }
    }
}

extension Engine {
    @inline(__always)
    func kind(of type: Int32) -> Int16 { kinds.indices.contains(Int(type)) ? kinds[Int(type)] : -1 }

    func layout(of type: Int32) -> Layout? {
        let kind = kind(of: type)
        return kind < 0 ? nil : layouts[Int(kind)]
    }

    /// Where an entity of a type keeps the attribute with this number of the program; -1 where the type has none.
    @inline(__always)
    func slot(_ kind: Int16, _ attribute: Int32) -> Int {
        kind < 0 ? -1 : Int(slots[Int(kind) * slotsOfType + Int(attribute)])
    }
}
