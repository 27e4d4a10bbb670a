/// One instance of a service: where it stands and how it is reached.
package struct Upstream: Sendable, Hashable {
    package enum Security: Sendable, Hashable {
        case none
        /// TLS with the system's authorities and this name.
        case system(name: String)
        /// TLS 1.3 to whoever has this key: base64url SHA-256 of the SubjectPublicKeyInfo (RFC 7469 §2.4).
        case pinned(String)
    }

    /// A name or an IP address without brackets.
    package let host: String
    package let port: Int
    /// Put before the path below the service, as `/api`; empty or beginning with `/`, without one at its end.
    package let basePath: String
    package let security: Security
    /// Whether it may lie in the node's own networks: an administrator says so, never the one who registers.
    package let mayBePrivate: Bool
    /// The code of the node whose gateway this is; nil for the service itself. Calls are then signed by this node and
    /// spoken in X-Road.
    package let node: String?

    package init(
        host: String, port: Int, basePath: String = "", security: Security = .none, mayBePrivate: Bool = false,
        node: String? = nil
    ) {
        self.host = host
        self.port = port
        self.basePath = basePath
        self.security = security
        self.mayBePrivate = mayBePrivate
        self.node = node
    }
}
