import Database
import Ledger
import StrictJSON
import Vocabulary
import Web

/// The list of people, adding one, and a person's page with roles. Whoever reads it leaves a fact in the ledger.
extension Identity {
    func peopleDoors(_ site: Site) {
        let show = site.renderer
        site.menu(
            .people, "/identity/people", allow: .people, covers: ["/identity/resets", "/identity/guests"])
        site.page("/identity/people", allow: .people, peoplePage)
        site.form("/identity/people/new", allow: .delegate, page: newPersonPage) { page, fields in
            let role = fields["role"].flatMap(Role.init(rawValue:))
            try await checkMayGive(role, by: page.person)
            let id = try await addPerson(
                login: fields["login"] ?? "", name: fields["name"] ?? "", email: fields["email"], role: role,
                organisation: fields["organisation"].map { ID($0) }, by: try signedIn(page))
            return show(page, try await linkView(page, for: id))
        }
        site.page("/identity/people/{id}", allow: .people, personPage)
        site.form("/identity/people/{id}/give-role", allow: .delegate, page: giveRolePage, run: takeRole)
        postDoors(site)
        site.action("/identity/people/{id}/roles/{membership}/end", allow: .delegate) { page, _ in
            try await endRole(ID(try page.parameter("membership")), by: page.person)
            return .redirect("/identity/people/\(try page.parameter("id"))")
        }
        site.action("/identity/people/{id}/link", allow: .delegate) { page, _ in
            let id: ID<Person> = ID(try page.parameter("id"))
            return show(page, try await linkView(page, for: id))
        }
        site.action("/identity/people/{id}/reset", allow: .administer) { page, _ in
            let id: ID<Person> = ID(try page.parameter("id"))
            try await beginReset(of: id, by: try signedIn(page))
            return .redirect("/identity/resets")
        }
        for (verb, isSuspended) in [("suspend", true), ("reinstate", false)] {
            site.action("/identity/people/{id}/\(verb)", allow: .delegate) { page, _ in
                let id: ID<Person> = ID(try page.parameter("id"))
                try await setSuspended(isSuspended, id, by: page.person)
                return .redirect("/identity/people/\(id)")
            }
        }
    }

    /// The first day and the day after the last, as a form has them; nil for now and for no end.
    func term(_ fields: Fields) throws(Problem) -> (from: Instant?, until: Instant?) {
        var (from, until): (Instant?, Instant?)
        let today = Day(now())
        if let typed = fields["from"] {
            guard let day = Day(typed), day >= today else { throw .invalid(["from": .dayIsWrong]) }
            if day > today { from = day.start }
        }
        if let typed = fields["until"] {
            guard let day = Day(typed), day >= today, day.start >= from ?? today.start else {
                throw .invalid(["until": .dayIsWrong])
            }
            until = day.start.adding(days: 1)
        }
        return (from, until)
    }

    /// Whoever may give a role nowhere may not ask for it to be given either.
    private func checkMayGive(_ role: Role?, by author: Person?) async throws {
        guard let role else { return }
        let (reach, _) = try await extent(of: author)
        guard reach.organisations.contains(where: { reach.mayGive(role, in: $0) }) else { throw Problem.forbidden }
    }

    // MARK: The list

    private func peoplePage(_ page: Page) async throws -> View {
        let (words, at, reader) = (page.request.query["q"] ?? "", now(), page.person)
        let (accounts, memberships) = try await database.write { tx in
            let accounts = try PeopleStore.accounts(
                matching: words, homes: try homes(of: reader, at: at, in: tx), limit: Identity.peopleShown, in: tx)
            try note(reading: accounts.map(\.id), by: reader, how: .list, at: at, in: tx)
            return (accounts, try PeopleStore.memberships(of: accounts.map(\.id), in: tx))
        }
        let rows = accounts.map { personRow(page, $0, memberships[$0.id] ?? [], at: at) }
        return View(
            title: page[.people],
            body: """
                \(searchForm(page, action: "/identity/people", searchFields(page, words)))
                \(if: page.may(.delegate), buttons(
                    buttonLink(page, .addPerson, "/identity/people/new"),
                    buttonLink(page, .importPeople, "/identity/people/import", kind: .quiet),
                    page.may(.administer) ? buttonLink(page, .resets, "/identity/resets", kind: .quiet) : ""))
                \(buttons(buttonLink(page, .guests, "/identity/guests", kind: .quiet)))
                \(if: rows.isEmpty, emptyState(page, .nobodyFound, sign: .person), else: peopleTable(page, rows))
                \(if: rows.count == Identity.peopleShown, "<p>\(page[.onlyTheFirst(Identity.peopleShown)])</p>")
                """)
    }

    private static let peopleShown = 100

    private func searchFields(_ page: Page, _ words: String) -> HTML {
        """
        \(textField(page, "q", .searchPeople, type: .search, required: false, value: words, maxLength: 100))
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

    func stateTag(_ page: Page, _ account: Account) -> HTML {
        account.state == .active
            ? statusTag(page[.accountIsActive], kind: .done) : statusTag(page[.accountIsSuspended], kind: .bad)
    }

    /// Whose staff somebody may see: nil for everybody. Who administers units alone sees their people alone; a deputy
    /// sees whom the lender sees.
    func homes(
        of reader: Person?, at now: Instant, in tx: any Transaction
    ) throws -> Set<ID<Organisation>>? {
        guard let reader else { return nil }
        let roles = try reader.roles.union(rolesLent(to: reader.id, at: now, in: tx))
        guard roles.isDisjoint(with: [.departmentLead, .nodeAdministrator, .auditor]) else { return nil }
        return try reach(of: reader, at: now, in: tx).organisations
    }

    // MARK: Forms

    /// Roles that the reader may give somewhere, and where.
    private func roleFields(_ page: Page, required: Bool) async throws -> HTML {
        let at = now()
        let (reach, register) = try await extent(of: page.person)
        let roles = Role.ofPeople.filter { role in reach.organisations.contains { reach.mayGive(role, in: $0) } }
        return selectField(
            page, "role", .role, options: roles.map { Choice($0.rawValue, page[$0.label]) }, required: required)
            + organisationField(page, reach, register, on: Day(at))
    }

    private func newPersonPage(_ page: Page) async throws -> View {
        let role = try await roleFields(page, required: false)
        return View(
            title: page[.addPerson], back: "/identity/people",
            body: form(
                page, action: "/identity/people/new",
                """
                \(textField(page, "name", .fullName, autocomplete: "off"))\
                \(textField(page, "login", .login, hint: .loginHint, autocomplete: "off"))\
                \(textField(page, "email", .email, type: .email, autocomplete: "off", required: false))\
                \(role)\
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
        let role = try await roleFields(page, required: true)
        return View(
            title: page[.giveRole], about: try await whom(page), back: "/identity/people/\(id)",
            body: form(
                page, action: "/identity/people/\(id)/give-role",
                """
                \(role)\
                \(textField(page, "from", .firstDayOfRole, hint: .firstDayHint, type: .date, required: false))\
                \(textField(page, "until", .lastDay, hint: .lastDayHint, type: .date, required: false))\
                \(buttons(submit(page, .giveRole)))
                """))
    }

    private func takeRole(_ page: Page, _ fields: Fields) async throws -> Response {
        guard let role = fields["role"].flatMap(Role.init(rawValue:)), Role.ofPeople.contains(role) else {
            throw Problem.invalid(["role": .chooseRole])
        }
        try await checkMayGive(role, by: page.person)
        let (from, until) = try term(fields)
        let (id, place) = (ID<Person>(try page.parameter("id")), fields["organisation"].map { ID<Organisation>($0) })
        if let person = page.person, try await needsSecondPerson(role, by: person) {
            try await ask(
                .grant, for: id, role.rawValue, AccessRequest.Term(organisation: place, from: from, until: until),
                reason: AccessRequest.givenPrivileged, by: person)
            return .redirect("/identity/requests?done=asked")
        }
        try await giveRole(role, to: id, in: place, from: from, until: until, by: page.person)
        return .redirect("/identity/people/\(id)")
    }
}
