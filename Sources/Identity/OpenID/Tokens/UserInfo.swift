import Database
import StrictJSON
import Vocabulary
import Web

/// What an application may know about the person behind its token: Core §5.3, by scope, as it is now.
extension Identity {
    func userInfoDoors(_ site: Site) {
        for method in [Web.Method.get, .post] {
            site.api(method, "/identity/oauth/userinfo", allow: .everyone, .userInfo, bodyLimit: 32 << 10) { call in
                try await openID.shared(call.request) {
                    do {
                        return .json(try await userInfo(call.request))
                    } catch let fault as OAuthFault {
                        return fault.bearerResponse(openID.settings.issuer)
                    }
                }
            }
        }
    }

    private func userInfo(_ request: Request) async throws -> JSON {
        let text = try bearer(of: request)
        guard let token = try await introspect(text, certificateThumbprint: thumbprint(of: request)),
            let person = token.person
        else { throw OAuthFault.tokenNotGood }
        guard token.scopes.contains(Scope.openid.rawValue) else { throw OAuthFault.tokenNotEnough }
        let (at, scopes) = (now(), token.scopes)
        let claims = try await database.read { tx -> JSON? in
            guard let account = try PeopleStore.account(person, in: tx), account.state == .active else { return nil }
            return try self.claims(account, scopes, at: at, in: tx)
        }
        guard var claims else { throw OAuthFault.tokenNotGood }
        claims["sub"] = .string(token.subject)
        return claims
    }

    /// RFC 6750 §2.1 and §2.2; one way, not both.
    private func bearer(of request: Request) throws -> String {
        let header = request.headers["authorization"].flatMap { line -> String? in
            line.lowercased().hasPrefix("bearer ") ? String(line.dropFirst(7)) : nil
        }
        let isForm = request.method == .post && request.mediaType == "application/x-www-form-urlencoded"
        let inBody = isForm ? try OpenID.fields(of: request).verbatim("access_token") : nil
        guard header == nil || inBody == nil else { throw OAuthFault.parameterTwice }
        guard let token = header ?? inBody, !token.isEmpty else { throw OAuthFault.tokenMissing }
        return token
    }

    private func claims(_ account: Account, _ scopes: [String], at now: Instant, in tx: any Transaction) throws -> JSON
    {
        var claims: JSON = [:]
        if scopes.contains(Scope.profile.rawValue) {
            claims["name"] = .string(account.name)
            claims["preferred_username"] = .string(account.login)
        }
        if scopes.contains(Scope.email.rawValue), let email = account.email {
            claims["email"] = .string(email)
            claims["email_verified"] = false
        }
        let wantsOrganisation = scopes.contains(Scope.organisation.rawValue)
        guard wantsOrganisation || scopes.contains(Scope.roles.rawValue) else { return claims }
        let memberships = try counted(try PeopleStore.memberships(of: account.id, in: tx), at: now, in: tx)
        let person = Person(
            id: account.id, name: account.name, memberships: memberships, actingIn: settings.organisation, at: now)
        if wantsOrganisation, let organisation = person.organisation {
            let name = try OrganisationStore.all(in: tx).name(of: organisation, on: Day(now))
            claims["organisation"] = .string(organisation.text)
            claims["organisation_name"] = .string(name.vi)
            claims["organisation_name#en"] = .string(name.en)
        }
        if scopes.contains(Scope.roles.rawValue) {
            claims["roles"] = .array(person.roles.map(\.rawValue).sorted().map { .string($0) })
        }
        return claims
    }
}
