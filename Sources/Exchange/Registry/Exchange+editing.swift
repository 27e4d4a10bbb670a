import Database
package import Gateway
import Identity
import Ledger
import StrictJSON
package import Vocabulary

/// What of a registered service may become something else. Its code and its owner stay.
package struct ServiceEdit: Sendable {
    package var name: Phrase
    package var about: String
    package var contact: String
    package var dataClass: DataClass
    /// Nil: what the class of data asks for.
    package var evidence: EvidenceClass?
    /// Between nodes; nil: before release.
    package var evidenceAcross: EvidenceClass?
    package var limits: ServiceLimits

    package init(_ service: ServiceRecord) {
        name = service.name
        about = service.about
        contact = service.contact
        dataClass = service.dataClass
        evidence = service.evidence
        evidenceAcross = service.evidenceAcross
        limits = service.limits
    }
}

extension Exchange {
    /// Changes what a service says of itself. Its class of data may always become stricter; milder only while nobody
    /// holds or awaits a grant, which was given under the stricter one. Grants in force are signed anew when what they
    /// say of the service has changed, or it bears less than it did; their holders are told.
    package func editService(
        _ id: ID<ServiceRecord>, by author: Person?, _ change: @escaping @Sendable (inout ServiceEdit) throws -> Void
    ) async throws {
        let at = now()
        try await changeRegistry { [self] tx in
            let before = try ownService(id, by: author, in: tx)
            var edit = ServiceEdit(before)
            try change(&edit)
            let after = try before.edited(edit)
            let open = try ServiceStore.versions(of: id, in: tx).filter { $0.closedAt == nil }
            try after.limits.check(after: before.limits, for: open)
            let changes = before.changes(to: after)
            guard !changes.isEmpty else { return }
            if after.dataClass.isMilder(than: before.dataClass), try GrantStore.areOpen(of: id, in: tx) {
                throw Problem.invalid(["class": .classIsGranted])
            }
            try ServiceStore.update(after, in: tx)
            try record(
                "exchange.service-edited",
                [
                    "service": "\(id)",
                    "changes": .object(
                        changes.map {
                            JSON.Member($0.name, ["before": .string($0.before), "after": .string($0.after)])
                        }),
                ], about: id.text, by: author, at: at, in: tx)
            guard
                after.dataClass != before.dataClass || after.evidence != before.evidence
                    || after.evidenceAcross != before.evidenceAcross
                    || after.limits.isNarrower(than: before.limits)
            else { return }
            let told = GrantReason.serviceChanged(changes.filter(\.concernsConsumers))
            for version in try ServiceStore.versions(of: id, in: tx) {
                for grant in try GrantStore.using(version.id, in: tx) {
                    try save(grant, .serviceChanged, saying: told, by: author, at: at, in: tx)
                }
            }
        }
    }

    /// Another address in place of one: no call meets a version that stands nowhere.
    package func moveInstance(
        _ instance: ID<ServiceInstance>, of id: ID<ServiceVersion>, to address: VersionDraft.Address,
        mayBePrivate: Bool, by author: Person?
    ) async throws {
        let at = now()
        let upstreams = try self.upstreams([address], mayBePrivate: mayBePrivate, by: author)
        try await changeRegistry { [self] tx in
            let offered = try ownVersion(id, by: author, in: tx)
            try remove(instance, from: offered, by: author, at: at, in: tx)
            try insert(upstreams, of: offered.version, offered.service, by: author, at: at, in: tx)
        }
    }
}

extension DataClass {
    private var strictness: Int {
        switch self {
        case .open: 0
        case .internal: 1
        case .personal: 2
        }
    }

    func isMilder(than other: DataClass) -> Bool { strictness < other.strictness }
}

extension ServiceRecord {
    /// What anybody may write about a service; the words of each field that is wrong.
    static func check(name: Phrase, about: String, contact: String) -> [String: Phrase] {
        var errors: [String: Phrase] = [:]
        if !(1...200).contains(name.vi.count) || name.en.count > 200 {
            errors["name"] = .nameIsMissing
        } else if !Folding.isLegible(name.vi) || !name.en.isEmpty && !Folding.isLegible(name.en) {
            errors["name"] = .nameIsIllegible
        }
        if !(1...200).contains(contact.count) { errors["contact"] = .contactIsMissing }
        if about.count > 2000 { errors["about"] = .textIsLong }
        return errors
    }

    fileprivate func edited(_ edit: ServiceEdit) throws(Problem) -> ServiceRecord {
        let errors = ServiceRecord.check(name: edit.name, about: edit.about, contact: edit.contact)
        guard errors.isEmpty else { throw .invalid(errors) }
        var service = self
        service.name = Phrase(vi: Folding.compose(edit.name.vi), en: Folding.compose(edit.name.en))
        service.about = Folding.compose(edit.about)
        service.contact = Folding.compose(edit.contact)
        service.dataClass = edit.dataClass
        service.evidence = try edit.dataClass.evidence(edit.evidence)
        service.evidenceAcross = try edit.dataClass.evidenceAcross(edit.evidenceAcross)
        try edit.limits.check()
        service.limits = edit.limits
        return service
    }

    /// Each field that differs, as it was and as it is.
    fileprivate func changes(to after: ServiceRecord) -> [GrantReason.Change] {
        let fields =
            [
                ("name", name.vi, after.name.vi), ("name-en", name.en, after.name.en), ("about", about, after.about),
                ("contact", contact, after.contact), ("data-class", dataClass.rawValue, after.dataClass.rawValue),
                ("evidence", evidence.rawValue, after.evidence.rawValue),
                (
                    "evidence-across", evidenceAcross?.rawValue ?? "", after.evidenceAcross?.rawValue ?? ""
                ),
            ] + zip(limits.written, after.limits.written).map { ($0.name, $0.value, $1.value) }
        return fields.filter { $0.1 != $0.2 }.map { GrantReason.Change(name: $0.0, before: $0.1, after: $0.2) }
    }
}

extension GrantReason.Change {
    /// Whether it changes how calls go or what their evidence is.
    fileprivate var concernsConsumers: Bool {
        ["data-class", "evidence", "evidence-across"].contains(name)
            || ServiceLimit(rawValue: name)?.boundsCalls == true
    }
}
