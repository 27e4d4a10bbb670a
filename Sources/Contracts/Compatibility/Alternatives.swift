import StrictJSON

/// Whether of the alternatives of a `oneOf` no two can fit one value. Then which of them fits hangs on none of the
/// others, and each may be judged by what passes of it.
///
/// Where two can, a value that fits both is not sent. A change of what is kept back may part them, and then it comes.
struct Alternatives {
    private let document: OpenAPIDocument
    private var known: [Int: Bool] = [:]
    private var cases: [Int: Case] = [:]

    /// So many alternatives are looked at, and of each so many of the members that must be there.
    private static let countLimit = 32
    private static let memberLimit = 32

    /// What a value must be to fit.
    private struct Case {
        var facts = Facts()
        /// Of the members that must be there.
        var members: [Exact: Facts] = [:]
    }

    private struct Facts {
        /// Nil where any will do.
        var types: JSONTypes?
        var values: Set<Exact>?

        mutating func narrow(types more: JSONTypes) { types = types?.intersection(more) ?? more }

        func isApart(from other: Facts) -> Bool {
            if let types, let others = other.types, types.isDisjoint(with: others) { return true }
            guard let values, let others = other.values else { return false }
            return values.isDisjoint(with: others)
        }
    }

    init(_ document: OpenAPIDocument) { self.document = document }

    /// - Parameter looks: how many pairs were looked at, to which those of this one are added.
    mutating func areApart(_ list: JSONValue, counting looks: inout Int) -> Bool {
        let place = list.range.lowerBound
        if let known = known[place] { return known }
        let all = list.elements ?? []
        var isApart = all.count <= Alternatives.countLimit
        if isApart {
            looks += all.count * (all.count - 1) / 2
            let cases = all.map { read($0) }
            isApart = cases.indices.allSatisfy { place in
                cases[..<place].allSatisfy { Alternatives.areApart($0, cases[place]) }
            }
        }
        known[place] = isApart
        return isApart
    }

    private static func areApart(_ one: Case, _ other: Case) -> Bool {
        if one.facts.isApart(from: other.facts) { return true }
        // Of what is no object members say nothing.
        guard one.facts.types == .object || other.facts.types == .object else { return false }
        return one.members.contains { name, facts in
            other.members[name].map { facts.isApart(from: $0) } ?? false
        }
    }

    private mutating func read(_ schema: JSONValue) -> Case {
        let place = schema.range.lowerBound
        if let known = cases[place] { return known }
        let parts = document.together(schema) ?? []
        var found = Case(facts: facts(of: parts))
        for name in parts.flatMap(required).prefix(Alternatives.memberLimit) {
            let said = parts.compactMap { rule("properties", of: $0)?[name] }
            let isOthers = said.contains { document.text.isOthersToSend($0, .response, document.dialect) }
            if !isOthers { found.members[Exact(name)] = facts(of: said.flatMap { document.together($0) ?? [] }) }
        }
        cases[place] = found
        return found
    }

    private func required(_ part: JSONValue) -> [String] {
        (rule("required", of: part)?.elements ?? []).compactMap(\.string)
    }

    /// Nil for what is no rule here: in 3.0 nothing beside `$ref` is.
    private func rule(_ key: String, of part: JSONValue) -> JSONValue? {
        let counts = document.dialect.isRule(key) && (document.dialect != .openAPI30 || part["$ref"] == nil)
        return counts ? part[key] : nil
    }

    private func facts(of parts: [JSONValue]) -> Facts {
        var facts = Facts()
        for part in parts {
            let isNullable = rule("nullable", of: part)?.bool == true
            if let named = rule("type", of: part) {
                var types = JSONTypes(named: named)
                if isNullable { types.insert(.null) }
                facts.narrow(types: types)
            }
            guard let values = rule("const", of: part).map({ [$0] }) ?? rule("enum", of: part)?.elements else {
                continue
            }
            var types = values.reduce(into: JSONTypes()) { $0.formUnion(JSONTypes(of: $1)) }
            var keys = Set(values.map(Sameness.key))
            if isNullable {
                types.insert(.null)
                keys.insert(Exact("null"))
            }
            facts.narrow(types: types)
            facts.values = facts.values?.intersection(keys) ?? keys
        }
        return facts
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
