import Vocabulary

/// Block scalars `|` and `>` (YAML 1.2.2 §8.1), and plain scalars' meaning (§10.3.2).
extension YamlReader {
    private enum Chomping { case clip, strip, keep }

    mutating func blockScalar(parent: Int) throws(YamlError) -> String {
        let isFolded = byte == UInt8(ascii: ">")
        position += 1
        let (chomping, explicit) = try header()
        if isBreak(byte) { skipBreak() }
        var indent = explicit.map { max(parent, 0) + $0 }
        var rows: [ArraySlice<UInt8>] = []
        while byte != nil {
            let rowStart = position
            while byte == 0x20, indent.map({ column < $0 }) ?? true { position += 1 }
            if isBreak(byte) || byte == nil {
                rows.append([])
                if byte != nil { skipBreak() }
                continue
            }
            if indent == nil {
                guard column > parent else {
                    position = rowStart
                    break
                }
                indent = column
            }
            guard column >= indent ?? 0, !(position == lineStart && isDocumentMark) else {
                position = rowStart
                break
            }
            let start = position
            while let byte, !isBreak(byte) { position += 1 }
            rows.append(input[start..<position])
            if byte != nil { skipBreak() }
        }
        return finish(rows, isFolded, chomping)
    }

    private mutating func header() throws(YamlError) -> (Chomping, Int?) {
        var chomping = Chomping.clip
        var explicit: Int?
        while let byte, !isBlank(byte) {
            switch byte {
            case UInt8(ascii: "-"): chomping = .strip
            case UInt8(ascii: "+"): chomping = .keep
            case UInt8(ascii: "1")...UInt8(ascii: "9"): explicit = Int(byte - 48)
            default: throw error("yaml.block-scalar", .yamlScalar)
            }
            position += 1
        }
        try endLine()
        return (chomping, explicit)
    }

    private func finish(_ rows: [ArraySlice<UInt8>], _ isFolded: Bool, _ chomping: Chomping) -> String {
        let last = rows.lastIndex { !$0.isEmpty }
        let content = last.map { Array(rows[...$0]) } ?? []
        let trailing = rows.count - content.count
        var text: [UInt8] = []
        var blanks = 0
        var previous: ArraySlice<UInt8>?
        for row in content {
            if row.isEmpty {
                blanks += 1
                continue
            }
            if let before = previous {
                let isFoldable = isFolded && !isBlank(before.first) && !isBlank(row.first)
                if isFoldable {
                    text += blanks == 0 ? [0x20] : [UInt8](repeating: 0x0A, count: blanks)
                } else {
                    text += [UInt8](repeating: 0x0A, count: blanks + 1)
                }
            } else {
                text += [UInt8](repeating: 0x0A, count: blanks)
            }
            text += row
            previous = row
            blanks = 0
        }
        switch chomping {
        case .strip: break
        case .clip: if !content.isEmpty { text.append(0x0A) }
        case .keep: text += [UInt8](repeating: 0x0A, count: trailing + (content.isEmpty ? 0 : 1))
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// null, booleans, integers and floats of the core schema; everything else is text.
    mutating func resolve(_ text: String) throws(YamlError) {
        switch text {
        case "", "~", "null", "Null", "NULL": output += "null".utf8
        case "true", "True", "TRUE": output += "true".utf8
        case "false", "False", "FALSE": output += "false".utf8
        case ".inf", ".Inf", ".INF", "+.inf", "-.inf", "+.Inf", "-.Inf", "+.INF", "-.INF", ".nan", ".NaN", ".NAN":
            throw error("yaml.number", .yamlNumber)
        default:
            if let number = YamlReader.number(text) { output += number.utf8 } else { write(text) }
        }
    }

    /// The JSON spelling of a number of the core schema; nil for what is none.
    private static func number(_ text: String) -> String? {
        for (prefix, radix) in [("0x", 16), ("0o", 8)] where text.hasPrefix(prefix) {
            let digits = text.dropFirst(2)
            guard digits.first?.isHexDigit == true else { return nil }
            return UInt64(digits, radix: radix).map(String.init)
        }
        var rest = Substring(text)
        let sign = rest.first == "-" ? "-" : ""
        if rest.first == "-" || rest.first == "+" { rest.removeFirst() }
        let whole = rest.prefix { $0.isASCII && $0.isNumber }
        rest = rest.dropFirst(whole.count)
        var fraction: Substring = ""
        if rest.first == "." {
            fraction = rest.dropFirst().prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(1 + fraction.count)
        }
        guard !whole.isEmpty || !fraction.isEmpty else { return nil }
        var exponent = ""
        if let letter = rest.first, letter == "e" || letter == "E" {
            let digits = rest.dropFirst().drop { "+-".contains($0) && $0 == rest.dropFirst().first }
            guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
            exponent = String(rest)
            rest = ""
        }
        guard rest.isEmpty else { return nil }
        let trimmed = whole.drop { $0 == "0" }
        return sign + (trimmed.isEmpty ? "0" : trimmed) + (fraction.isEmpty ? "" : "." + fraction) + exponent
    }
}

extension Phrase {
    static let yamlNumber = Phrase(
        vi: "JSON không có số vô cực và “không phải số”", en: "JSON knows neither infinity nor “not a number”")
}
