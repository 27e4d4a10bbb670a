import Database
import JOSE
import Synchronization
import Vocabulary

enum ClientStore {
    private enum Purpose: String, Bindable, Readable {
        case redirect, signOut = "sign-out"
    }

    static func find(_ id: ID<Client>, in tx: any Transaction) throws -> Client? {
        guard let row = try tx.row("SELECT * FROM identity_client WHERE id = \(id)") else { return nil }
        let addresses = try tx.rows(
            "SELECT client, purpose, uri FROM identity_client_address WHERE client = \(id) ORDER BY uri")
        return try Client(row, addresses)
    }

    /// The newest first.
    static func all(in tx: any Transaction) throws -> [Client] {
        let addresses = Dictionary(
            grouping: try tx.rows("SELECT client, purpose, uri FROM identity_client_address ORDER BY uri")
        ) { (try? $0.get("client", as: String.self)) ?? "" }
        return try tx.rows("SELECT * FROM identity_client ORDER BY created_at DESC, id DESC LIMIT 1000").map { row in
            try Client(row, addresses[try row.get("id", as: String.self)] ?? [])
        }
    }

    /// Those that hold in an organisation, with who registered each.
    static func holding(
        in organisation: ID<Organisation>, _ tx: any Transaction
    ) throws -> [(id: ID<Client>, name: String, createdAt: Instant, createdBy: String?)] {
        try tx.rows(
            """
            SELECT id, name, created_at, created_by FROM identity_client
            WHERE organisation = \(organisation) AND state = \(Client.State.active) ORDER BY created_at, id
            """
        ).map { (try $0.get("id"), try $0.get("name"), try $0.get("created_at"), try $0.get("created_by")) }
    }

    static func insert(_ client: Client, by author: ID<Person>?, in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO identity_client (id, name, organisation, state, is_public, acts_alone, introspects,
                asks_consent, secret, certificate, scopes, audiences, signing, sector, logout_uri, created_at,
                created_by)
            VALUES (\(client.id), \(client.name), \(client.organisation), \(client.state), \(client.isPublic),
                \(client.actsAlone), \(client.introspects), \(client.asksConsent), \(client.secret),
                \(client.certificate), \(client.scopes.joined(separator: " ")),
                \(client.audiences.joined(separator: " ")), \(client.signing), \(client.sector), \(client.logoutURI),
                \(client.createdAt), \(author))
            """)
        for (purpose, uris) in [(Purpose.redirect, client.redirects), (.signOut, client.signOutRedirects)] {
            for uri in Set(uris) {
                try tx.execute(
                    """
                    INSERT INTO identity_client_address (client, purpose, uri)
                    VALUES (\(client.id), \(purpose), \(uri))
                    """)
            }
        }
    }

    /// The secret that holds becomes the old one, which dies at `oldUntil`.
    static func rotate(
        _ id: ID<Client>, to digest: String, oldUntil: Instant, in tx: any Transaction
    ) throws -> Bool {
        try tx.execute(
            """
            UPDATE identity_client SET old_secret = secret, old_secret_until = \(oldUntil), secret = \(digest)
            WHERE id = \(id) AND state = \(Client.State.active) AND secret IS NOT NULL
            """) == 1
    }

    static func revoke(_ id: ID<Client>, in tx: any Transaction) throws -> Bool {
        try tx.execute(
            """
            UPDATE identity_client SET state = \(Client.State.revoked), secret = NULL, old_secret = NULL
            WHERE id = \(id) AND state = \(Client.State.active)
            """) == 1
    }

    fileprivate static func addresses(_ rows: [Row], _ signOut: Bool) throws -> [String] {
        try rows.filter { try ($0.get("purpose", as: Purpose.self) == .signOut) == signOut }.map { try $0.get("uri") }
    }
}

extension Client {
    fileprivate init(_ row: Row, _ addresses: [Row]) throws {
        self.init(
            id: try row.get("id"), name: try row.get("name"), organisation: try row.get("organisation"),
            createdAt: try row.get("created_at"))
        state = try row.get("state")
        isPublic = try row.get("is_public")
        actsAlone = try row.get("acts_alone")
        introspects = try row.get("introspects")
        asksConsent = try row.get("asks_consent")
        secret = try row.get("secret")
        oldSecret = try row.get("old_secret")
        oldSecretUntil = try row.get("old_secret_until")
        certificate = try row.get("certificate")
        scopes = words(try row.get("scopes"))
        audiences = words(try row.get("audiences"))
        signing = try row.get("signing")
        sector = try row.get("sector")
        logoutURI = try row.get("logout_uri")
        redirects = try ClientStore.addresses(addresses, false)
        signOutRedirects = try ClientStore.addresses(addresses, true)
    }
}

extension Client.State: Bindable, Readable {}

/// A list that travels as words with spaces between.
func words(_ text: String) -> [String] {
    text.split(separator: " ").map(String.init)
}

/// Clients as they were read within the last second, so that busy ones cost no query.
final class KnownClients: Sendable {
    private struct Entry {
        let client: Client
        let readAt: Instant
    }

    private let entries = Mutex<[ID<Client>: Entry]>([:])

    func find(_ id: ID<Client>, at now: Instant, in database: any Database) async throws -> Client? {
        if let entry = entries.withLock({ $0[id] }), entry.readAt <= now, now < entry.readAt.adding(seconds: 1) {
            return entry.client
        }
        guard let client = try await database.read({ try ClientStore.find(id, in: $0) }) else { return nil }
        entries.withLock { $0[id] = Entry(client: client, readAt: now) }
        return client
    }

    func forget() {
        entries.withLock { $0 = [:] }
    }
}
