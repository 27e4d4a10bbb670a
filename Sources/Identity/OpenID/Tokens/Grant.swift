import Database
import Vocabulary

/// That a person let an application act for them: made when they agree, used by one code, then kept alive by refresh
/// tokens of one family, ended when any of them is used twice.
struct Grant: Sendable {
    let id: ID<Grant>
    let client: ID<Client>
    let person: ID<Person>
    let session: ID<Session>
    let scopes: [String]
    let audiences: [String]
    let nonce: String?
    let assurance: Assurance
    let isOffline: Bool
    let createdAt: Instant
    let expiresAt: Instant
}

extension Grant {
    init(_ row: Row) throws {
        self.init(
            id: try row.get("id"), client: try row.get("client"), person: try row.get("person"),
            session: try row.get("session"), scopes: words(try row.get("scopes")),
            audiences: words(try row.get("audiences")), nonce: try row.get("nonce"),
            assurance: Assurance(
                level: try row.get("level"), methods: words(try row.get("methods")), at: try row.get("authenticated_at")
            ),
            isOffline: try row.get("offline"), createdAt: try row.get("created_at"),
            expiresAt: try row.get("expires_at"))
    }
}

/// A refresh token: which family it is of, and which of the family it is. Both are random; here are their digests.
struct RefreshToken: Sendable {
    let family: Token
    let member: Token

    /// The first of a new family.
    init() {
        family = Token()
        member = Token()
    }

    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 43 }) else { return nil }
        family = Token(String(parts[0]))
        member = Token(String(parts[1]))
    }

    private init(family: Token, member: Token) {
        self.family = family
        self.member = member
    }

    func next() -> RefreshToken { RefreshToken(family: family, member: Token()) }

    var text: String { "\(family.text).\(member.text)" }
}
