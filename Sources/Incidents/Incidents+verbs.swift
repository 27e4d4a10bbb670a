import Database
package import Exchange
import Identity
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
        let (written, standing) = try await database.write { tx in
            var incident =
                try id.map { try find($0, .reportIncidents, by: person, in: tx).it }
                ?? Incident(id: fresh, owner: owner, author: person.id, report: report, openedAt: at, changedAt: at)
            try incident.revise(report, at: at)
            if id == nil { try IncidentStore.save(incident, withContacts: true, in: tx) }
            try verb(&incident, tx)
            try IncidentStore.save(incident, withContacts: true, in: tx)
            try beginHandling(incident, by: person, in: tx)
            if incident.state == .draft {
                try record("incidents.drafted", of: incident, by: person, at: at, in: tx)
            }
            return (incident.id, try resource(of: incident, in: tx))
        }
        announce([standing])
        return written
    }

    package func move(_ id: ID<Incident>, to next: Incident.State, note: String = "", by person: Person) async throws {
        guard note.count <= InitialReport.Limits.summary else {
            throw Problem.invalid(["note": .tooLong(InitialReport.Limits.summary)])
        }
        try await change(id, by: person) { incident, tx in
            try incident.move(to: next, at: now())
            try tell(next.rawValue, of: incident, by: person, note: note, in: tx)
            try beginHandling(incident, by: person, in: tx)
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
    /// `seen` is the audience that the person looked at: if somebody changed it meanwhile, nothing goes out. What would
    /// reach nobody is refused: it would be called shared and be nowhere.
    package func share(
        _ id: ID<Incident>, _ version: SharedVersion, seen: String? = nil, by person: Person
    ) async throws {
        let at = now()
        let found = try await database.read { try find(id, .reportIncidents, by: person, in: $0) }
        let addressed = found.it
        try addressed.checkShareable()
        guard try await !neighbours.whoReceives(addressed.report.tlp, addressed.report.recipients).isEmpty else {
            throw Problem.conflict(.nobodyWillGetIt)
        }
        let seen = seen ?? addressed.audience
        try await database.write { tx in
            var incident = try find(id, .reportIncidents, by: person, in: tx).it
            (incident.report.reporter, incident.report.contact) = try IncidentStore.contacts(of: id, in: tx)
            try incident.checkShareable()
            _ = try find(id, .shareIncidents, by: person, in: tx)
            if seen != incident.audience { throw Problem.conflict(.audienceChanged) }
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
        announce([found.resource])
    }

    /// The personal data of a report. That somebody read them stands in the ledger before they are shown; whoever has
    /// them masked by policy says for what purpose, or gets them masked, and nothing is recorded.
    package func readContacts(
        of id: ID<Incident>, for purpose: String? = nil, by person: Person
    ) async throws -> ReadContacts {
        try await database.write { tx in
            let seen = try find(id, by: person, in: tx)
            var (reporter, contact) = try IncidentStore.contacts(of: id, in: tx)
            let isMasked = seen.isMasked && purpose == nil
            if isMasked {
                (reporter, contact) = (reporter.masked, contact.masked)
            } else {
                try tell("contact-read", of: seen.it, by: person, purpose: purpose, in: tx)
            }
            return ReadContacts(seen: seen, reporter: reporter, contact: contact, isMasked: isMasked)
        }
    }

    /// The contact that another member released with its report. Not found when it released none.
    func readArrivedContact(
        of id: String, from origin: ID<Organisation>, for purpose: String? = nil, by person: Person
    ) async throws -> (Seen<ArrivedIncident>, isMasked: Bool) {
        let at = now()
        return try await database.write { tx in
            let seen = try findArrived(id, from: origin, by: person, in: tx)
            guard !seen.it.contact.isEmpty else { throw Problem.notFound }
            if seen.isMasked, purpose == nil { return (seen, true) }
            try outbox.record(
                "incidents.contact-read",
                [
                    "incident": .string(id), "origin": .string(origin.text), "by": .string(person.id.text),
                    "purpose": .string(orNull: purpose),
                ],
                subject: "arrived/\(origin)/\(id)", at: at, in: tx)
            return (seen, false)
        }
    }

    /// Who was only named on a report knows of it; they hand it to nobody, and least of all to themselves: a handler
    /// reads its contacts unmasked.
    private func checkMayName(_ seen: Seen<Incident>, by person: Person, in tx: any Transaction) throws {
        if seen.it.author == person.id || seen.resource.handlers.contains(person.id) { return }
        _ = try find(seen.it.id, .shareIncidents, by: person, in: tx)
    }

    /// Gives a report to somebody to handle, or names somebody who may know of it: its author, its handlers and who may
    /// share it do so, and nobody does it for themselves.
    package func name(
        _ login: String, as relation: IncidentPerson.Relation, of id: ID<Incident>, by person: Person
    ) async throws {
        guard let found = try await neighbours.person(login) else { throw Problem.invalid(["login": .noSuchPerson]) }
        let at = now()
        let standing = try await database.write { tx in
            let seen = try find(id, .reportIncidents, by: person, in: tx)
            let incident = seen.it
            guard incident.state != .draft else { throw Problem.conflict(.draftIsNotShared) }
            guard found != person.id else { throw Problem.forbidden }
            try checkMayName(seen, by: person, in: tx)
            guard try IncidentPersonStore.add(found, relation, to: id, by: person.id, at: at, in: tx) else {
                throw Problem.conflict(.namedAlready)
            }
            try tell("\(relation.rawValue)-added", of: incident, by: person, whom: found, in: tx)
            return try resource(of: incident, in: tx)
        }
        announce([standing])
    }

    /// Takes a report from somebody; everybody may take it from themselves.
    package func unname(
        _ someone: ID<Person>, as relation: IncidentPerson.Relation, of id: ID<Incident>, by person: Person
    ) async throws {
        let at = now()
        let standing = try await database.write { tx in
            let seen = try find(id, .reportIncidents, by: person, in: tx)
            let incident = seen.it
            if someone != person.id { try checkMayName(seen, by: person, in: tx) }
            guard try IncidentPersonStore.end(someone, relation, of: id, at: at, in: tx) else {
                throw Problem.notFound
            }
            try tell("\(relation.rawValue)-ended", of: incident, by: person, whom: someone, in: tx)
            return seen.resource
        }
        announce([standing])
    }

    /// Whoever takes a report in hand handles it from then on.
    private func beginHandling(_ incident: Incident, by person: Person, in tx: any Transaction) throws {
        guard incident.state == .handling else { return }
        _ = try IncidentPersonStore.add(
            person.id, .handler, to: incident.id, by: person.id, at: incident.changedAt, in: tx)
    }

    private func change(
        _ id: ID<Incident>, by person: Person,
        _ verb: @escaping @Sendable (inout Incident, any Transaction) throws -> Void
    ) async throws {
        let standings = try await database.write { tx in
            let seen = try find(id, .reportIncidents, by: person, in: tx)
            var incident = seen.it
            try verb(&incident, tx)
            try IncidentStore.save(incident, withContacts: false, in: tx)
            return [seen.resource, try resource(of: incident, in: tx)]
        }
        announce(standings)
    }

    /// A line of the story, and its fact. The ledger names ids only: no word of the report, no name.
    private func tell(
        _ kind: String, of incident: Incident, by person: Person, note: String = "", purpose: String? = nil,
        whom: ID<Person>? = nil, in tx: any Transaction
    ) throws {
        let at = now()
        let event = IncidentEvent(
            id: newID(), kind: kind, at: at, person: person.id, whom: whom, note: purpose ?? note)
        try IncidentStore.add(event, to: incident.id, in: tx)
        try record(
            "incidents.\(ledgerWord(kind))", of: incident, by: person, at: at, purpose: purpose, whom: whom, in: tx)
    }

    private func ledgerWord(_ kind: String) -> String {
        Incident.State(rawValue: kind) == nil || kind == "reported" ? kind : "state-changed"
    }

    private func record(
        _ kind: String, of incident: Incident, by person: Person, at: Instant, purpose: String? = nil,
        whom: ID<Person>? = nil, in tx: any Transaction
    ) throws {
        var content: JSON = [
            "incident": .string(incident.id.text), "by": .string(person.id.text),
            "organisation": .string(incident.owner.text),
            "state": .string(incident.state.rawValue), "tlp": .string(incident.report.tlp.rawValue),
            "recipients": .string(incident.report.recipients.description),
        ]
        if let purpose { content["purpose"] = .string(purpose) }
        if let whom { content["person"] = .string(whom.text) }
        try outbox.record(kind, content, subject: incident.id.text, at: at, in: tx)
    }
}

/// Reporter and contact person of a report, as somebody may see them.
package struct ReadContacts: Sendable {
    let seen: Seen<Incident>
    package let reporter: Contact
    package let contact: Contact
    package let isMasked: Bool
}

extension Contact {
    var masked: Contact {
        Contact(
            name: Mask.name(name), position: position, address: Mask.text(address), phone: Mask.phone(phone),
            email: Mask.email(email))
    }
}
