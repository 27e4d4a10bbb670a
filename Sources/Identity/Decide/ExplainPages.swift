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
        let day = try page.day("on")
        if !login.isEmpty, !action.isEmpty, page.errors.isEmpty {
            do {
                let explained = try await explain(
                    login, Permission(action), on: query["resource"] ?? "", at: moment(of: day), by: page.person)
                result = explanation(page, explained, try await organisations(), day: day ?? Day(now()))
            } catch Problem.notFound {
                result = banner(page, .error, .explainNotFound)
            }
        }
        let readers = buttonLink(page, .readersLink, "/identity/explain/readers", kind: .quiet)
        return View(title: page[.explain], body: "\(buttons(readers))\(questionForm(page))\(result)")
    }

    private func questionForm(_ page: Page) -> HTML {
        let query = page.request.query
        let chosen = query["action"] ?? "incidents.view"
        let choices = Permissions.explained.map { Choice($0.action.name, "\(page[$0.words]) (\($0.action.name))") }
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

    private func explanation(
        _ page: Page, _ explained: Explained, _ register: OrganisationRegister, day: Day
    ) -> HTML {
        let decision = explained.decision
        let action = Permissions.table[explained.action.name].map { "\(page[$0.words]) " } ?? ""
        let guest: [(Phrase, HTML)] = explained.guestOf.map { [(.guestOf, HTML($0.text))] } ?? []
        let rows: [(Phrase, HTML)] =
            [(.fullName, HTML(explained.person))] + guest + [
                (.actionField, "\(action)<code>\(explained.action.name)</code>"),
                (.resourceField, HTML(explained.resource.isEmpty ? page[.none] : explained.resource)),
                (.explainMoment, time(explained.at)), (.explainLevel, HTML(page[.levelThen(explained.level)])),
                (.explainRevision, HTML(String(decision.revision))),
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
            \(each: explained.reasons, { reason(page, $0, register, on: day) })
            \(facts(page, explained.facts))
            \(if: !explained.resource.isEmpty, buttonLink(page, .readersLink, readers, kind: .quiet))
            """
    }

    private func reason(
        _ page: Page, _ reason: Explained.Reason, _ register: OrganisationRegister, on day: Day
    ) -> HTML {
        func role(_ membership: Membership, of lender: String? = nil) -> HTML {
            """
            <li>\(page[membership.role.label]) · \(page[register.name(of: membership.organisation, on: day)]) · \
            \(span(membership.from, membership.until))\(ifLet: lender, { " · \(page[.lentBy($0)])" })</li>
            """
        }
        let roles = reason.roles.map { role($0) } + reason.lent.map { role($0.role, of: $0.lender) }
        let chains = reason.chains.map { $0.joined(separator: " → ") }
        return """
            <h3>\(page[reason.words])</h3>
            <ul>\(each: roles, { $0 })\(each: chains, { "<li>\($0)</li>" })</ul>
            \(details(page, .policyText, "<pre><code>\(reason.text)</code></pre>"))
            """
    }

    /// Emergency openings, acting for others, suspensions: with who stands behind them, and why.
    private func facts(_ page: Page, _ facts: [Explained.Fact]) -> HTML {
        guard !facts.isEmpty else { return "" }
        let lines = facts.map { fact -> HTML in
            let relationship = fact.relationship
            return """
                <li>\(page[.fact(fact)]) · \(span(relationship.from, relationship.until))\
                \(ifLet: fact.givenBy, { " · \(page[.factGivenBy($0)])" })\
                \(ifLet: fact.approvedBy, { " · \(page[.factApprovedBy($0)])" })\
                \(if: !relationship.reason.isEmpty, "<br>\(page[.reason]): \(relationship.reason)")</li>
                """
        }
        return "<h3>\(page[.factsThen])</h3>\n<ul>\(each: lines, { $0 })</ul>\n"
    }

    private func span(_ from: Instant, _ until: Instant?) -> HTML {
        "\(time(from))\(ifLet: until, { " – \(time($0))" })"
    }
}
