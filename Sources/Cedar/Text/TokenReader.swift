/// Walks over tokens, and says what was expected where something else stands.
struct TokenReader {
    private let tokens: [Token]
    private(set) var place = 0

    init(_ text: String) throws(CedarError) {
        tokens = try Lexer.tokens(of: text)
    }

    var next: Token { tokens[min(place, tokens.count - 1)] }
    var at: Position { next.at }
    var isAtEnd: Bool { next.kind == .end }
    /// Where the token before ends: its first scalar stands there.
    var last: Token { tokens[max(0, place - 1)] }

    func ahead(_ count: Int) -> Token.Kind { tokens[min(place + count, tokens.count - 1)].kind }

    mutating func advance() { place += 1 }

    mutating func take(_ symbol: String) -> Bool {
        guard next.kind == .symbol(symbol) else { return false }
        advance()
        return true
    }

    mutating func takeWord(_ word: String) -> Bool {
        guard next.kind == .name(word) else { return false }
        advance()
        return true
    }

    mutating func expect(_ symbol: String) throws(CedarError) {
        guard take(symbol) else { throw unexpected(symbol) }
    }

    mutating func expectWord(_ word: String) throws(CedarError) {
        guard takeWord(word) else { throw unexpected(word) }
    }

    static let reserved: Set = ["true", "false", "if", "then", "else", "in", "is", "like", "has", "__cedar"]

    /// A name that is no word of the language.
    mutating func name() throws(CedarError) -> String {
        guard case .name(let name) = next.kind else { throw unexpected("name") }
        guard !TokenReader.reserved.contains(name) else {
            throw CedarError(
                .reserved, at: at, vi: "“\(name)” là từ riêng của ngôn ngữ", en: "“\(name)” is a word of the language")
        }
        advance()
        return name
    }

    mutating func string() throws(CedarError) -> String {
        guard case .string(let raw) = next.kind else { throw unexpected("\"…\"") }
        let text = try Escapes.string(raw, at: at)
        advance()
        return text
    }

    mutating func pattern() throws(CedarError) -> Pattern {
        guard case .string(let raw) = next.kind else { throw unexpected("\"…\"") }
        let pattern = try Escapes.pattern(raw, at: at)
        advance()
        return pattern
    }

    /// `Truc::Person`.
    mutating func path() throws(CedarError) -> TypeName {
        var path = try name()
        while next.kind == .symbol("::"), case .name = ahead(1) {
            advance()
            path += "::" + (try name())
        }
        return path
    }

    /// `Truc::Person::"canbo.mau"`.
    mutating func entity() throws(CedarError) -> EntityUID {
        let type = try path()
        try expect("::")
        return EntityUID(type, try string())
    }

    func unexpected(_ wanted: String) -> CedarError {
        CedarError(
            .unexpected, at: at, vi: "Cần “\(wanted)” nhưng gặp “\(next.shown)”",
            en: "Expected “\(wanted)”, found “\(next.shown)”")
    }
}
