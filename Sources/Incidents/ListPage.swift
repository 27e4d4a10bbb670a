import Database
import Exchange
import Vocabulary
import Web

extension Incidents {
    static let pageLength = 50

    /// Ours and what others shared with us, the newest first; `q` searches both without accents.
    func listPage(_ page: Page) async throws -> View {
        let person = try page.signedIn()
        let words = page.request.query["q"]
        let (before, arrivedBefore) = (
            try page.request.place("before") { Cursor($0) }, try page.request.place("arrived-before") { Cursor($0) }
        )
        let limit = Incidents.pageLength + 1
        let (ours, theirs) = try await database.read { tx in
            (
                try list(for: person, matching: words, before: before, limit: limit, in: tx),
                try listArrived(for: person, matching: words, before: arrivedBefore, limit: limit, in: tx)
            )
        }
        let names = try await memberNames()
        return View(
            title: page[.incidents],
            body: """
                \(keptBanner(page))
                \(if: page.may(.reportIncidents), buttons(buttonLink(page, .reportIncident, "/incidents/new")))
                \(searchForm(page, action: "/incidents", """
                    \(textField(page, "q", .searchField, hint: .searchHint, type: .search, required: false,
                        value: words))\
                    \(submit(page, .search, kind: .quiet))
                    """))
                \(liveRegion(id: "incidents", source: "/incidents/live", """
                    <h2>\(page[.ours])</h2>
                    \(oursTable(page, ours, isSearch: words != nil))
                    <h2>\(page[.theirs])</h2>
                    \(theirsTable(page, theirs, names, isSearch: words != nil))
                    """))
                """)
    }

    /// After a report of which its author may read nothing yet.
    private func keptBanner(_ page: Page) -> HTML {
        switch page.request.query["done"] {
        case "draft": banner(page, .success, .draftKept, "<p>\(page[.redReadLater])</p>")
        case "reported":
            banner(page, .success, .reportSent, "<p>\(page[.redStaysHere])</p><p>\(page[.redReadLater])</p>")
        default: ""
        }
    }

    private func oursTable(_ page: Page, _ incidents: [Incident], isSearch: Bool) -> HTML {
        guard !incidents.isEmpty else {
            return emptyState(page, isSearch ? .nothingFound : .noIncidents, sign: isSearch ? .search : .tray)
        }
        let shown = incidents.prefix(Incidents.pageLength)
        let last = incidents.count > shown.count ? shown.last : nil
        let next = last.map { page.link("before", Cursor(at: $0.openedAt, id: $0.id.text)) }
        return table(
            page, .ours, headers: [.titleColumn, .kindField, .stateColumn, .labelColumn, .openedColumn],
            rows: shown.map { incident in
                [
                    "<a href=\"\(link: "/incidents/\(incident.id)")\">\(name(page, incident))</a>",
                    HTML(incident.report.kind.map { page[$0.words] } ?? "–"), stateTag(page, incident.state),
                    tlpTag(page, incident.report.tlp.rawValue), time(incident.openedAt),
                ]
            }, isCaptionHidden: true) + pagination(page, showing: shown.count, next: next)
    }

    private func theirsTable(
        _ page: Page, _ incidents: [ArrivedIncident], _ names: [ID<Organisation>: Phrase], isSearch: Bool
    ) -> HTML {
        guard !incidents.isEmpty else {
            return emptyState(page, isSearch ? .nothingFound : .nothingArrived, sign: isSearch ? .search : .share)
        }
        let shown = incidents.prefix(Incidents.pageLength)
        let last = incidents.count > shown.count ? shown.last : nil
        let next = last.map { page.link("arrived-before", Cursor(at: $0.arrivedAt, id: $0.id)) }
        return table(
            page, .theirs, headers: [.titleColumn, .originColumn, .stateColumn, .labelColumn, .arrivedColumn],
            rows: shown.map { incident in
                [
                    "<a href=\"\(link: "/incidents/arrived/\(incident.origin)/\(incident.id)")\">\(incident.title)</a>",
                    HTML(names[incident.origin].map { page[$0] } ?? incident.origin.text), arrivedState(page, incident),
                    tlpTag(page, incident.tlp.rawValue), time(incident.arrivedAt),
                ]
            }, isCaptionHidden: true) + pagination(page, showing: shown.count, next: next)
    }

    private func name(_ page: Page, _ incident: Incident) -> String {
        incident.report.title.isEmpty ? page[.untitled] : incident.report.title
    }

    func memberNames() async throws -> [ID<Organisation>: Phrase] {
        Dictionary(try await neighbours.members().map { ($0.id, $0.name) }) { first, _ in first }
    }
}

func arrivedState(_ page: Page, _ incident: ArrivedIncident) -> HTML {
    if incident.isWithdrawn { return statusTag(page[.withdrawn], kind: .bad) }
    return incident.state.map { stateTag(page, $0) } ?? "–"
}

func stateTag(_ page: Page, _ state: Incident.State) -> HTML {
    statusTag(page[state.words], kind: state.kind)
}

extension Incident.State {
    var kind: StatusKind {
        switch self {
        case .draft: .neutral
        case .reported: .waiting
        case .handling: .working
        case .resolved, .closed: .done
        }
    }
}

extension Page {
    /// This page, the same search, further back.
    func link(_ name: String, _ cursor: Cursor) -> Link {
        var query = request.query
        query.remove(name)
        query.remove("lang")
        query.add(name, cursor.text)
        return (Link(ownPath: path) ?? "/incidents").with(query)
    }
}
