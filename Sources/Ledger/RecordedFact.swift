package import Database
package import Vocabulary

/// A row of `ledger_fact`: what a leaf is about, while it has not been erased.
package struct RecordedFact: Sendable, Hashable {
    package let id: ID<LedgerFact>
    package let kind: String
    package let subject: String?
    package let at: Instant
    package let digest: LedgerHash
    /// Nil when it was erased.
    package let disclosure: Disclosure?
    /// Nil while it waits in the outbox.
    package let leafIndex: Int64?
    package let erasedAt: Instant?

    init(_ row: Row) throws {
        id = try row.get("id")
        kind = try row.get("kind")
        subject = try row.get("subject")
        at = try row.get("at")
        digest = try LedgerHash(try row.get("digest", as: [UInt8].self)).orInvalid("digest")
        let salt: [UInt8]? = try row.get("salt")
        let content: [UInt8]? = try row.get("content")
        disclosure = salt.flatMap { salt in content.map { Disclosure(salt: salt, content: $0) } }
        leafIndex = try row.get("leaf_index")
        erasedAt = try row.get("erased_at")
    }
}

extension LedgerOutbox {
    private static let columns: SQL = "id, kind, subject, at, digest, salt, content, leaf_index, erased_at"

    package func fact(_ id: ID<LedgerFact>, in tx: any Transaction) throws -> RecordedFact? {
        try tx.row("SELECT \(LedgerOutbox.columns) FROM ledger_fact WHERE id = \(id)").map(RecordedFact.init)
    }

    /// The facts about one person or object, the newest first.
    package func facts(about subject: String, limit: Int = 100, in tx: any Transaction) throws -> [RecordedFact] {
        try tx.rows(
            """
            SELECT \(LedgerOutbox.columns) FROM ledger_fact WHERE subject = \(subject) ORDER BY id DESC LIMIT \(limit)
            """
        ).map(RecordedFact.init)
    }

    /// When something of one of these kinds was last recorded about one person or object.
    package func latest(of kinds: [String], about subject: String, in tx: any Transaction) throws -> Instant? {
        try tx.row(
            """
            SELECT at FROM ledger_fact WHERE subject = \(subject) AND kind IN (\(list: kinds)) ORDER BY id DESC LIMIT 1
            """
        )?.get("at")
    }

    /// What waits for the ledger, in the order of ids. Nothing is skipped, in whatever order transactions commit.
    ///
    /// - Parameter holder: the drain that asks; throws when another one has taken the outbox over.
    func waiting(limit: Int, for holder: String, in tx: any Transaction) throws -> [Leaf] {
        guard try cursor(in: tx)?.holder == holder else { throw taken }
        return try waiting(limit: limit, in: tx)
    }

    func waiting(limit: Int, in tx: any Transaction) throws -> [Leaf] {
        try tx.rows(
            """
            SELECT \(LedgerOutbox.columns) FROM ledger_fact
            WHERE log = \(log) AND leaf_index IS NULL ORDER BY id LIMIT \(limit)
            """
        ).map { row in
            let fact = try RecordedFact(row)
            return try Leaf(kind: fact.kind, fact: fact.id, at: fact.at, digest: fact.digest, source: .outbox)
        }
    }
}
