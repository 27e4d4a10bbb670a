import Database
import House
import JOSE
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import Identity

/// An application that signs people in through the town, as its developers would write it.
struct Relying: Sendable {
    static let redirect = "https://app.example/cb"
    static let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    /// RFC 7636 appendix B.
    static let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

    let town: Town
    let id: String
    let secret: String?

    static func register(_ town: Town, _ change: (inout ClientForm) -> Void = { _ in }) async throws -> Relying {
        var form = ClientForm()
        form.name = "Ứng dụng mẫu"
        form.redirects = [redirect]
        form.signOutRedirects = ["https://app.example/bye"]
        form.asksConsent = false
        form.purpose = Client.Purpose(vi: "Nhận hồ sơ trực tuyến", en: "To take applications online")
        change(&form)
        let made = try await town.identity.registerClient(form, by: nil)
        return Relying(town: town, id: made.client.text, secret: made.secret)
    }

    /// A service that acts alone.
    static func service(_ town: Town, _ change: (inout ClientForm) -> Void = { _ in }) async throws -> Relying {
        try await register(town) { form in
            form.redirects = []
            form.signOutRedirects = []
            form.actsAlone = true
            form.scopes = ["records.read"]
            change(&form)
        }
    }

    // MARK: The browser's part

    /// The address to which it sends a browser; nil takes a parameter away.
    func authorize(_ changes: [String: String?] = [:]) -> String {
        var fields: [(String, String)] = [
            ("response_type", "code"), ("client_id", id), ("redirect_uri", Relying.redirect),
            ("scope", "openid profile email organisation roles offline_access"), ("state", "st-1"), ("nonce", "n-1"),
            ("code_challenge", Relying.challenge), ("code_challenge_method", "S256"),
        ]
        for (name, value) in changes.sorted(by: { $0.key < $1.key }) {
            fields.removeAll { $0.0 == name }
            if let value { fields.append((name, value)) }
        }
        let query = fields.map { "\($0.0)=\(PercentCoding.encode($0.1))" }.joined(separator: "&")
        return "/identity/oauth/authorize?\(query)"
    }

    /// What came back to the application: the query of its own address; nil when the browser did not get there.
    static func answer(_ answered: Answered, at redirect: String = redirect) -> [String: String]? {
        let address =
            answered.location ?? answered.response.headers["refresh"].map { String($0.dropFirst("0; url=".count)) }
        guard let address, address.hasPrefix(redirect + "?") else { return nil }
        let fields = try? URLEncoded.parse(Array(address.dropFirst(redirect.count + 1).utf8))
        return fields.map { Dictionary($0.list.map { ($0.name, $0.value) }) { first, _ in first } }
    }

    func code(_ visitor: Visitor, _ changes: [String: String?] = [:]) async throws -> String {
        let answered = await visitor.get(authorize(changes))
        return try #require(
            Relying.answer(answered)?["code"], "\(answered.status) \(answered.location ?? answered.text)")
    }

    // MARK: The program's part

    var basic: String {
        "Basic " + Base64.encode(Array("\(id):\(secret ?? "")".utf8))
    }

    func post(
        _ path: String, _ fields: [String: String], proves: Bool = true, certificate: String? = nil
    ) async -> Response {
        var form = Fields()
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) { form.add(name, value) }
        var headers: Headers = ["host": "truc.test", "content-type": "application/x-www-form-urlencoded"]
        if proves, secret != nil { headers["authorization"] = basic } else { form.add("client_id", id) }
        var request = Request(.post, path, headers: headers, body: URLEncoded.encode(form))
        request.certificate = certificate.map(ProvenCertificate.init(lasting:))
        return await town.site.respond(to: request)
    }

    func redeem(_ code: String, _ changes: [String: String] = [:], certificate: String? = nil) async -> Response {
        let fields = [
            "grant_type": "authorization_code", "code": code, "redirect_uri": Relying.redirect,
            "code_verifier": Relying.verifier,
        ]
        return await post(
            "/identity/oauth/token", fields.merging(changes) { _, new in new }, certificate: certificate)
    }

    func refresh(_ token: String, _ changes: [String: String] = [:]) async -> Response {
        let fields = ["grant_type": "refresh_token", "refresh_token": token]
        return await post("/identity/oauth/token", fields.merging(changes) { _, new in new })
    }

    /// Signs a visitor in as far as tokens.
    func tokens(_ visitor: Visitor, _ changes: [String: String?] = [:]) async throws -> JSONValue {
        try await redeem(try await code(visitor, changes)).json(200)
    }

    func ownToken(_ changes: [String: String] = [:], certificate: String? = nil) async throws -> String {
        let fields = ["grant_type": "client_credentials"].merging(changes) { _, new in new }
        return try await post("/identity/oauth/token", fields, certificate: certificate).json(200)
            .requireString("access_token")
    }

    func introspect(_ token: String) async throws -> JSONValue {
        try await post("/identity/oauth/introspect", ["token": token]).json(200)
    }

    func userInfo(_ token: String, certificate: String? = nil) async -> Response {
        var request = Request(
            .get, "/identity/oauth/userinfo", headers: ["host": "truc.test", "authorization": "Bearer \(token)"])
        request.certificate = certificate.map(ProvenCertificate.init(lasting:))
        return await town.site.respond(to: request)
    }

    /// An ID token, checked as the application would.
    func idToken(_ tokens: JSONValue, kind: JWS.Kind = .plain) async throws -> JWT {
        let keys = try await town.keys()
        let jwt = try JWT(JWS(try tokens.requireString("id_token"), keys: keys, kind: kind))
        try jwt.check(issuer: "http://localhost", audience: id, at: town.clock.now())
        return jwt
    }
}

extension Town {
    /// What the key set says at this moment.
    func keys() async throws -> KeySet {
        let response = await site.respond(to: Request(.get, "/identity/oauth/jwks", headers: ["host": "truc.test"]))
        return try KeySet(jwks: try response.json(200))
    }

    func openIDCounts() async throws -> [Int] {
        var counts: [Int] = []
        for table in ["code", "grant", "token", "key"] {
            counts.append(try await count(SQL(name: "identity_openid_\(table)")))
        }
        return counts
    }
}

extension Response {
    func json(_ status: Int, at location: SourceLocation = #_sourceLocation) throws -> JSONValue {
        #expect(self.status == status, "\(text)", sourceLocation: location)
        return try JSONDocument(bytes ?? []).root
    }

    /// The standard's error code.
    func error(_ status: Int, at location: SourceLocation = #_sourceLocation) throws -> String {
        try json(status, at: location).requireString("error")
    }
}

extension ProvenCertificate {
    /// One whose dates are no matter.
    init(lasting thumbprint: String) {
        self.init(thumbprint: thumbprint, validity: CertificateValidity(notBefore: .min, notAfter: .max))
    }
}
