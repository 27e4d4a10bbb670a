import Foundation
import Synchronization

/// The built program beside these tests.
enum Program {
    struct Ended: CustomStringConvertible {
        let code: Int32
        let said: String
        let errors: String
        var description: String { "\(code): \(said) \(errors)" }
    }

    final class Running: Sendable {
        private let held: Mutex<Process>
        private let output: String

        fileprivate init(_ process: sending Process, output: String) {
            held = Mutex(process)
            self.output = output
        }

        var process: Handle { Handle(running: self) }
        var said: String { (try? String(contentsOfFile: output, encoding: .utf8)) ?? "" }

        struct Handle {
            let running: Running
            var processIdentifier: Int32 { running.held.withLock { $0.processIdentifier } }
            var terminationStatus: Int32 { running.held.withLock { $0.terminationStatus } }
            func terminate() { running.held.withLock { $0.terminate() } }
            func waitUntilExit() { running.held.withLock { $0.waitUntilExit() } }
        }
    }

    static func run(_ arguments: [String]) throws -> Ended {
        let process = make(arguments)
        let (said, errors) = (Pipe(), Pipe())
        process.standardOutput = said
        process.standardError = errors
        try process.run()
        let text = String(decoding: said.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let complaint = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return Ended(code: process.terminationStatus, said: text, errors: complaint)
    }

    static func start(_ arguments: [String]) throws -> Running {
        let process = make(arguments)
        let output = FileManager.default.temporaryDirectory.appending(path: "truc-said-\(UUID().uuidString)").path()
        _ = FileManager.default.createFile(atPath: output, contents: nil)
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: output))
        process.standardError = FileHandle.nullDevice
        try process.run()
        return Running(process, output: output)
    }

    private static func make(_ arguments: [String]) -> Process {
        let process = Process()
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        process.executableURL = root.appending(path: ".build/debug/truc")
        process.arguments = arguments.contains("--language") ? arguments : arguments + ["--language", "en"]
        process.currentDirectoryURL = root
        return process
    }
}
