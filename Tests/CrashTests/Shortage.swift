import Foundation
import TestKit
import Testing

/// A way to take the disk away from a node and to give it back.
enum Shortage: String, Sendable, CaseIterable, CustomStringConvertible {
    /// A small file system that is filled up. Needs the right to mount.
    case fullDisk
    /// The kernel refuses to let files grow (RLIMIT_FSIZE). Works for everybody.
    case fileLimit

    /// Both where we may mount, otherwise the one that works, and that is said.
    static let possible: [Shortage] = {
        if canMount { return allCases }
        say("disk: no right to mount a file system, only RLIMIT_FSIZE is tried")
        return [.fileLimit]
    }()

    var description: String { rawValue }

    /// How a node must be started so that a write beyond the limit fails instead of ending it.
    var way: NodeProcess.Way {
        switch self {
        case .fullDisk: .init()
        case .fileLimit: .init(before: ["/bin/sh", "-c", "trap '' XFSZ; exec \"$@\"", "sh"])
        }
    }

    func prepare(_ folder: String) async throws {
        if self == .fullDisk { try await Shortage.mount(folder, megabytes: 48) }
    }

    /// - Parameter bytes: what is left free, about.
    func begin(_ node: NodeProcess, leaving bytes: Int = 0) async throws {
        switch self {
        case .fullDisk: try Shortage.fill(node.folder, leaving: bytes)
        case .fileLimit: try await Shortage.limit(node, bytes)
        }
    }

    func end(_ node: NodeProcess) async throws {
        switch self {
        case .fullDisk: try FileManager.default.removeItem(atPath: node.folder + "/filler")
        case .fileLimit: try await Shortage.limit(node, nil)
        }
    }

    func clear(_ folder: String) async {
        if self == .fullDisk { await Shortage.unmount(folder) }
        try? FileManager.default.removeItem(at: URL(filePath: folder).deletingLastPathComponent())
    }

    // MARK: a small file system

    private static let canMount: Bool = {
        guard getuid() == 0, let folder = try? TemporaryFolder() else { return false }
        defer { folder.remove() }
        guard Glibc.mount("none", folder.path, "tmpfs", 0, "size=1m") == 0 else { return false }
        return umount(folder.path) == 0
    }()

    static var mayMount: Bool { canMount }

    static func mount(_ folder: String, megabytes: Int, isReadOnly: Bool = false) async throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let flags = isReadOnly ? UInt(MS_RDONLY) : 0
        guard Glibc.mount("none", folder, "tmpfs", flags, "size=\(megabytes)m,mode=700") == 0 else {
            throw NodeProcess.Failed(description: "cannot mount on \(folder): \(String(cString: strerror(errno)))")
        }
    }

    /// Lazily, so that it also goes while a process that is just ending holds a file.
    static func unmount(_ folder: String) async {
        umount2(folder, Int32(MNT_DETACH))
    }

    static func fill(_ folder: String, leaving bytes: Int) throws {
        let descriptor = open(folder + "/filler", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw NodeProcess.Failed(description: "cannot fill \(folder)") }
        defer { close(descriptor) }
        let piece = [UInt8](repeating: 0, count: 64 << 10)
        while write(descriptor, piece, piece.count) > 0 {}
        var state = stat()
        fstat(descriptor, &state)
        ftruncate(descriptor, max(0, state.st_size - bytes))
    }

    // MARK: a limit

    /// The soft limit only, so that it can be lifted again by whoever set it.
    private static func limit(_ node: NodeProcess, _ bytes: Int?) async throws {
        let process = try #require(await node.identifier)
        let size = bytes.map { "\($0)" } ?? "unlimited"
        let ended = try await Program.run(
            "/usr/bin/prlimit", ["--pid", "\(process)", "--fsize=\(size):"],
            in: URL(filePath: node.log).deletingLastPathComponent().path())
        try #require(ended.code == 0, "\(ended.complaints)")
    }
}
