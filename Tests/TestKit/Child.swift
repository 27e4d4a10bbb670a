package import Foundation
import Synchronization

/// A process of ours, known by its id, that ends on every path: by a signal, with the task that waits for it, or when
/// nobody holds it any more.
///
/// It inherits nothing but its three streams. Foundation's `Process` learns of an end by a socket that other processes
/// started at the same moment may inherit, and then never learns of it; several that are started at once have crashed
/// inside of it.
package final class Child: Sendable {
    package let identifier: Int32
    /// The exit code, or 128 and the signal that ended it; nil while it runs.
    private let code = Mutex<Int32?>(nil)

    package struct CannotStart: Error, CustomStringConvertible {
        let program: String
        let reason: Int32
        package var description: String { "\(program) cannot be started: \(String(cString: strerror(reason)))" }
    }

    package init(
        _ program: String, _ arguments: [String], input: FileHandle, output: FileHandle, errors: FileHandle
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (place, handle) in [input, output, errors].enumerated() {
            if handle === FileHandle.nullDevice {
                // It has no descriptor of its own.
                posix_spawn_file_actions_addopen(&actions, Int32(place), "/dev/null", O_RDWR, 0)
            } else {
                posix_spawn_file_actions_adddup2(&actions, handle.fileDescriptor, Int32(place))
            }
        }
        for descriptor in Int32(3)..<1024 { posix_spawn_file_actions_addclose(&actions, descriptor) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // The threads of this process hold signals back, and a child would inherit that.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var words = ([program] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var process: pid_t = 0
        let result = posix_spawn(&process, program, &actions, &attributes, &words, environ)
        guard result == 0 else { throw CannotStart(program: program, reason: result) }
        identifier = process
    }

    deinit {
        signal(SIGKILL)
        var status: Int32 = 0
        if isRunning { waitpid(identifier, &status, 0) }
    }

    /// Asks the system, which keeps the id for us until it was asked.
    private var ending: Int32? {
        code.withLock { code in
            if let code { return code }
            var status: Int32 = 0
            guard waitpid(identifier, &status, WNOHANG) == identifier else { return nil }
            let signal = status & 0x7f
            code = signal == 0 ? status >> 8 & 0xff : 128 + signal
            return code
        }
    }

    package var isRunning: Bool { ending == nil }

    /// Sends a signal, unless the process has ended: its id may belong to another one by then.
    package func signal(_ number: Int32) {
        if isRunning { kill(identifier, number) }
    }

    /// The exit code, or 128 and the signal that ended it. Cancelling the task kills the process.
    package func ended() async -> Int32 {
        while true {
            if let ending { return ending }
            if Task.isCancelled { signal(SIGKILL) }
            try? await Task.sleep(for: .milliseconds(3))
        }
    }
}

extension Child {
    /// What a program said, and how it ended.
    package struct Ended: Sendable, CustomStringConvertible {
        /// The exit code, or 128 and the signal that ended it.
        package let code: Int32
        package let said: String
        package let errors: String
        package var description: String { "\(code): \(said) \(errors)" }
    }

    package struct Overdue: Error, CustomStringConvertible {
        package let description: String
    }

    /// Runs a program to its end. What it says goes to files: nobody has to empty a pipe for it to go on, and no thread
    /// waits. It is killed when the task is cancelled and when it takes longer than the limit, which throws `Overdue`.
    ///
    /// - Parameter scratch: the folder of these files.
    package static func run(
        _ program: String, _ arguments: [String],
        scratch: String = FileManager.default.temporaryDirectory.path, withinSeconds limit: Double = 120
    ) async throws -> Ended {
        let (said, errors) = (try OutputFile(in: scratch), try OutputFile(in: scratch))
        defer {
            said.remove()
            errors.remove()
        }
        let child = try Child(
            program, arguments, input: .nullDevice, output: said.handle, errors: errors.handle)
        let isOver = try await eventually(withinSeconds: limit) { !child.isRunning || Task.isCancelled }
        if !isOver { child.signal(SIGKILL) }
        let code = await child.ended()
        guard isOver else {
            let name = "\(program) \(arguments.joined(separator: " "))"
            throw Overdue(description: "\(name) took longer than \(limit) s: \(said.text) \(errors.text)")
        }
        return Ended(code: code, said: said.text, errors: errors.text)
    }
}

/// Where a process writes to; a pipe that nobody empties would stop it.
package struct OutputFile: Sendable {
    package let path: String

    package init(in folder: String) throws {
        var name = Array("\(folder)/output-XXXXXX".utf8CString)
        let descriptor = mkstemp(&name)
        guard descriptor >= 0 else { throw CocoaError(.fileWriteUnknown) }
        close(descriptor)
        path = String(cString: name)
    }

    package var handle: FileHandle {
        get throws { try FileHandle(forWritingTo: URL(filePath: path)) }
    }

    package var text: String { String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self) }

    package func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }
}
