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
    /// `resting` is asked to give back its own a moment earlier.
    static func stayAtRest(_ resting: () -> Void) async throws {
        for seconds in [1, 3, 10] {
            try await Task.sleep(for: .seconds(seconds))
            try await letGo(resting)
        }
        while true {
            let used = clock()
            try await Task.sleep(for: .seconds(60))
            if Double(clock() - used) / Double(CLOCKS_PER_SEC) < 3 { try await letGo(resting) }
        }
    }

    /// Gives back free heap, and the pages of the program and its libraries: a start, or one rare page, reads far more
    /// of them than the work after it (each first cast to a protocol looks through all conformances). What is needed
    /// again is mapped again from the system's cache of the file.
    private static func letGo(_ resting: () -> Void) async throws {
        resting()
        try await Task.sleep(for: .milliseconds(100))
        typealias Trim = @convention(c) (Int) -> Int32
        if let symbol = dlsym(nil, "malloc_trim") { _ = unsafeBitCast(symbol, to: Trim.self)(0) }
        guard let maps = try? String(contentsOfFile: "/proc/self/smaps", encoding: .utf8) else { return }
        for range in unchangedFiles(in: maps) {
            if let start = UnsafeMutableRawPointer(bitPattern: range.lowerBound) {
                _ = madvise(start, range.count, MADV_DONTNEED)
            }
        }
    }

    /// The addresses in `/proc/self/smaps` where a file is mapped that this process cannot write there and has not
    /// changed (the loader writes into some pages before it takes the right away: those count as `Anonymous`):
    ///
    ///     7f1c2000-7f1c8000 r-xp 00000000 fe:00 1311 /usr/bin/truc
    ///     Anonymous:             0 kB
    static func unchangedFiles(in maps: String) -> [Range<UInt>] {
        var found: [Range<UInt>] = []
        var current: Range<UInt>?
        for line in maps.split(separator: "\n") {
            let fields = line.split(separator: " ", omittingEmptySubsequences: true)
            if fields.first?.last != ":" {
                current = readOnlyFile(fields)
            } else if fields[0] == "Anonymous:", fields.count > 1, fields[1] == "0", let range = current {
                found.append(range)
            }
        }
        return found
    }

    private static func readOnlyFile(_ fields: [Substring]) -> Range<UInt>? {
        guard fields.count >= 6, ["r-xp", "r--p"].contains(fields[1]), fields[4] != "0", fields[5].hasPrefix("/")
        else { return nil }
        let ends = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
        guard ends.count == 2, ends[0] < ends[1] else { return nil }
        return ends[0]..<ends[1]
    }

    /// The numbers of malloc.h.
    private static let trimThreshold: Int32 = -1
    private static let mmapThreshold: Int32 = -3
    private static let arenaMax: Int32 = -8
}
