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

/// Where a page of a list of facts ended: `1604885400000~id` in an address.
package struct FactPlace: Sendable, Hashable {
    package let at: Instant
    package let id: String

    package init(after fact: RecordedFact) {
        (at, id) = (fact.at, fact.id.text)
    }

    package init?(_ text: String?) {
        guard let halves = text?.split(separator: "~", maxSplits: 1), halves.count == 2, let at = Int64(halves[0])
        else { return nil }
        (self.at, id) = (Instant(milliseconds: at), String(halves[1]))
    }

    package var text: String { "\(at.milliseconds)~\(id)" }
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
            SELECT \(LedgerOutbox.columns) FROM ledger_fact WHERE subject = \(subject)
            ORDER BY at DESC, id DESC LIMIT \(limit)
            """
        ).map(RecordedFact.init)
    }

    /// The facts about something in a stretch of time, which does not hold `end`, the newest first.
    ///
    /// - Parameter place: where the page before this one ended.
    package func facts(
        about subjects: [String], from start: Instant, until end: Instant, before place: FactPlace? = nil, limit: Int,
        in tx: any Transaction
    ) throws -> [RecordedFact] {
        let older: SQL = place.map { " AND (at < \($0.at) OR (at = \($0.at) AND id < \($0.id)))" } ?? ""
        return try tx.rows(
            """
            SELECT \(LedgerOutbox.columns) FROM ledger_fact
            WHERE subject IN (\(list: subjects)) AND at >= \(start) AND at < \(end)\(older)
            ORDER BY at DESC, id DESC LIMIT \(limit)
            """
        ).map(RecordedFact.init)
    }

    /// How many facts about something there are in a stretch of time.
    package func count(
        about subjects: [String], from start: Instant, until end: Instant, in tx: any Transaction
    ) throws -> Int {
        try tx.row(
            """
            SELECT COUNT(*) AS facts FROM ledger_fact
            WHERE subject IN (\(list: subjects)) AND at >= \(start) AND at < \(end)
            """
        )?.get("facts") ?? 0
    }

    /// When something of one of these kinds was last recorded about one person or object.
    package func latest(of kinds: [String], about subject: String, in tx: any Transaction) throws -> Instant? {
        try tx.row(
            """
            SELECT at FROM ledger_fact WHERE subject = \(subject) AND kind IN (\(list: kinds))
            ORDER BY at DESC, id DESC LIMIT 1
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
