import Database
import JOSE
import Ledger
import StrictJSON
import Vocabulary
import Web

/// The way of a browser from an application through our pages and back: sign-in, step-up, consent, code.
extension Identity {
    static let authorizePath = "/identity/oauth/authorize"

    func authorizeDoors(_ site: Site) {
        site.handOver(Identity.authorizePath, allow: .everyone)
        site.crossing(Identity.authorizePath, allow: .everyone) { page in
            let (client, redirect): (Client, String)
            do {
                (client, redirect) = try await addressee(page.request.query)
            } catch let fault as OAuthFault {
                return .stay(faultView(page, fault), status: 400)
            }
            do {
                var fields = page.request.query
                let asked = takeMark(&fields)
                let request = try AuthorizationRequest(fields, client: client, redirect: redirect)
                let turn = try await next(request, page, fields, since: asked)
                return try await speaking(request.language, turn, page)
            } catch let fault as OAuthFault {
                return leave(page, refusal(fault, redirect, page.request.query), for: client)
            }
        }
        consentDoors(site)
        site.page("/identity/oauth/account", allow: .account, selectAccountPage)
    }

    func addressee(_ fields: Fields) async throws -> (Client, String) {
        try await AuthorizationRequest.addressee(fields) { try await openID.clients.find($0, at: now(), in: database) }
    }

    /// What has to happen next. `since` is when we sent the browser to sign in for this same request.
    private func next(
        _ request: AuthorizationRequest, _ page: Page, _ fields: Fields, since asked: Instant?
    ) async throws -> Turn {
        let isSilent = request.prompts.contains("none")
        guard let person = page.person, let session = try await signedInSession(page) else {
            if isSilent { throw OAuthFault.loginRequired }
            var hint = Fields()
            hint.add("login", request.loginHint ?? "")
            return .go(detour(("/sign-in" as Link).with(hint), fields, page))
        }
        if request.prompts.contains("select_account"), asked == nil {
            return .go(.redirect(("/identity/oauth/account" as Link).with(fields)))
        }
        if isStale(request, person, since: asked) {
            if isSilent { throw OAuthFault.loginRequired }
            return .go(detour("/identity/confirm", fields, page))
        }
        if let hint = request.hint, !(try await isHint(hint, of: person, request.client)) {
            throw OAuthFault.otherPerson
        }
        if request.level > person.assurance.level, !isSilent, try await hasSecondStep(person.id) {
            var level = Fields()
            level.add("level", String(request.level))
            return .go(detour(("/identity/confirm" as Link).with(level), fields, page))
        }
        if try await needsConsent(request, person) {
            if isSilent { throw OAuthFault.consentRequired }
            return .go(.redirect(("/identity/oauth/consent" as Link).with(fields)))
        }
        let code = try await issueCode(request, person, session)
        return leave(page, code, for: request.client)
    }

    /// Whether the sign-in is too old for what is asked: `prompt=login` wants one since the request, `max_age` one
    /// within so many seconds (Core §3.1.2.1).
    private func isStale(_ request: AuthorizationRequest, _ person: Person, since asked: Instant?) -> Bool {
        let isSince = asked.map { person.assurance.at >= $0 } ?? false
        if request.prompts.contains("login"), !isSince { return true }
        guard let maxAge = request.maxAgeSeconds, !isSince else { return false }
        return person.assurance.at.adding(seconds: maxAge) < now()
    }

    private func hasSecondStep(_ person: ID<Person>) async throws -> Bool {
        try await database.read { try SecondStepStore.isOn(for: person, in: $0) }
    }

    private func isHint(_ hint: String, of person: Person, _ client: Client) async throws -> Bool {
        let verifying = try await openID.keyring.ring(at: now()).verifying
        guard let jws = try? JWS(hint, keys: verifying, kind: .plain), let jwt = try? JWT(jws) else { return false }
        return jwt.text("iss") == openID.settings.issuer && jwt.text("sub") == openID.subject(person.id, for: client)
    }

    /// The session of the page, when it is a full one.
    func signedInSession(_ page: Page) async throws -> Session? {
        guard let token = Browser(page.request, cookies).session else { return nil }
        let at = now()
        let session = try await database.read { try living(token, at: at, in: $0)?.0 }
        return session?.stage == .full ? session : nil
    }

    func needsConsent(_ request: AuthorizationRequest, _ person: Person) async throws -> Bool {
        if request.prompts.contains("consent") { return true }
        // Whoever does something in a person's name is let by that person, whatever an administrator registered.
        let acts = request.scopes.contains { AxisScope(rawValue: $0) != nil }
        guard request.client.asksConsent || acts else { return false }
        let given = try await database.read { try ConsentStore.scopes(person.id, request.client.id, in: $0) }
        return !Set(request.scopes).isSubset(of: given)
    }

    /// The address with a new code, which stands for a grant of its own.
    func issueCode(_ request: AuthorizationRequest, _ person: Person, _ session: Session) async throws -> String {
        let (at, code) = (now(), Token())
        // A guest is here while their node vouches: an application that acts for them while away would not know.
        let isOffline = request.isOffline && person.guestOf == nil
        let scopes = isOffline ? request.scopes : request.scopes.filter { $0 != Scope.offline.rawValue }
        let expiry =
            isOffline
            ? at.adding(days: openID.settings.refreshDays) : max(session.expiresAt, at.adding(seconds: 600))
        let grant = Grant(
            id: ID(newID()), client: request.client.id, person: person.id, session: session.id, scopes: scopes,
            audiences: request.audiences, nonce: request.nonce, assurance: person.assurance,
            isOffline: isOffline, createdAt: at, expiresAt: expiry)
        try await database.write { tx in
            try GrantStore.insert(grant, in: tx)
            try GrantStore.insertCode(
                code.digest, of: grant.id, redirect: request.redirect, challenge: request.challenge,
                until: at.adding(seconds: openID.settings.codeSeconds), in: tx)
            try outbox.record(
                "identity.signed-in-to",
                [
                    "person": "\(person.id)", "client": "\(request.client.id)", "grant": "\(grant.id)",
                    "scopes": .string(scopes.joined(separator: " ")),
                ], subject: person.id.text, at: at, in: tx)
        }
        return AuthorizationRequest.answer(
            request.redirect, state: request.state, issuer: openID.settings.issuer, [("code", code.text)])
    }
}
