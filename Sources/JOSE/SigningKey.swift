import Crypto
import Foundation
package import StrictJSON
import Vocabulary
import _CryptoExtras

/// A private key with its name and its one algorithm.
package struct SigningKey: Sendable {
    private enum Material: Sendable {
        case p256(P256.Signing.PrivateKey)
        case ed25519(Curve25519.Signing.PrivateKey)
        case rsa(_RSA.Signing.PrivateKey)
    }

    private let material: Material
    package let algorithm: SignatureAlgorithm
    package let kid: String
    package let publicKey: VerificationKey

    /// A new key. RSA has 2048 bits and takes a tenth of a second to find.
    package init(new algorithm: SignatureAlgorithm, kid: String) throws {
        let material: Material =
            switch algorithm {
            case .es256: .p256(P256.Signing.PrivateKey())
            case .edDSA: .ed25519(Curve25519.Signing.PrivateKey())
            case .rs256: .rsa(try _RSA.Signing.PrivateKey(keySize: .bits2048))
            }
        try self.init(material, algorithm, kid)
    }

    /// Reads what `secret` gave.
    package init(_ algorithm: SignatureAlgorithm, kid: String, secret: [UInt8]) throws {
        let material: Material =
            switch algorithm {
            case .es256: .p256(try P256.Signing.PrivateKey(rawRepresentation: secret))
            case .edDSA: .ed25519(try Curve25519.Signing.PrivateKey(rawRepresentation: secret))
            case .rs256: .rsa(try _RSA.Signing.PrivateKey(derRepresentation: Data(secret)))
            }
        try self.init(material, algorithm, kid)
    }

    private init(_ material: Material, _ algorithm: SignatureAlgorithm, _ kid: String) throws {
        self.material = material
        self.algorithm = algorithm
        self.kid = kid
        let half: VerificationKey.Material
        switch material {
        case .p256(let key): half = .p256(key.publicKey)
        case .ed25519(let key): half = .ed25519(key.publicKey)
        case .rsa(let key):
            let parts = try key.publicKey.getKeyPrimitives()
            half = .rsa(key.publicKey, modulus: Array(parts.modulus), exponent: Array(parts.publicExponent))
        }
        publicKey = VerificationKey(half, algorithm, kid: kid)
    }

    /// The private half: 32 bytes of a curve, DER (PKCS #1) of RSA. To be sealed before it is kept.
    package var secret: [UInt8] {
        switch material {
        case .p256(let key): Array(key.rawRepresentation)
        case .ed25519(let key): Array(key.rawRepresentation)
        case .rsa(let key): Array(key.derRepresentation)
        }
    }

    /// Signs `payload` into a compact token with `typ`, `alg` and `kid` in its header.
    package func sign(_ payload: JSON, typ: String) throws -> String {
        let header: JSON = ["typ": .string(typ), "alg": .string(algorithm.rawValue), "kid": .string(kid)]
        let input = "\(Base64.encodeURL(header.encoded())).\(Base64.encodeURL(payload.encoded()))"
        return "\(input).\(Base64.encodeURL(try rawSignature(over: Array(input.utf8))))"
    }

    /// The signature alone, as JWS spells it.
    func rawSignature(over input: [UInt8]) throws -> [UInt8] {
        switch material {
        case .p256(let key): Array(try key.signature(for: input).rawRepresentation)
        case .ed25519(let key): Array(try key.signature(for: input))
        case .rsa(let key):
            Array(
                try key.signature(for: SHA256.hash(data: input), padding: .insecurePKCS1v1_5).rawRepresentation)
        }
    }
}
