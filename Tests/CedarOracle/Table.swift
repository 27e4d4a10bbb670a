import Cedar

/// What a table would answer, worked out in the plainest way.
extension Condition {
    func holds(for row: Entity) -> Bool {
        switch self {
        case .always: true
        case .never: false
        case .all(let parts): parts.allSatisfy { $0.holds(for: row) }
        case .any(let parts): parts.contains { $0.holds(for: row) }
        case .oneOf(let leaf, let data):
            leaf.datum(of: row).map { found in data.contains { $0.isExactly(found) } } ?? false
        case .noneOf(let leaf, let data):
            leaf.datum(of: row).map { found in !data.contains { $0.isExactly(found) } } ?? false
        case .present(let leaf): leaf.datum(of: row) != nil
        case .absent(let leaf): leaf.datum(of: row) == nil
        case .having(let leaf, let data):
            leaf.elements(of: row).contains { found in data.contains { $0.isExactly(found) } }
        case .lacking(let leaf, let data):
            !leaf.elements(of: row).contains { found in data.contains { $0.isExactly(found) } }
        case .empty(let leaf): leaf.elements(of: row).isEmpty
        case .filled(let leaf): !leaf.elements(of: row).isEmpty
        }
    }
}

extension Condition.Leaf {
    func datum(of row: Entity) -> Datum? {
        switch self {
        case .itself: .entity(row.uid)
        case .attribute(let name): row.attributes[name]
        }
    }

    func elements(of row: Entity) -> [Datum] {
        guard case .set(let elements) = datum(of: row) else { return [] }
        return elements
    }
}

extension Datum {
    /// Byte by byte, and sets without order, as Cedar compares.
    func isExactly(_ other: Datum) -> Bool {
        switch (self, other) {
        case (.bool(let a), .bool(let b)): a == b
        case (.long(let a), .long(let b)): a == b
        case (.string(let a), .string(let b)): a.utf8.elementsEqual(b.utf8)
        case (.entity(let a), .entity(let b)):
            a.type.utf8.elementsEqual(b.type.utf8) && a.id.utf8.elementsEqual(b.id.utf8)
        case (.set(let a), .set(let b)):
            a.allSatisfy { one in b.contains { one.isExactly($0) } }
                && b.allSatisfy { one in a.contains { one.isExactly($0) } }
        case (.record(let a), .record(let b)):
            a.count == b.count && a.allSatisfy { b[$0.key].map($0.value.isExactly) == true }
        default: false
        }
    }
}
