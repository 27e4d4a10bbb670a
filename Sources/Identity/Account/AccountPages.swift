import Database
import Vocabulary
import Web

/// A person's own page (tài khoản của tôi): name, roles, password, second step, sessions.
extension Identity {
    func accountDoors(_ site: Site) {
        site.page("/identity/account", allow: .account, accountPage)
        site.form("/identity/account/password", allow: .account, page: passwordPage, run: takePassword)
        authenticatorDoors(site)
        openApplicationDoors(site)
        site.action("/identity/account/sessions/end-others", allow: .account) { page, _ in
            let session = try await currentSession(page)
            try await revoke(nil, of: try signedIn(page).id, keeping: session?.id)
            return .redirect("/identity/account")
        }
        site.action("/identity/account/sessions/{id}/end", allow: .account) { page, _ in
            try await revoke(ID(try page.parameter("id")), of: try signedIn(page).id, keeping: nil)
            return .redirect("/identity/account")
        }
    }

    func signedIn(_ page: Page) throws(Problem) -> Person {
        guard let person = page.person else { throw .unauthenticated }
        return person
    }

    func currentSession(_ page: Page) async throws -> Session? {
        guard let token = Browser(page.request, cookies).session else { return nil }
        return try await database.read { try SessionStore.session(digest: token.digest, in: $0) }
    }

    private struct Own: Sendable {
        let account: Account
        let memberships: [Membership]
        let organisations: OrganisationRegister
        let hasAuthenticator: Bool
        let passkeys: Int
        let hasPassword: Bool
        let codesLeft: Int
        let sessions: [Session]
        let applications: [OpenApplication]
        let notices: [Notice]
        let reminders: [Reminder]
    }

    private func accountPage(_ page: Page) async throws -> View {
        let (id, at) = (try signedIn(page).id, now())
        let own = try await database.read { tx -> Own? in
            guard let account = try PeopleStore.account(id, in: tx) else { return nil }
            return Own(
                account: account, memberships: try PeopleStore.memberships(of: id, in: tx),
                organisations: try OrganisationStore.all(in: tx),
                hasAuthenticator: try SecondStepStore.hasAuthenticator(id, in: tx),
                passkeys: try PasskeyStore.all(of: id, in: tx).count,
                hasPassword: try PasswordStore.phc(of: id, in: tx) != nil,
                codesLeft: try SecondStepStore.recoveryCodesLeft(of: id, in: tx),
                sessions: try SessionStore.sessions(of: id, at: at, in: tx),
                applications: try OpenApplicationStore.all(of: id, at: at, in: tx),
                notices: try NoticeStore.unseen(of: id, in: tx), reminders: try ReminderStore.unseen(of: id, in: tx))
        }
        guard let own else { throw Problem.notFound }
        let current = try await currentSession(page)
        return View(
            title: page[.myAccount],
            body: """
                \(noticeBanner(page, own.notices))
                \(reminderList(page, own.reminders))
                \(ownData(page, own.account))
                <h2>\(page[.roles])</h2>
                \(roleTable(page, own.memberships, own.organisations, at: at))
                <h2>\(page[.security])</h2>
                \(if: own.account.guestOf == nil, security(page, own), else: "<p>\(page[.guestSecurity])</p>")
                <h2>\(page[.sessions])</h2>
                \(sessionTable(page, own.sessions, current))
                <h2>\(page[.openApplications])</h2>
                \(openApplicationTable(page, own.applications))
                \(buttons(
                    buttonLink(page, .myData, "/identity/privacy", kind: .quiet),
                    buttonLink(page, .preferredLanguage, "/identity/account/language", kind: .quiet),
                    buttonLink(page, .applications, "/identity/account/applications", kind: .quiet),
                    actionButton(page, .signOut, "/sign-out")))
                """)
    }

    private func ownData(_ page: Page, _ account: Account) -> HTML {
        summaryList(
            page,
            [
                (.fullName, HTML(account.name)), (.login, HTML(account.login)),
                (.email, HTML(account.email ?? page[.none])),
            ] + (account.guestOf.map { [(.guestOf, HTML($0.text))] } ?? []))
    }

    private func security(_ page: Page, _ own: Own) -> HTML {
        let isOn = own.hasAuthenticator || own.passkeys > 0
        var rows: [(Phrase, HTML)] = [
            (.passkeys, HTML(own.passkeys == 0 ? page[.none] : String(own.passkeys))),
            (
                .secondStep,
                isOn
                    ? statusTag(page[.secondStepIsOn], kind: .done) : statusTag(page[.secondStepIsOff], kind: .waiting)
            ),
        ]
        if isOn { rows.append((.recoveryCodesLeft, HTML(String(own.codesLeft)))) }
        let authenticator =
            own.hasAuthenticator
            ? buttonLink(page, .removeAuthenticator, "/identity/account/authenticator/remove", kind: .quiet)
            : buttonLink(page, .setUpAuthenticator, "/identity/account/authenticator", kind: .quiet)
        let codes = buttonLink(page, .newRecoveryCodes, "/identity/account/recovery-codes", kind: .quiet)
        let password = buttonLink(page, .changePassword, "/identity/account/password", kind: .quiet)
        return summaryList(page, rows)
            + buttons(
                buttonLink(page, .managePasskeys, "/identity/account/passkeys", kind: isOn ? .quiet : .main),
                authenticator, isOn ? codes : "", own.hasPassword ? password : "")
    }

    private func sessionTable(_ page: Page, _ sessions: [Session], _ current: Session?) -> HTML {
        let rows = sessions.map { session -> [HTML] in
            let isThis = session.id == current?.id
            let end = actionButton(
                page, .endSession, "/identity/account/sessions/\(session.id)/end",
                about: "\(session.device), \(session.address)")
            return [
                HTML(session.device.isEmpty ? page[.unknownDevice] : session.device), HTML(session.address),
                time(session.createdAt), time(session.seenAt),
                isThis ? statusTag(page[.thisDevice], kind: .working) : end,
            ]
        }
        let list = table(
            page, .sessions, headers: [.device, .address, .signedInAt, .lastSeen, .action], rows: rows,
            isCaptionHidden: true)
        guard sessions.count > 1 else { return list }
        return list + actionButton(page, .endOtherSessions, "/identity/account/sessions/end-others")
    }

    // MARK: Password

    private func passwordPage(_ page: Page) async throws -> View {
        View(
            title: page[.changePassword], back: "/identity/account",
            body: form(
                page, action: "/identity/account/password",
                """
                \(textField(page, "old", .currentPassword, type: .password, autocomplete: "current-password"))\
                \(newPasswordFields(page))\
                \(buttons(submit(page, .changePassword)))
                """))
    }

    private func takePassword(_ page: Page, _ fields: Fields) async throws -> Response {
        let password = try newPassword(fields)
        let isDone = try await changePassword(
            of: try signedIn(page).id, from: fields.verbatim("old") ?? "", to: password, Browser(page.request, cookies))
        guard isDone else { throw Problem.invalid(["old": .oldPasswordIsWrong]) }
        return .redirect("/identity/account")
    }
}

/// Until when, in words: where a day's end is meant, the day.
func lastDay(_ end: Instant) -> HTML {
    Day(endingAt: end).map { HTML($0.forReading) } ?? time(end)
}

/// Memberships with their dates; those that ended stay in sight, marked.
func roleTable(
    _ page: Page, _ memberships: [Membership], _ organisations: OrganisationRegister, at now: Instant,
    action: ((Membership) -> HTML)? = nil
) -> HTML {
    guard !memberships.isEmpty else { return emptyState(page, .noRoles, sign: .person) }
    let rows = memberships.map { membership -> [HTML] in
        let holds = membership.holds(at: now)
        let state =
            holds
            ? statusTag(page[.roleHolds], kind: .done)
            : statusTag(page[membership.from > now ? .roleToCome : .roleEnded], kind: .neutral)
        let organisation = organisations.name(of: membership.organisation, on: Day(now))
        var row: [HTML] = [
            HTML(page[membership.role.label]), HTML(page[organisation]), time(membership.from),
            membership.until.map(lastDay) ?? HTML(page[.noEnd]), state,
        ]
        if let action { row.append(holds ? action(membership) : "") }
        return row
    }
    let headers: [Phrase] = [.role, .organisation, .from, .until, .state]
    return table(
        page, .roles, headers: headers + (action == nil ? [] : [.action]), rows: rows, isCaptionHidden: true)
}
