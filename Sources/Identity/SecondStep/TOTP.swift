import Crypto
import Foundation
package import Vocabulary

/// One-time codes of an authenticator app (mã OTP): RFC 6238 with SHA-1, six digits and 30 seconds, which is what every
/// app understands.
package enum TOTP {
    static let stepSeconds: Int64 = 30
    package static let secretBytes = 20

    /// The number of the 30-second step in which `instant` falls.
    package static func step(at instant: Instant) -> Int64 {
        instant.seconds / stepSeconds
    }

    /// RFC 4226 §5.3. `digits` is six everywhere but in the vectors of RFC 6238.
    package static func code(secret: [UInt8], step: Int64, digits: Int = 6) -> String {
        let counter = (0..<8).reversed().map { UInt8(truncatingIfNeeded: step >> (8 * Int64($0))) }
        let mac = Array(
            HMAC<Insecure.SHA1>.authenticationCode(for: Data(counter), using: SymmetricKey(data: Data(secret))))
        let offset = Int(mac[19] & 15)
        let number = mac[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
        let text = String(number % (0..<digits).reduce(UInt32(1)) { power, _ in power * 10 })
        return String(repeating: "0", count: digits - text.count) + text
    }

    /// The step whose code this is: the present one, the one before or the one after, and later than `lastUsed`. Nil
    /// when it is none of them, so a code seen over a shoulder is good for nothing.
    static func step(of code: String, secret: [UInt8], at instant: Instant, after lastUsed: Int64) -> Int64? {
        let given = Array(code.utf8.filter { $0 != UInt8(ascii: " ") })
        let now = step(at: instant)
        var found: Int64?
        for step in [now - 1, now, now + 1] {
            let matches = areEqual(given, self.code(secret: secret, step: step).utf8)
            if matches, step > lastUsed, found == nil { found = step }
        }
        return found
    }

    /// What a QR code or a link hands to an app.
    static func link(secret: [UInt8], login: String, issuer: String) -> String {
        let (issuer, login) = (escaped(issuer), escaped(login))
        return "otpauth://totp/\(issuer):\(login)?secret=\(Base32.encode(secret))&issuer=\(issuer)"
            + "&algorithm=SHA1&digits=6&period=30"
    }

    private static func escaped(_ text: String) -> String {
        let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~".utf8)
        return text.utf8.map { unit in
            plain.contains(unit) ? String(UnicodeScalar(unit)) : "%" + Hex.encode([unit]).uppercased()
        }.joined()
    }
}
