package import Vocabulary

/// A regular expression in the part of ECMA-262 that JSON Schema recommends (2020-12 core §6.4), matched in time
/// proportional to the text: a stranger's schema and a stranger's text together cannot make it slow.
///
/// Known: literals, `.`, classes, `\d \w \s \b` and their opposites, `\p{L} \p{Lu} \p{Ll} \p{M} \p{N} \p{Nd} \p{P}
/// \p{S} \p{Z}`, groups, alternation, greedy and lazy quantifiers, anchors, `\x`, `\u`, `\u{…}`, `\c`. Look-around,
/// references back and named groups are refused. One character is one Unicode scalar (the `u` flag).
package struct Pattern: Sendable, Hashable {
    package let source: String
    let program: [PatternStep]

    /// - Throws: `PatternError`, with a sentence.
    package init(_ source: String) throws(PatternError) {
        var reader = PatternReader(source)
        let tree = try reader.read()
        var writer = PatternWriter()
        try writer.write(tree)
        writer.program.append(.match)
        self.source = source
        program = writer.program
    }

    /// Whether the expression matches anywhere in the text; anchors say otherwise.
    package func matches(_ text: String) -> Bool {
        var run = PatternRun(program, work: .max)
        return run.matches(text)
    }

    /// - Parameter steps: what is left of those that a value may take, each worth sixteen comparisons of a character;
    ///   below 0 when it was not enough, and then it matches nothing.
    func matches(_ text: String, steps: inout Int) -> Bool {
        guard steps >= 0 else { return false }
        let work = steps.multipliedReportingOverflow(by: 16)
        var run = PatternRun(program, work: work.overflow ? .max : work.partialValue)
        let isMatch = run.matches(text)
        steps = run.work < 0 ? -1 : run.work / 16
        return isMatch && steps >= 0
    }

    static let longestProgram = 4000
}

package struct PatternError: Error, Sendable, Hashable {
    package let code: String
    package let words: Phrase

    static let unfinished = PatternError(
        code: "pattern.syntax",
        words: Phrase(vi: "Biểu thức chính quy sai cú pháp", en: "The regular expression is not well formed"))
    static let unsupported = PatternError(
        code: "pattern.unsupported",
        words: Phrase(
            vi:
                "Biểu thức chính quy dùng cấu trúc không được hỗ trợ (nhìn trước sau, tham chiếu ngược, tên nhóm)",
            en: "The regular expression uses what is not supported (look-around, references back, named groups)"))
    static let tooLarge = PatternError(
        code: "pattern.too-large",
        words: Phrase(vi: "Biểu thức chính quy quá lớn", en: "The regular expression is too large"))
}

/// What one character may be.
struct CharacterSet: Sendable, Hashable {
    var ranges: [ClosedRange<UInt32>] = []
    var categories: [Category] = []
    var isNegated = false

    struct Category: Sendable, Hashable {
        let name: String
        let isNegated: Bool
    }

    /// How many comparisons it takes to look for one character.
    var cost: Int { 1 + ranges.count + 4 * categories.count }

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        let isIn =
            ranges.contains { $0.contains(scalar.value) }
            || categories.contains { CharacterSet.has(scalar, $0.name) != $0.isNegated }
        return isIn != isNegated
    }

    static let digits = CharacterSet(ranges: [48...57])
    static let wordParts = CharacterSet(ranges: [48...57, 65...90, 95...95, 97...122])
    /// ECMA-262 WhiteSpace and LineTerminator.
    static let spaces = CharacterSet(ranges: [
        0x09...0x0D, 0x20...0x20, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029, 0x202F...0x202F,
        0x205F...0x205F, 0x3000...0x3000, 0xFEFF...0xFEFF,
    ])
    static let anything = CharacterSet(ranges: [0x0A...0x0A, 0x0D...0x0D, 0x2028...0x2029], isNegated: true)

    /// The opposite, for use inside a class.
    var complement: [ClosedRange<UInt32>] {
        var next: UInt32 = 0
        var gaps: [ClosedRange<UInt32>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if range.lowerBound > next { gaps.append(next...range.lowerBound - 1) }
            next = max(next, range.upperBound + 1)
        }
        return gaps + [next...0x10FFFF]
    }

    static let names: Set = ["L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "N", "Nd", "P", "S", "Z", "Zs"]

    private static func has(_ scalar: Unicode.Scalar, _ name: String) -> Bool {
        let category = scalar.properties.generalCategory
        switch name {
        case "L":
            return [.uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter]
                .contains(category)
        case "Lu": return category == .uppercaseLetter
        case "Ll": return category == .lowercaseLetter
        case "Lt": return category == .titlecaseLetter
        case "Lm": return category == .modifierLetter
        case "Lo": return category == .otherLetter
        case "M": return [.nonspacingMark, .spacingMark, .enclosingMark].contains(category)
        case "Mn": return category == .nonspacingMark
        case "N": return [.decimalNumber, .letterNumber, .otherNumber].contains(category)
        case "Nd": return category == .decimalNumber
        case "P":
            return [
                .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
                .finalPunctuation, .otherPunctuation,
            ].contains(category)
        case "S": return [.mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol].contains(category)
        case "Z": return [.spaceSeparator, .lineSeparator, .paragraphSeparator].contains(category)
        case "Zs": return category == .spaceSeparator
        default: return false
        }
    }
}
