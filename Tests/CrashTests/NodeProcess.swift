import Foundation
import TestKit
import Vocabulary
import Web

/// One `truc serve`: a data folder, two ports, and the process of the moment.
actor NodeProcess {
    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    /// How the process is started: what stands before `truc serve`, and further settings.
    struct Way: Sendable {
        var before: [String] = []
        var settings: [String] = []
    }

    nonisolated let code: String
    nonisolated let folder: String
    nonisolated let log: String
    nonisolated let webPort: Int
    nonisolated let peerPort: Int
    /// By which it can be stopped at any call that changes its files.
    nonisolated let plug: Plug?
    private let settings: [String]
    private var child: Child?
    /// The writing end of its standard input: the node stops when this process is gone.
    private var lifeline: FileHandle?
    private var logStart: UInt64 = 0

    init(
        _ code: String, in home: String, ports: (web: Int, peer: Int), settings: [String] = [], plug: Plug? = nil
    ) {
        self.code = code
        folder = "\(home)/\(code)"
        log = "\(home)/\(code).log"
        (webPort, peerPort) = ports
        self.settings = settings
        self.plug = plug
    }

    nonisolated var origin: String { "http://127.0.0.1:\(webPort)" }

    /// Of commands that work on the node, too.
    nonisolated var place: [String] { ["--folder", folder] }

    func start(_ way: Way = Way()) throws {
        let pipe = Pipe()
        _ = fcntl(pipe.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
        if !FileManager.default.fileExists(atPath: log) {
            _ = FileManager.default.createFile(atPath: log, contents: nil)
        }
        let (output, errors) = (try appending(), try appending())
        logStart = try output.seekToEnd()
        let words =
            way.before + (try plug?.words() ?? []) + [try Program.path(), "serve"] + arguments + settings + way.settings
        child = try Child(
            words[0], Array(words.dropFirst()), input: pipe.fileHandleForReading, output: output, errors: errors)
        lifeline = pipe.fileHandleForWriting
        try pipe.fileHandleForReading.close()
    }

    private func appending() throws -> FileHandle {
        let descriptor = open(log, O_WRONLY | O_APPEND | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failed(description: "\(log) cannot be written") }
        return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    private var arguments: [String] {
        [
            "--folder", folder, "--organisation", code, "--web-port", "\(webPort)", "--exchange-address", "127.0.0.1",
            "--exchange-port", "\(peerPort)", "--gateway-port", "0", "--web-drain-seconds", "1", "--while-open", "0",
        ]
    }

    var identifier: Int32? { child?.identifier }

    var isRunning: Bool { child?.isRunning ?? false }

    /// What this run has said so far, on both streams.
    var said: String {
        guard let handle = try? FileHandle(forReadingFrom: URL(filePath: log)) else { return "" }
        try? handle.seek(toOffset: logStart)
        return String(decoding: (try? handle.readToEnd()) ?? Data(), as: UTF8.self)
    }

    private var lastWords: Substring { said.suffix(3000) }

    var isListening: Bool { said.contains("\"message\":\"listening\"") }

    /// Returns when the node listens everywhere. Throws when it ended instead or takes longer than a minute.
    func ready(withinSeconds limit: Double = 60) async throws {
        let deadline = ContinuousClock.now.advanced(by: .seconds(limit))
        while !isListening {
            guard child?.isRunning == true else { throw Failed(description: "\(code) did not start: \(lastWords)") }
            guard ContinuousClock.now < deadline else { throw Failed(description: "\(code) is late: \(lastWords)") }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// The plug is pulled: no handler runs, nothing is flushed.
    func kill() async {
        child?.signal(SIGKILL)
        _ = await child?.ended()
        child = nil
    }

    func signal(_ number: Int32) {
        child?.signal(number)
    }

    /// Asks it to stop, and kills it when that takes longer than 20 seconds. Returns its exit code.
    @discardableResult
    func stop() async -> Int32? {
        guard let child else { return nil }
        child.signal(SIGTERM)
        let limit = Task {
            try await Task.sleep(for: .seconds(20))
            child.signal(SIGKILL)
        }
        let code = await child.ended()
        limit.cancel()
        self.child = nil
        return code
    }

    /// Waits for an end of its own accord.
    func ended() async -> Int32? { await child?.ended() }
}
