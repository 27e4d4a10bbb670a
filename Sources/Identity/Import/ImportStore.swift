import Database
import Vocabulary

/// A list of staff that was uploaded and waits for its author's word.
struct StaffImport: Sendable {
    let id: ID<StaffImport>
    let author: ID<Person>
    let name: String
    /// The file as it came; empty once it was done.
    let content: [UInt8]
    let createdAt: Instant
    let doneAt: Instant?

    static let keptSeconds: Int64 = 24 * 3600
}

enum ImportStore {
    static let tables = Migration(
        "identity.11.import",
        """
        CREATE TABLE identity_import (
            id TEXT PRIMARY KEY, author TEXT NOT NULL, name TEXT NOT NULL, content \(.blob) NOT NULL,
            created_at \(.integer64) NOT NULL, done_at \(.integer64)) \(.strict)
        """,
        "CREATE INDEX identity_import_created ON identity_import (created_at)")

    static let logins = Migration(
        "identity.25.import-logins",
        // Whom a list that waits is about, by the names with which they sign in.
        """
        CREATE TABLE identity_import_login (
            list TEXT NOT NULL REFERENCES identity_import (id) ON DELETE CASCADE, login TEXT NOT NULL,
            PRIMARY KEY (list, login)) \(.strict)
        """,
        "CREATE INDEX identity_import_login_login ON identity_import_login (login)",
        // Of those that wait since before nobody knows that; they wait for a day at most, and are brought again.
        "DELETE FROM identity_import WHERE done_at IS NULL")

    /// - Parameter logins: of the people on it.
    static func insert(_ it: StaffImport, logins: Set<String>, in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO identity_import (id, author, name, content, created_at)
            VALUES (\(it.id), \(it.author), \(it.name), \(it.content), \(it.createdAt))
            """)
        try tx.insert(
            "INSERT INTO identity_import_login (list, login)",
            logins.sorted().map { [it.id.sqlValue, $0.sqlValue] })
    }

    /// Only whoever brought a list sees it.
    static func find(_ id: ID<StaffImport>, of author: ID<Person>, in tx: any Transaction) throws -> StaffImport? {
        try tx.row("SELECT * FROM identity_import WHERE id = \(id) AND author = \(author)").map {
            StaffImport(
                id: try $0.get("id"), author: try $0.get("author"), name: try $0.get("name"),
                content: try $0.get("content"), createdAt: try $0.get("created_at"), doneAt: try $0.get("done_at"))
        }
    }

    /// The file itself is forgotten: its people stand in their own tables now.
    static func finish(_ id: ID<StaffImport>, at now: Instant, in tx: any Transaction) throws {
        let nothing: [UInt8] = []
        try tx.execute("UPDATE identity_import SET done_at = \(now), content = \(nothing) WHERE id = \(id)")
        try tx.execute("DELETE FROM identity_import_login WHERE list = \(id)")
    }

    /// Lists that wait with a line about somebody: whoever brought one brings it again without that line.
    static func forget(_ account: Account, in tx: any Transaction) throws {
        try tx.execute(
            """
            DELETE FROM identity_import
            WHERE id IN (SELECT list FROM identity_import_login WHERE login = \(account.login))
            """)
    }

    static func sweep(at now: Instant, in tx: any Transaction) throws {
        try tx.execute(
            "DELETE FROM identity_import WHERE created_at <= \(now.adding(seconds: -StaffImport.keptSeconds))")
    }
}
