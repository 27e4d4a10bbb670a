import Vocabulary

extension Command {
    static let help = Command(
        name: "help", operands: ["[COMMAND…]"],
        about: Phrase(vi: "Bảng lệnh, hoặc cách dùng một lệnh", en: "The commands, or how to use one"),
        takesSettings: false
    ) { call in
        let wanted = call.operands.joined(separator: " ")
        if wanted.isEmpty {
            call.terminal.say(Help.overview(Command.all, call.language))
            return ExitCode.done
        }
        let found = Command.all.filter { $0.name == wanted || $0.name.hasPrefix(wanted + " ") }
        if found.isEmpty { throw UsageError("there is no command \(wanted); try `truc help`") }
        call.terminal.say(found.map { Help.page($0, call.language) }.joined(separator: "\n\n"))
        return ExitCode.done
    }

    static let version = Command(
        name: "version", about: Phrase(vi: "Phiên bản của chương trình", en: "The version of this program"),
        takesSettings: false
    ) { call in
        call.terminal.say("truc \(trucVersion)")
        return ExitCode.done
    }
}

/// The version of the whole program. `CHANGELOG.md` says what is in it.
let trucVersion = "0.1.0"

enum Help {
    static func overview(_ commands: [Command], _ language: Language) -> String {
        let usage = Phrase(vi: "Cách dùng: truc LỆNH [TÙY CHỌN]", en: "Usage: truc COMMAND [OPTIONS]")
        let more = Phrase(vi: "truc help LỆNH cho biết chi tiết.", en: "truc help COMMAND tells more.")
        let lines = aligned(commands.map { (([$0.name] + $0.operands).joined(separator: " "), $0.about[language]) })
        return ([usage[language], ""] + lines + ["", more[language]]).joined(separator: "\n")
    }

    static func page(_ command: Command, _ language: Language) -> String {
        let required = command.optionsInOrder.filter(\.isRequired).map { "--\($0.name) \($0.value ?? "")" }
        var lines = [
            "truc " + ([command.name] + command.operands + required).joined(separator: " "),
            "    " + command.about[language],
        ]
        let mark = Phrase(vi: "Bắt buộc. ", en: "Required. ")[language]
        lines +=
            [""]
            + aligned(
                (command.optionsInOrder + Command.shared).map {
                    (
                        "--" + ([$0.name] + ($0.value.map { [$0] } ?? [])).joined(separator: " "),
                        ($0.isRequired ? mark : "") + $0.about[language]
                    )
                })
        guard command.takesSettings else { return lines.joined(separator: "\n") }
        let title = Phrase(
            vi: "Thiết lập của nút (cờ > biến môi trường > truc.conf):",
            en: "Settings of the node (flag > environment > truc.conf):")
        lines += ["", title[language]]
        lines += aligned(
            Setting.all.map { setting in
                let fallback = setting.fallback.isEmpty ? "" : " [\(setting.fallback)]"
                return ("\(setting.flag)  \(setting.variable)", setting.about[language] + fallback)
            })
        return lines.joined(separator: "\n")
    }

    private static func aligned(_ pairs: [(String, String)]) -> [String] {
        let width = pairs.map(\.0.count).max() ?? 0
        return pairs.map { "  " + $0.0 + String(repeating: " ", count: width - $0.0.count + 2) + $0.1 }
    }
}
