import Synchronization

/// Something that happened, told by one task to another.
final class Flag: Sendable {
    private let state = Mutex(false)

    var isRaised: Bool { state.withLock { $0 } }

    func raise() { state.withLock { $0 = true } }

    /// What happened, in order.
    final class List: Sendable {
        private let state = Mutex<[Int]>([])

        var all: [Int] { state.withLock { $0 } }

        func append(_ number: Int) { state.withLock { $0.append(number) } }
    }
}
