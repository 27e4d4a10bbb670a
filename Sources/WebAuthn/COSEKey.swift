import Crypto
import Foundation
import CryptoExtras

/// Reads COSE_Key (RFC 9052 §7) as WebAuthn L3 §6.5.1.1 allows it: `alg` must be there, nothing optional may be.
extension PublicKey {
    private enum Label {
        static let kind = CBOR.integer(1)
        static let algorithm = CBOR.integer(3)
        static let first = CBOR.integer(-1)
        static let second = CBOR.integer(-2)
        static let third = CBOR.integer(-3)
    }

    /// Throws `webauthn.algorithm` for what cannot be verified here, `webauthn.key` for what is no such key.
    package init(coseKey bytes: [UInt8]) throws(WebAuthnFault) {
        try self.init(cose: CBOR(bytes))
    }

    init(cose: CBOR) throws(WebAuthnFault) {
        guard let labels = cose.entries?.map(\.key), let number = cose[Label.algorithm]?.integer else { throw .key }
        guard let algorithm = Algorithm(rawValue: number) else { throw .algorithm }
        let wanted: Set<CBOR> =
            switch algorithm {
            case .es256, .es384, .es512: [Label.kind, Label.algorithm, Label.first, Label.second, Label.third]
            case .edDSA, .rs256: [Label.kind, Label.algorithm, Label.first, Label.second]
            }
        guard Set(labels) == wanted else { throw .key }
        self.init(algorithm, try PublicKey.kind(cose, algorithm))
    }

    private static func kind(_ cose: CBOR, _ algorithm: Algorithm) throws(WebAuthnFault) -> Kind {
        switch algorithm {
        case .es256:
            .p256(try point(cose, curve: 1, width: 32) { try P256.Signing.PublicKey(x963Representation: $0) })
        case .es384:
            .p384(try point(cose, curve: 2, width: 48) { try P384.Signing.PublicKey(x963Representation: $0) })
        case .es512:
            .p521(try point(cose, curve: 3, width: 66) { try P521.Signing.PublicKey(x963Representation: $0) })
        case .edDSA: .ed25519(try octets(cose))
        case .rs256: .rsa(try modulus(cose))
        }
    }

    /// RFC 9053 §7.1.1, both coordinates written out.
    private static func point<Key>(
        _ cose: CBOR, curve: Int64, width: Int, _ make: (Data) throws -> Key
    ) throws(WebAuthnFault) -> Key {
        guard cose[Label.kind] == .integer(2), cose[Label.first] == .integer(curve),
            let x = cose[Label.second]?.bytes, let y = cose[Label.third]?.bytes, x.count == width, y.count == width,
            let key = try? make(Data([4] + x + y))
        else { throw .key }
        return key
    }

    /// RFC 9053 §7.2.
    private static func octets(_ cose: CBOR) throws(WebAuthnFault) -> Curve25519.Signing.PublicKey {
        guard cose[Label.kind] == .integer(1) else { throw .key }
        // Ed448 goes by the same algorithm.
        guard cose[Label.first] != .integer(7) else { throw .algorithm }
        guard cose[Label.first] == .integer(6), let x = cose[Label.second]?.bytes, x.count == 32,
            let key = try? Curve25519.Signing.PublicKey(rawRepresentation: x)
        else { throw .key }
        return key
    }

    /// RFC 8230 §4, without leading zeros; the exponent that everybody uses.
    private static func modulus(_ cose: CBOR) throws(WebAuthnFault) -> _RSA.Signing.PublicKey {
        guard cose[Label.kind] == .integer(3), let modulus = cose[Label.first]?.bytes,
            (256...512).contains(modulus.count),
            modulus.first != 0, (modulus.last ?? 0) & 1 == 1, cose[Label.second] == .bytes([1, 0, 1]),
            let key = try? _RSA.Signing.PublicKey(n: modulus, e: [1, 0, 1] as [UInt8])
        else { throw .key }
        return key
    }
}
