import StrictJSON
import Vocabulary

/// Scalars in their five styles (YAML 1.2.2 §7.3, §8.1), and what plain ones mean (core schema, §10.3).
extension YamlReader {
    /// One value and the rest of its line.
    mutating func scalarOrFlow(parent: Int) throws(YamlError) {
        switch byte {
        case UInt8(ascii: "["), UInt8(ascii: "{"): try flow(parent: parent)
        case UInt8(ascii: "\""): write(try doubleQuoted(parent: parent))
        case UInt8(ascii: "'"): write(try singleQuoted(parent: parent))
        case UInt8(ascii: "|"), UInt8(ascii: ">"): return write(try blockScalar(parent: parent))
        default:
            try refuseIndicators()
            try resolve(try plain(parent: parent, inFlow: false))
        }
        try endLine()
    }

    func refuseIndicators() throws(YamlError) {
        switch byte {
        case UInt8(ascii: "&"), UInt8(ascii: "*"): throw error("yaml.alias", .yamlAlias)
        case UInt8(ascii: "!"): throw error("yaml.tag", .yamlTag)
        default: break
        }
    }

    /// §7.3.3: an indicator begins no plain scalar, except `-`, `?` and `:` before something.
    func startsPlain(inFlow: Bool) -> Bool {
        guard let byte else { return false }
        if "-?:".utf8.contains(byte) {
            return !isBlank(peek(1)) && !(inFlow && ",[]{}".utf8.contains(peek(1) ?? 0x20))
        }
        return !isBlank(byte) && !",[]{}#&*!|>'\"%@`".utf8.contains(byte)
    }

    /// A plain scalar; lines of block scalars go on as long as they are indented deeper than `parent`.
    mutating func plain(parent: Int, inFlow: Bool) throws(YamlError) -> String {
        guard startsPlain(inFlow: inFlow) else { throw error("yaml.scalar", .yamlScalar) }
        var text = plainLine(inFlow: inFlow)
        while true {
            let (here, hereStart, hereLine) = (position, lineStart, line)
            skipSpaces()
            guard isBreak(byte) else {
                (position, lineStart, line) = (here, hereStart, hereLine)
                break
            }
            var breaks = 0
            while isBreak(byte) {
                skipBreak()
                skipSpaces()
                breaks += 1
            }
            let isContinued =
                byte != nil && byte != UInt8(ascii: "#") && (inFlow || column > parent) && !isMarkOfLine
                && (inFlow ? continuesFlow : true)
            guard isContinued else {
                (position, lineStart, line) = (here, hereStart, hereLine)
                break
            }
            if !inFlow, startsKey { throw error("yaml.key", .yamlTrailing) }
            text += breaks == 1 ? " " : String(repeating: "\n", count: breaks - 1)
            text += plainLine(inFlow: inFlow)
        }
        if byte == UInt8(ascii: ":"), !inFlow { throw error("yaml.colon", .yamlColon) }
        return text
    }

    /// A document mark at the very start of the line on which the cursor is.
    private var isMarkOfLine: Bool { position == lineStart && isDocumentMark }

    private var continuesFlow: Bool {
        guard let byte else { return false }
        if ",[]{}".utf8.contains(byte) { return false }
        return !(byte == UInt8(ascii: ":") && (isBlank(peek(1)) || ",[]{}".utf8.contains(peek(1) ?? 0x20)))
    }

    private mutating func plainLine(inFlow: Bool) -> String {
        let start = position
        var end = position
        while let byte, !isBreak(byte) {
            if byte == UInt8(ascii: ":") {
                if isBlank(peek(1)) || (inFlow && ",[]{}".utf8.contains(peek(1) ?? 0x20)) { break }
            } else if byte == UInt8(ascii: "#"), position > start, isBlank(input[position - 1]) {
                break
            } else if inFlow, ",[]{}".utf8.contains(byte) {
                break
            }
            position += 1
            if !isBlank(byte) { end = position }
        }
        if byte != UInt8(ascii: ":") { position = end }
        return String(decoding: input[start..<end], as: UTF8.self)
    }

    // MARK: Quotes

    mutating func singleQuoted(parent: Int) throws(YamlError) -> String {
        position += 1
        var text: [UInt8] = []
        while true {
            guard let byte else { throw error("yaml.quote", .yamlQuote) }
            if byte == UInt8(ascii: "'") {
                position += 1
                guard self.byte == byte else { return String(decoding: text, as: UTF8.self) }
                text.append(byte)
                position += 1
            } else if isBreak(byte) {
                try foldBreak(into: &text, parent: parent)
            } else {
                text.append(byte)
                position += 1
            }
        }
    }

    mutating func doubleQuoted(parent: Int) throws(YamlError) -> String {
        position += 1
        var text: [UInt8] = []
        /// Spaces that an escape made are not trimmed at a line break.
        var kept = 0
        while true {
            guard let byte else { throw error("yaml.quote", .yamlQuote) }
            if byte == UInt8(ascii: "\"") {
                position += 1
                return String(decoding: text, as: UTF8.self)
            } else if byte == UInt8(ascii: "\\") {
                position += 1
                if isBreak(self.byte) {
                    skipBreak()
                    skipSpaces()
                } else {
                    text += String(try escape()).utf8
                }
                kept = text.count
            } else if isBreak(byte) {
                try foldBreak(into: &text, parent: parent, keeping: kept)
            } else {
                text.append(byte)
                position += 1
            }
        }
    }

    /// §6.5: one line break becomes a space, more become one fewer line breaks; spaces around them vanish.
    private mutating func foldBreak(into text: inout [UInt8], parent: Int, keeping: Int = 0) throws(YamlError) {
        while text.count > keeping, let last = text.last, last == 0x20 || last == 0x09 { text.removeLast() }
        var breaks = 0
        while isBreak(byte) {
            skipBreak()
            if isDocumentMark { throw error("yaml.quote", .yamlQuote) }
            skipSpaces()
            breaks += 1
        }
        guard byte == nil || column > parent else { throw error("yaml.indentation", .yamlTrailing) }
        text += breaks == 1 ? [0x20] : [UInt8](repeating: 0x0A, count: breaks - 1)
    }

    private mutating func escape() throws(YamlError) -> Character {
        guard let letter = byte else { throw error("yaml.escape", .yamlEscape) }
        position += 1
        let known: [UInt8: Unicode.Scalar] = [
            UInt8(ascii: "0"): "\u{0}", UInt8(ascii: "a"): "\u{7}", UInt8(ascii: "b"): "\u{8}",
            UInt8(ascii: "t"): "\t", 0x09: "\t", UInt8(ascii: "n"): "\n", UInt8(ascii: "v"): "\u{B}",
            UInt8(ascii: "f"): "\u{C}", UInt8(ascii: "r"): "\r", UInt8(ascii: "e"): "\u{1B}", 0x20: " ",
            UInt8(ascii: "\""): "\"", UInt8(ascii: "/"): "/", UInt8(ascii: "\\"): "\\",
            UInt8(ascii: "N"): "\u{85}", UInt8(ascii: "_"): "\u{A0}", UInt8(ascii: "L"): "\u{2028}",
            UInt8(ascii: "P"): "\u{2029}",
        ]
        if let scalar = known[letter] { return Character(scalar) }
        let lengths: [UInt8: Int] = [UInt8(ascii: "x"): 2, UInt8(ascii: "u"): 4, UInt8(ascii: "U"): 8]
        guard let length = lengths[letter], let first = hex(length) else { throw error("yaml.escape", .yamlEscape) }
        if first & 0xFC00 == 0xD800, byte == UInt8(ascii: "\\"), peek(1) == UInt8(ascii: "u") {
            position += 2
            guard let second = hex(4), second & 0xFC00 == 0xDC00,
                let joined = Unicode.Scalar(0x10000 + (first & 0x3FF) << 10 + (second & 0x3FF))
            else { throw error("yaml.escape", .yamlEscape) }
            return Character(joined)
        }
        guard let scalar = Unicode.Scalar(first) else { throw error("yaml.escape", .yamlEscape) }
        return Character(scalar)
    }

    private mutating func hex(_ length: Int) -> UInt32? {
        guard position + length <= input.count,
            input[position..<position + length].allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit })
        else { return nil }
        defer { position += length }
        return UInt32(String(decoding: input[position..<position + length], as: UTF8.self), radix: 16)
    }
}

extension Phrase {
    static let yamlAlias = Phrase(
        vi: "Không dùng neo “&” và bí danh “*”: hãy viết đầy đủ hoặc dùng $ref",
        en: "Anchors “&” and aliases “*” are not used: write it out or use $ref")
    static let yamlTag = Phrase(vi: "Không dùng thẻ “!”", en: "Tags “!” are not used")
    static let yamlScalar = Phrase(
        vi: "Giá trị không thể bắt đầu bằng ký tự này: hãy đặt trong dấu nháy",
        en: "A value cannot begin with this character: put it in quotes")
    static let yamlColon = Phrase(
        vi: "Dấu “: ” trong giá trị: hãy đặt giá trị trong dấu nháy", en: "“: ” inside a value: put the value in quotes"
    )
    static let yamlQuote = Phrase(vi: "Thiếu dấu nháy đóng", en: "The closing quote is missing")
    static let yamlEscape = Phrase(vi: "Dãy thoát “\\” không hợp lệ", en: "The escape “\\” is not valid")
}
