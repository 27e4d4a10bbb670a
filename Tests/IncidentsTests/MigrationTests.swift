import Database
import House
import Identity
import Ledger
import TestKit
import Testing
import Vocabulary

@testable import Incidents

/// Reports of a node that ran for a while before each step.
@Suite("Tables of reports from before, on both engines")
struct MigrationTests {
    private static let all = LedgerOutbox.migrations + Identity.migrations + Incidents.migrations
    private static let start = Instant(milliseconds: 1_604_883_600_000)

    private struct Old {
        let id: ID<Incident>
        let tlp: String
        let recipients: [String]
        let openedAt: Instant

        init(_ number: Int) {
            id = ID("before \(number)")
            tlp = ["TLP:GREEN", "TLP:AMBER", "TLP:RED"][number % 3]
            let named = [[], ["H40.15"], ["H23", "H40.15"], ["H23"]][number % 4]
            recipients = number.isMultiple(of: 5) ? ["@cluster"] + named : named
            openedAt = MigrationTests.start.adding(seconds: Int64(number))
        }

        var lines: [[String]] {
            recipients.filter { !$0.hasPrefix("@") }.map { [$0, id.text, tlp, "\(openedAt.milliseconds)"] }
        }

        func insert(in tx: any Transaction) throws {
            try tx.execute(
                """
                INSERT INTO incidents_incident (id, owner, author, state, title, summary, operator, detections,
                    detection_note, notified, is_confidential, tlp, recipients, opened_at, changed_at)
                VALUES (\(id), 'H40', 'handler', 'handling', \(id.text), '', '', '', '', '', \(false), \(tlp),
                    \(recipients.joined(separator: ",")), \(openedAt), \(openedAt))
                """)
        }

        /// As the program wrote it between the steps.
        func insertLines(in tx: any Transaction) throws {
            for recipient in recipients where !recipient.hasPrefix("@") {
                try tx.execute(
                    "INSERT INTO incidents_recipient (organisation, incident) VALUES (\(recipient), \(id))")
            }
        }
    }

    private static func migrate(_ database: any Database, until name: String) async throws {
        try await database.migrate(Array(all.prefix { $0.name != name }))
    }

    @Test(
        "each line of a recipient knows label and day of its report, whenever that was written", arguments: Engine.all)
    func recipientLines(engine: Engine) async throws {
        try await engine.withDatabase { database in
            let (first, second) = ((0..<300).map(Old.init), (300..<600).map(Old.init))
            try await Self.migrate(database, until: "incidents.3.people")
            try await database.write { tx in for old in first { try old.insert(in: tx) } }
            try await Self.migrate(database, until: "incidents.4.recipients")
            try await database.write { tx in
                for old in second {
                    try old.insert(in: tx)
                    try old.insertLines(in: tx)
                }
            }
            try await database.migrate(Self.all)
            let lines = try await database.read { tx in
                try tx.rows("SELECT organisation, incident, tlp, opened_at FROM incidents_recipient").map { row in
                    [
                        try row.get("organisation", as: String.self), try row.get("incident"), try row.get("tlp"),
                        "\(try row.get("opened_at", as: Int64.self))",
                    ]
                }
            }
            #expect(Set(lines) == Set((first + second).flatMap(\.lines)))
            #expect(lines.count == 600)
            let newest = try await database.read { tx in
                try tx.rows(
                    """
                    SELECT incident FROM incidents_recipient WHERE organisation = 'H40.15' AND tlp = 'TLP:AMBER'
                    ORDER BY opened_at DESC, incident DESC LIMIT 3
                    """
                ).map { try $0.get("incident", as: String.self) }
            }
            #expect(newest == ["before 598", "before 589", "before 586"])
        }
    }
}
