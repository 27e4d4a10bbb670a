import CArgon2
import Vocabulary

/// What one hash costs.
package struct PasswordCost: Sendable, Hashable {
    package let memoryKiB: UInt32
    package let passes: UInt32
    package let lanes: UInt32

    package init(memoryKiB: UInt32, passes: UInt32, lanes: UInt32 = 1) {
        self.memoryKiB = memoryKiB
        self.passes = passes
        self.lanes = lanes
    }

    /// The parameters of OWASP's cheat sheet: 19 MiB, two passes, one lane. What every node uses; less is for tests of
    /// other things.
    package static let standard = PasswordCost(memoryKiB: 19 * 1024, passes: 2)

    /// How a string made at this cost begins.
    var prefix: String { "$argon2id$v=19$m=\(memoryKiB),t=\(passes),p=\(lanes)$" }
}

/// Argon2id (RFC 9106) in Debian's libargon2.
///
/// Stored as a PHC string: `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`.
package enum PasswordHash {
    static let saltBytes = 16
    static let hashBytes = 32

    /// Takes tens of milliseconds and 19 MiB: outside of start and tests go through `PasswordHasher`.
    package static func make(_ password: String, cost: PasswordCost = .standard) throws -> String {
        try make(password, salt: Randomness.bytes(saltBytes), cost: cost)
    }

    static func make(_ password: String, salt: [UInt8], cost: PasswordCost = .standard) throws -> String {
        let secret = Array(PasswordRules.normalise(password).utf8)
        let length = argon2_encodedlen(
            cost.passes, cost.memoryKiB, cost.lanes, UInt32(salt.count), UInt32(hashBytes), Argon2_id)
        var text = [CChar](repeating: 0, count: length)
        let code = argon2id_hash_encoded(
            cost.passes, cost.memoryKiB, cost.lanes, secret, secret.count, salt, salt.count, hashBytes, &text, length)
        guard code == ARGON2_OK.rawValue else { throw Argon2Error(code: code) }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Whether `password` made `phc`. A string with other parameters is never tried: whoever can write one into the
    /// table must not be able to ask for a gigabyte.
    static func verify(_ password: String, against phc: String, cost: PasswordCost = .standard) throws -> Bool {
        guard isOurs(phc, cost: cost) else { return false }
        let secret = Array(PasswordRules.normalise(password).utf8)
        switch argon2id_verify(phc, secret, secret.count) {
        case ARGON2_OK.rawValue: return true
        case ARGON2_VERIFY_MISMATCH.rawValue: return false
        case let code: throw Argon2Error(code: code)
        }
    }

    package static func isOurs(_ phc: String, cost: PasswordCost = .standard) -> Bool {
        phc.hasPrefix(cost.prefix) && phc.utf8.count < 160
    }

    /// Tried when nobody has the name that was given, so that the answer takes as long. Made from random bytes that
    /// were thrown away.
    static func nobodys(cost: PasswordCost = .standard) -> String {
        cost.prefix + "to3JRcKeBV1BJArYwtfizw$h89gLyMW4QHaT0yah1GZy5kr54vgzcmPV+lBsvmvMsE"
    }
}

struct Argon2Error: Error, CustomStringConvertible {
    let code: Int32
    var description: String { String(cString: argon2_error_message(code)) }
}
