import Database
import Exchange
import Identity
import Ledger
import StrictJSON
package import Vocabulary
import Web

extension Threats {
    /// `/threats/{id}/share`.
    func sharePage(_ page: Page) async throws -> View {
        let line = try await shareable(try page.parameter("id"), for: page.person)
        let choices = labelChoices(page, withRed: false).filter { (TLP(rawValue: $0.value) ?? .red) >= line.label }
        return View(
            title: page[.shareTitle], back: "/threats/\(line.id)",
            body: """
                \(summaryList(page, [(.name, HTML(line.name)), (.label, tlpTag(page, line.label.rawValue))]))
                \(form(page, action: "/threats/\(line.id)/share", """
                    \(radioTiles(page, "label", .label, choices, chosen: line.label.rawValue))
                    \(recipientFields(page, try await neighbours.members(), chosen: "cluster"))
                    \(buttons(submit(page, .share)))
                    """))
                """)
    }

    func runShare(_ page: Page, _ fields: Fields) async throws -> Response {
        guard let person = page.person else { throw Problem.unauthenticated }
        let id = try page.parameter("id")
        let recipients = try readRecipients(fields, try await neighbours.members())
        if recipients.isNobody { throw Problem.invalid(["to": .chooseRecipients]) }
        let label = try readLabel(fields)
        try await checkReach(label, recipients)
        try await share(id, Sharing(label: label, recipients: recipients), as: person)
        return .redirect("/threats/\(id)")
    }

    /// Signs and sends the latest version of one of our objects.
    package func share(_ id: String, _ sharing: Sharing, as person: Person) async throws {
        let (at, neighbours, organisation, outbox) = (now(), neighbours, organisation, outbox)
        try await database.write { tx in
            let store = ThreatStore(tx: tx)
            guard let line = try versions(of: id, first: organisation, for: person, in: store).first else {
                throw Problem.notFound
            }
            guard line.origin == organisation else { throw Problem.conflict(.notOurs) }
            guard line.sharedAt == nil else { throw Problem.conflict(.sharedBefore) }
            let object = try store.read(try store.bytes(of: line.key), of: organisation, home: organisation)
            if sharing.label < max(line.label, object.label) { throw Problem.conflict(.weaker) }
            guard let draft = object.draft(sharing) else { throw Problem.conflict(.redStays) }
            _ = try access.check(
                person, .shareThreats, on: line.resource(home: organisation), seenBy: .viewThreats)
            do {
                try publish([draft], store, tx, neighbours, journal(by: person.id, at: at))
            } catch FactError.alreadyPublished {
                throw Problem.conflict(.ambiguous)
            }
            try outbox.record(
                "threats.shared",
                [
                    "id": .string(id), "label": .string(draft.tlp.rawValue),
                    "recipients": .string(sharing.recipients.description),
                ],
                subject: person.id.text, at: at, in: tx)
        }
        neighbours.ring()
    }

    private func shareable(_ id: String, for person: Person?) async throws -> ThreatLine {
        let line = try await database.read { tx in
            try versions(of: id, first: organisation, for: person, in: ThreatStore(tx: tx)).first
        }
        guard let line else { throw Problem.notFound }
        if line.origin != organisation { throw Problem.conflict(.notOurs) }
        if line.sharedAt != nil { throw Problem.conflict(.sharedBefore) }
        if line.label == .red { throw Problem.conflict(.redStays) }
        return line
    }
}
