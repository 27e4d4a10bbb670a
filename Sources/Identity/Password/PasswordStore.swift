import Database
import Vocabulary

/// Password strings of people: one each, or none until a person follows the link that sets it.
enum PasswordStore {
    static func phc(of person: ID<Person>, in tx: any Transaction) throws -> String? {
        try tx.row("SELECT phc FROM identity_password WHERE person = \(person)")?.get("phc")
    }

    static func remove(of person: ID<Person>, in tx: any Transaction) throws {
        try tx.execute("DELETE FROM identity_password WHERE person = \(person)")
    }

    static func save(_ phc: String, of person: ID<Person>, at now: Instant, in tx: any Transaction) throws {
        try GuestStore.refuseGuest(person, in: tx)
        try tx.execute(
            """
            INSERT INTO identity_password (person, phc, changed_at) VALUES (\(person), \(phc), \(now))
            ON CONFLICT (person) DO UPDATE SET phc = excluded.phc, changed_at = excluded.changed_at
            """)
    }
}
