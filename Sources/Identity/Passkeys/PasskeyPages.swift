import Database
import Vocabulary
import Web

/// A person's passkeys: which there are, when each was last used, one more, one less.
extension Identity {
    func passkeyDoors(_ site: Site) {
        let show = site.renderer
        site.form("/identity/passkey", allow: .everyone, page: signInPage) { page, fields in
            let assertion = try PasskeyAssertion(fields)
            return try await welcome(
                page, fields, try await signIn(with: assertion, from: Browser(page.request, cookies)))
        }
        site.form("/identity/confirm/passkey", allow: .account, page: confirmPage) { page, fields in
            let assertion = try PasskeyAssertion(fields)
            return try await welcome(
                page, fields, try await confirm(with: assertion, from: Browser(page.request, cookies)))
        }
        site.form("/identity/account/passkeys", allow: .account, page: passkeysPage) { page, fields in
            let person = try signedIn(page).id
            try await confirmOwn(page)
            guard let name = fields["name"], name.count <= 60 else {
                throw Problem.invalid(["name": .passkeyNameIsMissing])
            }
            let codes = try await addPasskey(try PasskeyRegistration(fields), name: name, to: person)
            guard let codes else { return .redirect("/identity/account/passkeys") }
            return show(page, codesView(page, codes))
        }
        site.action("/identity/account/passkeys/{id}/remove", allow: .account) { page, _ in
            try await confirmOwn(page)
            let session = try await currentSession(page)
            try await removePasskey(
                try page.parameter("id"), of: try signedIn(page).id, keeping: session?.id)
            return .redirect("/identity/account/passkeys")
        }
    }

    private func welcome(_ page: Page, _ fields: Fields, _ outcome: SignInOutcome) async throws -> Response {
        switch outcome {
        case .signedIn(let signedIn): return welcome(signedIn, page, to: fields)
        case .tooSoon(let seconds): throw Problem.tooOften(retryAfterSeconds: Int(seconds))
        case .startAgain: throw Problem.invalid(["": .passkeyPageIsOld])
        case .wrong, .secondStep: throw Problem.invalid(["": .passkeyIsWrong])
        }
    }

    /// What protects an account changes only for whoever has just proved all that protects it now.
    func confirmOwn(_ page: Page) async throws {
        let person = try signedIn(page).id
        let hasSecondStep = try await database.read { try SecondStepStore.isOn(for: person, in: $0) }
        try confirm(page, level: hasSecondStep ? 2 : 1)
    }

    private func passkeysPage(_ page: Page) async throws -> View {
        try await confirmOwn(page)
        let id = try signedIn(page).id
        let (account, passkeys) = try await database.read { tx in
            (try PeopleStore.account(id, in: tx), try PasskeyStore.all(of: id, in: tx))
        }
        guard let account else { throw Problem.notFound }
        let name = textField(
            page, "name", .passkeyName, hint: .passkeyNameHint, autocomplete: "off",
            value: Browser(page.request, cookies).deviceName, maxLength: 60)
        let list =
            passkeys.isEmpty ? emptyState(page, .noPasskeys, sign: .person) : passkeyTable(page, passkeys)
        return View(
            title: page[.passkeys], back: "/identity/account",
            body: """
                <p>\(page[.passkeysLead])</p>
                \(list)
                <h2>\(page[.addPasskey])</h2>
                \(newPasskeyForm(page, for: account, passkeys, name))
                """)
    }

    private func passkeyTable(_ page: Page, _ passkeys: [Passkey]) -> HTML {
        let rows = passkeys.map { passkey -> [HTML] in
            [
                HTML(passkey.name), HTML(page[passkey.isSynced ? .passkeyIsSynced : .passkeyIsBound]),
                time(passkey.createdAt), passkey.usedAt.map(time) ?? HTML(page[.notUsedYet]),
                actionButton(
                    page, .removePasskey, "/identity/account/passkeys/\(passkey.id)/remove", kind: .danger,
                    about: passkey.name),
            ]
        }
        return table(
            page, .passkeys, headers: [.passkeyName, .passkeyKind, .addedAt, .lastUsed, .action], rows: rows,
            isCaptionHidden: true)
    }
}
