import StrictJSON
import Vocabulary

/// One value against the rules.
struct SchemaRun {
    private let rules: [SchemaRule]
    private var steps: Int
    /// How many rules lead to the present one, and how many may: each takes its part of the thread's stack.
    private var depth = 0
    private static let deepest = 400
    var limit = 0
    /// Off while alternatives are tried: only whether they hold matters there.
    var isCollecting = false
    var misfits: [Misfit] = []

    init(_ rules: [SchemaRule], steps: Int) {
        self.rules = rules
        self.steps = steps
    }

    var isExhausted: Bool { steps < 0 }

    mutating func holds(_ place: Int, _ value: JSONValue) -> Bool {
        steps -= 1
        depth += 1
        defer { depth -= 1 }
        if depth > SchemaRun.deepest { steps = -1 }
        guard steps >= 0 else { return false }
        let rule = rules[place]
        if let answer = rule.always { return answer || fails("false", value, .notAllowed) }
        // When everything is told, the rules after a broken one are looked at as well.
        var isFine = true
        func goOn() -> Bool { isFine || (isCollecting && misfits.count < limit) }
        isFine = own(rule, value)
        if goOn(), let reference = rule.reference { isFine = holds(reference, value) && isFine }
        for branch in rule.all where goOn() { isFine = holds(branch, value) && isFine }
        if goOn(), !rule.any.isEmpty { isFine = any(rule.any, value) && isFine }
        if goOn(), !rule.one.isEmpty { isFine = one(rule.one, value) && isFine }
        if goOn(), let not = rule.not { isFine = (!silently(not, value) || fails("not", value, .notAllowed)) && isFine }
        if goOn(), let condition = rule.condition {
            if let branch = silently(condition, value) ? rule.then : rule.otherwise {
                isFine = holds(branch, value) && isFine
            }
        }
        switch value.kind {
        case .array where !rule.items.isEmpty && goOn(): isFine = items(rule.items, value) && isFine
        case .object where !rule.members.isEmpty && goOn(): isFine = members(rule.members, value) && isFine
        default: break
        }
        return isFine
    }

    /// What the rule says of the value itself.
    private mutating func own(_ rule: SchemaRule, _ value: JSONValue) -> Bool {
        if let types = rule.types, !types.contains(SchemaRun.type(of: value, asked: types)) {
            return fails("type", value, .needType(types.names))
        }
        if let allowed = rule.enumeration {
            steps -= value.range.count / 32
            if !allowed.contains(Sameness.key(value)) { return fails("enum", value, .notAmong) }
        }
        switch value.kind {
        case .number where !rule.numbers.isEmpty:
            let number = Decimal(value)
            if rule.numbers.contains(where: { !$0.holds(number) }) { return fails("range", value, .outOfRange) }
        case .string:
            if rule.minimumLength != nil || rule.maximumLength != nil || rule.pattern != nil {
                let text = value.string ?? ""
                let length = rule.minimumLength == nil && rule.maximumLength == nil ? 0 : text.unicodeScalars.count
                if let shortest = rule.minimumLength, length < shortest {
                    return fails("minLength", value, .tooShort(shortest))
                }
                if let longest = rule.maximumLength, length > longest {
                    return fails("maxLength", value, .tooLong(longest))
                }
                if let pattern = rule.pattern {
                    if !pattern.matches(text, steps: &steps) {
                        return fails("pattern", value, .patternMissed(pattern.source))
                    }
                }
            }
        default: break
        }
        if let format = rule.format, !format.holds(value) {
            return fails("format", value, .formatMissed(format.rawValue))
        }
        return true
    }

    private static func type(of value: JSONValue, asked: JSONTypes) -> JSONTypes {
        switch value.kind {
        case .null: .null
        case .bool: .boolean
        case .string: .string
        case .array: .array
        case .object: .object
        case .number: asked.contains(.number) ? .number : Decimal(value).isInteger ? .integer : .number
        }
    }

    // MARK: Alternatives

    private mutating func silently(_ place: Int, _ value: JSONValue) -> Bool {
        let wasCollecting = isCollecting
        isCollecting = false
        defer { isCollecting = wasCollecting }
        return holds(place, value)
    }

    private mutating func any(_ branches: [Int], _ value: JSONValue) -> Bool {
        for branch in branches where silently(branch, value) { return true }
        return fails("anyOf", value, .noneFits)
    }

    private mutating func one(_ branches: [Int], _ value: JSONValue) -> Bool {
        var fitting = 0
        for branch in branches where silently(branch, value) {
            fitting += 1
            if fitting > 1 { return fails("oneOf", value, .severalFit) }
        }
        return fitting == 1 || fails("oneOf", value, .noneFits)
    }

    // MARK: Collections

    private mutating func items(_ rule: ItemsRule, _ value: JSONValue) -> Bool {
        var isFine = true
        var count = 0
        var contained = 0
        var seen = Set<Exact>()
        var areUnique = true
        value.eachElement { element in
            guard isFine || (isCollecting && misfits.count < limit) else { return }
            if count < rule.first.count {
                isFine = holds(rule.first[count], element) && isFine
            } else if let rest = rule.rest {
                isFine = holds(rest, element) && isFine
            }
            if let wanted = rule.contains, silently(wanted, element) { contained += 1 }
            if rule.areUnique, areUnique, steps >= 0 {
                steps -= element.range.count / 32
                areUnique = seen.insert(Sameness.key(element)).inserted
            }
            count += 1
        }
        guard isFine else { return false }
        if let least = rule.minimum, count < least { return fails("minItems", value, .tooFew(least)) }
        if let most = rule.maximum, count > most { return fails("maxItems", value, .tooMany(most)) }
        if !areUnique { return fails("uniqueItems", value, .notUnique) }
        if rule.contains != nil {
            if contained < rule.minimumContained ?? 1 { return fails("contains", value, .noneFits) }
            if let most = rule.maximumContained, contained > most { return fails("maxContains", value, .severalFit) }
        }
        return true
    }

    private mutating func members(_ rule: MembersRule, _ value: JSONValue) -> Bool {
        var isFine = true
        var names = Set<Exact>()
        value.eachMember { key, member in
            guard isFine || (isCollecting && misfits.count < limit) else { return }
            steps -= 1
            guard steps >= 0 else { return }
            let name = Exact(key.string ?? "")
            names.insert(name)
            isFine = self.member(name, key, member, rule) && isFine
        }
        guard isFine || isCollecting else { return false }
        for name in rule.required where !names.contains(Exact(name)) {
            isFine = fails("required", value, .missing(name))
        }
        for (name, needed) in rule.requiredBeside.sorted(by: { $0.key < $1.key }) where names.contains(Exact(name)) {
            for other in needed where !names.contains(Exact(other)) {
                isFine = fails("dependentRequired", value, .missing(other))
            }
        }
        if let least = rule.minimum, names.count < least { isFine = fails("minProperties", value, .tooFew(least)) }
        if let most = rule.maximum, names.count > most { isFine = fails("maxProperties", value, .tooMany(most)) }
        for (name, schema) in rule.dependent where names.contains(Exact(name)) && isFine {
            isFine = holds(schema, value)
        }
        return isFine
    }

    private mutating func member(_ name: Exact, _ key: JSONValue, _ value: JSONValue, _ rule: MembersRule) -> Bool {
        var isFine = true
        var isKnown = false
        if let schema = rule.named[name] {
            isKnown = true
            isFine = holds(schema, value)
        }
        for (pattern, schema) in rule.patterns {
            guard pattern.matches(name.text, steps: &steps) else { continue }
            isKnown = true
            isFine = holds(schema, value) && isFine
        }
        if !isKnown, let rest = rule.rest { isFine = holds(rest, value) && isFine }
        if let schema = rule.names { isFine = holds(schema, key) && isFine }
        return isFine
    }

    private mutating func fails(_ keyword: String, _ value: JSONValue, _ words: @autoclosure () -> Phrase) -> Bool {
        if isCollecting, misfits.count < limit {
            misfits.append(Misfit(pointer: value.pointer, code: "schema.\(keyword)", words()))
        }
        return false
    }
}
