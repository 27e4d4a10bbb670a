import Vocabulary

/// What the developer did wrong, without a word that would help somebody who guesses.
extension OAuthFault {
    var about: Phrase {
        switch self {
        case .clientMissing:
            Phrase(vi: "Thiếu client_id.", en: "The client_id is missing.")
        case .clientUnknown:
            Phrase(
                vi: "Không có ứng dụng nào với client_id này, hoặc nó đã bị thu hồi.",
                en: "No client has this client_id, or it was revoked.")
        case .clientNotProved:
            Phrase(
                vi: """
                    Ứng dụng chưa chứng minh được mình: client_id, client_secret hoặc chứng thư không đúng, hay dùng \
                    hai cách cùng lúc.
                    """,
                en: """
                    The client did not prove itself: client_id, client_secret or certificate is wrong, or two ways \
                    were used at once.
                    """)
        case .certificateExpired:
            Phrase(
                vi: "Chứng thư của ứng dụng đã hết hạn: hãy đăng ký chứng thư mới.",
                en: "The client's certificate is not valid any more: register another.")
        case .certificateNotYetValid:
            Phrase(vi: "Chứng thư của ứng dụng chưa có hiệu lực.", en: "The client's certificate is not valid yet.")
        case .redirectUnknown:
            Phrase(
                vi: "redirect_uri phải giống từng ký tự với một địa chỉ đã đăng ký.",
                en: "The redirect_uri must be, character by character, one that is registered.")
        case .parameterTwice:
            Phrase(vi: "Một tham số được gửi hai lần.", en: "A parameter was sent twice.")
        case .mediaType:
            Phrase(
                vi: "Nội dung phải là application/x-www-form-urlencoded.",
                en: "The body must be application/x-www-form-urlencoded.")
        case .responseType:
            Phrase(vi: "response_type phải là code.", en: "The response_type must be code.")
        case .responseMode:
            Phrase(vi: "response_mode chỉ có thể là query.", en: "The response_mode can only be query.")
        case .challengeMissing:
            Phrase(
                vi: "Thiếu code_challenge (PKCE, RFC 7636) hoặc nó không phải 43 ký tự base64url.",
                en: "The code_challenge (PKCE, RFC 7636) is missing or not 43 characters of base64url.")
        case .challengeMethod:
            Phrase(vi: "code_challenge_method phải là S256.", en: "The code_challenge_method must be S256.")
        case .prompt:
            Phrase(
                vi: "prompt không hợp lệ; none phải đứng một mình.", en: "The prompt is not valid; none stands alone.")
        case .maxAge:
            Phrase(vi: "max_age phải là số giây không âm.", en: "The max_age must be seconds, zero or more.")
        case .requestObject:
            Phrase(vi: "Tham số request không được hỗ trợ.", en: "The request parameter is not supported.")
        case .requestURI:
            Phrase(vi: "Tham số request_uri không được hỗ trợ.", en: "The request_uri parameter is not supported.")
        case .registration:
            Phrase(vi: "Tham số registration không được hỗ trợ.", en: "The registration parameter is not supported.")
        default: moreAbout
        }
    }

    private var moreAbout: Phrase {
        switch self {
        case .scope:
            Phrase(
                vi: "Không có scope nào trong yêu cầu được đăng ký cho ứng dụng này.",
                en: "None of the scopes asked for is registered for this client.")
        case .audience:
            Phrase(
                vi: "resource phải là một dịch vụ đã đăng ký cho ứng dụng.",
                en: "The resource must be a service that is registered for the client.")
        case .loginRequired:
            Phrase(vi: "Người dùng cần đăng nhập.", en: "The person must sign in.")
        case .consentRequired:
            Phrase(vi: "Người dùng chưa đồng ý.", en: "The person has not consented.")
        case .otherPerson:
            Phrase(
                vi: "Người đang đăng nhập không phải người trong id_token_hint.",
                en: "Whoever is signed in is not the person of the id_token_hint.")
        case .denied:
            Phrase(vi: "Người dùng không đồng ý.", en: "The person said no.")
        case .grantType:
            Phrase(
                vi: "grant_type phải là authorization_code, refresh_token hoặc client_credentials.",
                en: "The grant_type must be authorization_code, refresh_token or client_credentials.")
        case .grantNotAllowed:
            Phrase(
                vi: "Ứng dụng này không được đăng ký cho cách xin token này.",
                en: "This client is not registered for this grant.")
        case .codeNotGood:
            Phrase(
                vi: """
                    Mã không có, đã dùng, quá hạn, hoặc không khớp với ứng dụng, redirect_uri hay code_verifier. \
                    Mã dùng lại làm mất hiệu lực mọi token đã cấp theo nó.
                    """,
                en: """
                    The code is unknown, used, expired, or of another client, redirect_uri or code_verifier. \
                    A code used twice ends every token that came of it.
                    """)
        case .refreshNotGood:
            Phrase(
                vi: """
                    Refresh token không có, đã quá hạn, đã thu hồi hoặc đã dùng. Token dùng lại làm mất hiệu lực cả \
                    chuỗi: hãy cho người dùng đăng nhập lại và luôn lưu token mới nhất.
                    """,
                en: """
                    The refresh token is unknown, expired, revoked or used. One used twice ends its whole family: \
                    let the person sign in again, and always keep the newest.
                    """)
        case .tokenMissing:
            Phrase(vi: "Thiếu token.", en: "The token is missing.")
        case .tokenNotGood:
            Phrase(
                vi: "Token không còn hiệu lực, hoặc gắn với một chứng thư khác.",
                en: "The token is not active, or is bound to another certificate.")
        default:
            Phrase(vi: "Token không có scope openid.", en: "The token has no scope openid.")
        }
    }
}
