import Database
import Vocabulary
import Web

/// What somebody was told and has not said “seen” to.
struct Reminder: Sendable {
    let id: String
    let title: Phrase
    let text: Phrase
    let path: String
    let at: Instant

    static let rememberDays: Int64 = 120
}

enum ReminderStore {
    static let tables = Migration(
        "identity.12.reminders",
        """
        CREATE TABLE identity_reminder (
            id TEXT PRIMARY KEY, person TEXT NOT NULL REFERENCES identity_person (id), kind TEXT NOT NULL,
            title_vi TEXT NOT NULL, title_en TEXT NOT NULL, text_vi TEXT NOT NULL, text_en TEXT NOT NULL,
            path TEXT NOT NULL, at \(.integer64) NOT NULL, seen_at \(.integer64)) \(.strict)
        """,
        "CREATE INDEX identity_reminder_person ON identity_reminder (person, at)",
        "CREATE INDEX identity_reminder_at ON identity_reminder (at)")

    /// Whom a reminder names beside its reader.
    static let mentions = Migration(
        "identity.23.reminder-mentions",
        """
        CREATE TABLE identity_reminder_mention (
            reminder TEXT NOT NULL REFERENCES identity_reminder (id) ON DELETE CASCADE, mentioned TEXT NOT NULL,
            PRIMARY KEY (reminder, mentioned)) \(.strict)
        """,
        "CREATE INDEX identity_reminder_mention_mentioned ON identity_reminder_mention (mentioned)")

    /// False when it was told before.
    static func insert(
        _ id: String, _ told: Announcement, for person: ID<Person>, at now: Instant, in tx: any Transaction
    ) throws -> Bool {
        let isNew =
            try tx.execute(
                """
                INSERT INTO identity_reminder (id, person, kind, title_vi, title_en, text_vi, text_en, path, at)
                VALUES (\(id), \(person), \(told.kind), \(told.title.vi), \(told.title.en), \(told.text.vi),
                    \(told.text.en), \(told.path.text), \(now))
                ON CONFLICT (id) DO NOTHING
                """) == 1
        guard isNew else { return false }
        for mentioned in told.about where mentioned != person {
            try tx.execute(
                "INSERT INTO identity_reminder_mention (reminder, mentioned) VALUES (\(id), \(mentioned))")
        }
        return true
    }

    /// What others were told of somebody says from now on that it was told, when, and where to look.
    static func forget(_ person: ID<Person>, in tx: any Transaction) throws {
        let (title, text) = (Phrase.toldOfErased, Phrase.toldOfErasedText)
        try tx.execute(
            """
            UPDATE identity_reminder SET title_vi = \(title.vi), title_en = \(title.en), text_vi = \(text.vi),
                text_en = \(text.en)
            WHERE id IN (SELECT reminder FROM identity_reminder_mention WHERE mentioned = \(person))
            """)
        try tx.execute("DELETE FROM identity_reminder_mention WHERE mentioned = \(person)")
    }

    static func unseen(of person: ID<Person>, in tx: any Transaction) throws -> [Reminder] {
        try tx.rows(
            """
            SELECT * FROM identity_reminder WHERE person = \(person) AND seen_at IS NULL ORDER BY at DESC, id LIMIT 20
            """
        ).map {
            Reminder(
                id: try $0.get("id"), title: Phrase(vi: try $0.get("title_vi"), en: try $0.get("title_en")),
                text: Phrase(vi: try $0.get("text_vi"), en: try $0.get("text_en")), path: try $0.get("path"),
                at: try $0.get("at"))
        }
    }

    static func countUnseen(of person: ID<Person>, in tx: any Transaction) throws -> Int {
        try tx.row("SELECT COUNT(*) AS n FROM identity_reminder WHERE person = \(person) AND seen_at IS NULL")?
            .get("n") ?? 0
    }

    static func see(_ id: String, of person: ID<Person>, at now: Instant, in tx: any Transaction) throws {
        try tx.execute(
            """
            UPDATE identity_reminder SET seen_at = \(now)
            WHERE id = \(id) AND person = \(person) AND seen_at IS NULL
            """)
    }

    /// Long enough that what was told once is not told again while it still matters.
    static func sweep(at now: Instant, in tx: any Transaction) throws {
        try tx.execute("DELETE FROM identity_reminder WHERE at <= \(now.adding(days: -Reminder.rememberDays))")
    }
}

extension Phrase {
    static let toldOfErased = Phrase(
        vi: "Về một người đã được xóa dữ liệu cá nhân", en: "About somebody whose personal data was erased")
    static let toldOfErasedText = Phrase(
        vi: "Nội dung thông báo đã xóa cùng dữ liệu của người đó. Sổ cái vẫn giữ sự kiện, không còn tên.",
        en: "What it said went with their data. The ledger keeps what happened, without a name.")
}
