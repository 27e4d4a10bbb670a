import Crypto
import Foundation
import CryptoExtras

/// Algorithms of COSE (RFC 9053, RFC 8812) that can be verified here, most wanted first. Ed448 is not among them:
/// swift-crypto has no such curve.
package enum Algorithm: Int64, Sendable, Hashable, CaseIterable {
    case es256 = -7
    case edDSA = -8
    case rs256 = -257
    case es384 = -35
    case es512 = -36
}

/// A key that signatures are checked with. It was valid when it was read: a point on its curve, a modulus of 2048 to
/// 4096 bits.
package struct PublicKey: Sendable {
    enum Kind: Sendable {
        case p256(P256.Signing.PublicKey)
        case p384(P384.Signing.PublicKey)
        case p521(P521.Signing.PublicKey)
        case ed25519(Curve25519.Signing.PublicKey)
        case rsa(_RSA.Signing.PublicKey)
    }

    package let algorithm: Algorithm
    let kind: Kind

    init(_ algorithm: Algorithm, _ kind: Kind) {
        self.algorithm = algorithm
        self.kind = kind
    }

    /// Of `SubjectPublicKeyInfo` in DER, for signatures of `algorithm`. Throws `webauthn.certificate`.
    init(subjectPublicKeyInfo der: [UInt8], _ algorithm: Algorithm) throws(WebAuthnFault) {
        self.algorithm = algorithm
        do {
            kind =
                switch algorithm {
                case .es256: .p256(try P256.Signing.PublicKey(derRepresentation: der))
                case .es384: .p384(try P384.Signing.PublicKey(derRepresentation: der))
                case .es512: .p521(try P521.Signing.PublicKey(derRepresentation: der))
                case .rs256: .rsa(try _RSA.Signing.PublicKey(derRepresentation: der))
                case .edDSA: throw WebAuthnFault.certificate
                }
        } catch {
            throw .certificate
        }
    }

    /// Whether `signature`, as WebAuthn L3 §6.5.5 encodes it, is of this key over `message`.
    package func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        switch kind {
        case .p256(let key):
            guard let signature = try? P256.Signing.ECDSASignature(derRepresentation: signature) else { return false }
            return key.isValidSignature(signature, for: SHA256.hash(data: message))
        case .p384(let key):
            guard let signature = try? P384.Signing.ECDSASignature(derRepresentation: signature) else { return false }
            return key.isValidSignature(signature, for: SHA384.hash(data: message))
        case .p521(let key):
            guard let signature = try? P521.Signing.ECDSASignature(derRepresentation: signature) else { return false }
            return key.isValidSignature(signature, for: SHA512.hash(data: message))
        case .ed25519(let key): return key.isValidSignature(signature, for: message)
        case .rsa(let key):
            let signature = _RSA.Signing.RSASignature(rawRepresentation: signature)
            return key.isValidSignature(signature, for: SHA256.hash(data: message), padding: .insecurePKCS1v1_5)
        }
    }

    /// The same point or modulus, whatever it was read from.
    func isSameKey(as other: PublicKey) -> Bool {
        switch (kind, other.kind) {
        case (.p256(let one), .p256(let other)): one.x963Representation == other.x963Representation
        case (.p384(let one), .p384(let other)): one.x963Representation == other.x963Representation
        case (.p521(let one), .p521(let other)): one.x963Representation == other.x963Representation
        case (.ed25519(let one), .ed25519(let other)): one.rawRepresentation == other.rawRepresentation
        case (.rsa(let one), .rsa(let other)): one.derRepresentation == other.derRepresentation
        default: false
        }
    }
}
