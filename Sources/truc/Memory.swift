import Foundation

/// How the process asks the system for memory.
enum Memory {
    /// Two arenas instead of eight for each processor, and large blocks (the 19 MiB of a password hash) given back as
    /// soon as they are free. Without this each hash stays in the heap and a node is twice as large.
    ///
    /// `mallopt` stands in a header that Swift's Glibc module leaves out, so it is looked up by name; where there is
    /// none (musl), nothing is set.
    static func keepSmall() {
        typealias Mallopt = @convention(c) (Int32, Int32) -> Int32
        guard let symbol = dlsym(nil, "mallopt") else { return }
        let mallopt = unsafeBitCast(symbol, to: Mallopt.self)
        for (name, value) in [(arenaMax, 2), (mmapThreshold, 1 << 20), (trimThreshold, 1 << 20)] as [(Int32, Int32)] {
            _ = mallopt(name, value)
        }
    }

    /// Lets go of what a node at rest does not need, soon after the start and then each minute with little to do.
    static func stayAtRest() async throws {
        for seconds in [1, 3, 10] {
            try await Task.sleep(for: .seconds(seconds))
            letGo()
        }
        while true {
            let used = clock()
            try await Task.sleep(for: .seconds(60))
            if Double(clock() - used) / Double(CLOCKS_PER_SEC) < 3 { letGo() }
        }
    }

    /// Gives back free heap, and the pages of the program and its libraries: a start, or one rare page, reads far more
    /// of them than the work after it (each first cast to a protocol looks through all conformances). What is needed
    /// again is mapped again from the system's cache of the file.
    ///
    /// Only mappings of files that are executable and not writable are let go of: nothing was ever changed in them.
    private static func letGo() {
        typealias Trim = @convention(c) (Int) -> Int32
        if let symbol = dlsym(nil, "malloc_trim") { _ = unsafeBitCast(symbol, to: Trim.self)(0) }
        guard let maps = try? String(contentsOfFile: "/proc/self/maps", encoding: .utf8) else { return }
        for range in maps.split(separator: "\n").compactMap({ programText(in: $0) }) {
            if let start = UnsafeMutableRawPointer(bitPattern: range.lowerBound) {
                _ = madvise(start, range.count, MADV_DONTNEED)
            }
        }
    }

    /// The addresses of a line of `/proc/self/maps` when it is unchanged text of a file:
    /// `7f1c2000-7f1c8000 r-xp 00000000 fe:00 1311 /usr/bin/truc`.
    static func programText(in line: some StringProtocol) -> Range<UInt>? {
        let fields = line.split(separator: " ", omittingEmptySubsequences: true)
        guard fields.count >= 6, fields[1] == "r-xp", fields[4] != "0", fields[5].hasPrefix("/") else { return nil }
        let ends = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
        guard ends.count == 2, ends[0] < ends[1] else { return nil }
        return ends[0]..<ends[1]
    }

    /// The numbers of malloc.h.
    private static let trimThreshold: Int32 = -1
    private static let mmapThreshold: Int32 = -3
    private static let arenaMax: Int32 = -8
}
