/// The file `truc.conf`: one `key = value` a line, `#` begins a comment, blank lines are free.
///
/// ```
/// # pages
/// web.port = 8040
/// web.public-url = https://attt.example.vn
/// ```
/// A value is what stands after the first `=`, without the spaces around it; it needs no quotes.
struct ConfigurationFile {
    struct Entry: Equatable {
        let key: String
        let value: String
        let line: Int
    }

    let path: String
    let entries: [Entry]

    init(path: String, text: String, known: [String] = Setting.all.map(\.key)) throws(UsageError) {
        self.path = path
        var entries: [Entry] = []
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard let entry = try ConfigurationFile.entry(in: line, number + 1, of: path) else { continue }
            if !known.contains(entry.key) {
                let hint = probablyMeant(entry.key, among: known).map { "; did you mean \($0)?" } ?? ""
                throw UsageError("\(path):\(entry.line): unknown setting \(entry.key)\(hint)")
            }
            if let earlier = entries.first(where: { $0.key == entry.key }) {
                throw UsageError("\(path):\(entry.line): \(entry.key) was already set in line \(earlier.line)")
            }
            entries.append(entry)
        }
        self.entries = entries
    }

    private static func entry(in line: Substring, _ number: Int, of path: String) throws(UsageError) -> Entry? {
        let text = trimmed(line)
        if text.isEmpty || text.hasPrefix("#") { return nil }
        guard let equals = text.firstIndex(of: "=") else {
            throw UsageError("\(path):\(number): expected `key = value`, found: \(text)")
        }
        return Entry(key: trimmed(text[..<equals]), value: trimmed(text[text.index(after: equals)...]), line: number)
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        let start = text.firstIndex { !$0.isWhitespace } ?? text.endIndex
        let end = text.lastIndex { !$0.isWhitespace }
        return end.map { String(text[start...$0]) } ?? ""
    }
}
