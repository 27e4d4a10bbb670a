import Foundation
import Vocabulary

/// The program: one binary that is a node, its commands, and a demo cluster of itself.
@main
struct Truc {
    static func main() async {
        Memory.keepSmall()
        let environment = ProcessInfo.processInfo.environment
        let words = Array(CommandLine.arguments.dropFirst())
        exit(await run(words, environment: environment, terminal: .standard))
    }

    /// Runs one command line and says how it ended. Tests call this with a terminal of their own.
    static func run(_ words: [String], environment: [String: String], terminal: Terminal) async -> Int32 {
        do {
            let asksForHelp = words.contains("--help") || words.contains("-h")
            let plain = asksForHelp ? ["help"] + words.prefix { !$0.hasPrefix("-") } : words
            let arguments = try Arguments(plain.isEmpty ? ["help"] : plain, commands: Command.all)
            let language = try chosenLanguage(arguments.options["language"]?.last, environment)
            let call = Invocation(
                operands: arguments.operands, options: arguments.options, flags: arguments.flags,
                environment: environment,
                terminal: terminal, language: language)
            return try await arguments.command.run(call)
        } catch let error as UsageError {
            terminal.complain("truc: \(error)")
            return ExitCode.usage
        } catch let error as FolderLock.InUse {
            terminal.complain("truc: \(error)")
            return ExitCode.folderInUse
        } catch {
            terminal.complain("truc: \(explain(error))")
            return ExitCode.failed
        }
    }

    private static func chosenLanguage(
        _ option: String?, _ environment: [String: String]
    ) throws(UsageError) -> Language {
        if let option {
            guard let language = Language(rawValue: option) else {
                throw UsageError("--language must be vi or en, not “\(option)”")
            }
            return language
        }
        let locale = environment["LC_ALL"] ?? environment["LANG"] ?? ""
        return locale.hasPrefix("vi") ? .vi : .en
    }
}

/// An error for whoever administers the node: what it says itself, never hidden behind an id.
func explain(_ error: any Error) -> String {
    switch error {
    case Problem.conflict(let phrase), Problem.malformed(_, let phrase): phrase.en
    case Problem.invalid(let fields):
        fields.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.en)" }.joined(separator: "; ")
    default: "\(error)"
    }
}
