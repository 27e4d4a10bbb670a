/// Why a ceremony was refused. The code is stable: logs, ledger and tests say it.
package struct WebAuthnFault: Error, Sendable, Hashable, CustomStringConvertible {
    package let code: String

    init(_ code: String) {
        self.code = "webauthn." + code
    }

    package var description: String { code }

    // The encodings
    static let cbor = WebAuthnFault("cbor")
    static let key = WebAuthnFault("key")
    package static let algorithm = WebAuthnFault("algorithm")
    static let authenticatorData = WebAuthnFault("authenticator-data")
    static let clientData = WebAuthnFault("client-data")
    static let certificate = WebAuthnFault("certificate")

    // What they say
    package static let type = WebAuthnFault("type")
    package static let challenge = WebAuthnFault("challenge")
    package static let origin = WebAuthnFault("origin")
    package static let crossOrigin = WebAuthnFault("cross-origin")
    package static let relyingParty = WebAuthnFault("relying-party")
    /// Nobody touched the authenticator.
    package static let userPresence = WebAuthnFault("user-presence")
    /// The authenticator did not ask for a finger, a face or a PIN.
    package static let userVerification = WebAuthnFault("user-verification")
    package static let backup = WebAuthnFault("backup")
    package static let signature = WebAuthnFault("signature")
    /// The counter did not grow: two authenticators may hold the same key.
    package static let counter = WebAuthnFault("counter")
    package static let credential = WebAuthnFault("credential")
    package static let attestationFormat = WebAuthnFault("attestation-format")
    package static let attestation = WebAuthnFault("attestation")
}
