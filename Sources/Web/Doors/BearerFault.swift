import Vocabulary

/// What is wrong with a key or token that a call shows: RFC 6750 §3.1, RFC 9470 §3.
package enum BearerFault: Error, Sendable, Hashable {
    /// Nothing that is a bearer token: another scheme, or none at all.
    case missing
    /// Two of them, or one that cannot be one.
    case malformed
    /// Unknown, expired, revoked, for another service or of another certificate; or whoever it speaks for is no more.
    case notGood
    /// The door is opened by another scope.
    case notEnough(scope: String)
    /// The person was not recognised surely enough, or too long ago.
    case notSure(level: Int, withinSeconds: Int64?)

    var kind: ProblemKind {
        switch self {
        case .malformed: .malformed
        case .notEnough: .forbidden
        case .missing, .notGood, .notSure: .unauthenticated
        }
    }

    /// The code of the standards; nil where a challenge says no more than that a token is wanted.
    private var error: String? {
        switch self {
        case .missing: nil
        case .malformed: "invalid_request"
        case .notGood: "invalid_token"
        case .notEnough: "insufficient_scope"
        case .notSure: "insufficient_user_authentication"
        }
    }

    /// Stable and for programs, as our other codes are written.
    var code: String? { error?.replacing("_", with: "-") }

    /// `WWW-Authenticate`.
    var challenge: String {
        var words = ["realm=\"axis\""]
        if let error { words.append("error=\"\(error)\"") }
        switch self {
        case .notEnough(let scope): words.append("scope=\"\(scope)\"")
        case .notSure(let level, let seconds):
            words.append("acr_values=\"\(level)\"")
            if let seconds { words.append("max_age=\"\(seconds)\"") }
        case .missing, .malformed, .notGood: break
        }
        return "Bearer " + words.joined(separator: ", ")
    }

    var about: Phrase {
        switch self {
        case .missing:
            Phrase(
                vi: "Hãy gửi khóa của tài khoản dịch vụ hoặc access token trong trường Authorization: Bearer.",
                en: "Send the key of a service account, or an access token, as Authorization: Bearer.")
        case .malformed:
            Phrase(
                vi: "Trường Authorization phải có đúng một lần, dạng Bearer và một token.",
                en: "Authorization comes once, as Bearer and one token.")
        case .notGood:
            Phrase(
                vi: "Khóa hoặc token không còn hiệu lực, dành cho nơi khác hoặc gắn với một chứng thư khác.",
                en: "The key or token is not active, is for another service, or is bound to another certificate.")
        case .notEnough(let scope):
            Phrase(vi: "Khóa hoặc token không có phạm vi \(scope).", en: "The key or token has no scope \(scope).")
        case .notSure(let level, _):
            Phrase(
                vi: "Việc này cần người dùng xác thực lại ở mức \(level): hãy xin token mới với acr_values và max_age.",
                en:
                    "The person must prove who they are anew, at level \(level): ask with acr_values and max_age."
            )
        }
    }
}

/// What a call shows instead of a cookie.
enum Bearer {
    private static let lengthMax = 8192

    /// The token of a call; nil for a call without `Authorization`, which is known by its cookie. One with it is known
    /// by that alone: what a cookie beside it would open is not opened (RFC 6750 §2).
    static func token(of request: Request) throws(BearerFault) -> String? {
        let lines = request.headers.all("authorization")
        guard let line = lines.first else { return nil }
        guard lines.count == 1 else { throw .malformed }
        let words = line.split(separator: " ", omittingEmptySubsequences: true)
        guard words.first?.lowercased() == "bearer" else { throw .missing }
        guard words.count == 2, words[1].utf8.count <= lengthMax, words[1].utf8.allSatisfy(isOfToken) else {
            throw .malformed
        }
        return String(words[1])
    }

    /// RFC 6750 §2.1 `b64token`.
    private static func isOfToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~+/=".utf8.contains(byte)
        }
    }
}
