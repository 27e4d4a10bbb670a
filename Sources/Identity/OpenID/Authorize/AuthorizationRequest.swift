import Vocabulary
import Web

/// What an application asks for when it sends a browser here: OAuth 2.1 §4.1.1, OpenID Connect Core §3.1.2.1.
struct AuthorizationRequest: Sendable {
    let client: Client
    let redirect: String
    let state: String?
    /// What is granted of what was asked for, in the order of the request.
    let scopes: [String]
    let audiences: [String]
    let nonce: String?
    /// `code_challenge` of RFC 7636, S256.
    let challenge: String
    let prompts: Set<String>
    let maxAgeSeconds: Int64?
    /// The highest of `acr_values` that we know; a wish, not a condition (Core §5.5.1.1).
    let level: Int
    let hint: String?
    /// What the person may be called when they sign in, as the application knows it.
    let loginHint: String?
    /// The first of `ui_locales` that we speak.
    let language: Language?

    var isOffline: Bool { scopes.contains(Scope.offline.rawValue) }

    /// The client and the address to which answers go. Whatever is wrong here is told to the person, never sent on: it
    /// may be a stranger's address (RFC 9700 §4.11).
    static func addressee(
        _ fields: Fields, find: (ID<Client>) async throws -> Client?
    ) async throws -> (Client, String) {
        for name in ["client_id", "redirect_uri"] where fields.list.filter({ $0.name == name }).count > 1 {
            throw OAuthFault.parameterTwice
        }
        guard let id = fields.verbatim("client_id"), !id.isEmpty else { throw OAuthFault.clientMissing }
        guard let client = try await find(ID(id)), client.state == .active else { throw OAuthFault.clientUnknown }
        guard let redirect = fields.verbatim("redirect_uri"), client.redirects.contains(redirect) else {
            throw OAuthFault.redirectUnknown
        }
        return (client, redirect)
    }

    init(_ fields: Fields, client: Client, redirect: String) throws(OAuthFault) {
        let names = fields.list.map(\.name).filter { $0 != "resource" }
        guard Set(names).count == names.count else { throw .parameterTwice }
        try AuthorizationRequest.refuseUnsupported(fields)
        guard fields.verbatim("code_challenge_method") == "S256" || fields.verbatim("code_challenge") == nil else {
            throw .challengeMethod
        }
        guard let challenge = fields.verbatim("code_challenge"), Base64.decodeURL(challenge)?.count == 32 else {
            throw .challengeMissing
        }
        self.client = client
        self.redirect = redirect
        self.challenge = challenge
        state = fields.verbatim("state")
        nonce = fields.verbatim("nonce")
        hint = fields.verbatim("id_token_hint")
        loginHint = fields["login_hint"].flatMap { $0.count <= 100 ? $0 : nil }
        // `en-GB` is English to us.
        language =
            words(fields.verbatim("ui_locales") ?? "").lazy.compactMap { tag in
                Language(rawValue: tag.prefix { $0 != "-" }.lowercased())
            }.first
        let asked = words(fields.verbatim("scope") ?? "")
        var seen: Set<String> = []
        scopes = asked.filter { client.scopes.contains($0) && seen.insert($0).inserted }
        guard !scopes.isEmpty else { throw .scope }
        audiences = try AuthorizationRequest.audiences(fields, of: client)
        prompts = Set(words(fields.verbatim("prompt") ?? ""))
        guard prompts.isSubset(of: ["none", "login", "consent", "select_account"]),
            !prompts.contains("none") || prompts.count == 1
        else { throw .prompt }
        if let text = fields.verbatim("max_age") {
            guard let seconds = Int64(text), (0...1_000_000_000).contains(seconds) else { throw .maxAge }
            maxAgeSeconds = seconds
        } else {
            maxAgeSeconds = nil
        }
        level =
            words(fields.verbatim("acr_values") ?? "").compactMap { ["1", "2"].contains($0) ? Int($0) : nil }.max() ?? 0
    }

    private static func refuseUnsupported(_ fields: Fields) throws(OAuthFault) {
        if fields.verbatim("request") != nil { throw .requestObject }
        if fields.verbatim("request_uri") != nil { throw .requestURI }
        if fields.verbatim("registration") != nil { throw .registration }
        guard fields.verbatim("response_type") == "code" else { throw .responseType }
        guard fields.verbatim("response_mode").map({ $0 == "query" }) ?? true else { throw .responseMode }
    }

    /// RFC 8707: those named, which must be registered; all that are when none is.
    static func audiences(_ fields: Fields, of client: Client) throws(OAuthFault) -> [String] {
        let asked = fields.all("resource")
        guard asked.allSatisfy(client.audiences.contains) else { throw .audience }
        return asked.isEmpty ? client.audiences : asked
    }

    /// The address with the answer on it. `iss` tells the application who answers (RFC 9207).
    static func answer(_ redirect: String, state: String?, issuer: String, _ more: [(String, String)]) -> String {
        var fields = more
        if let state { fields.append(("state", state)) }
        fields.append(("iss", issuer))
        let query = fields.map { "\($0.0)=\(PercentCoding.encode($0.1))" }.joined(separator: "&")
        return redirect + (redirect.contains("?") ? "&" : "?") + query
    }
}
