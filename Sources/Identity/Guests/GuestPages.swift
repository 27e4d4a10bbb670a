import Database
import Vocabulary
import Web

/// People of other members who help here: who they are, what they may do, until when, and when they came.
extension Identity {
    func guestDoors(_ site: Site) {
        site.page("/identity/guests", allow: .people, guestsPage)
        site.form("/identity/guests/new", allow: .administer, page: newGuestPage) { page, fields in
            let term = try term(fields)
            guard let until = term.until else { throw Problem.invalid(["until": .guestDaysAreWrong]) }
            let person = try await registerGuest(
                fields["login"] ?? "", of: ID(fields["organisation"] ?? ""), name: fields["name"] ?? "",
                roles: Set(fields.all("role").compactMap(Role.init)), from: term.from, until: until,
                reason: fields["reason"] ?? "", by: page.person)
            return .redirect("/identity/guests/\(person)")
        }
        site.page("/identity/guests/{id}", allow: .people, guestPage)
        site.action("/identity/guests/{id}/end", allow: .administer) { page, _ in
            let id = try page.parameter("id")
            try await endGuest(ID(id), by: page.person)
            return .redirect("/identity/guests/\(id)")
        }
    }

    private func guestsPage(_ page: Page) async throws -> View {
        let at = now()
        let all = try await database.write { tx -> [(guest: Guest, account: Account)] in
            guard try seesGuests(page.person, at: at, in: tx) else { return [] }
            let all = try guests(in: tx)
            try note(reading: all.map(\.account.id), by: page.person, how: .list, at: at, in: tx)
            return all
        }
        let register = try await organisations()
        let rows = all.map { guest, account -> [HTML] in
            [
                "<a href=\"\(link: "/identity/guests/\(guest.person)")\">\(account.name)</a>", HTML(guest.name),
                HTML(page[register.name(of: guest.organisation, on: Day(at))]), HTML(guest.lastDay),
                guestTag(page, guest, at: at),
            ]
        }
        return View(
            title: page[.guests], back: "/identity/people",
            body: """
                <p>\(page[.guestsLead])</p>
                \(if: page.may(.administer), buttonLink(page, .addGuest, "/identity/guests/new"))
                \(if: rows.isEmpty, emptyState(page, .noGuests, sign: .person), else: table(
                    page, .guests, headers: [.fullName, .login, .guestOf, .lastDayHere, .state], rows: rows,
                    isCaptionHidden: true))
                """)
    }

    /// A guest helps the node and works in none of its units: whoever sees the people of their units alone sees none.
    private func seesGuests(_ reader: Person?, at now: Instant, in tx: any Transaction) throws -> Bool {
        try homes(of: reader, at: now, in: tx) == nil
    }

    private func guestTag(_ page: Page, _ guest: Guest, at now: Instant) -> HTML {
        if guest.endedAt != nil || guest.until <= now { return statusTag(page[.guestIsOver], kind: .neutral) }
        if guest.stoppedAt != nil { return statusTag(page[.guestLeftHome], kind: .bad) }
        if guest.from > now { return statusTag(page[.roleToCome], kind: .neutral) }
        return guest.vouchedAt == nil
            ? statusTag(page[.guestNeverCame], kind: .waiting) : statusTag(page[.guestIsKnown], kind: .done)
    }

    private func guestPage(_ page: Page) async throws -> View {
        let (id, at): (ID<Person>, _) = (ID(try page.parameter("id")), now())
        let found = try await database.write { tx -> SeenGuest? in
            guard try seesGuests(page.person, at: at, in: tx), let guest = try GuestStore.guest(id, in: tx),
                let account = try PeopleStore.account(id, in: tx)
            else { return nil }
            try note(reading: [id], by: page.person, how: .page, at: at, in: tx)
            return SeenGuest(
                guest: guest, account: account, memberships: try PeopleStore.memberships(of: id, in: tx),
                visits: try GuestStore.visits(of: id, limit: 50, in: tx),
                organisations: try OrganisationStore.all(in: tx),
                registrar: try guest.registeredBy.flatMap { try PeopleStore.account($0, in: tx)?.name })
        }
        guard let seen = found else { throw Problem.notFound }
        let guest = seen.guest
        let entrance = settings.origin + neighbours.entrance(guest.organisation).text
        let isOver = guest.endedAt != nil || guest.until <= at
        return View(
            title: seen.account.name, back: "/identity/guests",
            body: """
                \(summaryList(page, [
                    (.login, HTML(guest.name)),
                    (.guestOf, HTML(page[seen.organisations.name(of: guest.organisation, on: Day(at))])),
                    (.state, guestTag(page, guest, at: at)), (.from, time(guest.from)),
                    (.lastDayHere, HTML(guest.lastDay)),
                    (.reason, HTML(guest.reason)), (.registeredBy, HTML(seen.registrar ?? page[.ownerOfNode])),
                    (.vouchedLast, guest.vouchedAt.map(time) ?? HTML(page[.none])),
                ]))
                \(if: !isOver, entranceWords(page, entrance))
                <h2>\(page[.roles])</h2>
                \(roleTable(page, seen.memberships, seen.organisations, at: at))
                <h2>\(page[.visits])</h2>
                \(visitTable(page, seen.visits))
                \(if: !isOver && page.may(.administer), buttons(
                    actionButton(page, .endGuest, "/identity/guests/\(id)/end", kind: .danger)))
                """)
    }

    private func entranceWords(_ page: Page, _ entrance: String) -> HTML {
        "<p>\(page[.guestEntrance])</p><p>\(copyable(page, id: "guest-entrance", entrance))</p>"
    }

    private struct SeenGuest: Sendable {
        let guest: Guest
        let account: Account
        let memberships: [Membership]
        let visits: [GuestVisit]
        let organisations: OrganisationRegister
        let registrar: String?
    }

    private func visitTable(_ page: Page, _ visits: [GuestVisit]) -> HTML {
        guard !visits.isEmpty else { return emptyState(page, .noVisits) }
        let rows = visits.map { visit -> [HTML] in
            [
                time(visit.at), HTML(String(visit.level)), HTML(visit.address),
                "\(visit.endedAt.map(time) ?? HTML(page[.endsByItself]))",
                HTML(visit.reason.map { page[.visitEnded($0)] } ?? ""),
            ]
        }
        return table(
            page, .visits, headers: [.cameAt, .assuranceLevel, .address, .endedAt, .endedWhy], rows: rows,
            isCaptionHidden: true)
    }

    private func newGuestPage(_ page: Page) async throws -> View {
        let members = try await neighbours.members()
        guard !members.isEmpty else {
            return View(
                title: page[.addGuest], back: "/identity/guests", body: emptyState(page, .noMembers, sign: .share))
        }
        let roles = Role.ofPeople.filter(Guest.roles.contains).map { Choice($0.rawValue, page[$0.label]) }
        let homes = members.map { Choice($0.id.text, "\(page[$0.name]) (\($0.id))") }
        return View(
            title: page[.addGuest], back: "/identity/guests",
            body: """
                <p>\(page[.addGuestLead])</p>
                \(form(page, action: "/identity/guests/new", """
                    \(selectField(page, "organisation", .guestOf, options: homes))\
                    \(textField(
                        page, "login", .loginAtHome, hint: .loginAtHomeHint, autocomplete: "off", maxLength: 64))\
                    \(textField(page, "name", .fullName, autocomplete: "off", maxLength: 100))\
                    \(checkTiles(page, "role", .roles, roles))\
                    \(textField(page, "from", .firstDayOfRole, hint: .firstDayHint, type: .date, required: false))\
                    \(textField(page, "until", .lastDayHere, hint: .lastDayHereHint, type: .date))\
                    \(textArea(page, "reason", .reason, hint: .guestReasonHint, rows: 3, maxLength: 500))\
                    \(buttons(submit(page, .addGuest)))
                    """))
                """)
    }
}

extension Guest {
    /// The day before the first on which nothing holds any more.
    var lastDay: String { Day(Instant(milliseconds: until.milliseconds - 1)).forReading }
}
