import Glibc
import Synchronization

@testable import Ledger

/// A disk of a test that stops answering after some syncs, until it is let go on.
final class StalledDisk: Sendable {
    private struct State {
        var syncsLeft = Int.max
        var isWaiting = false
    }

    private let state = Mutex(State())

    /// For the log of a test.
    var settings: Ledger.Settings {
        var settings = Ledger.Settings()
        settings.fault = { [self] call throws(LedgerError) in
            guard call == .sync else { return }
            while mustWait { usleep(1000) }
        }
        return settings
    }

    private var mustWait: Bool {
        state.withLock { state in
            state.isWaiting = state.syncsLeft <= 0
            if !state.isWaiting { state.syncsLeft -= 1 }
            return state.isWaiting
        }
    }

    /// So many more leaves, one after the other, become durable, and no other.
    func stall(after syncs: Int) { state.withLock { $0.syncsLeft = syncs } }

    func goOn() { state.withLock { $0.syncsLeft = .max } }

    /// Whether somebody waits for it.
    var isWaiting: Bool { state.withLock { $0.isWaiting } }
}
