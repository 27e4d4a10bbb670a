import Database
import Ledger
import StrictJSON
import Vocabulary

/// Who looked at somebody's data, and how.
struct Look: Sendable, Hashable {
    /// The way in which data was read. The raw value is what is stored.
    enum Way: String, Sendable, Hashable, CaseIterable {
        case list, page, scim, export, importing = "import"
        /// Addresses and numbers that others see masked.
        case contact
    }

    let reader: String
    let way: Way
    let firstAt: Instant
    let lastAt: Instant
    let times: Int
}

enum LookStore {
    static let keptDays: Int64 = 2 * 366

    static func add(
        _ people: [ID<Person>], by reader: String, _ way: Look.Way, at now: Instant, in tx: any Transaction
    ) throws {
        for chunk in people.chunks(of: 100) {
            var rows: SQL = ""
            for person in chunk {
                let comma: SQL = rows == "" ? "" : ", "
                rows = "\(rows)\(comma)(\(person), \(reader), \(way), \(Day(now)), \(now), \(now), 1)"
            }
            try tx.execute(
                """
                INSERT INTO identity_look (person, reader, way, day, first_at, last_at, times) VALUES \(rows)
                ON CONFLICT (person, day, reader, way)
                DO UPDATE SET last_at = excluded.last_at, times = identity_look.times + 1
                """)
        }
    }

    static func looks(at person: ID<Person>, limit: Int, in tx: any Transaction) throws -> [Look] {
        try tx.rows(
            "SELECT * FROM identity_look WHERE person = \(person) ORDER BY last_at DESC, reader, way LIMIT \(limit)"
        ).map {
            Look(
                reader: try $0.get("reader"), way: try $0.get("way"), firstAt: try $0.get("first_at"),
                lastAt: try $0.get("last_at"), times: try $0.get("times"))
        }
    }

    static func sweep(at now: Instant, in tx: any Transaction) throws {
        try tx.execute("DELETE FROM identity_look WHERE day < \(Day(now.adding(days: -keptDays)))")
    }
}

extension Look.Way: Bindable, Readable {}

extension Identity {
    /// Writes down, in the ledger and where each of them can see it, that somebody read data of these people. Reading
    /// one's own is nobody's business. `purpose` is why somebody wanted to see what is masked.
    func note(
        reading people: [ID<Person>], by reader: Person?, how way: Look.Way, for purpose: String? = nil,
        at now: Instant, in tx: any Transaction
    ) throws {
        let others = Set(people.filter { $0 != reader?.id }).sorted { $0.text < $1.text }
        guard !others.isEmpty else { return }
        try LookStore.add(others, by: reader?.id.text ?? "", way, at: now, in: tx)
        // The leaf tells how many; of whom stands in the table, so that one person's erasure leaves the others' proof.
        let one = others.count == 1 && way != .list ? others.first : nil
        var content: JSON = [
            "by": by(reader), "way": .string(way.rawValue), "person": .string(orNull: one?.text),
            "count": .integer(Int64(others.count)),
        ]
        if let purpose { content["purpose"] = .string(purpose) }
        try outbox.record(
            one == nil ? "identity.people-read" : "identity.person-read", content, subject: one?.text, at: now, in: tx)
    }
}
