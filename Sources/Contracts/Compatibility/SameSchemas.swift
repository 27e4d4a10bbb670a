import StrictJSON

/// Whether two schemas say the same, however their components are named and whatever they tell about themselves.
struct SameSchemas {
    private let older: OpenAPIDocument
    private let newer: OpenAPIDocument
    /// Pairs found to be the same.
    private var known = Set<Pair>()
    /// Pairs looked at, in all questions of one operation together.
    private(set) var count = 0

    private struct Pair: Hashable {
        let before: Int
        let after: Int
    }

    init(_ older: OpenAPIDocument, _ newer: OpenAPIDocument) {
        self.older = older
        self.newer = newer
    }

    /// Goes on with another operation; what is known stays.
    mutating func begin() { count = 0 }

    /// Values of a keyword. False, too, when there are more pairs in them than are looked at for one operation.
    mutating func areSame(_ key: String, _ before: JSONValue?, _ after: JSONValue?) -> Bool {
        guard let before, let after else { return before == nil && after == nil }
        var waiting: [(JSONValue, JSONValue)] = []
        guard SameSchemas.open(key, before, after, &waiting) else { return false }
        // A circle is the same as another when nothing on its way is different.
        var seen = known
        while let (before, after) = waiting.popLast() {
            guard let old = SameSchemas.plain(before, in: older), let new = SameSchemas.plain(after, in: newer) else {
                return false
            }
            guard seen.insert(Pair(before: old.range.lowerBound, after: new.range.lowerBound)).inserted else {
                continue
            }
            count += 1
            guard count <= Compatibility.pairLimit, isAlike(old, new, &waiting) else { return false }
        }
        known = seen
        return true
    }

    /// The schema behind references beside which no rule stands; nil when they lead nowhere or without end.
    private static func plain(_ schema: JSONValue, in document: OpenAPIDocument) -> JSONValue? {
        var schema = schema
        for _ in 0..<Compatibility.referenceLimit {
            guard let reference = schema["$ref"] else { return schema }
            if document.dialect.hasRule(beside: schema) { return schema }
            guard let target = reference.string.flatMap({ document.text.target(of: $0) }) else { return nil }
            schema = target
        }
        return nil
    }

    private func isAlike(_ before: JSONValue, _ after: JSONValue, _ waiting: inout [(JSONValue, JSONValue)]) -> Bool {
        guard before.kind == .object, after.kind == .object else {
            return Sameness.key(before) == Sameness.key(after)
        }
        let old = (before.members ?? []).filter { older.dialect.isRule($0.key) }
        let new = after.named
        guard old.count == new.keys.count(where: { newer.dialect.isRule($0.text) }) else { return false }
        for (key, value) in old {
            guard let other = new[Exact(key)] else { return false }
            if key == "$ref" {
                guard let old = value.string.flatMap({ older.text.target(of: $0) }),
                    let new = other.string.flatMap({ newer.text.target(of: $0) })
                else { return false }
                waiting.append((old, new))
            } else if !SameSchemas.open(key, value, other, &waiting) {
                return false
            }
        }
        return true
    }

    /// Adds the schemas in the values of a keyword to those that wait; false when the values differ around them.
    private static func open(
        _ key: String, _ before: JSONValue, _ after: JSONValue, _ waiting: inout [(JSONValue, JSONValue)]
    ) -> Bool {
        switch key {
        case "not", "if", "then", "else", "contains", "propertyNames", "items", "additionalProperties":
            waiting.append((before, after))
        case "allOf", "anyOf", "oneOf", "prefixItems":
            let (old, new) = (before.elements ?? [], after.elements ?? [])
            guard old.count == new.count else { return false }
            waiting += zip(old, new)
        case "properties", "patternProperties", "dependentSchemas":
            let old = before.members ?? []
            let new = after.named
            guard old.count == new.count else { return false }
            for (name, schema) in old {
                guard let other = new[Exact(name)] else { return false }
                waiting.append((schema, other))
            }
        case "required", "enum":
            let (old, new) = (before.elements ?? [], after.elements ?? [])
            return Set(old.map(Sameness.key)) == Set(new.map(Sameness.key))
        default: return Sameness.key(before) == Sameness.key(after)
        }
        return true
    }
}

extension JSONValue {
    /// The members of an object by their names, byte for byte.
    var named: [Exact: JSONValue] {
        Dictionary((members ?? []).map { (Exact($0.key), $0.value) }) { first, _ in first }
    }
}

extension SchemaDialect {
    /// Whether the keyword says something about which values fit.
    func isRule(_ key: String) -> Bool { key != "$schema" && checked.contains(key) }

    /// In 3.0 nothing beside `$ref` is a rule.
    func hasRule(beside reference: JSONValue) -> Bool {
        self != .openAPI30 && (reference.members ?? []).contains { $0.key != "$ref" && isRule($0.key) }
    }
}
