import Database
import JOSE
import Vocabulary

enum ClientStore {
    static let ends = Migration(
        "identity.21.client-ends",
        "ALTER TABLE identity_client ADD COLUMN name_en TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE identity_client ADD COLUMN purpose_vi TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE identity_client ADD COLUMN purpose_en TEXT NOT NULL DEFAULT ''",
        // Secrets that were made before go on without an end, until the next one.
        "ALTER TABLE identity_client ADD COLUMN secret_until \(.integer64)",
        "ALTER TABLE identity_client ADD COLUMN warned_days INTEGER",
        "ALTER TABLE identity_client ADD COLUMN old_certificate TEXT",
        "ALTER TABLE identity_client ADD COLUMN old_certificate_until \(.integer64)")

    static let peopleSignIn = Migration(
        "identity.25.client-signs-in",
        "ALTER TABLE identity_client ADD COLUMN signs_in INTEGER NOT NULL DEFAULT 0",
        // Those whose addresses an edit took away are known by the scope.
        """
        UPDATE identity_client SET signs_in = 1 WHERE ' ' || scopes || ' ' LIKE '% openid %' OR id IN (
            SELECT client FROM identity_client_address WHERE purpose = 'redirect')
        """)

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

    /// Who registered a client; nil for whoever owned the node's folder.
    static func author(of id: ID<Client>, in tx: any Transaction) throws -> ID<Person>? {
        try tx.row("SELECT created_by FROM identity_client WHERE id = \(id)")?.get("created_by")
    }

    static func insert(_ client: Client, by author: ID<Person>?, in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO identity_client (id, name, name_en, purpose_vi, purpose_en, organisation, state, is_public,
                signs_in, acts_alone, introspects, asks_consent, secret, secret_until, certificate, scopes, audiences,
                signing, sector, logout_uri, created_at, created_by)
            VALUES (\(client.id), \(client.name), \(client.nameEn), \(client.purpose.vi), \(client.purpose.en),
                \(client.organisation), \(client.state), \(client.isPublic), \(client.signsPeopleIn),
                \(client.actsAlone), \(client.introspects), \(client.asksConsent), \(client.secret),
                \(client.secretUntil), \(client.certificate), \(client.scopes.joined(separator: " ")),
                \(client.audiences.joined(separator: " ")), \(client.signing), \(client.sector), \(client.logoutURI),
                \(client.createdAt), \(author))
            """)
        try insertAddresses(of: client, in: tx)
    }

    private static func insertAddresses(of client: Client, in tx: any Transaction) throws {
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

    static func revoke(_ id: ID<Client>, in tx: any Transaction) throws -> Bool {
        try tx.execute(
            """
            UPDATE identity_client SET state = \(Client.State.revoked), secret = NULL, old_secret = NULL,
                old_certificate = NULL
            WHERE id = \(id) AND state = \(Client.State.active)
            """) == 1
    }

    /// Writes names, purpose and addresses in place of what was.
    static func edit(_ client: Client, in tx: any Transaction) throws {
        try tx.execute(
            """
            UPDATE identity_client SET name = \(client.name), name_en = \(client.nameEn),
                purpose_vi = \(client.purpose.vi), purpose_en = \(client.purpose.en), logout_uri = \(client.logoutURI),
                sector = \(client.sector)
            WHERE id = \(client.id) AND state = \(Client.State.active)
            """)
        try tx.execute("DELETE FROM identity_client_address WHERE client = \(client.id)")
        try insertAddresses(of: client, in: tx)
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
        signsPeopleIn = try row.get("signs_in")
        actsAlone = try row.get("acts_alone")
        introspects = try row.get("introspects")
        asksConsent = try row.get("asks_consent")
        nameEn = try row.get("name_en")
        purpose = Purpose(vi: try row.get("purpose_vi"), en: try row.get("purpose_en"))
        secret = try row.get("secret")
        secretUntil = try row.get("secret_until")
        oldSecret = try row.get("old_secret")
        oldSecretUntil = try row.get("old_secret_until")
        certificate = try row.get("certificate")
        oldCertificate = try row.get("old_certificate")
        oldCertificateUntil = try row.get("old_certificate_until")
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
