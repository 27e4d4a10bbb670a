import Database
import Gateway
import Identity
import Vocabulary
import Web

/// The consumer's side of the registry: applications, and how each shows that it is the one.
extension Exchange {
    func applicationDoors(_ site: Site) {
        let show = site.renderer
        site.page("/exchange/applications", allow: .catalogue, applicationsPage)
        site.form("/exchange/applications/new", allow: .register, page: newApplicationPage) { [self] page, fields in
            let made = try await addApplication(
                fields["code"] ?? "", named: fields["name"] ?? "", of: ID(fields["organisation"] ?? ""),
                contact: fields["contact"] ?? "", by: page.person)
            return show(page, keyView(page, made.key ?? "", of: made.application.id))
        }
        proofDoors(site)
        site.page("/exchange/applications/{id}", allow: .catalogue, applicationPage)
        site.form("/exchange/applications/{id}/contact", allow: .register, page: contactPage) { [self] page, fields in
            let id = ID<Application>(try page.parameter("id"))
            try await setContact(fields["contact"] ?? "", of: id, by: page.person)
            return .redirect("/exchange/applications/\(id)")
        }
        site.action("/exchange/applications/{id}/key", allow: .register) { [self] page, _ in
            let id = ID<Application>(try page.parameter("id"))
            return show(page, keyView(page, try await issueKey(for: id, by: page.person), of: id))
        }
        site.form(
            "/exchange/applications/{id}/credential", allow: .register, bodyLimit: 4 * ShownCertificate.pemBytesLimit,
            page: credentialPage
        ) { [self] page, fields in
            let id = ID<Application>(try page.parameter("id"))
            guard let kind = fields["kind"].flatMap(ApplicationCredential.Kind.init), kind != .apiKey else {
                throw Problem.invalid(["kind": .chooseCredential])
            }
            try await addCredential(kind, fields["value"] ?? "", proof: fields["proof"], to: id, by: page.person)
            return .redirect("/exchange/applications/\(id)")
        }
        site.action("/exchange/applications/{id}/credentials/{credential}/revoke", allow: .register) {
            [self] page, _ in
            let id = ID<Application>(try page.parameter("id"))
            try await revokeCredential(ID(try page.parameter("credential")), of: id, by: page.person)
            return .redirect("/exchange/applications/\(id)")
        }
        site.action("/exchange/applications/{id}/end", allow: .register) { [self] page, _ in
            try await endApplication(ID(try page.parameter("id")), by: page.person)
            return .redirect("/exchange/applications")
        }
    }

    private func applicationsPage(_ page: Page) async throws -> View {
        let (all, register) = (try await allApplications(), try await authorization.organisations())
        let unproven = page.may(.register) ? Set(try await unprovenCredentials().credentials.map(\.application.id)) : []
        let rows = all.map { application -> [HTML] in
            [
                "<a href=\"\(link: "/exchange/applications/\(application.id)")\">\(application.name)</a>",
                "<code>\(application.code)</code>",
                HTML(page[register.name(of: application.organisation, on: Day(now()))]),
                application.endedAt != nil
                    ? statusTag(page[.applicationEnded], kind: .neutral)
                    : unproven.contains(application.id)
                        ? statusTag(page[.unproven], kind: .waiting) : statusTag(page[.applicationWorks], kind: .done),
            ]
        }
        let found = page.may(.register) ? buttonLink(page, .addApplication, "/exchange/applications/new") : ""
        return View(
            title: page[.applications], back: "/exchange/catalogue",
            body: """
                \(buttons(found, page.may(.administerExchange)
                    ? buttonLink(page, .unprovenCredentials, "/exchange/applications/unproven", kind: .quiet) : ""))
                \(if: rows.isEmpty, emptyState(page, .noApplications), else: table(
                    page, .applications, headers: [.application, .applicationCode, .owner, .state], rows: rows,
                    isCaptionHidden: true))
                """)
    }

    private func newApplicationPage(_ page: Page) async throws -> View {
        let fields: HTML = """
            \(try await organisationField(page, .register))\
            \(textField(page, "code", .applicationCode, hint: .applicationCodeHint, maxLength: 40))\
            \(textField(page, "name", .applicationName, maxLength: 200))\
            \(textField(page, "contact", .contact, hint: .contactHint, required: false, maxLength: 200))\
            \(buttons(submit(page, .addApplication)))
            """
        return View(
            title: page[.addApplication], back: "/exchange/applications",
            body: form(page, action: "/exchange/applications/new", fields))
    }

    private func keyView(_ page: Page, _ key: String, of id: ID<Application>) -> View {
        View(
            title: page[.applicationKey],
            body: """
                \(banner(page, .success, .keyMade, "<p>\(page[.keyOnce])</p>"))
                <p>\(copyable(page, id: "application-key", key))</p>
                \(buttonLink(page, .toApplication, "/exchange/applications/\(id)"))
                """)
    }

    private func contactPage(_ page: Page) async throws -> View {
        let asked = ID<Application>(try page.parameter("id"))
        let application = try await database.read { [self] tx in try ownApplication(asked, by: page.person, in: tx) }
        let fields: HTML = """
            \(textField(
                page, "contact", .contact, hint: .contactHint, required: false, value: application.contact,
                maxLength: 200))\
            \(buttons(submit(page, .changeContact)))
            """
        return View(
            title: page[.changeContact], about: application.name, back: "/exchange/applications/\(asked)",
            body: form(page, action: "/exchange/applications/\(asked)/contact", fields))
    }

    /// Its commands are for pasting into a shell: they name an application that is there, never what a path says.
    private func credentialPage(_ page: Page) async throws -> View {
        let asked = ID<Application>(try page.parameter("id"))
        let application = try await database.read { [self] tx in
            try ownApplication(asked, by: page.person, in: tx)
        }
        let id = application.id
        let kinds = ApplicationCredential.Kind.allCases.filter { $0 != .apiKey }
        let fields: HTML = """
            \(radioTiles(page, "kind", .credential, kinds.map {
                Choice($0.rawValue, page[$0.phrase], hint: page[$0.hint])
            }))\
            \(textArea(page, "value", .credentialValue, rows: 3, maxLength: ShownCertificate.pemBytesLimit))\
            \(textArea(
                page, "proof", .keyProof, hint: .keyProofHint, required: false, hintSaysWhen: true, rows: 2,
                maxLength: KeyProof.textBytes))\
            \(details(page, .howToProve, """
                <p>\(page[.howToProveLead])</p>
                <p>\(page[.withThisProgram])</p><pre lang="" tabindex="0">\(KeyProof.command(for: id))</pre>
                <p>\(page[.withOpenSSL])</p><pre lang="" tabindex="0">\(KeyProof.openSSL(for: id))</pre>
                """))\
            \(details(page, .howToProveCertificate, """
                <p>\(page[.howToProveCertificateLead])</p>
                <p>\(page[.withThisProgram])</p>\
                <pre lang="" tabindex="0">\(KeyProof.command(forCertificateOf: id))</pre>
                <p>\(page[.withOpenSSL])</p>\
                <pre lang="" tabindex="0">\(KeyProof.openSSL(forCertificateOf: id))</pre>
                """))\
            \(buttons(submit(page, .addCredential)))
            """
        return View(
            title: page[.addCredential], about: application.name, back: "/exchange/applications/\(id)",
            body: form(page, action: "/exchange/applications/\(id)/credential", fields))
    }

    private func applicationPage(_ page: Page) async throws -> View {
        let id = ID<Application>(try page.parameter("id"))
        let found = try await database.read {
            [self] tx -> (Application, [ApplicationCredential], [NamedGrant], ProofRule?)? in
            guard let application = try ApplicationStore.application(id, in: tx) else { return nil }
            return (
                application, try ApplicationStore.credentials(of: id, in: tx),
                try GrantStore.held(by: id, in: tx).compactMap { try named($0, in: tx) }, try ProofRule.find(in: tx)
            )
        }
        guard let (application, credentials, held, rule) = found else { throw Problem.notFound }
        let register = try await authorization.organisations()
        let asked = try await farRequests().filter { $0.application == id }
        let given = try await heldGrants().filter { $0.application == id }
        let isOwn =
            application.endedAt == nil
            && authorization.decide(
                page.person, .register, .registered(id.text, by: application.organisation, as: .application))
        return View(
            title: application.name, back: "/exchange/applications",
            body: """
                \(summaryList(page, [
                    (.owner, HTML(page[register.name(of: application.organisation, on: Day(now()))])),
                    (.xroadName, "<code>\(subsystem(of: application).description)</code>"),
                    (.contact, application.contact.isEmpty ? HTML(page[.nothingSaid]) : asWritten(application.contact)),
                    (.livesAt, HTML(page[application.node.map { name(of: $0) } ?? .thisNode])),
                ]))
                <h2>\(page[.credentials])</h2>
                \(if: isOwn && credentials.contains(where: \.isUnproven), unprovenBanner(page, rule))
                \(credentialTable(page, application, credentials, isOwn: isOwn))
                \(if: isOwn, """
                    <div class="buttons">\
                    \(if: application.node == nil, actionButton(
                        page, .issueKey, "/exchange/applications/\(id)/key"))\
                    \(buttonLink(page, .addCredential, "/exchange/applications/\(id)/credential", kind: .quiet))\
                    \(buttonLink(page, .changeContact, "/exchange/applications/\(id)/contact", kind: .quiet))\
                    \(askingButton(
                        page, .endApplication, .endApplicationLead, "/exchange/applications/\(id)/end"))</div>
                    """)
                <h2>\(page[.grants])</h2>
                \(if: !held.isEmpty || asked.isEmpty && given.isEmpty,
                    grantTable(page, .grants, held, register, empty: .noGrants))
                \(if: !asked.isEmpty, "<h2>\(page[.requestsElsewhere])</h2>\(farRequestTable(page, asked, register))")
                \(heldPart(page, given, [application], register))
                """)
    }

    private func unprovenBanner(_ page: Page, _ rule: ProofRule?) -> HTML {
        let until = rule.map { rule -> HTML in
            let day = Day(rule.since).forReading
            return "<p>\(page[.unprovenUntil(day)])</p>"
        }
        return banner(page, .warning, .unprovenTitle, "<p>\(page[.unprovenLead])</p>\(until ?? "")")
    }

    private func credentialTable(
        _ page: Page, _ application: Application, _ credentials: [ApplicationCredential], isOwn: Bool
    ) -> HTML {
        guard !credentials.isEmpty else { return emptyState(page, .noCredentials) }
        let rows = credentials.map { credential -> [HTML] in
            let revoke: Link = "/exchange/applications/\(application.id)/credentials/\(credential.id)/revoke"
            let known = [
                HTML(page[credential.kind.phrase]),
                """
                <code>…\(credential.hint)</code> \(if: credential.isUnproven, statusTag(
                    page[.unproven], kind: .waiting))
                """, time(credential.createdAt),
            ]
            guard isOwn else { return known }
            return known + [
                askingButton(page, .revokeCredential, .revokeCredentialLead, revoke, about: credential.hint)
            ]
        }
        return table(
            page, .credentials,
            headers: [.credential, .lastLetters, .createdAt] + (isOwn ? [.action] : []), rows: rows,
            isCaptionHidden: true)
    }
}
