package import Gateway
package import Vocabulary

/// A system of an organisation that calls services (ứng dụng khai thác; NĐ 47/2020 Đ35).
package struct Application: Sendable, Hashable {
    package let id: ID<Application>
    package let organisation: ID<Organisation>
    /// Unique within the organisation: its subsystem in X-Road.
    package let code: String
    package let name: String
    package let contact: String
    /// The member at whose node it lives, which signs its calls; nil for one that calls here itself.
    package let node: ID<Organisation>?
    package let createdAt: Instant
    package let endedAt: Instant?

    static func isCode(_ text: String) -> Bool {
        (2...40).contains(text.utf8.count) && text != ".."
            && text.utf8.allSatisfy { unit in
                (97...122).contains(unit | 0x20) || (48...57).contains(unit) || [45, 46, 95].contains(unit)
            }
    }
}

/// One way in which an application shows that it is the one. Of a key only the digest is kept.
package struct ApplicationCredential: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// `value` is the SHA-256 of the key in hex.
        case apiKey = "api-key"
        /// `value` is the SHA-256 of the certificate's DER in hex.
        case certificate
        /// `value` is the id of an OAuth client.
        case oauthClient = "oauth-client"
        /// `value` is an Ed25519 public key, base64url: also the `keyid` of its RFC 9421 signatures.
        case signer

        /// Whether it can be shown to be its application's, and so has to be.
        var isProvable: Bool { self == .certificate || self == .signer }
    }

    package let id: ID<ApplicationCredential>
    package let application: ID<Application>
    package let kind: Kind
    package let value: String
    /// What of a secret may be shown, to tell two apart.
    package let hint: String
    package let createdAt: Instant
    /// When its key signed for the application; nil for what needs no such proof, and for what was taken without one.
    package let provenAt: Instant?

    /// Taken on trust: whose key it is nobody has shown.
    package var isUnproven: Bool { kind.isProvable && provenAt == nil }

    func proven(at now: Instant) -> ApplicationCredential {
        ApplicationCredential(
            id: id, application: application, kind: kind, value: value, hint: hint, createdAt: createdAt, provenAt: now)
    }

    static let keyPrefix = "tk_"
    static let livingMax = 8

    /// As the gateway's table has it; nil for a value that cannot be.
    var compiled: Credential? {
        switch kind {
        case .apiKey: Hex.decode(value).map { .apiKey(sha256: $0) }
        case .certificate: Hex.decode(value).map { .certificate(sha256: $0) }
        case .oauthClient: .oauthClient(value)
        case .signer: .signer(value)
        }
    }
}

/// What somebody gave to have an application known by, checked and in its one form.
enum NewCredential: Sendable {
    case certificate(ShownCertificate)
    case signer(String)
    case oauthClient(String)

    init(_ kind: ApplicationCredential.Kind, _ given: String) throws(Problem) {
        let text = given.filter { !$0.isWhitespace }
        switch kind {
        case .apiKey: throw .forbidden
        case .certificate:
            guard let certificate = try? ShownCertificate(pem: given) else {
                throw .invalid(["value": .certificateIsWrong])
            }
            self = .certificate(certificate)
        case .signer:
            guard let bytes = Base64.decodeURL(text), bytes.count == 32 else {
                throw .invalid(["value": .publicKeyIsWrong])
            }
            self = .signer(Base64.encodeURL(bytes))
        case .oauthClient:
            guard (1...100).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                throw .invalid(["value": .clientIsWrong])
            }
            self = .oauthClient(text)
        }
    }

    /// As `ApplicationCredential` has it.
    var value: String {
        switch self {
        case .certificate(let certificate): Hex.encode(certificate.sha256)
        case .signer(let key): key
        case .oauthClient(let client): client
        }
    }
}

extension ShownCertificate {
    /// By the node's clock: the gateway would refuse every call with one that is out of its dates.
    func requireValidity(at now: Instant) throws(Problem) {
        switch validity.fault(at: now) {
        case nil: break
        case .expired: throw .rejected(code: "exchange.certificate-expired", ["value": .certificateHasExpired])
        case .notYet: throw .rejected(code: "exchange.certificate-not-yet-valid", ["value": .certificateIsEarly])
        }
    }
}

extension KeyProof {
    static func require(_ proof: String?, where isGood: (String) -> Bool) throws(Problem) {
        let proof = proof?.filter { !$0.isWhitespace } ?? ""
        guard !proof.isEmpty else {
            throw .rejected(code: "exchange.proof-missing", ["proof": .proofIsMissing])
        }
        guard proof.utf8.count <= textBytes, isGood(proof) else {
            throw .rejected(code: "exchange.proof-wrong", ["proof": .proofIsWrong])
        }
    }
}
