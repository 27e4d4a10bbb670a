package import Database
import Vocabulary

/// A mail that was not sent yet.
struct WaitingMail: Sendable {
    let id: String
    let to: MailAddress
    let name: String
    let subject: String
    let text: String
    let attempts: Int
    let createdAt: Instant
}

/// Mail and dead addresses in their tables, one method one query.
enum MailStore {
    enum End: String, Bindable, Readable {
        case sent, refused
    }

    static func insert(_ id: String, _ letter: Letter, at now: Instant, in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO mail_message (id, recipient, name, subject, body, state, attempts, created_at, person)
            VALUES (\(id), \(letter.to.text), \(letter.name), \(letter.subjectLine), \(letter.text), 'waiting', 0,
                \(now), \(letter.person))
            """)
        for mentioned in letter.about where mentioned != letter.person {
            try tx.execute("INSERT INTO mail_mention (message, mentioned) VALUES (\(id), \(mentioned))")
        }
    }

    static func waiting(_ id: String, in tx: any Transaction) throws -> WaitingMail? {
        let row = try tx.row("SELECT * FROM mail_message WHERE id = \(id) AND state = 'waiting'")
        guard let row, let to = MailAddress(try row.get("recipient")) else { return nil }
        return WaitingMail(
            id: id, to: to, name: try row.get("name"), subject: try row.get("subject"), text: try row.get("body"),
            attempts: try row.get("attempts"), createdAt: try row.get("created_at"))
    }

    static func recipient(of id: String, in tx: any Transaction) throws -> MailAddress? {
        try tx.row("SELECT recipient FROM mail_message WHERE id = \(id)").flatMap {
            MailAddress(try $0.get("recipient"))
        }
    }

    /// The text goes with the end: what is kept is that there was a mail.
    static func end(_ id: String, _ end: End, code: String?, at now: Instant, in tx: any Transaction) throws {
        try tx.execute(
            """
            UPDATE mail_message SET state = \(end), code = \(code), body = '', ended_at = \(now) WHERE id = \(id)
            """)
    }

    static func countAttempt(_ id: String, code: String, in tx: any Transaction) throws -> Int {
        try tx.row(
            "UPDATE mail_message SET attempts = attempts + 1, code = \(code) WHERE id = \(id) RETURNING attempts"
        )?.get("attempts") ?? 0
    }

    static func isDead(_ address: MailAddress, in tx: any Transaction) throws -> Bool {
        try mark(of: address, in: tx) != nil
    }

    static func mark(of address: MailAddress, in tx: any Transaction) throws -> String? {
        try tx.row("SELECT code FROM mail_bounce WHERE address = \(address.text.lowercased())")?.get("code")
    }

    static func mark(_ address: MailAddress, code: String, at now: Instant, in tx: any Transaction) throws {
        try tx.execute(
            """
            INSERT INTO mail_bounce (address, code, bounced_at) VALUES (\(address.text.lowercased()), \(code), \(now))
            ON CONFLICT (address) DO UPDATE SET code = excluded.code, bounced_at = excluded.bounced_at
            """)
    }

    static func unmark(_ address: MailAddress, in tx: any Transaction) throws {
        try tx.execute("DELETE FROM mail_bounce WHERE address = \(address.text.lowercased())")
    }

    /// Letters to a person, whatever their address was then, and those to the address that is theirs now of which
    /// nobody knows for whom they were. Others who share an address keep theirs to themselves.
    static func records(
        of person: ID<Person>, _ address: MailAddress?, in tx: any Transaction
    ) throws -> [Mail.Record] {
        try tx.rows(
            """
            SELECT * FROM mail_message WHERE \(isTheirs(person, address)) ORDER BY created_at, id
            """
        ).map {
            Mail.Record(
                recipient: try $0.get("recipient"), subject: try $0.get("subject"), state: try $0.get("state"),
                code: try $0.get("code"), writtenAt: try $0.get("created_at"),
                endedAt: try $0.get("ended_at"))
        }
    }

    static func erase(_ person: ID<Person>, _ address: MailAddress?, in tx: any Transaction) throws {
        let addresses: [String] = try tx.rows("SELECT recipient FROM mail_message WHERE person = \(person)").map {
            try $0.get("recipient", as: String.self).lowercased()
        }
        try tx.execute("DELETE FROM mail_message WHERE \(isTheirs(person, address))")
        try forget(person, in: tx)
        let known = Set(addresses + [lowered(address)])
        try tx.execute("DELETE FROM mail_bounce WHERE address IN (\(list: known.sorted()))")
    }

    /// Letters to others that name somebody: those that wait are not sent, those that went keep no subject.
    private static func forget(_ person: ID<Person>, in tx: any Transaction) throws {
        let mentions: SQL = "id IN (SELECT message FROM mail_mention WHERE mentioned = \(person))"
        try tx.execute("UPDATE mail_message SET subject = '' WHERE state <> 'waiting' AND \(mentions)")
        try tx.execute("DELETE FROM mail_message WHERE state = 'waiting' AND \(mentions)")
        try tx.execute("DELETE FROM mail_mention WHERE mentioned = \(person)")
    }

    static func rewrite(_ change: (String) -> String, in tx: any Transaction) throws {
        for row in try tx.rows("SELECT id, subject, body FROM mail_message WHERE subject <> '' OR body <> ''") {
            let (subject, body): (String, String) = (try row.get("subject"), try row.get("body"))
            let (newSubject, newBody) = (change(subject), change(body))
            guard newSubject != subject || newBody != body else { continue }
            try tx.execute(
                """
                UPDATE mail_message SET subject = \(newSubject), body = \(newBody)
                WHERE id = \(try row.get("id", as: String.self))
                """)
        }
    }

    private static func isTheirs(_ person: ID<Person>, _ address: MailAddress?) -> SQL {
        "(person = \(person) OR (person IS NULL AND lower(recipient) = \(lowered(address))))"
    }

    /// No mailbox is called by an empty text.
    private static func lowered(_ address: MailAddress?) -> String { address?.text.lowercased() ?? "" }

    static func sweep(before: Instant, in tx: any Transaction) throws {
        try tx.execute("DELETE FROM mail_message WHERE ended_at < \(before)")
    }
}

extension Mail {
    package static let migrations = [
        Migration(
            "mail.1",
            """
            CREATE TABLE mail_message (
                id TEXT PRIMARY KEY, recipient TEXT NOT NULL, name TEXT NOT NULL, subject TEXT NOT NULL,
                body TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL, code TEXT,
                created_at \(.integer64) NOT NULL, ended_at \(.integer64)) \(.strict)
            """,
            "CREATE INDEX mail_message_ended ON mail_message (ended_at) WHERE ended_at IS NOT NULL",
            """
            CREATE TABLE mail_bounce (
                address TEXT PRIMARY KEY, code TEXT NOT NULL, bounced_at \(.integer64) NOT NULL) \(.strict)
            """),
        Migration(
            "mail.2.person", "ALTER TABLE mail_message ADD COLUMN person TEXT",
            "CREATE INDEX mail_message_person ON mail_message (person) WHERE person IS NOT NULL"),
        Migration(
            "mail.3.mentions",
            """
            CREATE TABLE mail_mention (
                message TEXT NOT NULL REFERENCES mail_message (id) ON DELETE CASCADE, mentioned TEXT NOT NULL,
                PRIMARY KEY (message, mentioned)) \(.strict)
            """,
            "CREATE INDEX mail_mention_mentioned ON mail_mention (mentioned)"),
    ]
}
