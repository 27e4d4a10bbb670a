import Crypto
import JOSE
import StrictJSON
import Vocabulary

/// The word of a node for its signed-in person (giấy bảo lãnh), good for one minute, at one other node, once.
///
/// A JWT of a type of its own, signed with the node's Ed25519 key: whoever has the roster can check it, and no other
/// signature of that key can be taken for one.
struct Assertion: Sendable, Hashable {
    static let type = "truc-vouch+jwt"
    static let seconds: Int64 = 60

    let issuer: ID<Organisation>
    let audience: ID<Organisation>
    /// The person's id at home.
    let subject: String
    let session: String
    let login: String
    let name: String
    let assurance: Assurance
    let id: String
    /// SHA-256 of the secret in the cookie of the browser that is to come: in another browser it is worth nothing.
    let nonce: String
    let issuedAt: Instant

    func signed(by key: Curve25519.Signing.PrivateKey) throws -> String {
        let kid = Base64.encodeURL(key.publicKey.rawRepresentation)
        let signer = try SigningKey(.edDSA, kid: kid, secret: Array(key.rawRepresentation))
        return try signer.sign(
            [
                "iss": .string(issuer.text), "aud": .string(audience.text), "sub": .string(subject),
                "sid": .string(session), "preferred_username": .string(login), "name": .string(name),
                "acr": .string(String(assurance.level)), "amr": .array(assurance.methods.map { .string($0) }),
                "auth_time": .integer(assurance.at.seconds), "jti": .string(id), "nonce": .string(nonce),
                "iat": .integer(issuedAt.seconds), "exp": .integer(issuedAt.seconds + Assertion.seconds),
            ], typ: Assertion.type)
    }

    /// Reads one that came in and checks all but whether it was taken before and whether its person is a guest here.
    init(
        _ text: String, at home: ID<Organisation>, under roster: Roster?, nonce wanted: String, now: Instant,
        skewSeconds: Int64
    ) throws(AssertionRefusal) {
        guard let kid = Assertion.keyName(of: text) else { throw .unreadable }
        guard let member = roster?.member(keyID: kid) else { throw .unknownNode }
        let jwt = try Assertion.checked(text, by: member)
        guard jwt.text("iss") == member.organisation.text, member.organisation != home else { throw .otherIssuer }
        guard !member.roles(on: Day(now)).isEmpty else { throw .formerMember }
        guard jwt.audience == [home.text] else { throw .otherAudience }
        guard let issued = jwt.instant("iat"), let expiry = jwt.instant("exp"), let proved = jwt.instant("auth_time"),
            let level = jwt.text("acr").flatMap(Int.init), (0...2).contains(level),
            let methods = jwt.claims["amr"]?.elements?.map(\.string), methods.count <= 10,
            let subject = jwt.text("sub"), let session = jwt.text("sid"), let id = jwt.text("jti"),
            let login = jwt.text("preferred_username"), let name = jwt.text("name"), let nonce = jwt.text("nonce"),
            [subject, session, id, login, name].allSatisfy({ (1...200).contains($0.utf8.count) })
        else { throw .unreadable }
        guard expiry <= issued.adding(seconds: Assertion.seconds) else { throw .tooLong }
        guard issued <= now.adding(seconds: skewSeconds) else { throw .early }
        guard now < expiry.adding(seconds: skewSeconds) else { throw .expired }
        guard nonce == wanted, !wanted.isEmpty else { throw .otherBrowser }
        self.init(
            issuer: member.organisation, audience: home, subject: subject, session: session, login: login, name: name,
            assurance: Assurance(
                level: level, methods: methods.compactMap { $0 }.filter { $0.utf8.count <= 20 }, at: min(proved, now)),
            id: id, nonce: nonce, issuedAt: issued)
    }

    init(
        issuer: ID<Organisation>, audience: ID<Organisation>, subject: String, session: String, login: String,
        name: String, assurance: Assurance, id: String, nonce: String, issuedAt: Instant
    ) {
        self.issuer = issuer
        self.audience = audience
        self.subject = subject
        self.session = session
        self.login = login
        self.name = name
        self.assurance = assurance
        self.id = id
        self.nonce = nonce
        self.issuedAt = issuedAt
    }

    private static func checked(_ text: String, by member: Member) throws(AssertionRefusal) -> JWT {
        let jwk: JSON = [
            "kty": "OKP", "crv": "Ed25519", "x": .string(member.keyID), "kid": .string(member.keyID), "use": "sig",
        ]
        guard let document = try? JSONDocument(jwk.encoded()), let key = try? VerificationKey(jwk: document.root) else {
            throw .badSignature
        }
        do {
            return try JWT(try JWS(text, key: key, kind: .typed(Assertion.type)))
        } catch {
            throw error == .wrongSignature || error == .wrongAlgorithm ? .badSignature : .unreadable
        }
    }

    /// The key that a token names, not believed yet: it only says whose key to try.
    private static func keyName(of text: String) -> String? {
        guard text.utf8.count <= JWS.limitBytes, let head = text.split(separator: ".").first,
            let bytes = Base64.decodeURL(String(head)),
            let header = try? JSONDocument(bytes, limits: JSONLimits(bytes: 4 << 10, depth: 4, nodes: 100)).root
        else { return nil }
        return header["kid"]?.string
    }

    /// What the browser keeps and what it shows the node at home: the hash of it, so that no address betrays it.
    static func nonce(of secret: String) -> String {
        Base64.encodeURL(Array(SHA256.hash(data: Array(secret.utf8))))
    }
}
