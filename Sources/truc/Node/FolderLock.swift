import Foundation

/// Holds a data folder for one process. Two processes in one folder would write one ledger twice.
///
/// The lock is the kernel's (`flock`), so it ends with the process however the process ends.
final class FolderLock: Sendable {
    private let descriptor: Int32

    struct InUse: Error, CustomStringConvertible {
        let folder: String
        /// The process that holds it, as far as it says.
        let holder: String
        var description: String { "the data folder \(folder) is in use by process \(holder)" }
    }

    init(folder: String) throws {
        let path = folder + "/lock"
        let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard opened >= 0 else {
            throw UsageError("the data folder \(folder) cannot be written: \(String(cString: strerror(errno)))")
        }
        guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
            let holder = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
            close(opened)
            throw InUse(folder: folder, holder: holder.isEmpty ? "?" : holder)
        }
        descriptor = opened
        ftruncate(opened, 0)
        writeAll(String(getpid()), to: opened)
    }

    deinit {
        close(descriptor)
    }
}
