/// What is wrong with the framing of a message: nothing of it reaches the other side. The raw value is the stable code.
enum HeadFault: String, Error, Sendable, CaseIterable {
    /// No method, target and version as RFC 9112 §3 has them, or a line that ends with anything but CR LF.
    case badRequestLine = "bad-request-line"
    case badStatusLine = "bad-status-line"
    /// Only HTTP/1.1 and HTTP/1.0 are spoken.
    case badVersion = "bad-version"
    case badTarget = "bad-target"
    /// A path that a service might read differently: dot segments, empty segments, needless or dangerous encoding.
    case ambiguousPath = "ambiguous-path"
    /// A name that is no token, or white space before its colon (RFC 9112 §5.1).
    case badHeaderName = "bad-header-name"
    /// A control character, a bare CR or a bare LF in a value.
    case badHeaderValue = "bad-header-value"
    /// A line that goes on in the next one (RFC 9112 §5.2).
    case foldedHeader = "folded-header"
    /// A field of which there can be only one.
    case duplicateHeader = "duplicate-header"
    /// No Host, two, or one that is none (RFC 9112 §3.2).
    case badHost = "bad-host"
    /// An absolute target that names another authority than Host.
    case hostMismatch = "host-mismatch"
    case badContentLength = "bad-content-length"
    /// Content-Length and Transfer-Encoding together: somebody is lying (RFC 9112 §6.1).
    case lengthAndChunked = "length-and-transfer-encoding"
    /// Any transfer coding but `chunked`, or one in HTTP/1.0.
    case badTransferEncoding = "bad-transfer-encoding"
    /// `Connection` names a field that is not for this connection alone.
    case badConnection = "bad-connection"
    case badExpect = "bad-expect"
    case tooManyHeaders = "too-many-headers"
    case headTooLong = "head-too-long"
    case targetTooLong = "target-too-long"
    /// CONNECT, and whatever no operation can have.
    case methodNotForGateway = "method-not-for-gateway"
    case badChunk = "bad-chunk"
    /// Chunk extensions, which nobody uses and parsers disagree on.
    case chunkExtension = "chunk-extension"
    case badTrailer = "bad-trailer"
    case bodyTooLong = "body-too-long"
    /// An answer of a kind that nobody asked for: 101, or one with a body that must not have one.
    case unexpectedAnswer = "unexpected-answer"
    /// More bytes than the answer said.
    case excessBytes = "excess-bytes"
    /// Fewer bytes than the message said.
    case cutShort = "cut-short"

    /// What a consumer is answered for a request of its own.
    var status: Int {
        switch self {
        case .headTooLong, .tooManyHeaders: 431
        case .targetTooLong: 414
        case .bodyTooLong: 413
        case .badVersion: 505
        case .badTransferEncoding, .methodNotForGateway: 501
        case .badExpect: 417
        default: 400
        }
    }
}
