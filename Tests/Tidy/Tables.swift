/// One word gives five prefixes: a table `incidents_report` belongs to the room `Incidents` and is named nowhere else.
enum Tables {
    /// Property names of wire formats that happen to begin with a room's word.
    static let wireNames: Set = ["identity_class"]

    static func findings(in source: SourceText, rooms: [String]) -> [Finding] {
        guard !source.isTest else { return [] }
        let others = rooms.filter { $0 != source.room }.map { $0.lowercased() + "_" }
        let inLiterals = source.literals.flatMap { literal in
            words(literal.text).map { (literal.line + $0.line, $0.word) }
        }
        return inLiterals.compactMap { line, word in
            guard !wireNames.contains(word), others.contains(where: { word.hasPrefix($0) && word != $0 }) else {
                return nil
            }
            return Finding(path: source.path, line: line, what: "\(word) is another room's table")
        }
    }

    private static func words(_ text: String) -> [(line: Int, word: String)] {
        text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().flatMap { line, text in
            text.split { !($0.isLetter && $0.isASCII || $0.isNumber || $0 == "_") }.map { (line, String($0)) }
        }
    }
}
