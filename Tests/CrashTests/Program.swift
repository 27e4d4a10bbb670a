import Foundation
import Vocabulary

/// The program under test: the `truc` that was built beside this test bundle.
enum Program {
    struct Missing: Error, CustomStringConvertible {
        let path: String
        var description: String { "\(path) is missing; it is built with the tests: swift build --build-tests" }
    }

    static func path() throws -> String {
        let bundle = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let path = URL(filePath: bundle).deletingLastPathComponent().appending(path: "truc").path()
        guard FileManager.default.isExecutableFile(atPath: path) else { throw Missing(path: path) }
        return path
    }

    struct Ended: Sendable {
        let code: Int32
        let output: String
        let complaints: String
    }

    /// Runs a command to its end. When the task is cancelled the process is killed.
    static func run(_ program: String? = nil, _ arguments: [String], in folder: String) async throws -> Ended {
        let (out, err) = (try OutputFile(in: folder), try OutputFile(in: folder))
        let child = try Child(
            program ?? path(), arguments, input: .nullDevice, output: out.handle, errors: err.handle)
        let code = await child.ended()
        defer {
            out.remove()
            err.remove()
        }
        return Ended(code: code, output: out.text, complaints: err.text)
    }
}

/// Where a process writes to; a pipe that nobody empties would stop it.
struct OutputFile: Sendable {
    let path: String

    init(in folder: String) throws {
        var name = Array("\(folder)/output-XXXXXX".utf8CString)
        let descriptor = mkstemp(&name)
        guard descriptor >= 0 else { throw CocoaError(.fileWriteUnknown) }
        close(descriptor)
        path = String(cString: name)
    }

    var handle: FileHandle {
        get throws { try FileHandle(forWritingTo: URL(filePath: path)) }
    }

    var text: String { String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self) }

    func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }
}
