/// Splits Cedar text into tokens. White space and `//` comments separate them.
struct Lexer {
    private let text: [Unicode.Scalar]
    private var place = 0
    private var at = Position.start

    static let limitBytes = 256 * 1024

    private init(_ text: [Unicode.Scalar]) {
        self.text = text
    }

    /// Throws `tooLong` above 256 KiB, and for a character, number or string that Cedar does not know.
    static func tokens(of text: String) throws(CedarError) -> [Token] {
        guard text.utf8.count <= limitBytes else {
            throw CedarError(
                .tooLong, at: .start, vi: "Văn bản dài quá \(limitBytes) byte",
                en: "The text is longer than \(limitBytes) bytes")
        }
        var lexer = Lexer(Array(text.unicodeScalars))
        var tokens: [Token] = []
        while let token = try lexer.next() { tokens.append(token) }
        tokens.append(Token(kind: .end, at: lexer.at))
        return tokens
    }

    private var peek: Unicode.Scalar? { place < text.count ? text[place] : nil }

    private mutating func advance() {
        at =
            text[place] == "\n"
            ? Position(line: at.line + 1, column: 1) : Position(line: at.line, column: at.column + 1)
        place += 1
    }

    private mutating func next() throws(CedarError) -> Token? {
        skipSpace()
        guard let first = peek else { return nil }
        let start = at
        if Lexer.opensName(first) { return Token(kind: .name(take(Lexer.continuesName)), at: start) }
        if Lexer.isDigit(first) { return Token(kind: .number(try number()), at: start) }
        if first == "\"" { return Token(kind: .string(try string()), at: start) }
        return Token(kind: .symbol(try symbol()), at: start)
    }

    private mutating func skipSpace() {
        while let scalar = peek {
            if scalar == "/", place + 1 < text.count, text[place + 1] == "/" {
                while let inside = peek, inside != "\n" { advance() }
            } else if [" ", "\t", "\n", "\r"].contains(scalar) {
                advance()
            } else {
                return
            }
        }
    }

    private mutating func take(_ belongs: (Unicode.Scalar) -> Bool) -> String {
        var taken = String.UnicodeScalarView()
        while let scalar = peek, belongs(scalar) {
            taken.append(scalar)
            advance()
        }
        return String(taken)
    }

    private mutating func number() throws(CedarError) -> UInt64 {
        let start = at
        let digits = take(Lexer.isDigit)
        guard let number = UInt64(digits), number <= 1 << 63, peek.map(Lexer.opensName) != true else {
            throw CedarError(
                .badNumber, at: start, vi: "Số không hợp lệ hoặc quá lớn", en: "This is no number, or too large a one")
        }
        return number
    }

    private mutating func string() throws(CedarError) -> [Unicode.Scalar] {
        let start = at
        advance()
        var inside: [Unicode.Scalar] = []
        while let scalar = peek, scalar != "\"" {
            inside.append(scalar)
            advance()
            guard scalar == "\\", let escaped = peek else { continue }
            inside.append(escaped)
            advance()
        }
        guard peek == "\"" else {
            throw CedarError(.badString, at: start, vi: "Chuỗi không được đóng", en: "The string is not closed")
        }
        advance()
        return inside
    }

    private static let pairs: Set = ["==", "!=", "<=", ">=", "&&", "||", "::"]
    private static let singles = "(){}[],;.<>+-*!@:=?"

    private mutating func symbol() throws(CedarError) -> String {
        let first = text[place]
        if place + 1 < text.count {
            let pair = String(String.UnicodeScalarView([first, text[place + 1]]))
            if Lexer.pairs.contains(pair) {
                advance()
                advance()
                return pair
            }
        }
        guard Lexer.singles.unicodeScalars.contains(first) else {
            throw CedarError(
                .badCharacter, at: at, vi: "Ký tự “\(first)” không dùng được ở đây",
                en: "The character “\(first)” means nothing here")
        }
        advance()
        return String(first)
    }

    private static func opensName(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar == "_"
    }
    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
    private static func continuesName(_ scalar: Unicode.Scalar) -> Bool { opensName(scalar) || isDigit(scalar) }
}
