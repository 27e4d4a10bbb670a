/// Nothing in the repository speaks of the machine or the people that happened to write it.
enum Workplace {
    static func findings(path: String, text: String) -> [Finding] {
        text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { number, line in
            objection(to: String(line).lowercased()).map { Finding(path: path, line: number + 1, what: $0) }
        }
    }

    private static func objection(to line: String) -> String? {
        let folders = ["work", "farm", "ro" + "ot", "home"].map { "/\($0)/" }
        if let folder = folders.first(where: { names(line, $0) }) { return "a path of one machine: \(folder)" }
        let people = ["clau" + "de", "anthro" + "pic", "chat" + "gpt", "open" + "ai"]
        return people.first(where: { line.contains($0) }).map { "a word of the workplace: \($0)" }
    }

    /// As a path of its own, not as a part of a longer one or of an address, which is somebody's page.
    private static func names(_ line: String, _ folder: String) -> Bool {
        line.ranges(of: folder).contains { range in
            guard range.lowerBound > line.startIndex else { return true }
            let before = line[line.index(before: range.lowerBound)]
            return before.isWhitespace || "\"'`(=:[<,".contains(before)
        }
    }
}
