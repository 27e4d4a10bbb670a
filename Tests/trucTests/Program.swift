import Foundation
import TestKit

/// The built program beside these tests.
enum Program {
    /// One that goes on while a test looks at it, and no longer than the test holds it.
    final class Running: Sendable {
        let process: Child
        private let output: OutputFile

        fileprivate init(_ arguments: [String]) throws {
            output = try OutputFile(in: FileManager.default.temporaryDirectory.path)
            // One handle, so that neither stream writes over the other.
            let handle = try output.handle
            process = try Child(
                "/usr/bin/env", Program.words(arguments), input: .nullDevice, output: handle, errors: handle)
        }

        deinit { output.remove() }

        /// On both streams.
        var said: String { output.text }
    }

    /// To its end.
    static func run(_ arguments: [String]) async throws -> Child.Ended {
        try await Child.run("/usr/bin/env", words(arguments))
    }

    static func start(_ arguments: [String]) throws -> Running {
        try Running(arguments)
    }

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// `env` goes into the folder of this repository and is the program from then on.
    private static func words(_ arguments: [String]) -> [String] {
        let language = arguments.contains("--language") ? [] : ["--language", "en"]
        return ["-C", root.path(), root.appending(path: ".build/debug/truc").path()] + arguments + language
    }
}
