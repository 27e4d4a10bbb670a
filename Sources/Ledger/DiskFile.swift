import Glibc

/// One open file, read and written at given places, and closed when it is let go.
package final class DiskFile: Sendable {
    package enum Call: String, Sendable {
        case open, read, write, truncate, sync, lock, list, rename, make
    }

    package typealias Fault = @Sendable (Call) throws(LedgerError) -> Void

    let path: String
    private let descriptor: Int32
    private let fault: Fault?

    /// - Parameter fault: throws what a failing disk would; only tests have one.
    package init(_ path: String, isWritable: Bool = true, fault: Fault? = nil) throws(LedgerError) {
        self.path = path
        self.fault = fault
        descriptor = Glibc.open(path, isWritable ? O_RDWR | O_CREAT | O_CLOEXEC : O_RDONLY | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw LedgerError.system(.open) }
    }

    deinit {
        Glibc.close(descriptor)
    }

    package func size() throws(LedgerError) -> Int {
        var info = stat()
        guard fstat(descriptor, &info) == 0 else { throw LedgerError.system(.read) }
        return Int(info.st_size)
    }

    /// Fewer bytes than asked for mean that the file ends there.
    package func read(at offset: Int, count: Int) throws(LedgerError) -> [UInt8] {
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, done in
            while done < count {
                let got = pread(descriptor, buffer.baseAddress.map { $0 + done }, count - done, offset + done)
                if got < 0, errno == EINTR { continue }
                failed = got < 0
                if got <= 0 { return }
                done += got
            }
        }
        if failed { throw LedgerError.system(.read) }
        return bytes
    }

    package func write(_ bytes: [UInt8], at offset: Int) throws(LedgerError) {
        try fault?(.write)
        var done = 0
        while done < bytes.count {
            let wrote = bytes.withUnsafeBytes { buffer in
                pwrite(descriptor, buffer.baseAddress.map { $0 + done }, bytes.count - done, offset + done)
            }
            if wrote < 0, errno == EINTR { continue }
            guard wrote > 0 else { throw LedgerError.system(.write) }
            done += wrote
        }
    }

    package func truncate(to size: Int) throws(LedgerError) {
        try fault?(.truncate)
        guard ftruncate(descriptor, size) == 0 else { throw LedgerError.system(.truncate) }
    }

    /// Returns when all that was written is on the disk.
    package func sync() throws(LedgerError) {
        try fault?(.sync)
        guard fdatasync(descriptor) == 0 else { throw LedgerError.system(.sync) }
    }

    /// False when another process, or another log of this one, holds the lock and does not let go of it within half a
    /// second. A child that is just being started has all open files until its program begins, and with them a lock
    /// that its parent let go of meanwhile.
    ///
    /// - Parameter pause: a fiftieth of the half second.
    package func lock(pause: () -> Void = { usleep(10_000) }) throws(LedgerError) -> Bool {
        for _ in 0..<50 {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
            guard errno == EWOULDBLOCK else { throw LedgerError.system(.lock) }
            pause()
        }
        return false
    }
}

extension LedgerError {
    static func system(_ call: DiskFile.Call) -> LedgerError {
        .disk(call: call.rawValue, code: errno)
    }
}

/// The folder of a log.
package struct DiskFolder: Sendable {
    package let path: String

    package init(path: String) {
        self.path = path
    }

    package func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Makes the folder for this user alone, parents included.
    package func make() throws(LedgerError) {
        var made = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/") {
            let parent = made.isEmpty ? "/" : made
            made += "/\(part)"
            if mkdir(made, 0o700) == 0 {
                try DiskFolder(path: parent).sync()
            } else if errno != EEXIST, access(made, F_OK) != 0 {
                throw LedgerError.system(.make)
            }
        }
    }

    package func names() throws(LedgerError) -> [String] {
        guard let folder = opendir(path) else { throw LedgerError.system(.list) }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            names.append(
                withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
        }
        return names.filter { $0 != "." && $0 != ".." }.sorted()
    }

    package func exists(_ name: String) -> Bool { access(file(name), F_OK) == 0 }

    package func remove(_ name: String) { unlink(file(name)) }

    /// Writes a whole file so that after a power loss it is there complete or not at all.
    package func create(_ name: String, _ bytes: [UInt8], fault: DiskFile.Fault? = nil) throws(LedgerError) {
        let draft = try DiskFile(file("\(name).new"), fault: fault)
        try draft.truncate(to: 0)
        try draft.write(bytes, at: 0)
        try draft.sync()
        guard rename(file("\(name).new"), file(name)) == 0 else { throw LedgerError.system(.rename) }
        try sync()
    }

    /// Makes new names durable.
    package func sync() throws(LedgerError) {
        try DiskFile(path, isWritable: false).syncNames()
    }
}

extension DiskFile {
    fileprivate func syncNames() throws(LedgerError) {
        guard fsync(descriptor) == 0 else { throw LedgerError.system(.sync) }
    }
}
