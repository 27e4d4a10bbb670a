import FoundationEssentials
import Logging
import Vocabulary

#if canImport(Glibc)
    import Glibc
#endif

let clock: Clock = { Instant(milliseconds: Int64(Date.now.timeIntervalSince1970 * 1000)) }

let quiet: Logger = {
    var logger = Logger(label: "bench")
    logger.logLevel = .critical
    return logger
}()

enum FileOutput {
    static func write(_ data: Data) {
        FileHandleOutput.standard.write(data + Data("\n".utf8))
    }
}

private struct FileHandleOutput {
    static let standard = FileHandleOutput()

    func write(_ data: Data) {
        _ = data.withUnsafeBytes { Glibc.write(1, $0.baseAddress, $0.count) }
    }
}

/// A folder that goes away with the measurement.
func withFolder<T>(_ body: (String) async throws -> T) async throws -> T {
    let base = ProcessInfo.processInfo.environment["TMPDIR"] ?? FileManager.default.temporaryDirectory.path()
    let folder = base + "/truc-bench-" + UUIDv7.source(now: clock)()
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await body(folder)
}

func seconds(_ body: () async throws -> Void) async rethrows -> Double {
    let time = try await ContinuousClock().measure(body)
    return Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
}
