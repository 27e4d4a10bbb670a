import Database
import Exchange
import Identity
import Vocabulary
import Web

extension Incidents {
    /// The last look before something leaves: exactly who will get it, exactly what.
    func sharePage(_ page: Page) async throws -> View {
        let person = try page.signedIn()
        let id = try page.incident()
        let (incident, last, unwritten) = try await database.read { tx in
            let seen = try find(id, .reportIncidents, by: person, in: tx)
            var incident = seen.it
            (incident.report.reporter, incident.report.contact) = try IncidentStore.contacts(of: id, in: tx)
            return (
                incident, try IncidentStore.lastShared(of: id, in: tx),
                try readings.unwritten([seen.resource], by: person, in: tx)
            )
        }
        try await readings.write(unwritten, by: person)
        let report = incident.report
        let receivers = report.tlp == .red ? [] : try await neighbours.whoReceives(report.tlp, report.recipients)
        return View(
            title: page[.shareTitle], back: "/incidents/\(id)",
            body: """
                \(whoPart(page, incident, receivers))
                \(if: canShare(incident) && !receivers.isEmpty,
                    whatPart(page, incident, last ?? SharedVersion(of: report), receivers.count))
                """)
    }

    private func canShare(_ incident: Incident) -> Bool {
        (try? incident.checkShareable()) != nil
    }

    private func whoPart(_ page: Page, _ incident: Incident, _ receivers: [Receiver]) -> HTML {
        let label = incident.report.tlp.rawValue
        return """
            \(if: incident.state == .draft, banner(page, .warning, .draftIsNotShared))\
            \(if: incident.report.tlp == .red, banner(page, .warning, .redIsNotShared, "<p>\(page[.redNext])</p>"))\
            <h2>\(page[.whoWillGetIt])</h2>
            <p>\(tlpTag(page, label)) \(page[tlpMeaning(label)])</p>
            \(if: receivers.isEmpty, emptyState(page, .nobodyWillGetIt, sign: .share), else: """
                <p><b>\(page[.willGetIt(receivers.count)])</b></p>
                <ul>\(each: receivers, { "<li>\(page[$0.name])</li>" })</ul>
                """)
            <p><a href="\(link: "/incidents/\(incident.id)/audience")">\(page[.changeAudience])</a></p>
            """
    }

    private func whatPart(_ page: Page, _ incident: Incident, _ version: SharedVersion, _ count: Int) -> HTML {
        let report = incident.report
        return """
            <h2>\(page[.whatTheyWillGet])</h2>
            \(summaryList(page, [
                (.kindField, HTML(report.kind.map { page[$0.words] } ?? "–")),
                (.stateColumn, stateTag(page, incident.state)),
                (.detectedField, report.detectedAt.map(time) ?? "–"),
            ]))
            \(if: report.isConfidential, banner(page, .info, .confidentialStays))
            \(form(page, action: "/incidents/\(incident.id)/share", """
                <input type="hidden" name="seen" value="\(incident.audience)">\
                \(textField(page, "title", .titleField, value: version.title, maxLength: InitialReport.Limits.title))\
                \(textArea(page, "text", .sharedText, hint: .sharedTextHint, value: version.text,
                    maxLength: InitialReport.Limits.summary))\
                \(if: !report.isConfidential, """
                    \(checkbox(page, "names-operator", .namesOperator(report.operatorName),
                        isOn: version.namesOperator))\
                    \(checkbox(page, "names-contact", .namesContact, isOn: version.namesContact))
                    """)\
                \(buttons(submit(page, .shareWith(count))))
                """))
            """
    }

    func audiencePage(_ page: Page) async throws -> View {
        let person = try page.signedIn()
        let id = try page.incident()
        let incident = try await database.read { try find(id, .reportIncidents, by: person, in: $0).it }
        let members = try await neighbours.members()
        return View(
            title: page[.sectionShare], back: "/incidents/\(id)/share",
            body: form(
                page, action: "/incidents/\(id)/audience",
                Addressing.fields(page, incident.report.tlp, incident.report.recipients, members)
                    + buttons(submit(page, .seeWhoGetsIt))))
    }

    func arrivedPage(_ page: Page) async throws -> View {
        let person = try page.signedIn()
        let (id, origin) = (try page.parameter("id"), ID<Organisation>(try page.parameter("origin")))
        let (seen, unwritten) = try await database.read { tx in
            let seen = try findArrived(id, from: origin, by: person, in: tx)
            return (seen, try readings.unwritten([seen.resource], by: person, in: tx))
        }
        try await readings.write(unwritten, by: person)
        let incident = seen.it
        let name = try await memberNames()[origin].map { page[$0] } ?? origin.text
        return View(
            title: incident.title, back: "/incidents",
            body: """
                \(if: seen.isMarked, watermark(page))\
                \(if: incident.isWithdrawn, banner(page, .warning, .withdrawnByOrigin))\
                <p>\(arrivedState(page, incident)) \(tlpTag(page, incident.tlp.rawValue))</p>
                <p>\(page[tlpMeaning(incident.tlp.rawValue)])</p>
                \(summaryList(page, arrivedRows(page, incident, name)))
                """)
    }

    private func contactLink(_ page: Page, _ incident: ArrivedIncident) -> HTML {
        let place: Link = "/incidents/arrived/\(incident.origin)/\(incident.id)/contact"
        return "<a href=\"\(link: place)\">\(page[.showContacts])</a>"
    }

    private func arrivedRows(_ page: Page, _ incident: ArrivedIncident, _ name: String) -> [(Phrase, HTML)] {
        let rows: [(Phrase, HTML?)] = [
            (.originColumn, HTML(name)),
            (.signatureRow, statusTag(page[.signatureHolds], kind: .done)),
            (.kindField, incident.kind.map { HTML(page[$0.words]) }),
            (.summaryField, incident.text.isEmpty ? nil : HTML(incident.text)),
            (.detectedField, incident.detectedAt.map(time)),
            (.operatorField, incident.operatorName.isEmpty ? nil : HTML(incident.operatorName)),
            (.sectionContact, incident.contact.isEmpty ? nil : contactLink(page, incident)),
            (.arrivedColumn, time(incident.arrivedAt)),
            (.versionRow, "<code>\(incident.version)</code>"),
            (.digestRow, "<code>\(Hex.encode(incident.sha256))</code>"),
        ]
        return rows.compactMap { label, value in value.map { (label, $0) } }
    }
}
