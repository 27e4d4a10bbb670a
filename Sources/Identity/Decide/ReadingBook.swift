package import Database
package import Ledger
import StrictJSON
package import Vocabulary

/// Who read which record on which day (sổ lượt đọc), from TLP:AMBER up, of records with personal data, and of
/// whatever was opened in an emergency.
///
/// Somebody's first reading of a record on a day is a leaf of the ledger, `room.read`, before anything is shown. Later
/// ones of that day cost one look where the record is read, and wait for no writer.
package struct ReadingBook: Sendable {
    let database: any Database
    let outbox: LedgerOutbox
    let now: Clock

    package init(database: any Database, outbox: LedgerOutbox, now: @escaping Clock) {
        self.database = database
        self.outbox = outbox
        self.now = now
    }

    /// A reading that is not in the ledger yet.
    package struct Reading: Sendable, Hashable {
        /// `room/id`.
        let record: String
        let label: String
        /// The fact by which the record was opened in an emergency; empty when it was not.
        let opening: String
    }

    static let table = Migration(
        "identity.20.readings",
        // What is in the ledger of this day already. Older days go: the ledger has them.
        """
        CREATE TABLE identity_reading (
            person TEXT NOT NULL, day TEXT NOT NULL, record TEXT NOT NULL, opening TEXT NOT NULL,
            PRIMARY KEY (person, day, record, opening)) \(.strict)
        """,
        "CREATE INDEX identity_reading_day ON identity_reading (day)")

    /// Of records that `person` is about to be shown: the readings that are still to be written. Asked in the
    /// transaction that reads them.
    package func unwritten(
        _ resources: [Resource], by person: Person, in tx: any Transaction
    ) throws -> [Reading] {
        guard !resources.isEmpty else { return [] }
        let at = now()
        let openings = try RelationshipStore.openings(by: person.id.text, at: at, in: tx)
        let readings = resources.compactMap { resource -> Reading? in
            let opening = openings[resource.id]
            guard opening != nil || resource.isReadOnRecord else { return nil }
            return Reading(record: resource.id, label: resource.label ?? "TLP:AMBER", opening: opening ?? "")
        }
        guard !readings.isEmpty else { return [] }
        let written = try tx.rows(
            """
            SELECT record, opening FROM identity_reading
            WHERE person = \(person.id) AND day = \(Day(at)) AND record IN (\(list: readings.map(\.record)))
            """
        ).map { [try $0.get("record", as: String.self), try $0.get("opening")] }
        return readings.filter { !written.contains([$0.record, $0.opening]) }
    }

    /// Writes them down, before anything is shown.
    package func write(_ readings: [Reading], by person: Person) async throws {
        guard !readings.isEmpty else { return }
        let at = now()
        try await database.write { tx in
            for reading in readings {
                let isFirst = try tx.execute(
                    """
                    INSERT INTO identity_reading (person, day, record, opening)
                    VALUES (\(person.id), \(Day(at)), \(reading.record), \(reading.opening)) ON CONFLICT DO NOTHING
                    """)
                if isFirst > 0 { try record(reading, by: person, at: at, in: tx) }
            }
        }
    }

    /// Forgets the days that are over: the ledger has them.
    package static func sweep(at now: Instant, in tx: any Transaction) throws {
        try tx.execute("DELETE FROM identity_reading WHERE day < \(Day(now))")
    }

    private func record(_ reading: Reading, by person: Person, at: Instant, in tx: any Transaction) throws {
        let room = reading.record.prefix { $0 != "/" }
        try outbox.record(
            "\(room).read",
            [
                "record": .string(reading.record), "by": .string(person.id.text),
                "organisation": .string(orNull: person.organisation?.text), "label": .string(reading.label),
                "opening": .string(orNull: reading.opening.isEmpty ? nil : reading.opening),
            ], subject: String(reading.record.dropFirst(room.count + 1)), at: at, in: tx)
    }
}

extension Resource {
    /// Whether it is written down who reads it. A draft is its author's alone.
    var isReadOnRecord: Bool {
        if kinds.contains("draft") { return false }
        if !kinds.isDisjoint(with: ["personal", "staff", "meeting"]) { return true }
        return !["TLP:CLEAR", "TLP:WHITE", "TLP:GREEN"].contains((label ?? "TLP:AMBER").uppercased())
    }
}

extension RelationshipStore {
    /// What somebody opened in an emergency and may still read: records, and the facts that say so.
    static func openings(by person: String, at now: Instant, in tx: any Transaction) throws -> [String: String] {
        let facts = try tx.rows(
            """
            SELECT object, id FROM identity_fact WHERE subject = \(person) AND relation = \(Relationship.Relation.opens)
            AND valid_from <= \(now) AND (valid_until IS NULL OR valid_until > \(now))
            """)
        return Dictionary(
            try facts.map { (try $0.get("object"), try $0.get("id")) }, uniquingKeysWith: { first, _ in first })
    }
}
