import Vocabulary

/// Takes a command line apart: `truc cluster create --folder a --name=Cụm`.
struct Arguments {
    let command: Command
    private(set) var operands: [String] = []
    private(set) var options: [String: [String]] = [:]
    private(set) var flags: [String: String] = [:]

    /// - Parameter words: what was typed after the program's name.
    init(_ words: [String], commands: [Command]) throws(UsageError) {
        var rest = words[...]
        command = try Arguments.takeCommand(&rest, commands)
        while let word = rest.popFirst() {
            if word == "--" {
                operands += rest
                break
            } else if word.hasPrefix("--") {
                try takeOption(word, &rest)
            } else {
                operands.append(word)
            }
        }
        try checkOperands()
        try checkRequired()
    }

    private static func takeCommand(
        _ words: inout ArraySlice<String>, _ commands: [Command]
    ) throws(UsageError) -> Command {
        let leading = words.prefix { !$0.hasPrefix("-") }
        for length in stride(from: min(2, leading.count), to: 0, by: -1) {
            let name = leading.prefix(length).joined(separator: " ")
            guard let command = commands.first(where: { $0.name == name }) else { continue }
            words = words.dropFirst(length)
            return command
        }
        guard let first = leading.first else { throw UsageError("no command; try `truc help`") }
        let typed = leading.prefix(2).joined(separator: " ")
        let names = commands.map(\.name)
        let hint = probablyMeant(typed, among: names) ?? probablyMeant(first, among: names)
        throw UsageError("unknown command \(first)" + (hint.map { "; did you mean \($0)?" } ?? "; try `truc help`"))
    }

    private mutating func takeOption(_ word: String, _ rest: inout ArraySlice<String>) throws(UsageError) {
        let halves = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
            String.init)
        let name = halves.first ?? ""
        if let setting = Setting.all.first(where: { $0.flag == "--" + name }), command.takesSettings {
            flags[setting.key] = try Arguments.value(of: name, halves, &rest)
            return
        }
        let known = command.options + Command.shared
        guard let option = known.first(where: { $0.name == name }) else {
            let names =
                known.map(\.name) + (command.takesSettings ? Setting.all.map { String($0.flag.dropFirst(2)) } : [])
            let hint =
                probablyMeant(name, among: names).map { "; did you mean --\($0)?" }
                ?? "; try `truc help \(command.name)`"
            throw UsageError("truc \(command.name) has no option --\(name)\(hint)")
        }
        if option.value == nil {
            if halves.count > 1 { throw UsageError("--\(name) takes no value") }
            options[name, default: []].append("")
        } else {
            options[name, default: []].append(try Arguments.value(of: name, halves, &rest))
        }
    }

    private static func value(
        of name: String, _ halves: [String], _ rest: inout ArraySlice<String>
    ) throws(UsageError) -> String {
        if halves.count > 1 { return halves[1] }
        guard let next = rest.popFirst() else { throw UsageError("--\(name) needs a value") }
        return next
    }

    /// All that are missing are told at once.
    private func checkRequired() throws(UsageError) {
        let missing = command.options.filter { $0.isRequired && options[$0.name] == nil }.map { "--" + $0.name }
        guard !missing.isEmpty else { return }
        throw UsageError("\(missing.joined(separator: ", ")) \(missing.count == 1 ? "is" : "are") needed")
    }

    private func checkOperands() throws(UsageError) {
        let required = command.operands.filter { !$0.hasPrefix("[") }
        let repeats = command.operands.last?.contains("…") ?? false
        if operands.count < required.count {
            throw UsageError("truc \(command.name) needs \(required[operands.count]); try `truc help \(command.name)`")
        }
        if operands.count > command.operands.count, !repeats {
            throw UsageError("truc \(command.name) does not know what to do with “\(operands[command.operands.count])”")
        }
    }
}
