import Database
import Exchange
import Identity
import Vocabulary
import Web

extension Incidents {
    func newPage(_ page: Page) async throws -> View {
        let person = try page.signedIn()
        var report = InitialReport()
        if page.filled.list.isEmpty, let organisation = person.organisation {
            let profile = try await neighbours.profile(organisation)
            report.operatorName = profile?.name ?? ""
            report.detectedAt = now()
            report.reporter = Contact(
                name: person.name, address: profile?.address ?? "", phone: profile?.phone ?? "",
                email: profile?.email ?? "")
            report.contact = Contact(name: person.name, phone: profile?.phone ?? "", email: profile?.email ?? "")
        }
        return try await reportPage(page, .reportIncident, report, action: "/incidents/new", back: "/incidents")
    }

    func editPage(_ page: Page) async throws -> View {
        let person = try page.signedIn()
        let id = try page.incident()
        let report = try await database.read { tx in
            let incident = try find(id, .reportIncidents, by: person, in: tx).it
            guard incident.state == .draft else { throw Problem.conflict(.alreadyReported) }
            var report = incident.report
            (report.reporter, report.contact) = try IncidentStore.contacts(of: id, in: tx)
            return report
        }
        return try await reportPage(
            page, .continueDraft, report, action: "/incidents/\(id)/edit", back: "/incidents/\(id)")
    }

    private func reportPage(
        _ page: Page, _ title: Phrase, _ report: InitialReport, action: Link, back: Link
    ) async throws -> View {
        let members = try await neighbours.members()
        return View(
            title: page[title], back: back,
            body: """
                <p class="lead">\(page[.reportLead])</p>
                \(form(page, action: action, """
                    \(reportFields(page, report, members))\
                    \(buttons(submit(page, .sendReport), submit(page, .saveDraft, kind: .quiet, name: "draft")))
                    """))
                """)
    }

    func detailPage(_ page: Page) async throws -> View {
        let person = try page.signedIn()
        let id = try page.incident()
        let (seen, events, shared, people, unwritten) = try await database.read { tx in
            let seen = try find(id, by: person, in: tx)
            return (
                seen, try IncidentStore.events(of: id, in: tx), try IncidentStore.lastShared(of: id, in: tx),
                try IncidentPersonStore.people(of: id, at: nil, in: tx),
                try readings.unwritten([seen.resource], by: person, in: tx)
            )
        }
        try await readings.write(unwritten, by: person)
        let incident = seen.it
        let members = try await neighbours.members()
        let mentioned = people.map(\.person) + events.compactMap(\.person) + events.compactMap(\.whom)
        let names = try await neighbours.names(Set(mentioned))
        let deliveries = shared == nil ? [] : try await neighbours.whoHas(incident.factID)
        return View(
            title: incident.report.title.isEmpty ? page[.untitled] : incident.report.title, back: "/incidents",
            body: """
                \(if: seen.isMarked, watermark(page))\(doneBanner(page, incident))
                <p>\(stateTag(page, incident.state)) \(tlpTag(page, incident.report.tlp.rawValue))</p>
                \(nextSteps(page, incident))
                <h2>\(page[.whatIsKnown])</h2>
                \(summaryList(page, rows(page, incident, members) + peopleRows(page, incident, people, names)))
                \(if: incident.state != .draft, liveRegion(
                    id: "sharing", source: "/incidents/live",
                    sharedPart(page, incident, isShared: shared != nil, deliveries)))
                \(if: !events.isEmpty,
                    "<h2>\(page[.story])</h2>\(timeline(page, events.map { entry(page, $0, names) }))")
                """)
    }

    private func doneBanner(_ page: Page, _ incident: Incident) -> HTML {
        switch page.request.query["done"] {
        case "draft": banner(page, .success, .draftKept)
        case "reported":
            banner(
                page, .success, .reportSent,
                "<p>\(page[incident.report.tlp == .red ? .redStaysHere : .reportSentNext])</p>")
        case "state": banner(page, .success, .stateChanged)
        case "shared": banner(page, .success, .wasShared)
        default: ""
        }
    }

    private func nextSteps(_ page: Page, _ incident: Incident) -> HTML {
        let id = incident.id
        if incident.state == .draft { return buttons(buttonLink(page, .continueDraft, "/incidents/\(id)/edit")) }
        return buttons(
            page.may(.shareIncidents)
                ? buttonLink(
                    page, .share, "/incidents/\(id)/share", kind: incident.report.tlp == .red ? .quiet : .main) : "",
            page.may(.reportIncidents) ? buttonLink(page, .changeState, "/incidents/\(id)/state", kind: .quiet) : "")
    }

    private func rows(_ page: Page, _ incident: Incident, _ members: [Receiver]) -> [(Phrase, HTML)] {
        let report = incident.report
        return [
            (.kindField, HTML(report.kind.map { page[$0.words] } ?? "–")),
            (.summaryField, HTML(report.summary)),
            (.operatorField, HTML(report.operatorName)),
            (.detectedField, report.detectedAt.map(time) ?? "–"),
            (.presentField, HTML(report.present.map { page[$0.words] } ?? "–")),
            (
                .detectionsField,
                HTML(
                    list(page, Detection.allCases.filter(report.detections.contains).map(\.words), report.detectionNote)
                )
            ),
            (.notifiedField, HTML(list(page, Notified.allCases.filter(report.notified.contains).map(\.words)))),
            (.confidentialField, HTML(page[report.isConfidential ? .yes : .no])),
            (.recipientsField, HTML(Addressing.words(page, report.recipients, members))),
            (.openedColumn, time(incident.openedAt)),
            (.contactsRow, "<a href=\"\(link: "/incidents/\(incident.id)/contact")\">\(page[.showContacts])</a>"),
        ]
    }

    private func list(_ page: Page, _ words: [Phrase], _ note: String = "") -> String {
        (words.map { page[$0] } + [note]).filter { !$0.isEmpty }.joined(separator: ", ")
    }

    private func sharedPart(_ page: Page, _ incident: Incident, isShared: Bool, _ deliveries: [Delivery]) -> HTML {
        guard isShared else { return "<h2>\(page[.sharing])</h2>\(emptyState(page, .notShared, sign: .share))" }
        return "<h2>\(page[.sharing])</h2>\(whoHasIt(page, deliveries.map { holder(page, $0) }))"
    }

    private func holder(_ page: Page, _ delivery: Delivery) -> Holder {
        let isTaken = delivery.takenAt != nil
        return Holder(
            name: page[delivery.to.name], state: page[isTaken ? .taken : .onItsWay], kind: isTaken ? .done : .waiting,
            at: delivery.takenAt, checkpoint: delivery.checkpoint)
    }

    private func entry(_ page: Page, _ event: IncidentEvent, _ names: [ID<Person>: String]) -> TimelineEntry {
        let words = Incident.State(rawValue: event.kind)?.words ?? Phrase.event(event.kind)
        let who = event.person.flatMap { names[$0] } ?? event.who
        let note = event.whom.map { names[$0] ?? page[.somebodyGone] } ?? event.note
        return TimelineEntry(
            at: event.at, what: HTML(page[words]), who: who.isEmpty ? page[.somebodyGone] : who,
            note: note.isEmpty ? nil : note)
    }

    func contactRows(_ contact: Contact, hasAddress: Bool) -> [(Phrase, HTML)] {
        [
            (.nameField, HTML(contact.name)),
            hasAddress ? (.addressField, HTML(contact.address)) : (.positionField, HTML(contact.position)),
            (.phoneField, HTML(contact.phone)), (.emailField, HTML(contact.email)),
        ]
    }

    func statePage(_ page: Page) async throws -> View {
        let person = try page.signedIn()
        let id = try page.incident()
        let incident = try await database.read { try find(id, .reportIncidents, by: person, in: $0).it }
        guard !incident.nextStates.isEmpty else { throw Problem.conflict(.noSuchStep) }
        return View(
            title: page[.changeState], back: "/incidents/\(id)",
            body: """
                <p>\(page[.stateNow]) \(stateTag(page, incident.state))</p>
                \(form(page, action: "/incidents/\(id)/state", """
                    \(radioTiles(page, "state", .newState,
                        incident.nextStates.map { Choice($0.rawValue, page[$0.words]) }))\
                    \(textArea(page, "note", .noteField, required: false, rows: 4,
                        maxLength: InitialReport.Limits.summary))\
                    \(buttons(submit(page, .save)))
                    """))
                """)
    }
}
