/// What is wrong with how the program was started: one sentence that names the place, for the person at the terminal.
struct UsageError: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// The one of `names` that somebody probably meant: at most two letters away.
func probablyMeant(_ typed: String, among names: [String]) -> String? {
    let nearest = names.map { ($0, distance(Array(typed), Array($0))) }.min { $0.1 < $1.1 }
    guard let nearest, nearest.1 <= 2 else { return nil }
    return nearest.0
}

/// Levenshtein's edit distance.
private func distance(_ a: [Character], _ b: [Character]) -> Int {
    var row = Array(0...b.count)
    for (i, letter) in a.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for (j, other) in b.enumerated() {
            let replaced = diagonal + (letter == other ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
        }
    }
    return row[b.count]
}
