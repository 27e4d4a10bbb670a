import Foundation
import StrictJSON
import Synchronization
import Vocabulary

/// One `truc serve` of the demo, as a child process with its own folder, keys, ports and log.
///
/// The child holds the reading end of a pipe whose writing end only this process has: it stops when we let go, and also
/// when we die.
final class DemoChild: Sendable {
    let node: DemoNode
    let folder: String
    let configuration: Configuration
    private let process: Mutex<Process>
    private let lifeline: Pipe
    let identifier: Int32

    init(_ node: DemoNode, folder: String, configuration: Configuration) throws {
        self.node = node
        self.folder = folder
        self.configuration = configuration
        let (process, lifeline) = (Process(), Pipe())
        process.executableURL = URL(filePath: DemoChild.program)
        process.arguments = ["serve", "--folder", folder, "--organisation", node.code, "--while-open", "0"]
        process.standardInput = lifeline.fileHandleForReading
        let log = folder + "/node.log"
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        let output = try FileHandle(forWritingTo: URL(filePath: log))
        process.standardOutput = output
        process.standardError = output
        try process.run()
        try lifeline.fileHandleForReading.close()
        identifier = process.processIdentifier
        self.process = Mutex(process)
        self.lifeline = lifeline
    }

    /// This very program.
    private static var program: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments.first
            ?? "truc"
    }

    var line: ControlLine { ControlLine(configuration: configuration, opensFolder: false) }

    var isRunning: Bool { process.withLock { $0.isRunning } }

    /// Returns when the node answers. Throws when it ended instead, or took longer than a minute.
    func ready() async throws {
        let deadline = ContinuousClock.now.advanced(by: .seconds(60))
        while ContinuousClock.now < deadline {
            if (try? await line.ask("node.state", [:], deadlineSeconds: 5)) != nil { return }
            guard isRunning else { throw UsageError("the node \(node.code) did not start; see \(folder)/node.log") }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw UsageError("the node \(node.code) does not answer; see \(folder)/node.log")
    }

    /// Asks it to stop, waits, and after ten seconds ends it.
    func stop() async {
        try? lifeline.fileHandleForWriting.close()
        let deadline = ContinuousClock.now.advanced(by: .seconds(10))
        while isRunning, ContinuousClock.now < deadline { try? await Task.sleep(for: .milliseconds(20)) }
        if isRunning { kill(identifier, SIGKILL) }
    }
}
