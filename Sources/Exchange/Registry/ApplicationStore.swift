import Database
import Vocabulary

/// Applications and their credentials. One method, one query.
enum ApplicationStore {
    private static let columns: SQL = "id, organisation, code, name, contact, node, created_at, ended_at"

    static func insert(_ application: Application, by author: ID<Person>?, in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO exchange_application (id, organisation, code, name, contact, node, created_by, created_at)
            VALUES (\(application.id), \(application.organisation), \(application.code), \(application.name),
                \(application.contact), \(application.node), \(author), \(application.createdAt))
            """)
        try RegistryRevision.note(.application, application.id.text, in: tx)
    }

    static func application(_ id: ID<Application>, in tx: any Transaction) throws -> Application? {
        try tx.row("SELECT \(columns) FROM exchange_application WHERE id = \(id)").map(application)
    }

    static func application(
        _ code: String, of organisation: ID<Organisation>, in tx: any Transaction
    ) throws -> Application? {
        try tx.row(
            "SELECT \(columns) FROM exchange_application WHERE organisation = \(organisation) AND code = \(code)"
        ).map(application)
    }

    static func all(in tx: any Transaction) throws -> [Application] {
        try tx.rows("SELECT \(columns) FROM exchange_application ORDER BY organisation, code").map(application)
    }

    private static func application(_ row: Row) throws -> Application {
        Application(
            id: try row.get("id"), organisation: try row.get("organisation"), code: try row.get("code"),
            name: try row.get("name"), contact: try row.get("contact"), node: try row.get("node"),
            createdAt: try row.get("created_at"), endedAt: try row.get("ended_at"))
    }

    static func set(contact: String, of id: ID<Application>, in tx: any Transaction) throws {
        try tx.execute("UPDATE exchange_application SET contact = \(contact) WHERE id = \(id)")
    }

    /// Unless it has another contact by now.
    static func replace(
        contact: String, with new: String, of code: String, of organisation: ID<Organisation>, in tx: any Transaction
    ) throws {
        try tx.execute(
            """
            UPDATE exchange_application SET contact = \(new)
            WHERE organisation = \(organisation) AND code = \(code) AND contact = \(contact)
            """)
    }

    static func end(_ id: ID<Application>, at now: Instant, in tx: any Transaction) throws -> Bool {
        try RegistryRevision.note(.application, id.text, in: tx)
        return try tx.execute("UPDATE exchange_application SET ended_at = \(now) WHERE id = \(id) AND ended_at IS NULL")
            == 1
    }

    static func insert(_ credential: ApplicationCredential, by author: ID<Person>?, in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO exchange_application_credential (id, application, kind, value, hint, created_by, created_at,
                proven_at)
            VALUES (\(credential.id), \(credential.application), \(credential.kind), \(credential.value),
                \(credential.hint), \(author), \(credential.createdAt), \(credential.provenAt))
            """)
        try RegistryRevision.note(.application, credential.application.text, in: tx)
    }

    static func credential(
        _ kind: ApplicationCredential.Kind, _ value: String, in tx: any Transaction
    ) throws -> ApplicationCredential? {
        try tx.row(
            """
            SELECT \(credentialColumns) FROM exchange_application_credential
            WHERE kind = \(kind) AND value = \(value)
            """
        ).map(credential)
    }

    /// Its key has signed for the application.
    static func prove(_ known: ApplicationCredential, at now: Instant, in tx: any Transaction) throws {
        try tx.execute(
            "UPDATE exchange_application_credential SET proven_at = \(now) WHERE id = \(known.id)")
        try RegistryRevision.note(.application, known.application.text, in: tx)
    }

    /// The credential of an application that signs with this key and has not ended.
    static func signer(_ keyID: String, in tx: any Transaction) throws -> ApplicationCredential? {
        guard let found = try credential(.signer, keyID, in: tx),
            try application(found.application, in: tx)?.endedAt == nil
        else { return nil }
        return found
    }

    static func credentials(
        of application: ID<Application>, in tx: any Transaction
    ) throws -> [ApplicationCredential] {
        try tx.rows(
            """
            SELECT \(credentialColumns) FROM exchange_application_credential
            WHERE application = \(application) ORDER BY created_at, id
            """
        ).map(credential)
    }

    static func credentials(in tx: any Transaction) throws -> [ID<Application>: [ApplicationCredential]] {
        let all = try tx.rows(
            """
            SELECT \(credentialColumns) FROM exchange_application_credential
            ORDER BY created_at, id
            """
        ).map(credential)
        return Dictionary(grouping: all, by: \.application)
    }

    private static let credentialColumns: SQL = "id, application, kind, value, hint, created_at, proven_at"

    private static func credential(_ row: Row) throws -> ApplicationCredential {
        ApplicationCredential(
            id: try row.get("id"), application: try row.get("application"), kind: try row.get("kind"),
            value: try row.get("value"), hint: try row.get("hint"), createdAt: try row.get("created_at"),
            provenAt: try row.get("proven_at"))
    }

    static func delete(
        _ id: ID<ApplicationCredential>, of application: ID<Application>, in tx: any Transaction
    ) throws -> Bool {
        try RegistryRevision.note(.application, application.text, in: tx)
        return try tx.execute(
            "DELETE FROM exchange_application_credential WHERE id = \(id) AND application = \(application)") == 1
    }
}
