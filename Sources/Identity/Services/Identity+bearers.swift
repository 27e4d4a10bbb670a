package import Database
package import Vocabulary
import Web

/// Programs at the doors of the axis (RFC 6750): the key of a service account, a token that a client of OAuth has in
/// its own name, or one by which a person lets an application act for them.
extension Identity {
    /// The `aud` of tokens for these doors, where a client names one.
    static let axisAudience = "axis"

    /// Who shows this key or token. Reads what holds now, so what was ended, suspended or revoked opens nothing any
    /// more.
    ///
    /// Failures are not counted: a key has 256 random bits and a token a signature, so nobody guesses one. And a
    /// program with an old key must not shut its neighbours' sign-in.
    ///
    /// - Parameter isLook: whether the use of a key is not written down.
    /// - Throws: `BearerFault.notGood`.
    @Sendable func bearer(_ request: Request, _ text: String, isLook: Bool) async throws -> Caller {
        let found =
            text.hasPrefix(ServiceKey.prefix)
            ? try await serviceCaller(text, isLook: isLook) : try await tokenCaller(text, request)
        guard let found else { throw BearerFault.notGood }
        return found
    }

    private func serviceCaller(_ key: String, isLook: Bool) async throws -> Caller? {
        guard let service = try await service(withKey: key, isLook: isLook) else { return nil }
        return try await caller(
            service.id.text, service.name, of: service.organisation, Set(service.scopes.compactMap(\.onAxis)))
    }

    private func tokenCaller(_ text: String, _ request: Request) async throws -> Caller? {
        guard let token = try await introspect(text, certificateThumbprint: thumbprint(of: request)),
            token.audiences.isEmpty || token.audiences.contains(Identity.axisAudience)
        else { return nil }
        if let person = token.person { return try await caller(person, by: token) }
        guard let client = try await database.read({ try ClientStore.find(token.client, in: $0) }) else { return nil }
        let scopes = token.scopes.compactMap { ServiceAccount.Scope(rawValue: $0)?.onAxis }
        return try await caller(client.id.text, client.name, of: client.organisation, Set(scopes))
    }

    /// A program in its own name; nil when its organisation is none of this node's any more.
    private func caller(
        _ id: String, _ name: String, of organisation: ID<Organisation>, _ scopes: Set<AxisScope>
    ) async throws -> Caller? {
        let at = now()
        let (isOurs, revision) = try await database.read { tx in
            let isOurs =
                try organisation == settings.organisation
                || OrganisationStore.all(in: tx).house(of: settings.organisation, on: Day(at)).contains(organisation)
            return (isOurs, try RelationshipStore.revision(in: tx))
        }
        guard isOurs else { return nil }
        try await refreshRights(to: revision, at: at)
        return Caller(
            person: Person(id: ID(id), name: name, organisation: organisation, roles: [], scopes: scopes),
            scopes: Set(scopes.map(\.rawValue)))
    }

    /// Somebody through an application: with their roles of now, and as surely as they proved who they are for it.
    private func caller(_ person: ID<Person>, by token: ActiveToken) async throws -> Caller? {
        let at = now()
        let (found, language, revision) = try await database.read { tx -> (Person?, Language?, Int64) in
            let revision = try RelationshipStore.revision(in: tx)
            guard let account = try PeopleStore.account(person, in: tx), account.state == .active else {
                return (nil, nil, revision)
            }
            let found = try self.person(account, token.assurance, at: at, in: tx)
            return (found, try self.language(of: person, in: tx), revision)
        }
        guard let found else { return nil }
        try await refreshRights(to: revision, at: at)
        return Caller(person: found, language: language, scopes: Set(token.scopes))
    }

    /// What a program is called that did something: it is nobody's secret.
    func programName(_ id: ID<Person>, in tx: any Transaction) throws -> String? {
        try ServiceStore.service(ID(id.text), in: tx)?.name ?? ClientStore.find(ID(id.text), in: tx)?.name
    }

    /// Who answers for what a program asked: whoever made its account or registered it, and whoever renewed what it is
    /// known by, for they had it in their hands. Nobody for what is no program, and of the owner of the node's folder.
    package func makers(ofProgram id: ID<Person>, in tx: any Transaction) throws -> Set<ID<Person>> {
        let made = try ServiceStore.author(of: ID(id.text), in: tx) ?? ClientStore.author(of: ID(id.text), in: tx)
        return try ProgramHolderStore.all(of: id.text, in: tx).union([made].compactMap { $0 })
    }
}
