import Crypto
import Foundation

/// An attestation statement beside what it is about (WebAuthn L3 §6.5, §8). A format that is not here is refused with
/// `webauthn.attestation-format`, a statement that does not hold with `webauthn.attestation`.
struct AttestationStatement: Sendable {
    let statement: CBOR
    let data: AuthenticatorData
    let attested: AuthenticatorData.Attested
    let clientDataHash: [UInt8]

    init(
        _ statement: CBOR, _ data: AuthenticatorData, _ attested: AuthenticatorData.Attested,
        _ clientDataHash: [UInt8]
    ) {
        self.statement = statement
        self.data = data
        self.attested = attested
        self.clientDataHash = clientDataHash
    }

    /// What authenticators sign.
    var message: [UInt8] { data.bytes + clientDataHash }

    func check(format: String) throws(WebAuthnFault) -> Registration.Attestation {
        switch format {
        case "none":
            guard statement.entries?.isEmpty == true else { throw .attestation }
            return .none
        case "packed": return try packed()
        case "fido-u2f": return try fidoU2F()
        case "apple": return try apple()
        case "android-key": return try androidKey()
        case "tpm": return try tpm()
        default: throw .attestationFormat
        }
    }

    // MARK: What several formats share

    /// At least one certificate and at most eight, the authenticator's first.
    func certificates() throws(WebAuthnFault) -> (leaf: AttestationCertificate, all: [[UInt8]]) {
        let all = (statement["x5c"]?.elements ?? []).compactMap(\.bytes)
        guard let first = all.first, all.count <= 8, all.count == statement["x5c"]?.elements?.count else {
            throw .attestation
        }
        return (try AttestationCertificate(first), all)
    }

    func algorithm() throws(WebAuthnFault) -> Algorithm {
        guard let number = statement["alg"]?.integer else { throw .attestation }
        guard let algorithm = Algorithm(rawValue: number) else { throw .algorithm }
        return algorithm
    }

    func signature() throws(WebAuthnFault) -> [UInt8] {
        guard let signature = statement["sig"]?.bytes, signature.count <= 1024 else { throw .attestation }
        return signature
    }

    func expectMembers(_ names: Set<String>) throws(WebAuthnFault) {
        guard Set((statement.entries ?? []).map(\.key)) == Set(names.map { CBOR.text($0) }) else { throw .attestation }
    }

    // MARK: Packed (§8.2)

    private func packed() throws(WebAuthnFault) -> Registration.Attestation {
        let (algorithm, signature) = (try algorithm(), try signature())
        guard statement["x5c"] != nil else {
            try expectMembers(["alg", "sig"])
            guard algorithm == attested.key.algorithm, attested.key.verifies(signature, of: message) else {
                throw .attestation
            }
            return .itself
        }
        try expectMembers(["alg", "sig", "x5c"])
        let (leaf, all) = try certificates()
        let key = try PublicKey(subjectPublicKeyInfo: leaf.subjectPublicKeyInfo, algorithm)
        guard key.verifies(signature, of: message), isOfAuthenticator(leaf) else { throw .attestation }
        return .certificates(all)
    }

    /// §8.2.1: version 3; country, organisation, unit and name in the subject; no authority; the model, if it says one.
    private func isOfAuthenticator(_ leaf: AttestationCertificate) -> Bool {
        let attributes = Set(leaf.subject.map(\.type))
        let unit = leaf.subject.filter { $0.type == "2.5.4.11" }.map { String(decoding: $0.value, as: UTF8.self) }
        return leaf.isVersion3 && attributes.isSuperset(of: ["2.5.4.6", "2.5.4.10", "2.5.4.3"])
            && unit == ["Authenticator Attestation"] && !leaf.isAuthority
            && (leaf.aaguid.map { $0 == attested.aaguid } ?? true)
    }

    // MARK: FIDO U2F (§8.6)

    private func fidoU2F() throws(WebAuthnFault) -> Registration.Attestation {
        try expectMembers(["sig", "x5c"])
        let (leaf, all) = try certificates()
        guard all.count == 1, case .p256(let credential) = attested.key.kind else { throw .attestation }
        let key = try PublicKey(subjectPublicKeyInfo: leaf.subjectPublicKeyInfo, .es256)
        let message =
            [0] + data.rpIDHash + clientDataHash + attested.credentialID + Array(credential.x963Representation)
        guard key.verifies(try signature(), of: message) else { throw .attestation }
        return .certificates(all)
    }

    // MARK: Apple (§8.8)

    private func apple() throws(WebAuthnFault) -> Registration.Attestation {
        try expectMembers(["x5c"])
        let (leaf, all) = try certificates()
        let nonce = Array(SHA256.hash(data: message))
        let key = try PublicKey(subjectPublicKeyInfo: leaf.subjectPublicKeyInfo, attested.key.algorithm)
        guard let value = leaf.extensions["1.2.840.113635.100.8.2"],
            let tagged = try DER(value).children(of: .sequence).first,
            let inner = try tagged.children(of: .context(1)).first, inner.tag == .octetString,
            Array(inner.content) == nonce, key.isSameKey(as: attested.key)
        else { throw .attestation }
        return .certificates(all)
    }
}
