/// The signatures that this house makes and believes, by their names of RFC 7518 §3.1 and RFC 8037 §3.1.
///
/// No `none`, no HMAC, no PSS: what is not here cannot be asked for by a stranger's header.
package enum SignatureAlgorithm: String, Sendable, Hashable, CaseIterable {
    /// ECDSA over P-256 with SHA-256.
    case es256 = "ES256"
    /// Ed25519, the one curve of RFC 8037 that we take.
    case edDSA = "EdDSA"
    /// RSASSA-PKCS1-v1_5 with SHA-256: OpenID Connect Discovery §3 and older passkeys need it.
    case rs256 = "RS256"
}
