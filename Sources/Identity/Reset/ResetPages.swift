import Database
import Vocabulary
import Web

/// Where somebody asks who cannot sign in, and where officers answer.
extension Identity {
    func resetDoors(_ site: Site) {
        let show = site.renderer
        site.form("/identity/lost", allow: .everyone, page: lostPage) { page, fields in
            try await take(.reset, page, fields)
            return show(page, View(title: page[.lostWayIn], body: banner(page, .success, .askedForReset, said(page))))
        }
        site.form("/identity/mail-link", allow: .everyone, page: mailLinkPage) { page, fields in
            guard sendsLinks else { throw Problem.notFound }
            try await take(.mailLink, page, fields)
            return show(
                page, View(title: page[.signInLink], body: banner(page, .success, .mailLinkIsOnItsWay, said(page))))
        }
        site.form("/identity/mail-link/use", allow: .everyone, page: useLinkPage) { page, fields in
            let token = Token(fields["token"] ?? "")
            guard let signedIn = try await signIn(byLink: token, from: Browser(page.request, cookies)) else {
                throw Problem.conflict(.linkIsGone)
            }
            return welcome(signedIn, page, to: [:])
        }
        site.page("/identity/resets", allow: .administer, resetsPage)
        site.action("/identity/resets/{id}/approve", allow: .administer) { page, _ in
            let link = try await approveReset(ID(try page.parameter("id")), by: try signedIn(page))
            guard let link else { return .redirect("/identity/resets") }
            return show(page, resetLink(page, link))
        }
        site.action("/identity/resets/{id}/refuse", allow: .administer) { page, _ in
            try await refuseReset(ID(try page.parameter("id")), by: try signedIn(page))
            return .redirect("/identity/resets")
        }
    }

    private func take(_ kind: AskForHelp.Kind, _ page: Page, _ fields: Fields) async throws {
        guard let login = fields["login"] else { throw Problem.invalid(["login": .enterLogin]) }
        try await ask(kind, login: login, Browser(page.request, cookies))
    }

    private func said(_ page: Page) -> HTML {
        "<p>\(page[.ifThereIsSuchAnAccount])</p>"
    }

    private func lostPage(_ page: Page) async throws -> View {
        View(
            title: page[.lostWayIn], back: "/sign-in",
            body: """
                <p>\(page[.lostWayInLead])</p>
                \(form(page, action: "/identity/lost", loginField(page) + buttons(submit(page, .askForReset))))
                """)
    }

    private func mailLinkPage(_ page: Page) async throws -> View {
        guard sendsLinks else { throw Problem.notFound }
        return View(
            title: page[.signInLink], back: "/sign-in",
            body: form(page, action: "/identity/mail-link", loginField(page) + buttons(submit(page, .sendLink))))
    }

    /// A button, because mail programs fetch links before their readers do.
    private func useLinkPage(_ page: Page) async throws -> View {
        let token = page.filled["token"] ?? page.request.query["token"] ?? ""
        return View(
            title: page[.useSignInLink],
            body: form(
                page, action: "/identity/mail-link/use", hidden("token", token) + buttons(submit(page, .signIn))))
    }

    private func loginField(_ page: Page) -> HTML {
        textField(page, "login", .login, autocomplete: "username")
    }

    // MARK: Officers

    private func resetsPage(_ page: Page) async throws -> View {
        let at = now()
        let (resets, names) = try await database.write { tx in
            let resets = try ResetStore.all(at: at, in: tx)
            try note(reading: resets.map(\.person), by: page.person, how: .list, at: at, in: tx)
            var names: [ID<Person>: String] = [:]
            for id in Set(resets.flatMap { [$0.person, $0.first].compactMap(\.self) }) {
                names[id] = try PeopleStore.account(id, in: tx)?.name
            }
            return (resets, names)
        }
        let rows = resets.map { reset -> [HTML] in
            let name = names[reset.person] ?? reset.person.text
            let approve = actionButton(
                page, reset.first == nil ? .approveFirst : .approveSecond, "/identity/resets/\(reset.id)/approve",
                about: name)
            let refuse = actionButton(
                page, .refuseReset, "/identity/resets/\(reset.id)/refuse", kind: .danger, about: name)
            let mayApprove = reset.first != page.person?.id && reset.person != page.person?.id
            return [
                "<a href=\"\(link: "/identity/people/\(reset.person)")\">\(name)</a>", time(reset.askedAt),
                HTML(reset.first.map { names[$0] ?? $0.text } ?? page[.none]),
                (mayApprove ? approve : HTML(page[.secondOfficerNeeded])) + refuse,
            ]
        }
        let list = table(
            page, .resets, headers: [.fullName, .askedAt, .firstOfficer, .action], rows: rows, isCaptionHidden: true)
        return View(
            title: page[.resets], back: "/identity/people",
            body:
                "<p>\(page[.resetsLead])</p>\(if: rows.isEmpty, emptyState(page, .noResets, sign: .person), else: list)"
        )
    }

    private func resetLink(_ page: Page, _ link: Link) -> View {
        View(
            title: page[.passwordLink], back: "/identity/resets",
            body: """
                \(banner(page, .success, .accountWasReset, "<p>\(page[.passwordLinkLead])</p>"))
                <p>\(copyable(page, id: "password-link", settings.origin + link.text))</p>
                """)
    }
}
