import Exchange
import Identity
import Synchronization
import Vocabulary
import Web

/// Tells open pages that something about incidents changed, and not what: they fetch themselves anew, with their own
/// rights. Whoever may not see a report does not hear that something happened to it.
///
/// Numbered by time, so that a page that was open over a restart goes on.
final class News: Sendable {
    private struct State {
        var last: Int64 = 0
        /// When something last happened that everybody hears of who sees incidents.
        var open: Int64 = 0
        /// The latest changes of reports of our own, and how those stood then: whoever may see one hears of it.
        var ours: [(at: Int64, standings: [Resource])] = []
    }

    /// Changes that a listener can still hear of; a page open for longer without hearing hears of the next.
    private static let kept = 256

    private let access: Access
    private let state = Mutex(State())
    private let bell = Bell()

    init(_ access: Access) {
        self.access = access
    }

    /// `standings`: the report before and after; none for what is everybody's.
    func ring(at now: Instant, about standings: [Resource] = []) {
        state.withLock { state in
            state.last = max(now.milliseconds, state.last + 1)
            if standings.isEmpty {
                state.open = state.last
            } else {
                state.ours.append((state.last, standings))
                if state.ours.count > News.kept { state.ours.removeFirst() }
            }
        }
        bell.ring()
    }

    func tail(after: Int64?, for person: Person?) -> EventTail {
        EventTail(after: after ?? last(for: person), bell: bell) { [self] after, _ in
            let newest = last(for: person)
            return newest > after ? [ServerEvent(sequence: newest, name: "changed", data: "incidents")] : []
        }
    }

    private func last(for person: Person?) -> Int64 {
        let (open, ours) = state.withLock { ($0.open, $0.ours) }
        let heard = ours.last { change in
            change.standings.contains { access.allows(person, .viewIncidents, on: $0) }
        }
        return max(open, heard?.at ?? 0)
    }
}

extension Incidents {
    /// After something arrived or was taken: pages that show it follow.
    package func announce() {
        news.ring(at: now())
    }

    /// After a report of ours changed, as it stood before and stands now.
    func announce(_ standings: [Resource]) {
        news.ring(at: now(), about: standings)
    }
}
