import StrictJSON
import Vocabulary

/// Two versions of one schema. For a request the newer must take everything that the older took; for a response
/// everything that the newer sends must be what the older promised.
extension Comparison {
    mutating func compare(_ before: JSONValue?, _ after: JSONValue?, _ direction: SchemaDirection, _ place: String) {
        switch (before, after) {
        case (nil, nil): return
        case (nil, .some): if direction == .request { add("schema-added", .stricter(place)) }
        case (.some, nil): if direction == .response { add("schema-removed", .looser(place)) }
        case (let before?, let after?):
            guard let old = resolved(before, in: older), let new = resolved(after, in: newer) else { return }
            let pair = SchemaPair(before: old.range.lowerBound, after: new.range.lowerBound, direction: direction)
            guard seen.count < 20_000, seen.insert(pair).inserted else { return }
            compareKeywords(old, new, direction, place)
        }
    }

    private func resolved(_ schema: JSONValue, in document: OpenAPIDocument) -> JSONValue? {
        var schema = schema
        for _ in 0..<16 {
            let isAlone = document.dialect == .openAPI30 || schema.members?.count == 1
            guard isAlone, let reference = schema["$ref"]?.string else { return schema }
            guard let target = document.text.target(of: reference) else { return nil }
            schema = target
        }
        return nil
    }

    private mutating func compareKeywords(
        _ before: JSONValue, _ after: JSONValue, _ direction: SchemaDirection, _ place: String
    ) {
        // The side that sends, and the side that must take it.
        let (sent, taken) = direction == .request ? (before, after) : (after, before)
        let (from, into) = direction == .request ? (older, newer) : (newer, older)
        let code = direction == .request ? "request" : "response"
        if let wanted = types(taken, into.dialect),
            !(types(sent, from.dialect).map { wanted.isSuperset(of: $0) } ?? false)
        {
            add("\(code)-type", .otherType(place))
            return
        }
        compareEnumerations(sent, taken, code, place)
        compareBounds(sent, taken, (from.dialect, into.dialect), code, place)
        compareWhole(before, after, code, place)
        compareMembers(before, after, direction, code, place)
        if let items = before["items"] ?? after["items"], items.kind == .object {
            compare(before["items"], after["items"], direction, "\(place)[]")
        }
    }

    private func types(_ schema: JSONValue, _ dialect: SchemaDialect) -> JSONTypes? {
        guard let type = schema["type"] else { return nil }
        var types = JSONTypes()
        for name in type.elements ?? [type] { types.formUnion(JSONTypes.named[name.string ?? ""] ?? []) }
        if dialect == .openAPI30, schema["nullable"]?.bool == true { types.insert(.null) }
        return types
    }

    private mutating func compareEnumerations(_ sent: JSONValue, _ taken: JSONValue, _ code: String, _ place: String) {
        guard let wanted = values(taken) else { return }
        guard let given = values(sent), given.isSubset(of: wanted) else {
            add("\(code)-enum", .otherValues(place))
            return
        }
    }

    private func values(_ schema: JSONValue) -> Set<Exact>? {
        if let only = schema["const"] { return [Sameness.key(only)] }
        return (schema["enum"]?.elements).map { Set($0.map(Sameness.key)) }
    }

    /// Lower and upper bounds: what is sent must be at least as narrow as what is taken.
    private mutating func compareBounds(
        _ sent: JSONValue, _ taken: JSONValue, _ dialects: (SchemaDialect, SchemaDialect), _ code: String,
        _ place: String
    ) {
        for key in ["minLength", "minItems", "minProperties"] {
            let wanted = taken[key]?.number ?? 0
            if sent[key]?.number ?? 0 < wanted { add("\(code)-bounds", .otherBounds(place, key)) }
        }
        for key in ["maxLength", "maxItems", "maxProperties"] {
            guard let wanted = taken[key]?.number else { continue }
            if sent[key]?.number ?? .infinity > wanted { add("\(code)-bounds", .otherBounds(place, key)) }
        }
        for (isLower, key) in [(true, "minimum"), (false, "maximum")] {
            guard let wanted = bound(taken, isLower, dialects.1) else { continue }
            let given = bound(sent, isLower, dialects.0)
            let isWithin =
                given.map { given in
                    if given.value == wanted.value { return given.isExclusive || !wanted.isExclusive }
                    return isLower ? given.value > wanted.value : given.value < wanted.value
                } ?? false
            if !isWithin { add("\(code)-bounds", .otherBounds(place, key)) }
        }
    }

    private func bound(
        _ schema: JSONValue, _ isLower: Bool, _ dialect: SchemaDialect
    ) -> (value: Double, isExclusive: Bool)? {
        let plain = schema[isLower ? "minimum" : "maximum"]?.number
        let exclusive = schema[isLower ? "exclusiveMinimum" : "exclusiveMaximum"]
        if dialect == .openAPI30 { return plain.map { ($0, exclusive?.bool == true) } }
        switch (plain, exclusive?.number) {
        case (nil, nil): return nil
        case (let plain?, nil): return (plain, false)
        case (nil, let strict?): return (strict, true)
        case (let plain?, let strict?):
            let isStrict = isLower ? strict >= plain : strict <= plain
            return isStrict ? (strict, true) : (plain, false)
        }
    }

    /// Keywords that cannot be compared by halves must be the same.
    private mutating func compareWhole(_ before: JSONValue, _ after: JSONValue, _ code: String, _ place: String) {
        for key in [
            "pattern", "format", "multipleOf", "uniqueItems", "not", "allOf", "anyOf", "oneOf", "if", "then", "else",
            "contains", "minContains", "maxContains", "prefixItems", "patternProperties", "propertyNames",
            "dependentRequired", "dependentSchemas",
        ] {
            let isFreer = code == "request" ? after[key] == nil : before[key] == nil
            guard !isFreer else { continue }
            if spelled(before[key], in: older) != spelled(after[key], in: newer) {
                add("\(code)-other", .otherRule(place, key))
            }
        }
    }

    /// The value with its references written out, so that a renamed component is no change.
    private func spelled(_ value: JSONValue?, in document: OpenAPIDocument) -> JSON? {
        var budget = 5000
        return value.map { spelled($0, in: document, depth: 0, &budget) }
    }

    private func spelled(_ value: JSONValue, in document: OpenAPIDocument, depth: Int, _ budget: inout Int) -> JSON {
        budget -= 1
        guard depth < 24, budget > 0 else { return .null }
        if let reference = value["$ref"]?.string, value.members?.count == 1,
            let target = document.text.target(of: reference)
        {
            return spelled(target, in: document, depth: depth + 1, &budget)
        }
        switch value.kind {
        case .object:
            var members: [JSON.Member] = []
            for (key, member) in (value.members ?? []).sorted(by: { $0.key < $1.key })
            where !document.dialect.annotations.contains(key) && !key.hasPrefix("x-") {
                members.append(JSON.Member(key, spelled(member, in: document, depth: depth + 1, &budget)))
            }
            return .object(members)
        case .array:
            var elements: [JSON] = []
            for element in value.elements ?? [] {
                elements.append(spelled(element, in: document, depth: depth + 1, &budget))
            }
            return .array(elements)
        default: return JSON(value)
        }
    }

    private mutating func compareMembers(
        _ before: JSONValue, _ after: JSONValue, _ direction: SchemaDirection, _ code: String, _ place: String
    ) {
        let required = (
            before: Set((before["required"]?.elements ?? []).compactMap(\.string)),
            after: Set((after["required"]?.elements ?? []).compactMap(\.string))
        )
        for name in required.after.subtracting(required.before).sorted() where direction == .request {
            add("request-required", .nowRequired("\(place).\(name)"))
        }
        for name in required.before.subtracting(required.after).sorted() where direction == .response {
            add("response-optional", .noLongerCertain("\(place).\(name)"))
        }
        for (name, property) in before["properties"]?.members ?? [] {
            if let same = after["properties"]?[name] {
                compare(property, same, direction, "\(place).\(name)")
            } else if direction == .response {
                add("response-field-removed", .noLonger("\(place).\(name)"))
            } else if after["additionalProperties"]?.bool == false {
                add("request-field-refused", .noLonger("\(place).\(name)"))
            }
        }
        compareRest(before, after, direction, code, place)
    }

    private mutating func compareRest(
        _ before: JSONValue, _ after: JSONValue, _ direction: SchemaDirection, _ code: String, _ place: String
    ) {
        let (sent, taken) = direction == .request ? (before, after) : (after, before)
        if taken["additionalProperties"]?.bool == false, direction == .request,
            sent["additionalProperties"]?.bool != false
        {
            add("\(code)-closed", .closed(place))
        }
        if taken["additionalProperties"]?.kind == .object {
            if sent["additionalProperties"]?.kind == .object {
                compare(
                    before["additionalProperties"], after["additionalProperties"], direction, "\(place).*")
            } else if sent["additionalProperties"]?.bool != false {
                add("\(code)-other", .otherRule(place, "additionalProperties"))
            }
        }
    }
}

extension Phrase {
    static func stricter(_ place: String) -> Phrase {
        Phrase(vi: "\(place): nay có ràng buộc mới", en: "\(place): there is a rule now")
    }

    static func looser(_ place: String) -> Phrase {
        Phrase(
            vi: "\(place): không còn cam kết về dạng kết quả", en: "\(place): the answer's shape is no longer promised")
    }

    static func otherType(_ place: String) -> Phrase {
        Phrase(vi: "\(place): kiểu dữ liệu đã đổi", en: "\(place): the type changed")
    }

    static func otherValues(_ place: String) -> Phrase {
        Phrase(vi: "\(place): danh sách giá trị đã đổi", en: "\(place): the list of values changed")
    }

    static func otherBounds(_ place: String, _ key: String) -> Phrase {
        Phrase(vi: "\(place): giới hạn \(key) đã đổi", en: "\(place): the bound \(key) changed")
    }

    static func otherRule(_ place: String, _ key: String) -> Phrase {
        Phrase(
            vi: "\(place): “\(key)” đã đổi, không chứng minh được là tương thích",
            en: "\(place): “\(key)” changed and cannot be proved compatible")
    }

    static func noLongerCertain(_ name: String) -> Phrase {
        Phrase(vi: "“\(name)” không còn chắc chắn có trong kết quả", en: "“\(name)” is no longer certain in the answer")
    }

    static func closed(_ place: String) -> Phrase {
        Phrase(vi: "\(place): không còn nhận trường khác", en: "\(place): other fields are refused now")
    }
}
