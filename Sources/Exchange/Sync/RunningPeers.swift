import Synchronization
import Vocabulary

/// Which peers have their tasks.
final class RunningPeers: Sendable {
    private let peers = Mutex<Set<ID<Organisation>>>([])

    /// False when it is running already.
    func begin(_ peer: ID<Organisation>) -> Bool {
        peers.withLock { $0.insert(peer).inserted }
    }

    func end(_ peer: ID<Organisation>) {
        peers.withLock { _ = $0.remove(peer) }
    }
}
