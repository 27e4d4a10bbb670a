import Ledger
import Vocabulary
import Web

/// Who could read a record on a day, and who did, with the proof of each reading.
extension Identity {
    func readersPage(_ page: Page) async throws -> View {
        let query = page.request.query
        let name = query["resource"] ?? ""
        let day = try page.day("on") ?? Day(now())
        let ask = readersForm(page, day)
        guard !name.isEmpty, page.errors.isEmpty else {
            return View(title: page[.readersLink], back: "/identity/explain", body: ask)
        }
        let place = try page.request.place("before") { FactPlace($0) }
        let found: Readers
        do {
            found = try await readers(of: name, on: day, before: place, by: page.person)
        } catch Problem.notFound {
            return View(
                title: page[.readersLink], back: "/identity/explain",
                body: ask + banner(page, .error, .explainNotFound))
        }
        let first: Link = "/identity/explain/readers?resource=\(name)&on=\(day.description)"
        return View(
            title: page[.readersOn(day)], back: "/identity/explain",
            body: """
                \(ask)
                <h2>\(page[.couldRead(found.could.count)])</h2>
                \(couldTable(page, found.could))
                <h2>\(page[.didRead(found.count)])</h2>
                <p>\(page[.didReadLead])</p>
                \(didTable(page, found.did))
                \(pagination(
                    page, showing: found.did.count, previous: place == nil ? nil : first,
                    next: found.next.map { first.with(["before": $0.text]) }))
                """)
    }

    private func readersForm(_ page: Page, _ day: Day) -> HTML {
        let record = textField(
            page, "resource", .resourceField, hint: .recordHint, value: page.request.query["resource"], maxLength: 200)
        return """
            <form method="get" action="/identity/explain/readers">
            \(record)\(textField(page, "on", .asOfDay, type: .date, value: day.description))\
            \(buttons(submit(page, .readersLink)))
            </form>

            """
    }

    private func couldTable(_ page: Page, _ readers: [Readers.Reader]) -> HTML {
        guard !readers.isEmpty else { return emptyState(page, .nobodyCould, sign: .person) }
        let rows = readers.map { reader -> [HTML] in
            [HTML(reader.account.name), HTML(reader.account.login), HTML(page[reader.words])]
        }
        return table(page, .couldReadCaption, headers: [.fullName, .login, .why], rows: rows, isCaptionHidden: true)
    }

    private func didTable(_ page: Page, _ deeds: [Readers.Deed]) -> HTML {
        guard !deeds.isEmpty else { return emptyState(page, .nobodyDid) }
        let rows = deeds.map { deed -> [HTML] in
            let proof: Link = "/ledger/receipt/\(deed.fact.id.text)"
            let words = Phrase.reading(deed.fact.kind).map { "\(page[$0]) " } ?? ""
            return [
                time(deed.fact.at), "\(words)<code>\(deed.fact.kind)</code>", HTML(deed.name ?? deed.by ?? "…"),
                deed.fact.leafIndex == nil
                    ? HTML(page[.proofWaits]) : "<a href=\"\(link: proof)\">\(page[.proof])</a>",
            ]
        }
        return table(
            page, .didReadCaption, headers: [.factAt, .factKind, .factBy, .proof], rows: rows, isCaptionHidden: true)
    }
}
