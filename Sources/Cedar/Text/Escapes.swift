/// The escapes of strings and of `like` patterns, as Cedar's grammar has them (those of Rust).
enum Escapes {
    static func string(_ raw: [Unicode.Scalar], at: Position) throws(CedarError) -> String {
        var text = String.UnicodeScalarView()
        var place = 0
        while place < raw.count { text.append(try scalar(raw, &place, at: at)) }
        return String(text)
    }

    /// `*` stands for anything, `\*` for itself.
    static func pattern(_ raw: [Unicode.Scalar], at: Position) throws(CedarError) -> Pattern {
        var pieces: [[Unicode.Scalar]] = [[]]
        var place = 0
        while place < raw.count {
            if raw[place] == "*" {
                pieces.append([])
                place += 1
            } else if raw[place] == "\\", place + 1 < raw.count, raw[place + 1] == "*" {
                pieces[pieces.count - 1].append("*")
                place += 2
            } else {
                pieces[pieces.count - 1].append(try scalar(raw, &place, at: at))
            }
        }
        return Pattern(pieces: pieces)
    }

    private static func scalar(
        _ raw: [Unicode.Scalar], _ place: inout Int, at: Position
    ) throws(CedarError) -> Unicode.Scalar {
        defer { place += 1 }
        guard raw[place] == "\\" else { return raw[place] }
        place += 1
        switch place < raw.count ? raw[place] : " " {
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "0": return "\0"
        case "\\": return "\\"
        case "\"": return "\""
        case "'": return "'"
        case "x": return try hexadecimal(raw, &place, at: at)
        case "u": return try braced(raw, &place, at: at)
        default: throw bad(at)
        }
    }

    /// `\x41`: two digits, ASCII only.
    private static func hexadecimal(
        _ raw: [Unicode.Scalar], _ place: inout Int, at: Position
    ) throws(CedarError) -> Unicode.Scalar {
        guard place + 2 < raw.count, let value = number(raw[(place + 1)...(place + 2)]), value < 128,
            let scalar = Unicode.Scalar(value)
        else { throw bad(at) }
        place += 2
        return scalar
    }

    /// `\u{1EC7}`: one to six digits.
    private static func braced(
        _ raw: [Unicode.Scalar], _ place: inout Int, at: Position
    ) throws(CedarError) -> Unicode.Scalar {
        guard place + 1 < raw.count, raw[place + 1] == "{",
            let end = raw[place...].firstIndex(of: "}"), (1...6).contains(end - place - 2),
            let value = number(raw[(place + 2)..<end]), let scalar = Unicode.Scalar(value)
        else { throw bad(at) }
        place = end
        return scalar
    }

    private static func number(_ digits: ArraySlice<Unicode.Scalar>) -> UInt32? {
        guard digits.allSatisfy({ $0.properties.isASCIIHexDigit }) else { return nil }
        return UInt32(String(String.UnicodeScalarView(digits)), radix: 16)
    }

    private static func bad(_ at: Position) -> CedarError {
        CedarError(
            .badString, at: at, vi: "Chuỗi có dấu thoát không hợp lệ", en: "The string has an escape that Cedar lacks")
    }
}

/// What `like` compares with: pieces of text, and anything between two of them.
package struct Pattern: Sendable, Hashable {
    package let pieces: [[Unicode.Scalar]]

    /// Time is at most the product of the two lengths, memory nothing.
    package func matches(_ text: String) -> Bool {
        guard let first = pieces.first, let last = pieces.last else { return text.isEmpty }
        let scalars = Array(text.unicodeScalars)
        if pieces.count == 1 { return scalars == first }
        guard scalars.count >= first.count + last.count, scalars.starts(with: first),
            scalars.suffix(last.count) == last[...]
        else { return false }
        var rest = scalars[first.count..<(scalars.count - last.count)]
        for piece in pieces.dropFirst().dropLast() {
            guard let found = Pattern.first(piece, in: rest) else { return false }
            rest = rest[(found + piece.count)...]
        }
        return true
    }

    private static func first(_ piece: [Unicode.Scalar], in text: ArraySlice<Unicode.Scalar>) -> Int? {
        guard text.count >= piece.count else { return nil }
        return (text.startIndex...(text.endIndex - piece.count)).first {
            text[$0..<($0 + piece.count)].elementsEqual(piece)
        }
    }
}
