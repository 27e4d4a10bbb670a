/// One compiled schema. Every number is a place in `SchemaProgram.rules`.
struct SchemaRule: Sendable {
    /// `true` and `false`, the schemas that need no rule.
    var always: Bool?
    var types: JSONTypes?
    var enumeration: Set<Exact>?
    var numbers: [NumberRule] = []
    var minimumLength: Int?
    var maximumLength: Int?
    var pattern: Pattern?
    var format: CheckedFormat?
    var items = ItemsRule()
    var members = MembersRule()
    var reference: Int?
    var all: [Int] = []
    var any: [Int] = []
    var one: [Int] = []
    var not: Int?
    var condition: Int?
    var then: Int?
    var otherwise: Int?

    /// What looks at the same value again: a circle of these would never end.
    var inPlace: [Int] {
        let single = [reference, not, condition, then, otherwise].compactMap { $0 }
        return single + all + any + one + members.dependent.map(\.value)
    }
}

struct ItemsRule: Sendable {
    var minimum: Int?
    var maximum: Int?
    var areUnique = false
    var first: [Int] = []
    var rest: Int?
    var contains: Int?
    var minimumContained: Int?
    var maximumContained: Int?

    var isEmpty: Bool {
        minimum == nil && maximum == nil && !areUnique && first.isEmpty && rest == nil && contains == nil
    }
}

struct MembersRule: Sendable {
    var minimum: Int?
    var maximum: Int?
    var required: [String] = []
    var named: [Exact: Int] = [:]
    var patterns: [(Pattern, Int)] = []
    var rest: Int?
    var names: Int?
    var requiredBeside: [String: [String]] = [:]
    var dependent: [(key: String, value: Int)] = []

    var isEmpty: Bool {
        minimum == nil && maximum == nil && required.isEmpty && named.isEmpty && patterns.isEmpty && rest == nil
            && names == nil && requiredBeside.isEmpty && dependent.isEmpty
    }
}

enum NumberRule: Sendable {
    case minimum(Decimal), above(Decimal), maximum(Decimal), below(Decimal), multiple(Decimal)

    func holds(_ number: Decimal) -> Bool {
        switch self {
        case .minimum(let bound): !Decimal.isLess(number, bound)
        case .above(let bound): Decimal.isLess(bound, number)
        case .maximum(let bound): !Decimal.isLess(bound, number)
        case .below(let bound): Decimal.isLess(number, bound)
        case .multiple(let unit): number.isMultiple(of: unit)
        }
    }
}

struct JSONTypes: OptionSet, Sendable, Hashable {
    let rawValue: UInt8
    static let null = JSONTypes(rawValue: 1)
    static let boolean = JSONTypes(rawValue: 2)
    /// Numbers without a fraction: 1.0 is one.
    static let integer = JSONTypes(rawValue: 4)
    static let number = JSONTypes(rawValue: 12)
    static let string = JSONTypes(rawValue: 16)
    static let array = JSONTypes(rawValue: 32)
    static let object = JSONTypes(rawValue: 64)

    static let named: [String: JSONTypes] = [
        "null": .null, "boolean": .boolean, "integer": .integer, "number": .number, "string": .string,
        "array": .array, "object": .object,
    ]

    var names: [String] {
        var left = self
        var names: [String] = []
        for name in ["number", "null", "boolean", "integer", "string", "array", "object"] {
            guard let type = JSONTypes.named[name], left.isSuperset(of: type) else { continue }
            names.append(name)
            left.subtract(type)
        }
        return names
    }
}
