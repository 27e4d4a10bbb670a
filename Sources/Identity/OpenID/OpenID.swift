import Database
package import JOSE
import Ledger
import Logging
import Vocabulary
import Web

/// Signing people and services in for others: OpenID Connect Core 1.0 and OAuth 2.1, authorization code with PKCE,
/// client credentials, refresh tokens that rotate, introspection, revocation, sign-out (đăng nhập một lần).
///
/// Access tokens are JWT (RFC 9068), and each is a row as well: one that has no row is not active, so a revocation
/// holds at once.
struct OpenID: Sendable {
    let database: any Database
    let outbox: LedgerOutbox
    let now: Clock
    let newID: IDSource
    let box: SecretBox
    let settings: Settings
    let keyring: Keyring
    let known: KnownTokens
    let clients: KnownClients
    let uses: Uses

    init(
        database: any Database, outbox: LedgerOutbox, now: @escaping Clock, newID: @escaping IDSource, box: SecretBox,
        settings: Settings, uses: Uses
    ) {
        self.database = database
        self.outbox = outbox
        self.now = now
        self.newID = newID
        self.box = box
        self.settings = settings
        keyring = Keyring(database: database, newID: newID, box: box, settings: settings)
        known = KnownTokens()
        clients = KnownClients()
        self.uses = uses
    }

    /// Grants whose session was ended lose their tokens, and their applications are told.
    func endOrphans(at now: Instant) async throws {
        let orphans = try await database.read { try self.orphans(in: $0) }
        guard !orphans.isEmpty else { return }
        try await database.write { try endLogins(where: "id IN (\(list: orphans))", at: now, in: $0) }
        known.doubt()
    }

    /// An address of ours as others call it.
    func url(_ path: String) -> String { settings.issuer + path }

    typealias Settings = OpenIDSettings
}

/// Times in the unit of their name.
package struct OpenIDSettings: Sendable {
    /// The address by which people reach this node, `https://…` without a path: the name of whoever vouches.
    package var issuer: String = "http://localhost"
    package var codeSeconds: Int64 = 60
    package var accessTokenSeconds: Int64 = 600
    package var idTokenSeconds: Int64 = 600
    /// How long a refresh token waits for its next use.
    package var refreshDays: Int64 = 14
    /// How long a grant lives, however often it is refreshed.
    package var grantDays: Int64 = 90
    package var keyDays: Int64 = 90
    /// How long a key is published before it signs and after it signed last.
    package var keyAheadSeconds: Int64 = 86_400
    package var keyTailSeconds: Int64 = 86_400
    /// How long the secret that was replaced is still good.
    package var oldSecretSeconds: Int64 = 86_400
    /// How long somebody may take to sign in for an application.
    package var detourSeconds: Int64 = 900

    /// Makes a key of an algorithm under a name.
    package var makeKey: @Sendable (SignatureAlgorithm, String) throws -> SigningKey = {
        try SigningKey(new: $0, kid: $1)
    }

    package init() {}
}
