import Crypto
import CryptoExtras
import Foundation

/// WebAuthn L3 §8.3: a TPM certifies that it holds the new key. Structures of the TPM 2.0 library, part 2.
extension AttestationStatement {
    func tpm() throws(WebAuthnFault) -> Registration.Attestation {
        try expectMembers(["ver", "alg", "x5c", "sig", "certInfo", "pubArea"])
        guard statement["ver"] == .text("2.0"), let area = statement["pubArea"]?.bytes,
            let info = statement["certInfo"]?.bytes
        else { throw .attestation }
        let (leaf, all) = try certificates()
        let algorithm = try algorithm()
        let key = try PublicKey(subjectPublicKeyInfo: leaf.subjectPublicKeyInfo, algorithm)
        let (publicArea, certified) = (try TPMPublicArea(area), try TPMCertified(info))
        guard publicArea.isKey(attested.key), certified.name == [0, 0x0B] + Array(SHA256.hash(data: area)),
            certified.extraData == digest(algorithm), key.verifies(try signature(), of: info), isOfTPM(leaf)
        else { throw .attestation }
        return .certificates(all)
    }

    private func digest(_ algorithm: Algorithm) -> [UInt8] {
        switch algorithm {
        case .es384: Array(SHA384.hash(data: message))
        case .es512: Array(SHA512.hash(data: message))
        default: Array(SHA256.hash(data: message))
        }
    }

    /// §8.3.1: version 3, no subject, a name of the TPM beside it, the usage of attestation keys, no authority.
    private func isOfTPM(_ leaf: AttestationCertificate) -> Bool {
        leaf.isVersion3 && leaf.subject.isEmpty && leaf.extensions["2.5.29.17"] != nil
            && leaf.keyUsages.contains("2.23.133.8.3") && !leaf.isAuthority
            && (leaf.aaguid.map { $0 == attested.aaguid } ?? true)
    }
}

/// Big-endian fields, one behind the other. Throws `webauthn.attestation` where they end too soon.
struct TPMReader {
    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) {
        rest = bytes[...]
    }

    mutating func take(_ count: Int) throws(WebAuthnFault) -> [UInt8] {
        guard count <= rest.count else { throw .attestation }
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    mutating func number(_ width: Int) throws(WebAuthnFault) -> UInt64 {
        try take(width).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// `TPM2B`: two bytes of length, then that many.
    mutating func sized() throws(WebAuthnFault) -> [UInt8] {
        try take(Int(try number(2)))
    }

    func end() throws(WebAuthnFault) {
        guard rest.isEmpty else { throw .attestation }
    }
}

/// `TPMT_PUBLIC` whose name is made with SHA-256: an RSA or an ECC key.
struct TPMPublicArea {
    private enum Unique {
        case rsa([UInt8], exponent: UInt64)
        case point(x: [UInt8], y: [UInt8], curve: UInt64)
    }

    private static let null: UInt64 = 0x0010
    private let unique: Unique

    init(_ bytes: [UInt8]) throws(WebAuthnFault) {
        var reader = TPMReader(bytes)
        let type = try reader.number(2)
        guard try reader.number(2) == 0x000B else { throw .attestation }
        _ = try reader.number(4)
        _ = try reader.sized()
        guard try reader.number(2) == TPMPublicArea.null else { throw .attestation }
        if try reader.number(2) != TPMPublicArea.null { _ = try reader.number(2) }
        switch type {
        case 0x0001:
            _ = try reader.number(2)
            let exponent = try reader.number(4)
            unique = .rsa(try reader.sized(), exponent: exponent == 0 ? 65_537 : exponent)
        case 0x0023:
            let curve = try reader.number(2)
            if try reader.number(2) != TPMPublicArea.null { _ = try reader.number(2) }
            unique = .point(x: try reader.sized(), y: try reader.sized(), curve: curve)
        default: throw .attestation
        }
        try reader.end()
    }

    func isKey(_ key: PublicKey) -> Bool {
        switch (unique, key.kind) {
        case (.point(let x, let y, 0x0003), .p256(let key)): Array(key.rawRepresentation) == x + y
        case (.point(let x, let y, 0x0004), .p384(let key)): Array(key.rawRepresentation) == x + y
        case (.point(let x, let y, 0x0005), .p521(let key)): Array(key.rawRepresentation) == x + y
        case (.rsa(let modulus, 65_537), .rsa(let key)):
            (try? key.getKeyPrimitives()).map { Array($0.modulus) == modulus } ?? false
        default: false
        }
    }
}

/// `TPMS_ATTEST` of type `TPM_ST_ATTEST_CERTIFY`.
struct TPMCertified {
    let extraData: [UInt8]
    let name: [UInt8]

    init(_ bytes: [UInt8]) throws(WebAuthnFault) {
        var reader = TPMReader(bytes)
        guard try reader.number(4) == 0xFF54_4347, try reader.number(2) == 0x8017 else { throw .attestation }
        _ = try reader.sized()
        extraData = try reader.sized()
        _ = try reader.take(17 + 8)
        name = try reader.sized()
        _ = try reader.sized()
        try reader.end()
    }
}
