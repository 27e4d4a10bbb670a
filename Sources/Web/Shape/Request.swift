package import Vocabulary

/// The methods we speak. The raw value is the word on the wire.
package enum Method: String, Sendable, Hashable, CaseIterable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
    case options = "OPTIONS"
    /// TRACE and whatever else no door takes: refused as not allowed (405), not as an error of ours.
    case other = "TRACE"

    /// RFC 9110 §9.2.1: asks and changes nothing.
    package var isSafe: Bool { self == .get || self == .head || self == .options }
}

/// A certificate whose key the caller holds. Whose it is, and whether it is good now, says whoever takes it as a proof.
package struct ProvenCertificate: Sendable, Hashable {
    /// `x5t#S256` of RFC 8705 §3.1: base64url of SHA-256 over its DER.
    package let thumbprint: String
    package let validity: CertificateValidity

    package init(thumbprint: String, validity: CertificateValidity) {
        self.thumbprint = thumbprint
        self.validity = validity
    }
}

/// One call, completely read.
package struct Request: Sendable {
    package var method: Method
    /// The path as it was sent, still percent-encoded, without the query: `/incidents/42`.
    package var path: String
    /// The request target exactly as it was sent: `/incidents/42?from=list`.
    package var rawTarget: String
    package var query: Fields
    /// Why the query could not be read, which then has no fields: the site answers with this and asks no room.
    package private(set) var queryFault: Problem?
    package var headers: Headers
    package var body: [UInt8]
    /// What the `{name}` segments of the route matched, percent-decoded. Set by the site.
    package var parameters: [String: String] = [:]
    /// The address of the other end: `192.0.2.7`, `2001:db8::1`, or `unix` on a control socket.
    package var remote: String
    /// Whether it came over TLS.
    package var isSecure: Bool
    /// The certificate that the caller proved to hold: to this server, or to a trusted proxy.
    package var certificate: ProvenCertificate?

    package init(
        _ method: Method, _ target: String, headers: Headers = [:], body: [UInt8] = [], remote: String = "127.0.0.1",
        isSecure: Bool = false
    ) {
        self.method = method
        rawTarget = target
        let halves = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = String(halves.first ?? "/")
        do throws(Problem) {
            query = try URLEncoded.parse(Array((halves.count > 1 ? halves[1] : "").utf8), limits: .query)
        } catch {
            query = [:]
            queryFault = error.inAddress
        }
        self.headers = headers
        self.body = body
        self.remote = remote
        self.isSecure = isSecure
    }

    /// The value of a cookie; of two with one name, the first. RFC 6265 §5.4.
    package func cookie(_ name: String) -> String? {
        for header in headers.all("cookie") {
            for pair in header.split(separator: ";") {
                let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                if halves.count == 2, halves[0].trimmed == name { return halves[1].trimmed }
            }
        }
        return nil
    }

    /// Host and port as the caller named them.
    package var host: String { headers["host"] ?? "" }

    /// The media type of the body, lowercase and without parameters.
    package var mediaType: String {
        (headers["content-type"] ?? "").prefix { $0 != ";" }.trimmed.lowercased()
    }

    /// Whether the caller would rather read a page than JSON.
    package var wantsPage: Bool {
        headers.all("accept").contains { $0.contains("text/html") || $0.contains("application/xhtml+xml") }
    }
}
