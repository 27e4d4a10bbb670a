package import StrictJSON
import Vocabulary

extension ScimFilter {
    /// Whether a document, or one element of a list, is meant. What the database says of the same filter must agree.
    package func matches(_ document: ScimDocument) -> Bool {
        holds { document.values[$0.key] }
    }

    func matches(element: JSON) -> Bool {
        holds { element[$0.name] }
    }

    private func holds(_ value: (ScimAttribute) -> JSON?) -> Bool {
        switch self {
        case .and(let left, let right): return left.holds(value) && right.holds(value)
        case .or(let left, let right): return left.holds(value) || right.holds(value)
        case .not(let filter): return !filter.holds(value)
        case .present(let target): return ScimFilter.isPresent(target, value)
        case .compare(let target, .ne, let operand): return !ScimFilter.compare(target, .eq, operand, value)
        case .compare(let target, let comparison, let operand):
            return ScimFilter.compare(target, comparison, operand, value)
        case .element(let list, let filter):
            return ScimFilter.elements(value(list)).contains { filter.matches(element: $0) }
        }
    }

    private static func isPresent(_ target: Target, _ value: (ScimAttribute) -> JSON?) -> Bool {
        guard target.part != nil else { return value(target.attribute) != nil }
        return !leaves(target, value).isEmpty
    }

    private static func compare(
        _ target: Target, _ comparison: Operator, _ operand: Operand, _ value: (ScimAttribute) -> JSON?
    ) -> Bool {
        if operand == .null { return !isPresent(target, value) }
        return leaves(target, value).contains { found in
            switch (found, operand) {
            case (.bool(let left), .flag(let right)): return left == right
            case (.string(let left), .text(let right)):
                guard !target.leaf.isCaseExact else { return compare(left, comparison, right) }
                return compare(left.lowercased(), comparison, right.lowercased())
            case (.string(let left), .moment(let right)):
                guard let left = Instant(rfc3339: left)?.milliseconds else { return false }
                return order(comparison, left < right, left == right)
            default: return false
            }
        }
    }

    private static func compare(_ left: String, _ comparison: Operator, _ right: String) -> Bool {
        let (a, b) = (Array(left.utf8), Array(right.utf8))
        switch comparison {
        case .co: return b.isEmpty || a.firstRange(of: b) != nil
        case .sw: return a.starts(with: b)
        case .ew: return a.count >= b.count && a.suffix(b.count).elementsEqual(b)
        default: return order(comparison, a.lexicographicallyPrecedes(b), a == b)
        }
    }

    private static func order(_ comparison: Operator, _ isLess: Bool, _ isEqual: Bool) -> Bool {
        switch comparison {
        case .gt: !isLess && !isEqual
        case .ge: !isLess
        case .lt: isLess
        case .le: isLess || isEqual
        default: isEqual
        }
    }

    private static func leaves(_ target: Target, _ value: (ScimAttribute) -> JSON?) -> [JSON] {
        guard let found = value(target.attribute) else { return [] }
        let part = target.part ?? target.attribute.defaultPart
        return elements(found).compactMap { element in part.map { element[$0.name] } ?? element }
    }

    /// The elements of a list; a single value is a list of one, none is an empty one.
    package static func elements(_ value: JSON?) -> [JSON] {
        guard let value else { return [] }
        if case .array(let elements) = value { return elements }
        return [value]
    }
}
