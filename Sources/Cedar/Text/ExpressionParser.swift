/// Conditions, by the grammar of the Cedar language guide. Extension types, templates and tags are not taken.
struct ExpressionParser {
    var reader: TokenReader

    mutating func expression() throws(CedarError) -> Expression {
        let at = reader.at
        guard reader.takeWord("if") else { return try disjunction() }
        let condition = try nested()
        try reader.expectWord("then")
        let then = try nested()
        try reader.expectWord("else")
        return try Expression(.choice(condition, then: then, otherwise: try nested()), at: at)
    }

    /// How deep brackets may stand inside each other while they are read.
    private static let nestingLimit = 48
    private var nesting = 0

    init(reader: TokenReader) {
        self.reader = reader
    }

    private mutating func nested() throws(CedarError) -> Expression {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= ExpressionParser.nestingLimit else {
            throw CedarError(
                .tooDeep, at: reader.at, vi: "Dấu ngoặc lồng quá \(ExpressionParser.nestingLimit) tầng",
                en: "Brackets stand more than \(ExpressionParser.nestingLimit) levels deep")
        }
        return try expression()
    }

    private mutating func disjunction() throws(CedarError) -> Expression {
        var left = try conjunction()
        while reader.next.kind == .symbol("||") {
            let at = reader.at
            reader.advance()
            left = try Expression(.binary(.or, left, try conjunction()), at: at)
        }
        return left
    }

    private mutating func conjunction() throws(CedarError) -> Expression {
        var left = try relation()
        while reader.next.kind == .symbol("&&") {
            let at = reader.at
            reader.advance()
            left = try Expression(.binary(.and, left, try relation()), at: at)
        }
        return left
    }

    private mutating func relation() throws(CedarError) -> Expression {
        let left = try sum()
        let at = reader.at
        if case .symbol(let symbol) = reader.next.kind, let comparison = Expression.Operator(rawValue: symbol),
            [.equal, .notEqual, .less, .lessOrEqual, .more, .moreOrEqual].contains(comparison)
        {
            reader.advance()
            return try Expression(.binary(comparison, left, try sum()), at: at)
        }
        if reader.takeWord("in") { return try Expression(.binary(.in, left, try sum()), at: at) }
        if reader.takeWord("has") { return try has(left, at: at) }
        if reader.takeWord("like") { return try Expression(.like(left, try reader.pattern()), at: at) }
        guard reader.takeWord("is") else { return left }
        let isType = try Expression(.isType(left, try reader.path()), at: at)
        guard reader.takeWord("in") else { return isType }
        return try Expression(.binary(.and, isType, try Expression(.binary(.in, left, try sum()), at: at)), at: at)
    }

    /// `e has a.b` is `e has a && e.a has b`.
    private mutating func has(_ left: Expression, at: Position) throws(CedarError) -> Expression {
        if case .string = reader.next.kind { return try Expression(.has(left, try reader.string()), at: at) }
        var subject = left
        var name = try reader.name()
        var condition = try Expression(.has(subject, name), at: at)
        while reader.take(".") {
            subject = try Expression(.attribute(subject, name), at: at)
            name = try reader.name()
            condition = try Expression(.binary(.and, condition, try Expression(.has(subject, name), at: at)), at: at)
        }
        return condition
    }

    private mutating func sum() throws(CedarError) -> Expression {
        var left = try product()
        while case .symbol(let symbol) = reader.next.kind, symbol == "+" || symbol == "-" {
            let at = reader.at
            reader.advance()
            left = try Expression(.binary(symbol == "+" ? .plus : .minus, left, try product()), at: at)
        }
        return left
    }

    private mutating func product() throws(CedarError) -> Expression {
        var left = try signed()
        while reader.next.kind == .symbol("*") {
            let at = reader.at
            reader.advance()
            left = try Expression(.binary(.times, left, try signed()), at: at)
        }
        return left
    }

    /// Up to four of `!`, or up to four of `-`; the one before a number belongs to it, unless something is asked of the
    /// number: `-1.isEmpty()` is `-(1.isEmpty())`.
    private mutating func signed() throws(CedarError) -> Expression {
        let at = reader.at
        for (symbol, isNegation) in [("!", true), ("-", false)] where reader.next.kind == .symbol(symbol) {
            var count = 0
            while reader.take(symbol) { count += 1 }
            guard count <= 4 else { throw reader.unexpected("name") }
            var value: Expression
            if !isNegation, case .number(let magnitude) = reader.next.kind, !isAsked(reader.ahead(1)) {
                reader.advance()
                count -= 1
                value = try Expression(.long(Int64(truncatingIfNeeded: 0 &- magnitude)), at: at)
            } else {
                value = try member()
            }
            for _ in 0..<count { value = try Expression(isNegation ? .not(value) : .negative(value), at: at) }
            return value
        }
        return try member()
    }

    /// Whether an attribute or a method of the value before is named here.
    private func isAsked(_ kind: Token.Kind) -> Bool { kind == .symbol(".") || kind == .symbol("[") }

    private mutating func member() throws(CedarError) -> Expression {
        var value = try primary()
        while true {
            let at = reader.at
            if reader.take(".") {
                let name = try reader.name()
                value =
                    reader.take("(")
                    ? try call(name, on: value, at: at) : try Expression(.attribute(value, name), at: at)
            } else if reader.take("[") {
                value = try Expression(.attribute(value, try reader.string()), at: at)
                try reader.expect("]")
            } else {
                return value
            }
        }
    }

    private mutating func call(_ name: String, on value: Expression, at: Position) throws(CedarError) -> Expression {
        let arguments = try list(until: ")")
        switch (name, arguments.count) {
        case ("isEmpty", 0): return try Expression(.isEmpty(value), at: at)
        case ("contains", 1), ("containsAll", 1), ("containsAny", 1):
            let method = Expression.Operator(rawValue: name) ?? .contains
            return try Expression(.binary(method, value, arguments[0]), at: at)
        default:
            throw CedarError(
                .notSupported, at: at, vi: "Không có hàm “\(name)” với \(arguments.count) đối số",
                en: "There is no method “\(name)” with \(arguments.count) arguments")
        }
    }

    private mutating func list(until end: String) throws(CedarError) -> [Expression] {
        var elements: [Expression] = []
        while !reader.take(end) {
            if !elements.isEmpty {
                try reader.expect(",")
                if reader.take(end) { break }
            }
            elements.append(try nested())
        }
        return elements
    }

    private mutating func primary() throws(CedarError) -> Expression {
        let at = reader.at
        switch reader.next.kind {
        case .number(let number):
            guard let long = Int64(exactly: number) else {
                throw CedarError(.badNumber, at: at, vi: "Số quá lớn", en: "The number is too large")
            }
            reader.advance()
            return try Expression(.long(long), at: at)
        case .string: return try Expression(.string(try reader.string()), at: at)
        case .name(let name): return try named(name, at: at)
        case .symbol("("):
            reader.advance()
            let inner = try nested()
            try reader.expect(")")
            return inner
        case .symbol("["):
            reader.advance()
            return try Expression(.set(try list(until: "]")), at: at)
        case .symbol("{"):
            reader.advance()
            return try Expression(.record(try fields()), at: at)
        case .symbol, .end: throw reader.unexpected("value")
        }
    }

    private mutating func named(_ name: String, at: Position) throws(CedarError) -> Expression {
        if name == "true" || name == "false" {
            reader.advance()
            return try Expression(.bool(name == "true"), at: at)
        }
        if let variable = Expression.Variable(rawValue: name), reader.ahead(1) != .symbol("::") {
            reader.advance()
            return try Expression(.variable(variable), at: at)
        }
        if case .symbol("(") = reader.ahead(1), !TokenReader.reserved.contains(name) {
            throw CedarError(
                .notSupported, at: at, vi: "Kiểu mở rộng “\(name)” chưa được hỗ trợ",
                en: "The extension type “\(name)” is not supported")
        }
        return try Expression(.entity(try reader.entity()), at: at)
    }

    private mutating func fields() throws(CedarError) -> [Expression.Field] {
        var fields: [Expression.Field] = []
        while !reader.take("}") {
            if !fields.isEmpty {
                try reader.expect(",")
                if reader.take("}") { break }
            }
            let at = reader.at
            var name: String
            if case .string = reader.next.kind { name = try reader.string() } else { name = try reader.name() }
            guard !fields.contains(where: { $0.name == name }) else {
                throw CedarError(
                    .duplicate, at: at, vi: "Trường “\(name)” lặp lại", en: "The field “\(name)” is there twice")
            }
            try reader.expect(":")
            fields.append(Expression.Field(name: name, value: try nested()))
        }
        return fields
    }
}
