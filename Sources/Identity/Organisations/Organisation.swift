package import Vocabulary

/// Something that is true from a day on and until another: a name, a code, a parent.
package struct Dated<Value: Sendable & Hashable>: Sendable, Hashable {
    package let value: Value
    package let from: Day
    /// The first day on which it is true no more; nil while no end is known.
    package let until: Day?

    package init(_ value: Value, from: Day, until: Day? = nil) {
        self.value = value
        self.from = from
        self.until = until
    }

    package func holds(on day: Day) -> Bool {
        from <= day && (until.map { day < $0 } ?? true)
    }
}

extension Array {
    /// What holds on `day`. When nothing does, the latest before it, and else the earliest: an organisation that was
    /// dissolved is still called by its last name.
    func value<Value>(on day: Day) -> Value? where Element == Dated<Value> {
        if let holding = last(where: { $0.holds(on: day) }) { return holding.value }
        let sorted = self.sorted { $0.from < $1.from }
        return (sorted.last { $0.from <= day } ?? sorted.first)?.value
    }
}

/// A public body (cơ quan, tổ chức) through time: names, codes and parents that change, and successors when it ends.
package struct OrganisationRecord: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Ủy ban nhân dân cấp tỉnh.
        case committee
        /// Sở, ban, ngành.
        case department
        /// Bộ, cơ quan ngang bộ.
        case ministry
        /// Cơ quan điều phối quốc gia.
        case coordinator
        /// Phòng, trung tâm, chi cục: below a department.
        case unit
    }

    package let id: ID<Organisation>
    package let kind: Kind
    package let validFrom: Day
    /// The first day on which it exists no more; nil while it exists.
    package let validUntil: Day?
    package let names: [Dated<Phrase>]
    /// Mã định danh in each form: `H40` (QĐ 20/2020/QĐ-TTg), `000.00.00.H40` (QCVN 102:2016/BTTTT).
    package let codes: [Dated<String>]
    /// Cơ quan chủ quản.
    package let parents: [Dated<ID<Organisation>>]
    package let successors: [ID<Organisation>]

    package init(
        id: ID<Organisation>, kind: Kind, validFrom: Day, validUntil: Day? = nil, names: [Dated<Phrase>],
        codes: [Dated<String>] = [], parents: [Dated<ID<Organisation>>] = [], successors: [ID<Organisation>] = []
    ) {
        self.id = id
        self.kind = kind
        self.validFrom = validFrom
        self.validUntil = validUntil
        self.names = names
        self.codes = codes
        self.parents = parents
        self.successors = successors
    }

    package func exists(on day: Day) -> Bool {
        validFrom <= day && (validUntil.map { day < $0 } ?? true)
    }

    /// The name on `day`, or the nearest known one; the id when none was ever given.
    package func name(on day: Day) -> Phrase {
        names.value(on: day) ?? Phrase(name: id.text)
    }

    package func parent(on day: Day) -> ID<Organisation>? {
        parents.last { $0.holds(on: day) }?.value
    }
}
