import Crypto
import JOSE
import StrictJSON
import Vocabulary

extension OpenID {
    /// What the client calls the person: the node's own id, or one that only this sector sees (Core §8.1).
    func subject(_ person: ID<Person>, for client: Client) -> String {
        client.sector.map { box.pseudonym("openid.subject", "\($0)\n\(person)") } ?? person.text
    }

    /// `sid`: what the client calls the person's session here.
    func sessionName(_ session: ID<Session>, for client: ID<Client>) -> String {
        box.pseudonym("openid.session", "\(client)\n\(session)")
    }

    /// Core §2, with `acr`, `amr` and `auth_time` always; nil when `openid` was not asked for.
    func idToken(_ grant: Grant, _ client: Client, _ accessToken: JSON?, at now: Instant) async throws -> String? {
        guard grant.scopes.contains(Scope.openid.rawValue) else { return nil }
        var claims: JSON = [
            "iss": .string(settings.issuer), "sub": .string(subject(grant.person, for: client)),
            "aud": .string(client.id.text), "iat": .integer(now.seconds),
            "exp": .integer(now.adding(seconds: settings.idTokenSeconds).seconds),
            "auth_time": .integer(grant.assurance.at.seconds), "acr": .string(String(grant.assurance.level)),
            "amr": .array(grant.assurance.methods.map { .string($0) }),
            "sid": .string(sessionName(grant.session, for: client.id)),
        ]
        if let nonce = grant.nonce { claims["nonce"] = .string(nonce) }
        if case .string(let token) = accessToken, client.signing != .edDSA {
            // Of Ed25519 the standards disagree on the hash; it may be left out (Core §3.1.3.6).
            claims["at_hash"] = .string(Base64.encodeURL(Array(SHA256.hash(data: Array(token.utf8))).prefix(16)))
        }
        return try await keyring.signer(client.signing, at: now).sign(claims, typ: "JWT")
    }
}
