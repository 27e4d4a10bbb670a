import Database
import Exchange
import Jobs
import StrictJSON
import Vocabulary

/// What markings mean, by who says so (`threats_definition`), and the objects that wait to hear it (`threats_awaited`).
///
/// A definition counts for objects of its own origin, and ours count for all: no member loosens what another marked.
extension ThreatStore {
    /// Reads an object of `origin` with all that is known of its markings.
    func read(_ bytes: [UInt8], of origin: ID<Organisation>, home: ID<Organisation>) throws -> StixObject {
        try explain([try StixObject(bytes)], of: origin, home: home)[0]
    }

    /// Labels objects of `origin` by all that is known of their markings.
    func explain(
        _ objects: [StixObject], of origin: ID<Organisation>, home: ID<Organisation>
    ) throws -> [StixObject] {
        let asked = Set(objects.flatMap(\.unexplained)).sorted()
        guard !asked.isEmpty else { return objects }
        var known: [String: Marking] = [:]
        for some in asked.chunks(of: 500) {
            known.merge(try meanings(of: Array(some), for: origin, home: home)) { $0.stricter($1) }
        }
        return known.isEmpty ? objects : objects.map { $0.unexplained.isEmpty ? $0 : $0.explained { known[$0] } }
    }

    private func meanings(
        of markings: [String], for origin: ID<Organisation>, home: ID<Organisation>
    ) throws -> [String: Marking] {
        try meanings(
            """
            SELECT id, meaning FROM threats_definition
            WHERE id IN (\(list: markings)) AND origin IN (\(origin), \(home))
            """)
    }

    /// What `origin` says of all markings.
    func meanings(by origin: ID<Organisation>) throws -> [String: Marking] {
        try meanings("SELECT id, meaning FROM threats_definition WHERE origin = \(origin)")
    }

    private func meanings(_ question: SQL) throws -> [String: Marking] {
        var known: [String: Marking] = [:]
        for row in try tx.rows(question) {
            let (id, meaning) = (try row.get("id", as: String.self), Marking(text: try row.get("meaning")))
            known[id] = known[id]?.stricter(meaning) ?? meaning
        }
        return known
    }

    /// Keeps what a definition says; of two that say different things, the stricter. Whoever waited for it is labelled
    /// anew by a job.
    func remember(_ definition: StixObject, from origin: ID<Organisation>, at now: Instant) throws {
        guard let document = try? JSONDocument(definition.bytes, limits: StixObject.limits) else { return }
        let said = Markings.meaning(of: document.root)
        let before = try tx.row(
            "SELECT meaning FROM threats_definition WHERE id = \(definition.id) AND origin = \(origin)"
        ).map { Marking(text: try $0.get("meaning")) }
        try tx.execute(
            """
            INSERT INTO threats_definition (id, origin, meaning)
            VALUES (\(definition.id), \(origin), \((before?.stricter(said) ?? said).text))
            ON CONFLICT (id, origin) DO UPDATE SET meaning = excluded.meaning
            """)
        guard try tx.row("SELECT key FROM threats_awaited WHERE marking = \(definition.id) LIMIT 1") != nil else {
            return
        }
        try Jobs.enqueue(
            Relabel(marking: definition.id), id: "threats.relabel:\(definition.id):\(origin)", at: now, in: tx)
    }

    /// Labels up to `limit` objects anew that waited for `marking`, never below their envelopes; how many there were,
    /// and what changed.
    func relabel(
        _ marking: String, home: ID<Organisation>, limit: Int
    ) throws -> (count: Int, changes: [Relabelling]) {
        var changes: [Relabelling] = []
        let rows = try tx.rows(
            """
            SELECT o.key AS key, o.label AS label, o.origin AS origin, o.bytes AS bytes, a.envelope AS envelope
            FROM threats_awaited a JOIN threats_object o ON o.key = a.key
            WHERE a.marking = \(marking) AND EXISTS (
                SELECT 1 FROM threats_definition d
                WHERE d.id = a.marking AND (d.origin = o.origin OR d.origin = \(home)))
            ORDER BY a.key LIMIT \(limit)
            """)
        for row in rows {
            let key: String = try row.get("key")
            let object = try read(try row.get("bytes"), of: try row.get("origin"), home: home)
            let label = max(object.label, try row.get("envelope", as: TLP.self))
            let was: TLP = try row.get("label")
            if was != label {
                changes.append(
                    Relabelling(
                        key: key, id: object.id, was: was, label: label, cause: .marking, marking: marking))
            }
            try tx.execute("UPDATE threats_object SET label = \(label) WHERE key = \(key)")
            try tx.execute("DELETE FROM threats_awaited WHERE marking = \(marking) AND key = \(key)")
        }
        return (rows.count, changes)
    }
}

/// A marking was defined after objects that carry it had come.
package struct Relabel: Job {
    package static let name = "threats.relabel"
    let marking: String
}

extension Threats {
    func relabel(_ marking: String) async throws {
        let (home, journal) = (organisation, journal(by: nil, at: now()))
        while try await database.write({ tx in
            let done = try ThreatStore(tx: tx).relabel(marking, home: home, limit: Threats.batch)
            try journal.write(done.changes, in: tx)
            return done.count
        }) == Threats.batch {}
    }
}

extension Marking {
    /// Of two things that are said of one marking, the one that restricts more.
    func stricter(_ other: Marking) -> Marking {
        switch (self, other) {
        case (.unrecognised, _), (_, .unrecognised): .unrecognised
        case (.tlp(let one), .tlp(let two)): .tlp(max(one, two))
        case (.tlp(let label), .statement), (.statement, .tlp(let label)): .tlp(max(label, .amber))
        case (.statement, .statement): .statement
        }
    }

    var text: String {
        switch self {
        case .tlp(let label): label.rawValue
        case .statement: "statement"
        case .unrecognised: "unrecognised"
        }
    }

    init(text: String) {
        self = text == "statement" ? .statement : TLP(rawValue: text).map { .tlp($0) } ?? .unrecognised
    }
}
