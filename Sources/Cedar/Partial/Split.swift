/// The rows of a list, apart by one attribute: for some of its values, what must be true of the rest.
package struct SplitRows: Sendable, Hashable {
    /// The values that policies name; of all others, those that it is none of.
    package enum Values: Sendable, Hashable {
        case these([String])
        case noneOf([String])
    }

    package let values: Values
    package let condition: Condition
}

extension World {
    /// `residual`, apart by the values of a text attribute that policies compare with words alone: each of the parts is
    /// short, and a table finds it by an index. Nil where a policy asks more of the attribute than which word it is.
    package func residuals(
        _ query: borrowing Query, of resourceType: TypeName, by attribute: String,
        failingForbids: FailingForbids = .areLeftOut
    ) throws -> [SplitRows]? {
        guard let name = symbols[attribute], let words = engine.start.words(comparedWith: name) else { return nil }
        let bit = engine.program.bit(of: name)
        let resource = query.known.cell(query.resource)
        guard query.isOwn(query.resource), resource.exists,
            let slot = engine.layout(of: resource.type)?.names.firstIndex(of: name)
        else { return nil }
        func condition(_ word: Int32) throws -> Condition {
            var query = query.copy()
            query.known.replace(slot, of: query.resource, with: .string(word))
            return try Partial(self, query, resourceType: resourceType, known: bit).residual(failingForbids)
        }
        var parts: [(words: [String], condition: Condition)] = []
        for word in words {
            let found = try condition(word)
            if let same = parts.firstIndex(where: { $0.condition == found }) {
                parts[same].words.append(symbols.text(word))
            } else {
                parts.append(([symbols.text(word)], found))
            }
        }
        let other = try condition(query.known.nextSymbol)
        let texts = words.map { symbols.text($0) }
        return
            (parts.map { SplitRows(values: .these($0.words), condition: $0.condition) }
            + [SplitRows(values: .noneOf(texts), condition: other)]).filter { $0.condition != .never }
    }
}

extension Assembler {
    /// The words with which policies compare an attribute of the resource; nil where they do anything else with it.
    func words(comparedWith attribute: Int32) -> [Int32]? {
        func isLeaf(_ index: Int32) -> Bool {
            let node = program.nodes[Int(index)]
            return node.step == .attribute && node.b == attribute && program.nodes[Int(node.a)].step == .resource
        }
        func constant(_ index: Int32) -> Value? {
            let node = program.nodes[Int(index)]
            return node.step == .constant ? program.constants[Int(node.a)] : nil
        }
        var found: Set<Int32> = []
        for node in program.nodes {
            let parts = program.parts(of: node)
            guard parts.contains(where: isLeaf) else { continue }
            let other = isLeaf(parts[0]) ? parts.last : parts.first
            guard parts.count == 2, let other else { return nil }
            switch (node.step, constant(other)) {
            case (.equal, .string(let word)): found.insert(word)
            case (.contains, .set(let set)) where isLeaf(node.b):
                for element in shelf.elements(set) {
                    guard case .string(let word) = element else { return nil }
                    found.insert(word)
                }
            default: return nil
            }
        }
        return found.sorted()
    }
}
