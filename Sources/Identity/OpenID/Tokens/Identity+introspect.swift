import Database
import JOSE
import Ledger
import StrictJSON
import Vocabulary
import Web

extension Identity {
    /// What a token is worth now; nil for one that is not ours, has expired, was revoked, or is bound to another
    /// certificate than `certificateThumbprint` (RFC 8705 §3). Cheap for a token that was asked about within a second;
    /// throws only when the rows cannot be read.
    package func introspect(_ token: String, certificateThumbprint: String?) async throws -> ActiveToken? {
        guard let found = try await openID.look(token)?.token, found.fits(certificateThumbprint) else { return nil }
        return found
    }

    /// The same without waiting, for a token that was looked up within the last second; nil says nothing.
    package func knownToken(_ token: String, certificateThumbprint: String?) -> ActiveToken? {
        guard let entry = openID.known.fresh(KnownTokens.key(token), at: now()),
            entry.token.fits(certificateThumbprint)
        else { return nil }
        return entry.token
    }

    /// Of the certificate that a call shows, while that is good: outside its dates it proves nothing.
    func thumbprint(of request: Request) -> String? {
        request.certificate.flatMap { $0.validity.fault(at: now()) == nil ? $0.thumbprint : nil }
    }

    func introspectionDoors(_ site: Site) {
        site.api(.post, "/identity/oauth/introspect", allow: .everyone, .introspect, bodyLimit: 32 << 10) { call in
            try await openID.answering { try await openID.introspect(call) }
        }
        site.api(.post, "/identity/oauth/revoke", allow: .everyone, .revokeToken, bodyLimit: 32 << 10) { call in
            try await openID.answering { try await openID.revoke(call) }
        }
    }
}

extension ActiveToken {
    func fits(_ thumbprint: String?) -> Bool {
        certificate.map { $0 == thumbprint } ?? true
    }
}

extension OpenID {
    private static let inactive = Array("{\"active\":false}".utf8)

    /// RFC 7662. Who asks proves itself and learns about its own tokens, those meant for it, and, when it was
    /// registered to, about all.
    func introspect(_ call: Call) async throws -> Response {
        let fields = try OpenID.fields(of: call.request)
        let asking = try await authenticate(call.request, fields, at: now()).client
        guard !asking.isPublic, let text = fields.verbatim("token"), !text.isEmpty else {
            throw asking.isPublic ? OAuthFault.grantNotAllowed : OAuthFault.tokenMissing
        }
        guard let entry = try await look(text), mayKnow(asking, entry.token) else {
            return .bytes(OpenID.inactive, type: "application/json")
        }
        return .bytes(entry.answer, type: "application/json")
    }

    private func mayKnow(_ client: Client, _ token: ActiveToken) -> Bool {
        client.introspects || token.client == client.id || token.audiences.contains(client.id.text)
    }

    func look(_ text: String) async throws -> KnownTokens.Entry? {
        let (at, key) = (now(), KnownTokens.key(text))
        if let fresh = known.fresh(key, at: at) { return fresh }
        let (seen, epoch) = (known.entry(key), known.epoch)
        guard let claims = try await claims(text, seen, at: at) else { return nil }
        let state = try await database.read { try AccessTokenStore.grant(of: claims.id, at: at, in: $0) }
        guard state.isActive else { return nil }
        let token = claims.held(by: state.person, state.assurance)
        let entry = KnownTokens.Entry(token: token, answer: token.json(settings.issuer).encoded(), checkedAt: at)
        known.keep(entry, key, since: epoch)
        return entry
    }

    /// What the token itself says, once its signature was checked: now or before.
    private func claims(_ text: String, _ seen: KnownTokens.Entry?, at now: Instant) async throws -> ActiveToken? {
        if let seen { return now < seen.token.expiresAt ? seen.token : nil }
        guard let token = try await verified(text, at: now), now < token.expiresAt else { return nil }
        return token
    }

    /// An access token of ours, expired or not; nil for anything else.
    private func verified(_ text: String, at now: Instant) async throws -> ActiveToken? {
        let ring = try await keyring.ring(at: now)
        guard let jws = try? JWS(text, keys: ring.verifying, kind: .typed("at+jwt")), let jwt = try? JWT(jws),
            jwt.text("iss") == settings.issuer, let id = jwt.text("jti"), let client = jwt.text("client_id"),
            let subject = jwt.text("sub"), let issued = jwt.instant("iat"), let expiry = jwt.instant("exp")
        else { return nil }
        return ActiveToken(
            id: id, client: ID(client), person: nil, subject: subject, scopes: words(jwt.text("scope") ?? ""),
            audiences: jwt.audience.filter { $0 != settings.issuer }, issuedAt: issued, expiresAt: expiry,
            certificate: jwt.claims["cnf"]?["x5t#S256"]?.string, assurance: .none)
    }

    /// RFC 7009: ends a refresh token with its family, or one access token, of the client that asks. Whatever was sent,
    /// the answer is the same.
    func revoke(_ call: Call) async throws -> Response {
        let fields = try OpenID.fields(of: call.request)
        let at = now()
        let client = try await authenticate(call.request, fields, at: at).client.id
        guard let text = fields.verbatim("token"), !text.isEmpty else { throw OAuthFault.tokenMissing }
        let isOver: Bool
        if let refresh = RefreshToken(text) {
            isOver = try await database.write { tx in
                guard let grant = try GrantStore.grant(ofFamily: refresh.family.digest, of: client, in: tx),
                    try GrantStore.revoke(grant, at: at, in: tx)
                else { return false }
                try outbox.record(
                    "identity.grant-revoked", ["grant": "\(grant)", "client": "\(client)"], subject: client.text,
                    at: at, in: tx)
                return true
            }
        } else if let token = try await verified(text, at: at), token.client == client {
            isOver = try await database.write { try AccessTokenStore.delete(token.id, of: client, in: $0) }
        } else {
            isOver = false
        }
        if isOver { known.doubt() }
        return Response(status: 200)
    }
}

extension ActiveToken {
    fileprivate func held(by person: ID<Person>?, _ assurance: Assurance) -> ActiveToken {
        ActiveToken(
            id: id, client: client, person: person, subject: subject, scopes: scopes, audiences: audiences,
            issuedAt: issuedAt, expiresAt: expiresAt, certificate: certificate, assurance: assurance)
    }
}
