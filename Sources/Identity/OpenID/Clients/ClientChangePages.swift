import Database
import Vocabulary
import Web

/// Changing what is registered: names, purpose and addresses, the secret, the certificate.
extension Identity {
    func clientChangeDoors(_ site: Site) {
        let show = site.renderer
        site.form("/identity/clients/{id}/edit", allow: .administer, page: editClientPage, run: takeClient)
        site.form("/identity/clients/{id}/rotate", allow: .administer, page: rotateSecretPage) { page, fields in
            let made = try await rotateClientSecret(
                ID(try page.parameter("id")), days: secretDays(fields), overlapDays: overlap(fields), by: page.person)
            return show(page, secretView(page, made))
        }
        site.form("/identity/clients/{id}/certificate", allow: .administer, page: certificatePage) { page, fields in
            let id = ID<Client>(try page.parameter("id"))
            try await rotateClientCertificate(
                id, to: fields["certificate"] ?? "", overlapDays: overlap(fields), by: page.person)
            return .redirect("/identity/clients/\(id)")
        }
    }

    /// The client of the page, when it is one still.
    private func living(_ page: Page) async throws -> Client {
        let id = ID<Client>(try page.parameter("id"))
        guard let client = try await database.read({ try ClientStore.find(id, in: $0) }), client.state == .active else {
            throw Problem.notFound
        }
        return client
    }

    // MARK: Names, purpose, addresses

    func nameFields(_ page: Page, _ form: ClientForm) -> HTML {
        let needsPurpose = form.asksConsent && !form.redirects.isEmpty
        return """
            \(textField(page, "name", .clientName, hint: .clientNameHint, value: form.name, maxLength: 100))\
            \(textField(
            page, "nameEn", .clientNameEn, hint: .clientNameEnHint, required: false, value: form.nameEn,
            maxLength: 100))\
            \(textArea(
            page, "purposeVi", .clientPurposeVi, hint: .clientPurposeHint, required: needsPurpose, rows: 2,
            value: form.purpose.vi, maxLength: ClientForm.purposeCharacters))\
            \(textArea(
            page, "purposeEn", .clientPurposeEn, required: needsPurpose, rows: 2, value: form.purpose.en,
            maxLength: ClientForm.purposeCharacters))
            """
    }

    private func editClientPage(_ page: Page) async throws -> View {
        let client = try await living(page)
        let addresses: HTML =
            !client.signsPeopleIn
            ? ""
            : """
            \(textArea(
                page, "redirects", .redirects, hint: .redirectsHint, required: !client.actsAlone, rows: 3,
                value: client.redirects.joined(separator: "\n")))\
            \(textArea(
                page, "signOutRedirects", .signOutRedirects, required: false, rows: 2,
                value: client.signOutRedirects.joined(separator: "\n")))\
            \(textField(
                page, "logoutURI", .logoutAddress, hint: .logoutHint, type: .url, required: false,
                value: client.logoutURI))
            """
        return View(
            title: page[.editClient], about: page[client.title], back: "/identity/clients/\(client.id)",
            body: """
                \(if: client.asksConsent && !client.redirects.isEmpty, "<p>\(page[.editClientLead])</p>")
                \(form(page, action: "/identity/clients/\(client.id)/edit", """
                    \(hidden("seen", page.filled["seen"] ?? ClientForm(client).mark))\
                    \(nameFields(page, ClientForm(client)))\(addresses)\(buttons(submit(page, .save)))
                    """))
                """)
    }

    private func takeClient(_ page: Page, _ fields: Fields) async throws -> Response {
        let client = try await living(page)
        try await editClient(client.id, seen: fields["seen"], by: page.person) { form in
            form.takeNames(fields)
            guard client.signsPeopleIn else { return }
            form.redirects = ClientForm.lines(fields["redirects"])
            form.signOutRedirects = ClientForm.lines(fields["signOutRedirects"])
            form.logoutURI = fields["logoutURI"]
        }
        return .redirect("/identity/clients/\(client.id)")
    }

    // MARK: Secrets and certificates

    func secretDaysField(_ page: Page) -> HTML {
        textField(
            page, "days", .secretDays, hint: .secretDaysHint, type: .code, required: false,
            value: String(ClientSecret.daysDefault), maxLength: 3)
    }

    func secretDays(_ fields: Fields) -> Int64 {
        fields["days"].map { Int64($0) ?? 0 } ?? ClientSecret.daysDefault
    }

    private func overlapField(_ page: Page) -> HTML {
        textField(
            page, "overlap", .overlapDays, hint: .overlapHint, type: .code, required: false, value: "7", maxLength: 2)
    }

    /// Nil where it is not said.
    private func overlap(_ fields: Fields) -> Int64? { fields["overlap"].map { Int64($0) ?? -1 } }

    private func rotateSecretPage(_ page: Page) async throws -> View {
        let client = try await living(page)
        guard client.secret != nil else { throw Problem.notFound }
        return View(
            title: page[.newSecret], about: page[client.title], back: "/identity/clients/\(client.id)",
            body: form(
                page, action: "/identity/clients/\(client.id)/rotate",
                secretDaysField(page) + overlapField(page) + buttons(submit(page, .newSecret))))
    }

    private func certificatePage(_ page: Page) async throws -> View {
        let client = try await living(page)
        guard client.certificate != nil else { throw Problem.notFound }
        return View(
            title: page[.newCertificate], about: page[client.title], back: "/identity/clients/\(client.id)",
            body: form(
                page, action: "/identity/clients/\(client.id)/certificate",
                """
                \(textField(page, "certificate", .certificate, hint: .certificateHint, maxLength: 43))\
                \(overlapField(page))\(buttons(submit(page, .newCertificate)))
                """))
    }
}
