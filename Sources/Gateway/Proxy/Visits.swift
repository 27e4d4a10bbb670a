import Synchronization

/// Counts who comes to the loops from elsewhere, so that none of them ends under him: what is given to a loop that has
/// ended is never done, and NIO means to crash over it.
final class Visits: Sendable {
    private let count = Atomic<Int>(0)
    private let areOver = Atomic<Bool>(false)

    /// Nobody is on his way.
    var areNone: Bool { count.load(ordering: .sequentiallyConsistent) == 0 }

    /// From now on nobody is let in who comes by `during`.
    func end() { areOver.store(true, ordering: .sequentiallyConsistent) }

    func begin() { count.add(1, ordering: .sequentiallyConsistent) }

    func leave() { count.subtract(1, ordering: .sequentiallyConsistent) }

    /// For whoever brings something when it is ready, as a disk or a name server does: not done when the loops have
    /// ended, as then nobody waits for it.
    func during(_ body: () -> Void) {
        begin()
        if !areOver.load(ordering: .sequentiallyConsistent) { body() }
        leave()
    }
}
