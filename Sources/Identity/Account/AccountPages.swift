import Database
import Vocabulary
import Web

/// A person's own page (tài khoản của tôi): name, roles, password, second step, sessions.
extension Identity {
    func accountDoors(_ site: Site) {
        site.page("/identity/account", allow: .account, accountPage)
        site.form("/identity/account/password", allow: .account, page: passwordPage, run: takePassword)
        authenticatorDoors(site)
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

    private func currentSession(_ page: Page) async throws -> Session? {
        guard let token = Browser(page.request, cookies).session else { return nil }
        return try await database.read { try SessionStore.session(digest: token.digest, in: $0) }
    }

    private struct Own: Sendable {
        let account: Account
        let memberships: [Membership]
        let organisations: OrganisationRegister
        let hasSecondStep: Bool
        let codesLeft: Int
        let sessions: [Session]
    }

    private func accountPage(_ page: Page) async throws -> View {
        let (id, at) = (try signedIn(page).id, now())
        let own = try await database.read { tx -> Own? in
            guard let account = try PeopleStore.account(id, in: tx) else { return nil }
            return Own(
                account: account, memberships: try PeopleStore.memberships(of: id, in: tx),
                organisations: try OrganisationStore.all(in: tx),
                hasSecondStep: try SecondStepStore.isOn(for: id, in: tx),
                codesLeft: try SecondStepStore.recoveryCodesLeft(of: id, in: tx),
                sessions: try SessionStore.sessions(of: id, at: at, in: tx))
        }
        guard let own else { throw Problem.notFound }
        let current = try await currentSession(page)
        return View(
            title: page[.myAccount],
            body: """
                \(ownData(page, own.account))
                <h2>\(page[.roles])</h2>
                \(roleTable(page, own.memberships, own.organisations, at: at))
                <h2>\(page[.security])</h2>
                \(security(page, own))
                <h2>\(page[.sessions])</h2>
                \(sessionTable(page, own.sessions, current))
                \(actionButton(page, .signOut, "/sign-out"))
                """)
    }

    private func ownData(_ page: Page, _ account: Account) -> HTML {
        summaryList(
            page,
            [
                (.fullName, HTML(account.name)), (.login, HTML(account.login)),
                (.email, HTML(account.email ?? page[.none])),
            ])
    }

    private func security(_ page: Page, _ own: Own) -> HTML {
        var rows: [(Phrase, HTML)] = [
            (
                .secondStep,
                own.hasSecondStep
                    ? statusTag(page[.secondStepIsOn], kind: .done) : statusTag(page[.secondStepIsOff], kind: .waiting)
            )
        ]
        if own.hasSecondStep { rows.append((.recoveryCodesLeft, HTML(String(own.codesLeft)))) }
        let change = buttonLink(page, .changePassword, "/identity/account/password", kind: .quiet)
        guard own.hasSecondStep else {
            let setUp = buttonLink(page, .setUpAuthenticator, "/identity/account/authenticator")
            return summaryList(page, rows) + buttons(setUp, change)
        }
        return summaryList(page, rows)
            + buttons(
                buttonLink(page, .newRecoveryCodes, "/identity/account/recovery-codes", kind: .quiet),
                buttonLink(page, .removeAuthenticator, "/identity/account/authenticator/remove", kind: .quiet), change)
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
            membership.until.map(time) ?? HTML(page[.noEnd]), state,
        ]
        if let action { row.append(holds ? action(membership) : "") }
        return row
    }
    let headers: [Phrase] = [.role, .organisation, .from, .until, .state]
    return table(
        page, .roles, headers: headers + (action == nil ? [] : [.action]), rows: rows, isCaptionHidden: true)
}
