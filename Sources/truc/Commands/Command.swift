import Vocabulary

/// One verb of the program: `truc cluster join TOKEN`.
struct Command: Sendable {
    /// The words that call it: `cluster join`.
    let name: String
    /// What follows the words, as the help shows it; a name in brackets may be left out.
    var operands: [String] = []
    let about: Phrase
    var options: [Option] = []
    /// Whether it works on a node, so that every setting may be given as a flag.
    var takesSettings = true
    let run: @Sendable (Invocation) async throws -> Int32

    /// An option of one command. Settings of the node are options of every command that works on one.
    struct Option: Sendable {
        /// Without the dashes.
        let name: String
        /// What the value is called in the help; nil for a switch, which takes none.
        let value: String?
        let about: Phrase
        /// Without it the command is refused; the help names it first.
        var isRequired = false

        var optional: Option { Option(name: name, value: value, about: about) }
    }

    /// As the help names them: what is required first.
    var optionsInOrder: [Option] { options.filter(\.isRequired) + options.filter { !$0.isRequired } }

    static let shared = [
        Option(
            name: "config", value: "FILE",
            about: Phrase(
                vi: "Tệp cấu hình; mặc định là truc.conf trong thư mục dữ liệu",
                en: "The configuration file; truc.conf in the data folder by default")),
        Option(
            name: "language", value: "vi|en",
            about: Phrase(vi: "Ngôn ngữ của lệnh này", en: "The language of this command")),
    ]
}

/// A command with what was typed after it.
struct Invocation: Sendable {
    let operands: [String]
    /// By option name, in the order typed; a switch is an empty text.
    let options: [String: [String]]
    /// By setting key.
    let flags: [String: String]
    let environment: [String: String]
    let terminal: Terminal
    let language: Language

    subscript(option: String) -> String? { options[option]?.last }

    func has(_ option: String) -> Bool { options[option] != nil }

    func say(_ phrase: Phrase) {
        terminal.say(phrase[language])
    }

    /// What these options say, of those that were typed.
    func named(_ names: [String]) -> [(name: String, value: String)] {
        names.compactMap { name in self[name].map { (name, $0) } }
    }

    func integer(_ option: String, in range: ClosedRange<Int>) throws(UsageError) -> Int? {
        guard let text = self[option] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw UsageError(
                "--\(option) must be a whole number from \(range.lowerBound) to \(range.upperBound), not “\(text)”")
        }
        return number
    }
}

/// Exit codes, as `sysexits.h` has them where it has one.
enum ExitCode {
    static let done: Int32 = 0
    /// It was asked for correctly and did not work out.
    static let failed: Int32 = 1
    /// EX_USAGE: the command line or the configuration is wrong.
    static let usage: Int32 = 64
    /// EX_TEMPFAIL: another process uses the data folder.
    static let folderInUse: Int32 = 75
}
