package import Vocabulary
import Web

/// Why nothing was given (lý do chưa giao được), or who stopped it. Kept, and told to programs, as a code with what it
/// is about behind it, `http-status 422`; everybody reads it in their own language.
package enum DeliveryFault: Sendable, Hashable {
    case status(Int)
    /// Asked whether it agrees, it answered something else. `allowed` is its `WebHook-Allowed-Origin`.
    case notAgreed(status: Int, allowed: String)
    case privateAddress
    case noAnswer(seconds: Double)
    case notReached(host: String)
    case noAddress(host: String)
    case otherKey(host: String)
    case untrusted(host: String)
    case hungUp, tooLong, noHTTP
    case notCalled
    /// The event cannot be written in the form that the endpoint asked for.
    case otherForm
    /// The grant does not hold any more.
    case noGrant
    /// By the id of a person, or `owner`: whoever owns the node's folder.
    case paused(by: String)
    /// A code of a later program.
    case unknown(String)

    package init(_ error: any Error) {
        self =
            switch error {
            case FetchError.privateAddress: .privateAddress
            case FetchError.deadline(let seconds): .noAnswer(seconds: seconds)
            case FetchError.cannotConnect(let host, _): .notReached(host: host)
            case FetchError.unresolved(let host): .noAddress(host: host)
            case FetchError.wrongPin(let host): .otherKey(host: host)
            case FetchError.insecure(let host, _): .untrusted(host: host)
            case FetchError.closed: .hungUp
            case FetchError.tooLarge: .tooLong
            case FetchError.malformed: .noHTTP
            default: .notCalled
            }
    }
}

/// As it is kept.
extension DeliveryFault {
    package var text: String {
        switch self {
        case .status(let status): "http-status \(status)"
        case .notAgreed(let status, let allowed): "not-agreed \(status) \(allowed.prefix(200))"
        case .privateAddress: "private-address"
        case .noAnswer(let seconds): "no-answer \(seconds)"
        case .notReached(let host): "not-reached \(host)"
        case .noAddress(let host): "no-address \(host)"
        case .otherKey(let host): "other-key \(host)"
        case .untrusted(let host): "untrusted \(host)"
        case .hungUp: "hung-up"
        case .tooLong: "too-long"
        case .noHTTP: "no-http"
        case .notCalled: "not-called"
        case .otherForm: "other-form"
        case .noGrant: "no-grant"
        case .paused(let author): "paused-by \(author)"
        case .unknown(let text): text
        }
    }

    package init(_ text: String) {
        let parts = text.split(separator: " ", maxSplits: 1).map(String.init)
        self = DeliveryFault.read(parts.first ?? "", parts.count > 1 ? parts[1] : "") ?? .unknown(text)
    }

    private static func read(_ code: String, _ rest: String) -> DeliveryFault? {
        switch code {
        case "http-status": return Int(rest).map { .status($0) }
        case "not-agreed":
            let parts = rest.split(separator: " ", maxSplits: 1).map(String.init)
            return parts.first.flatMap { Int($0) }.map { .notAgreed(status: $0, allowed: parts.dropFirst().last ?? "") }
        case "private-address": return .privateAddress
        case "no-answer": return Double(rest).map { .noAnswer(seconds: $0) }
        case "not-reached": return .notReached(host: rest)
        case "no-address": return .noAddress(host: rest)
        case "other-key": return .otherKey(host: rest)
        case "untrusted": return .untrusted(host: rest)
        case "hung-up": return .hungUp
        case "too-long": return .tooLong
        case "no-http": return .noHTTP
        case "not-called": return .notCalled
        case "other-form": return .otherForm
        case "no-grant": return .noGrant
        case "paused-by": return .paused(by: rest)
        default: return nil
        }
    }
}

/// As people read it.
extension DeliveryFault {
    package static let owner = "owner"

    package var phrase: Phrase {
        switch self {
        case .status(let status):
            Phrase(vi: "Bên nhận trả lời HTTP \(status)", en: "The receiver answered HTTP \(status)")
        case .notAgreed(let status, let allowed):
            Phrase(
                vi: "Bên nhận chưa đồng ý: HTTP \(status), WebHook-Allowed-Origin: \(allowed)",
                en: "The receiver has not agreed: HTTP \(status), WebHook-Allowed-Origin: \(allowed)")
        case .privateAddress: Phrase(vi: "Địa chỉ nằm trong mạng nội bộ", en: "The address lies in a private network")
        case .noAnswer(let seconds):
            Phrase(
                vi: "Không trả lời trong \(DeliveryFault.whole(seconds)) giây",
                en: "No answer within \(DeliveryFault.whole(seconds)) s")
        case .notReached(let host): Phrase(vi: "Không kết nối được tới \(host)", en: "Cannot connect to \(host)")
        case .noAddress(let host): Phrase(vi: "Không có địa chỉ nào của \(host)", en: "There is no address for \(host)")
        case .otherKey(let host): Phrase(vi: "\(host) đưa ra khóa khác", en: "\(host) shows another key")
        case .untrusted(let host):
            Phrase(vi: "\(host) không có chứng thư đáng tin", en: "\(host) shows no certificate that is trusted")
        case .hungUp: Phrase(vi: "Ngắt kết nối trước khi trả lời", en: "It hung up before it answered")
        case .tooLong: Phrase(vi: "Câu trả lời quá dài", en: "The answer is too long")
        case .noHTTP: Phrase(vi: "Câu trả lời không phải HTTP", en: "The answer is no HTTP")
        case .notCalled: Phrase(vi: "Không gọi được", en: "It cannot be called")
        case .otherForm: Phrase(vi: "Không viết được ở dạng này", en: "It cannot be written in this form")
        case .noGrant: Phrase(vi: "Không còn quyền nhận", en: "No grant lets it pass")
        case .paused(DeliveryFault.owner):
            Phrase(
                vi: "Người giữ thư mục dữ liệu của nút cho dừng",
                en: "Paused by whoever owns the node's folder")
        case .paused: Phrase(vi: "Quản trị viên cho dừng", en: "Paused by an administrator")
        case .unknown(let text): Phrase(name: text)
        }
    }

    private static func whole(_ seconds: Double) -> String {
        seconds == seconds.rounded() ? String(Int(seconds)) : String(seconds)
    }
}
