/// A cookie of ours: HttpOnly, SameSite=Lax, for the whole site, never for a domain.
package struct Cookie: Sendable, Hashable {
    package let name: String
    package let value: String
    /// How long the browser keeps it; nil until it is closed, 0 forgets it.
    package let maxAgeSeconds: Int?
    package let isSecure: Bool

    package var text: String {
        var text = "\(name)=\(value); Path=/; HttpOnly; SameSite=Lax"
        if let maxAgeSeconds { text += "; Max-Age=\(maxAgeSeconds)" }
        return isSecure ? text + "; Secure" : text
    }
}

/// Names of cookies, so that several nodes on one host do not read each other's.
///
/// `session` of the node with prefix `namdinh` is `namdinh-session`, over TLS `__Host-namdinh-session`
/// (draft-ietf-httpbis-rfc6265bis §4.1.3.2: such a name is only kept with Secure, Path=/ and no Domain).
package struct Cookies: Sendable {
    package let prefix: String

    package init(prefix: String) {
        self.prefix = prefix
    }

    package func name(_ base: String, on request: Request) -> String {
        request.isSecure ? "__Host-\(prefix)-\(base)" : "\(prefix)-\(base)"
    }

    package func value(_ base: String, of request: Request) -> String? {
        request.cookie(name(base, on: request))
    }

    /// `value` is kept to characters a cookie may have; others are percent-encoded.
    package func make(_ base: String, _ value: String, maxAgeSeconds: Int? = nil, on request: Request) -> Cookie {
        Cookie(
            name: name(base, on: request), value: PercentCoding.encode(value), maxAgeSeconds: maxAgeSeconds,
            isSecure: request.isSecure)
    }

    package func forget(_ base: String, on request: Request) -> Cookie {
        make(base, "", maxAgeSeconds: 0, on: request)
    }
}
