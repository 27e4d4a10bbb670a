package import Database
import Foundation

/// Both engines, always: `@Test(arguments: Engine.all)`.
package enum Engine: String, CaseIterable, Sendable, CustomStringConvertible {
    case sqlite, postgres

    package static let all = allCases
    package var description: String { rawValue }

    /// A database of its own, empty, gone afterwards.
    package func withDatabase<T>(_ body: (any Database) async throws -> T) async throws -> T {
        try await withAddress { address in
            let database = try await address.open()
            do {
                let value = try await body(database)
                try await database.close()
                return value
            } catch {
                try? await database.close()
                throw error
            }
        }
    }

    /// The address of an empty database, for a test that opens it again or opens it twice as two processes would.
    package func withAddress<T>(_ body: (DatabaseAddress) async throws -> T) async throws -> T {
        switch self {
        case .sqlite:
            let folder = try TemporaryFolder()
            let value = try await body(.sqlite(path: folder.path + "/test.sqlite"))
            folder.remove()
            return value
        case .postgres:
            return try await PostgresServer.shared.withAddress(body)
        }
    }
}
