package import Database
package import Identity
package import Vocabulary
import Web

/// What the registry and the grants ask of identity: who may, and who is an organisation.
package struct Authority: Sendable {
    /// `decide`, by the facts and policies of now.
    package var decide: @Sendable (Person?, Permission, Resource) -> Bool
    package var organisations: @Sendable () async throws -> OrganisationRegister
    /// What the policies in force say about calls, read in the transaction in which grants are read.
    package var calls: @Sendable (Instant, any Transaction) throws -> CallRules

    /// Tells people something, once for each key, in the transaction in which it happened.
    package var announce:
        @Sendable (Announcement, AnnouncementAudience, String, Instant, any Transaction) throws -> Void = {
            _, _, _, _, _ in
        }
    /// The names of people, of those whom the reader may know.
    package var names: @Sendable (Set<ID<Person>>, Person?) async throws -> [ID<Person>: String] = { _, _ in [:] }
    /// Whether somebody may say for what an OAuth client is used; nil stands for whoever owns the node's folder.
    package var ownsClient: @Sendable (String, Person?, Instant, any Transaction) throws -> Bool = { _, _, _, _ in
        false
    }

    /// Who answers for what a program asked; nobody for what is none.
    package var makers: @Sendable (ID<Person>, any Transaction) throws -> Set<ID<Person>> = { _, _ in [] }

    package init(
        decide: @escaping @Sendable (Person?, Permission, Resource) -> Bool,
        organisations: @escaping @Sendable () async throws -> OrganisationRegister,
        calls: @escaping @Sendable (Instant, any Transaction) throws -> CallRules
    ) {
        self.decide = decide
        self.organisations = organisations
        self.calls = calls
    }

    package init(_ identity: Identity) {
        self.init(
            decide: { identity.decide($0, $1, on: $2)?.allowed ?? false },
            organisations: { try await identity.organisations() },
            calls: { try identity.callRules(at: $0, in: $1) })
        announce = { try identity.announce($0, to: $1, once: $2, at: $3, in: $4) }
        names = { try await identity.names(of: $0, for: $1) }
        makers = { try identity.makers(ofProgram: $0, in: $1) }
        ownsClient = { try identity.owns(ID($0), $1, at: $2, in: $3) }
    }

    /// For a node without identity: nobody may, except whoever owns its folder.
    package static func nobody(at home: ID<Organisation>) -> Authority {
        Authority(
            decide: { _, _, _ in false }, organisations: { OrganisationRegister.seed },
            calls: { now, _ in try CallRules(organisations: .seed, home: home, at: now) })
    }
}

extension APIDoc {
    /// A key or token of a program opens the door too, when it has this scope; a token by which somebody lets an
    /// application do all that they may opens every one.
    func open(to scope: AxisScope) -> APIDoc {
        var copy = self
        copy.scopes = (scope == .everything ? [scope] : [scope, .everything]).map(\.rawValue)
        return copy
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
    /// What it is that somebody changes: programs have a scope for each, people a right for all.
    enum Registered: String {
        case service, application, credential
    }

    /// Something that an organisation has in the registry: it is no secret, and it is theirs.
    static func registered(
        _ id: String, by owner: ID<Organisation>, as kind: Registered? = nil
    ) -> Resource {
        Resource("exchange/\(id)", owner: owner, label: "TLP:CLEAR", kinds: Set(kind.map { [$0.rawValue] } ?? []))
    }
}
