package import Database
package import StrictJSON
package import Vocabulary

/// Facts written in a database transaction, on their way to the ledger.
///
/// `record` writes one row: the salted digest, which the leaf will hold, and beside it salt and content, which can be
/// erased. The row is the outbox entry while it has no ledger index; `LedgerDrain` appends it and writes the index.
package struct LedgerOutbox: Sendable {
    let log: String
    let newID: IDSource
    let random: @Sendable (_ count: Int) -> [UInt8]

    /// - Parameter log: which of the logs that share the database takes these facts; one process has one log.
    package init(
        log: String = "main", newID: @escaping IDSource,
        random: @escaping @Sendable (_ count: Int) -> [UInt8] = LedgerOutbox.randomBytes
    ) {
        self.log = log
        self.newID = newID
        self.random = random
    }
}

extension LedgerOutbox {
    /// From the system's source, eight at a time: each call of it is a system call.
    package static func randomBytes(_ count: Int) -> [UInt8] {
        let words = (0..<(count + 7) / 8).map { _ in UInt64.random(in: .min ... .max) }
        return words.withUnsafeBytes { Array($0.prefix(count)) }
    }

    package static let contentLimitBytes = 256 * 1024

    package static let migrations = [
        Migration(
            "ledger.1",
            """
            CREATE TABLE ledger_fact (
                id TEXT PRIMARY KEY,
                log TEXT NOT NULL,
                kind TEXT NOT NULL,
                subject TEXT,
                at \(.integer64) NOT NULL,
                digest \(.blob) NOT NULL,
                salt \(.blob),
                content \(.blob),
                leaf_index \(.integer64),
                erased_at \(.integer64)
            ) \(.strict)
            """,
            "CREATE INDEX ledger_fact_waiting ON ledger_fact (log, id) WHERE leaf_index IS NULL",
            "CREATE UNIQUE INDEX ledger_fact_leaf ON ledger_fact (log, leaf_index)",
            "CREATE INDEX ledger_fact_subject ON ledger_fact (subject, id)",
            """
            CREATE TABLE ledger_cursor (
                log TEXT PRIMARY KEY,
                size \(.integer64) NOT NULL,
                root \(.blob) NOT NULL
            ) \(.strict)
            """),
        Migration("ledger.2.holder", "ALTER TABLE ledger_cursor ADD COLUMN holder TEXT"),
        // Facts about one thing are asked for by their time.
        Migration(
            "ledger.3.by-time", "CREATE INDEX ledger_fact_about ON ledger_fact (subject, at, id)",
            "DROP INDEX ledger_fact_subject"),
    ]

    /// Writes a fact in the caller's transaction; once that commits, the fact reaches the ledger.
    ///
    /// - Parameters:
    ///   - kind: `room.what-happened`, as `identity.signed-in`; stands in the leaf, so it names nobody.
    ///   - content: what happened, at most 256 KiB as canonical JSON; can be erased later.
    ///   - subject: the id of the person or object that the fact is about, to find it again.
    @discardableResult
    package func record(
        _ kind: String, _ content: JSON, subject: String? = nil, at: Instant, in tx: any Transaction
    ) throws -> ID<LedgerFact> {
        let disclosure = Disclosure(salt: random(Disclosure.saltLength), content: content.canonical())
        guard disclosure.content.count <= LedgerOutbox.contentLimitBytes else {
            throw LedgerError.invalid("a fact's content has at most \(LedgerOutbox.contentLimitBytes) bytes")
        }
        let leaf = try Leaf(kind: kind, fact: ID(newID()), at: at, digest: disclosure.digest, source: .outbox)
        try tx.execute(
            """
            INSERT INTO ledger_fact (id, log, kind, subject, at, digest, salt, content)
            VALUES (\(leaf.fact), \(log), \(leaf.kind), \(subject), \(leaf.at), \(leaf.digest.bytes),
                \(disclosure.salt), \(disclosure.content))
            """)
        return leaf.fact
    }

    /// Erases what a fact says (xóa nội dung): salt and content are gone, the leaf and every proof about it stay valid.
    ///
    /// Without the salt nobody can test a guess of the content against the leaf. Erasing twice is once.
    package func erase(_ fact: ID<LedgerFact>, at: Instant, in tx: any Transaction) throws {
        let erased = try tx.execute(
            """
            UPDATE ledger_fact SET salt = NULL, content = NULL, subject = NULL, erased_at = COALESCE(erased_at, \(at))
            WHERE id = \(fact)
            """)
        guard erased == 1 else { throw Problem.notFound }
    }
}
