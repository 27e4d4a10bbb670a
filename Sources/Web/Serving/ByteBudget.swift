import Synchronization

/// Counts the bytes of bodies that are held at one time, so that many callers cannot fill the memory, nor one the
/// whole budget: who holds something already may hold a quarter at most.
final class ByteBudget: Sendable {
    private struct State {
        var left: Int
        var held: [String: Int] = [:]
    }

    private let share: Int
    private let state: Mutex<State>

    init(_ bytes: Int) {
        share = bytes / 4
        state = Mutex(State(left: bytes))
    }

    /// False when there is no room now; nothing is taken then.
    func take(_ bytes: Int, for caller: String) -> Bool {
        guard bytes > 0 else { return true }
        return state.withLock { state in
            let held = state.held[caller] ?? 0
            guard state.left >= bytes, held == 0 || held + bytes <= share else { return false }
            state.left -= bytes
            state.held[caller] = held + bytes
            return true
        }
    }

    func giveBack(_ bytes: Int, from caller: String) {
        guard bytes > 0 else { return }
        state.withLock { state in
            state.left += bytes
            let rest = (state.held[caller] ?? 0) - bytes
            state.held[caller] = rest > 0 ? rest : nil
        }
    }
}
