import Cedar
import Database
import Synchronization
package import Vocabulary

/// The rights by which this process decides now. Replaced as a whole; whoever decides keeps the one it began with.
final class CurrentRights: Sendable {
    private let held = Mutex<Rights?>(nil)

    var rights: Rights? { held.withLock { $0 } }

    /// Keeps the newer of two: reading facts takes time, and another may have read later ones meanwhile.
    func replace(with rights: Rights) {
        held.withLock { held in
            if let held, held.revision > rights.revision { return }
            held = rights
        }
    }
}

extension Identity {
    /// Decides by the facts and policies that were read last. Nobody is let in before any were.
    package func decide(
        _ principal: Person?, _ action: Permission, on resource: Resource = .none,
        in context: DecisionContext = DecisionContext()
    ) -> Decision? {
        current.rights?.decide(principal, action, on: resource, in: context)
    }

    package func allows(_ principal: Person?, _ action: Permission) -> Bool {
        decide(principal, action)?.allowed ?? false
    }

    /// Reads facts and policies anew when they changed since, or when one begins or ends by itself.
    func refreshRights(to revision: Int64, at now: Instant) async throws {
        if let rights = current.rights, rights.revision == revision, now < rights.goodUntil { return }
        try await readRights()
    }

    /// Reads facts and policies and decides by them from now on.
    package func readRights() async throws {
        let at = now()
        current.replace(with: try await database.read { try rightsOfNow(at: at, in: $0) })
    }

    /// The rights of a moment, of now or of any past day: its facts, by the policies that were in force then.
    func rights(at moment: Instant, in tx: any Transaction) throws -> Rights {
        try rights(at: moment, by: try shelf.engine(at: moment, in: tx), in: tx)
    }

    /// The rights of now, by the text that was approved last.
    func rightsOfNow(at now: Instant, in tx: any Transaction) throws -> Rights {
        try rights(at: now, by: try shelf.engine(in: tx), in: tx)
    }

    private func rights(
        at moment: Instant, by policies: (engine: Engine, number: Int64), in tx: any Transaction
    ) throws -> Rights {
        let revision = try RelationshipStore.revision(at: moment, in: tx)
        return try knowledge(in: tx).rights(
            at: moment, by: policies.engine, revision: revision, policies: policies.number)
    }

    func knowledge(in tx: any Transaction) throws -> Knowledge {
        Knowledge(
            organisations: try OrganisationStore.all(in: tx), people: try PeopleStore.allIDs(in: tx),
            memberships: try PeopleStore.allMemberships(in: tx), facts: try RelationshipStore.all(in: tx),
            home: settings.organisation, guests: try GuestStore.homes(in: tx))
    }
}
