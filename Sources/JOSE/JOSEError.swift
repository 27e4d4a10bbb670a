/// Why a key or a token is not believed. The raw value is the stable code.
///
/// Which of them it was is for logs and tests: a caller is told no more than that the token is not valid.
package enum JOSEError: String, Error, Sendable, Hashable, CaseIterable {
    // Keys (RFC 7517)
    case keyUnreadable = "jose.key-unreadable"
    /// A kind, curve or algorithm that we do not take, or two of them that do not belong together.
    case keyUnsupported = "jose.key-unsupported"
    /// `use` or `key_ops` say that the key is not for checking signatures.
    case keyNotForVerifying = "jose.key-not-for-verifying"
    /// A point off the curve or of small order; an RSA key that is too small, too large, even, or made by a broken
    /// generator (CVE-2017-15361).
    case keyWeak = "jose.key-weak"
    /// A key that is handed out with its private half.
    case keyNotPublic = "jose.key-not-public"
    case keyWithoutName = "jose.key-without-kid"
    case keysShareName = "jose.keys-share-kid"
    case tooManyKeys = "jose.too-many-keys"

    // Tokens (RFC 7515)
    case tooLong = "jose.too-long"
    case malformed = "jose.malformed"
    case headerUnreadable = "jose.header-unreadable"
    /// `crit` names an extension: we know none (§4.1.11).
    case critical = "jose.critical-extension"
    /// The header names another algorithm than the key's.
    case wrongAlgorithm = "jose.wrong-algorithm"
    case wrongType = "jose.wrong-type"
    case unknownKey = "jose.unknown-key"
    case wrongSignature = "jose.wrong-signature"

    // Claims (RFC 7519)
    case claimsUnreadable = "jose.claims-unreadable"
    case wrongIssuer = "jose.wrong-issuer"
    case wrongAudience = "jose.wrong-audience"
    case expired = "jose.expired"
    case notYet = "jose.not-yet"
}
