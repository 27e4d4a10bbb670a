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
    func resource(home: ID<Organisation>) -> Resource {
        Resource(
            "threats/\(id)", owner: origin, label: label.rawValue, author: author,
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

    /// How an object stands for decisions: ours when there are several of one id.
    package func resource(_ id: String, in tx: any Transaction) throws -> Resource? {
        try ThreatStore(tx: tx).versions(of: id, first: organisation, .all).first?.resource(home: organisation)
    }
}
