package import Vocabulary

/// All organisations that this node knows of, in memory: a few dozen, read from the tables, never changed in place.
package struct OrganisationRegister: Sendable {
    package let all: [OrganisationRecord]
    private let byID: [ID<Organisation>: OrganisationRecord]
    private let byCode: [String: [OrganisationRecord]]

    package init(_ records: [OrganisationRecord]) {
        all = records
        byID = Dictionary(records.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        byCode = Dictionary(
            grouping: records.flatMap { record in Set(record.codes.map(\.value)).map { ($0, record) } }, by: \.0
        ).mapValues { $0.map(\.1) }
    }

    package subscript(id: ID<Organisation>) -> OrganisationRecord? { byID[id] }

    package func existing(on day: Day) -> [OrganisationRecord] {
        all.filter { $0.exists(on: day) }
    }

    /// Who bore the code on that day, in either of its forms. The code of a province that was merged may be borne by
    /// the merged one later.
    package func organisation(code: String, on day: Day) -> OrganisationRecord? {
        byCode[code.uppercased()]?.first { record in
            record.exists(on: day)
                && record.codes.contains { $0.value == code.uppercased() && $0.holds(on: day) }
        }
    }

    /// Who is called so by its id, or bore the code on any day, in either form: of several, the one that came last.
    package func ever(_ text: String) -> OrganisationRecord? {
        byID[ID(text)] ?? byCode[text.uppercased()]?.max { $0.validFrom < $1.validFrom }
    }

    /// Who stands on `day` where `id` once stood: itself while it exists, else its successors, theirs, and so on.
    /// Several when it was divided; none when it does not exist yet or ended without a successor.
    package func current(of id: ID<Organisation>, on day: Day) -> [OrganisationRecord] {
        var found: [OrganisationRecord] = []
        var seen: Set<ID<Organisation>> = []
        var waiting = [id]
        while let next = waiting.popLast() {
            guard seen.insert(next).inserted, let record = byID[next] else { continue }
            if record.exists(on: day) {
                found.append(record)
            } else if record.validFrom <= day {
                waiting += record.successors
            }
        }
        return found.sorted { $0.id.text < $1.id.text }
    }

    package func predecessors(of id: ID<Organisation>) -> [OrganisationRecord] {
        all.filter { $0.successors.contains(id) }
    }

    /// The name of an organisation on a day; its id when it is unknown here.
    package func name(of id: ID<Organisation>, on day: Day) -> Phrase {
        byID[id]?.name(on: day) ?? Phrase(name: id.text)
    }
}
