import StrictJSON

/// What a value must be to fit a schema, as far as types and lists of whole values say.
struct ValueFacts {
    /// Nil where any will do.
    private(set) var types: JSONTypes?
    private(set) var values: Set<Exact>?

    /// Of what holds together for one value.
    init(of parts: [JSONValue] = [], in document: OpenAPIDocument) {
        for part in parts {
            let isNullable = document.rule("nullable", of: part)?.bool == true
            if let named = document.rule("type", of: part) {
                var types = JSONTypes(named: named)
                if isNullable { types.insert(.null) }
                narrow(types: types)
            }
            guard
                let listed = document.rule("const", of: part).map({ [$0] })
                    ?? document.rule("enum", of: part)?.elements
            else { continue }
            var types = listed.reduce(into: JSONTypes()) { $0.formUnion(JSONTypes(of: $1)) }
            var keys = Set(listed.map(Sameness.key))
            if isNullable {
                types.insert(.null)
                keys.insert(Exact("null"))
            }
            narrow(types: types)
            values = values?.intersection(keys) ?? keys
        }
    }

    private mutating func narrow(types more: JSONTypes) { types = types?.intersection(more) ?? more }

    /// Whether no value fits both.
    func isApart(from other: ValueFacts) -> Bool {
        if let types, let others = other.types, types.isDisjoint(with: others) { return true }
        guard let values, let others = other.values else { return false }
        return values.isDisjoint(with: others)
    }
}

extension JSONTypes {
    /// The values of `type`: one name or several.
    init(named value: JSONValue) {
        self.init()
        for name in value.elements ?? [value] { formUnion(JSONTypes.named[name.string ?? ""] ?? []) }
    }

    fileprivate init(of value: JSONValue) {
        self =
            switch value.kind {
            case .null: .null
            case .bool: .boolean
            case .number: .number
            case .string: .string
            case .array: .array
            case .object: .object
            }
    }
}

extension OpenAPIDocument {
    private static let partLimit = 64

    /// Nil for what is no rule here: in 3.0 nothing beside `$ref` is.
    func rule(_ key: String, of part: JSONValue) -> JSONValue? {
        let counts = dialect.isRule(key) && (dialect != .openAPI30 || part["$ref"] == nil)
        return counts ? part[key] : nil
    }

    /// What holds together for one value; nil when that is too much to be looked at, or leads nowhere.
    func together(_ schema: JSONValue) -> [JSONValue]? {
        var (parts, waiting): ([JSONValue], [JSONValue]) = ([], [schema])
        var seen = Set<Int>()
        while let part = waiting.popLast() {
            guard seen.insert(part.range.lowerBound).inserted else { continue }
            guard parts.count < OpenAPIDocument.partLimit else { return nil }
            parts.append(part)
            waiting += part["allOf"]?.elements ?? []
            guard let reference = part["$ref"]?.string else { continue }
            guard let target = text.target(of: reference) else { return nil }
            waiting.append(target)
        }
        return parts
    }
}
