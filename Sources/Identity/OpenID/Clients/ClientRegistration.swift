package import Database
package import JOSE
import Ledger
import StrictJSON
package import Vocabulary

/// What somebody fills in to register a client, not yet checked.
package struct ClientForm: Sendable {
    package var name = ""
    package var nameEn = ""
    package var purpose = Client.Purpose()
    package var redirects: [String] = []
    package var signOutRedirects: [String] = []
    package var logoutURI: String?
    package var scopes: [String] = []
    package var audiences: [String] = []
    package var isPublic = false
    package var actsAlone = false
    package var introspects = false
    package var asksConsent = true
    package var certificate: String?
    package var signing = SignatureAlgorithm.rs256
    /// Whether people get a name of their own here, which no other sector sees.
    package var isPairwise = true
    /// The host that several clients of one owner share; the host of the redirects when nil.
    package var sector: String?

    package init() {}

    static let purposeCharacters = 300

    /// Throws `Problem.invalid` with each field.
    func checked(id: ID<Client>, organisation: ID<Organisation>, at now: Instant) throws(Problem) -> Client {
        var errors: [String: Phrase] = [:]
        let signsIn = !redirects.isEmpty
        if !(1...100).contains(name.count) { errors["name"] = .clientNameIsMissing }
        if nameEn.count > 100 { errors["nameEn"] = .clientNameIsMissing }
        for (field, text) in [("purposeVi", purpose.vi), ("purposeEn", purpose.en)] {
            // Whoever is asked to agree is told what for, in either language.
            if signsIn, asksConsent, text.isEmpty { errors[field] = .clientPurposeIsMissing }
            if text.count > ClientForm.purposeCharacters { errors[field] = .clientPurposeTooLong }
        }
        if !signsIn, !actsAlone { errors["redirects"] = .clientDoesNothing }
        if redirects.count + signOutRedirects.count > 20 || !redirects.allSatisfy(ClientAddress.isGood) {
            errors["redirects"] = .redirectIsInvalid
        }
        if !signOutRedirects.allSatisfy(ClientAddress.isGood) { errors["signOutRedirects"] = .redirectIsInvalid }
        if let logoutURI, !ClientAddress.isGood(logoutURI) { errors["logoutURI"] = .redirectIsInvalid }
        if isPublic, actsAlone || introspects || certificate != nil { errors["isPublic"] = .publicHasNoSecret }
        if let certificate, Base64.decodeURL(certificate)?.count != 32 { errors["certificate"] = .thumbprintIsInvalid }
        if scopes.count > 50 || !scopes.allSatisfy(Client.isScope) { errors["scopes"] = .scopeIsInvalid }
        if audiences.count > 20 || !audiences.allSatisfy(Client.isScope) { errors["audiences"] = .scopeIsInvalid }
        let sectors = Set(redirects.compactMap(ClientAddress.host))
        if signsIn, isPairwise, sector == nil, sectors.count > 1 { errors["sector"] = .sectorIsMissing }
        if let sector, !sector.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) || sector.utf8.count > 253 {
            errors["sector"] = .sectorIsMissing
        }
        guard errors.isEmpty else { throw .invalid(errors) }
        var client = Client(id: id, name: Folding.compose(name), organisation: organisation, createdAt: now)
        client.nameEn = Folding.compose(nameEn)
        client.purpose = Client.Purpose(vi: Folding.compose(purpose.vi), en: Folding.compose(purpose.en))
        client.isPublic = isPublic
        client.signsPeopleIn = signsIn
        client.actsAlone = actsAlone
        client.introspects = introspects
        client.asksConsent = asksConsent
        client.certificate = certificate
        client.scopes = scopes.isEmpty && signsIn ? Scope.allCases.map(\.rawValue) : scopes
        client.audiences = audiences
        client.signing = signing
        client.sector = signsIn && isPairwise ? sector ?? sectors.first : nil
        client.logoutURI = logoutURI
        client.redirects = redirects
        client.signOutRedirects = signOutRedirects
        return client
    }
}

/// Addresses to which browsers are sent: https, or http on this very machine while somebody develops.
enum ClientAddress {
    static func isGood(_ text: String) -> Bool {
        guard text.utf8.count <= 500, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), let host = host(text) else {
            return false
        }
        guard !text.contains("#"), !text.contains("\\"), !text.contains("\""), !text.contains("<") else { return false }
        return text.hasPrefix("https://") || isLoopback(text, host)
    }

    static func host(_ text: String) -> String? {
        guard let colon = text.firstRange(of: "://") else { return nil }
        let authority = text[colon.upperBound...].prefix { !"/?#".contains($0) }
        guard !authority.contains("@") else { return nil }
        let host =
            authority.hasPrefix("[")
            ? authority.prefix { $0 != "]" } + "]" : authority.prefix { $0 != ":" }
        return host.isEmpty ? nil : host.lowercased()
    }

    /// What a browser says in `Origin` for a page of the address: scheme and host, and the port unless it is the
    /// scheme's own.
    static func origin(_ text: String) -> String? {
        guard let colon = text.firstRange(of: "://"), host(text) != nil else { return nil }
        let (scheme, rest) = (text[..<colon.lowerBound].lowercased(), text[colon.upperBound...])
        let authority = rest.prefix { !"/?#".contains($0) }.lowercased()
        let own = scheme == "https" ? ":443" : ":80"
        return "\(scheme)://\(authority.hasSuffix(own) ? String(authority.dropLast(own.count)) : authority)"
    }

    static func isLoopback(_ text: String) -> Bool {
        host(text).map { isLoopback(text, $0) } ?? false
    }

    private static func isLoopback(_ text: String, _ host: String) -> Bool {
        text.hasPrefix("http://") && ["localhost", "127.0.0.1", "[::1]"].contains(host)
    }
}

extension Identity {
    /// Registers a program of this node's organisation. The secret is in the answer and nowhere else.
    ///
    /// - Parameter days: how long the secret is good.
    package func registerClient(
        _ form: ClientForm, days: Int64 = ClientSecret.daysDefault, by author: Person?
    ) async throws -> ClientSecret {
        let at = now()
        let until = try secretEnd(days, at: at)
        var client = try form.checked(id: ID(newID()), organisation: settings.organisation, at: at)
        let secret = client.isPublic || client.certificate != nil ? nil : Token()
        client.secret = secret?.digest
        client.secretUntil = secret.map { _ in until }
        let made = client
        try await database.write { tx in
            try ClientStore.insert(made, by: author?.id, in: tx)
            try record("identity.client-registered", made.id, by: author, at: at, in: tx)
        }
        openID.clients.forget()
        return ClientSecret(client: made.id, secret: secret?.text, until: made.secretUntil)
    }

    /// The program is turned away from now on, and every token that it has is dead.
    package func revokeClient(_ id: ID<Client>, by author: Person?) async throws {
        let at = now()
        try await database.write { tx in
            guard try revokeClient(id, by: author, at: at, in: tx) else { throw Problem.notFound }
        }
        rightsMayHaveEnded()
    }

    /// Whether it was not revoked before.
    func revokeClient(_ id: ID<Client>, by author: Person?, at now: Instant, in tx: any Transaction) throws -> Bool {
        guard try ClientStore.revoke(id, in: tx) else { return false }
        try GrantStore.revokeAll(of: id, at: now, in: tx)
        try record("identity.client-revoked", id, by: author, at: now, in: tx)
        return true
    }

    /// What is kept in memory of programs and of what they may is read anew.
    func rightsMayHaveEnded() {
        openID.clients.forget()
        openID.known.forget()
        keptRights.each { $0.changed() }
    }

    package func registeredClients() async throws -> [Client] {
        try await database.read { try ClientStore.all(in: $0) }
    }

    /// Whether somebody may say for what a client is used: whoever registered it, or administers this node; nil
    /// stands for the owner of its folder. Nobody's is one that does not exist, or is revoked.
    package func owns(
        _ client: ID<Client>, _ person: Person?, at now: Instant, in tx: any Transaction
    ) throws -> Bool {
        guard try ClientStore.find(client, in: tx)?.state == .active else { return false }
        guard let person else { return true }
        return try ClientStore.author(of: client, in: tx) == person.id
            || administrators(at: now, in: tx).contains(person.id)
    }

    func record(
        _ kind: String, _ client: ID<Client>, by author: Person?, at: Instant, in tx: any Transaction
    ) throws {
        try outbox.record(
            kind, ["client": "\(client)", "by": .string(orNull: author?.id.text)], subject: client.text, at: at, in: tx)
    }
}
