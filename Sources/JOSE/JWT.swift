package import StrictJSON
package import Vocabulary

/// The claims of a token whose signature was checked (RFC 7519).
package struct JWT: Sendable {
    package let claims: JSONValue

    private static let limits = JSONLimits(bytes: JWS.limitBytes, depth: 8, nodes: 1000, string: 8 << 10)

    package init(_ jws: JWS) throws(JOSEError) {
        guard let claims = try? JSONDocument(jws.payload, limits: JWT.limits).root, claims.kind == .object else {
            throw .claimsUnreadable
        }
        self.claims = claims
    }

    package func text(_ name: String) -> String? { claims[name]?.string }

    /// A NumericDate in whole seconds.
    package func instant(_ name: String) -> Instant? {
        claims[name]?.integer.map { Instant(milliseconds: 0).adding(seconds: $0) }
    }

    /// `aud` as a list, whichever way it was written.
    package var audience: [String] {
        guard let value = claims["aud"] else { return [] }
        return value.string.map { [$0] } ?? (value.elements ?? []).compactMap(\.string)
    }

    /// Who made the token, for whom, and whether it is in its time: `exp` must be there, `nbf` and `iat` may be.
    package func check(
        issuer: String, audience wanted: String, at now: Instant, leewaySeconds: Int64 = 30
    ) throws(JOSEError) {
        guard text("iss") == issuer else { throw .wrongIssuer }
        guard audience.contains(wanted) else { throw .wrongAudience }
        guard let expiry = instant("exp"), now < expiry.adding(seconds: leewaySeconds) else { throw .expired }
        let latest = now.adding(seconds: leewaySeconds)
        for name in ["nbf", "iat"] where claims[name] != nil {
            guard let from = instant(name), from <= latest else { throw .notYet }
        }
    }
}
