package import StrictJSON

/// One answer. What every answer carries (security headers, language, cookies of the caller) is added by the site.
package struct Response: Sendable {
    package enum Body: Sendable {
        case bytes([UInt8])
        /// Written piece by piece; each `write` returns when the other end has room again.
        case stream(@Sendable (ResponseWriter) async throws -> Void)
    }

    package var status: Int
    package var headers: Headers
    package var body: Body

    package init(status: Int, headers: Headers = [:], body: Body = .bytes([])) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    package static func json(_ value: JSON, status: Int = 200, type: String = "application/json") -> Response {
        .bytes(value.encoded(), type: type, status: status)
    }

    /// 303 See Other: what follows a form that was taken.
    package static func redirect(_ link: Link, status: Int = 303) -> Response {
        Response(status: status, headers: ["location": link.text])
    }

    package static func bytes(_ bytes: [UInt8], type: String, status: Int = 200) -> Response {
        Response(status: status, headers: ["content-type": type], body: .bytes(bytes))
    }

    /// A file to keep. The name goes in RFC 6266 form, so that Vietnamese names survive.
    package static func download(_ bytes: [UInt8], type: String, name: String) -> Response {
        var response = Response.bytes(bytes, type: type)
        response.headers["content-disposition"] = "attachment; filename*=UTF-8''\(PercentCoding.encode(name))"
        return response
    }

    package static let empty = Response(status: 204)

    /// The collected bytes; nil for a stream.
    package var bytes: [UInt8]? {
        if case .bytes(let bytes) = body { bytes } else { nil }
    }

    /// The body as text; empty for a stream.
    package var text: String { String(decoding: bytes ?? [], as: UTF8.self) }

    package func with(_ name: String, _ value: String) -> Response {
        var copy = self
        copy.headers[name] = value
        return copy
    }

    package func setting(_ cookie: Cookie) -> Response {
        var copy = self
        copy.headers.add("set-cookie", cookie.text)
        return copy
    }
}

/// Where a streamed body is written.
package struct ResponseWriter: Sendable {
    let sink: @Sendable ([UInt8]) async throws -> Void

    package init(_ sink: @escaping @Sendable ([UInt8]) async throws -> Void) {
        self.sink = sink
    }

    package func write(_ bytes: [UInt8]) async throws {
        try await sink(bytes)
    }

    package func write(_ text: String) async throws {
        try await sink(Array(text.utf8))
    }
}
