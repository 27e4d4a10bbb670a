import StrictJSON

/// Whether of the alternatives of a `oneOf` no two can fit one value. Then which of them fits hangs on none of the
/// others, and each may be judged by itself, by what passes of it.
///
/// Where two can, a value that fits both is not sent. A change of what is kept back may part them, and then it comes.
struct Alternatives {
    private let document: OpenAPIDocument
    private let direction: SchemaDirection
    private var known: [Int: Bool] = [:]
    private var cases: [Int: Case] = [:]
    /// What was looked at: pairs, members that must be there, and values in lists.
    private(set) var steps = 0

    /// Of each alternative so many of the members that must be there are looked at, and of a list so much altogether.
    private static let memberLimit = 32
    private static let stepLimit = 100_000

    /// What a value must be to fit.
    private struct Case {
        var facts: ValueFacts
        /// Of the members that must be there.
        var members: [Exact: ValueFacts] = [:]
    }

    /// - Parameter direction: who sends such values: what only the other side sends need not be there.
    init(_ document: OpenAPIDocument, _ direction: SchemaDirection) {
        self.document = document
        self.direction = direction
    }

    mutating func areApart(_ list: JSONValue) -> Bool {
        let place = list.range.lowerBound
        if let known = known[place] { return known }
        let all = list.elements ?? []
        let isApart = all.count <= Compatibility.referenceLimit && areApart(all)
        known[place] = isApart
        return isApart
    }

    private mutating func areApart(_ all: [JSONValue]) -> Bool {
        let end = steps + Alternatives.stepLimit
        var cases: [Case] = []
        for schema in all {
            let one = read(schema)
            for other in cases {
                guard steps < end, areApart(one, other) else { return false }
            }
            cases.append(one)
        }
        return steps < end
    }

    private mutating func areApart(_ one: Case, _ other: Case) -> Bool {
        if isApart(one.facts, other.facts) { return true }
        // Of what is no object members say nothing.
        guard one.facts.types == .object || other.facts.types == .object else { return false }
        for (name, facts) in one.members {
            if let others = other.members[name], isApart(facts, others) { return true }
        }
        return false
    }

    private mutating func isApart(_ one: ValueFacts, _ other: ValueFacts) -> Bool {
        steps += 1 + min(one.values?.count ?? 0, other.values?.count ?? 0)
        return one.isApart(from: other)
    }

    private mutating func read(_ schema: JSONValue) -> Case {
        let place = schema.range.lowerBound
        if let known = cases[place] { return known }
        let parts = document.together(schema) ?? []
        var found = Case(facts: facts(of: parts))
        for name in parts.flatMap(required).prefix(Alternatives.memberLimit) {
            let said = parts.compactMap { document.rule("properties", of: $0)?[name] }
            let isOthers = said.contains { document.text.isOthersToSend($0, direction, document.dialect) }
            if !isOthers { found.members[Exact(name)] = facts(of: said.flatMap { document.together($0) ?? [] }) }
        }
        cases[place] = found
        return found
    }

    private mutating func facts(of parts: [JSONValue]) -> ValueFacts {
        for part in parts {
            steps += 1
            part["enum"]?.eachElement { _ in steps += 1 }
        }
        return ValueFacts(of: parts, in: document)
    }

    private func required(_ part: JSONValue) -> [String] {
        (document.rule("required", of: part)?.elements ?? []).compactMap(\.string)
    }
}
