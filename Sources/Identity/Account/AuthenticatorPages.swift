import Database
import Vocabulary
import Web

extension Identity {
    func authenticatorDoors(_ site: Site) {
        let show = site.renderer
        site.form("/identity/account/authenticator", allow: .account, page: setUpPage) { page, fields in
            let person = try signedIn(page)
            try await confirmOwn(page)
            guard
                let codes = try await confirmAuthenticator(
                    code: fields["code"] ?? "", of: person.id, in: Browser(page.request, cookies).session)
            else {
                throw Problem.invalid(["code": .wrongCode])
            }
            return show(page, codesView(page, codes))
        }
        site.form("/identity/account/authenticator/remove", allow: .account, page: removePage) { page, fields in
            let person = try signedIn(page)
            try await confirmPassword(fields, of: person, page)
            try await removeAuthenticator(of: person.id)
            return .redirect("/identity/account")
        }
        site.form("/identity/account/recovery-codes", allow: .account, page: newCodesPage) { page, fields in
            let person = try signedIn(page)
            try await confirmPassword(fields, of: person, page)
            guard let codes = try await newRecoveryCodes(of: person.id) else {
                throw Problem.conflict(.secondStepIsOff)
            }
            return show(page, codesView(page, codes))
        }
    }

    private func confirmPassword(_ fields: Fields, of person: Person, _ page: Page) async throws {
        guard try await hasPassword(person.id) else { return try await confirmOwn(page) }
        let browser = Browser(page.request, cookies)
        guard try await isPassword(fields.verbatim("password") ?? "", of: person.id, browser) else {
            throw Problem.invalid(["password": .oldPasswordIsWrong])
        }
    }

    private func hasPassword(_ person: ID<Person>) async throws -> Bool {
        try await database.read { try PasswordStore.phc(of: person, in: $0) != nil }
    }

    private func setUpPage(_ page: Page) async throws -> View {
        let person = try signedIn(page)
        try await confirmOwn(page)
        guard let secret = try await proposedSecret(of: person.id),
            let account = try await database.read({ try PeopleStore.account(person.id, in: $0) })
        else {
            return View(
                title: page[.setUpAuthenticator], back: "/identity/account", body: "<p>\(page[.secondStepIsOn])</p>")
        }
        let link = TOTP.link(secret: secret, login: account.login, issuer: settings.issuer)
        let key = copyable(page, id: "secret", Base32.grouped(Base32.encode(secret)))
        return View(
            title: page[.setUpAuthenticator], back: "/identity/account",
            body: """
                <p>\(page[.setUpLead])</p>
                \(ifLet: QRCode(link), { qrPicture(page, $0) })
                \(summaryList(page, [(.secretKey, key), (.setUpLink, copyable(page, id: "setup-link", link))]))
                \(form(page, action: "/identity/account/authenticator", setUpFields(page)))
                """)
    }

    private func setUpFields(_ page: Page) -> HTML {
        textField(
            page, "code", .firstCode, hint: .firstCodeHint, type: .code, autocomplete: "one-time-code", maxLength: 10)
            + buttons(submit(page, .confirm))
    }

    private func removePage(_ page: Page) async throws -> View {
        try await passwordForm(page, .removeAuthenticator, .removeLead, "/identity/account/authenticator/remove")
    }

    private func newCodesPage(_ page: Page) async throws -> View {
        try await passwordForm(page, .newRecoveryCodes, .newCodesLead, "/identity/account/recovery-codes")
    }

    /// Asks for the password again; of who has none, a fresh proof.
    private func passwordForm(_ page: Page, _ title: Phrase, _ lead: Phrase, _ action: Link) async throws -> View {
        let hasPassword = try await hasPassword(try signedIn(page).id)
        if !hasPassword { try await confirmOwn(page) }
        let password = textField(
            page, "password", .currentPassword, type: .password, autocomplete: "current-password")
        let fields = (hasPassword ? password : "") + buttons(submit(page, title))
        return View(
            title: page[title], back: "/identity/account",
            body: "<p>\(page[lead])</p>\n\(form(page, action: action, fields))")
    }

    func codesView(_ page: Page, _ codes: [RecoveryCode]) -> View {
        View(
            title: page[.recoveryCodes],
            body: """
                \(banner(page, .success, .secondStepIsOn, "<p>\(page[.codesLead])</p>"))
                <ul>\(each: codes, { "<li><code>\($0.text)</code></li>\n" })</ul>
                \(buttonLink(page, .codesAreKept, "/identity/account"))
                """)
    }
}
