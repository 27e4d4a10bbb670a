import Foundation
import Logging
import StrictJSON
import Vocabulary

/// Logs as one JSON object a line on standard error: what a collector reads without a grammar, and a person with `jq`.
struct LogLines: LogHandler {
    let label: String
    let now: Clock
    let write: @Sendable (String) -> Void
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    init(
        label: String, level: Logger.Level, now: @escaping Clock,
        write: @escaping @Sendable (String) -> Void = LogLines.standardError
    ) {
        self.label = label
        self.now = now
        self.write = write
        logLevel = level
    }

    static let standardError: @Sendable (String) -> Void = { writeAll($0, to: STDERR_FILENO) }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var members: [JSON.Member] = [
            .init("at", .string(now().rfc3339)), .init("level", .string(event.level.rawValue)),
            .init("scope", .string(label)),
            .init("message", .string(event.message.description)),
        ]
        let all = metadata.merging(event.metadata ?? [:]) { _, own in own }
        members += all.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value.description)) }
        write(JSON.object(members).text + "\n")
    }
}
