/// A file tells one thing, a function fits on a screen, a line fits in a window.
enum Sizes {
    static let linesPerFile = 400
    static let linesPerFunction = 70
    static let charactersPerLine = 120

    static func findings(in source: SourceText) -> [Finding] {
        var findings: [Finding] = []
        let count = source.lines.last == "" ? source.lines.count - 1 : source.lines.count
        if count > linesPerFile {
            findings.append(Finding(path: source.path, line: count, what: "file of \(count) lines"))
        }
        for (number, line) in source.lines.enumerated() where line.count > charactersPerLine {
            findings.append(Finding(path: source.path, line: number + 1, what: "line of \(line.count) characters"))
        }
        return findings
            + functions(source).filter { $0.length > linesPerFunction }.map {
                Finding(path: source.path, line: $0.line, what: "function of \($0.length) lines")
            }
    }

    /// Where each function begins and how many lines it has, from `func` to its closing brace.
    static func functions(_ source: SourceText) -> [(line: Int, length: Int)] {
        source.code.indices.compactMap { start in
            guard opensFunction(source.code[start]), let end = closing(source.code, from: start) else { return nil }
            return (start + 1, end - start + 1)
        }
    }

    private static func opensFunction(_ line: String) -> Bool {
        let words = line.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "@") }
        let leading = words.prefix { word in
            modifiers.contains(String(word)) || word.hasPrefix("@")
        }
        guard words.count > leading.count else { return false }
        return ["func", "init", "deinit", "subscript"].contains(words[leading.count])
    }

    private static let modifiers: Set = [
        "package", "public", "private", "fileprivate", "internal", "static", "class", "final", "override", "mutating",
        "nonmutating",
        "convenience", "required", "nonisolated", "isolated", "consuming", "borrowing", "discardableResult",
        "MainActor", "inlinable",
        "unsafe", "prefix", "postfix", "infix", "indirect",
    ]

    /// The line of the brace that closes what opens at `start`; nil for a requirement without a body.
    private static func closing(_ code: [String], from start: Int) -> Int? {
        var parentheses = 0
        var braces = 0
        for line in start..<code.count {
            for character in code[line] {
                switch character {
                case "(", "[": parentheses += 1
                case ")", "]": parentheses -= 1
                case "{": braces += 1
                case "}":
                    braces -= 1
                    if braces == 0 { return line }
                    if braces < 0 { return nil }
                default: break
                }
            }
            let next = line + 1 < code.count ? code[line + 1].drop { $0 == " " } : ""
            if braces == 0, parentheses == 0, !continues(next) { return nil }
        }
        return nil
    }

    private static func continues(_ line: Substring) -> Bool {
        ["{", "where", "->", "throws", "async", ")"].contains { line.hasPrefix($0) }
    }
}
