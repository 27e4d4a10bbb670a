import Foundation
import Identity
import Logging
import Vocabulary
import Web

extension Command {
    static let serve = Command(
        name: "serve", about: Phrase(vi: "Chạy nút cho tới khi được bảo dừng", en: "Run the node until told to stop"),
        options: [
            whileOpen
        ]
    ) { call in
        let configuration = try call.configuration()
        let lifeline = try call.integer("while-open", in: 0...1023)
        let node = try await Node.open(configuration)
        let logger = node.logger("node")
        try await StopSignals.run(until: { logger.notice("stopping") }) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await node.run { listening in try await announce(node, listening, call, logger) } }
                if let lifeline { group.addTask { await Lifeline.wait(on: Int32(lifeline)) } }
                defer { group.cancelAll() }
                try await group.next()
            }
        }
        try await node.close()
        logger.notice("stopped")
        return ExitCode.done
    }

    private static func announce(
        _ node: Node, _ listening: Node.Listening, _ call: Invocation, _ logger: Logger
    ) async throws {
        var configuration = node.configuration
        configuration.webPort = listening.webPort
        logger.notice(
            "listening",
            metadata: [
                "organisation": "\(node.organisation)", "pages": "\(configuration.pageURL)",
                "peers": "\(listening.peerPort)", "gateway": "\(listening.gatewayPort)",
                "version": "\(trucVersion)",
            ])
        if let ending = try await node.ending() {
            logger.warning(
                "the organisation of this node exists no more",
                metadata: [
                    "organisation": "\(node.organisation)", "since": "\(ending.since)",
                    "successors": "\(ending.successors.map(\.id.text).joined(separator: ", "))",
                ])
        }
        let link: Link?
        do {
            link = try await node.identity.firstAdministratorLink()
        } catch {
            // A disk that is full for a moment ends no node that serves already: the next start makes the link.
            try Task.checkCancellation()
            logger.error(
                "no link for the first administrator until the next start", metadata: ["node.cause": "\(error)"])
            return
        }
        guard let link else { return }
        call.say(
            Phrase(
                vi: "Nút chưa có quản trị. Mở liên kết này một lần, trong 24 giờ, để tạo tài khoản quản trị đầu tiên:",
                en: "The node has no administrator yet. Open this link once, within 24 hours, to make the first one:"))
        call.terminal.say(configuration.pageURL + link.text)
    }
}

/// Notices that another process has gone: its end of a pipe closes with it.
enum Lifeline {
    /// Returns at end of file, or when the task is cancelled.
    static func wait(on descriptor: Int32) async {
        let ended = AsyncStream<Void> { continuation in
            let thread = Thread {
                var byte: UInt8 = 0
                while true {
                    let count = read(descriptor, &byte, 1)
                    if count > 0 || count < 0 && errno == EINTR { continue }
                    break
                }
                continuation.finish()
            }
            thread.start()
        }
        for await _ in ended {}
    }
}
