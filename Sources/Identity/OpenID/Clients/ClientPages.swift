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
            let made = try await registerClient(
                try ClientForm(fields), days: secretDays(fields), by: page.person)
            return show(page, secretView(page, made))
        }
        site.page("/identity/clients/{id}", allow: .clients, clientPage)
        clientChangeDoors(site)
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
        let at = now()
        let rows = clients.map { client -> [HTML] in
            [
                "<a href=\"\(link: "/identity/clients/\(client.id)")\">\(page[client.title])</a>",
                HTML(page[client.kind]),
                time(client.createdAt), clientState(page, client, at: at),
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

    private func clientState(_ page: Page, _ client: Client, at now: Instant) -> HTML {
        guard client.state == .active else { return statusTag(page[.clientIsRevoked], kind: .bad) }
        guard let until = client.secretUntil, let first = ClientSecret.warningDays.first,
            until <= now.adding(days: Int64(first))
        else { return statusTag(page[.clientIsActive], kind: .done) }
        return until <= now
            ? statusTag(page[.secretEnded], kind: .bad) : statusTag(page[.secretEndsSoon], kind: .waiting)
    }

    /// When its secrets and its old certificate end, as far as they do.
    private func ends(_ client: Client, at now: Instant) -> [(Phrase, HTML)] {
        let ends: [(Phrase, Instant?)] = [
            (.secretEnds, client.secretUntil),
            (.oldSecretEnds, client.oldSecret == nil ? nil : client.oldSecretUntil.flatMap { now < $0 ? $0 : nil }),
            (.oldCertificate, client.oldCertificateUntil.flatMap { now < $0 ? $0 : nil }),
        ]
        return ends.compactMap { label, until in until.map { (label, time($0)) } }
    }

    private func clientPage(_ page: Page) async throws -> View {
        let id = ID<Client>(try page.parameter("id"))
        guard let client = try await database.read({ try ClientStore.find(id, in: $0) }) else {
            throw Problem.notFound
        }
        let (canChange, at) = (page.may(.administer) && client.state == .active, now())
        let edit = buttonLink(page, .editClient, "/identity/clients/\(id)/edit")
        let rotate: HTML =
            client.secret != nil
            ? buttonLink(page, .newSecret, "/identity/clients/\(id)/rotate", kind: .quiet)
            : client.certificate != nil
                ? buttonLink(page, .newCertificate, "/identity/clients/\(id)/certificate", kind: .quiet) : ""
        let revoke = askingButton(
            page, .revokeClient, .revokeClientLead, "/identity/clients/\(id)/revoke")
        return View(
            title: page[client.title], back: "/identity/clients",
            body: """
                \(summaryList(page, rows(page, client, at: at) + ends(client, at: at)))
                \(if: canChange, buttons(edit, rotate, revoke))
                """)
    }

    private func rows(_ page: Page, _ client: Client, at now: Instant) -> [(Phrase, HTML)] {
        func list(_ texts: [String]) -> HTML {
            texts.isEmpty ? HTML(page[.none]) : "\(each: texts, { "<code>\($0)</code><br>" })"
        }
        func said(_ text: String) -> HTML { HTML(text.isEmpty ? page[.none] : text) }
        return [
            (.clientID, copyable(page, id: "client-id", client.id.text)),
            (.state, clientState(page, client, at: now)), (.clientKind, HTML(page[client.kind])),
            (.clientPurposeVi, said(client.purpose.vi)), (.clientPurposeEn, said(client.purpose.en)),
            (.redirects, list(client.redirects)), (.signOutRedirects, list(client.signOutRedirects)),
            (.logoutAddress, list(client.logoutURI.map { [$0] } ?? [])), (.scopes, list(client.scopes)),
            (.audiences, list(client.audiences)), (.certificate, list(client.certificate.map { [$0] } ?? [])),
            (.signing, HTML(client.signing.rawValue)), (.pairwise, said(client.sector ?? "")),
        ]
    }

    func secretView(_ page: Page, _ made: ClientSecret) -> View {
        let secret: HTML = made.secret.map { copyable(page, id: "client-secret", $0) } ?? HTML(page[.none])
        return View(
            title: page[.clientIsRegistered], back: "/identity/clients",
            body: """
                \(if: made.secret != nil, banner(page, .warning, .secretIsShownOnce))
                \(summaryList(page, [
                    (.clientID, copyable(page, id: "client-id", made.client.text)), (.clientSecret, secret),
                    (.secretEnds, made.until.map(time) ?? HTML(page[.none])),
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
                \(nameFields(page, ClientForm()))\
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
                \(secretDaysField(page))\
                \(buttons(submit(page, .registerClient)))
                """))
    }

    private static let algorithms = [SignatureAlgorithm.rs256, .es256, .edDSA].map {
        Choice($0.rawValue, $0.rawValue)
    }
}

extension ClientForm {
    init(_ fields: Fields) throws(Problem) {
        func lines(_ name: String) -> [String] { ClientForm.lines(fields[name]) }
        guard let signing = SignatureAlgorithm(rawValue: fields["signing"] ?? "RS256") else {
            throw .invalid(["signing": .signing])
        }
        self.init()
        takeNames(fields)
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

    /// What stands between spaces and ends of lines.
    static func lines(_ text: String?) -> [String] {
        (text ?? "").split(whereSeparator: \.isWhitespace).map(String.init)
    }

    mutating func takeNames(_ fields: Fields) {
        (name, nameEn) = (fields["name"] ?? "", fields["nameEn"] ?? "")
        purpose = Client.Purpose(vi: fields["purposeVi"] ?? "", en: fields["purposeEn"] ?? "")
    }
}

extension Client {
    var kind: Phrase {
        if redirects.isEmpty { return .kindService }
        return isPublic ? .kindPublic : .kindApplication
    }
}
