import CArgon2
import Vocabulary

/// Argon2id (RFC 9106) with the parameters of OWASP's cheat sheet: 19 MiB, two passes, one lane, in Debian's libargon2.
///
/// Stored as a PHC string: `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`.
package enum PasswordHash {
    package static let memoryKiB: UInt32 = 19 * 1024
    package static let passes: UInt32 = 2
    package static let lanes: UInt32 = 1
    static let saltBytes = 16
    static let hashBytes = 32
    static let prefix = "$argon2id$v=19$m=\(memoryKiB),t=\(passes),p=\(lanes)$"

    /// Takes tens of milliseconds and 19 MiB: outside of start and tests go through `PasswordHasher`.
    package static func make(_ password: String) throws -> String {
        try make(password, salt: Randomness.bytes(saltBytes))
    }

    static func make(_ password: String, salt: [UInt8]) throws -> String {
        let secret = Array(PasswordRules.normalise(password).utf8)
        let length = argon2_encodedlen(passes, memoryKiB, lanes, UInt32(salt.count), UInt32(hashBytes), Argon2_id)
        var text = [CChar](repeating: 0, count: length)
        let code = argon2id_hash_encoded(
            passes, memoryKiB, lanes, secret, secret.count, salt, salt.count, hashBytes, &text, length)
        guard code == ARGON2_OK.rawValue else { throw Argon2Error(code: code) }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Whether `password` made `phc`. A string with other parameters is never tried: whoever can write one into the
    /// table must not be able to ask for a gigabyte.
    static func verify(_ password: String, against phc: String) throws -> Bool {
        guard isOurs(phc) else { return false }
        let secret = Array(PasswordRules.normalise(password).utf8)
        switch argon2id_verify(phc, secret, secret.count) {
        case ARGON2_OK.rawValue: return true
        case ARGON2_VERIFY_MISMATCH.rawValue: return false
        case let code: throw Argon2Error(code: code)
        }
    }

    package static func isOurs(_ phc: String) -> Bool {
        phc.hasPrefix(prefix) && phc.utf8.count < 160
    }

    /// Tried when nobody has the name that was given, so that the answer takes as long. Made from random bytes that
    /// were thrown away.
    static let nobodys =
        prefix + "to3JRcKeBV1BJArYwtfizw$h89gLyMW4QHaT0yah1GZy5kr54vgzcmPV+lBsvmvMsE"
}

struct Argon2Error: Error, CustomStringConvertible {
    let code: Int32
    var description: String { String(cString: argon2_error_message(code)) }
}
