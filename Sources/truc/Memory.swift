import CPages
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
        _ = pages_give_back()
    }

    /// The numbers of malloc.h.
    private static let trimThreshold: Int32 = -1
    private static let mmapThreshold: Int32 = -3
    private static let arenaMax: Int32 = -8
}
