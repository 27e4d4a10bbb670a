import Testing

/// Each scanner is shown a planted fault and something that only looks like one: a scanner that finds nothing proves
/// nothing.
@Suite("the scanners see")
struct ScannerTests {
    private func source(_ text: String, in path: String = "Sources/Incidents/Planted.swift") -> SourceText {
        SourceText(path: path, text: text)
    }

    @Test("code, literals and comments apart, lines kept")
    func takesApart() {
        let text = source(
            """
            let a = "x \\(f("y")) z" // note
            /* two
            lines */ let b = #"raw \\(not)"#
            """)
        #expect(text.code == ["let a = \"\"f(\"\") ", "", " let b = \"\""])
        #expect(text.literals.map(\.text).contains("x \u{FFFC} z"))
        #expect(text.literals.map(\.text).contains("raw \\(not)"))
        #expect(text.code[2].contains("let b"))
    }

    @Test(
        "imports",
        arguments: [
            ("import GRDB", "Incidents", true), ("import GRDB", "Database", false),
            ("package import Web", "Incidents", false),
            ("import Threats", "Incidents", true), ("import Exchange", "Identity", true),
            ("import Hummingbird", "truc", true),
            ("import NIOHTTP1", "Exchange", true), ("import struct Foundation.Data", "Web", false),
            ("import Nonsense", "Web", true),
            ("@testable import Web", "Ledger", true), ("// import GRDB", "Incidents", false),
            ("import Web", "Ledger", true),
        ])
    func imports(line: String, room: String, caught: Bool) {
        #expect(Walls.findings(in: source(line, in: "Sources/\(room)/Planted.swift")).isEmpty != caught)
    }

    @Test("an import that the manifest does not list")
    func undeclared() {
        let manifest = #"room("Ledger", ["Vocabulary"]), room("Jobs", ["Vocabulary", "Database"]),"#
        let file = source("import Database", in: "Sources/Ledger/Planted.swift")
        #expect(Walls.undeclared(in: file, manifest: manifest).count == 1)
        #expect(Walls.undeclared(in: source("import Database", in: "Sources/Jobs/P.swift"), manifest: manifest).isEmpty)
    }

    @Test("another room's table, in the literal where it stands")
    func tables() {
        let text = source("let a: SQL = \"\"\"\n    SELECT * FROM incidents_report\n    JOIN exchange_fact\n    \"\"\"")
        let found = Tables.findings(in: text, rooms: ["Incidents", "Exchange"])
        #expect(found.map(\.what) == ["exchange_fact is another room's table"])
        #expect(found.first?.line == 3)
    }

    @Test("long functions, long lines, long files")
    func sizes() {
        let body = String(repeating: "    work()\n", count: 69)
        #expect(
            Sizes.findings(in: source("package func f(\n    a: Int\n) {\n\(body)}\n")).map(\.what) == [
                "function of 73 lines"
            ])
        #expect(Sizes.findings(in: source("func f() {\n\(body.dropLast(11))}\n")).isEmpty)
        #expect(
            Sizes.findings(in: source(String(repeating: "đ", count: 121))).map(\.what) == ["line of 121 characters"])
        #expect(Sizes.findings(in: source(String(repeating: "\n", count: 401))).map(\.what) == ["file of 401 lines"])
        #expect(
            Sizes.functions(source("protocol P {\n    func a() throws\n    func b()\n}\nfunc c() {\n}")).map(\.line)
                == [5])
    }

    @Test(
        "banned calls",
        arguments: [
            ("try! f()", true), ("let a = b!", true), ("let a = b != c", false), ("if !done {", false),
            ("a[0]!.b", true),
            ("print(a)", true), ("imprint(a)", false), ("\"print(a)\"", false), ("Date()", true),
            ("Date(timeIntervalSince1970: 0)", false),
            ("UUID()", true), ("static var a = 1", true), ("static var a: Int { 1 }", false),
            ("nonisolated(unsafe) let a = 1", true),
            ("final class A: @unchecked Sendable {", true), ("struct KeyManager {", true), ("struct Managers {", false),
            ("fatalError()", true), ("HTML(trusted: a)", true), ("SQL(stringLiteral: a)", true),
            ("init(stringLiteral a: String) {", false),
            ("struct Service {", false), ("struct MailService {", true),
            ("let a = try JSONDecoder().decode(A.self, from: b)", true), ("let a = try JSONDocument(b)", false),
        ])
    func banned(line: String, caught: Bool) throws {
        #expect(try Banned().findings(in: source(line)).isEmpty != caught)
    }

    @Test("marks of unfinished work, in comments too")
    func marks() {
        #expect(Banned.marks(in: source("// " + "TO" + "DO: later")).count == 1)
        #expect(Banned.marks(in: source("// today")).isEmpty)
    }

    @Test(
        "values in markup",
        arguments: [
            (#"<a href=\(x)>"#, true), (#"<a href="\(x)">\(y)</a>"#, false), (#"<script>\(x)</script>"#, true),
            (#"<style>a</style>\(x)"#, false), (#"<b onclick="\(x)">"#, true), (#"<p style='\(x)'>"#, true),
            (#"<input \(x)>"#, false), (#"/list?after=\(x)"#, false), (#"a < \(x) AND b=\(y)"#, false),
            (#"<a href="/x?y=\(x)">"#, false),
        ])
    func markup(html: String, caught: Bool) {
        let text = source("let a: HTML = \"\"\"\n\(html)\n\"\"\"")
        #expect(Markup.findings(in: text).isEmpty != caught)
    }

    @Test("words and paths of a workplace")
    func workplace() {
        #expect(!Workplace.findings(path: "a.md", text: "see " + "/wo" + "rk/notes").isEmpty)
        #expect(Workplace.findings(path: "a.md", text: "https://example.org/" + "work/notes").isEmpty)
        #expect(Workplace.findings(path: "a.md", text: "a framework / a root").isEmpty)
    }
}
