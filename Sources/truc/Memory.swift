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

    /// The numbers of malloc.h.
    private static let trimThreshold: Int32 = -1
    private static let mmapThreshold: Int32 = -3
    private static let arenaMax: Int32 = -8
}
