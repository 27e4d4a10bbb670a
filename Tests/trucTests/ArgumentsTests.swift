import Synchronization
import Testing
import Vocabulary

@testable import truc

@Suite("the command line")
struct ArgumentsTests {
    private let commands = [
        Command(name: "serve", about: Phrase(name: "")) { _ in 0 },
        Command(
            name: "cluster join", operands: ["TOKEN"], about: Phrase(name: ""),
            options: [
                .init(name: "fresh", value: nil, about: Phrase(name: "")),
                .init(name: "invite", value: "X", about: Phrase(name: "")),
            ]
        ) { _ in 0 },
        Command(name: "verify", operands: ["[FILE…]"], about: Phrase(name: ""), takesSettings: false) { _ in 0 },
    ]

    @Test("words, operands, options and settings are told apart")
    func parses() throws {
        let parsed = try Arguments(
            [
                "cluster", "join", "abc", "--folder", "a b", "--web-port=9", "--fresh", "--invite=H23:deputy",
                "--invite", "H49",
            ],
            commands: commands)
        #expect(parsed.command.name == "cluster join")
        #expect(parsed.operands == ["abc"])
        #expect(parsed.flags == ["folder": "a b", "web.port": "9"])
        #expect(parsed.options == ["fresh": [""], "invite": ["H23:deputy", "H49"]])
        #expect(try Arguments(["verify", "a", "b", "--", "--c"], commands: commands).operands == ["a", "b", "--c"])
    }

    @Test(
        "mistakes are named",
        arguments: [
            (["srve"], "unknown command srve; did you mean serve?"),
            (["cluster", "jion", "x"], "unknown command cluster; did you mean cluster join?"),
            (["cluster", "join"], "truc cluster join needs TOKEN; try `truc help cluster join`"),
            (["serve", "more"], "truc serve does not know what to do with “more”"),
            (["serve", "--web-prot", "1"], "truc serve has no option --web-prot; did you mean --web-port?"),
            (["serve", "--web-port"], "--web-port needs a value"),
            (["cluster", "join", "x", "--fresh=1"], "--fresh takes no value"),
            (["verify", "--web-port", "1"], "truc verify has no option --web-port; try `truc help verify`"),
        ])
    func mistakes(words: [String], message: String) {
        #expect(throws: UsageError(message)) { try Arguments(words, commands: commands) }
    }

    @Test(
        "what a command cannot do without comes first in its help, is marked there, and is asked for at once",
        arguments: [
            (["service", "register", "units", "Đơn vị", "x.yaml"], ["--contact", "--class"]),
            (["grant", "issue", "H40/a", "units/v1"], ["--purpose", "--basis", "--until"]),
            (["grant", "request", "H40/a", "units/v1"], ["--purpose", "--basis", "--until"]),
            (["grant", "suspend", "x", "planned"], ["--because"]), (["grant", "revoke", "x"], ["--because"]),
            (["grant", "refuse", "x"], ["--because"]),
        ])
    func required(words: [String], options: [String]) async throws {
        let list = options.joined(separator: ", ")
        #expect(throws: UsageError("\(list) \(options.count == 1 ? "is" : "are") needed")) {
            try Arguments(words, commands: Command.all)
        }
        let page = await run("help", words[0], words[1], "--language", "en").said
        let lines = page.split(separator: "\n").map(String.init)
        #expect(options.allSatisfy { lines[0].contains($0 + " ") }, "\(lines[0])")
        let marked = lines.filter { $0.hasPrefix("  --") }.prefix(options.count)
        #expect(zip(marked, options).allSatisfy { $0.contains($1 + " ") && $0.contains("Required. ") }, "\(page)")
        #expect(lines.filter { $0.contains("Required. ") }.count == options.count)
        #expect(await run("help", words[0], words[1], "--language", "vi").said.contains("Bắt buộc. "))
    }

    @Test("help says how large a request may be that is checked")
    func checkedRequests() async {
        #expect(await run("help", "service", "register", "--language", "en").said.contains("1 MiB at most"))
        #expect(await run("help", "service", "limits", "--language", "en").said.contains("--validate 1048576 at most"))
    }

    @Test("less of a request is given without naming all of it; a version is opened by the code of its service")
    func notRequired() async throws {
        #expect(try Arguments(["grant", "approve", "x"], commands: Command.all).options.isEmpty)
        #expect(await run("help", "grant", "approve", "--language", "en").said.contains("--burst N"))
        #expect(await run("help", "service", "version").said.hasPrefix("truc service version CODE FILE\n"))
    }

    @Test("help names the operations of an event type, for grants that are issued, asked for and approved")
    func eventOperations() async {
        for command in ["grant issue", "grant request", "grant approve"] {
            for language in ["vi", "en"] {
                let said = await run("help", command, "--language", language).said
                #expect(said.contains("follow:TYPE") && said.contains("publish:TYPE"), "\(command): \(said)")
            }
        }
    }

    /// What a command line said, and how it ended.
    private func run(_ words: String..., environment: [String: String] = [:]) async -> (code: Int32, said: String) {
        let said = Mutex("")
        let terminal = Terminal(
            say: { line in said.withLock { $0 += line + "\n" } },
            complain: { line in said.withLock { $0 += line + "\n" } })
        let code = await Truc.run(words, environment: environment, terminal: terminal)
        return (code, said.withLock { $0 })
    }

    @Test("help lists every command in both languages, and each has a page")
    func help() async {
        let overview = await run("help").said
        for command in Command.all {
            #expect(overview.contains(command.name))
            let page = await run("help", command.name)
            #expect(page.code == 0)
            #expect(page.said.contains(command.about.en))
        }
        #expect(await run("help", environment: ["LANG": "vi_VN.UTF-8"]).said.contains("Cách dùng"))
        #expect(await run("help", "--language", "vi").said.contains("Cách dùng"))
        #expect(await run("serve", "--help").said.contains("--web-port"))
    }

    @Test("a mistake ends with 64 and one line")
    func exitCodes() async {
        #expect(await run("nonsense") == (64, "truc: unknown command nonsense; try `truc help`\n"))
        #expect(await run("version") == (0, "truc \(trucVersion)\n"))
    }
}
