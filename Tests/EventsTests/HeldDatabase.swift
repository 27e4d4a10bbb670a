import Database
import Synchronization
import Web

/// A database one of whose writes waits, before it begins or when it is durable, for what a test does meanwhile.
final class HeldDatabase: Database {
    enum Moment: Sendable {
        case before, after
    }

    private let base: any Database
    private let state = Mutex<(next: Moment?, isHolding: Bool)>((nil, false))
    private let release = Bell()

    init(_ base: any Database) {
        self.base = base
    }

    /// A write waits now.
    var isHolding: Bool { state.withLock { $0.isHolding } }

    func holdNext(_ moment: Moment) { state.withLock { $0.next = moment } }

    func goOn() { release.ring() }

    func write<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T {
        let moment = state.withLock { state in
            defer { state.next = nil }
            return state.next
        }
        if moment == .before { await hold() }
        let value = try await base.write(body)
        if moment == .after { await hold() }
        return value
    }

    private func hold() async {
        let heard = release.count
        state.withLock { $0.isHolding = true }
        await release.next(after: heard)
        state.withLock { $0.isHolding = false }
    }

    var dialect: Dialect { base.dialect }

    func read<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T {
        try await base.read(body)
    }

    func rest() { base.rest() }

    func close() async throws { try await base.close() }
}
