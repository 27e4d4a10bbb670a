/// One thing that is not tidy, printed as compilers print: `Sources/Web/Site.swift:12: line of 131 characters`.
struct Finding: CustomStringConvertible, Equatable {
    let path: String
    let line: Int
    let what: String

    var description: String { "\(path):\(line): \(what)" }
}

extension SourceText {
    /// What a rule finds in each line of code; the rule sees no comments and no text of literals.
    func findings(_ rule: (String) -> String?) -> [Finding] {
        code.enumerated().compactMap { number, line in
            rule(line).map { Finding(path: path, line: number + 1, what: $0) }
        }
    }
}
