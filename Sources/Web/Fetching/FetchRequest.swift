package import Vocabulary

/// One outgoing call.
package struct FetchRequest: Sendable {
    /// How the other end proves who it is.
    package enum Trust: Sendable, Hashable {
        /// TLS 1.3 with exactly this public key (`TLSIdentity.pin`), whatever name and date its certificate has.
        case pinned(String)
        /// TLS with a certificate for the host's name from an authority of this machine.
        case system
        /// No TLS: only for `http:` addresses.
        case plain
    }

    package var method: Method
    /// `https://host:port/path?query`, percent-encoded.
    package var url: String
    package var headers: Headers
    package var body: [UInt8]
    /// From the call until the last byte of the answer.
    package var deadlineSeconds: Double
    /// Of the answer's body.
    package var maxBytes: Int
    package var trust: Trust
    /// Whether the address is our own choice (roster, configuration), so that it may be on a private network. On a
    /// stranger's word: false.
    package var mayReachPrivate: Bool
    /// A socket file to connect to instead of the host.
    package var unixSocket: String?

    package init(
        _ method: Method, _ url: String, headers: Headers = [:], body: [UInt8] = [], deadlineSeconds: Double = 10,
        maxBytes: Int = 1 << 20, trust: Trust, mayReachPrivate: Bool = false, unixSocket: String? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.deadlineSeconds = deadlineSeconds
        self.maxBytes = maxBytes
        self.trust = trust
        self.mayReachPrivate = mayReachPrivate
        self.unixSocket = unixSocket
    }
}

/// What came back, of whatever status. Redirects are not followed.
package struct FetchResponse: Sendable {
    package let status: Int
    package let headers: Headers
    package let body: [UInt8]

    package var text: String { String(decoding: body, as: UTF8.self) }
}

/// Why there is no answer.
package enum FetchError: Error, Sendable, Hashable {
    /// No plain `http`/`https` address, or its scheme does not fit the trust asked for.
    case badAddress(String)
    case unresolved(host: String)
    /// The name leads to an address of this machine or of a private network.
    case privateAddress(host: String)
    case cannotConnect(host: String, reason: String)
    /// The other end showed another key than the pinned one.
    case wrongPin(host: String)
    case insecure(host: String, reason: String)
    case deadline(seconds: Double)
    case tooLarge(limitBytes: Int)
    case malformed(reason: String)
    /// It hung up before the answer was complete.
    case closed
}
