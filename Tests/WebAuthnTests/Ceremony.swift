import House
import TestKit

@testable import WebAuthn

/// A relying party, a challenge and an authenticator, for ceremonies that go right but for one thing.
struct Ceremony {
    var party = RelyingParty(id: "attt.example", origins: ["https://attt.example"])
    var challenge = [UInt8](repeating: 7, count: 32)
    var authenticator = SoftAuthenticator(
        id: Array(0..<20), rpID: "attt.example", origin: "https://attt.example")
    var createType = "webauthn.create"
    var getType = "webauthn.get"
    var signedChallenge: [UInt8]?
    var stored: StoredCredential?

    func register() throws(WebAuthnFault) -> Registration {
        try party.register(
            clientData: authenticator.clientData(createType, signedChallenge ?? challenge),
            attestationObject: authenticator.attestationObject(), challenge: challenge)
    }

    func credential() throws(WebAuthnFault) -> StoredCredential {
        let made = try Ceremony.honest(authenticator).register()
        return StoredCredential(
            publicKey: made.publicKey, counter: 0, isBackupEligible: made.flags.contains(.backupEligible))
    }

    private static func honest(_ authenticator: SoftAuthenticator) -> Ceremony {
        var ceremony = Ceremony()
        ceremony.authenticator = authenticator
        ceremony.authenticator.rpID = "attt.example"
        ceremony.authenticator.origin = "https://attt.example"
        ceremony.authenticator.flags = 0x1D
        ceremony.authenticator.isCrossOrigin = false
        return ceremony
    }

    func authenticate(
        tamper: (inout [UInt8], inout [UInt8], inout [UInt8]) -> Void = { _, _, _ in }
    ) throws -> AuthenticatorData {
        var client = authenticator.clientData(getType, signedChallenge ?? challenge)
        var data = authenticator.data(flags: authenticator.flags)
        var signature = try authenticator.sign(data, client)
        tamper(&client, &data, &signature)
        return try party.authenticate(
            clientData: client, authenticatorData: data, signature: signature, challenge: challenge,
            with: try stored ?? credential())
    }
}
