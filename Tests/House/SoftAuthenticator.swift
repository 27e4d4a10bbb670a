package import Crypto
import Foundation
import Vocabulary

/// A passkey in software (ES256), as a browser and its authenticator make and use it; each lie it can tell is a
/// property.
package struct SoftAuthenticator: Sendable {
    package let key: P256.Signing.PrivateKey
    package var id: [UInt8]
    package var rpID: String
    package var origin: String
    package var counter: UInt32 = 0
    /// User present and verified, may be backed up and is.
    package var flags: UInt8 = 0x1D
    package var isCrossOrigin = false

    package init(id: [UInt8], rpID: String, origin: String) {
        key = P256.Signing.PrivateKey()
        self.id = id
        self.rpID = rpID
        self.origin = origin
    }

    package func clientData(_ type: String, _ challenge: [UInt8]) -> [UInt8] {
        Array(
            """
            {"type":"\(type)","challenge":"\(Base64.encodeURL(challenge))","origin":"\(origin)",\
            "crossOrigin":\(isCrossOrigin)}
            """.utf8)
    }

    package func data(flags: UInt8, attested: [UInt8] = []) -> [UInt8] {
        let count = (0..<4).reversed().map { UInt8(truncatingIfNeeded: counter >> UInt32(8 * $0)) }
        return Array(SHA256.hash(data: Array(rpID.utf8))) + [flags] + count + attested
    }

    package var cose: [UInt8] {
        let point = Array(key.publicKey.rawRepresentation)
        return [0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20] + point[..<32] + [0x22, 0x58, 0x20]
            + point[32...]
    }

    package var attested: [UInt8] {
        [UInt8](repeating: 0, count: 16) + [UInt8(id.count >> 8), UInt8(id.count & 255)] + id + cose
    }

    /// The attestation object of a registration, format `none`.
    package func attestationObject(_ data: [UInt8]? = nil) -> [UInt8] {
        let data = data ?? self.data(flags: flags | 0x40, attested: attested)
        let head: [UInt8] =
            data.count < 256
            ? [0x58, UInt8(data.count)] : [0x59, UInt8(data.count >> 8), UInt8(data.count & 255)]
        return [0xA3, 0x63] + Array("fmt".utf8) + [0x64] + Array("none".utf8) + [0x67] + Array("attStmt".utf8)
            + [0xA0, 0x68] + Array("authData".utf8) + head + data
    }

    package func sign(_ data: [UInt8], _ clientData: [UInt8]) throws -> [UInt8] {
        let message = data + Array(SHA256.hash(data: clientData))
        return Array(try key.signature(for: message).derRepresentation)
    }
}
