import Crypto
package import StrictJSON
import Vocabulary
import _CryptoExtras

/// A public key that may check signatures of exactly one algorithm.
///
/// Made only by `init(jwk:)` and by a `SigningKey`, so whatever is here has passed the gate: the right kind, curve, use
/// and strength.
package struct VerificationKey: Sendable {
    enum Material: Sendable {
        case p256(P256.Signing.PublicKey)
        case ed25519(Curve25519.Signing.PublicKey)
        case rsa(_RSA.Signing.PublicKey, modulus: [UInt8], exponent: [UInt8])
    }

    let material: Material
    package let algorithm: SignatureAlgorithm
    /// Nil for a key that stands alone; a key of a set has one.
    package let kid: String?

    init(_ material: Material, _ algorithm: SignatureAlgorithm, kid: String?) {
        self.material = material
        self.algorithm = algorithm
        self.kid = kid
    }

    /// Whether `signature`, as JWS spells it, is of this key over `input`.
    func isValid(_ signature: [UInt8], over input: [UInt8]) -> Bool {
        switch material {
        case .p256(let key):
            guard let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
            return key.isValidSignature(signature, for: input)
        case .ed25519(let key):
            return signature.count == 64 && key.isValidSignature(signature, for: input)
        case .rsa(let key, let modulus, _):
            guard signature.count == modulus.count else { return false }
            return key.isValidSignature(
                .init(rawRepresentation: signature), for: SHA256.hash(data: input), padding: .insecurePKCS1v1_5)
        }
    }

    /// RFC 7517, with `kid`, `alg` and `use`, as a set publishes it.
    package var jwk: JSON {
        var json = required
        json["use"] = "sig"
        json["alg"] = .string(algorithm.rawValue)
        if let kid { json["kid"] = .string(kid) }
        return json
    }

    /// RFC 7638: base64url of SHA-256 over the members that make the key what it is.
    package var thumbprint: String {
        Base64.encodeURL(Array(SHA256.hash(data: required.canonical())))
    }

    private var required: JSON {
        switch material {
        case .p256(let key):
            let point = Array(key.rawRepresentation)
            return [
                "crv": "P-256", "kty": "EC", "x": .string(Base64.encodeURL(point.prefix(32))),
                "y": .string(Base64.encodeURL(point.suffix(32))),
            ]
        case .ed25519(let key):
            return ["crv": "Ed25519", "kty": "OKP", "x": .string(Base64.encodeURL(Array(key.rawRepresentation)))]
        case .rsa(_, let modulus, let exponent):
            return [
                "e": .string(Base64.encodeURL(exponent)), "kty": "RSA", "n": .string(Base64.encodeURL(modulus)),
            ]
        }
    }
}
