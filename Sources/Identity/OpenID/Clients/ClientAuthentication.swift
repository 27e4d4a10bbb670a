import Crypto
import Vocabulary
import Web

/// Who asks at an endpoint for programs, and how it proved it.
struct AuthenticatedClient: Sendable {
    let client: Client
    /// Of the certificate with which it called, when it is the client's own: its tokens are bound to it.
    let certificate: String?
}

extension OpenID {
    /// RFC 6749 §2.3 and RFC 8705 §2.2: `client_secret_basic`, `client_secret_post`, the client's own certificate, or,
    /// for public clients, the name alone.
    func authenticate(_ request: Request, _ fields: Fields, at now: Instant) async throws -> AuthenticatedClient {
        let claimed = try ClientClaim(request, fields)
        guard let client = try await clients.find(ID(claimed.id), at: now, in: database), client.state == .active else {
            throw OAuthFault.clientNotProved
        }
        if client.certificate != nil {
            guard claimed.secret == nil, let shown = request.certificate,
                isCertificate(shown.thumbprint, of: client, at: now)
            else { throw OAuthFault.clientNotProved }
            switch shown.validity.fault(at: now) {
            case nil: break
            case .notYet: throw OAuthFault.certificateNotYetValid
            case .expired: throw OAuthFault.certificateExpired
            }
            return AuthenticatedClient(client: client, certificate: shown.thumbprint)
        }
        if client.isPublic {
            guard claimed.secret == nil else { throw OAuthFault.clientNotProved }
            return AuthenticatedClient(client: client, certificate: nil)
        }
        guard let secret = claimed.secret, isSecret(Digest.hex(secret), of: client, at: now) else {
            throw OAuthFault.clientNotProved
        }
        return AuthenticatedClient(client: client, certificate: nil)
    }

    private func isSecret(_ digest: String, of client: Client, at now: Instant) -> Bool {
        let isCurrent =
            client.secret.map { areEqual($0.utf8, digest.utf8) } ?? false
            && client.secretUntil.map { now < $0 } ?? true
        let isOld = client.oldSecret.map { areEqual($0.utf8, digest.utf8) } ?? false
        return isCurrent || isOld && client.oldSecretUntil.map { now < $0 } ?? false
    }

    private func isCertificate(_ thumbprint: String, of client: Client, at now: Instant) -> Bool {
        if client.certificate == thumbprint { return true }
        return client.oldCertificate == thumbprint && client.oldCertificateUntil.map { now < $0 } ?? false
    }
}

/// The name, and perhaps the secret, that a call brings. Two ways at once are refused.
private struct ClientClaim {
    let id: String
    let secret: String?

    init(_ request: Request, _ fields: Fields) throws {
        let inBody = (id: fields.verbatim("client_id"), secret: fields.verbatim("client_secret"))
        guard let header = request.headers["authorization"], header.lowercased().hasPrefix("basic ") else {
            guard let id = inBody.id, !id.isEmpty else { throw OAuthFault.clientMissing }
            self.id = id
            secret = inBody.secret
            return
        }
        // RFC 6749 §2.3.1: both halves are form-urlencoded before they are joined.
        guard let bytes = Base64.decode(header.dropFirst(6)), let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
            let id = PercentCoding.decode(bytes[..<colon], plusIsSpace: true),
            let secret = PercentCoding.decode(bytes[bytes.index(after: colon)...], plusIsSpace: true),
            inBody.secret == nil, inBody.id.map({ $0 == id }) ?? true, !id.isEmpty
        else { throw OAuthFault.clientNotProved }
        self.id = id
        self.secret = secret
    }
}
