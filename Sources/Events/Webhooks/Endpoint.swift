import Synchronization
import Vocabulary
import Web

/// One webhook as it is served: its queue is the log behind its cursor, so a slow one costs nothing but its own wait.
final class Endpoint: Sendable {
    struct State: Sendable {
        var subscription: Subscription
        /// Calls that failed one after the other.
        var failures = 0
        /// It took long to answer last time.
        var isSlow = false
        /// How often the event at the head was refused.
        var refusals = 0
        /// How many are to be given one by one, after a batch was refused.
        var singly = 0
        var lastError: DeliveryFault?
        var lastTakenAt: Instant?
        var retryAt: Instant?
        /// Before this it may not be called again, as it allows only so many calls a minute.
        var nextCallAt: ContinuousClock.Instant?
        var hasAgain = true
        /// The position as it is written down.
        var written: Int64
        /// Up to where something was given.
        var given: Int64
        var delivered: Int64 = 0

        /// How many words of operators were heard when the last call began.
        var kicksHeard = 0

        /// Another when the cursor was set elsewhere while a call was under way: what that brings is not for it.
        var epoch: Int64 { subscription.replays }

        var kind: CallPlaces.Kind { failures > 0 ? .failing : isSlow ? .slow : .quick }

        /// - Parameter isAgain: the call was about dead letters, which says nothing of the event at the head.
        mutating func note(_ outcome: Webhook.Outcome, of count: Int, isAgain: Bool, at: Instant) {
            switch outcome {
            case .taken:
                (failures, lastError, retryAt, lastTakenAt) = (0, nil, nil, at)
                if !isAgain { refusals = 0 }
                delivered += Int64(count)
            case .notNow(let fault, _):
                failures += 1
                lastError = fault
            case .refused(let fault):
                lastError = fault
                guard !isAgain else { break }
                failures += 1
                refusals += 1
            case .gone: lastError = .status(410)
            }
        }
    }

    let id: ID<Subscription>
    let bell = Bell()
    /// Rings for what ends a pause between two tries: a word of an operator.
    let kick = Bell()
    private let state: Mutex<State>

    init(_ subscription: Subscription) {
        id = subscription.id
        state = Mutex(
            State(subscription: subscription, written: subscription.position, given: subscription.position))
    }

    var now: State { state.withLock { $0 } }

    func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }

    /// Goes on to `position`, unless the cursor was set elsewhere since the page was read.
    ///
    /// - Parameters:
    ///   - withheld: positions of what the page had and was not given: those that are passed now become a gap.
    ///   - given: up to where something was taken with this.
    func advance(
        to position: Int64, missed: Int64 = 0, passing withheld: [Int64] = [], given: Int64? = nil, in epoch: Int64
    ) {
        state.withLock { state in
            let before = state.subscription.position
            guard state.epoch == epoch, position > before else { return }
            let passed = withheld.filter { before < $0 && $0 <= position }
            state.subscription.gaps.add(Gap(passed.filter { $0 < given ?? .max }), behind: state.given)
            if let given { state.given = given }
            state.subscription.gaps.add(Gap(passed.filter { $0 > given ?? .max }), behind: state.given)
            state.subscription.position = position
            state.subscription.missed += missed
        }
    }
}

/// Who is served, and who wants what: wakes an endpoint for the types it follows and nobody else.
final class Dispatcher: Sendable {
    private struct State {
        var endpoints: [ID<Subscription>: Endpoint] = [:]
        var byType: [String: Set<ID<Subscription>>] = [:]
        /// Endpoints that have a task, kept as long as it runs, so that no identifier is used twice.
        var served: [ObjectIdentifier: Endpoint] = [:]
    }

    let places: CallPlaces
    /// Rings when somebody is new.
    let news = Bell()
    /// Rings when a cursor moved.
    let moved = Bell()
    private let state = Mutex(State())

    init(settings: Events.Settings) {
        places = CallPlaces(settings: settings)
    }

    var all: [Endpoint] { state.withLock { Array($0.endpoints.values) } }

    subscript(id: ID<Subscription>) -> Endpoint? { state.withLock { $0.endpoints[id] } }

    func add(_ subscription: Subscription) {
        guard subscription.target != nil else { return }
        state.withLock { state in
            guard state.endpoints[subscription.id] == nil else { return }
            state.endpoints[subscription.id] = Endpoint(subscription)
            for type in subscription.types { state.byType[type, default: []].insert(subscription.id) }
        }
        news.ring()
    }

    func remove(_ id: ID<Subscription>) {
        let gone = state.withLock { state -> Endpoint? in
            for type in state.byType.keys { state.byType[type]?.remove(id) }
            return state.endpoints.removeValue(forKey: id)
        }
        gone?.bell.ring()
        gone?.kick.ring()
    }

    /// Those that have no task yet; from now on they do.
    func takeUnserved() -> [Endpoint] {
        state.withLock { state in
            state.endpoints.values.filter { state.served.updateValue($0, forKey: ObjectIdentifier($0)) == nil }
        }
    }

    func ended(_ endpoint: Endpoint) {
        state.withLock { state in _ = state.served.removeValue(forKey: ObjectIdentifier(endpoint)) }
    }

    var servedCount: Int { state.withLock { $0.served.count } }

    func isServed(_ endpoint: Endpoint) -> Bool { self[endpoint.id] === endpoint }

    func wake(_ types: Set<String>) {
        let woken = state.withLock { state in
            types.reduce(into: Set<ID<Subscription>>()) { $0.formUnion(state.byType[$1] ?? []) }
                .compactMap { state.endpoints[$0] }
        }
        for endpoint in woken { endpoint.bell.ring() }
    }

    func wakeAll() {
        for endpoint in all { endpoint.bell.ring() }
    }

    /// State, target and reason are those given, unless later ones are there already; the cursor is the endpoint's
    /// own. One that ended stays so.
    func change(_ subscription: Subscription) {
        guard let endpoint = self[subscription.id] else { return }
        endpoint.change { state in
            guard subscription.revision >= state.subscription.revision else { return }
            state.subscription.revision = subscription.revision
            state.subscription.state = subscription.state
            state.subscription.reason = subscription.reason
            state.subscription.target = subscription.target
            (state.failures, state.retryAt) = (0, nil)
        }
        endpoint.bell.ring()
        endpoint.kick.ring()
    }

    /// The cursor is where it was set, unless it was set again since.
    func replay(_ subscription: Subscription) {
        guard let endpoint = self[subscription.id] else { return }
        let position = subscription.position
        endpoint.change { state in
            guard subscription.replays > state.subscription.replays else { return }
            state.subscription.replays = subscription.replays
            state.subscription.position = position
            state.subscription.gaps.forget(behind: position)
            (state.written, state.given) = (position, position)
            (state.failures, state.refusals, state.retryAt) = (0, 0, nil)
        }
        endpoint.bell.ring()
        endpoint.kick.ring()
    }

    func tryAgain(_ id: ID<Subscription>) {
        guard let endpoint = self[id] else { return }
        endpoint.change { $0.hasAgain = true }
        endpoint.bell.ring()
        endpoint.kick.ring()
    }
}
