import Foundation
import Synchronization

/// This very program once more, as a child that lives no longer than we do: it holds the reading end of a pipe whose
/// writing end only this process has, and stops when we let go, and also when we die.
final class TiedProcess: Sendable {
    private let process: Mutex<Process>
    private let lifeline: Pipe
    let identifier: Int32

    /// - Parameters:
    ///   - arguments: without `--while-open 0`, which is added.
    ///   - log: where what it says goes, behind what is there when it `keepsLog`.
    init(_ arguments: [String], log: String, keepsLog: Bool = false) throws {
        let (process, lifeline) = (Process(), Pipe())
        process.executableURL = URL(filePath: TiedProcess.program)
        process.arguments = arguments + ["--while-open", "0"]
        process.standardInput = lifeline.fileHandleForReading
        if !keepsLog { _ = FileManager.default.createFile(atPath: log, contents: nil) }
        let output = try FileHandle(forWritingTo: URL(filePath: log))
        try output.seekToEnd()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        try lifeline.fileHandleForReading.close()
        identifier = process.processIdentifier
        self.process = Mutex(process)
        self.lifeline = lifeline
    }

    /// Where this program is.
    static var program: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments.first
            ?? "truc"
    }

    var isRunning: Bool { process.withLock { $0.isRunning } }

    /// Asks it to stop, waits, and after ten seconds ends it.
    func stop() async {
        try? lifeline.fileHandleForWriting.close()
        let deadline = ContinuousClock.now.advanced(by: .seconds(10))
        while isRunning, ContinuousClock.now < deadline { try? await Task.sleep(for: .milliseconds(20)) }
        if isRunning { kill(identifier, SIGKILL) }
    }
}
