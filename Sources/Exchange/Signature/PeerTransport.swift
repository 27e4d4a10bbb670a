package import Vocabulary
package import Web

/// How a call reaches another node: TLS 1.3 with the key pinned in the roster. Tests put something else in its place.
package struct PeerTransport: Sendable {
    package struct Answer: Sendable {
        package let status: Int
        package let headers: Headers
        package let body: [UInt8]

        package init(status: Int, headers: Headers, body: [UInt8]) {
            self.status = status
            self.headers = headers
            self.body = body
        }
    }

    package struct Call: Sendable {
        package let method: Web.Method
        package let url: String
        package let headers: Headers
        package let body: [UInt8]
        package let tlsPin: String
        package let seconds: Double
        package let maxBytes: Int
    }

    package var send: @Sendable (Call) async throws -> Answer

    package init(send: @escaping @Sendable (Call) async throws -> Answer) {
        self.send = send
    }

    package static func tls(_ fetch: Fetch) -> PeerTransport {
        PeerTransport { call in
            let answer = try await fetch.send(
                FetchRequest(
                    call.method, call.url, headers: call.headers, body: call.body, deadlineSeconds: call.seconds,
                    maxBytes: call.maxBytes, trust: .pinned(call.tlsPin), mayReachPrivate: true))
            return Answer(status: answer.status, headers: answer.headers, body: answer.body)
        }
    }
}

/// A node that did not answer as it should.
package enum PeerError: Error, Sendable, Hashable {
    /// It refused the call with this status and code.
    case refused(status: Int, code: String)
    /// Its answer is not signed, or not by it, or does not belong to the call.
    case untrusted(String)
    case unreadable
}

/// For the log and for whoever asks why a peer does not answer: the stable code, and what it means.
extension PeerError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .refused(let status, let code):
            let meaning = CallRefusal(rawValue: code).map { " (\($0.phrase.en))" } ?? ""
            return "it refused with \(status) \(code)\(meaning)"
        case .untrusted(let why): return "its answer cannot be trusted: \(why)"
        case .unreadable: return "its answer cannot be read"
        }
    }
}
