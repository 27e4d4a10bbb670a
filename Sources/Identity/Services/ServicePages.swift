import Database
package import Vocabulary
import Web

/// Service accounts on pages: a list with warnings, one account with its keys, new ones.
extension Identity {
    /// Those in the author's reach with their keys, the present ones first.
    package func services(by author: Person?) async throws -> [(ServiceAccount, [ServiceKey])] {
        let at = now()
        return try await database.read { tx in
            let reach = try self.reach(of: author, at: at, in: tx)
            return try ServiceStore.all(in: reach.organisations, tx).map {
                ($0, try ServiceStore.keys(of: $0.id, in: tx))
            }
        }
    }

    func serviceDoors(_ site: Site) {
        let show = site.renderer
        site.menu(.services, "/identity/services", allow: .delegate)
        site.page("/identity/services", allow: .delegate, servicesPage)
        site.form("/identity/services/new", allow: .delegate, page: newServicePage) { page, fields in
            let made = try await createService(
                name: fields["name"] ?? "", purpose: fields["purpose"] ?? "",
                organisation: fields["organisation"].map { ID($0) },
                scopes: Set(fields.all("scope").compactMap(ServiceAccount.Scope.init)),
                roles: Set(fields.all("role").compactMap(Role.init)), days: days(fields), by: page.person)
            return show(page, keyView(page, made.key, of: made.service.id))
        }
        site.page("/identity/services/{id}", allow: .delegate, servicePage)
        site.form("/identity/services/{id}/rotate", allow: .delegate, page: rotatePage) { page, fields in
            let id = ID<ServiceAccount>(try page.parameter("id"))
            return show(page, keyView(page, try await rotateKey(of: id, days: days(fields), by: page.person), of: id))
        }
        site.action("/identity/services/{id}/end", allow: .delegate) { page, _ in
            try await endService(ID(try page.parameter("id")), by: page.person)
            return .redirect("/identity/services")
        }
        site.action("/identity/services/{id}/keys/{key}/revoke", allow: .delegate) { page, _ in
            let id = try page.parameter("id")
            try await revokeKey(ID(try page.parameter("key")), of: ID(id), by: page.person)
            return .redirect("/identity/services/\(id)")
        }
    }

    private func days(_ fields: Fields) -> Int64 { fields["days"].flatMap(Int64.init) ?? 0 }

    private func servicesPage(_ page: Page) async throws -> View {
        let (all, at) = (try await services(by: page.person), now())
        let register = try await organisations()
        let rows = all.map { service, keys -> [HTML] in
            let end = keys.filter { $0.lives(at: at) }.map(\.expiresAt).max()
            return [
                "<a href=\"\(link: "/identity/services/\(service.id)")\">\(service.name)</a>",
                HTML(page[register.name(of: service.organisation, on: Day(at))]),
                HTML(service.scopes.map { page[$0.label] }.sorted().joined(separator: ", ")),
                end.map { HTML(Day($0).forReading) } ?? HTML(page[.none]), stateTag(page, service, keys, at),
            ]
        }
        let ending = all.flatMap { service, keys in
            keys.filter { $0.lives(at: at) && $0.warning(at: at) != nil }.map { (service, $0) }
        }
        return View(
            title: page[.services],
            body: """
                <p>\(page[.servicesLead])</p>
                \(if: !ending.isEmpty, banner(page, .warning, .keysEndSoon, endingLines(page, ending)))
                \(buttonLink(page, .addService, "/identity/services/new"))
                \(if: rows.isEmpty, emptyState(page, .noServices), else: table(
                    page, .services, headers: [.serviceName, .organisation, .serviceScopes, .keyEnds, .state],
                    rows: rows, isCaptionHidden: true))
                """)
    }

    private func endingLines(_ page: Page, _ ending: [(ServiceAccount, ServiceKey)]) -> HTML {
        let lines = ending.map { page[.keyEndsSoon($0.0.name, $0.1.hint, Day($0.1.expiresAt).forReading)] }
        return "<ul>\(each: lines, { "<li>\($0)</li>" })</ul>"
    }

    private func stateTag(_ page: Page, _ service: ServiceAccount, _ keys: [ServiceKey], _ now: Instant) -> HTML {
        if service.endedAt != nil { return statusTag(page[.serviceEnded], kind: .neutral) }
        let living = keys.filter { $0.lives(at: now) }
        if living.isEmpty { return statusTag(page[.noKeys], kind: .bad) }
        return living.contains { $0.warning(at: now) == nil }
            ? statusTag(page[.serviceWorks], kind: .done) : statusTag(page[.keysEndSoon], kind: .waiting)
    }

    private func servicePage(_ page: Page) async throws -> View {
        let (id, at, reader) = (ID<ServiceAccount>(try page.parameter("id")), now(), page.person)
        let found = try await database.read { tx -> (ServiceAccount, [ServiceKey], OrganisationRegister)? in
            guard let service = try reached(id, within: reader, at: at, in: tx) else { return nil }
            return (service, try ServiceStore.keys(of: id, in: tx), try OrganisationStore.all(in: tx))
        }
        guard let (service, keys, register) = found else { throw Problem.notFound }
        let roles = service.roles.map { page[$0.label] }.sorted().joined(separator: ", ")
        return View(
            title: service.name, back: "/identity/services",
            body: """
                \(summaryList(page, [
                    (.servicePurpose, HTML(service.purpose)),
                    (.organisation, HTML(page[register.name(of: service.organisation, on: Day(at))])),
                    (.serviceScopes, HTML(service.scopes.map { page[$0.label] }.sorted().joined(separator: ", "))),
                    (.serviceRoles, HTML(roles.isEmpty ? page[.none] : roles)),
                    (.created, time(service.createdAt)), (.state, stateTag(page, service, keys, at)),
                ]))
                <h2>\(page[.keys])</h2>
                \(keyTable(page, service, keys, at))
                \(if: service.endedAt == nil, buttons(
                    buttonLink(page, .rotateKey, "/identity/services/\(id)/rotate"),
                    askingButton(page, .endService, .endServiceLead, "/identity/services/\(id)/end")))
                """)
    }

    private func keyTable(_ page: Page, _ service: ServiceAccount, _ keys: [ServiceKey], _ now: Instant) -> HTML {
        guard !keys.isEmpty else { return emptyState(page, .noKeys) }
        let rows = keys.map { key -> [HTML] in
            [
                "<code>…\(key.hint)</code>", time(key.createdAt), time(key.expiresAt),
                key.usedAt.map(time) ?? HTML(page[.neverUsed]),
                askingButton(
                    page, .revokeKey, .revokeKeyLead, "/identity/services/\(service.id)/keys/\(key.id)/revoke",
                    about: key.hint),
            ]
        }
        return table(
            page, .keys, headers: [.lastFour, .created, .keyEnds, .keyUsed, .action], rows: rows, isCaptionHidden: true)
    }

    private func newServicePage(_ page: Page) async throws -> View {
        let at = now()
        let (reach, register) = try await extent(of: page.person)
        let roles = Role.ofPeople.filter { role in
            !ServiceAccount.privileged.contains(role) && reach.organisations.contains { reach.mayGive(role, in: $0) }
        }
        let scopeTiles = ServiceAccount.Scope.allCases.map { Choice($0.rawValue, page[$0.label]) }
        let roleTiles = roles.map { Choice($0.rawValue, page[$0.label]) }
        let fields: HTML = """
            \(textField(page, "name", .serviceName, autocomplete: "off", maxLength: 100))\
            \(textField(page, "purpose", .servicePurpose, autocomplete: "off"))\
            \(organisationField(page, reach, register, on: Day(at)))\
            \(checkTiles(page, "scope", .serviceScopes, scopeTiles))\
            \(checkTiles(
                page, "role", .serviceRoles, roleTiles, hint: .serviceRolesHint, required: false, columns: 2))\
            \(daysField(page))\
            \(buttons(submit(page, .addService)))
            """
        return View(
            title: page[.addService], back: "/identity/services",
            body: form(page, action: "/identity/services/new", fields))
    }

    private func daysField(_ page: Page) -> HTML {
        textField(page, "days", .keyDays, type: .code, value: String(ServiceKey.daysDefault), maxLength: 3)
    }

    /// The organisations in reach that exist on the day, by their ids.
    func unitChoices(_ page: Page, _ reach: Reach, _ register: OrganisationRegister, on day: Day) -> [Choice] {
        let units = reach.organisations.filter { register[$0]?.exists(on: day) ?? false }
        return units.sorted { $0.text < $1.text }.map { Choice($0.text, page[register.name(of: $0, on: day)]) }
    }

    /// Nothing to choose where there is one.
    func organisationField(_ page: Page, _ reach: Reach, _ register: OrganisationRegister, on day: Day) -> HTML {
        let choices = unitChoices(page, reach, register, on: day)
        guard choices.count > 1 else { return "" }
        return selectField(
            page, "organisation", .organisation, options: choices, chosen: settings.organisation.text)
    }

    private func reached(
        _ id: ID<ServiceAccount>, within reader: Person?, at now: Instant, in tx: any Transaction
    ) throws -> ServiceAccount? {
        guard let service = try ServiceStore.service(id, in: tx),
            try reach(of: reader, at: now, in: tx).organisations.contains(service.organisation)
        else { return nil }
        return service
    }

    private func rotatePage(_ page: Page) async throws -> View {
        let (id, at, reader) = (ID<ServiceAccount>(try page.parameter("id")), now(), page.person)
        let found = try await database.read { tx in try reached(id, within: reader, at: at, in: tx) }
        guard let service = found else { throw Problem.notFound }
        return View(
            title: page[.rotateKey], about: service.name, back: "/identity/services/\(id)",
            body: """
                <p>\(page[.rotateHint])</p>
                \(form(page, action: "/identity/services/\(id)/rotate",
                    daysField(page) + buttons(submit(page, .rotateKey))))
                """)
    }

    private func keyView(_ page: Page, _ key: String, of service: ID<ServiceAccount>) -> View {
        View(
            title: page[.accessKey],
            body: """
                \(banner(page, .success, .keyMade, "<p>\(page[.keyLead])</p>"))
                <p>\(copyable(page, id: "service-key", key))</p>
                \(buttonLink(page, .toService, "/identity/services/\(service)"))
                """)
    }
}
