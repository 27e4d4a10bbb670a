import Vocabulary
import Web

/// Who acts for whom, and letting somebody stand in for oneself: `/identity/deputies`.
extension Identity {
    func deputyDoors(_ site: Site) {
        site.menu(.deputies, "/identity/deputies", allow: .deputies)
        site.page("/identity/deputies", allow: .deputies, deputiesPage)
        site.form("/identity/deputies/new", allow: .deputies, page: newDeputyPage) { page, fields in
            let person = try signedIn(page)
            try confirmLending(page)
            let (from, until) = try term(fields)
            try await nameDeputy(
                DeputyForm(
                    login: fields["login"] ?? "", roles: Set(fields.all("roles").compactMap(Role.init(rawValue:))),
                    from: from, until: until, reason: fields["reason"] ?? ""),
                for: person.id, by: person)
            return .redirect("/identity/deputies")
        }
        site.action("/identity/deputies/{id}/end", allow: .deputies) { page, _ in
            try await endDeputy(ID(try page.parameter("id")), by: try signedIn(page))
            return .redirect("/identity/deputies")
        }
    }

    /// Lending one's roles is sealed as giving them is.
    private func confirmLending(_ page: Page) throws(Problem) {
        try confirm(page, level: settings.administratorsNeedTwoSteps ? 2 : 1)
    }

    private func deputiesPage(_ page: Page) async throws -> View {
        let (person, at) = (try signedIn(page), now())
        let deputies = try await deputies(seenBy: person)
        let mayLend = try await !lendable(by: person).isEmpty
        let new: HTML = mayLend ? buttons(buttonLink(page, .nameDeputy, "/identity/deputies/new")) : ""
        let rows = deputies.map { row(page, $0, seenBy: person, at: at) }
        let list =
            rows.isEmpty
            ? emptyState(page, .noDeputies, sign: .person)
            : table(
                page, .deputies,
                headers: [.deputyColumn, .lenderColumn, .from, .deputyLastDay, .reason, .state, .action], rows: rows,
                isCaptionHidden: true)
        return View(title: page[.deputies], body: "<p>\(page[.deputiesLead])</p>\(new)\(list)")
    }

    private func row(_ page: Page, _ deputy: Deputy, seenBy reader: Person, at now: Instant) -> [HTML] {
        let mayEnd = [deputy.person, deputy.lender].contains(reader.id) || page.may(.administer)
        let end: HTML =
            mayEnd && !deputy.isOver(at: now)
            ? actionButton(
                page, .endDeputy, "/identity/deputies/\(deputy.id)/end", about: "\(deputy.name), \(deputy.lenderName)")
            : ""
        func called(_ name: String) -> HTML { HTML(name.isEmpty ? page[.unknownReader] : name) }
        // It holds until a day has ended: that day is the last one.
        let last = deputy.until.map { HTML(Day($0.adding(seconds: -1)).forReading) }
        return [
            called(deputy.name),
            "\(called(deputy.lenderName))<br><span class=\"muted\">\(page[.lentRoles(deputy.roles)])</span>",
            time(deputy.from), last ?? HTML(page[.noEnd]), HTML(deputy.reason), stateTag(page, deputy, at: now), end,
        ]
    }

    private func stateTag(_ page: Page, _ deputy: Deputy, at now: Instant) -> HTML {
        if deputy.isOver(at: now) { return statusTag(page[.roleEnded], kind: .neutral) }
        return deputy.holds(at: now)
            ? statusTag(page[.deputyActs], kind: .done) : statusTag(page[.roleToCome], kind: .waiting)
    }

    private func newDeputyPage(_ page: Page) async throws -> View {
        try confirmLending(page)
        let own = try await lendable(by: try signedIn(page))
        guard !own.isEmpty else { throw Problem.conflict(.nothingToLend) }
        let roles = Role.ofPeople.filter(own.contains).map { Choice($0.rawValue, page[$0.label]) }
        return View(
            title: page[.nameDeputy], back: "/identity/deputies",
            body: """
                <p>\(page[.nameDeputyLead])</p>
                \(form(page, action: "/identity/deputies/new", """
                    \(textField(page, "login", .deputyLogin, autocomplete: "off", maxLength: 64))\
                    \(checkTiles(page, "roles", .lentRolesField, roles, chosen: Set(own.map(\.rawValue))))\
                    \(textField(page, "from", .deputyFirstDay, hint: .firstDayHint, type: .date, required: false))\
                    \(textField(page, "until", .deputyLastDay, hint: .deputyLastDayHint, type: .date))\
                    \(textArea(page, "reason", .reason, hint: .deputyReasonHint, rows: 3, maxLength: 500))\
                    \(buttons(submit(page, .nameDeputy)))
                    """))
                """)
    }
}
