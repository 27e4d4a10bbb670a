import Synchronization

/// Counts the connections that one address holds open, so that one caller cannot take them all.
final class Neighbours: Sendable {
    private let open = Mutex<[String: Int]>([:])

    /// False when the address has `limit` already.
    func enter(_ address: String, limit: Int) -> Bool {
        open.withLock { open in
            let count = open[address] ?? 0
            guard count < limit else { return false }
            open[address] = count + 1
            return true
        }
    }

    func leave(_ address: String) {
        open.withLock { open in
            let rest = (open[address] ?? 0) - 1
            open[address] = rest > 0 ? rest : nil
        }
    }
}
