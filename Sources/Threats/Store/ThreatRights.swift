package import Database
import Exchange
package import Identity
package import Vocabulary

/// How objects and imports stand for decisions: the same columns for a list, the same words for one of them.
enum ThreatRights {
    /// Of `threats_object o`: the origin owns it, and what another member signed was addressed to us.
    static func columns(home: ID<Organisation>) -> RecordColumns {
        RecordColumns(
            id: { "o.id IN (\(list: RecordColumns.within("threats/", $0)))" }, owner: "o.origin", label: "o.label",
            labels: TLP.allCases.map(\.rawValue), author: "o.author",
            recipients: {
                $0.contains(home.text) ? "o.signature = \(SignatureState.verified)" : RecordColumns.no
            })
    }

    /// Of `threats_import t`: names, counts and faults of a file tell of what is in it.
    static let importColumns = RecordColumns(
        id: { "t.id IN (\(list: RecordColumns.within("threats/import/", $0)))" }, owner: "t.origin",
        label: "'TLP:AMBER'", labels: [TLP.amber.rawValue], author: "t.person")
}

extension ThreatLine {
    func resource(home: ID<Organisation>, label past: TLP? = nil) -> Resource {
        Resource(
            "threats/\(id)", owner: origin, label: (past ?? label).rawValue, author: author,
            recipients: signature == .verified ? [home] : [])
    }
}

extension Threats {
    /// What somebody may see of the objects.
    func rows(for person: Person?) throws -> RowRights {
        try access.rows(for: person, .viewThreats, in: ThreatRights.columns(home: organisation))
    }

    func importRows(for person: Person?) throws -> RowRights {
        try access.rows(for: person, .importThreats, in: ThreatRights.importColumns)
    }

    /// Of objects that somebody is about to be shown: the readings that the ledger does not have yet.
    func unwritten(
        _ lines: [ThreatLine], for person: Person?, in tx: any Transaction
    ) throws -> [ReadingBook.Reading] {
        guard let person else { return [] }
        return try readings.unwritten(lines.map { $0.resource(home: organisation) }, by: person, in: tx)
    }

    func decision(about line: ThreatLine, _ permission: Permission, for person: Person?) -> Decision? {
        access.decide(person, permission, on: line.resource(home: organisation))
    }

    /// The versions of an object that somebody may see, those of `origin` first. Throws `notFound` where there is none,
    /// and `confirmFirst` where a second factor is all that is missing.
    func versions(
        of id: String, first origin: ID<Organisation>, for person: Person?, in store: ThreatStore
    ) throws -> [ThreatLine] {
        let found = try store.versions(of: id, first: origin, try rows(for: person))
        if found.isEmpty, let any = try store.versions(of: id, first: origin, .all).first {
            _ = try access.check(
                person, .viewThreats, on: any.resource(home: organisation), seenBy: .viewThreats)
        }
        guard !found.isEmpty else { throw Problem.notFound }
        return found
    }

    /// How an object stood for decisions at a moment, under the label that it had then: ours when there are several of
    /// one id. Nil before it came.
    package func resource(_ id: String, at moment: Instant, in tx: any Transaction) throws -> Resource? {
        let store = ThreatStore(tx: tx)
        let then = try store.versions(of: id, first: organisation, .all).filter { $0.storedAt <= moment }
        guard
            let line = then.max(by: {
                ($0.origin == organisation ? 1 : 0, $0.key) < ($1.origin == organisation ? 1 : 0, $1.key)
            })
        else { return nil }
        return line.resource(home: organisation, label: try store.label(of: line, at: moment))
    }

    /// When an object came, got a newer version or another label, inside a time.
    package func changes(
        of id: String, from start: Instant, until end: Instant, in tx: any Transaction
    ) throws -> [Instant] {
        try ThreatStore(tx: tx).changes(of: id).filter { start < $0 && $0 < end }
    }
}
