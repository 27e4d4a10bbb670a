/// A Swift file taken apart: what is code, what is a string literal, what is a comment.
///
/// The scanner knows line and block comments, strings of one and of many lines, raw strings, and interpolations (whose
/// inside is code again). It does not know regex literals, which this project does not use.
struct SourceText {
    /// Relative to the repository: `Sources/Web/Site.swift`.
    let path: String
    let lines: [Substring]
    /// Line for line the code alone: a literal is left as `""`, a comment as nothing.
    let code: [String]
    let literals: [Literal]

    /// The target the file belongs to, in `Sources` and in `Tests`.
    var room: String {
        let parts = path.split(separator: "/")
        return parts.count > 2 ? String(parts[1]) : ""
    }

    /// Benchmarks stand outside the rooms, as tests do.
    var isTest: Bool { path.hasPrefix("Tests/") || path.hasPrefix("Benchmarks/") }

    init(path: String, text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        var scanner = Scanner(text)
        scanner.scanCode(until: nil)
        code = scanner.code.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        literals = scanner.literals
    }
}

/// A string literal: its text with each interpolation in place.
struct Literal {
    enum Part: Equatable {
        case text(Character)
        case interpolation
    }

    let line: Int
    var parts: [Part] = []

    /// The text alone; an interpolation is left as U+FFFC.
    var text: String {
        String(parts.map { if case .text(let character) = $0 { character } else { "\u{FFFC}" } })
    }
}

private struct Scanner {
    let input: [Character]
    var at = 0
    var line = 1
    var code = ""
    var literals: [Literal] = []

    init(_ text: String) {
        input = Array(text)
    }

    func sees(_ text: String, from start: Int? = nil) -> Bool {
        let start = start ?? at
        let wanted = Array(text)
        return start + wanted.count <= input.count && Array(input[start..<(start + wanted.count)]) == wanted
    }

    /// Steps over one character; only line ends reach the code, so that lines keep their numbers.
    mutating func skip() {
        if input[at] == "\n" {
            line += 1
            code.append("\n")
        }
        at += 1
    }

    /// Reads code to the end, or to the parenthesis that closes an interpolation.
    mutating func scanCode(until closing: Character?) {
        var depth = 0
        while at < input.count {
            if sees("//") {
                while at < input.count, input[at] != "\n" { at += 1 }
            } else if sees("/*") {
                skipBlockComment()
            } else if let hashes = literalStart() {
                scanLiteral(hashes: hashes)
            } else {
                if input[at] == "(" { depth += 1 }
                if input[at] == ")" {
                    if depth == 0, closing == ")" { return }
                    depth -= 1
                }
                if input[at] == "\n" { line += 1 }
                code.append(input[at])
                at += 1
            }
        }
    }

    mutating func skipBlockComment() {
        var depth = 0
        repeat {
            if sees("/*") { depth += 1 }
            if sees("*/") {
                depth -= 1
                at += 1
            }
            skip()
        } while depth > 0 && at < input.count
    }

    /// The number of `#` before a quote that opens here; nil when no literal opens here.
    func literalStart() -> Int? {
        var end = at
        while end < input.count, input[end] == "#" { end += 1 }
        return end < input.count && input[end] == "\"" ? end - at : nil
    }

    mutating func scanLiteral(hashes: Int) {
        let rail = String(repeating: "#", count: hashes)
        at += hashes
        let quotes = sees("\"\"\"") ? "\"\"\"" : "\""
        at += quotes.count
        code.append("\"\"")
        var literal = Literal(line: line)
        while at < input.count, !sees(quotes + rail) {
            if sees("\\" + rail + "(") {
                literal.parts.append(.interpolation)
                at += 2 + hashes
                scanCode(until: ")")
                at += 1
            } else if sees("\\" + rail) {
                at += 1 + hashes
                literal.parts.append(.text(input[min(at, input.count - 1)]))
                skip()
            } else {
                literal.parts.append(.text(input[at]))
                skip()
            }
        }
        at += quotes.count + hashes
        literals.append(literal)
    }
}
