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
        _ query: Query, of resourceType: TypeName, by attribute: String,
        failingForbids: FailingForbids = .areLeftOut
    ) throws -> [SplitRows]? {
        guard let name = symbols[attribute], let words = engine.program.words(comparedWith: name) else { return nil }
        let bit = engine.program.bit(of: name)
        let place = Int(query.resource) - cells.count
        guard place >= 0, let slot = query.cells[place].layout?.slot(name), slot >= 0 else { return nil }
        func condition(_ word: Int32) throws -> Condition {
            var query = query
            query.cells[place].attributes[slot] = .string(word)
            return try Partial(self, query, resourceType: resourceType, known: bit).residual(failingForbids)
        }
        var parts: [(words: [String], condition: Condition)] = []
        for word in words {
            let found = try condition(word)
            if let same = parts.firstIndex(where: { $0.condition == found }) {
                parts[same].words.append(symbols.texts[Int(word)])
            } else {
                parts.append(([symbols.texts[Int(word)]], found))
            }
        }
        let other = try condition(Int32(symbols.count + query.texts.count))
        let texts = words.map { symbols.texts[Int($0)] }
        return
            (parts.map { SplitRows(values: .these($0.words), condition: $0.condition) }
            + [SplitRows(values: .noneOf(texts), condition: other)]).filter { $0.condition != .never }
    }
}

extension Program {
    /// The words with which policies compare an attribute of the resource; nil where they do anything else with it.
    func words(comparedWith attribute: Int32) -> [Int32]? {
        func isLeaf(_ index: Int32) -> Bool {
            let node = nodes[Int(index)]
            return node.step == .attribute && node.b == attribute && nodes[Int(node.a)].step == .resource
        }
        func word(_ index: Int32) -> Int32? {
            let node = nodes[Int(index)]
            guard node.step == .constant, case .string(let symbol) = constants[Int(node.a)] else { return nil }
            return symbol
        }
        var found: Set<Int32> = []
        for node in nodes {
            let parts = parts(of: node)
            guard parts.contains(where: isLeaf) else { continue }
            let other = isLeaf(parts[0]) ? parts.last : parts.first
            guard parts.count == 2, let other else { return nil }
            switch node.step {
            case .equal:
                guard let word = word(other) else { return nil }
                found.insert(word)
            case .contains where isLeaf(node.b) && nodes[Int(node.a)].step == .set:
                for part in self.parts(of: nodes[Int(node.a)]) {
                    guard let word = word(part) else { return nil }
                    found.insert(word)
                }
            default: return nil
            }
        }
        return found.sorted()
    }
}
