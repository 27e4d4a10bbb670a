import Database
import Vocabulary
import Web

extension Identity {
    func signInDoors(_ site: Site) {
        site.form("/sign-in", allow: .everyone, page: signInPage, run: takeSignIn)
        site.form("/identity/second-step", allow: .everyone, page: secondStepPage, run: takeCode)
        site.action("/sign-out", allow: .everyone) { page, _ in
            try await signOut(Browser(page.request, cookies))
            return .redirect("/sign-in").setting(cookies.forget("session", on: page.request))
        }
        site.form("/identity/first", allow: .everyone, page: firstPage, run: takeFirst)
        site.form("/identity/set-password", allow: .everyone, page: setPasswordPage, run: takeSetPassword)
    }

    // MARK: Name and password

    /// Passkey first. Without scripts, or in a browser that has none, the page is name and password alone.
    @Sendable func signInPage(_ page: Page) async throws -> View {
        let withPassword = form(
            page, action: "/sign-in",
            """
            \(next(page))\
            \(textField(
                page, "login", .login, autocomplete: "username webauthn", value: page.request.query["login"]))\
            \(textField(page, "password", .password, type: .password, autocomplete: "current-password"))\
            \(buttons(submit(page, .signIn)))
            """)
        return View(
            title: page[.signIn],
            body: """
                \(ifLet: neighbours.wayBack(page), { buttons(buttonLink(page, .backThroughHome, $0)) })
                \(passkeyForm(
                    page, .signInWithPasskey, action: "/identity/passkey", .signIn, offers: true, next(page)))
                <p class="or" data-with-passkeys hidden><span>\(page[.orWithPassword])</span></p>
                \(withPassword)
                <p><a href="/identity/lost">\(page[.lostWayIn])</a></p>
                \(if: sendsLinks, "<p><a href=\"/identity/mail-link\">\(page[.signInLink])</a></p>")
                """)
    }

    private func takeSignIn(_ page: Page, _ fields: Fields) async throws -> Response {
        var errors: [String: Phrase] = [:]
        if fields["login"] == nil { errors["login"] = .enterLogin }
        if (fields.verbatim("password") ?? "").isEmpty { errors["password"] = .enterPassword }
        guard errors.isEmpty else { throw Problem.invalid(errors) }
        let browser = Browser(page.request, cookies)
        let outcome = try await signIn(
            login: fields["login"] ?? "", password: fields.verbatim("password") ?? "", from: browser)
        switch outcome {
        case .signedIn(let signedIn): return welcome(signedIn, page, to: fields)
        case .secondStep(let half):
            var query = Fields()
            query.add(next: fields["next"] ?? "")
            return Response.redirect(("/identity/second-step" as Link).with(query))
                .setting(cookies.make("session", half.text, on: page.request))
        case .tooSoon(let seconds): throw Problem.tooOften(retryAfterSeconds: Int(seconds))
        case .wrong, .startAgain: throw Problem.invalid(["password": .wrongNameOrPassword])
        }
    }

    func welcome(_ signedIn: SignedIn, _ page: Page, to fields: Fields) -> Response {
        let next = fields["next"].flatMap { Link(ownPath: $0) } ?? "/"
        let keep = Int(DeviceStore.lifetimeDays) * 86_400
        return Response.redirect(next)
            .setting(cookies.make("session", signedIn.session.text, on: page.request))
            .setting(cookies.make("device", signedIn.device.text, maxAgeSeconds: keep, on: page.request))
    }

    /// Where the person was going, carried through the form. Only a path of ours survives `Link(ownPath:)`.
    func next(_ page: Page) -> HTML {
        let wish = page.filled["next"] ?? page.request.query["next"]
        return "\(ifLet: wish.flatMap { Link(ownPath: $0) }, { hidden("next", $0.text) })"
    }

    // MARK: The second step

    private func secondStepPage(_ page: Page) async throws -> View {
        let (browser, at) = (Browser(page.request, cookies), now())
        let (half, passkeys) = try await database.read { tx in
            let half = try browser.session.flatMap { try living($0, at: at, in: tx)?.0 }
            return (half, try half.map { try PasskeyStore.all(of: $0.person, in: tx) } ?? [])
        }
        guard half?.stage == .half else { throw Problem.unauthenticated }
        let way = passkeyForm(
            page, .confirmWithPasskey, action: "/identity/passkey", .signIn, allowing: passkeys, next(page))
        let passkey: HTML =
            passkeys.isEmpty
            ? "" : "\(way)<p class=\"or\" data-with-passkeys hidden><span>\(page[.orWithCode])</span></p>"
        return View(
            title: page[.secondStep], back: "/sign-in",
            body: passkey
                + form(
                    page, action: "/identity/second-step",
                    """
                    \(next(page))\
                    \(textField(page, "code", .code, hint: .codeHint, autocomplete: "one-time-code", maxLength: 30))\
                    \(buttons(submit(page, .goOn)))
                    """))
    }

    private func takeCode(_ page: Page, _ fields: Fields) async throws -> Response {
        switch try await takeSecondStep(code: fields["code"] ?? "", from: Browser(page.request, cookies)) {
        case .signedIn(let signedIn): return welcome(signedIn, page, to: fields)
        case .tooSoon(let seconds): throw Problem.tooOften(retryAfterSeconds: Int(seconds))
        case .startAgain: return .redirect("/sign-in")
        case .wrong, .secondStep: throw Problem.invalid(["code": .wrongCode])
        }
    }

    // MARK: Links

    private func firstPage(_ page: Page) async throws -> View {
        let (token, at) = (Token(linkToken(page)), now())
        let isGood = try await database.read { [self] tx in
            try LinkStore.find(token, .firstAdministrator, at: at, in: tx) != nil
                && administrators(at: at, in: tx).isEmpty
        }
        guard isGood else { return goneLink(page, to: .firstAdministrator) }
        return View(
            title: page[.firstAdministrator],
            body: """
                <p>\(page[.firstAdministratorLead])</p>
                \(form(page, action: "/identity/first", """
                    \(hidden("token", token.text))\
                    \(textField(page, "name", .fullName, autocomplete: "name"))\
                    \(textField(page, "login", .login, hint: .loginHint, autocomplete: "username"))\
                    \(newPasswordFields(page))\
                    \(buttons(submit(page, .createAccount)))
                    """))
                """)
    }

    private func takeFirst(_ page: Page, _ fields: Fields) async throws -> Response {
        let password = try newPassword(fields)
        let signedIn = try await becomeFirstAdministrator(
            token: Token(fields["token"] ?? ""), login: fields["login"] ?? "", name: fields["name"] ?? "",
            password: password, Browser(page.request, cookies))
        guard let signedIn else { throw Problem.conflict(.linkIsGone) }
        return welcome(signedIn, page, to: [:])
    }

    private func setPasswordPage(_ page: Page) async throws -> View {
        let token = Token(linkToken(page))
        guard let account = try await personOfLink(token) else { return goneLink(page, to: .choosePassword) }
        return View(
            title: page[.choosePassword],
            body: """
                <p>\(page[.choosePasswordFor(account.login)])</p>
                \(form(page, action: "/identity/set-password", """
                    \(hidden("token", token.text))\
                    \(newPasswordFields(page))\
                    \(buttons(submit(page, .save)))
                    """))
                """)
    }

    private func takeSetPassword(_ page: Page, _ fields: Fields) async throws -> Response {
        guard try await setPassword(try newPassword(fields), byLink: Token(fields["token"] ?? "")) else {
            throw Problem.conflict(.linkIsGone)
        }
        return .redirect("/sign-in")
    }

    private func linkToken(_ page: Page) -> String {
        page.filled["token"] ?? page.request.query["token"] ?? ""
    }

    private func goneLink(_ page: Page, to what: Phrase) -> View {
        View(
            title: page[.linkIsGoneTitle], about: page[what],
            body: "<p>\(page[.linkIsGone])</p>\n\(buttonLink(page, .signIn, "/sign-in"))")
    }
}

func hidden(_ name: String, _ value: String) -> HTML {
    "<input type=\"hidden\" name=\"\(name)\" value=\"\(value)\">"
}

func newPasswordFields(_ page: Page) -> HTML {
    """
    \(textField(page, "password", .newPassword, hint: .passwordHint, type: .password, autocomplete: "new-password"))\
    \(textField(page, "again", .passwordAgain, type: .password, autocomplete: "new-password"))
    """
}

/// The password of `newPasswordFields`, if it was typed twice the same.
func newPassword(_ fields: Fields) throws(Problem) -> String {
    let password = fields.verbatim("password") ?? ""
    guard !password.isEmpty else { throw .invalid(["password": .enterPassword]) }
    guard password == fields.verbatim("again") else { throw .invalid(["again": .passwordsDiffer]) }
    return password
}
