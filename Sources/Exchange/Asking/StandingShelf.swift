import Synchronization
import Vocabulary

/// What this process knows of standings: which nodes are to hear of something else, and what was heard of each.
final class StandingShelf: Sendable {
    private struct State {
        var touched: Set<ID<Organisation>> = []
        var known: [ID<Organisation>: String] = [:]
        var told: [ID<Organisation>: ID<AccessGrant>] = [:]
    }

    private let state = Mutex(State())

    func isOther(for node: ID<Organisation>) { state.withLock { _ = $0.touched.insert(node) } }

    /// Whom to ring, once.
    func touched() -> Set<ID<Organisation>> {
        state.withLock { state in
            defer { state.touched = [] }
            return state.touched
        }
    }

    func known(of node: ID<Organisation>) -> String? { state.withLock { $0.known[node] } }

    func know(_ digest: String, of node: ID<Organisation>) { state.withLock { $0.known[node] = digest } }

    /// By their ids, from behind the one that this node was told of last.
    func inTurn(_ all: [HeldGrant], at node: ID<Organisation>) -> [HeldGrant] {
        let last = state.withLock { $0.told[node] }?.text ?? ""
        let sorted = all.sorted { $0.id.text < $1.id.text }
        return sorted.filter { $0.id.text > last } + sorted.filter { $0.id.text <= last }
    }

    func told(_ grant: ID<AccessGrant>, to node: ID<Organisation>) { state.withLock { $0.told[node] = grant } }

    static func digest(_ bytes: [UInt8]) -> String { ContractShelf.digest(bytes) }
}
