import Database
package import Exchange
import Ledger
import StrictJSON
package import Vocabulary

/// What people do with incidents. Each verb is one transaction: the change, its line in the story, its fact for the
/// ledger.
extension Incidents {
    /// Keeps a report that is not finished. Only its author sees it.
    @discardableResult
    package func keep(
        _ report: InitialReport, as id: ID<Incident>? = nil, by person: Person
    ) async throws -> ID<Incident> {
        guard report.tooLong.isEmpty else { throw Problem.invalid(report.tooLong) }
        return try await write(report, as: id, by: person) { _, _ in }
    }

    /// Sends a report: a fresh one, or the draft `id`.
    @discardableResult
    package func report(
        _ report: InitialReport, as id: ID<Incident>? = nil, by person: Person
    ) async throws -> ID<Incident> {
        try await write(report, as: id, by: person) { incident, tx in
            try incident.submit(at: now())
            try tell("reported", of: incident, by: person, in: tx)
        }
    }

    private func write(
        _ report: InitialReport, as id: ID<Incident>?, by person: Person,
        _ verb: @escaping @Sendable (inout Incident, any Transaction) throws -> Void
    ) async throws -> ID<Incident> {
        guard let owner = person.organisation else { throw Problem.forbidden }
        let fresh = ID<Incident>(newID())
        let at = now()
        let written = try await database.write { tx in
            var incident =
                try id.map { try IncidentStore.find($0, for: person, in: tx) }
                ?? Incident(id: fresh, owner: owner, author: person.id, report: report, openedAt: at, changedAt: at)
            try incident.revise(report, at: at)
            if id == nil { try IncidentStore.save(incident, withContacts: true, in: tx) }
            try verb(&incident, tx)
            try IncidentStore.save(incident, withContacts: true, in: tx)
            if incident.state == .draft {
                try record("incidents.drafted", of: incident, by: person, at: at, in: tx)
            }
            return incident.id
        }
        announce()
        return written
    }

    package func move(_ id: ID<Incident>, to next: Incident.State, note: String = "", by person: Person) async throws {
        guard note.count <= InitialReport.Limits.summary else {
            throw Problem.invalid(["note": .tooLong(InitialReport.Limits.summary)])
        }
        try await change(id, by: person) { incident, tx in
            try incident.move(to: next, at: now())
            try tell(next.rawValue, of: incident, by: person, note: note, in: tx)
        }
    }

    /// Changes label and addressees for what will be shared next.
    package func address(_ id: ID<Incident>, _ tlp: TLP, to recipients: Recipients, by person: Person) async throws {
        try await change(id, by: person) { incident, tx in
            incident.address(tlp, to: recipients, at: now())
            try tell("addressed", of: incident, by: person, note: tlp.rawValue, in: tx)
        }
    }

    /// Publishes `version` to those whom label and addressees allow. Nothing of it leaves before the commit.
    /// `seen` is the audience that the person looked at: if somebody changed it meanwhile, nothing goes out.
    package func share(
        _ id: ID<Incident>, _ version: SharedVersion, seen: String? = nil, by person: Person
    ) async throws {
        let at = now()
        try await database.write { tx in
            var incident = try IncidentStore.find(id, for: person, in: tx)
            (incident.report.reporter, incident.report.contact) = try IncidentStore.contacts(of: id, in: tx)
            try incident.checkShareable()
            if let seen, seen != incident.audience { throw Problem.conflict(.audienceChanged) }
            if try IncidentStore.isRepeated(version, of: incident, at: at, in: tx) { return }
            try version.check(against: incident.report)
            let draft = FactDraft(
                id: incident.factID, version: at.rfc3339, mediaType: IncidentSTIX.mediaType, tlp: incident.report.tlp,
                recipients: incident.report.recipients, bytes: incident.stix(version, at: at).encoded())
            try neighbours.publish([draft], tx)
            try IncidentStore.add(version, of: incident, at: at, in: tx)
            try tell("shared", of: incident, by: person, note: incident.report.tlp.rawValue, in: tx)
        }
        neighbours.ring()
        announce()
    }

    /// The personal data of a report. That somebody read them stands in the ledger before they are shown.
    package func readContacts(of id: ID<Incident>, by person: Person) async throws -> (Incident, Contact, Contact) {
        let (incident, contacts) = try await database.write { tx in
            let incident = try IncidentStore.find(id, for: person, in: tx)
            let contacts = try IncidentStore.contacts(of: id, in: tx)
            try tell("contact-read", of: incident, by: person, in: tx)
            return (incident, contacts)
        }
        return (incident, contacts.reporter, contacts.contact)
    }

    private func change(
        _ id: ID<Incident>, by person: Person,
        _ verb: @escaping @Sendable (inout Incident, any Transaction) throws -> Void
    ) async throws {
        try await database.write { tx in
            var incident = try IncidentStore.find(id, for: person, in: tx)
            try verb(&incident, tx)
            try IncidentStore.save(incident, withContacts: false, in: tx)
        }
        announce()
    }

    /// A line of the story, and its fact. The ledger names ids only: no word of the report, no name.
    private func tell(
        _ kind: String, of incident: Incident, by person: Person, note: String = "", in tx: any Transaction
    ) throws {
        let at = now()
        let event = IncidentEvent(id: newID(), kind: kind, at: at, who: person.name, note: note)
        try IncidentStore.add(event, to: incident.id, in: tx)
        try record("incidents.\(ledgerWord(kind))", of: incident, by: person, at: at, in: tx)
    }

    private func ledgerWord(_ kind: String) -> String {
        Incident.State(rawValue: kind) == nil || kind == "reported" ? kind : "state-changed"
    }

    private func record(
        _ kind: String, of incident: Incident, by person: Person, at: Instant, in tx: any Transaction
    ) throws {
        try outbox.record(
            kind,
            [
                "incident": .string(incident.id.text), "by": .string(person.id.text),
                "organisation": .string(incident.owner.text),
                "state": .string(incident.state.rawValue), "tlp": .string(incident.report.tlp.rawValue),
                "recipients": .string(incident.report.recipients.description),
            ],
            subject: incident.id.text, at: at, in: tx)
    }
}
