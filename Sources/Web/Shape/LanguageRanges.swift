import Vocabulary

/// What a caller would like to read: `Accept-Language: vi, en-GB;q=0.8, *;q=0.1` (RFC 9110 §12.5.4).
///
/// A range means the language that it begins with, as in the lookup of RFC 4647 §3.4: we serve no regions.
struct LanguageRanges {
    private struct Range {
        /// Lowercase: `en` of `en-GB`; `*` for whatever no other range names.
        let language: String
        /// `q` in thousandths.
        let weight: Int
    }

    static let limitBytes = 1000
    static let limitRanges = 50

    private var ranges: [Range] = []

    /// Nil when there is no such field, and when it cannot be read or is longer than anybody's: then it counts for
    /// nothing.
    init?(_ headers: Headers) {
        let lines = headers.all("accept-language")
        guard !lines.isEmpty, lines.reduce(0, { $0 + $1.utf8.count }) <= LanguageRanges.limitBytes else { return nil }
        for element in lines.joined(separator: ",").split(separator: ",") {
            let text = LanguageRanges.bare(element)
            if text.isEmpty { continue }
            guard ranges.count < LanguageRanges.limitRanges, let range = LanguageRanges.range(text) else { return nil }
            ranges.append(range)
        }
    }

    /// Ours that is wanted most, of two that are wanted alike the one that was named first; nil when none is wanted.
    var wanted: Language? {
        let wishes = Language.allCases.compactMap { language -> (language: Language, weight: Int, place: Int)? in
            let named = ranges.indices.filter { ranges[$0].language == language.rawValue }
            let places = named.isEmpty ? ranges.indices.filter { ranges[$0].language == "*" } : named
            guard let weight = places.map({ ranges[$0].weight }).max(), weight > 0,
                let place = places.first(where: { ranges[$0].weight == weight })
            else { return nil }
            return (language, weight, place)
        }
        return wishes.min { $0.weight == $1.weight ? $0.place < $1.place : $0.weight > $1.weight }?.language
    }

    /// `en-GB;q=0.8`.
    private static func range(_ text: Substring) -> Range? {
        let halves = text.split(separator: ";", omittingEmptySubsequences: false).map(bare)
        guard halves.count <= 2, let language = language(halves[0]) else { return nil }
        guard halves.count == 2 else { return Range(language: language, weight: 1000) }
        guard halves[1].lowercased().hasPrefix("q="), let weight = weight(halves[1].dropFirst(2)) else { return nil }
        return Range(language: language, weight: weight)
    }

    /// The language of a basic language range, RFC 4647 §2.1.
    private static func language(_ range: Substring) -> String? {
        if range == "*" { return "*" }
        let parts = range.split(separator: "-", omittingEmptySubsequences: false)
        func isLetter(_ unit: UInt8) -> Bool { (97...122).contains(unit | 0x20) }
        guard parts.allSatisfy({ (1...8).contains($0.utf8.count) }), parts[0].utf8.allSatisfy(isLetter),
            parts.dropFirst().allSatisfy({ $0.utf8.allSatisfy { isLetter($0) || (48...57).contains($0) } })
        else { return nil }
        return parts[0].lowercased()
    }

    /// RFC 9110 §12.4.2: from 0 to 1 with up to three digits behind the point.
    private static func weight(_ text: Substring) -> Int? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let digits = parts.count > 1 ? Array(parts[1].utf8) : []
        guard parts[0] == "0" || parts[0] == "1", digits.count <= 3, digits.allSatisfy({ (48...57).contains($0) })
        else { return nil }
        let thousandths = (0..<3).reduce(0) { $0 * 10 + ($1 < digits.count ? Int(digits[$1]) - 48 : 0) }
        guard parts[0] == "0" || thousandths == 0 else { return nil }
        return parts[0] == "1" ? 1000 : thousandths
    }

    /// Without spaces and tabs at both ends.
    private static func bare(_ text: Substring) -> Substring {
        func isSpace(_ character: Character) -> Bool { character == " " || character == "\t" }
        var text = text.drop(while: isSpace)
        while text.last.map(isSpace) == true { text.removeLast() }
        return text
    }
}
