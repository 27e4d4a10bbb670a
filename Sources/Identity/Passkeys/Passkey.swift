import Database
import Vocabulary

/// A passkey of a person (khóa truy cập): a key pair of which the private half never leaves their devices.
struct Passkey: Sendable {
    /// Base64url of the credential id.
    let id: String
    let person: ID<Person>
    /// What its owner calls it: “Điện thoại của tôi”.
    let name: String
    /// COSE_Key as it was registered.
    let publicKey: [UInt8]
    let counter: Int64
    /// Whether it may be copied to other devices of its owner.
    let isSynced: Bool
    let createdAt: Instant
    let usedAt: Instant?

    static let perPerson = 20
}

/// Passkeys in their table, one method one query.
enum PasskeyStore {
    static func find(_ id: String, in tx: any Transaction) throws -> Passkey? {
        try tx.row("SELECT * FROM identity_passkey WHERE id = \(id)").map { try Passkey($0) }
    }

    static func all(of person: ID<Person>, in tx: any Transaction) throws -> [Passkey] {
        try tx.rows("SELECT * FROM identity_passkey WHERE person = \(person) ORDER BY created_at, id").map {
            try Passkey($0)
        }
    }

    static func hasAny(_ person: ID<Person>, in tx: any Transaction) throws -> Bool {
        try tx.row("SELECT id FROM identity_passkey WHERE person = \(person) LIMIT 1") != nil
    }

    /// False when the credential is registered already, here or for somebody else.
    static func insert(_ passkey: Passkey, in tx: any Transaction) throws -> Bool {
        try GuestStore.refuseGuest(passkey.person, in: tx)
        return try tx.execute(
            """
            INSERT INTO identity_passkey (id, person, name, public_key, counter, is_synced, created_at, used_at)
            VALUES (\(passkey.id), \(passkey.person), \(passkey.name), \(passkey.publicKey), \(passkey.counter),
                \(passkey.isSynced), \(passkey.createdAt), \(passkey.usedAt))
            ON CONFLICT (id) DO NOTHING
            """) == 1
    }

    /// Whether the counter grew, or both are zero because the authenticator counts nothing: of many at once, one.
    static func use(_ id: String, counter: Int64, at now: Instant, in tx: any Transaction) throws -> Bool {
        let grew: SQL = counter == 0 ? "counter = 0" : "counter < \(counter)"
        return try tx.execute(
            "UPDATE identity_passkey SET counter = \(counter), used_at = \(now) WHERE id = \(id) AND \(grew)") == 1
    }

    static func remove(_ id: String, of person: ID<Person>, in tx: any Transaction) throws -> Bool {
        try tx.execute("DELETE FROM identity_passkey WHERE id = \(id) AND person = \(person)") == 1
    }

    static func removeAll(of person: ID<Person>, in tx: any Transaction) throws -> Int {
        try tx.execute("DELETE FROM identity_passkey WHERE person = \(person)")
    }
}

extension Passkey {
    init(_ row: Row) throws {
        self.init(
            id: try row.get("id"), person: try row.get("person"), name: try row.get("name"),
            publicKey: try row.get("public_key"), counter: try row.get("counter"),
            isSynced: try row.get("is_synced"), createdAt: try row.get("created_at"), usedAt: try row.get("used_at"))
    }
}
