package import Crypto
import Foundation
import _CryptoExtras

/// The public key of a certificate, with which its holder shows that the private one is theirs. It may be of any kind
/// that certificates have: RSA, P-256, P-384, P-521, Ed25519.
///
/// Signatures are spelled as `openssl pkeyutl -sign -rawin` does: over SHA-256, ECDSA in DER, RSASSA-PKCS1-v1_5; of
/// Ed25519 over the message itself.
package struct CertificateKey: Sendable {
    private enum Material: Sendable {
        case p256(P256.Signing.PublicKey)
        case p384(P384.Signing.PublicKey)
        case p521(P521.Signing.PublicKey)
        case ed25519(Curve25519.Signing.PublicKey)
        case rsa(_RSA.Signing.PublicKey, bytes: Int)
    }

    private let material: Material

    /// What stands before the 32 bytes of an Ed25519 key (RFC 8410 §4).
    private static let ed25519Head: [UInt8] = [
        0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00,
    ]

    /// - Parameter der: SubjectPublicKeyInfo (RFC 5280 §4.1).
    /// - Throws: `JOSEError.keyUnsupported`, or `keyWeak` for one with which others can sign.
    package init(subjectPublicKeyInfo der: [UInt8]) throws(JOSEError) {
        if let key = try? P256.Signing.PublicKey(derRepresentation: der) {
            material = .p256(key)
        } else if let key = try? P384.Signing.PublicKey(derRepresentation: der) {
            material = .p384(key)
        } else if let key = try? P521.Signing.PublicKey(derRepresentation: der) {
            material = .p521(key)
        } else if der.starts(with: CertificateKey.ed25519Head), der.count == CertificateKey.ed25519Head.count + 32 {
            let point = Array(der.suffix(32))
            guard !Ed25519Points.isWeak(point), let key = try? Curve25519.Signing.PublicKey(rawRepresentation: point)
            else { throw .keyWeak }
            material = .ed25519(key)
        } else {
            material = try CertificateKey.rsa(der)
        }
    }

    private static func rsa(_ der: [UInt8]) throws(JOSEError) -> Material {
        guard let key = try? _RSA.Signing.PublicKey(derRepresentation: Data(der)),
            let parts = try? key.getKeyPrimitives()
        else { throw .keyUnsupported }
        guard RSAStrength.isEnough(modulus: Array(parts.modulus), exponent: Array(parts.publicExponent)) else {
            throw .keyWeak
        }
        return .rsa(key, bytes: parts.modulus.count)
    }

    /// Whether `signature` is of this key over `message`.
    package func isValid(_ signature: [UInt8], over message: [UInt8]) -> Bool {
        let digest = SHA256.hash(data: message)
        switch material {
        case .p256(let key):
            guard let made = try? P256.Signing.ECDSASignature(derRepresentation: signature) else { return false }
            return key.isValidSignature(made, for: digest)
        case .p384(let key):
            guard let made = try? P384.Signing.ECDSASignature(derRepresentation: signature) else { return false }
            return key.isValidSignature(made, for: digest)
        case .p521(let key):
            guard let made = try? P521.Signing.ECDSASignature(derRepresentation: signature) else { return false }
            return key.isValidSignature(made, for: digest)
        case .ed25519(let key): return signature.count == 64 && key.isValidSignature(signature, for: message)
        case .rsa(let key, let bytes):
            guard signature.count == bytes else { return false }
            return key.isValidSignature(
                .init(rawRepresentation: signature), for: digest, padding: .insecurePKCS1v1_5)
        }
    }
}

/// The private half of a certificate's key, as its holder has it.
package struct CertificatePrivateKey: Sendable {
    private enum Material: Sendable {
        case p256(P256.Signing.PrivateKey)
        case p384(P384.Signing.PrivateKey)
        case p521(P521.Signing.PrivateKey)
        case ed25519(Curve25519.Signing.PrivateKey)
        case rsa(_RSA.Signing.PrivateKey)
    }

    private let material: Material

    package init(_ key: Curve25519.Signing.PrivateKey) { material = .ed25519(key) }

    /// - Parameter pem: PKCS #8, or the older form of its kind. Ed25519 is not read here.
    /// - Throws: `JOSEError.keyUnsupported`.
    package init(pem: String) throws(JOSEError) {
        if let key = try? P256.Signing.PrivateKey(pemRepresentation: pem) {
            material = .p256(key)
        } else if let key = try? P384.Signing.PrivateKey(pemRepresentation: pem) {
            material = .p384(key)
        } else if let key = try? P521.Signing.PrivateKey(pemRepresentation: pem) {
            material = .p521(key)
        } else if let key = try? _RSA.Signing.PrivateKey(pemRepresentation: pem) {
            material = .rsa(key)
        } else {
            throw .keyUnsupported
        }
    }

    package func signature(over message: [UInt8]) throws -> [UInt8] {
        let digest = SHA256.hash(data: message)
        return switch material {
        case .p256(let key): Array(try key.signature(for: digest).derRepresentation)
        case .p384(let key): Array(try key.signature(for: digest).derRepresentation)
        case .p521(let key): Array(try key.signature(for: digest).derRepresentation)
        case .ed25519(let key): Array(try key.signature(for: message))
        case .rsa(let key):
            Array(try key.signature(for: digest, padding: .insecurePKCS1v1_5).rawRepresentation)
        }
    }
}
