import StrictJSON
import Vocabulary
import Web

/// What can be wrong with a request for tokens. The raw value is our stable code, which `/identity/oauth/errors`
/// explains to whoever writes the program.
enum OAuthFault: String, Error, Sendable, Hashable, CaseIterable {
    case clientMissing = "client-missing"
    case clientUnknown = "client-unknown"
    case clientNotProved = "client-not-proved"
    /// Its own certificate, outside its dates: by the same codes as at the gateway.
    case certificateExpired = "certificate-expired"
    case certificateNotYetValid = "certificate-not-yet-valid"
    case redirectUnknown = "redirect-uri-unknown"
    case parameterTwice = "parameter-twice"
    case mediaType = "media-type"
    case responseType = "response-type"
    case responseMode = "response-mode"
    case challengeMissing = "pkce-missing"
    case challengeMethod = "pkce-not-s256"
    case prompt = "prompt"
    case maxAge = "max-age"
    case requestObject = "request-object"
    case requestURI = "request-uri"
    case registration = "registration"
    case scope = "scope"
    case audience = "audience"
    case loginRequired = "login-required"
    case consentRequired = "consent-required"
    case otherPerson = "other-person"
    case denied = "denied"
    case grantType = "grant-type"
    case grantNotAllowed = "grant-not-allowed"
    case codeNotGood = "code-not-good"
    case refreshNotGood = "refresh-not-good"
    case tokenMissing = "token-missing"
    case tokenNotGood = "token-not-good"
    case tokenNotEnough = "token-not-enough"

    /// The code of the standards: RFC 6749 §4.1.2.1 and §5.2, OpenID Connect Core §3.1.2.6, RFC 6750 §3.1, RFC 8707.
    var error: String {
        switch self {
        case .clientUnknown, .clientNotProved, .certificateExpired, .certificateNotYetValid: "invalid_client"
        case .responseType: "unsupported_response_type"
        case .requestObject: "request_not_supported"
        case .requestURI: "request_uri_not_supported"
        case .registration: "registration_not_supported"
        case .scope: "invalid_scope"
        case .audience: "invalid_target"
        case .loginRequired, .otherPerson: "login_required"
        case .consentRequired: "consent_required"
        case .denied: "access_denied"
        case .grantType: "unsupported_grant_type"
        case .grantNotAllowed: "unauthorized_client"
        case .codeNotGood, .refreshNotGood: "invalid_grant"
        case .tokenNotGood: "invalid_token"
        case .tokenNotEnough: "insufficient_scope"
        default: "invalid_request"
        }
    }

    var status: Int {
        switch self {
        case .clientNotProved, .certificateExpired, .certificateNotYetValid, .tokenMissing, .tokenNotGood: 401
        case .tokenNotEnough: 403
        default: 400
        }
    }

    /// The address that explains it.
    func link(_ issuer: String) -> String { "\(issuer)/identity/oauth/errors#\(rawValue)" }

    /// RFC 6749 §5.2. The description is English and ASCII, as it must be; the page behind `error_uri` speaks both.
    func json(_ issuer: String) -> JSON {
        [
            "error": .string(error), "error_description": .string(about.en), "error_code": .string(rawValue),
            "error_uri": .string(link(issuer)),
        ]
    }

    func response(_ issuer: String) -> Response {
        let answer = Response.json(json(issuer), status: status).with("pragma", "no-cache")
        guard status == 401 else { return answer }
        return answer.with("www-authenticate", "Basic realm=\"\(issuer)\", charset=\"UTF-8\"")
    }

    /// RFC 6750 §3: a bare challenge when there was no token at all.
    func bearerResponse(_ issuer: String) -> Response {
        let details = self == .tokenMissing ? "" : ", error=\"\(error)\", error_description=\"\(about.en)\""
        return Response.json(json(issuer), status: status)
            .with("www-authenticate", "Bearer realm=\"\(issuer)\"\(details)")
    }
}
