package import Logging
import Synchronization

/// Remembers what is logged.
package final class HeardLines: LogHandler {
    private let lines = Mutex<[String]>([])

    package init() {}

    package var all: [String] { lines.withLock { $0 } }
    package var logLevel: Logger.Level {
        get { .info }
        set {}
    }
    package var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    package func log(event: LogEvent) {
        lines.withLock { $0.append("\(event.message) \(event.metadata ?? [:])") }
    }
}
