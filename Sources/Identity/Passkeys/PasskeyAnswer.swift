import Vocabulary
import Web
import WebAuthn

/// What a browser sent after `navigator.credentials.get`.
struct PasskeyAssertion: Sendable {
    let challenge: Challenge
    /// Base64url of the credential id.
    let id: String
    let clientData: [UInt8]
    let authenticatorData: [UInt8]
    let signature: [UInt8]
    /// Whose key it is, in the authenticator's memory.
    let userHandle: [UInt8]

    init(_ fields: Fields) throws(Problem) {
        challenge = Challenge(try PasskeyFields.bytes(fields, "challenge"))
        id = Base64.encodeURL(try PasskeyFields.bytes(fields, "id"))
        clientData = try PasskeyFields.bytes(fields, "client-data")
        authenticatorData = try PasskeyFields.bytes(fields, "authenticator-data")
        signature = try PasskeyFields.bytes(fields, "signature")
        userHandle = fields["user-handle"] == nil ? [] : try PasskeyFields.bytes(fields, "user-handle")
    }
}

/// What a browser sent after `navigator.credentials.create`.
struct PasskeyRegistration: Sendable {
    let challenge: Challenge
    let clientData: [UInt8]
    let attestationObject: [UInt8]

    init(_ fields: Fields) throws(Problem) {
        challenge = Challenge(try PasskeyFields.bytes(fields, "challenge"))
        clientData = try PasskeyFields.bytes(fields, "client-data")
        attestationObject = try PasskeyFields.bytes(fields, "attestation")
    }
}

private enum PasskeyFields {
    /// Base64url without padding, as the script spells bytes.
    static func bytes(_ fields: Fields, _ name: String) throws(Problem) -> [UInt8] {
        guard let text = fields[name], let bytes = Base64.decodeURL(text), !bytes.isEmpty else {
            throw .invalid(["": .passkeyIsWrong])
        }
        return bytes
    }
}
