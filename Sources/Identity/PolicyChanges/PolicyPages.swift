import Database
import Vocabulary
import Web

/// The policies of this node, their revisions, and changing them: `/identity/policies`.
extension Identity {
    func policyDoors(_ site: Site) {
        site.menu(.policies, "/identity/policies", allow: .policies)
        site.page("/identity/policies", allow: .policies, policiesPage)
        site.form(
            "/identity/policies/new", allow: .administer, bodyLimit: 4 * PolicyRevision.textBytes,
            page: newPoliciesPage
        ) { page, fields in
            guard let person = page.person else { throw Problem.unauthenticated }
            let number = try await proposePolicies(
                fields.verbatim("text") ?? "", reason: fields["reason"] ?? "", by: person)
            return .redirect("/identity/policies/\(String(number))")
        }
        site.page("/identity/policies/{number}", allow: .policies, policyPage)
        for (verb, approve) in [("approve", true), ("refuse", false)] {
            site.action("/identity/policies/{number}/\(verb)", allow: .administer) { page, _ in
                guard let person = page.person else { throw Problem.unauthenticated }
                let number = try page.policyNumber()
                try await answerPolicies(number, approve: approve, by: person)
                return .redirect("/identity/policies/\(String(number))")
            }
        }
    }

    private func policiesPage(_ page: Page) async throws -> View {
        let (revisions, current) = (try await policyRevisions(), try await policyRevision(nil))
        let names = try await names(of: revisions)
        let rows = revisions.map { revision -> [HTML] in
            [
                "<a href=\"\(link: "/identity/policies/\(String(revision.number))")\">\(String(revision.number))</a>",
                HTML(revision.proposedBy.map { names[$0] ?? $0.text } ?? page[.withTheProgram]),
                HTML(revision.reason), time(revision.proposedAt),
                state(page, revision, inForce: current.inForce),
            ]
        }
        let new = page.may(.administer) ? buttonLink(page, .proposePolicies, "/identity/policies/new") : ""
        return View(
            title: page[.policies],
            body: """
                <p>\(page[.policiesLead])</p>
                \(buttons(new))
                \(table(
                    page, .policyRevisions,
                    headers: [.policyNumber, .policyAuthor, .reason, .proposedAt, .state], rows: rows,
                    isCaptionHidden: true))
                <h2>\(page[.policiesInForce])</h2>
                \(details(page, .policyText, "<pre lang=\"\"><code>\(current.revision.text)</code></pre>"))
                """)
    }

    private func names(of revisions: [PolicyRevision]) async throws -> [ID<Person>: String] {
        let people = Set(revisions.flatMap { [$0.proposedBy, $0.decidedBy].compactMap { $0 } })
        let accounts = try await database.read { tx in try people.compactMap { try PeopleStore.account($0, in: tx) } }
        return Dictionary(accounts.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
    }

    private func state(_ page: Page, _ revision: PolicyRevision, inForce: Int64) -> HTML {
        switch revision.state {
        case .waiting: statusTag(page[.requestWaits], kind: .waiting)
        case .refused: statusTag(page[.requestRefused], kind: .bad)
        case .approved where revision.number == inForce: statusTag(page[.isInForce], kind: .done)
        case .approved: statusTag(page[.wasInForce], kind: .neutral)
        }
    }

    private func newPoliciesPage(_ page: Page) async throws -> View {
        let current = try await policyRevision(nil).revision
        return View(
            title: page[.proposePolicies], back: "/identity/policies",
            body: form(
                page, action: "/identity/policies/new",
                """
                <p>\(page[.proposeLead])</p>
                \(textArea(page, "text", .policyText, rows: 24, value: current.text,
                    maxLength: PolicyRevision.textBytes))\
                \(textArea(page, "reason", .reason, hint: .reasonHint, rows: 3, maxLength: 500))\
                \(buttons(submit(page, .proposePolicies)))
                """))
    }

    private func policyPage(_ page: Page) async throws -> View {
        let (revision, base, inForce) = try await policyRevision(try page.policyNumber())
        let names = try await names(of: [revision])
        var rows: [(Phrase, HTML)] = [
            (.state, state(page, revision, inForce: inForce)),
            (.policyAuthor, HTML(revision.proposedBy.map { names[$0] ?? $0.text } ?? page[.withTheProgram])),
            (.proposedAt, time(revision.proposedAt)),
        ]
        if !revision.reason.isEmpty { rows.append((.reason, HTML(revision.reason))) }
        if let second = revision.decidedBy { rows.append((.decidedBy, HTML(names[second] ?? second.text))) }
        if let at = revision.decidedAt { rows.append((.decidedAt, time(at))) }
        let isMine = revision.proposedBy == page.person?.id
        let answer: HTML =
            revision.state == .waiting && page.may(.administer) && !isMine
            ? buttons(
                actionButton(page, .approve, "/identity/policies/\(String(revision.number))/approve"),
                actionButton(page, .refuse, "/identity/policies/\(String(revision.number))/refuse"))
            : ""
        let difference: HTML =
            base.map {
                """
                <h2>\(page[.difference(from: $0.number)])</h2>
                \(diff(page, DiffLine.between($0.text, revision.text)))
                """
            } ?? ""
        return View(
            title: page[.policiesNumbered(revision.number)], back: "/identity/policies",
            body: """
                \(summaryList(page, rows))
                \(if: revision.state == .waiting && isMine, "<p>\(page[.needsSecondAdministrator])</p>")\(answer)
                \(difference)
                \(details(page, .policyText, "<pre lang=\"\"><code>\(revision.text)</code></pre>"))
                """)
    }

    /// Each line with its sign in words too: nothing rests on hue.
    private func diff(_ page: Page, _ lines: [DiffLine]) -> HTML {
        guard !lines.isEmpty else { return emptyState(page, .policiesAreTheSame) }
        let shown = lines.map { line -> HTML in
            switch line.kind {
            case .same: "  \(line.text)\n"
            case .gap: "  …\n"
            case .gone: "<del>- \(line.text)</del>\n"
            case .new: "<ins>+ \(line.text)</ins>\n"
            }
        }
        return "<pre class=\"diff\" lang=\"\" tabindex=\"0\"><code>\(each: shown, { $0 })</code></pre>"
    }
}

extension Page {
    fileprivate func policyNumber() throws(Problem) -> Int64 {
        guard let number = Int64(try parameter("number")) else { throw .notFound }
        return number
    }
}
