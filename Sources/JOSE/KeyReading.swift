import Crypto
package import StrictJSON
import Vocabulary
import _CryptoExtras

extension VerificationKey {
    /// Reads a JWK (RFC 7517 §4) and refuses whatever is not plainly a public key for one of our signatures.
    ///
    /// `alg` must fit the key; without one an RSA key is refused, unless `algorithm` says what it is for. `use` must be
    /// `sig` when it is there, `key_ops` must hold `verify`, and no private member may be.
    package init(jwk: JSONValue, algorithm pinned: SignatureAlgorithm? = nil) throws(JOSEError) {
        guard jwk.kind == .object else { throw .keyUnreadable }
        let kid = try VerificationKey.text(jwk, "kid")
        guard kid.map({ (1...200).contains($0.utf8.count) }) ?? true else { throw .keyUnreadable }
        for member in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] where jwk[member] != nil { throw .keyNotPublic }
        try VerificationKey.checkUse(of: jwk)
        let material = try VerificationKey.material(of: jwk)
        let algorithm = try VerificationKey.algorithm(of: jwk, for: material, pinned)
        self.init(material, algorithm, kid: kid)
    }

    private static func checkUse(of jwk: JSONValue) throws(JOSEError) {
        if let use = try text(jwk, "use"), use != "sig" { throw .keyNotForVerifying }
        guard let operations = jwk["key_ops"] else { return }
        guard let names = operations.elements?.map(\.string), names.allSatisfy({ $0 != nil }) else {
            throw .keyUnreadable
        }
        guard names.contains("verify"), Set(names).count == names.count else { throw .keyNotForVerifying }
    }

    private static func algorithm(
        of jwk: JSONValue, for material: Material, _ pinned: SignatureAlgorithm?
    ) throws(JOSEError) -> SignatureAlgorithm {
        let possible: SignatureAlgorithm =
            switch material {
            case .p256: .es256
            case .ed25519: .edDSA
            case .rsa: .rs256
            }
        let named = try text(jwk, "alg")
        guard named.map({ $0 == possible.rawValue }) ?? true, pinned.map({ $0 == possible }) ?? true else {
            throw .keyUnsupported
        }
        // A modulus alone does not say which padding it is for.
        if named == nil, pinned == nil, possible == .rs256 { throw .keyUnsupported }
        return possible
    }

    private static func material(of jwk: JSONValue) throws(JOSEError) -> Material {
        switch (try text(jwk, "kty"), try text(jwk, "crv")) {
        case ("EC", "P-256"): try point(of: jwk)
        case ("OKP", "Ed25519"): try ed25519(of: jwk)
        case ("RSA", nil): try rsa(of: jwk)
        default: throw .keyUnsupported
        }
    }

    private static func point(of jwk: JSONValue) throws(JOSEError) -> Material {
        let (x, y) = (try bytes(jwk, "x"), try bytes(jwk, "y"))
        guard x.count == 32, y.count == 32 else { throw .keyUnreadable }
        guard let key = try? P256.Signing.PublicKey(rawRepresentation: x + y) else { throw .keyWeak }
        return .p256(key)
    }

    private static func ed25519(of jwk: JSONValue) throws(JOSEError) -> Material {
        let x = try bytes(jwk, "x")
        guard x.count == 32, jwk["y"] == nil else { throw .keyUnreadable }
        guard !Ed25519Points.isWeak(x), let key = try? Curve25519.Signing.PublicKey(rawRepresentation: x) else {
            throw .keyWeak
        }
        return .ed25519(key)
    }

    private static func rsa(of jwk: JSONValue) throws(JOSEError) -> Material {
        let (modulus, exponent) = (try bytes(jwk, "n"), try bytes(jwk, "e"))
        guard RSAStrength.isEnough(modulus: modulus, exponent: exponent),
            let key = try? _RSA.Signing.PublicKey(n: modulus, e: exponent)
        else { throw .keyWeak }
        return .rsa(key, modulus: modulus, exponent: exponent)
    }

    /// A member that is absent or text.
    private static func text(_ jwk: JSONValue, _ name: String) throws(JOSEError) -> String? {
        guard let value = jwk[name] else { return nil }
        guard let text = value.string else { throw .keyUnreadable }
        return text
    }

    private static func bytes(_ jwk: JSONValue, _ name: String) throws(JOSEError) -> [UInt8] {
        guard let text = jwk[name]?.string, text.utf8.count <= 2048, let bytes = Base64.decodeURL(text) else {
            throw .keyUnreadable
        }
        return bytes
    }
}
