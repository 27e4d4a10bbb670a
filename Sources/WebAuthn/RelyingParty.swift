import Crypto
import Vocabulary

/// The site for which passkeys are made, and what it asks of them: WebAuthn L3 §7, as pure functions.
///
/// `challenge` is what this site handed out for this very ceremony; that it is fresh and used once is for the caller
/// to see to.
package struct RelyingParty: Sendable {
    /// The domain to which keys are bound: `attt.example.vn`.
    package let id: String
    /// The origins whose pages may ask: `https://attt.example.vn`.
    package let origins: Set<String>
    package let requiresUserVerification: Bool
    /// Sites in whose frames our pages may ask; nil allows no frame of another site.
    package let topOrigins: Set<String>?

    package init(
        id: String, origins: Set<String>, requiresUserVerification: Bool = true, topOrigins: Set<String>? = nil
    ) {
        self.id = id
        self.origins = origins
        self.requiresUserVerification = requiresUserVerification
        self.topOrigins = topOrigins
    }

    var idHash: [UInt8] { Array(SHA256.hash(data: Array(id.utf8))) }
}

/// A new credential as it was proved, to be stored.
package struct Registration: Sendable {
    package let credentialID: [UInt8]
    /// COSE_Key as it was sent.
    package let publicKey: [UInt8]
    package let algorithm: Algorithm
    package let counter: UInt32
    package let flags: AuthenticatorData.Flags
    /// The model of the authenticator, 16 bytes; zeros when it does not say.
    package let aaguid: [UInt8]
    /// What vouches for the authenticator. The statement was checked, its certificates were not traced to any root.
    package let attestation: Attestation

    package enum Attestation: Sendable, Hashable {
        case none, itself
        case certificates([[UInt8]])
    }
}

/// What was stored of a credential.
package struct StoredCredential: Sendable {
    package let publicKey: [UInt8]
    package let counter: UInt32
    package let isBackupEligible: Bool

    package init(publicKey: [UInt8], counter: UInt32, isBackupEligible: Bool) {
        self.publicKey = publicKey
        self.counter = counter
        self.isBackupEligible = isBackupEligible
    }
}

extension RelyingParty {
    /// §7.1: a new credential. Throws `WebAuthnFault`.
    package func register(
        clientData: [UInt8], attestationObject: [UInt8], challenge: [UInt8]
    ) throws(WebAuthnFault) -> Registration {
        let client = try check(clientData, type: "webauthn.create", challenge)
        guard attestationObject.count <= CBORReader.bytesMax else { throw .cbor }
        let object = try CBOR(attestationObject)
        guard object.entries?.count == 3, let format = object["fmt"]?.text, let statement = object["attStmt"],
            statement.entries != nil, let bytes = object["authData"]?.bytes
        else { throw .attestation }
        let data = try AuthenticatorData(bytes)
        try check(data)
        guard let attested = data.attested else { throw .authenticatorData }
        let vouching = try AttestationStatement(statement, data, attested, client.hash).check(format: format)
        return Registration(
            credentialID: attested.credentialID, publicKey: attested.cose, algorithm: attested.key.algorithm,
            counter: data.counter, flags: data.flags, aaguid: attested.aaguid, attestation: vouching)
    }

    /// §7.2: proves that whoever calls holds the key. What the authenticator said, whose counter is to be stored.
    ///
    /// Throws `WebAuthnFault`; `.counter` only when everything else was right.
    package func authenticate(
        clientData: [UInt8], authenticatorData: [UInt8], signature: [UInt8], challenge: [UInt8],
        with credential: StoredCredential
    ) throws(WebAuthnFault) -> AuthenticatorData {
        let client = try check(clientData, type: "webauthn.get", challenge)
        let data = try AuthenticatorData(authenticatorData)
        try check(data)
        guard data.attested == nil else { throw .authenticatorData }
        guard data.flags.contains(.backupEligible) == credential.isBackupEligible else { throw .backup }
        let key = try PublicKey(coseKey: credential.publicKey)
        guard signature.count <= 1024, key.verifies(signature, of: authenticatorData + client.hash) else {
            throw .signature
        }
        guard data.counter > credential.counter || (data.counter == 0 && credential.counter == 0) else {
            throw .counter
        }
        return data
    }

    private func check(
        _ bytes: [UInt8], type: String, _ challenge: [UInt8]
    ) throws(WebAuthnFault) -> ClientData {
        let client = try ClientData(bytes)
        guard client.type == type else { throw .type }
        guard client.challenge.utf8.elementsEqual(Base64.encodeURL(challenge).utf8) else { throw .challenge }
        guard origins.contains(client.origin) else { throw .origin }
        if client.isCrossOrigin || client.topOrigin != nil {
            guard let topOrigins, client.topOrigin.map({ topOrigins.contains($0) }) ?? true else {
                throw .crossOrigin
            }
        }
        return client
    }

    private func check(_ data: AuthenticatorData) throws(WebAuthnFault) {
        guard data.rpIDHash == idHash else { throw .relyingParty }
        guard data.flags.contains(.userPresent) else { throw .userPresence }
        guard !requiresUserVerification || data.flags.contains(.userVerified) else { throw .userVerification }
        guard data.flags.contains(.backupEligible) || !data.flags.contains(.backedUp) else { throw .backup }
    }
}
