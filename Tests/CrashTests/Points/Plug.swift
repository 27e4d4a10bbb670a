import Foundation
import Vocabulary

/// The plug of one process: pulled at a call by which its files change or become durable. The other end is
/// `Tests/PulledPlug`, which stands between the process and its disk; both share a file.
final class Plug: Sendable {
    enum Manner: UInt64, Sendable, CaseIterable {
        /// kill -9 before the call.
        case before = 1
        /// kill -9 in the middle of a write.
        case torn
        /// kill -9 before the call, and whatever no sync had made durable is gone, as when power is lost.
        case power
        /// The call fails, as on a full or broken disk, and the process goes on.
        case fails
    }

    /// `w` write, `t` truncate, `s` sync, `r` rename, `u` unlink; of the ledger (`L`), the events (`E`), the database
    /// (`D`), its log (`W`) or another file (`-`).
    struct Call: Sendable, Hashable, CustomStringConvertible {
        let kind: Character
        let file: Character
        var description: String { "\(kind)\(file)" }

        var manners: [Manner] { Manner.allCases.filter { $0 != .torn || kind == "w" } }
    }

    /// Places in the file, as `PulledPlug.h` has them.
    private enum Place: Int {
        case mode = 0
        case at = 8
        case manner = 16
        case calls = 24
        case met = 32
        case kinds = 64
        case files = 4160
    }

    private static let kept = 4096

    private let path: String
    private let folder: String
    private let descriptor: Int32

    /// - Parameters:
    ///   - path: the file that is shared; it is made.
    ///   - folder: whose files are watched.
    init(at path: String, watching folder: String) throws {
        (self.path, self.folder) = (path, folder)
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0, ftruncate(descriptor, Place.files.rawValue + Plug.kept) == 0 else {
            throw NodeProcess.Failed(description: "cannot make \(path)")
        }
    }

    deinit {
        close(descriptor)
    }

    /// What stands before the command of the process.
    func words() throws -> [String] {
        let library = URL(filePath: try Program.path()).deletingLastPathComponent().appending(path: "libPulledPlug.so")
        guard FileManager.default.fileExists(atPath: library.path()) else {
            throw Program.Missing(path: library.path())
        }
        return ["/usr/bin/env", "LD_PRELOAD=\(library.path())", "PLUG_FILE=\(path)", "PLUG_FOLDER=\(folder)"]
    }

    /// Counts calls from now on.
    func count() { begin(mode: 1, at: 0, manner: 0) }

    /// Meets the call of this number, counted from now, from 1 on.
    func arm(at call: Int, _ manner: Manner) { begin(mode: 2, at: UInt64(call), manner: manner.rawValue) }

    func off() { put(0, at: .mode) }

    private func begin(mode: UInt64, at call: UInt64, manner: UInt64) {
        off()
        put(call, at: .at)
        put(manner, at: .manner)
        put(0, at: .calls)
        put(0, at: .met)
        put(mode, at: .mode)
    }

    /// Calls since it was armed or began to count.
    var calls: Int { Int(number(at: .calls)) }

    var isMet: Bool { number(at: .met) == 1 }

    /// The calls that were counted, the first 4096 of them.
    var trace: [Call] {
        let count = min(calls, Plug.kept)
        let (kinds, files) = (bytes(at: .kinds, count), bytes(at: .files, count))
        return zip(kinds, files).map { kind, file in
            Call(kind: Character(UnicodeScalar(kind)), file: Character(UnicodeScalar(file)))
        }
    }

    private func put(_ value: UInt64, at place: Place) {
        var value = value
        pwrite(descriptor, &value, 8, place.rawValue)
    }

    private func number(at place: Place) -> UInt64 {
        var value: UInt64 = 0
        pread(descriptor, &value, 8, place.rawValue)
        return value
    }

    private func bytes(at place: Place, _ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        pread(descriptor, &bytes, count, place.rawValue)
        return bytes
    }
}
