import Foundation
import StrictJSON
import Vocabulary

/// One `truc serve` of the demo, as a child process with its own folder, keys, ports and log.
final class DemoChild: Sendable {
    let node: DemoNode
    let folder: String
    let configuration: Configuration
    private let process: TiedProcess

    init(_ node: DemoNode, folder: String, configuration: Configuration) throws {
        self.node = node
        self.folder = folder
        self.configuration = configuration
        process = try TiedProcess(
            ["serve", "--folder", folder, "--organisation", node.code], log: folder + "/node.log")
    }

    var identifier: Int32 { process.identifier }
    var isRunning: Bool { process.isRunning }
    var line: ControlLine { ControlLine(configuration: configuration, opensFolder: false) }

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

    func stop() async { await process.stop() }
}
