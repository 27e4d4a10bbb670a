import Foundation
import TestKit

/// The program under test: the `truc` that was built beside this test bundle.
enum Program {
    struct Missing: Error, CustomStringConvertible {
        let path: String
        var description: String { "\(path) is missing; it is built with the tests: swift build --build-tests" }
    }

    static func path() throws -> String {
        let bundle = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let path = URL(filePath: bundle).deletingLastPathComponent().appending(path: "truc").path()
        guard FileManager.default.isExecutableFile(atPath: path) else { throw Missing(path: path) }
        return path
    }

    struct Ended: Sendable {
        let code: Int32
        let output: String
        let complaints: String
    }

    /// Runs a command to its end. When the task is cancelled the process is killed.
    static func run(_ program: String? = nil, _ arguments: [String], in folder: String) async throws -> Ended {
        let ended = try await Child.run(program ?? path(), arguments, scratch: folder, withinSeconds: 1200)
        return Ended(code: ended.code, output: ended.said, complaints: ended.errors)
    }
}
