import StrictJSON
import Vocabulary

/// Reads the grammar of RFC 7644 figure 1 by descent; `not` binds tighter than `and`, `and` tighter than `or`.
struct ScimFilterParser {
    enum Token: Hashable {
        case open, close, openElement, closeElement
        case word(String)
        case text(String)
    }

    private let scope: ScimScope
    private let tokens: [Token]
    private var place = 0
    private var depth = 0
    private var comparisons = 0

    init(_ text: String, of scope: ScimScope) throws(ScimError) {
        self.scope = scope
        tokens = try ScimFilterParser.tokens(text)
    }

    private init(scope: ScimScope, tokens: [Token], depth: Int) {
        self.scope = scope
        self.tokens = tokens
        self.depth = depth
    }

    mutating func all() throws(ScimError) -> ScimFilter {
        let filter = try either()
        guard place == tokens.count else { throw .filter("something follows the end of the filter") }
        return filter
    }

    private mutating func either() throws(ScimError) -> ScimFilter {
        var filter = try both()
        while takeWord("or") { filter = .or(filter, try both()) }
        return filter
    }

    private mutating func both() throws(ScimError) -> ScimFilter {
        var filter = try one()
        while takeWord("and") { filter = .and(filter, try one()) }
        return filter
    }

    private mutating func one() throws(ScimError) -> ScimFilter {
        depth += 1
        defer { depth -= 1 }
        guard depth <= ScimFilter.depthMax else { throw .filter("the filter is nested too deeply") }
        if peekWord("not"), place + 1 < tokens.count, tokens[place + 1] == .open {
            place += 1
            return .not(try one())
        }
        guard takes(.open) else { return try expression() }
        let filter = try either()
        guard takes(.close) else { throw .filter("a parenthesis is not closed") }
        return filter
    }

    private mutating func expression() throws(ScimError) -> ScimFilter {
        comparisons += 1
        guard comparisons <= ScimFilter.comparisonsMax else { throw .filter("the filter has too many comparisons") }
        guard let name = word() else { throw .filter("an attribute is missing") }
        guard let target = scope.target(name) else { throw .filter("there is no attribute \(name)") }
        if takes(.openElement) { return try element(of: target, name) }
        guard let verb = word()?.lowercased() else { throw .filter("an operator is missing after \(name)") }
        if verb == "pr" { return .present(target) }
        guard let comparison = ScimFilter.Operator(rawValue: verb) else {
            throw .filter("there is no operator \(verb)")
        }
        return .compare(target, comparison, try operand(for: target, comparison))
    }

    private mutating func element(of target: ScimFilter.Target, _ name: String) throws(ScimError) -> ScimFilter {
        guard target.part == nil, target.attribute.isMultiValued, !target.attribute.parts.isEmpty else {
            throw .filter("\(name) has no elements to choose from")
        }
        guard let end = tokens[place...].firstIndex(of: .closeElement) else { throw .filter("a bracket is not closed") }
        var inner = ScimFilterParser(
            scope: .element(target.attribute), tokens: Array(tokens[place..<end]), depth: depth + 1)
        inner.comparisons = comparisons
        let filter = try inner.all()
        comparisons = inner.comparisons
        place = end + 1
        return .element(target.attribute, filter)
    }

    private mutating func operand(
        for target: ScimFilter.Target, _ comparison: ScimFilter.Operator
    ) throws(ScimError) -> ScimFilter.Operand {
        guard place < tokens.count else { throw .filter("a value is missing") }
        let (token, leaf) = (tokens[place], target.leaf)
        place += 1
        let isEquality = comparison == .eq || comparison == .ne
        if case .word(let word) = token, word.lowercased() == "null" {
            guard isEquality else { throw .filter("null can only be compared with eq and ne") }
            return .null
        }
        switch (leaf.kind, token) {
        case (.boolean, .word(let word)):
            guard isEquality, let flag = ["true": true, "false": false][word.lowercased()] else { break }
            return .flag(flag)
        case (.dateTime, .text(let text)):
            guard ![.co, .sw, .ew].contains(comparison), let moment = Instant(rfc3339: text) else { break }
            return .moment(moment.milliseconds)
        case (.string, .text(let text)), (.reference, .text(let text)): return .text(Folding.compose(text))
        default: break
        }
        throw .filter("\(target.attribute.name) cannot be compared so with that value")
    }

    private func peekWord(_ word: String) -> Bool {
        guard place < tokens.count, case .word(let found) = tokens[place] else { return false }
        return found.lowercased() == word
    }

    private mutating func takeWord(_ word: String) -> Bool {
        guard peekWord(word) else { return false }
        place += 1
        return true
    }

    private mutating func takes(_ token: Token) -> Bool {
        guard place < tokens.count, tokens[place] == token else { return false }
        place += 1
        return true
    }

    private mutating func word() -> String? {
        guard place < tokens.count, case .word(let word) = tokens[place] else { return nil }
        place += 1
        return word
    }

    // MARK: Words

    static func tokens(_ text: String) throws(ScimError) -> [Token] {
        let units = Array(text.utf8)
        guard units.count <= 4096 else { throw .filter("the filter is too long") }
        var tokens: [Token] = []
        var place = 0
        while place < units.count {
            switch units[place] {
            case UInt8(ascii: " "), 0x09: place += 1
            case UInt8(ascii: "("): (tokens, place) = (tokens + [.open], place + 1)
            case UInt8(ascii: ")"): (tokens, place) = (tokens + [.close], place + 1)
            case UInt8(ascii: "["): (tokens, place) = (tokens + [.openElement], place + 1)
            case UInt8(ascii: "]"): (tokens, place) = (tokens + [.closeElement], place + 1)
            case UInt8(ascii: "\""): tokens.append(.text(try string(units, &place)))
            default:
                let end = units[place...].firstIndex { "()[]\" \t".utf8.contains($0) } ?? units.count
                tokens.append(.word(String(decoding: units[place..<end], as: UTF8.self)))
                place = end
            }
        }
        return tokens
    }

    /// A JSON string, with JSON's escapes.
    private static func string(_ units: [UInt8], _ place: inout Int) throws(ScimError) -> String {
        var end = place + 1
        while end < units.count, units[end] != UInt8(ascii: "\"") {
            end += units[end] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard end < units.count, let document = try? JSONDocument(Array(units[place...end])),
            let text = try? document.root.requireString()
        else { throw .filter("a string is not well formed") }
        place = end + 1
        return text
    }
}
