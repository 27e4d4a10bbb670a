import StrictJSON

/// Whether what a schema says ties members of one value to each other: then a change of one that is kept back from a
/// consumer may show in those that he gets, and all of them count.
///
/// Properties and what is required of them say something of each name by itself. A condition, a number of members, a
/// list of whole values do not, nor do alternatives beside anything else that is said of members.
struct TiedMembers {
    private let document: OpenAPIDocument
    private var known: [Int: Bool] = [:]
    /// Schemas looked at.
    private(set) var steps = 0

    private static let schemaLimit = 2000
    private static let tying: Set = [
        "if", "not", "dependentRequired", "dependentSchemas", "minProperties", "maxProperties", "propertyNames", "enum",
        "const", "contains", "uniqueItems",
    ]
    private static let choices = ["anyOf", "oneOf"]
    private static let ofMembers = [
        "properties", "required", "additionalProperties", "patternProperties", "items", "prefixItems",
    ]

    init(_ document: OpenAPIDocument) { self.document = document }

    mutating func areIn(_ schema: JSONValue) -> Bool {
        let place = schema.range.lowerBound
        if let known = known[place] { return known }
        let found = judge(schema)
        known[place] = found
        return found
    }

    private mutating func judge(_ schema: JSONValue) -> Bool {
        guard let parts = document.together(schema) else { return true }
        steps += parts.count
        if parts.contains(where: isTying) { return true }
        let choices = parts.map { part in TiedMembers.choices.count { part[$0] != nil } }.reduce(0, +)
        let saysMore = parts.contains { part in TiedMembers.ofMembers.contains { part[$0] != nil } }
        if choices > 1 || choices == 1 && saysMore { return true }
        // Several parts may each say something of one member's own members.
        let said = parts.count { part in (part.members ?? []).contains { document.dialect.isRule($0.key) } }
        return said > 1 && isTiedBelow(schema)
    }

    private func isTying(_ schema: JSONValue) -> Bool {
        (schema.members ?? []).contains { TiedMembers.tying.contains($0.key) && document.dialect.isRule($0.key) }
    }

    private mutating func isTiedBelow(_ schema: JSONValue) -> Bool {
        var waiting = [schema]
        var seen = Set<Int>()
        while let next = waiting.popLast() {
            guard seen.insert(next.range.lowerBound).inserted else { continue }
            steps += 1
            let isChoice = TiedMembers.choices.contains { next[$0] != nil }
            if seen.count > TiedMembers.schemaLimit || isChoice || isTying(next) { return true }
            for key in ["allOf", "prefixItems"] { waiting += next[key]?.elements ?? [] }
            for key in ["properties", "patternProperties"] { waiting += (next[key]?.members ?? []).map(\.value) }
            waiting += [next["items"], next["additionalProperties"]].compactMap { $0 }
            guard let reference = next["$ref"]?.string else { continue }
            guard let target = document.text.target(of: reference) else { return true }
            waiting.append(target)
        }
        return false
    }
}
