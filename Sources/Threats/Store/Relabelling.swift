import Database
import Exchange
import Identity
import Ledger
import StrictJSON
import Vocabulary

/// That an object has another label than before (đổi nhãn): from what to what, why, and by whom where it was a person.
struct Relabelling: Sendable, Hashable {
    enum Cause: String, Sendable, Hashable, CaseIterable, Bindable, Readable {
        /// It was shared under a stricter label.
        case shared
        /// A newer version says another label than the one before it.
        case version
        /// A marking that it carries was explained after it had come.
        case marking
    }

    /// Of the version.
    let key: String
    let id: String
    let was: TLP
    let label: TLP
    let cause: Cause
    /// Which marking it was.
    var marking: String?
}

/// One change as the history of an object shows it.
struct PastLabel: Sendable, Hashable {
    let at: Instant
    let was: TLP
    let label: TLP
    let cause: Relabelling.Cause
    let person: ID<Person>?
    let origin: ID<Organisation>
}

/// Writes down changes of labels: rows for whoever looks at an object, and leaves of the ledger, a hundred objects in
/// one at most.
struct LabelJournal: Sendable {
    let outbox: LedgerOutbox
    let at: Instant
    /// Who changed them; nil for what another member or a definition changed.
    let person: ID<Person>?

    private static let objectsInLeaf = 100

    func write(_ changes: [Relabelling], in tx: any Transaction) throws {
        struct Kind: Hashable {
            let was: TLP, label: TLP, cause: Relabelling.Cause, marking: String?
        }
        let kinds = Dictionary(grouping: changes) {
            Kind(was: $0.was, label: $0.label, cause: $0.cause, marking: $0.marking)
        }
        for (kind, changes) in kinds.sorted(by: { ($0.key.was, $0.key.label) < ($1.key.was, $1.key.label) }) {
            for some in changes.chunks(of: LabelJournal.objectsInLeaf) {
                try outbox.record(
                    "threats.relabelled",
                    [
                        "from": .string(kind.was.rawValue), "to": .string(kind.label.rawValue),
                        "because": .string(kind.cause.rawValue), "marking": .string(orNull: kind.marking),
                        "by": .string(orNull: person?.text), "objects": .array(some.map { .string($0.id) }),
                    ], subject: person?.text ?? some.first?.id, at: at, in: tx)
            }
        }
        try tx.insert(
            "INSERT INTO threats_relabelling (key, at, was, label, cause, marking, person)",
            changes.map {
                [
                    $0.key.sqlValue, at.sqlValue, $0.was.sqlValue, $0.label.sqlValue, $0.cause.sqlValue,
                    $0.marking.sqlValue, person.sqlValue,
                ]
            })
    }
}

extension ThreatStore {
    static let relabellings: [SQL] = [
        """
        CREATE TABLE threats_relabelling (
            key TEXT NOT NULL REFERENCES threats_object (key), at \(.integer64) NOT NULL, was TEXT NOT NULL,
            label TEXT NOT NULL, cause TEXT NOT NULL, marking TEXT, person TEXT) \(.strict)
        """,
        "CREATE INDEX threats_relabelling_key ON threats_relabelling (key, at)",
    ]

    /// What became of the label of an object, of the versions that `rights` open; the latest change first.
    func labels(of id: String, from origin: ID<Organisation>, _ rights: RowRights) throws -> [PastLabel] {
        try tx.rows(
            """
            SELECT l.at AS at, l.was AS was, l.label AS label, l.cause AS cause, l.person AS person,
                o.origin AS origin
            FROM threats_relabelling l JOIN threats_object o ON o.key = l.key
            WHERE o.id = \(id) AND o.origin = \(origin) AND \(rights.condition)
            ORDER BY l.at DESC, l.key DESC LIMIT 100
            """
        ).map { row in
            PastLabel(
                at: try row.get("at"), was: try row.get("was"), label: try row.get("label"),
                cause: try row.get("cause"), person: try row.get("person"), origin: try row.get("origin"))
        }
    }

    /// The label that a version had at a moment.
    func label(of line: ThreatLine, at moment: Instant) throws -> TLP {
        // A newer version with another label is another row, whose own label that is.
        try tx.row(
            """
            SELECT was FROM threats_relabelling WHERE key = \(line.key) AND at > \(moment)
            AND cause <> \(Relabelling.Cause.version) ORDER BY at LIMIT 1
            """)?.get("was") ?? line.label
    }

    /// When an object came, got a newer version or another label.
    func changes(of id: String) throws -> [Instant] {
        try tx.rows(
            """
            SELECT stored_at AS moment FROM threats_object WHERE id = \(id)
            UNION SELECT l.at FROM threats_relabelling l JOIN threats_object o ON o.key = l.key WHERE o.id = \(id)
            """
        ).map { try $0.get("moment") }
    }
}
