/// The fields that mean something to the gateway; all others are carried as they are.
enum HeaderName: UInt8, Sendable {
    case other
    case host, contentLength, transferEncoding, connection, keepAlive, proxyConnection, upgrade, te, trailer, expect
    case authorization, proxyAuthorization, proxyAuthenticate, apiKey, contentType, acceptEncoding, contentEncoding
    case traceparent, grant, call, peer, consumer, problem
    case roadClient, roadID, roadUser, roadIssue, roadRepresented, roadServer, roadRequestID, roadRequestHash, roadError
    case signature, signatureInput, contentDigest, server, via, date
    /// Of the bytes of a body, beside `contentDigest`: they do not fit one of which fields were left out.
    case reprDigest, contentMD5, digest, contentRange, etag
    /// Asks for a part of a body.
    case range, ifRange
    /// `If-Match` and `If-None-Match`: whether a tag is that of what the service has.
    case condition
    /// What a proxy says of whom it speaks for (RFC 7239, and what was there before it): only a proxy that the service
    /// knows may say it, and no consumer is one.
    case forwarded
    /// Means another method or path than the first line, to some services: only what the grant was found for counts.
    case override

    /// Only for this connection, or rewritten: never carried (RFC 9110 §7.6.1).
    var isDropped: Bool {
        switch self {
        case .host, .contentLength, .transferEncoding, .connection, .keepAlive, .proxyConnection, .upgrade, .te,
            .trailer, .expect, .proxyAuthorization, .proxyAuthenticate, .apiKey, .authorization, .traceparent, .grant,
            .call, .peer, .consumer, .problem, .forwarded, .override:
            true
        default: false
        }
    }

    /// Of a request whose answer is cut down to some fields: that needs the whole body, as it is.
    var asksForOtherBody: Bool { self == .acceptEncoding || self == .range || self == .ifRange }

    /// Of an answer that is cut down to some fields: what may go on. A field of the head can hold as much as one of the
    /// body, and digests, tags and signatures are often made of all of its bytes: so only what says how to read and
    /// keep an answer passes, and what X-Road and tracing say of a call. `bytes` is the name as it came.
    func passesFilter(_ bytes: UnsafeRawBufferPointer) -> Bool {
        switch self {
        case .contentType, .date, .traceparent, .roadClient, .roadID, .roadUser, .roadIssue, .roadRepresented,
            .roadServer, .roadError:
            true
        case .other: HeaderName.passing.contains { HeadReader.resembles(bytes, $0) }
        default: false
        }
    }

    /// Besides those that the gateway knows.
    private static let passing: [StaticString] = [
        "content-language", "cache-control", "expires", "age", "vary", "retry-after", "allow", "tracestate",
        "traceresponse", "deprecation", "sunset",
    ]

    /// What this node says anew when it signs the call for another one.
    var isSignature: Bool { isSignatureField || self == .contentDigest }

    /// Signatures themselves. A digest of the content holds for whoever reads it.
    var isSignatureField: Bool { self == .signature || self == .signatureInput }

    /// Of an answer: what the gateway says itself.
    var isDroppedFromAnswer: Bool {
        switch self {
        case .contentLength, .transferEncoding, .connection, .keepAlive, .proxyConnection, .upgrade, .te, .trailer,
            .proxyAuthenticate, .call, .grant, .peer, .consumer, .problem, .roadRequestID, .roadRequestHash:
            true
        default: false
        }
    }

    /// Of which there can be only one in a request; two would be read differently by different readers.
    var isSingle: Bool {
        switch self {
        case .other, .connection, .te, .trailer, .acceptEncoding, .via, .upgrade, .keepAlive, .contentDigest,
            .signature, .signatureInput, .reprDigest, .contentMD5, .digest, .contentRange, .etag, .range, .ifRange,
            .condition, .forwarded, .override:
            false
        default: true
        }
    }

    private static let known: [(text: StaticString, name: HeaderName)] = [
        ("host", .host), ("content-length", .contentLength), ("transfer-encoding", .transferEncoding),
        ("connection", .connection), ("keep-alive", .keepAlive), ("proxy-connection", .proxyConnection),
        ("upgrade", .upgrade), ("te", .te), ("trailer", .trailer), ("expect", .expect),
        ("authorization", .authorization), ("proxy-authorization", .proxyAuthorization),
        ("proxy-authenticate", .proxyAuthenticate), ("x-api-key", .apiKey), ("content-type", .contentType),
        ("accept-encoding", .acceptEncoding), ("content-encoding", .contentEncoding), ("traceparent", .traceparent),
        ("truc-grant", .grant), ("truc-call", .call), ("truc-evidence", .peer), ("truc-consumer", .consumer),
        ("truc-problem", .problem),
        ("x-road-client", .roadClient),
        ("x-road-id", .roadID), ("x-road-userid", .roadUser), ("x-road-issue", .roadIssue),
        ("x-road-represented-party", .roadRepresented), ("x-road-security-server", .roadServer),
        ("x-road-request-id", .roadRequestID), ("x-road-request-hash", .roadRequestHash), ("x-road-error", .roadError),
        ("signature", .signature), ("signature-input", .signatureInput), ("content-digest", .contentDigest),
        ("server", .server), ("via", .via), ("date", .date),
        ("repr-digest", .reprDigest), ("content-md5", .contentMD5), ("digest", .digest),
        ("content-range", .contentRange), ("etag", .etag), ("range", .range), ("if-range", .ifRange),
        ("if-match", .condition), ("if-none-match", .condition),
        ("forwarded", .forwarded), ("x-real-ip", .forwarded), ("x-client-ip", .forwarded),
        ("true-client-ip", .forwarded), ("x-cluster-client-ip", .forwarded),
        ("x-http-method-override", .override), ("x-http-method", .override), ("x-method-override", .override),
        ("x-original-url", .override), ("x-rewrite-url", .override),
    ]

    /// `X-Forwarded-For`, `-Host`, `-Proto` and whatever else is called so.
    private static let forwardedPrefix: StaticString = "x-forwarded-"

    /// The known names by length.
    private static let byLength: [[(text: StaticString, name: HeaderName)]] = (0...longest).map { length in
        known.filter { $0.text.utf8CodeUnitCount == length }
    }
    private static let longest = 32

    /// Which field it is; letter case does not matter.
    static func identify(_ bytes: UnsafeRawBufferPointer) -> HeaderName {
        guard bytes.count <= longest else { return isForwarded(bytes) ? .forwarded : .other }
        next: for (text, name) in byLength[bytes.count] {
            let start = text.utf8Start
            for place in 0..<bytes.count where bytes[place] | 0x20 != start[place] { continue next }
            return name
        }
        return isForwarded(bytes) ? .forwarded : .other
    }

    private static func isForwarded(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let length = forwardedPrefix.utf8CodeUnitCount
        guard bytes.count > length, bytes[0] | 0x20 == UInt8(ascii: "x") else { return false }
        let start = forwardedPrefix.utf8Start
        return (0..<length).allSatisfy { bytes[$0] | 0x20 == start[$0] }
    }

    /// Whether it is a known name with `_` for `-`, which some servers read as the same.
    static func isDisguised(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.contains(UInt8(ascii: "_")) else { return false }
        let plain = bytes.map { $0 == UInt8(ascii: "_") ? UInt8(ascii: "-") : $0 }
        return plain.withUnsafeBytes { identify($0) != .other }
    }
}
