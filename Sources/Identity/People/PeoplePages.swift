import Database
import Ledger
import StrictJSON
import Vocabulary
import Web

/// The list of people, adding one, and a person's page with roles. Whoever reads it leaves a fact in the ledger.
extension Identity {
    func peopleDoors(_ site: Site) {
        let show = site.renderer
        site.menu(.people, "/identity/people", allow: .people)
        site.page("/identity/people", allow: .people, peoplePage)
        site.form("/identity/people/new", allow: .administer, page: newPersonPage) { page, fields in
            let id = try await createPerson(
                login: fields["login"] ?? "", name: fields["name"] ?? "", email: fields["email"],
                roles: Set(fields["role"].flatMap(Role.init(rawValue:)).map { [$0] } ?? []), by: page.person)
            return show(page, try await linkView(page, for: id))
        }
        site.page("/identity/people/{id}", allow: .people, personPage)
        site.form("/identity/people/{id}/give-role", allow: .administer, page: giveRolePage, run: takeRole)
        site.action("/identity/people/{id}/roles/{membership}/end", allow: .administer) { page, _ in
            try await endRole(ID(try page.parameter("membership")), by: page.person)
            return .redirect("/identity/people/\(try page.parameter("id"))")
        }
        site.action("/identity/people/{id}/link", allow: .administer) { page, _ in
            show(page, try await linkView(page, for: ID(try page.parameter("id"))))
        }
        site.action("/identity/people/{id}/reset-second-step", allow: .administer) { page, _ in
            let id: ID<Person> = ID(try page.parameter("id"))
            guard id != page.person?.id else { throw Problem.conflict(.resetOwnElsewhere) }
            try await resetSecondStep(of: id, by: page.person)
            return .redirect("/identity/people/\(id)")
        }
        for (verb, isSuspended) in [("suspend", true), ("reinstate", false)] {
            site.action("/identity/people/{id}/\(verb)", allow: .administer) { page, _ in
                let id: ID<Person> = ID(try page.parameter("id"))
                try await setSuspended(isSuspended, id, by: page.person)
                return .redirect("/identity/people/\(id)")
            }
        }
    }

    // MARK: The list

    private func peoplePage(_ page: Page) async throws -> View {
        let (words, at, reader) = (page.request.query["q"] ?? "", now(), page.person)
        let (accounts, memberships) = try await database.write { tx in
            let accounts = try PeopleStore.accounts(matching: words, limit: 100, in: tx)
            try outbox.record(
                "identity.people-listed",
                ["by": by(reader), "words": .string(words), "count": .integer(Int64(accounts.count))],
                subject: reader?.id.text, at: at, in: tx)
            return (accounts, try PeopleStore.memberships(of: accounts.map(\.id), in: tx))
        }
        let rows = accounts.map { personRow(page, $0, memberships[$0.id] ?? [], at: at) }
        return View(
            title: page[.people],
            body: """
                \(searchForm(page, action: "/identity/people", searchFields(page, words)))
                \(if: page.may(.administer), buttonLink(page, .addPerson, "/identity/people/new"))
                \(if: rows.isEmpty, emptyState(page, .nobodyFound, sign: .person), else: peopleTable(page, rows))
                """)
    }

    private func searchFields(_ page: Page, _ words: String) -> HTML {
        """
        <label for="q">\(page[.searchPeople])</label>
        <input type="search" id="q" name="q" value="\(words)" maxlength="100">
        \(submit(page, .search, kind: .quiet))
        """
    }

    private func peopleTable(_ page: Page, _ rows: [[HTML]]) -> HTML {
        table(page, .people, headers: [.fullName, .login, .roles, .state], rows: rows, isCaptionHidden: true)
    }

    private func personRow(_ page: Page, _ account: Account, _ memberships: [Membership], at now: Instant) -> [HTML] {
        let roles = memberships.filter { $0.holds(at: now) }.map { page[$0.role.label] }
        return [
            "<a href=\"\(link: "/identity/people/\(account.id)")\">\(account.name)</a>", HTML(account.login),
            HTML(roles.isEmpty ? page[.none] : roles.joined(separator: ", ")), stateTag(page, account),
        ]
    }

    private func stateTag(_ page: Page, _ account: Account) -> HTML {
        account.state == .active
            ? statusTag(page[.accountIsActive], kind: .done) : statusTag(page[.accountIsSuspended], kind: .bad)
    }

    // MARK: One person

    private func personPage(_ page: Page) async throws -> View {
        let (id, at, reader): (ID<Person>, _, _) = (ID(try page.parameter("id")), now(), page.person)
        let found = try await database.write { tx -> (Account, [Membership], OrganisationRegister, Bool)? in
            guard let account = try PeopleStore.account(id, in: tx) else { return nil }
            if reader?.id != id {
                try outbox.record(
                    "identity.person-read", ["person": "\(id)", "by": by(reader)], subject: id.text, at: at, in: tx)
            }
            return (
                account, try PeopleStore.memberships(of: id, in: tx), try OrganisationStore.all(in: tx),
                try SecondStepStore.isOn(for: id, in: tx)
            )
        }
        guard let (account, memberships, organisations, hasSecondStep) = found else { throw Problem.notFound }
        let mayChange = page.may(.administer)
        let end = mayChange ? { endButton(page, $0) } : nil
        let rows: [(Phrase, HTML)] = [
            (.login, HTML(account.login)), (.email, HTML(account.email ?? page[.none])),
            (.state, stateTag(page, account)), (.addedAt, time(account.createdAt)),
            (.secondStep, HTML(page[hasSecondStep ? .secondStepIsOn : .secondStepIsOff])),
        ]
        return View(
            title: account.name, back: "/identity/people",
            body: """
                \(summaryList(page, rows))
                <h2>\(page[.roles])</h2>
                \(roleTable(page, memberships, organisations, at: at, action: end))
                \(if: mayChange, changes(page, account, canReset: hasSecondStep && id != reader?.id))
                """)
    }

    private func endButton(_ page: Page, _ membership: Membership) -> HTML {
        actionButton(
            page, .endRole, "/identity/people/\(membership.person)/roles/\(membership.id)/end",
            about: page[membership.role.label])
    }

    private func changes(_ page: Page, _ account: Account, canReset: Bool) -> HTML {
        let id = account.id
        return buttons(
            buttonLink(page, .giveRole, "/identity/people/\(id)/give-role"),
            actionButton(page, .makePasswordLink, "/identity/people/\(id)/link"),
            canReset
                ? actionButton(page, .resetSecondStep, "/identity/people/\(id)/reset-second-step", kind: .danger) : "",
            account.state == .active
                ? actionButton(page, .suspend, "/identity/people/\(id)/suspend", kind: .danger)
                : actionButton(page, .reinstate, "/identity/people/\(id)/reinstate"))
    }

    // MARK: Forms

    private func roleField(_ page: Page, required: Bool) -> HTML {
        selectField(
            page, "role", .role, options: Role.ofPeople.map { Choice($0.rawValue, page[$0.label]) }, required: required)
    }

    private func newPersonPage(_ page: Page) async throws -> View {
        View(
            title: page[.addPerson], back: "/identity/people",
            body: form(
                page, action: "/identity/people/new",
                """
                \(textField(page, "name", .fullName, autocomplete: "off"))\
                \(textField(page, "login", .login, hint: .loginHint, autocomplete: "off"))\
                \(textField(page, "email", .email, type: .email, autocomplete: "off", required: false))\
                \(roleField(page, required: false))\
                \(buttons(submit(page, .addPerson)))
                """))
    }

    /// The one-time link by which a person chooses a password, shown this once.
    private func linkView(_ page: Page, for id: ID<Person>) async throws -> View {
        let link = try await setPasswordLink(for: id, by: page.person)
        let address = "\(page.request.isSecure ? "https" : "http")://\(page.request.host)\(link.text)"
        return View(
            title: page[.passwordLink],
            body: """
                \(banner(page, .success, .passwordLinkMade, "<p>\(page[.passwordLinkLead])</p>"))
                <p>\(copyable(page, id: "password-link", address))</p>
                \(buttonLink(page, .toPerson, "/identity/people/\(id)"))
                """)
    }

    private func giveRolePage(_ page: Page) async throws -> View {
        let id = try page.parameter("id")
        return View(
            title: page[.giveRole], back: "/identity/people/\(id)",
            body: form(
                page, action: "/identity/people/\(id)/give-role",
                """
                \(roleField(page, required: true))\
                \(textField(page, "until", .lastDay, hint: .lastDayHint, type: .date, required: false))\
                \(buttons(submit(page, .giveRole)))
                """))
    }

    private func takeRole(_ page: Page, _ fields: Fields) async throws -> Response {
        guard let role = fields["role"].flatMap(Role.init(rawValue:)), Role.ofPeople.contains(role) else {
            throw Problem.invalid(["role": .chooseRole])
        }
        var until: Instant?
        if let typed = fields["until"] {
            guard let day = Day(typed), day.start.adding(days: 1) > now() else {
                throw Problem.invalid(["until": .dayIsWrong])
            }
            until = day.start.adding(days: 1)
        }
        let id: ID<Person> = ID(try page.parameter("id"))
        try await giveRole(role, to: id, until: until, by: page.person)
        return .redirect("/identity/people/\(id)")
    }
}
