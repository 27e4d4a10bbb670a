/// A set of policies as it was written.
package struct PolicyText: Sendable, Hashable {
    package let policies: [CedarPolicy]

    /// How many one set may hold: what decided fits into one mask of 128 bits.
    package static let limit = 128

    /// Throws where the text is no Cedar, or Cedar beyond our subset: extension types, templates, tags.
    package init(_ text: String) throws(CedarError) {
        var parser = PolicyParser(reader: try TokenReader(text), lines: text)
        policies = try parser.policies()
    }
}

private struct PolicyParser {
    var reader: TokenReader
    let source: SourceLines

    init(reader: TokenReader, lines text: String) {
        self.reader = reader
        source = SourceLines(text)
    }

    mutating func policies() throws(CedarError) -> [CedarPolicy] {
        var policies: [CedarPolicy] = []
        var ids: Set<String> = []
        while !reader.isAtEnd {
            let at = reader.at
            guard policies.count < PolicyText.limit else {
                throw CedarError(
                    .tooMany, at: at, vi: "Nhiều hơn \(PolicyText.limit) chính sách",
                    en: "There are more than \(PolicyText.limit) policies")
            }
            let policy = try policy(number: policies.count)
            guard ids.insert(policy.id).inserted else {
                throw CedarError(
                    .duplicate, at: at, vi: "Mã chính sách “\(policy.id)” lặp lại",
                    en: "The id “\(policy.id)” is there twice")
            }
            policies.append(policy)
        }
        return policies
    }

    private mutating func policy(number: Int) throws(CedarError) -> CedarPolicy {
        let at = reader.at
        let annotations = try annotations()
        guard case .name(let word) = reader.next.kind, let effect = CedarPolicy.Effect(rawValue: word) else {
            throw reader.unexpected("permit, forbid")
        }
        reader.advance()
        try reader.expect("(")
        try reader.expectWord("principal")
        let principal = try target(isAction: false)
        try reader.expect(",")
        try reader.expectWord("action")
        let action = try target(isAction: true)
        try reader.expect(",")
        try reader.expectWord("resource")
        let resource = try target(isAction: false)
        _ = reader.take(",")
        try reader.expect(")")
        let conditions = try conditions()
        try reader.expect(";")
        return CedarPolicy(
            id: annotations["id"] ?? "policy\(number)", effect: effect, annotations: annotations,
            scope: CedarPolicy.Scope(principal: principal, action: action, resource: resource), conditions: conditions,
            at: at, text: source.text(from: at, through: reader.last.at))
    }

    /// `@id("…")`; without brackets it says the empty string.
    private mutating func annotations() throws(CedarError) -> [String: String] {
        var annotations: [String: String] = [:]
        while reader.take("@") {
            let at = reader.at
            guard case .name(let name) = reader.next.kind else { throw reader.unexpected("name") }
            reader.advance()
            guard annotations[name] == nil else {
                throw CedarError(
                    .duplicate, at: at, vi: "Chú thích “@\(name)” lặp lại", en: "“@\(name)” is there twice")
            }
            annotations[name] = ""
            guard reader.take("(") else { continue }
            annotations[name] = try reader.string()
            try reader.expect(")")
        }
        return annotations
    }

    private mutating func target(isAction: Bool) throws(CedarError) -> CedarPolicy.Target {
        if reader.take("==") { return .equals(try reader.entity()) }
        if reader.takeWord("in") {
            guard isAction, reader.take("[") else { return .within(try reader.entity()) }
            var listed: [EntityUID] = []
            while !reader.take("]") {
                if !listed.isEmpty {
                    try reader.expect(",")
                    if reader.take("]") { break }
                }
                listed.append(try reader.entity())
            }
            return .withinAny(listed)
        }
        guard !isAction, reader.takeWord("is") else { return .any }
        let type = try reader.path()
        return reader.takeWord("in") ? .ofTypeWithin(type, try reader.entity()) : .ofType(type)
    }

    private mutating func conditions() throws(CedarError) -> [Expression] {
        var conditions: [Expression] = []
        while case .name(let word) = reader.next.kind, word == "when" || word == "unless" {
            let at = reader.at
            reader.advance()
            try reader.expect("{")
            var parser = ExpressionParser(reader: reader)
            let condition = try parser.expression()
            reader = parser.reader
            try reader.expect("}")
            conditions.append(word == "when" ? condition : try Expression(.not(condition), at: at))
        }
        return conditions
    }
}

/// Finds a piece of a text again by positions.
private struct SourceLines {
    private let lines: [Substring.UnicodeScalarView]

    init(_ text: String) {
        lines = Substring(text).unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
    }

    func text(from start: Position, through end: Position) -> String {
        let taken = lines[(start.line - 1)..<min(end.line, lines.count)].enumerated().map { index, line in
            let line = index == end.line - start.line ? line.prefix(end.column) : line
            return String(Substring(index == 0 ? line.dropFirst(start.column - 1) : line))
        }
        return taken.joined(separator: "\n")
    }
}
