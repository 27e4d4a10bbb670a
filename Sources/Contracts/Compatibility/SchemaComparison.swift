import StrictJSON
import Vocabulary

/// Two versions of one schema. For a request the newer must take everything that the older took; for a response
/// everything that the newer sends must be what the older promised.
extension Comparison {
    /// Puts two schemas in the row of those that `settle` compares.
    mutating func compare(
        _ before: JSONValue?, _ after: JSONValue?, _ direction: SchemaDirection, _ place: String,
        _ part: AnswerSieve.Part = .whole
    ) {
        guard part != .nothing else { return }
        switch (before, after) {
        case (nil, nil): return
        case (nil, let after?):
            if direction == .request, !isFree(after, newer) { add("schema-added", .stricter(place)) }
        case (let before?, nil):
            if direction == .response, !isFree(before, older) { add("schema-removed", .looser(place)) }
        case (let before?, let after?):
            waiting.append(
                WaitingPair(before: before, after: after, direction: direction, place: place, part: part))
        }
    }

    /// Compares all that waits, and what that leads to.
    mutating func settle() {
        while next < waiting.count {
            let pair = waiting[next]
            next += 1
            compareRules(pair)
        }
        waiting.removeAll()
        next = 0
    }

    /// A schema that says nothing.
    func isFree(_ schema: JSONValue, _ document: OpenAPIDocument) -> Bool {
        guard schema.kind == .object else { return schema.bool == true }
        return !(schema.members ?? []).contains { document.dialect.isRule($0.key) }
    }

    mutating func compareOne(_ pair: WaitingPair) {
        let key = SchemaPair(
            before: pair.before.range.lowerBound, after: pair.after.range.lowerBound, direction: pair.direction,
            part: pair.part, isTakenApart: pair.isTakenApart,
            sender: pair.beside?.place)
        guard !proven.contains(key), seen.insert(key).inserted else { return }
        pairs += 1 + pair.before.breadth + pair.after.breadth
        guard !isSpent else { return add("not-compared", .notCompared(pair.place)) }
        compareKeywords(pair)
    }

    private mutating func compareKeywords(_ pair: WaitingPair) {
        let (before, after, direction, place) = (pair.before, pair.after, pair.direction, pair.place)
        // The side that sends, and the side that must take it.
        let (sent, taken) = direction == .request ? (before, after) : (after, before)
        let (from, into) = direction == .request ? (older, newer) : (newer, older)
        let code = direction == .request ? "request" : "response"
        // `false` fits nothing: nobody sent it, but somebody may have been promised something else.
        if before.bool == false || after.bool == false {
            let isKept = before.bool == after.bool || (direction == .request && before.bool == false)
            if !isKept { add("\(code)-type", .otherType(place)) }
            return
        }
        if let wanted = types(taken, into.dialect),
            !(types(sent, from.dialect).map { wanted.isSuperset(of: $0) } ?? false)
        {
            add("\(code)-type", .otherType(place))
            return
        }
        compareEnumerations(sent, taken, code, place)
        compareBounds(sent, taken, (from.dialect, into.dialect), code, place)
        compareWhole(sent, taken, pair)
        compareMembers(pair, code)
        compareDiscriminators(sent, taken, pair)
        compare(before["items"], after["items"], direction, "\(place)[]", pair.part)
    }

    func types(_ schema: JSONValue, _ dialect: SchemaDialect) -> JSONTypes? {
        guard let type = schema["type"] else { return nil }
        var types = JSONTypes(named: type)
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
        let listed = (schema["enum"]?.elements).map { Set($0.map(Sameness.key)) }
        guard let only = schema["const"].map({ Set([Sameness.key($0)]) }) else { return listed }
        return listed?.intersection(only) ?? only
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
            let isWithin =
                bound(sent, isLower, dialects.0).map { given in
                    if given.value.key == wanted.value.key { return given.isExclusive || !wanted.isExclusive }
                    return isLower
                        ? Decimal.isLess(wanted.value, given.value) : Decimal.isLess(given.value, wanted.value)
                } ?? false
            if !isWithin { add("\(code)-bounds", .otherBounds(place, key)) }
        }
    }

    private func bound(
        _ schema: JSONValue, _ isLower: Bool, _ dialect: SchemaDialect
    ) -> (value: Decimal, isExclusive: Bool)? {
        let plain = schema[isLower ? "minimum" : "maximum"].map { Decimal($0) }
        let exclusive = schema[isLower ? "exclusiveMinimum" : "exclusiveMaximum"]
        if dialect == .openAPI30 { return plain.map { ($0, exclusive?.bool == true) } }
        switch (plain, exclusive.map { Decimal($0) }) {
        case (nil, nil): return nil
        case (let plain?, nil): return (plain, false)
        case (nil, let strict?): return (strict, true)
        case (let plain?, let strict?):
            let isPlainStricter = isLower ? Decimal.isLess(strict, plain) : Decimal.isLess(plain, strict)
            return isPlainStricter ? (plain, false) : (strict, true)
        }
    }

    /// Keywords that cannot be compared by halves must be the same, but for alternatives each of which is another's.
    private mutating func compareWhole(_ sent: JSONValue, _ taken: JSONValue, _ pair: WaitingPair) {
        for key in [
            "pattern", "format", "multipleOf", "uniqueItems", "not", "allOf", "anyOf", "oneOf", "if", "then", "else",
            "contains", "minContains", "maxContains", "prefixItems", "patternProperties", "propertyNames",
            "dependentRequired", "dependentSchemas",
        ] where !isFreer(key, sent, taken) && !(key == "allOf" && pair.isTakenApart) {
            let isChoice = key == "anyOf" || key == "oneOf"
            // Of one alternative nothing is saved by looking ahead.
            let isOne = isChoice && sent[key]?.elements?.count == 1 && taken[key]?.elements?.count == 1
            if !isOne, same.areSame(key, pair.before[key], pair.after[key], pair.part) { continue }
            if isChoice, compareAlternatives(key, sent, taken, pair) { continue }
            if key == "format", WiderFormats.isTaken(sent[key]?.string, as: taken[key]?.string) { continue }
            add("\(pair.direction == .request ? "request" : "response")-other", .otherRule(pair.place, key))
        }
    }

    /// Whether no rule of this keyword is asked of what is sent. Without some keywords others ask more.
    private func isFreer(_ key: String, _ sent: JSONValue, _ taken: JSONValue) -> Bool {
        guard taken[key] == nil else { return false }
        return switch key {
        case "prefixItems": taken["items"] == nil
        case "patternProperties": taken["additionalProperties"] == nil
        case "minContains": taken["contains"] == nil || sent[key]?.number != 0
        default: true
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

    static func notCompared(_ place: String) -> Phrase {
        Phrase(
            vi: "\(place): quá lớn hoặc tham chiếu quá sâu để so sánh, không chứng minh được là tương thích",
            en: "\(place): too large or too deep to be compared, so it cannot be proved compatible")
    }
}
