import Database
import Exchange
import Vocabulary
import Web

private let pageSize = 50

extension Threats {
    /// `/threats`: search, filters, fifty lines at a time.
    func listPage(_ page: Page) async throws -> View {
        let filter = try ThreatFilter(page.request)
        let person = page.person
        let (lines, types, imports) = try await database.read { tx in
            let store = ThreatStore(tx: tx)
            let rights = try rows(for: person)
            return (
                try store.list(filter, rights, limit: pageSize + 1), try store.types(rights),
                page.may(.importThreats) ? try ImportStore(tx: tx).latest(importRows(for: person)) : []
            )
        }
        let members = try await neighbours.members()
        let names = Dictionary(members.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
        let shown = Array(lines.prefix(pageSize))
        var next: Link?
        if lines.count > pageSize, let last = shown.last { next = filter.link(before: last.key) }
        let newest = filter.before.isEmpty ? nil : filter.link(before: "")
        let nothing: Phrase = filter == ThreatFilter() ? .noThreatsYet : .noThreats
        let found = shown.isEmpty ? emptyState(page, nothing) : threatTable(page, shown, names)
        return View(
            title: page[.threats],
            body: """
                \(doorsToMore(page))
                \(each: imports.filter { !$0.isOver }, { underWay(page, $0) })
                \(filterForm(page, filter, types, members))
                \(found)
                \(pagination(page, showing: shown.count, previous: newest, next: next))
                """)
    }

    private func threatTable(_ page: Page, _ lines: [ThreatLine], _ names: [ID<Organisation>: Phrase]) -> HTML {
        table(
            page, .threatsCaption, headers: [.name, .kind, .label, .origin, .state, .storedAt],
            rows: lines.map { line in
                [
                    "<a href=\"\(link: link(line))\">\(line.name.isEmpty ? line.id : line.name)</a>",
                    HTML(page[typeName(line.type)]), tlpTag(page, line.label.rawValue),
                    HTML(names[line.origin]?[page.language] ?? line.origin.text), stateTags(page, line),
                    time(line.storedAt),
                ]
            }, isCaptionHidden: true)
    }

    private func doorsToMore(_ page: Page) -> HTML {
        buttons(
            page.may(.addThreats) ? buttonLink(page, .addIndicator, "/threats/new") : "",
            page.may(.addThreats) ? buttonLink(page, .pasteIndicators, "/threats/paste", kind: .quiet) : "",
            page.may(.importThreats) ? buttonLink(page, .importThreats, "/threats/import", kind: .quiet) : "")
    }

    /// An import that goes on while people look around.
    private func underWay(_ page: Page, _ found: ThreatImport) -> HTML {
        """
        \(progressBar(page, .importUnderWay, done: found.done, of: found.total ?? 0))\
        <p><a href="\(link: "/threats/import/\(found.id)")">\(found.name)</a></p>
        """
    }

    private func filterForm(_ page: Page, _ filter: ThreatFilter, _ types: [String], _ members: [ThreatReader]) -> HTML
    {
        var page = page
        page.filled = page.request.query
        let all = Choice("", page[.all])
        let kinds = [all] + types.map { Choice($0, page[typeName($0)]) }
        let labels = TLP.allCases.map { Choice($0.rawValue, $0.rawValue) }
        let origins =
            [Choice(organisation.text, organisation.text)] + members.map { Choice($0.id.text, $0.name[page.language]) }
        return searchForm(
            page, action: "/threats",
            """
            \(textField(page, "q", .searchWords, type: .search, required: false))
            \(selectField(page, "type", .kind, options: kinds, required: false))
            \(selectField(page, "label", .label, options: [all] + labels, required: false))
            \(selectField(page, "origin", .origin, options: [all] + origins, required: false))
            \(submit(page, .search))
            """)
    }
}

func stateTags(_ page: Page, _ line: ThreatLine) -> HTML {
    let isExpired = line.validUntil.map { $0 < page.now } ?? false
    let isShared = line.sharedAt != nil
    return """
        \(if: line.isRevoked, statusTag(page[.revoked], kind: .waiting))\
        \(if: isExpired, statusTag(page[.expired], kind: .neutral))\
        \(statusTag(page[isShared ? .shared : .notShared], kind: isShared ? .done : .neutral))
        """
}

extension ThreatFilter {
    init(_ request: Request) throws(Problem) {
        let query = request.query
        words = query["q"] ?? ""
        type = query["type"] ?? ""
        label = try request.choice("label", TLP.self)
        origin = query["origin"] ?? ""
        before = query["before"] ?? ""
    }

    func link(before key: String) -> Link {
        var fields: Fields = [:]
        for (name, value) in [
            ("q", words), ("type", type), ("label", label?.rawValue ?? ""), ("origin", origin), ("before", key),
        ]
        where !value.isEmpty {
            fields.add(name, value)
        }
        return ("/threats" as Link).with(fields)
    }
}
