import Events
import Foundation
import Vocabulary
import Web

/// The program: one binary that is a node, its commands, and a demo cluster of itself.
@main
struct Truc {
    static func main() async {
        Memory.keepSmall()
        OpenFiles.allowMany()
        let environment = ProcessInfo.processInfo.environment
        let words = Array(CommandLine.arguments.dropFirst())
        exit(await run(words, environment: environment, terminal: .standard))
    }

    /// Runs one command line and says how it ended. Tests call this with a terminal of their own.
    static func run(_ words: [String], environment: [String: String], terminal: Terminal) async -> Int32 {
        var language = Language.vietnameseOrEnglish(environment)
        do {
            let asksForHelp = words.contains("--help") || words.contains("-h")
            let plain = asksForHelp ? ["help"] + words.prefix { !$0.hasPrefix("-") } : words
            let arguments = try Arguments(plain.isEmpty ? ["help"] : plain, commands: Command.all)
            if let chosen = arguments.options["language"]?.last { language = try Truc.language(chosen) }
            let call = Invocation(
                operands: arguments.operands, options: arguments.options, flags: arguments.flags,
                environment: environment,
                terminal: terminal, language: language)
            return try await arguments.command.run(call)
        } catch let error as UsageError {
            terminal.complain("truc: \(error)")
            return ExitCode.usage
        } catch let error as NotOfThisDay {
            terminal.complain("truc: \(error.code): \(error.phrase[language])")
            return ExitCode.usage
        } catch let error as FolderLock.InUse {
            terminal.complain("truc: \(error)")
            return ExitCode.folderInUse
        } catch {
            terminal.complain("truc: \(explain(error, in: language))")
            return ExitCode.failed
        }
    }

    private static func language(_ option: String) throws(UsageError) -> Language {
        guard let language = Language(rawValue: option) else {
            throw UsageError("--language must be vi or en, not “\(option)”")
        }
        return language
    }
}

extension Language {
    /// What the terminal speaks; English unless that is Vietnamese.
    fileprivate static func vietnameseOrEnglish(_ environment: [String: String]) -> Language {
        (environment["LC_ALL"] ?? environment["LANG"] ?? "").hasPrefix("vi") ? .vi : .en
    }
}

/// An error for whoever administers the node: what it says itself, never hidden behind an id.
func explain(_ error: any Error, in language: Language) -> String {
    switch error {
    case Problem.conflict(let phrase), Problem.malformed(_, let phrase), Problem.denied(_, let phrase):
        phrase[language]
    case Problem.invalid(let fields), Problem.rejected(_, let fields):
        fields.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value[language])" }.joined(separator: "; ")
    case let error as FetchError: DeliveryFault(error).phrase[language]
    default: "\(error)"
    }
}
