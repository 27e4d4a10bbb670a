import Foundation
import Synchronization

/// A process of ours, known by its id, that ends on every path: by `kill`, with the task that waits for it, or when
/// nobody holds it any more.
final class Child: Sendable {
    let identifier: Int32
    private let process: Mutex<Process>
    private let end: End

    private final class End: Sendable {
        private let state = Mutex<(code: Int32?, waiting: [CheckedContinuation<Void, Never>])>((nil, []))

        var code: Int32? { state.withLock(\.code) }

        func come(_ code: Int32) {
            let waiting = state.withLock { state in
                state.code = code
                defer { state.waiting = [] }
                return state.waiting
            }
            for continuation in waiting { continuation.resume() }
        }

        func wait() async {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.code == nil { state.waiting.append(continuation) }
                    return state.code != nil
                }
                if isOver { continuation.resume() }
            }
        }
    }

    init(
        _ program: String, _ arguments: [String], input: Pipe?, output: FileHandle, errors: FileHandle
    ) throws {
        let (process, end) = (Process(), End())
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.standardInput = input ?? FileHandle.nullDevice as Any
        process.standardOutput = output
        process.standardError = errors
        process.terminationHandler = { ended in
            let isSignal = ended.terminationReason == .uncaughtSignal
            end.come(isSignal ? 128 + ended.terminationStatus : ended.terminationStatus)
        }
        try process.run()
        identifier = process.processIdentifier
        self.process = Mutex(process)
        self.end = end
    }

    deinit {
        signal(SIGKILL)
    }

    var isRunning: Bool { end.code == nil }

    /// Sends a signal, unless the process has ended: its id may belong to another one by then.
    func signal(_ number: Int32) {
        if isRunning { kill(identifier, number) }
    }

    /// The exit code, or 128 and the signal that ended it. Cancelling the task kills the process.
    func ended() async -> Int32 {
        await withTaskCancellationHandler {
            await end.wait()
        } onCancel: {
            signal(SIGKILL)
        }
        return end.code ?? 0
    }
}
