import StrictJSON

/// Whether two schemas say the same, however their components are named and whatever they tell about themselves: the
/// same of that part of a value which reaches the consumer.
struct SameSchemas {
    private let older: OpenAPIDocument
    private let newer: OpenAPIDocument
    private let sieve: AnswerSieve
    private var tied: (older: TiedMembers, newer: TiedMembers)
    /// Alternatives as they are taken: of answers the older document's, of requests the newer one's.
    private var taken: (answers: Alternatives, requests: Alternatives)
    /// Pairs found to be the same.
    private var known = Set<Pair>()
    /// Pairs looked at, in all questions of one operation together.
    private var looked = 0
    private var stepsBefore = 0

    /// What that took, with what was looked at to see whether members are tied and alternatives apart.
    var count: Int { looked + (steps - stepsBefore) / SameSchemas.stepsOfPair }

    private var steps: Int { tied.older.steps + tied.newer.steps + taken.answers.steps + taken.requests.steps }

    private static let stepsOfPair = 16

    private struct Pair: Hashable {
        let before: Int
        let after: Int
        let part: AnswerSieve.Part
    }

    private typealias Waiting = [(before: JSONValue, after: JSONValue, part: AnswerSieve.Part)]

    init(_ older: OpenAPIDocument, _ newer: OpenAPIDocument, _ sieve: AnswerSieve) {
        self.older = older
        self.newer = newer
        self.sieve = sieve
        tied = (TiedMembers(older), TiedMembers(newer))
        taken = (Alternatives(older, .response), Alternatives(newer, .request))
    }

    /// What counts of a part that passes, where two schemas say something of such a value: all, where they tie members
    /// to each other.
    mutating func counting(
        _ part: AnswerSieve.Part, in before: JSONValue, _ after: JSONValue
    ) -> AnswerSieve.Part {
        guard case .members = part else { return part }
        return tied.older.areIn(before) || tied.newer.areIn(after) ? .whole : part
    }

    /// Whether no value can fit two of the alternatives that are taken.
    mutating func areApart(_ list: JSONValue, _ direction: SchemaDirection) -> Bool {
        direction == .request ? taken.requests.areApart(list) : taken.answers.areApart(list)
    }

    /// Goes on with another operation; what is known stays.
    mutating func begin() { (looked, stepsBefore) = (0, steps) }

    /// Values of a keyword. False, too, when there are more pairs in them than are looked at for one operation.
    mutating func areSame(
        _ key: String, _ before: JSONValue?, _ after: JSONValue?, _ part: AnswerSieve.Part
    ) -> Bool {
        guard let before, let after else { return before == nil && after == nil }
        var waiting: Waiting = []
        guard open(key, before, after, part, &waiting) else { return false }
        // A circle is the same as another when nothing on its way is different.
        var seen = known
        while let (before, after, part) = waiting.popLast() {
            guard let old = SameSchemas.plain(before, in: older), let new = SameSchemas.plain(after, in: newer) else {
                return false
            }
            let part = counting(part, in: old, new)
            let pair = Pair(before: old.range.lowerBound, after: new.range.lowerBound, part: part)
            guard seen.insert(pair).inserted else { continue }
            looked += 1 + old.breadth + new.breadth
            guard count <= Compatibility.pairLimit, isAlike(old, new, part, &waiting) else { return false }
        }
        known = seen
        return true
    }

    /// The schema behind references beside which no rule stands; nil when they lead nowhere or without end.
    private static func plain(_ schema: JSONValue, in document: OpenAPIDocument) -> JSONValue? {
        var schema = schema
        for _ in 0..<Compatibility.referenceLimit {
            guard let reference = schema["$ref"] else { return schema }
            let isMarked = document.dialect != .openAPI30 && (schema.members ?? []).contains(where: isMark)
            if document.dialect.hasRule(beside: schema) || isMarked { return schema }
            guard let target = reference.string.flatMap({ document.text.target(of: $0) }) else { return nil }
            schema = target
        }
        return nil
    }

    private mutating func isAlike(
        _ before: JSONValue, _ after: JSONValue, _ part: AnswerSieve.Part, _ waiting: inout Waiting
    ) -> Bool {
        guard before.kind == .object, after.kind == .object else {
            return Sameness.key(before) == Sameness.key(after)
        }
        let (old, new) = (rules(before, older, part), rules(after, newer, part))
        guard old.count == new.count else { return false }
        let others = Dictionary(new.map { (Exact($0.key), $0.value) }) { first, _ in first }
        for (key, value) in old {
            guard let other = others[Exact(key)] else { return false }
            if key == "$ref" {
                guard let old = value.string.flatMap({ older.text.target(of: $0) }),
                    let new = other.string.flatMap({ newer.text.target(of: $0) })
                else { return false }
                waiting.append((old, new, part))
            } else if !open(key, value, other, part, &waiting) {
                return false
            }
        }
        return true
    }

    /// Who sends a property says whether it is asked for where it is required.
    private static func isMark(_ key: String, _ value: JSONValue) -> Bool {
        (key == "readOnly" || key == "writeOnly") && value.bool == true
    }

    /// The keywords that say something of the part that passes.
    private func rules(
        _ schema: JSONValue, _ document: OpenAPIDocument, _ part: AnswerSieve.Part
    ) -> [(key: String, value: JSONValue)] {
        (schema.members ?? []).filter { key, value in
            guard document.dialect.isRule(key) || SameSchemas.isMark(key, value) else { return false }
            guard part != .whole else { return true }
            return switch key {
            case "properties": !passing(value, part).isEmpty
            case "required": !(value.elements ?? []).allSatisfy { !passes($0, part) }
            default: true
            }
        }
    }

    private func passing(_ properties: JSONValue, _ part: AnswerSieve.Part) -> [(key: String, value: JSONValue)] {
        (properties.members ?? []).filter { sieve.passes($0.key, of: part) }
    }

    private func passes(_ name: JSONValue, _ part: AnswerSieve.Part) -> Bool {
        name.string.map { sieve.passes($0, of: part) } ?? true
    }

    /// Adds the schemas in the values of a keyword to those that wait; false when the values differ around them.
    ///
    /// What is judged of values that are kept back, as conditions are, must be the same as a whole: on it may hang what
    /// comes with those that pass.
    private mutating func open(
        _ key: String, _ before: JSONValue, _ after: JSONValue, _ part: AnswerSieve.Part, _ waiting: inout Waiting
    ) -> Bool {
        switch key {
        case "not", "if", "contains", "propertyNames", "additionalProperties": waiting.append((before, after, .whole))
        case "then", "else", "items": waiting.append((before, after, part))
        case "allOf", "anyOf", "oneOf", "prefixItems":
            let (old, new) = (before.elements ?? [], after.elements ?? [])
            guard old.count == new.count else { return false }
            // What two alternatives promised together never came, whatever is kept back of them.
            let isByItself = key != "oneOf" || part == .whole || taken.answers.areApart(before)
            waiting += zip(old, new).map { ($0, $1, isByItself ? part : .whole) }
        case "properties":
            let (old, new) = (passing(before, part), passing(after, part))
            return openNamed(old, new, &waiting) { sieve.inside($0, of: part) }
        case "patternProperties", "dependentSchemas":
            return openNamed(before.members ?? [], after.members ?? [], &waiting) { _ in .whole }
        case "discriminator":
            let (old, new) = (before["mapping"]?.named ?? [:], after["mapping"]?.named ?? [:])
            for name in old.keys {
                if let old = older.kind(name, old), let new = newer.kind(name, new) { waiting.append((old, new, part)) }
            }
            return Sameness.key(before) == Sameness.key(after)
        case "required", "enum":
            let isList = key == "required"
            let (old, new) = (before.elements ?? [], after.elements ?? [])
            func keys(_ values: [JSONValue]) -> Set<Exact> {
                Set(values.filter { !isList || passes($0, part) }.map(Sameness.key))
            }
            return keys(old) == keys(new)
        default: return Sameness.key(before) == Sameness.key(after)
        }
        return true
    }

    private func openNamed(
        _ before: [(key: String, value: JSONValue)], _ after: [(key: String, value: JSONValue)],
        _ waiting: inout Waiting, part: (String) -> AnswerSieve.Part
    ) -> Bool {
        guard before.count == after.count else { return false }
        let others = Dictionary(after.map { (Exact($0.key), $0.value) }) { first, _ in first }
        for (name, schema) in before {
            guard let other = others[Exact(name)] else { return false }
            waiting.append((schema, other, part(name)))
        }
        return true
    }
}

extension JSONValue {
    /// As how many pairs more than one a schema counts that has long lists.
    var breadth: Int {
        var count = 0
        for key in ["properties", "patternProperties", "required", "enum"] {
            guard let value = self[key] else { continue }
            value.eachElement { _ in count += 1 }
            value.eachMember { _, _ in count += 1 }
        }
        return count / 32
    }

    /// The members of an object by their names, byte for byte.
    var named: [Exact: JSONValue] {
        Dictionary((members ?? []).map { (Exact($0.key), $0.value) }) { first, _ in first }
    }
}

extension SchemaDialect {
    /// Whether the keyword says something about which values fit, or of which kind they are.
    func isRule(_ key: String) -> Bool { key != "$schema" && checked.contains(key) || key == "discriminator" }

    /// In 3.0 nothing beside `$ref` is a rule.
    func hasRule(beside reference: JSONValue) -> Bool {
        self != .openAPI30 && (reference.members ?? []).contains { $0.key != "$ref" && isRule($0.key) }
    }
}
