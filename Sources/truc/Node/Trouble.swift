import Database
import Ledger
import Web

/// The node's own storage did not open.
struct StorageTrouble: Error, CustomStringConvertible {
    /// The file or the kind of server; never an address with a password in it.
    let place: String
    let cause: any Error

    var description: String {
        """
        the database (\(place)) cannot be opened: \(cause). \
        Is the disk full, failing or read-only, or the server away?
        """
    }
}

/// A port that a node is told to listen on and cannot.
struct PortTrouble: Error, CustomStringConvertible {
    let place: String
    let setting: Setting
    let reason: String

    var description: String { "cannot listen on \(place): \(reason); choose another with \(setting.key)" }
}

extension Node {
    /// Runs a server and says which setting it is about when it cannot listen.
    static func serving(
        _ setting: Setting, _ address: String, _ port: Int, _ run: () async throws -> Void
    ) async throws {
        do {
            try await run()
        } catch {
            guard let trouble = CannotListen(error) else { throw error }
            throw PortTrouble(place: "\(address):\(port)", setting: setting, reason: trouble.reason)
        }
    }

    /// Opens the database and brings its tables up to date.
    static func openDatabase(_ configuration: Configuration, _ folder: NodeFolder) async throws -> any Database {
        do {
            let address = configuration.database.map { DatabaseAddress.postgres(PostgresSettings(address: $0)) }
            let database = try await (address ?? .sqlite(path: folder.databasePath)).open()
            try await database.migrate(Node.migrations)
            return database
        } catch {
            throw StorageTrouble(
                place: configuration.database == nil ? folder.databasePath : "PostgreSQL", cause: error)
        }
    }

    /// Whether an error passes by itself once the disk has room or the database server is back.
    static func isTemporary(_ error: any Error) -> Bool {
        switch error {
        case let error as SQLError: [.storage, .connection, .timeout, .contention].contains(error.kind)
        case LedgerError.disk, LedgerError.busy: true
        default: false
        }
    }
}
