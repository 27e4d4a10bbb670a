package import Database
import Foundation
package import Logging
import StrictJSON
import Synchronization
package import Vocabulary

/// Durable jobs: enqueued in the transaction that caused them, run by one leader among the processes that share
/// a database, tried again with growing pauses, buried with their reason when nothing helps.
package final class Jobs: Sendable {
    let store: JobStore
    let now: Clock
    let logger: Logger
    let settings: JobSettings
    /// This process among those that share the database.
    let holder: String
    private let handlers = Mutex<[String: JobHandler]>([:])

    package init(
        database: any Database, now: @escaping Clock, newID: @escaping IDSource, logger: Logger,
        settings: JobSettings = JobSettings()
    ) {
        store = JobStore(database: database, newID: newID)
        self.now = now
        self.logger = logger
        self.settings = settings
        holder = newID()
    }

    /// Does nothing when a job of this id waits, runs, died, or was done within the last day.
    package static func enqueue(_ job: some Job, id: String, at due: Instant, in tx: any Transaction) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let payload = String(decoding: try encoder.encode(job), as: UTF8.self)
        try tx.execute(
            """
            INSERT INTO jobs_job (id, name, payload, due_at)
            SELECT \(id), \(type(of: job).name), \(payload), CAST(\(due) AS \(.integer64))
            WHERE NOT EXISTS (SELECT 1 FROM jobs_dead WHERE id = \(id))
            ON CONFLICT (id) DO NOTHING
            """)
    }

    /// Gives a dead job another full set of tries.
    package static func revive(_ id: String, at due: Instant, in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO jobs_job (id, name, payload, due_at)
            SELECT id, name, payload, CAST(\(due) AS \(.integer64)) FROM jobs_dead WHERE id = \(id)
            """)
        try tx.execute("DELETE FROM jobs_dead WHERE id = \(id)")
    }

    /// What runs jobs of this type. Say so before `run`.
    package func handle<J: Job>(_: J.Type, _ run: @escaping @Sendable (J) async throws -> Void) {
        handlers.withLock { handlers in
            handlers[J.name] = { payload in
                let job: J
                do {
                    job = try JSONDocument(payload).root.decode()
                } catch {
                    throw UnreadablePayload(error: "\(error)")
                }
                try await run(job)
            }
        }
    }

    /// Jobs that wait and that no room of this process knows, by name: a room that was taken out, or a newer program's.
    package func unknown() async throws -> [String: Int] {
        let known = Set(names)
        return try await store.waitingByName().filter { !known.contains($0.key) }
    }

    /// The last ones first, at most 500.
    package func dead() async throws -> [DeadJob] {
        try await store.dead()
    }

    var names: [String] { handlers.withLock { $0.keys.sorted() } }

    func handler(of name: String) -> JobHandler? {
        handlers.withLock { $0[name] }
    }
}

/// A job that nothing helped, as an administrator sees it.
package struct DeadJob: Sendable, Hashable {
    package let id: String
    package let name: String
    package let attempts: Int
    package let reason: String
    package let diedAt: Instant
}

typealias JobHandler = @Sendable (_ payload: String) async throws -> Void

/// Trying again cannot help.
struct UnreadablePayload: Error {
    let error: String
}
