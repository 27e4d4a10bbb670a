import Synchronization
import Vocabulary
import Web

/// Tells open pages that something about incidents changed, and not what: they fetch themselves anew, with their own
/// rights.
///
/// Numbered by time, so that a page that was open over a restart goes on.
final class News: Sendable {
    private let last = Atomic<Int64>(0)
    private let bell = Bell()

    func ring(at now: Instant) {
        last.store(max(now.milliseconds, last.load(ordering: .acquiring) + 1), ordering: .releasing)
        bell.ring()
    }

    func tail(after: Int64?) -> EventTail {
        EventTail(after: after ?? last.load(ordering: .acquiring), bell: bell) { [self] after, _ in
            let newest = last.load(ordering: .acquiring)
            return newest > after ? [ServerEvent(sequence: newest, name: "changed", data: "incidents")] : []
        }
    }
}

extension Incidents {
    /// After something arrived or was taken: pages that show it follow.
    package func announce() {
        news.ring(at: now())
    }
}
