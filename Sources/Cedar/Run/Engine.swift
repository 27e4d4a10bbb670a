/// Policies that were checked against a schema and are ready to decide. Immutable; a changed policy makes a new one.
package final class Engine: Sendable {
    package let schema: Schema
    package let policies: [CedarPolicy]
    let start: Assembler
    var program: Program { start.program }
    /// The steps of `program`, where each question finds them without taking hold of the rest.
    let nodes: ContiguousArray<Program.Node>
    let constants: [Value]
    let lists: [Int32]
    let rules: ContiguousArray<Program.Policy>
    /// Where each type keeps each attribute: `layouts[type][attribute]`.
    let layouts: [Int32: Layout]
    /// For the handle of each action, the policies that its scope lets through, forbids first.
    let byAction: [Int32: [Int32]]
    /// For actions that the schema does not know.
    let forAnyAction: [Int32]

    /// The attributes of a type, in one order.
    final class Layout: Sendable {
        let names: [Int32]
        let attributes: [RecordType.Attribute]
        /// By symbol of the attribute; -1 where the type has none. As long as the largest symbol in use needs.
        let slots: [Int16]
        let required: [Bool]

        init(names: [Int32], attributes: [RecordType.Attribute], slots: [Int16], required: [Bool]) {
            self.names = names
            self.attributes = attributes
            self.slots = slots
            self.required = required
        }

        func slot(_ name: Int32) -> Int {
            Int(name) < slots.count ? Int(slots[Int(name)]) : -1
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
        for (action, _) in schema.actions.sorted(by: { $0.key.description < $1.key.description }) {
            _ = assembler.handle(action)
        }
        for (name, type) in schema.entities {
            _ = assembler.symbols.intern(name)
            for attribute in type.attributes.attributes.keys { _ = assembler.symbols.intern(attribute) }
        }
        for policy in text.policies { try assembler.add(policy) }
        var layouts: [Int32: Layout] = [:]
        for (name, type) in schema.entities {
            layouts[assembler.symbols.intern(name)] = Layout(type.attributes, assembler.symbols)
        }
        self.layouts = layouts
        var byAction: [Int32: [Int32]] = [:]
        for action in schema.actions.keys {
            let groups = (schema.actionGroups[action] ?? []).union([action])
            byAction[assembler.handle(action)] = Engine.candidates(text.policies) {
                groups.isDisjoint(with: $0) == false
            }
        }
        self.byAction = byAction
        forAnyAction = Engine.candidates(text.policies) { _ in false }
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

extension Engine.Layout {
    convenience init(_ record: RecordType, _ symbols: Symbols) {
        let sorted = record.attributes.sorted { $0.key < $1.key }
        let numbered = sorted.map { symbols[$0.key] ?? -1 }
        var slots = [Int16](repeating: -1, count: Int(numbered.max() ?? -1) + 1)
        for (slot, name) in numbered.enumerated() where name >= 0 { slots[Int(name)] = Int16(slot) }
        self.init(
            names: numbered, attributes: sorted.map(\.value), slots: slots, required: sorted.map(\.value.isRequired))
    }
}
