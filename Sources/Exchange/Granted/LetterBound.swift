import Database
import Vocabulary

/// How much of what one other node says people here are told by letter in a day; the rest stands on pages. It is
/// counted where letters are written down, so that no new day begins with a restart or in another process.
enum LetterBound {
    /// What the letters are about, each with a count of its own: a node that gives much at once hides no answer to what
    /// was asked for from here.
    enum Subject: String, Sendable, Bindable, Readable {
        case grants, requests
    }

    static let dayMax = 100

    /// Counts so many letters, as far as the day still has room.
    ///
    /// - Returns: how many may be written.
    static func take(
        _ count: Int, about subject: Subject, of node: ID<Organisation>, on day: Day, in tx: any Transaction
    ) throws -> Int {
        let written = try written(about: subject, of: node, on: day, in: tx)
        let allowed = max(0, min(count, dayMax - written))
        guard allowed > 0 else { return 0 }
        try tx.execute(
            """
            INSERT INTO exchange_letters (node, subject, day, written)
            VALUES (\(node), \(subject), \(day), \(written + allowed))
            ON CONFLICT (node, subject) DO UPDATE SET day = excluded.day, written = excluded.written
            """)
        return allowed
    }

    static func written(
        about subject: Subject, of node: ID<Organisation>, on day: Day, in tx: any Transaction
    ) throws -> Int {
        try tx.row(
            "SELECT written FROM exchange_letters WHERE node = \(node) AND subject = \(subject) AND day = \(day)"
        )?.get("written") ?? 0
    }

    static let tables: [SQL] = [
        """
        CREATE TABLE exchange_letters (
            node TEXT NOT NULL, subject TEXT NOT NULL, day TEXT NOT NULL, written \(.integer64) NOT NULL,
            PRIMARY KEY (node, subject)
        ) \(.strict)
        """
    ]
}
