import Synchronization
import Vocabulary
import Web

/// What this process has seen of its peers. Nothing here needs to outlive it.
final class Watch: Sendable {
    struct PeerState: Sendable, Hashable {
        /// When it last called us with a signature that holds.
        var calledAt: Instant?
        /// When it last answered us.
        var answeredAt: Instant?
        /// The roster it last named.
        var rosterVersion: Int64?
        /// Calls to it that failed since the last that did not.
        var failures = 0
        var lastError: String?
    }

    private struct State {
        var peers: [ID<Organisation>: PeerState] = [:]
        var refused: [String: Int] = [:]
        var alarmed: [String: Instant] = [:]
    }

    private let state = Mutex(State())

    func peer(_ code: ID<Organisation>) -> PeerState { state.withLock { $0.peers[code] ?? PeerState() } }

    /// How many calls were refused since the start, by code.
    var refused: [String: Int] { state.withLock(\.refused) }

    func note(_ code: ID<Organisation>, _ change: (inout PeerState) -> Void) {
        state.withLock { change(&$0.peers[code, default: PeerState()]) }
    }

    /// Counts a refusal, and says whether it should be recorded: each code and caller once a minute, so that a stranger
    /// cannot fill the ledger.
    func count(_ code: String, from caller: String, at now: Instant) -> Bool {
        state.withLock { state in
            state.refused[code, default: 0] += 1
            let key = "\(code) \(caller)"
            if state.alarmed.count > 1000 {
                state.alarmed = state.alarmed.filter { $0.value.adding(seconds: 60) > now }
            }
            guard state.alarmed.count <= 1000 else { return false }
            if let last = state.alarmed[key], last.adding(seconds: 60) > now { return false }
            state.alarmed[key] = now
            return true
        }
    }
}

/// How many wait for something at this moment.
final class Waiting: Sendable {
    private let count = Mutex(0)

    /// False when there are so many already.
    func enter(atMost limit: Int) -> Bool {
        count.withLock { count in
            guard count < limit else { return false }
            count += 1
            return true
        }
    }

    func leave() { count.withLock { $0 -= 1 } }
}

/// What wakes the loops.
struct Bells: Sendable {
    /// Something was published: peers that were given something since they were last told are to be told.
    let outgoing = Bell()
    /// Everybody is to be told, because the roster has changed.
    let announce = Bell()
    /// Our roster is another one now.
    let roster = Bell()
    /// A peer grants our applications something else than before.
    let granted = Bell()
    /// Something happened that a live page may show.
    let events = Bell()
    /// What the gateway's table is made of has changed.
    let registry = Bell()
    private let pulls = PeerBells()
    private let rings = PeerBells()

    /// A peer has something for us.
    func pull(_ peer: ID<Organisation>) -> Bell { pulls[peer] }

    /// We have something for a peer.
    func ring(_ peer: ID<Organisation>) -> Bell { rings[peer] }
}

/// One bell for each peer.
final class PeerBells: Sendable {
    private let bells = Mutex<[ID<Organisation>: Bell]>([:])

    subscript(peer: ID<Organisation>) -> Bell {
        bells.withLock { bells in
            if let bell = bells[peer] { return bell }
            let bell = Bell()
            bells[peer] = bell
            return bell
        }
    }
}
