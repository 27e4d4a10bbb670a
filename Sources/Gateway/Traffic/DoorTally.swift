import Synchronization

/// Calls of one application that were refused before a service was asked. Counted by all loops without a lock.
final class DoorTally: Sendable {
    private let notGranted = Atomic<Int64>(0)
    private let limited = Atomic<Int64>(0)
    private let other = Atomic<Int64>(0)

    func count(status: Int) {
        switch status {
        case 403: notGranted.wrappingAdd(1, ordering: .relaxed)
        case 429: limited.wrappingAdd(1, ordering: .relaxed)
        default: other.wrappingAdd(1, ordering: .relaxed)
        }
    }

    var seen: Seen {
        Seen(
            notGranted: notGranted.load(ordering: .relaxed), limited: limited.load(ordering: .relaxed),
            other: other.load(ordering: .relaxed))
    }

    struct Seen: Sendable {
        /// 403: no grant, none in force, a suspended one, or none for the operation.
        let notGranted: Int64
        /// 429: a grant's rate or quota is used up.
        let limited: Int64
        let other: Int64

        var all: Int64 { notGranted + limited + other }
    }
}

/// Since when the evidence of one loop waits for the disk: told by the loop, read by whoever looks.
final class EvidenceClock: Sendable {
    /// When the oldest leaf came that is not durable, in nanoseconds; 0 when there is none.
    let oldest = Atomic<Int64>(0)
}
