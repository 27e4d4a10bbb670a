import Crypto
import StrictJSON
package import Vocabulary

/// A single-use invitation into the cluster (giấy mời). The token goes to the other administrator by a safe way; here
/// only the hash of its secret is kept.
package struct Invitation: Sendable {
    /// base64url; carries everything the joining node needs.
    package let token: String
    package let organisation: ID<Organisation>
    package let expiresAt: Instant
}

/// What a token says.
struct InvitationToken: Sendable {
    let address: String
    let keeperKey: Curve25519.Signing.PublicKey
    let tlsPin: String
    let secret: [UInt8]
    let organisation: ID<Organisation>
    let expiresAt: Instant

    var text: String {
        let json: JSON = [
            "kind": .string(InvitationToken.kind), "address": .string(address),
            "key": .string(Base64.encodeURL(keeperKey.rawRepresentation)), "pin": .string(tlsPin),
            "secret": .string(Base64.encodeURL(secret)), "organisation": .string(organisation.text),
            "expires": .string(expiresAt.rfc3339),
        ]
        return Base64.encodeURL(json.canonical())
    }

    /// Throws `CallRefusal.badInvitation`; white space around and inside (a mail that broke the line) is ignored.
    init(_ text: String) throws(CallRefusal) {
        do {
            guard text.utf8.count < 4096, let bytes = Base64.decodeURL(text.filter { !$0.isWhitespace }) else {
                throw CallRefusal.badInvitation
            }
            let json = try JSONDocument(bytes).root
            guard try json.requireString("kind") == InvitationToken.kind,
                let key = Base64.decodeURL(try json.requireString("key")),
                let secret = Base64.decodeURL(try json.requireString("secret")), secret.count == 32,
                let expires = Instant(rfc3339: try json.requireString("expires"))
            else { throw CallRefusal.badInvitation }
            address = try json.requireString("address")
            keeperKey = try Curve25519.Signing.PublicKey(rawRepresentation: key)
            tlsPin = try json.requireString("pin")
            self.secret = secret
            organisation = ID(try json.requireString("organisation"))
            expiresAt = expires
        } catch {
            throw .badInvitation
        }
        guard isPeerAddress(address) else { throw .badInvitation }
    }

    init(
        address: String, keeperKey: Curve25519.Signing.PublicKey, tlsPin: String, secret: [UInt8],
        organisation: ID<Organisation>,
        expiresAt: Instant
    ) {
        self.address = address
        self.keeperKey = keeperKey
        self.tlsPin = tlsPin
        self.secret = secret
        self.organisation = organisation
        self.expiresAt = expiresAt
    }

    static let kind = "truc-invitation-1"

    static func hash(_ secret: [UInt8]) -> String {
        Hex.encode(SHA256.hash(data: secret).map { $0 })
    }
}
