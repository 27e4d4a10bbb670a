import Synchronization

/// Collects the ports of several servers until all of them listen.
final class Ports: Sendable {
    private let state: Mutex<[Int?]>
    private let whenFull: AsyncStream<[Int]>
    private let full: AsyncStream<[Int]>.Continuation

    init(count: Int) {
        state = Mutex([Int?](repeating: nil, count: count))
        (whenFull, full) = AsyncStream.makeStream()
    }

    func set(_ place: Int, _ port: Int) {
        let all = state.withLock { ports in
            ports[place] = port
            return ports.compactMap { $0 }.count == ports.count ? ports.compactMap { $0 } : nil
        }
        if let all { full.yield(all) }
    }

    /// Empty when the task is cancelled before.
    func all() async -> [Int] {
        for await ports in whenFull { return ports }
        return []
    }
}
