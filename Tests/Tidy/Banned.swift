/// Words and calls that have no place here, each with what to write instead.
struct Banned {
    struct Rule {
        /// A line without this text cannot break the rule: cheaper to ask than the pattern.
        let mark: String
        let pattern: Regex<AnyRegexOutput>
        let instead: String
        /// Targets where it is allowed after all.
        let except: Set<String>
        let inTests: Bool

        init(
            _ mark: String, _ pattern: String, _ instead: String, except: Set<String> = [], inTests: Bool = true
        ) throws {
            self.mark = mark
            self.pattern = try Regex(pattern)
            self.instead = instead
            self.except = except
            self.inTests = inTests
        }
    }

    let rules: [Rule]

    init() throws {
        rules = [
            try Rule("try!", #"\btry!"#, "try!: let it throw"),
            try Rule("as!", #"\bas!"#, "as!: use as? and say what to do otherwise"),
            try Rule("!", #"[\w)\]}>]!(?!=)"#, "forced unwrapping: use guard let or a better type"),
            try Rule("print(", #"\bprint\("#, "print: log it, or write to the Terminal"),
            try Rule("Date()", #"\bDate\(\)"#, "Date(): take a Clock", inTests: false),
            try Rule("Date.now", #"\bDate\.now\b"#, "Date.now: take a Clock", inTests: false),
            try Rule("UUID()", #"\bUUID\(\)"#, "UUID(): take an IDSource", inTests: false),
            try Rule("static var", #"^(?!.*@TaskLocal).*\bstatic var\b[^{]*$"#, "static var: no globals that change"),
            try Rule("unsafe)", #"\bnonisolated\(unsafe\)"#, "nonisolated(unsafe): make it Sendable"),
            try Rule("@unchecked", "@unchecked", "@unchecked: only Database holds raw pointers", except: ["Database"]),
            try Rule(
                "JSON", #"\bJSON(?:Decoder|Serialization)\b"#, "what comes in is read by StrictJSON", inTests: false),
            try Rule("fatalError", #"\bfatalError\("#, "fatalError: throw"),
            try Rule("trusted:", #"\bHTML\(trusted:"#, "HTML(trusted:) is for Web alone", except: ["Web", "WebTests"]),
            try Rule(
                "stringLiteral:", #"(?:\.init|[A-Z]\w*)\(stringLiteral:"#,
                "stringLiteral: is the back door of both literals"),
            try Rule(
                " ",
                #"\b(?:struct|class|enum|actor|protocol) (?:\w*(?:Manager|Helper|Utils?|Common|Impl)|\w+Service)\b"#,
                "a name that says nothing: say what it is"),
        ]
    }

    func findings(in source: SourceText) -> [Finding] {
        rules.filter { !$0.except.contains(source.room) && (!source.isTest || $0.inTests) }.flatMap { rule in
            source.findings { $0.contains(rule.mark) && $0.contains(rule.pattern) ? rule.instead : nil }
        }
    }

    /// Marks of unfinished work, which stand in comments and prose.
    static func marks(in source: SourceText) -> [Finding] {
        let words = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]
        return source.lines.enumerated().compactMap { number, line in
            let found = line.split { !$0.isLetter && !$0.isNumber }.first { words.contains(String($0)) }
            return found.map {
                Finding(path: source.path, line: number + 1, what: "\($0): finish it or write down why not")
            }
        }
    }
}
