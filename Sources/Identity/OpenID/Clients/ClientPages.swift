import Database
import JOSE
import Vocabulary
import Web

/// The programs that are connected to this node, for its administrators: `/identity/clients`.
extension Identity {
    func clientDoors(_ site: Site) {
        let show = site.renderer
        site.menu(.clients, "/identity/clients", allow: .clients)
        site.page("/identity/clients", allow: .clients, clientsPage)
        site.form("/identity/clients/new", allow: .administer, page: newClientPage) { page, fields in
            let made = try await registerClient(try ClientForm(fields), by: page.person)
            return show(page, secretView(page, made))
        }
        site.page("/identity/clients/{id}", allow: .clients, clientPage)
        site.action("/identity/clients/{id}/rotate", allow: .administer) { page, _ in
            let made = try await rotateClientSecret(ID(try page.parameter("id")), by: page.person)
            return show(page, secretView(page, made))
        }
        site.action("/identity/clients/{id}/revoke", allow: .administer) { page, _ in
            let id = ID<Client>(try page.parameter("id"))
            try await revokeClient(id, by: page.person)
            return .redirect("/identity/clients/\(id)")
        }
    }

    private func clientsPage(_ page: Page) async throws -> View {
        let clients = try await registeredClients()
        let new = page.may(.administer) ? buttonLink(page, .registerClient, "/identity/clients/new") : ""
        guard !clients.isEmpty else {
            return View(title: page[.clients], body: emptyState(page, .noClients, action: new))
        }
        let rows = clients.map { client -> [HTML] in
            [
                "<a href=\"\(link: "/identity/clients/\(client.id)")\">\(client.name)</a>", HTML(page[client.kind]),
                time(client.createdAt), clientState(page, client),
            ]
        }
        return View(
            title: page[.clients],
            body: """
                <p>\(page[.clientsLead]) <a href="/identity/oauth/errors">\(page[.allErrors])</a></p>
                \(buttons(new))
                \(table(
                    page, .clients, headers: [.client, .clientKind, .registeredAt, .state], rows: rows,
                    isCaptionHidden: true))
                """)
    }

    private func clientState(_ page: Page, _ client: Client) -> HTML {
        client.state == .active
            ? statusTag(page[.clientIsActive], kind: .done) : statusTag(page[.clientIsRevoked], kind: .bad)
    }

    private func clientPage(_ page: Page) async throws -> View {
        let id = ID<Client>(try page.parameter("id"))
        guard let client = try await database.read({ try ClientStore.find(id, in: $0) }) else {
            throw Problem.notFound
        }
        func list(_ texts: [String]) -> HTML {
            texts.isEmpty ? HTML(page[.none]) : "\(each: texts, { "<code>\($0)</code><br>" })"
        }
        let canChange = page.may(.administer) && client.state == .active
        let rotate = actionButton(page, .newSecret, "/identity/clients/\(id)/rotate")
        let revoke = actionButton(page, .revokeClient, "/identity/clients/\(id)/revoke", kind: .danger)
        return View(
            title: client.name, back: "/identity/clients",
            body: """
                \(summaryList(page, [
                    (.clientID, copyable(page, id: "client-id", client.id.text)), (.state, clientState(page, client)),
                    (.clientKind, HTML(page[client.kind])), (.redirects, list(client.redirects)),
                    (.signOutRedirects, list(client.signOutRedirects)),
                    (.logoutAddress, list(client.logoutURI.map { [$0] } ?? [])), (.scopes, list(client.scopes)),
                    (.audiences, list(client.audiences)),
                    (.certificate, list(client.certificate.map { [$0] } ?? [])),
                    (.signing, HTML(client.signing.rawValue)),
                    (.pairwise, HTML(client.sector ?? page[.none])),
                ]))
                \(if: canChange, buttons(client.secret == nil ? "" : rotate, revoke))
                """)
    }

    private func secretView(_ page: Page, _ made: ClientSecret) -> View {
        let secret: HTML = made.secret.map { copyable(page, id: "client-secret", $0) } ?? HTML(page[.none])
        return View(
            title: page[.clientIsRegistered], back: "/identity/clients",
            body: """
                \(if: made.secret != nil, banner(page, .warning, .secretIsShownOnce))
                \(summaryList(page, [
                    (.clientID, copyable(page, id: "client-id", made.client.text)), (.clientSecret, secret),
                    (.discoveryAddress, copyable(
                        page, id: "discovery", openID.url("/.well-known/openid-configuration"))),
                ]))
                \(buttons(buttonLink(page, .openClient, "/identity/clients/\(made.client)")))
                """)
    }

    private func newClientPage(_ page: Page) async throws -> View {
        View(
            title: page[.registerClient], back: "/identity/clients",
            body: form(
                page, action: "/identity/clients/new",
                """
                \(textField(page, "name", .clientName, hint: .clientNameHint, maxLength: 100))\
                \(formSection(page, .signingPeopleIn, hint: .signingPeopleInHint, """
                    \(textArea(page, "redirects", .redirects, hint: .redirectsHint, required: false, rows: 3))\
                    \(textArea(page, "signOutRedirects", .signOutRedirects, required: false, rows: 2))\
                    \(textField(page, "logoutURI", .logoutAddress, hint: .logoutHint, type: .url, required: false))\
                    \(checkbox(page, "isPublic", .isPublic, hint: .isPublicHint))\
                    \(checkbox(page, "asksConsent", .asksConsent, isOn: true))\
                    \(checkbox(page, "isPairwise", .isPairwise, hint: .isPairwiseHint, isOn: true))\
                    \(textField(page, "sector", .sector, hint: .sectorHint, required: false))
                    """))\
                \(formSection(page, .servicesAlone, """
                    \(checkbox(page, "actsAlone", .actsAlone))\
                    \(checkbox(page, "introspects", .introspects, hint: .introspectsHint))\
                    \(textField(page, "audiences", .audiences, hint: .audiencesHint, required: false))\
                    \(textField(page, "certificate", .certificate, hint: .certificateHint, required: false))
                    """))\
                \(textField(page, "scopes", .scopes, hint: .scopesHint, required: false))\
                \(selectField(page, "signing", .signing, options: Identity.algorithms, chosen: "RS256"))\
                \(buttons(submit(page, .registerClient)))
                """))
    }

    private static let algorithms = [SignatureAlgorithm.rs256, .es256, .edDSA].map {
        Choice($0.rawValue, $0.rawValue)
    }
}

extension ClientForm {
    init(_ fields: Fields) throws(Problem) {
        func lines(_ name: String) -> [String] {
            (fields[name] ?? "").split(whereSeparator: \.isWhitespace).map(String.init)
        }
        guard let signing = SignatureAlgorithm(rawValue: fields["signing"] ?? "RS256") else {
            throw .invalid(["signing": .signing])
        }
        self.init()
        name = fields["name"] ?? ""
        redirects = lines("redirects")
        signOutRedirects = lines("signOutRedirects")
        logoutURI = fields["logoutURI"]
        scopes = lines("scopes")
        audiences = lines("audiences")
        isPublic = fields.isOn("isPublic")
        actsAlone = fields.isOn("actsAlone")
        introspects = fields.isOn("introspects")
        asksConsent = fields.isOn("asksConsent")
        isPairwise = fields.isOn("isPairwise")
        certificate = fields["certificate"]
        sector = fields["sector"]
        self.signing = signing
    }
}

extension Client {
    var kind: Phrase {
        if redirects.isEmpty { return .kindService }
        return isPublic ? .kindPublic : .kindApplication
    }
}
