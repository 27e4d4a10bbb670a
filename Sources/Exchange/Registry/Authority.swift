package import Database
package import Identity
package import Vocabulary

/// What the registry and the grants ask of identity: who may, and who is an organisation.
package struct Authority: Sendable {
    /// `decide`, by the facts and policies of now.
    package var decide: @Sendable (Person?, Permission, Resource) -> Bool
    package var organisations: @Sendable () async throws -> OrganisationRegister
    /// The policies as they are, for deciding about a call of which the grants say the facts.
    package var callers: @Sendable ([Relationship], Instant) async throws -> Rights

    /// Tells people something, once for each key, in the transaction in which it happened.
    package var announce:
        @Sendable (Announcement, AnnouncementAudience, String, Instant, any Transaction) throws -> Void = {
            _, _, _, _, _ in
        }
    /// The names of people, of those whom the reader may know.
    package var names: @Sendable (Set<ID<Person>>, Person?) async throws -> [ID<Person>: String] = { _, _ in [:] }

    package init(
        decide: @escaping @Sendable (Person?, Permission, Resource) -> Bool,
        organisations: @escaping @Sendable () async throws -> OrganisationRegister,
        callers: @escaping @Sendable ([Relationship], Instant) async throws -> Rights
    ) {
        self.decide = decide
        self.organisations = organisations
        self.callers = callers
    }

    package init(_ identity: Identity) {
        self.init(
            decide: { identity.decide($0, $1, on: $2)?.allowed ?? false },
            organisations: { try await identity.organisations() },
            callers: { try await identity.rightsOfCalls($0, at: $1) })
        announce = { try identity.announce($0, to: $1, once: $2, at: $3, in: $4) }
        names = { try await identity.names(of: $0, for: $1) }
    }

    /// For a node without identity: nobody may, except whoever owns its folder.
    package static func nobody(at home: ID<Organisation>) -> Authority {
        Authority(
            decide: { _, _, _ in false }, organisations: { OrganisationRegister.seed },
            callers: { try Rights.ofCalls($0, home: home, at: $1) })
    }
}

extension Authority {
    /// - Parameter person: nil for whoever owns the node's folder, who may.
    func require(_ person: Person?, _ permission: Permission, on resource: Resource) throws(Problem) {
        guard let person else { return }
        guard decide(person, permission, resource) else { throw .forbidden }
    }

    func allows(_ person: Person?, _ permission: Permission, on resource: Resource) -> Bool {
        person == nil || decide(person, permission, resource)
    }
}

extension Resource {
    /// Something that an organisation has in the registry: it is no secret, and it is theirs.
    static func registered(_ id: String, by owner: ID<Organisation>) -> Resource {
        Resource("exchange/\(id)", owner: owner, label: "TLP:CLEAR")
    }
}
