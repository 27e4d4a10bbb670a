import Foundation
import StrictJSON
import Synchronization
import Vocabulary

/// One `truc serve` of the demo, as a child process with its own folder, keys, ports and log.
final class DemoChild: Sendable {
    let node: DemoNode
    let folder: String
    let configuration: Configuration
    private let process: Mutex<TiedProcess>

    init(_ node: DemoNode, folder: String, configuration: Configuration) throws {
        self.node = node
        self.folder = folder
        self.configuration = configuration
        process = Mutex(try DemoChild.start(node, in: folder, keepsLog: false))
    }

    private static func start(_ node: DemoNode, in folder: String, keepsLog: Bool) throws -> TiedProcess {
        try TiedProcess(
            ["serve", "--folder", folder, "--organisation", node.code], log: folder + "/node.log", keepsLog: keepsLog)
    }

    /// Starts a node that has ended once more, in its folder; its log goes on.
    func startAgain() throws {
        let again = try DemoChild.start(node, in: folder, keepsLog: true)
        process.withLock { $0 = again }
    }

    var isRunning: Bool { process.withLock { $0.isRunning } }
    var line: ControlLine { ControlLine(configuration: configuration, opensFolder: false) }

    /// Returns when the node answers. Throws when it ended instead, or took longer than a minute.
    func ready() async throws {
        let deadline = ContinuousClock.now.advanced(by: .seconds(60))
        while ContinuousClock.now < deadline {
            if (try? await line.ask("node.state", [:], deadlineSeconds: 5)) != nil { return }
            guard isRunning else { throw trouble("did not start") }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw trouble("does not answer")
    }

    /// With what the node itself said last, if it complained.
    func trouble(_ what: String) -> DemoTrouble {
        let log = "\(folder)/node.log"
        let lines = FileManager.default.contents(atPath: log).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let complaint = lines.split(separator: "\n").last { $0.hasPrefix("truc: ") }?.dropFirst("truc: ".count)
        return DemoTrouble(node: node.code, what: what, complaint: complaint.map(String.init), log: log)
    }

    func stop() async { await process.withLock { $0 }.stop() }
}

/// A node of the demo that is not there.
struct DemoTrouble: Error, CustomStringConvertible {
    let node: String
    let what: String
    let complaint: String?
    let log: String

    var description: String { "the node \(node) \(what)\(complaint.map { ": \($0)" } ?? ""); see \(log)" }
}
