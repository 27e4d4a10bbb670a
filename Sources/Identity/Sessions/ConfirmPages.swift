import Database
import Vocabulary
import Web

/// Where somebody who is signed in proves it again before something sealed, and goes back: `/identity/confirm?next=…`.
extension Identity {
    func confirmDoors(_ site: Site) {
        site.form("/identity/confirm", allow: .account, page: confirmPage, run: takeConfirmation)
    }

    @Sendable func confirmPage(_ page: Page) async throws -> View {
        let person = try signedIn(page).id
        if page.person?.guestOf != nil {
            return View(
                title: page[.confirmWhoYouAre],
                body: """
                    <p>\(page[.guestConfirm])</p>
                    \(ifLet: neighbours.wayBack(page), { buttons(buttonLink(page, .backThroughHome, $0)) })
                    """)
        }
        let (hasSecondStep, passkeys) = try await database.read { tx in
            (try SecondStepStore.isOn(for: person, in: tx), try PasskeyStore.all(of: person, in: tx))
        }
        let wanted = page.filled["level"] ?? page.request.query["level"]
        guard wanted != "2" || hasSecondStep else { return setUpFirst(page) }
        let code = textField(
            page, "code", .code, hint: .codeHint, autocomplete: "one-time-code", maxLength: 30)
        let session = try await currentSession(page)
        let passkey = session.map { session in
            passkeyForm(
                page, .confirmWithPasskey, action: "/identity/confirm/passkey", .confirm(session.id),
                allowing: passkeys, next(page) + "\(ifLet: wanted, { hidden("level", $0) })")
        }
        let either: HTML = "<p class=\"or\" data-with-passkeys hidden><span>\(page[.orWithPassword])</span></p>"
        return View(
            title: page[.confirmWhoYouAre],
            body: """
                <p>\(page[.confirmLead])</p>
                \(ifLet: passkeys.isEmpty ? nil : passkey, { $0 + either })
                \(form(page, action: "/identity/confirm", """
                    \(next(page))\
                    \(ifLet: wanted, { hidden("level", $0) })\
                    \(textField(
                        page, "password", .currentPassword, type: .password, autocomplete: "current-password"))\
                    \(if: hasSecondStep, code)\
                    \(buttons(submit(page, .confirm)))
                    """))
                """)
    }

    /// Two factors are wanted and there is one.
    private func setUpFirst(_ page: Page) -> View {
        View(
            title: page[.confirmWhoYouAre],
            body: """
                \(banner(page, .warning, .secondStepIsNeeded, "<p>\(page[.secondStepIsNeededLead])</p>"))
                \(buttons(
                    buttonLink(page, .addPasskey, "/identity/account/passkeys"),
                    buttonLink(page, .setUpAuthenticator, "/identity/account/authenticator", kind: .quiet)))
                """)
    }

    private func takeConfirmation(_ page: Page, _ fields: Fields) async throws -> Response {
        let outcome = try await confirm(
            password: fields.verbatim("password") ?? "", code: fields["code"] ?? "",
            from: Browser(page.request, cookies))
        switch outcome {
        case .signedIn(let signedIn): return welcome(signedIn, page, to: fields)
        case .tooSoon(let seconds): throw Problem.tooOften(retryAfterSeconds: Int(seconds))
        case .startAgain: throw Problem.unauthenticated
        case .wrong, .secondStep: throw Problem.invalid(["password": .confirmationIsWrong])
        }
    }
}

extension Phrase {
    static let confirmWhoYouAre = Phrase(vi: "Xác nhận danh tính", en: "Confirm who you are")
    static let confirmLead = Phrase(
        vi: "Bạn sắp làm một việc quan trọng. Hãy xác nhận rằng chính bạn đang ngồi trước màn hình.",
        en: "You are about to do something important. Confirm that it is you in front of the screen.")
    static let confirmationIsWrong = Phrase(
        vi: "Mật khẩu hoặc mã xác thực không đúng", en: "The password or the code is not right")
    static let secondStepIsNeeded = Phrase(
        vi: "Việc này cần xác thực hai bước", en: "This needs two-step verification")
    static let secondStepIsNeededLead = Phrase(
        vi: """
            Chỉ mật khẩu thì chưa đủ để thay đổi quyền của người khác hoặc đọc thông tin nhãn RED. \
            Hãy bật xác thực hai bước cho tài khoản của bạn, rồi quay lại.
            """,
        en: """
            A password alone is not enough to change what others may do, or to read what is RED. \
            Set up two-step verification for your account, then come back.
            """)
}
