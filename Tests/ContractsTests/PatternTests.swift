import Testing

@testable import Contracts

@Suite("Regular expressions") struct PatternTests {
    static let cases: [(String, [String], [String])] = [
        ("^[a-z]+$", ["abc"], ["", "aB", "ab\n"]),
        ("b", ["abc"], ["ac"]),
        (#"^\d{2,3}$"#, ["12", "123"], ["1", "1234", "١٢"]),
        (#"^(a|bc)*d?$"#, ["", "abca", "bcd"], ["b", "dd"]),
        (#"^[^\s/]+$"#, ["x-y"], ["a b", "a/b"]),
        (#"^H\d{2}(\.\d+)*$"#, ["H40", "H40.12.3"], ["H4", "H40."]),
        (#"^\p{Lu}\p{L}*$"#, ["Đường", "Nam"], ["đường", "N1"]),
        (#"^.$"#, ["a", "đ", "👍"], ["", "ab", "\n"]),
        (#"\bcat\b"#, ["a cat."], ["concat"]),
        (#"^[\w.-]+@[\w-]+\.vn$"#, ["a.b@c.vn"], ["a@b.com"]),
        (#"^\u0041\x42[\u{43}-E]$"#, ["ABD"], ["ABF"]),
        (#"^[-a]$"#, ["-", "a"], ["b"]), (#"^[a\]]$"#, ["]"], ["b"]), (#"^(?:ab){2}$"#, ["abab"], ["ab"]),
        (#"a{0}b"#, ["b"], ["a"]), ("", ["", "x"], []), (#"^$"#, [""], ["x"]),
    ]

    @Test("match what ECMA-262 says", arguments: cases)
    func matches(source: String, fitting: [String], other: [String]) throws {
        let pattern = try Pattern(source)
        for text in fitting { #expect(pattern.matches(text), "\(source) and \(text)") }
        for text in other { #expect(!pattern.matches(text), "\(source) and \(text)") }
    }

    @Test(
        "that are not supported or not well formed are refused",
        arguments: [
            ("(?=a)", "pattern.unsupported"), ("(?<n>a)", "pattern.unsupported"), (#"(a)\1"#, "pattern.unsupported"),
            ("(", "pattern.syntax"), ("a)", "pattern.syntax"), ("[a", "pattern.syntax"), ("*", "pattern.syntax"),
            ("a{2,1}", "pattern.syntax"), (#"\q"#, "pattern.syntax"), ("[z-a]", "pattern.syntax"),
            ("a{1001}", "pattern.too-large"), ("(a{1000}){1000}", "pattern.too-large"),
            ("(((((){999}){999}){999}){999}){999}", "pattern.too-large"),
            (String(repeating: "(", count: 1000), "pattern.too-large"),
        ])
    func refuses(source: String, code: String) {
        let error = #expect(throws: PatternError.self) { try Pattern(source) }
        #expect(error?.code == code)
    }

    @Test("take time in proportion to the text: what makes others hang ends here", .timeLimit(.minutes(1)))
    func hostile() throws {
        let text = String(repeating: "a", count: 4000) + "!"
        for source in ["^(a+)+$", "^(a|a)*$", "^(a*)*b$", "(a?){200}a{200}$"] {
            #expect(try !Pattern(source).matches(text))
        }
    }
}
