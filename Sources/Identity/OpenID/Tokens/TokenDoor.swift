import Crypto
import Database
import JOSE
import Ledger
import StrictJSON
import Vocabulary
import Web

/// The token endpoint: OAuth 2.1 §3.2, with the three grants that there are.
extension OpenID {
    /// The fields of a program's form; each name once, but `resource`.
    static func fields(of request: Request) throws -> Fields {
        guard request.mediaType == "application/x-www-form-urlencoded" else { throw OAuthFault.mediaType }
        let fields = try URLEncoded.parse(
            request.body, limits: FormLimits(fields: 50, nameBytes: 100, valueBytes: 17 << 10, files: 0))
        let names = fields.list.map(\.name).filter { $0 != "resource" }
        guard Set(names).count == names.count else { throw OAuthFault.parameterTwice }
        return fields
    }

    /// Answers faults as RFC 6749 §5.2 wants them.
    func answering(_ run: () async throws -> Response) async throws -> Response {
        do {
            return try await run()
        } catch let fault as OAuthFault {
            return fault.response(settings.issuer)
        }
    }

    func token(_ call: Call) async throws -> Response {
        let fields = try OpenID.fields(of: call.request)
        let at = now()
        let caller = try await authenticate(call.request, fields, at: at)
        uses.note(.client(caller.client.id), at: at)
        switch fields.verbatim("grant_type") {
        case "authorization_code": return try await redeem(fields, caller, at: at)
        case "refresh_token": return try await refresh(fields, caller, at: at)
        case "client_credentials": return try await tokenForItself(fields, caller, at: at)
        default: throw OAuthFault.grantType
        }
    }

    // MARK: Client credentials

    private func tokenForItself(
        _ fields: Fields, _ caller: AuthenticatedClient, at now: Instant
    ) async throws -> Response {
        let client = caller.client
        guard client.actsAlone else { throw OAuthFault.grantNotAllowed }
        let own = client.scopes.filter { Scope(rawValue: $0) == nil }
        let asked = fields.verbatim("scope").map(words)
        let scopes = asked.map { $0.filter(own.contains) } ?? own
        guard asked == nil || !scopes.isEmpty else { throw OAuthFault.scope }
        let token = ActiveToken(
            id: newID(), client: client.id, person: nil, subject: client.id.text, scopes: scopes,
            audiences: try AuthorizationRequest.audiences(fields, of: client), issuedAt: now,
            expiresAt: now.adding(seconds: settings.accessTokenSeconds), certificate: caller.certificate,
            assurance: .none)
        try await database.write { try AccessTokenStore.insert(token, of: nil, in: $0) }
        return .json(try await answer(token))
    }

    // MARK: Codes

    private struct Redeemed: Sendable {
        let grant: Grant
        let token: ActiveToken
        let refresh: RefreshToken?
    }

    private enum Outcome: Sendable {
        case done(Redeemed)
        case refused
        /// Refused, and a grant that held until now is over: tokens of it may be known.
        case ended
    }

    /// What was redeemed; otherwise sees that tokens are looked up anew where they must, and throws `fault`.
    private func redeemed(_ outcome: Outcome, or fault: OAuthFault) throws -> Redeemed {
        switch outcome {
        case .done(let redeemed): return redeemed
        case .refused: throw fault
        case .ended:
            known.doubt()
            throw fault
        }
    }

    private func redeem(_ fields: Fields, _ caller: AuthenticatedClient, at now: Instant) async throws -> Response {
        guard !caller.client.redirects.isEmpty else { throw OAuthFault.grantNotAllowed }
        guard let code = fields.verbatim("code"), let verifier = fields.verbatim("code_verifier"),
            (43...128).contains(verifier.utf8.count)
        else { throw OAuthFault.codeNotGood }
        let challenge = Base64.encodeURL(Array(SHA256.hash(data: Array(verifier.utf8))))
        let redirect = fields.verbatim("redirect_uri")
        let (digest, jti) = (Token(code).digest, newID())
        let outcome = try await database.write { tx -> Outcome in
            guard let used = try GrantStore.useCode(digest, at: now, in: tx) else {
                return try endGrant(ofUsedCode: digest, at: now, in: tx) ? .ended : .refused
            }
            guard now < used.expiresAt, areEqual(used.challenge.utf8, challenge.utf8), redirect == used.redirect,
                let grant = try GrantStore.living(used.grant, of: caller.client.id, at: now, in: tx),
                try PeopleStore.account(grant.person, in: tx)?.state == .active,
                try GuestStore.mayStay(grant.person, at: now, in: tx)
            else { return .refused }
            let token = token(of: grant, grant.scopes, caller, jti: jti, at: now)
            try AccessTokenStore.insert(token, of: grant.id, in: tx)
            let refresh = grant.isOffline ? RefreshToken() : nil
            if let refresh { try GrantStore.begin(refresh, of: grant.id, in: tx) }
            return .done(Redeemed(grant: grant, token: token, refresh: refresh))
        }
        let redeemed = try redeemed(outcome, or: .codeNotGood)
        var json = try await answer(redeemed.token)
        if let refresh = redeemed.refresh { json["refresh_token"] = .string(refresh.text) }
        if let token = try await idToken(redeemed.grant, caller.client, json["access_token"], at: now) {
            json["id_token"] = .string(token)
        }
        return .json(json)
    }

    /// A code comes a second time: one of the two who have it stole it (RFC 9700 §4.5.3).
    private func endGrant(ofUsedCode digest: String, at now: Instant, in tx: any Transaction) throws -> Bool {
        guard let grant = try GrantStore.grant(ofUsedCode: digest, in: tx),
            try GrantStore.revoke(grant, at: now, in: tx)
        else { return false }
        try outbox.record("identity.code-reused", ["grant": "\(grant)"], subject: grant.text, at: now, in: tx)
        return true
    }

    // MARK: Refresh tokens

    private func refresh(_ fields: Fields, _ caller: AuthenticatedClient, at now: Instant) async throws -> Response {
        guard let old = fields.verbatim("refresh_token").flatMap({ RefreshToken($0) }) else {
            throw OAuthFault.refreshNotGood
        }
        let (next, jti, client) = (old.next(), newID(), caller.client)
        let asked = fields.verbatim("scope").map(words)
        let outcome = try await database.write { tx -> Outcome in
            let until = now.adding(days: settings.refreshDays)
            switch try GrantStore.turn(old, to: next, of: client.id, until: until, at: now, in: tx) {
            case .unknown: return .refused
            case .reused(let grant):
                try outbox.record(
                    "identity.refresh-token-reused",
                    ["person": "\(grant.person)", "client": "\(client.id)", "grant": "\(grant.id)"],
                    subject: grant.person.text, at: now, in: tx)
                return .ended
            case .rotated(let grant):
                guard try PeopleStore.account(grant.person, in: tx)?.state == .active,
                    try GuestStore.mayStay(grant.person, at: now, in: tx),
                    now < grant.createdAt.adding(days: settings.grantDays)
                else {
                    _ = try GrantStore.revoke(grant.id, at: now, in: tx)
                    return .ended
                }
                let scopes = try narrowed(grant.scopes, to: asked)
                let token = token(of: grant, scopes, caller, jti: jti, at: now)
                try AccessTokenStore.insert(token, of: grant.id, in: tx)
                return .done(Redeemed(grant: grant, token: token, refresh: next))
            }
        }
        let turned = try redeemed(outcome, or: .refreshNotGood)
        var json = try await answer(turned.token)
        json["refresh_token"] = .string(next.text)
        if let token = try await idToken(turned.grant, client, json["access_token"], at: now) {
            json["id_token"] = .string(token)
        }
        return .json(json)
    }

    /// Less than was granted, never more.
    private func narrowed(_ granted: [String], to asked: [String]?) throws -> [String] {
        guard let asked else { return granted }
        guard !asked.isEmpty, asked.allSatisfy(granted.contains) else { throw OAuthFault.scope }
        return asked
    }

    // MARK: What is handed out

    private func token(
        of grant: Grant, _ scopes: [String], _ caller: AuthenticatedClient, jti: String, at now: Instant
    ) -> ActiveToken {
        ActiveToken(
            id: jti, client: grant.client, person: grant.person, subject: subject(grant.person, for: caller.client),
            scopes: scopes, audiences: grant.audiences, issuedAt: now,
            expiresAt: now.adding(seconds: settings.accessTokenSeconds), certificate: caller.certificate,
            assurance: grant.assurance)
    }

    private func answer(_ token: ActiveToken) async throws -> JSON {
        let signer = try await keyring.signer(.es256, at: token.issuedAt)
        return [
            "access_token": .string(try signer.sign(token.claims(settings.issuer), typ: "at+jwt")),
            "token_type": "Bearer", "expires_in": .integer(token.expiresAt.seconds - token.issuedAt.seconds),
            "scope": .string(token.scopes.joined(separator: " ")),
        ]
    }
}
