/// A value while a decision is made: text and entities are numbers.
enum Value: Sendable, Hashable {
    case bool(Bool)
    case long(Int64)
    case string(Int32)
    case entity(Int32)
    case set(SetValue)
    case record(RecordValue)
    /// An optional attribute that an entity does not have.
    case absent
}

/// Elements sorted, none twice.
final class SetValue: Sendable, Hashable {
    let elements: [Value]

    init(_ elements: [Value]) {
        var sorted = elements.sorted()
        var kept = 0
        for index in sorted.indices where index == 0 || sorted[index] != sorted[kept - 1] {
            sorted[kept] = sorted[index]
            kept += 1
        }
        sorted.removeLast(sorted.count - kept)
        self.elements = sorted
    }

    func contains(_ value: Value) -> Bool {
        if elements.count <= 8 { return elements.contains(value) }
        var (low, high) = (0, elements.count)
        while low < high {
            let middle = (low + high) / 2
            if elements[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low < elements.count && elements[low] == value
    }

    static func == (a: SetValue, b: SetValue) -> Bool { a === b || a.elements == b.elements }
    func hash(into hasher: inout Hasher) { hasher.combine(elements) }
}

/// Fields by symbol, sorted.
final class RecordValue: Sendable, Hashable {
    let names: [Int32]
    let values: [Value]

    init(_ fields: [(name: Int32, value: Value)]) {
        let sorted = fields.sorted { $0.name < $1.name }
        names = sorted.map(\.name)
        values = sorted.map(\.value)
    }

    static let empty = RecordValue([])

    func value(_ name: Int32) -> Value {
        for index in names.indices where names[index] == name { return values[index] }
        return .absent
    }

    static func == (a: RecordValue, b: RecordValue) -> Bool { a === b || (a.names == b.names && a.values == b.values) }
    func hash(into hasher: inout Hasher) {
        hasher.combine(names)
        hasher.combine(values)
    }
}

/// Any total order that goes with `==`: sets are kept sorted by it.
extension Value: Comparable {
    private var rank: Int {
        switch self {
        case .absent: 0
        case .bool: 1
        case .long: 2
        case .string: 3
        case .entity: 4
        case .set: 5
        case .record: 6
        }
    }

    static func < (a: Value, b: Value) -> Bool {
        switch (a, b) {
        case (.bool(let a), .bool(let b)): !a && b
        case (.long(let a), .long(let b)): a < b
        case (.string(let a), .string(let b)), (.entity(let a), .entity(let b)): a < b
        case (.set(let a), .set(let b)): a.elements.lexicographicallyPrecedes(b.elements)
        case (.record(let a), .record(let b)):
            a.names == b.names
                ? a.values.lexicographicallyPrecedes(b.values) : a.names.lexicographicallyPrecedes(b.names)
        default: a.rank < b.rank
        }
    }
}
