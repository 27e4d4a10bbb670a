import Crypto
import StrictJSON
import Vocabulary

/// What the browser says, and the authenticator signs the hash of (WebAuthn L3 §5.8.1). Unknown members are allowed.
struct ClientData: Sendable {
    static let bytesMax = 16 << 10

    let type: String
    /// As it was sent: base64url without padding.
    let challenge: String
    let origin: String
    let isCrossOrigin: Bool
    let topOrigin: String?
    let hash: [UInt8]

    /// Throws `webauthn.client-data`.
    init(_ bytes: [UInt8]) throws(WebAuthnFault) {
        guard bytes.count <= ClientData.bytesMax else { throw .clientData }
        do {
            let json = try JSONDocument(bytes).root
            type = try json.requireString("type")
            challenge = try json.requireString("challenge")
            origin = try json.requireString("origin")
            isCrossOrigin = try json.optionalBool("crossOrigin") ?? false
            topOrigin = try json.optionalString("topOrigin")
        } catch {
            throw .clientData
        }
        hash = Array(SHA256.hash(data: bytes))
    }
}
