import StrictJSON
import Vocabulary

/// The evidence of one exchange (chứng cứ trao đổi; NĐ 47/2020 Đ45) as its leaf holds it: canonical JSON (RFC 8785), so
/// that one exchange has one spelling. What is the same for all calls under a grant is spelled once.
///
/// | member | what |
/// |---|---|
/// | `answer` | base 64 of SHA-256(status ‖ LF ‖ body as it went to the consumer) |
/// | `began`, `ended` | milliseconds since 1970: first byte of the request, last of the service's answer |
/// | `call` | UUIDv7, what the answer's `Truc-Call` says |
/// | `client`, `consumer` | X-Road name and id of the application that asked |
/// | `grant`, `legalBasis`, `purpose` | under which grant, as it was then |
/// | `operation`, `service` | what was asked, of which service |
/// | `part` | `whole`; `opening` before a long answer's first byte, `closing` before its last; `cut`: broken off, and |
/// | | behind a leaf of the same call: what that one says was not given, or not to its end; |
/// | | `withheld`: the leaf before it of the same call came too late, and this was answered instead of that |
/// | `peer` | between nodes: the leaf of the other node's log that stands for the same exchange |
/// | `request` | base 64 of SHA-256(method ‖ space ‖ target as it came ‖ LF ‖ body) |
/// | `status` | of the answer |
struct EvidenceText: Sendable {
    private let client: [UInt8]
    private let grant: [UInt8]
    private let purpose: [UInt8]
    private let service: [UInt8]

    static let kind = Array("exchange.call".utf8)

    /// - Parameters:
    ///   - consumer: `"client":"…","consumer":"…",`
    ///   - service: `"service":"…",`
    init(_ grant: Grant, consumer: [UInt8], service: [UInt8]) throws(TableFault) {
        client = consumer
        self.grant = EvidenceText.members([("grant", grant.id), ("legalBasis", grant.legalBasis)])
        purpose = EvidenceText.members([("purpose", grant.purpose)])
        self.service = service
        guard client.count + self.grant.count + purpose.count + service.count <= 2800 else {
            throw TableFault(
                kind: .invalid, subject: grant.id, reason: "purpose and legal basis are too long for the evidence")
        }
    }

    /// Members of the record as it spells them, with a comma behind each.
    static func members(_ members: [(String, String)]) -> [UInt8] {
        JSON.object(members.map { .init($0, .string($1)) }).inner + [UInt8(ascii: ",")]
    }

    enum Part: UInt8 {
        case whole, opening, closing, cut, withheld

        /// Whether an answer waits for it, where answers do.
        var isAwaited: Bool { self != .cut && self != .withheld }

        fileprivate var text: StaticString {
            switch self {
            case .whole: "\"part\":\"whole\","
            case .opening: "\"part\":\"opening\","
            case .closing: "\"part\":\"closing\","
            case .cut: "\"part\":\"cut\","
            case .withheld: "\"part\":\"withheld\","
            }
        }
    }

    /// What one call adds.
    struct Call {
        var part: Part
        var call: CallID
        var began: Int64
        var ended: Int64
        var request: Digest32
        var answer: Digest32
        var status: Int
    }

    /// - Parameters:
    ///   - operation: `"operation":"…",`
    ///   - peer: what the provider's node says of its leaf; printable ASCII without `"` and `\`.
    func write(_ call: Call, operation: [UInt8], peer: String?, to pen: Pen) {
        pen.add("{\"answer\":\"")
        pen.add(base64: call.answer)
        pen.add("\",\"began\":")
        pen.add(decimal: call.began)
        pen.add(",\"call\":\"")
        pen.add(call.call)
        pen.add("\",")
        pen.add(client)
        pen.add("\"ended\":")
        pen.add(decimal: call.ended)
        pen.add(",")
        pen.add(grant)
        pen.add(operation)
        pen.add(call.part.text)
        if let peer {
            pen.add("\"peer\":\"")
            pen.add(peer)
            pen.add("\",")
        }
        pen.add(purpose)
        pen.add("\"request\":\"")
        pen.add(base64: call.request)
        pen.add("\",")
        pen.add(service)
        pen.add("\"status\":")
        pen.add(decimal: Int64(call.status))
        pen.add("}")
    }
}

/// Texts into bytes without a `String` between.
extension [UInt8] {
    mutating func append(_ text: StaticString) {
        append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}
