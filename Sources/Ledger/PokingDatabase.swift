package import Database

/// A database that pokes the drain after every commit, so that no room has to remember it.
package struct PokingDatabase: Database {
    private let base: any Database
    private let drain: LedgerDrain

    package init(_ base: any Database, drain: LedgerDrain) {
        self.base = base
        self.drain = drain
    }

    package var dialect: Dialect { base.dialect }

    package func read<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T {
        try await base.read(body)
    }

    package func write<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T {
        let result = try await base.write(body)
        drain.poke()
        return result
    }

    package func rest() { base.rest() }

    package func close() async throws {
        try await base.close()
    }
}
