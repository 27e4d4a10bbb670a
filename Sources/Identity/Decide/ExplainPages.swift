import Database
import Ledger
import StrictJSON
import Vocabulary
import Web

/// Why anybody may do anything, today or on a past day, for leaders and auditors: `/identity/explain`.
extension Identity {
    func explainDoors(_ site: Site) {
        site.menu(.explain, "/identity/explain", allow: .explainRights)
        site.page("/identity/explain", allow: .explainRights, explainPage)
        site.page("/identity/explain/readers", allow: .explainRights, readersPage)
    }

    private func explainPage(_ page: Page) async throws -> View {
        let query = page.request.query
        let (login, action) = (query["person"] ?? "", query["action"] ?? "")
        var result: HTML = "<p>\(page[.explainLead])</p>"
        if !login.isEmpty, !action.isEmpty {
            let day = query["on"].flatMap { Day($0) }
            do {
                let explained = try await explain(
                    login, Permission(action), on: query["resource"] ?? "", at: moment(of: day), by: page.person)
                result = explanation(page, explained, day: day ?? Day(now()))
            } catch Problem.notFound {
                result = banner(page, .error, .explainNotFound)
            }
        }
        return View(title: page[.explain], body: "\(questionForm(page))\(result)")
    }

    private func questionForm(_ page: Page) -> HTML {
        let query = page.request.query
        let actions = Permissions.all.map(\.action.name).filter { $0.contains(".") }
        let chosen = query["action"] ?? "incidents.view"
        let choices = actions.map { Choice($0, $0) }
        let record = textField(
            page, "resource", .resourceField, hint: .resourceHint, required: false, value: query["resource"],
            maxLength: 200)
        let day = textField(
            page, "on", .asOfDay, type: .date, required: false, value: query["on"] ?? Day(now()).description)
        return """
            <form method="get" action="/identity/explain">
            \(textField(page, "person", .login, autocomplete: "off", value: query["person"], maxLength: 64))\
            \(selectField(page, "action", .actionField, options: choices, chosen: chosen))\
            \(record)\(day)\
            \(buttons(submit(page, .explainSubmit)))
            </form>

            """
    }

    private func explanation(_ page: Page, _ explained: Explained, day: Day) -> HTML {
        let decision = explained.decision
        let guest: [(Phrase, HTML)] = explained.guestOf.map { [(.guestOf, HTML($0.text))] } ?? []
        let rows: [(Phrase, HTML)] =
            [(.fullName, HTML(explained.person))] + guest + [
                (.actionField, "<code>\(explained.action.name)</code>"),
                (.resourceField, HTML(explained.resource.isEmpty ? page[.none] : explained.resource)),
                (.explainMoment, time(explained.at)), (.explainRevision, HTML(String(decision.revision))),
                (.policiesRevision, HTML(String(decision.policiesRevision))),
            ]
        let obligations = decision.obligations.sorted { $0.rawValue < $1.rawValue }.map { page[.obligation($0)] }
        let next: HTML =
            explained.wouldNeed.isEmpty
            ? "" : "<p>\(page[.wouldNeed(explained.wouldNeed)])</p>"
        let readers: Link = "/identity/explain/readers?resource=\(explained.resource)&on=\(day.description)"
        let words =
            "\(each: decision.words, { "<p>\(page[$0])</p>" })\(next)\(each: obligations, { "<p>\($0)</p>" })" as HTML
        let answer = banner(
            page, decision.allowed ? .success : .warning, decision.allowed ? .isAllowed : .isDenied, words)
        return """
            <h2>\(page[.explainAnswer])</h2>
            \(answer)
            \(summaryList(page, rows))
            \(each: explained.reasons, { reason(page, $0) })
            \(if: !explained.resource.isEmpty, buttonLink(page, .readersLink, readers, kind: .quiet))
            """
    }

    private func reason(_ page: Page, _ reason: Explained.Reason) -> HTML {
        let roles = reason.roles.map { membership -> HTML in
            """
            <li>\(page[membership.role.label]) · \(membership.organisation.text) · \(time(membership.from))\
            \(ifLet: membership.until, { " – \(time($0))" })</li>
            """
        }
        let chains = reason.chains.map { $0.joined(separator: " → ") }
        return """
            <h3>\(page[reason.words])</h3>
            <ul>\(each: roles, { $0 })\(each: chains, { "<li>\($0)</li>" })</ul>
            \(details(page, .policyText, "<pre><code>\(reason.text)</code></pre>"))
            """
    }

    // MARK: Who could read it, and who did

    private func readersPage(_ page: Page) async throws -> View {
        let query = page.request.query
        let name = query["resource"] ?? ""
        let day = query["on"].flatMap { Day($0) } ?? Day(now())
        let found = try await readers(of: name, on: day, by: page.person)
        let could = found.could.map { reader -> [HTML] in
            [HTML(reader.account.name), HTML(reader.account.login), HTML(page[reader.words])]
        }
        let did = found.did.map { fact -> [HTML] in
            let proof: Link = "/ledger/receipt/\(fact.id.text)"
            return [
                time(fact.at), "<code>\(fact.kind)</code>", HTML(who(fact, in: found)),
                fact.leafIndex == nil
                    ? HTML(page[.proofWaits]) : "<a href=\"\(link: proof)\">\(page[.proof])</a>",
            ]
        }
        let couldTable =
            could.isEmpty
            ? emptyState(page, .nobodyCould, sign: .person)
            : table(
                page, .couldReadCaption, headers: [.fullName, .login, .why], rows: could, isCaptionHidden: true)
        let didTable =
            did.isEmpty
            ? emptyState(page, .nobodyDid)
            : table(
                page, .didReadCaption, headers: [.factAt, .factKind, .factBy, .proof], rows: did,
                isCaptionHidden: true)
        return View(
            title: page[.readersOn(day)], back: "/identity/explain",
            body: """
                <p><code>\(name)</code></p>
                <h2>\(page[.couldRead(could.count)])</h2>
                \(couldTable)
                <h2>\(page[.didRead(did.count)])</h2>
                \(didTable)
                """)
    }

    /// The name of whoever a fact says did it, when the fact was not erased and the person is still known.
    private func who(_ fact: RecordedFact, in readers: Readers) -> String {
        guard let content = fact.disclosure?.content, let root = try? JSONDocument(content).root,
            let id = root["by"]?.string ?? root["person"]?.string
        else { return "…" }
        return readers.could.first { $0.account.id.text == id }?.account.name ?? id
    }
}
