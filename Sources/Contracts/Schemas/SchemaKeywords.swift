import StrictJSON
import Vocabulary

/// The keywords of validation (2020-12 validation §6) and their values.
extension SchemaCompiler {
    mutating func readTypes(_ schema: JSONValue, _ rule: inout SchemaRule) {
        if let type = schema["type"] { rule.types = types(type) }
        if dialect == .openAPI30 {
            if schema["nullable"].map({ flag($0) }) == true { rule.types?.insert(.null) }
            if schema["type"]?.spells("array") == true, schema["items"] == nil {
                flaw("schema.items-missing", schema, .schemaItemsMissing)
            }
        }
        if let list = schema["enum"] {
            guard let elements = list.elements, !elements.isEmpty || dialect == .draft2020 else {
                return flaw("schema.enum", list, .schemaList)
            }
            rule.enumeration = Set(elements.map(Sameness.key))
        }
        if let value = schema["const"], dialect == .draft2020 {
            let only: Set<Exact> = [Sameness.key(value)]
            rule.enumeration = rule.enumeration?.intersection(only) ?? only
        }
    }

    private mutating func types(_ value: JSONValue) -> JSONTypes? {
        var types: JSONTypes = []
        let isList = value.kind == .array && dialect == .draft2020
        for element in isList ? value.elements ?? [] : [value] {
            guard let name = element.string, let type = JSONTypes.named[name],
                type != .null || dialect == .draft2020
            else {
                flaw("schema.type", element, .schemaType)
                return nil
            }
            types.formUnion(type)
        }
        return types
    }

    mutating func readNumbers(_ schema: JSONValue, _ rule: inout SchemaRule) {
        for (key, make) in [
            ("minimum", NumberRule.minimum), ("maximum", NumberRule.maximum), ("multipleOf", NumberRule.multiple),
        ] {
            guard let bound = schema[key].flatMap({ decimal($0) }) else { continue }
            if key == "multipleOf", !Decimal.isLess(Decimal("0"), bound), let value = schema[key] {
                flaw("schema.multiple-of", value, .schemaPositive)
                continue
            }
            rule.numbers.append(make(bound))
        }
        for (key, bound, make) in [
            ("exclusiveMinimum", "minimum", NumberRule.above), ("exclusiveMaximum", "maximum", NumberRule.below),
        ] {
            guard let value = schema[key] else { continue }
            if dialect == .openAPI30 {
                guard flag(value) == true, let limit = schema[bound].flatMap({ decimal($0) }) else { continue }
                rule.numbers.append(make(limit))
            } else if let limit = decimal(value) {
                rule.numbers.append(make(limit))
            }
        }
    }

    mutating func readText(_ schema: JSONValue, _ rule: inout SchemaRule) {
        rule.minimumLength = schema["minLength"].flatMap { count($0) }
        rule.maximumLength = schema["maxLength"].flatMap { count($0) }
        if let value = schema["pattern"] { rule.pattern = pattern(value, value.string) }
        if let value = schema["format"] {
            guard let name = value.string else { return flaw("schema.format", value, .schemaText) }
            rule.format = CheckedFormat(rawValue: name)
        }
    }

    mutating func pattern(_ value: JSONValue, _ source: String?) -> Pattern? {
        guard let source else {
            flaw("schema.pattern", value, .schemaText)
            return nil
        }
        do {
            return try Pattern(source)
        } catch {
            flaw(error.code, value, error.words)
            return nil
        }
    }

    mutating func readItems(_ schema: JSONValue, _ rule: inout ItemsRule) {
        rule.minimum = schema["minItems"].flatMap { count($0) }
        rule.maximum = schema["maxItems"].flatMap { count($0) }
        rule.areUnique = schema["uniqueItems"].flatMap { flag($0) } ?? false
        rule.rest = schema["items"].map { place(of: $0) }
        guard dialect == .draft2020 else { return }
        rule.first = schema["prefixItems"].map { list($0) } ?? []
        rule.contains = schema["contains"].map { place(of: $0) }
        rule.minimumContained = schema["minContains"].flatMap { count($0) }
        rule.maximumContained = schema["maxContains"].flatMap { count($0) }
    }

    mutating func readMembers(_ schema: JSONValue, _ rule: inout MembersRule) {
        rule.minimum = schema["minProperties"].flatMap { count($0) }
        rule.maximum = schema["maxProperties"].flatMap { count($0) }
        rule.required = schema["required"].map { names($0) } ?? []
        rule.named = Dictionary(
            (schema["properties"].map { map($0) } ?? []).map { (Exact($0.key), $0.value) },
            uniquingKeysWith: { first, _ in first })
        let others = Set(
            (schema["properties"]?.members ?? []).filter { text.isOthersToSend($0.value, direction, dialect) }
                .map { Exact($0.key) })
        if !others.isEmpty { rule.required.removeAll { others.contains(Exact($0)) } }
        if let rest = schema["additionalProperties"] {
            if let answer = rest.bool {
                if !answer { rule.rest = forbidden() }
            } else {
                rule.rest = place(of: rest)
            }
        }
        guard dialect == .draft2020 else { return }
        for (source, property) in schema["patternProperties"]?.members ?? [] {
            let inside = place(of: property)
            if let pattern = pattern(property, source) { rule.patterns.append((pattern, inside)) }
        }
        rule.names = schema["propertyNames"].map { place(of: $0) }
        for (name, needed) in schema["dependentRequired"]?.members ?? [] {
            rule.requiredBeside[name] = names(needed)
        }
        rule.dependent = schema["dependentSchemas"].map { map($0) } ?? []
    }

    private mutating func forbidden() -> Int {
        if let forbiddenPlace { return forbiddenPlace }
        var rule = SchemaRule()
        rule.always = false
        forbiddenPlace = rules.count
        rules.append(rule)
        return rules.count - 1
    }

    mutating func readLogic(_ schema: JSONValue, _ rule: inout SchemaRule) {
        rule.all = schema["allOf"].map { list($0) } ?? []
        rule.any = schema["anyOf"].map { list($0) } ?? []
        rule.one = schema["oneOf"].map { list($0) } ?? []
        rule.not = schema["not"].map { place(of: $0) }
        guard dialect == .draft2020, let condition = schema["if"] else { return }
        rule.condition = place(of: condition)
        rule.then = schema["then"].map { place(of: $0) }
        rule.otherwise = schema["else"].map { place(of: $0) }
    }

    // MARK: Values of keywords

    private mutating func list(_ value: JSONValue) -> [Int] {
        guard let elements = value.elements, !elements.isEmpty else {
            flaw("schema.list", value, .schemaList)
            return []
        }
        return elements.map { place(of: $0) }
    }

    private mutating func map(_ value: JSONValue) -> [(key: String, value: Int)] {
        guard let members = value.members else {
            flaw("schema.map", value, .schemaMap)
            return []
        }
        return members.map { ($0.key, place(of: $0.value)) }
    }

    private mutating func names(_ value: JSONValue) -> [String] {
        let names = value.elements?.compactMap(\.string) ?? []
        guard let count = value.elements?.count, names.count == count else {
            flaw("schema.names", value, .schemaNames)
            return []
        }
        return names
    }

    private mutating func count(_ value: JSONValue) -> Int? {
        let number = Decimal(value)
        guard value.kind == .number, number.isInteger, number.double >= 0, number.double < 1e15 else {
            flaw("schema.count", value, .schemaCount)
            return nil
        }
        return Int(number.double)
    }

    private mutating func decimal(_ value: JSONValue) -> Decimal? {
        guard value.kind == .number else {
            flaw("schema.number", value, .schemaNumber)
            return nil
        }
        return Decimal(value)
    }

    private mutating func flag(_ value: JSONValue) -> Bool? {
        guard let answer = value.bool else {
            flaw("schema.flag", value, .schemaFlag)
            return nil
        }
        return answer
    }
}

extension Phrase {
    static let schemaItemsMissing = Phrase(vi: "Kiểu array cần “items”", en: "The type array needs “items”")
    static let schemaList = Phrase(vi: "Cần một danh sách không rỗng", en: "A list with something in it is needed")
    static let schemaMap = Phrase(vi: "Cần một đối tượng", en: "An object is needed")
    static let schemaNames = Phrase(vi: "Cần một danh sách tên", en: "A list of names is needed")
    static let schemaCount = Phrase(vi: "Cần một số nguyên không âm", en: "A whole number from 0 is needed")
    static let schemaNumber = Phrase(vi: "Cần một số", en: "A number is needed")
    static let schemaPositive = Phrase(vi: "Cần một số lớn hơn 0", en: "A number above 0 is needed")
    static let schemaFlag = Phrase(vi: "Cần true hoặc false", en: "true or false is needed")
    static let schemaType = Phrase(vi: "Không có kiểu này", en: "There is no such type")
}
