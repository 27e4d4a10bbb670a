import Crypto
import Vocabulary

/// The tokens of forms: HMAC-SHA-256 over what the browser is known by, its session or else its visit cookie.
///
/// Each time one is written it is masked with fresh random bytes, so that compressed pages of one reader do not betray
/// it byte by byte (BREACH).
struct Tokens: Sendable {
    let secret: [UInt8]

    func make(for subject: String) -> String {
        let code = Array(HMAC<SHA256>.authenticationCode(for: Tokens.text(subject), using: SymmetricKey(data: secret)))
        let mask = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        return Hex.encode(mask + zip(mask, code).map { $0 ^ $1 })
    }

    func isValid(_ token: String, for subject: String) -> Bool {
        guard let bytes = Hex.decode(token), bytes.count == 64 else { return false }
        return HMAC<SHA256>.isValidAuthenticationCode(
            zip(bytes.prefix(32), bytes.suffix(32)).map { $0 ^ $1 }, authenticating: Tokens.text(subject),
            using: SymmetricKey(data: secret))
    }

    private static func text(_ subject: String) -> [UInt8] {
        Array("csrf:\(subject)".utf8)
    }
}

/// The caller with what the browser is known by.
struct KnownCaller: Sendable {
    let caller: Caller
    let subject: String
    let tokens: Tokens
    /// Set when the browser came without a session and without a visit cookie.
    let newVisit: Cookie?

    func isTokenValid(_ token: String) -> Bool {
        tokens.isValid(token, for: subject)
    }

    var token: String { tokens.make(for: subject) }
}
