package import StrictJSON

/// A value that a schema takes, for whoever has to write one: its examples, or else what its types, bounds and lists
/// ask for. Where nothing says more, a text is the name in capitals: to be replaced by whoever pastes it.
///
/// Tried in several ways, the first of which is the plainest: another branch, other members, other elements each time.
package struct Sample {
    /// How often it is tried, and how much of it one try may make.
    static let tries = 16
    static let schemaLimit = 2000
    static let byteLimit = 8 << 10
    static let depthLimit = 16
    /// How much of a document is looked through in all tries together, in bytes of what takes long: whoever wrote the
    /// schema may be at another node.
    static let workLimit = 16 << 20
    static let namesLimit = 1000
    /// From this depth on no member stands in it that is not required.
    static let optionalDepth = 4
    private static let memberLimit = 50

    let document: OpenAPIDocument
    /// For elements that are not to be the same.
    var salt = 0
    private var random: UInt64
    private var schemas = 0
    private var work: Int
    private var isTired = false

    private init(_ document: OpenAPIDocument, try number: Int, work: Int = workLimit) {
        self.document = document
        self.work = work
        random = UInt64(number)
    }

    /// The plainest one, whether or not the schema takes it.
    package static func likely(_ schema: JSONValue?, named name: String, of document: OpenAPIDocument) -> JSON {
        guard let schema else { return .string(name.uppercased()) }
        var sample = Sample(document, try: 0)
        return sample.value([schema], named: name, depth: 0)
    }

    /// One that the schema takes from whoever sends it; nil when none was found with so much work.
    package static func valid(_ schema: JSONValue?, named name: String, of document: OpenAPIDocument) -> JSON? {
        guard let schema, let program = try? document.program(schema, .request) else { return nil }
        var work = workLimit
        for number in 0..<tries where work > 0 {
            var sample = Sample(document, try: number, work: work)
            defer { work = sample.work }
            let value = sample.value([schema], named: name, depth: 0)
            let bytes = value.encoded()
            guard !sample.isTired, bytes.count <= byteLimit, let read = try? JSONDocument(bytes) else { continue }
            if program.accepts(read.root) { return value }
        }
        return nil
    }

    private mutating func spend(_ bytes: Int) {
        work -= bytes
        if work <= 0 { isTired = true }
    }

    /// The first of so many at the first try, and any of them later.
    mutating func choice(_ count: Int) -> Int {
        guard random > 0, count > 1 else { return 0 }
        // Marsaglia's xorshift: the same at each look at the page.
        random ^= random << 13
        random ^= random >> 7
        random ^= random << 17
        return Int(random % UInt64(count))
    }

    /// - Parameter schemas: what must hold together.
    mutating func value(_ schemas: [JSONValue], named name: String, depth: Int) -> JSON {
        let parts = together(schemas)
        spend(name.utf8.count)
        guard depth < Sample.depthLimit, !isTired else {
            isTired = true
            return .null
        }
        if let said = said(parts) { return said }
        switch kind(parts) {
        case "object": return object(parts, depth: depth)
        case "array": return array(parts, named: name, depth: depth)
        case "integer": return number(parts, isWhole: true)
        case "number": return number(parts, isWhole: false)
        case "boolean": return choice(2) == 0 ? true : false
        case "null": return .null
        default: return .string(text(parts, name))
        }
    }

    /// Schemas with what they lead to, and of alternatives one each.
    private mutating func together(_ roots: [JSONValue]) -> [JSONValue] {
        var (parts, waiting): ([JSONValue], [JSONValue]) = ([], roots.reversed())
        var seen = Set<Int>()
        while let part = waiting.popLast() {
            guard seen.insert(part.range.lowerBound).inserted else { continue }
            schemas += 1
            if schemas >= Sample.schemaLimit { isTired = true }
            spend(part.range.count / 32)
            guard !isTired else { return parts }
            parts.append(part)
            if let target = part["$ref"]?.string.flatMap({ document.text.target(of: $0) }) { waiting.append(target) }
            waiting += (part["allOf"]?.elements ?? []).reversed()
            for key in ["oneOf", "anyOf"] {
                guard let ways = part[key]?.elements, !ways.isEmpty else { continue }
                waiting.append(ways[choice(ways.count)])
            }
            guard let condition = part["if"] else { continue }
            if choice(2) == 0 {
                waiting += [part["else"]].compactMap { $0 }
            } else {
                waiting += [condition, part["then"]].compactMap { $0 }
            }
        }
        return parts
    }

    /// What a schema names itself. An example, which may be wrong, is passed over at other tries.
    private mutating func said(_ parts: [JSONValue]) -> JSON? {
        if let only = parts.lazy.compactMap({ $0["const"] }).first { return written(only) }
        if choice(2) == 0, salt == 0 {
            let example = parts.lazy.compactMap { $0["example"] ?? $0["examples"]?.elements?.first ?? $0["default"] }
            if let example = example.first { return written(example) }
        }
        parts.forEach { spend($0["enum"]?.range.count ?? 0) }
        guard !isTired else { return .null }
        let lists = parts.compactMap { $0["enum"]?.elements }
        guard let first = lists.first else { return nil }
        let keys = lists.map { Set($0.map(Sameness.key)) }
        let values = first.filter { value in keys.allSatisfy { $0.contains(Sameness.key(value)) } }
        guard !values.isEmpty else { return nil }
        return written(values[(choice(values.count) + salt) % values.count])
    }

    private mutating func written(_ value: JSONValue) -> JSON {
        spend(value.range.count)
        return isTired ? .null : JSON(value)
    }

    private mutating func kind(_ parts: [JSONValue]) -> String {
        var kinds: [String]?
        for part in parts {
            guard let type = part["type"] else { continue }
            let named = (type.elements ?? [type]).compactMap(\.string)
            kinds =
                kinds.map { known in
                    known.filter { named.contains($0) || $0 == "integer" && named.contains("number") }
                        + (known.contains("number") && named.contains("integer") ? ["integer"] : [])
                } ?? named
        }
        if let kinds {
            let plain = kinds.filter { $0 != "null" }
            return plain.isEmpty ? "null" : plain[choice(plain.count)]
        }
        let telling = [
            ("object", ["properties", "required", "additionalProperties", "minProperties", "patternProperties"]),
            ("array", ["items", "prefixItems", "minItems", "contains"]),
            ("integer", ["minimum", "maximum", "multipleOf", "exclusiveMinimum", "exclusiveMaximum"]),
        ]
        return telling.first { _, keys in parts.contains { part in keys.contains { part[$0] != nil } } }?.0 ?? "string"
    }

    // MARK: Objects and lists

    private mutating func object(_ given: [JSONValue], depth: Int) -> JSON {
        var parts = given
        var names = chosenNames(parts, depth: depth)
        spend(names.count * Sample.searching(parts))
        if names.count > Sample.namesLimit { isTired = true }
        guard !isTired else { return .null }
        // What comes with a member may ask for others.
        for _ in 0..<4 {
            let more = names.flatMap { name in
                parts.flatMap { $0["dependentRequired"]?[name]?.elements ?? [] }.compactMap(\.string)
            }.filter { !names.contains($0) }
            let schemas = names.flatMap { name in given.compactMap { $0["dependentSchemas"]?[name] } }
            let wider = schemas.isEmpty ? parts : together(given + schemas)
            guard !more.isEmpty || wider.count != parts.count else { break }
            parts = wider
            names = Sample.once(names + more + Sample.required(parts))
            spend(names.count * Sample.searching(parts))
            if names.count > Sample.namesLimit { isTired = true }
            guard !isTired else { return .null }
        }
        var members: [JSON.Member] = []
        for name in names {
            let schemas = Sample.schemas(of: name, in: parts)
            members.append(JSON.Member(name, value(schemas, named: name, depth: depth + 1)))
            if isTired { break }
        }
        return .object(members)
    }

    /// What is required, or all where nothing is; at other tries some of the rest; and as many as there must be.
    private mutating func chosenNames(_ parts: [JSONValue], depth: Int) -> [String] {
        let required = Set(Sample.required(parts))
        let known = Sample.once(parts.flatMap { $0["properties"]?.members ?? [] }.map(\.key))
        spend(known.count * Sample.searching(parts))
        guard !isTired else { return [] }
        let open = known.filter { name in
            !Sample.schemas(of: name, in: parts).contains { $0["readOnly"]?.bool == true || $0.bool == false }
        }
        let takesAll = required.isEmpty && depth < Sample.optionalDepth
        var names: [String] = []
        for name in known where required.contains(name) || open.contains(name) && names.count < Sample.memberLimit {
            let isWanted = takesAll || depth < Sample.optionalDepth && choice(3) == 1
            if required.contains(name) || isWanted { names.append(name) }
        }
        names = Sample.once(names + Sample.required(parts))
        let most = parts.compactMap { $0["maxProperties"]?.number }.min() ?? .infinity
        if Double(names.count) > most { names = Sample.required(parts) }
        let least = Sample.count(parts.compactMap { $0["minProperties"]?.number }.max() ?? 0, atMost: 100)
        for name in open where names.count < least && !names.contains(name) { names.append(name) }
        while names.count < least {
            let name = otherName(parts, names.count)
            guard !names.contains(name) else { break }
            names.append(name)
        }
        return names
    }

    /// Of a member that is none of the properties.
    private mutating func otherName(_ parts: [JSONValue], _ number: Int) -> String {
        let before = salt
        salt = number
        defer { salt = before }
        let patterns = parts.flatMap { $0["patternProperties"]?.members ?? [] }.map(\.key)
        let rules = parts.compactMap { $0["propertyNames"] }
        guard rules.isEmpty else { return text(together(rules), "m") }
        return patterns.first.flatMap { PatternSample.text($0, times: 1, choice: number) } ?? "m\(number)"
    }

    /// What it costs to look one name up in all that is said of members: patterns are read and run for each.
    private static func searching(_ parts: [JSONValue]) -> Int {
        func bytes(_ key: String) -> Int { parts.reduce(0) { $0 + ($1[key]?.range.count ?? 0) } }
        return (bytes("properties") + bytes("dependentRequired") + bytes("dependentSchemas")) / 32
            + 4 * bytes("patternProperties")
    }

    private static func required(_ parts: [JSONValue]) -> [String] {
        once(parts.flatMap { $0["required"]?.elements ?? [] }.compactMap(\.string))
    }

    private static func once(_ names: [String]) -> [String] {
        var seen = Set<Exact>()
        return names.filter { seen.insert(Exact($0)).inserted }
    }

    /// What holds for a member of this name.
    private static func schemas(of name: String, in parts: [JSONValue]) -> [JSONValue] {
        parts.flatMap { part -> [JSONValue] in
            let matching = (part["patternProperties"]?.members ?? []).filter { source, _ in
                (try? Pattern(source))?.matches(name) ?? false
            }
            let named = [part["properties"]?[name]].compactMap { $0 } + matching.map(\.value)
            return named.isEmpty ? [part["additionalProperties"]].compactMap { $0 } : named
        }
    }

    /// A number of a document, which may be any.
    static func count(_ number: Double, atMost most: Double) -> Int { Int(max(0, min(number, most))) }

    private mutating func array(_ parts: [JSONValue], named name: String, depth: Int) -> JSON {
        let prefix = parts.compactMap { $0["prefixItems"]?.elements }.max { $0.count < $1.count } ?? []
        let items = parts.compactMap { $0["items"] }
        let isClosed = items.contains { $0.bool == false }
        let least = Sample.count(parts.compactMap { $0["minItems"]?.number }.max() ?? 0, atMost: 200)
        let most = Sample.count(parts.compactMap { $0["maxItems"]?.number }.min() ?? 200, atMost: 200)
        let usual = max(prefix.count, isClosed || depth >= Sample.optionalDepth ? 0 : 1)
        let isUnique = parts.contains { $0["uniqueItems"]?.bool == true }
        var elements: [JSON] = []
        for part in parts {
            guard let wanted = part["contains"] else { continue }
            for _ in 0..<Sample.count(part["minContains"]?.number ?? 1, atMost: 50) {
                elements.append(value([wanted] + items, named: name, depth: depth + 1))
            }
        }
        let before = salt
        for place in elements.count..<max(elements.count, min(max(least, usual), most)) {
            if isUnique { salt = place }
            let own = place < prefix.count ? [prefix[place]] : items
            elements.append(value(own, named: name, depth: depth + 1))
            if isTired { break }
        }
        salt = before
        return .array(elements)
    }
}
