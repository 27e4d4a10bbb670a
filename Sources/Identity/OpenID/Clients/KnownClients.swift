import Database
import Synchronization
import Vocabulary

/// Clients as they were read within the last second, so that busy ones cost no query.
final class KnownClients: Sendable {
    private struct Entry {
        let client: Client
        let readAt: Instant
    }

    private let entries = Mutex<[ID<Client>: Entry]>([:])
    private let origins = Mutex<(readAt: Instant, all: Set<String>)?>(nil)

    func find(_ id: ID<Client>, at now: Instant, in database: any Database) async throws -> Client? {
        if let entry = entries.withLock({ $0[id] }), entry.readAt <= now, now < entry.readAt.adding(seconds: 1) {
            return entry.client
        }
        guard let client = try await database.read({ try ClientStore.find(id, in: $0) }) else { return nil }
        entries.withLock { $0[id] = Entry(client: client, readAt: now) }
        return client
    }

    /// Whether pages of a public client come from there: `https://app.example`, as a browser says it in `Origin`.
    func isOrigin(_ origin: String, at now: Instant, in database: any Database) async throws -> Bool {
        if let known = origins.withLock({ $0 }), known.readAt <= now, now < known.readAt.adding(seconds: 1) {
            return known.all.contains(origin)
        }
        let all = Set(
            try await database.read { try ClientStore.publicRedirects(in: $0) }.compactMap(ClientAddress.origin))
        origins.withLock { $0 = (now, all) }
        return all.contains(origin)
    }

    func forget() {
        entries.withLock { $0 = [:] }
        origins.withLock { $0 = nil }
    }
}
