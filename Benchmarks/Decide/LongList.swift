import Database
import Foundation
import Identity
import Vocabulary

/// The first page of a list over many records, for people of all kinds: policies to SQL, and the query.
struct LongList {
    let town: BigTown

    init(_ town: BigTown) {
        self.town = town
    }

    private static let migration = Migration(
        "identity.bench.list",
        """
        CREATE TABLE bench_record (
            id TEXT PRIMARY KEY, owner TEXT NOT NULL, label TEXT NOT NULL, author TEXT NOT NULL,
            opened_at \(.integer64) NOT NULL) \(.strict)
        """,
        "CREATE INDEX bench_record_label ON bench_record (label, opened_at, id)",
        "CREATE INDEX bench_record_owner ON bench_record (label, owner, opened_at, id)",
        "CREATE INDEX bench_record_author ON bench_record (author, opened_at, id)",
        """
        CREATE TABLE bench_recipient (
            record TEXT NOT NULL, organisation TEXT NOT NULL, label TEXT NOT NULL, opened_at \(.integer64) NOT NULL)
            \(.strict)
        """,
        "CREATE INDEX bench_recipient_organisation ON bench_recipient (organisation, record)",
        "CREATE INDEX bench_recipient_label ON bench_recipient (organisation, label, opened_at, record)",
        """
        CREATE TABLE bench_person (
            record TEXT NOT NULL, person TEXT NOT NULL, relation TEXT NOT NULL, PRIMARY KEY (person, relation, record))
            \(.strict)
        """)

    private static let columns = RecordColumns(
        id: { "r.id IN (\(list: $0))" }, owner: "r.owner", label: "r.label",
        labels: ["TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"], author: "r.author",
        recipients: { ids in
            """
            r.id IN (SELECT b.record FROM bench_recipient b WHERE b.organisation IN (\(list: ids)))
            """
        },
        recipientLines: RecordColumns.Lines(
            source: "bench_recipient b JOIN bench_record r ON r.id = b.record", recipient: "b.organisation",
            label: "b.label", order: "b.opened_at DESC, b.record DESC"),
        handlers: people("handler"), named: people("named"))

    private static func people(_ relation: String) -> RecordColumns.Having {
        { ids in
            """
            r.id IN (SELECT p.record FROM bench_person p WHERE p.person IN (\(list: ids)) AND p.relation = \(relation))
            """
        }
    }

    func measure(rows: Int) async throws -> [String: Any] {
        let name = "bench-decide-\(ProcessInfo.processInfo.processIdentifier)"
        let folder = FileManager.default.temporaryDirectory.appending(path: name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let database = try SQLite(path: folder.appending(path: "list.sqlite").path())
        try await database.migrate([Self.migration])
        try await fill(database, rows)
        let clock = ContinuousClock()
        var (milliseconds, sizes): ([Double], [Int]) = ([], [])
        var random = SplitMix(seed: 5)
        for _ in 0..<300 {
            let person = random.pick(town.people)
            let start = clock.now
            let rows = try town.rights.rows(for: person, Permission("incidents.view"), in: Self.columns)
            let newest = rows.newest(
                50, id: "r.id", from: "bench_record r", also: "1 = 1", order: "r.opened_at DESC, r.id DESC")
            let found = try await database.read { tx in
                try tx.rows(
                    """
                    SELECT r.id AS id, r.label AS label FROM bench_record r WHERE r.id IN (\(newest))
                    ORDER BY r.opened_at DESC LIMIT 50
                    """)
            }
            milliseconds.append((clock.now - start) / .milliseconds(1))
            sizes.append(found.count)
        }
        try await database.close()
        milliseconds.sort()
        return [
            "what": "first page of a list", "rows": rows, "p50ms": milliseconds[150], "p95ms": milliseconds[285],
            "maxms": milliseconds[299], "fullPages": sizes.count { $0 == 50 },
        ]
    }

    private func fill(_ database: any Database, _ rows: Int) async throws {
        let organisations = town.organisations
        let people = town.people
        for start in stride(from: 0, to: rows, by: 20_000) {
            try await database.write { tx in
                var random = SplitMix(seed: UInt64(start) + 9)
                let labels = ["TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"]
                for number in start..<min(start + 20_000, rows) {
                    let (id, label) = ("incidents/\(number)", random.pick(labels))
                    try tx.execute(
                        """
                        INSERT INTO bench_record (id, owner, label, author, opened_at) VALUES (\(id),
                            \(random.pick(organisations)), \(label), \(random.pick(people).id), \(Int64(number)))
                        """)
                    if number % 4 == 0 {
                        try tx.execute(
                            """
                            INSERT INTO bench_person (record, person, relation)
                            VALUES (\(id), \(random.pick(people).id), \(number % 8 == 0 ? "handler" : "named"))
                            """)
                    }
                    guard number % 3 == 0 else { continue }
                    try tx.execute(
                        """
                        INSERT INTO bench_recipient (record, organisation, label, opened_at)
                        VALUES (\(id), \(random.pick(organisations)), \(label), \(Int64(number)))
                        """)
                }
            }
        }
    }
}
