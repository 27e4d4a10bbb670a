import Database
import Identity
package import Vocabulary

/// Things of the registry by the names that people type.
extension Exchange {
    /// `H42/portal`, with the id of the organisation or the code that it bears today.
    package func application(named text: String) async throws -> Application {
        let parts = text.split(separator: "/", maxSplits: 1).map(String.init)
        let owner = parts.count == 2 ? try await organisation(named: parts[0]) : nil
        let found = try await database.read { tx -> Application? in
            if let owner {
                // One that was registered before its organisation was merged bears the old id.
                return try ApplicationStore.application(parts[1], of: ID(parts[0]), in: tx)
                    ?? ApplicationStore.application(parts[1], of: owner, in: tx)
            }
            return try ApplicationStore.application(ID(text), in: tx)
        }
        guard let found else { throw Problem.notFound }
        return found
    }

    /// An organisation by its id, `H42-2025`, or by the code that it bears today, `H42`: after a merger that is another
    /// than before. What is no code of today stays as it was written.
    package func organisation(named text: String) async throws -> ID<Organisation> {
        let (register, today) = (try await authorization.organisations(), Day(now()))
        if let record = register[ID(text)], record.exists(on: today) { return record.id }
        return register.organisation(code: text, on: today)?.id ?? ID(text)
    }

    /// A member of today, by the id under which it is on the roster or by the code that it bears today.
    package func member(named text: String) async throws -> ID<Organisation> {
        let roster = try await roster()?.roster
        if roster?.member(ID(text)) != nil { return ID(text) }
        let found = try await organisation(named: text)
        guard roster?.member(found) != nil else { throw Problem.invalid(["node": .noSuchMember(text)]) }
        return found
    }

    /// `units/v1`.
    package func version(named text: String) async throws -> OfferedVersion {
        let parts = text.split(separator: "/v", maxSplits: 1).map(String.init)
        let found = try await database.read { tx -> OfferedVersion? in
            if parts.count == 2, let number = Int(parts[1]) {
                return try ServiceStore.offered(code: parts[0], number: number, in: tx)
            }
            return try ServiceStore.offered(ID(text), in: tx)
        }
        guard let found else { throw Problem.notFound }
        return found
    }

    /// `units`, or one of its versions, `units/v1`.
    package func service(named text: String) async throws -> ServiceRecord {
        if let found = try await database.read({ try ServiceStore.service(code: text, in: $0) }) { return found }
        return try await version(named: text).service
    }

    /// Every version there is, the closed ones too.
    package func allVersions() async throws -> [OfferedVersion] {
        try await database.read { tx in
            try ServiceStore.all(in: tx).flatMap { service in
                try ServiceStore.versions(of: service.id, in: tx).map {
                    OfferedVersion(
                        service: service, version: $0, instances: try ServiceStore.instances(of: $0.id, in: tx))
                }
            }
        }
    }

    package func allApplications() async throws -> [Application] {
        try await database.read { try ApplicationStore.all(in: $0) }
    }

    /// A grant with the names of both sides.
    package struct NamedGrant: Sendable {
        package let grant: AccessGrant
        package let application: Application
        package let offered: OfferedVersion
    }

    /// The newest first, those that are over left out unless they are wanted.
    package func grants(
        _ states: [AccessGrant.State] = [.waiting, .active, .suspended], limit: Int = 1000
    ) async throws -> [NamedGrant] {
        try await database.read { [self] tx in
            try GrantStore.latest(states, limit: limit, in: tx).compactMap { try named($0, in: tx) }
        }
    }

    package func grant(_ id: ID<AccessGrant>) async throws -> (NamedGrant, SignedGrant, [GrantEvent]) {
        let found = try await database.read { [self] tx -> (NamedGrant, SignedGrant, [GrantEvent])? in
            guard let grant = try GrantStore.grant(id, in: tx), let named = try named(grant, in: tx),
                let signed = try GrantStore.signed(id, in: tx)
            else { return nil }
            return (named, signed, try GrantStore.events(of: id, in: tx))
        }
        guard let found else { throw Problem.notFound }
        return found
    }

    func named(_ grant: AccessGrant, in tx: any Transaction) throws -> NamedGrant? {
        guard let application = try ApplicationStore.application(grant.application, in: tx),
            let offered = try ServiceStore.offered(grant.version, in: tx)
        else { return nil }
        return NamedGrant(grant: grant, application: application, offered: offered)
    }
}
