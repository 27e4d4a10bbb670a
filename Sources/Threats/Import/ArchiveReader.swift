import CArchive

/// How much of a stranger's archive is unpacked before we give up.
struct ArchiveLimits: Sendable, Hashable {
    var totalBytes = 512 << 20
    var entries = 10_000
    /// Unpacked bytes per packed byte, once the first few megabytes are out.
    var ratio = 200
    static let standard = ArchiveLimits()
}

enum ArchiveError: Error, Sendable, Hashable {
    case unreadable
    case tooLarge
    case tooManyEntries
    /// Debian's libarchive13 cannot be loaded.
    case noLibrary
}

/// Unpacks a file in memory piece by piece: plain JSON, gzip, xz, tar or zip, recognised by its bytes.
///
/// Names in the archive choose nothing but whether an entry looks like JSON; nothing is ever written under them.
final class ArchiveReader {
    private let archive: OpaquePointer
    private let file: UnsafeMutableRawBufferPointer
    private let piece: UnsafeMutableRawBufferPointer
    private let limits: ArchiveLimits
    private var total = 0
    private var entries = 0

    init(_ bytes: [UInt8], limits: ArchiveLimits = .standard) throws(ArchiveError) {
        guard archive_missing() == nil else { throw .noLibrary }
        guard let archive = archive_read_new() else { throw .unreadable }
        self.archive = archive
        self.limits = limits
        file = .allocate(byteCount: max(bytes.count, 1), alignment: 1)
        file.copyBytes(from: bytes)
        piece = .allocate(byteCount: 64 << 10, alignment: 16)
        archive_read_support_filter_gzip(archive)
        archive_read_support_filter_xz(archive)
        archive_read_support_format_tar(archive)
        archive_read_support_format_zip(archive)
        archive_read_support_format_raw(archive)
        guard archive_read_open_memory(archive, file.baseAddress, bytes.count) == ARCHIVE_OK else { throw .unreadable }
    }

    deinit {
        archive_read_free(archive)
        file.deallocate()
        piece.deallocate()
    }

    /// Goes to the next regular file; its name without the path, nil at the end.
    func next() throws(ArchiveError) -> String? {
        while true {
            var entry: OpaquePointer?
            let state = archive_read_next_header(archive, &entry)
            if state == ARCHIVE_EOF { return nil }
            guard state == ARCHIVE_OK || state == ARCHIVE_WARN, let entry else { throw .unreadable }
            entries += 1
            if entries > limits.entries { throw .tooManyEntries }
            guard archive_entry_filetype(entry) & 0o170000 == 0o100000 else { continue }
            let path = archive_entry_pathname(entry).map { String(cString: $0) } ?? "data"
            return path.split(separator: "/").last.map(String.init) ?? ""
        }
    }

    /// The next piece of the present entry, at most 64 KiB; empty at its end.
    func read() throws(ArchiveError) -> [UInt8] {
        let count = archive_read_data(archive, piece.baseAddress, piece.count)
        guard count >= 0 else { throw .unreadable }
        total += count
        if total > limits.totalBytes || total > 8 << 20 && total / limits.ratio > file.count { throw .tooLarge }
        return Array(piece[..<count])
    }
}
