import Synchronization
import Web

/// Places for calls under way: apart for endpoints that answer quickly, for slow ones and for those that failed last
/// time, so that no group stands in another's way. Who must wait is let in in order.
///
/// A quick place is nobody's for long. While somebody waits for one, who holds another longer than `quickSeconds` goes
/// on at the expense of the slow, who are then fewer at once.
final class CallPlaces: Sendable {
    enum Kind: Int, Sendable, CaseIterable {
        case quick, slow, failing
    }

    struct Place: Sendable {
        fileprivate let number: Int
    }

    private struct Lane {
        /// Below zero while some are in that never asked to be.
        var free: Int
        var waiting: [(number: Int, then: CheckedContinuation<Void, Never>)] = []
        var head = 0

        var isWaitedFor: Bool { head < waiting.count }

        mutating func first() -> (number: Int, then: CheckedContinuation<Void, Never>) {
            defer {
                head += 1
                if head > 256, head * 2 > waiting.count {
                    waiting.removeFirst(head)
                    head = 0
                }
            }
            return waiting[head]
        }
    }

    private struct State {
        var lanes: [Lane]
        var held: [Int: Kind] = [:]
        var numbers = 0
        /// When the quick places were taken, the oldest first; those given back are skipped.
        var taken: [(number: Int, at: ContinuousClock.Instant)] = []
        var head = 0

        mutating func take(_ number: Int, _ kind: Kind) {
            held[number] = kind
            guard kind == .quick else { return }
            taken.append((number, .now))
            skip()
        }

        private mutating func skip() {
            while head < taken.count, held[taken[head].number] != .quick { head += 1 }
            if head > 256, head * 2 > taken.count {
                taken.removeFirst(head)
                head = 0
            }
        }

        mutating func oldestQuick() -> (number: Int, at: ContinuousClock.Instant)? {
            skip()
            return head < taken.count ? taken[head] : nil
        }

        /// Whoever is to go in now.
        mutating func giveBack(_ kind: Kind) -> CheckedContinuation<Void, Never>? {
            guard lanes[kind.rawValue].free >= 0, lanes[kind.rawValue].isWaitedFor else {
                lanes[kind.rawValue].free += 1
                return nil
            }
            let next = lanes[kind.rawValue].first()
            take(next.number, kind)
            return next.then
        }
    }

    private let state: Mutex<State>
    private let quickLimit: Duration
    /// Rings when somebody must wait for a quick place.
    private let crowded = Bell()

    init(settings: Events.Settings) {
        quickLimit = .seconds(settings.quickSeconds)
        let counts = [settings.callsAtOnce, settings.slowCallsAtOnce, settings.probesAtOnce]
        state = Mutex(State(lanes: counts.map { Lane(free: $0) }))
    }

    func enter(_ kind: Kind) async -> Place {
        let (number, isIn) = state.withLock { state -> (Int, Bool) in
            state.numbers += 1
            return (state.numbers, takeIfFree(state.numbers, kind, &state))
        }
        if isIn { return Place(number: number) }
        await withCheckedContinuation { then in
            let isIn = state.withLock { state in
                if takeIfFree(number, kind, &state) { return true }
                state.lanes[kind.rawValue].waiting.append((number, then))
                return false
            }
            if isIn { return then.resume() }
            if kind == .quick { crowded.ring() }
        }
        return Place(number: number)
    }

    private func takeIfFree(_ number: Int, _ kind: Kind, _ state: inout State) -> Bool {
        guard state.lanes[kind.rawValue].free > 0 else { return false }
        state.lanes[kind.rawValue].free -= 1
        state.take(number, kind)
        return true
    }

    func leave(_ place: Place) {
        let next = state.withLock { state in
            state.held.removeValue(forKey: place.number).flatMap { state.giveBack($0) }
        }
        next?.resume()
    }

    /// Takes quick places back from the slow while others wait for them, until cancelled.
    func watch() async {
        while !Task.isCancelled {
            let heard = crowded.count
            if let wait = takeBackFromTheSlow() {
                try? await Task.sleep(for: wait)
            } else {
                await crowded.next(after: heard)
            }
        }
    }

    /// - Returns: when to look again; nil when nobody waits.
    private func takeBackFromTheSlow() -> Duration? {
        let now = ContinuousClock.now
        let (next, wait) = state.withLock { state -> ([CheckedContinuation<Void, Never>], Duration?) in
            var next: [CheckedContinuation<Void, Never>] = []
            while state.lanes[Kind.quick.rawValue].isWaitedFor, let oldest = state.oldestQuick() {
                let left = quickLimit - (now - oldest.at)
                guard left <= .zero else { return (next, left) }
                state.held[oldest.number] = .slow
                state.lanes[Kind.slow.rawValue].free -= 1
                if let waiter = state.giveBack(.quick) { next.append(waiter) }
            }
            return (next, nil)
        }
        for waiter in next { waiter.resume() }
        return wait
    }
}
