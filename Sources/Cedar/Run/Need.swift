/// Without what a condition is false, whatever the rest of it says: seen at a glance, before its steps are followed.
/// Most policies about records need one label or kind, and most records have another.
enum Need: Sendable, Hashable {
    case nothing
    /// The attribute of the resource is this text.
    case word(attribute: Int32, Int32)
    /// The attribute of the resource is a set that has something.
    case anElement(attribute: Int32)
    /// The attribute of the resource is none of these.
    case otherWord(attribute: Int32, Stretch)
    /// The field of the context is true.
    case context(Int32)
}

extension Assembler {
    /// What the condition asks for first.
    func need(of index: Int32) -> Need {
        let node = program.nodes[Int(index)]
        switch node.step {
        case .and: return need(of: node.a)
        case .equal:
            guard let attribute = attributeOfResource(node.a), case .string(let word) = constant(node.b) else {
                return .nothing
            }
            return .word(attribute: attribute, word)
        case .contains:
            guard let attribute = attributeOfResource(node.a), constant(node.b) != nil else { return .nothing }
            return .anElement(attribute: attribute)
        case .attribute where program.nodes[Int(node.a)].step == .context: return .context(node.b)
        case .not: return need(ofNot: node.a)
        default: return .nothing
        }
    }

    /// `unless` its first alternative holds.
    private func need(ofNot index: Int32) -> Need {
        let node = program.nodes[Int(index)]
        if node.step == .or { return need(ofNot: node.a) }
        guard node.step == .contains, let attribute = attributeOfResource(node.b), case .set(let set) = constant(node.a)
        else { return .nothing }
        return .otherWord(attribute: attribute, set)
    }

    private func attributeOfResource(_ index: Int32) -> Int32? {
        let node = program.nodes[Int(index)]
        return node.step == .attribute && program.nodes[Int(node.a)].step == .resource ? node.c : nil
    }

    private func constant(_ index: Int32) -> Value? {
        let node = program.nodes[Int(index)]
        return node.step == .constant ? program.constants[Int(node.a)] : nil
    }
}

extension Evaluation {
    /// Whether what a policy needs is plainly not so. Where it cannot be said at a glance, the steps say it.
    mutating func lacks(_ need: Need, _ tell: Tell) -> Bool {
        switch need {
        case .nothing: return false
        case .word(let attribute, let word):
            guard case .string(let found) = ofResource(attribute, tell) else { return false }
            return found != word
        case .anElement(let attribute):
            guard case .set(let set) = ofResource(attribute, tell) else { return false }
            return set.count == 0
        case .otherWord(let attribute, let set):
            let found = ofResource(attribute, tell)
            guard case .string = found else { return false }
            return asking.contains(set, found)
        case .context(let name):
            guard case .bool(let value) = context.value(name) else { return false }
            return !value
        }
    }

    private mutating func ofResource(_ number: Int32, _ tell: Tell) -> Value {
        let cell = cell(resource)
        let slot = cell.exists ? engine.slot(cell.kind, number) : -1
        return slot < 0 ? .absent : attribute(slot, of: resource, cell, tell)
    }
}
