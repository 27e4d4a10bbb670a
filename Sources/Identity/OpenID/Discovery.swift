import JOSE
import StrictJSON
import Vocabulary
import Web

/// What we can do, for programs: OpenID Connect Discovery §3 and RFC 8414 §2.
extension Identity {
    func openIDDoors(_ site: Site) {
        for name in ["openid-configuration", "oauth-authorization-server"] {
            site.api(.get, "/.well-known/\(name)", allow: .everyone, .discovery) { call in
                try await openID.shared(call.request) {
                    .json(openID.discovery).with("cache-control", "public, max-age=3600")
                }
            }
        }
        site.api(.get, "/identity/oauth/jwks", allow: .everyone, .jwks) { call in
            try await openID.shared(call.request) {
                .json(try await openID.keyring.jwks(at: now())).with("cache-control", "public, max-age=3600")
            }
        }
        site.api(.post, "/identity/oauth/token", allow: .everyone, .token, bodyLimit: 32 << 10) { call in
            try await openID.shared(call.request) {
                try await openID.answering { try await openID.token(call) }
            }
        }
        preflightDoors(site)
        authorizeDoors(site)
        introspectionDoors(site)
        userInfoDoors(site)
        endSessionDoors(site)
        clientDoors(site)
        errorPage(site)
    }

    private func errorPage(_ site: Site) {
        site.page("/identity/oauth/errors", allow: .everyone) { page in
            let issuer = openID.settings.issuer
            return View(
                title: page[.oauthErrors],
                body: """
                    <p>\(page[.oauthErrorsLead]) <code>\(issuer)/.well-known/openid-configuration</code></p>
                    <dl class="summary">\(each: OAuthFault.allCases, { fault in
                        """
                        <div><dt id="\(fault.rawValue)"><code>\(fault.rawValue)</code></dt>\
                        <dd>\(page[fault.about]) <code>\(fault.error)</code></dd></div>

                        """
                    })</dl>
                    """)
        }
    }
}

extension OpenID {
    /// All that stand for something at this node: signing in, the axis, and what service accounts have beside it.
    static let scopes =
        Scope.allCases.map(\.rawValue) + AxisScope.allCases.map(\.rawValue)
        + ServiceAccount.Scope.allCases.filter { $0.onAxis == nil }.map(\.rawValue)

    var discovery: JSON {
        func list(_ values: [String]) -> JSON { .array(values.map { .string($0) }) }
        let algorithms = list(SignatureAlgorithm.allCases.map(\.rawValue))
        let proofs = list(["client_secret_basic", "client_secret_post", "self_signed_tls_client_auth", "none"])
        let withSecret = list(["client_secret_basic", "client_secret_post", "self_signed_tls_client_auth"])
        return [
            "issuer": .string(settings.issuer),
            "authorization_endpoint": .string(url(Identity.authorizePath)),
            "token_endpoint": .string(url("/identity/oauth/token")),
            "jwks_uri": .string(url("/identity/oauth/jwks")),
            "userinfo_endpoint": .string(url("/identity/oauth/userinfo")),
            "introspection_endpoint": .string(url("/identity/oauth/introspect")),
            "revocation_endpoint": .string(url("/identity/oauth/revoke")),
            "end_session_endpoint": .string(url("/identity/oauth/sign-out")),
            "response_types_supported": ["code"], "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
            "code_challenge_methods_supported": ["S256"],
            "subject_types_supported": ["pairwise", "public"],
            "id_token_signing_alg_values_supported": algorithms,
            "token_endpoint_auth_methods_supported": proofs,
            "introspection_endpoint_auth_methods_supported": withSecret,
            "revocation_endpoint_auth_methods_supported": proofs,
            "scopes_supported": list(OpenID.scopes),
            "acr_values_supported": ["1", "2"], "display_values_supported": ["page"],
            "claims_supported": list([
                "iss", "sub", "aud", "exp", "iat", "auth_time", "acr", "amr", "sid", "nonce", "at_hash", "name",
                "preferred_username", "email", "email_verified", "organisation", "organisation_name", "roles",
            ]),
            "ui_locales_supported": ["vi", "en"], "claims_parameter_supported": false,
            "request_parameter_supported": false, "request_uri_parameter_supported": false,
            "authorization_response_iss_parameter_supported": true,
            "tls_client_certificate_bound_access_tokens": true,
            "backchannel_logout_supported": true, "backchannel_logout_session_supported": true,
            "service_documentation": .string(url("/identity/oauth/errors")),
        ]
    }
}

extension APIDoc {
    private static func form(_ fields: KeyValuePairs<String, Schema>, needs: Set<String>) -> Schema {
        Schema.object(fields, optional: Set(fields.map(\.key)).subtracting(needs))
            .sent(as: "application/x-www-form-urlencoded")
    }

    /// Beside the head of the call, a client may prove itself in the form.
    private func proved(by proofs: [Proof]) -> APIDoc {
        var copy = self
        copy.proofs = proofs
        copy.refusal = APIDoc.fault
        return copy
    }

    /// RFC 6749 §5.2 and RFC 6750 §3.
    private static let fault = Schema.object(
        ["error": .string, "error_description": .string, "error_code": .string, "error_uri": .string])

    private static let metadata = Schema.object(
        [
            "issuer": .string, "token_endpoint": .string, "jwks_uri": .string,
            "response_types_supported": .array(.string),
        ])

    private static let text = Schema.string.with(["minLength": 1])

    private static let tokenForm = form(
        [
            "grant_type": .oneOf(["authorization_code", "refresh_token", "client_credentials"]), "code": text,
            "redirect_uri": text, "code_verifier": text, "refresh_token": text, "scope": text, "resource": text,
            "client_id": text, "client_secret": text,
        ], needs: ["grant_type"])

    static let discovery = APIDoc(
        Phrase(vi: "Mô tả máy chủ OpenID Connect", en: "The OpenID Connect provider's description"),
        response: metadata,
        tags: ["identity"])
    static let jwks = APIDoc(
        Phrase(vi: "Khóa công khai ký token", en: "The public keys that tokens are signed with"),
        response: .object(["keys": .array(.object(["kty": .string, "kid": .string, "alg": .string]))]),
        tags: ["identity"])
    static let token = APIDoc(
        Phrase(vi: "Cấp token (OAuth 2.1)", en: "Hands out tokens (OAuth 2.1)"), request: tokenForm,
        response: .object(
            [
                "access_token": .string, "token_type": .oneOf(["Bearer"]), "expires_in": .integer, "scope": .string,
                "refresh_token": .string, "id_token": .string,
            ], optional: ["refresh_token", "id_token"]), tags: ["identity"]
    ).proved(by: [.client, .none])
    static let introspect = APIDoc(
        Phrase(vi: "Kiểm tra token (RFC 7662)", en: "Says what a token is worth (RFC 7662)"),
        request: form(["token": text, "client_id": text, "client_secret": text], needs: ["token"]),
        response: .object(["active": .boolean]), tags: ["identity"]
    ).proved(by: [.client, .none])
    static let revokeToken = APIDoc(
        Phrase(vi: "Thu hồi token (RFC 7009)", en: "Revokes a token (RFC 7009)"),
        request: form(["token": text, "client_id": text, "client_secret": text], needs: ["token"]), tags: ["identity"]
    ).proved(by: [.client, .none])
    static let userInfo = APIDoc(
        Phrase(vi: "Thông tin người dùng của token", en: "What the application may know about the person"),
        response: .object(["sub": .string]), tags: ["identity"]
    ).proved(by: [.bearer])
}

extension Phrase {
    static let oauthErrors = Phrase(
        vi: "Kết nối ứng dụng: các mã lỗi", en: "Connecting an application: error codes")
    static let oauthErrorsLead = Phrase(
        vi: "Dành cho người phát triển ứng dụng đăng nhập qua nút này. Mọi địa chỉ cần dùng nằm trong",
        en: "For developers of applications that sign people in through this node. Every address is in")
}
