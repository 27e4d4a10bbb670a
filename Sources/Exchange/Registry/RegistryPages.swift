import Database
import Gateway
import Identity
import Synchronization
import Vocabulary
import Web

/// The provider's side of the registry: services, their versions and where they stand.
extension Exchange {
    func serviceDoors(_ site: Site) {
        let show = site.renderer
        site.page("/exchange/services", allow: .catalogue, servicesPage)
        site.form(
            "/exchange/services/new", allow: .register, bodyLimit: 5 << 20, page: newServicePage
        ) { [self] page, fields in
            let offered = try await namingAddresses {
                try await registerService(try serviceDraft(fields), by: page.person)
            }
            return .redirect("/exchange/services/\(offered.service.id)")
        }
        site.page("/exchange/services/{id}", allow: .catalogue, servicePage)
        site.form(
            "/exchange/services/{id}/version", allow: .register, bodyLimit: 5 << 20, page: newVersionPage
        ) { [self] page, fields in
            let id = ID<ServiceRecord>(try page.parameter("id"))
            _ = try await namingAddresses {
                try await openVersion(of: id, try versionDraft(fields), by: page.person)
            }
            return .redirect("/exchange/services/\(id)")
        }
        site.form(
            "/exchange/versions/{id}/document", allow: .register, bodyLimit: 5 << 20, page: documentPage
        ) { [self] page, fields in
            let offered = try await version(named: try page.parameter("id"))
            let harmless = try await replaceDocument(
                of: offered.version.id, with: try document(fields), by: page.person)
            guard !harmless.isEmpty else { return .redirect("/exchange/services/\(offered.service.id)") }
            return show(page, replacedView(page, offered, harmless))
        }
        site.form("/exchange/versions/{id}/instance", allow: .register, page: instancePage) { [self] page, fields in
            let offered = try await version(named: try page.parameter("id"))
            try await addInstance(
                VersionDraft.Address(fields["address"] ?? "", pin: fields["pin"]), to: offered.version.id,
                mayBePrivate: fields.isOn("private"), by: page.person)
            return .redirect("/exchange/services/\(offered.service.id)")
        }
        site.action("/exchange/versions/{id}/instances/{instance}/remove", allow: .register) { [self] page, _ in
            let offered = try await version(named: try page.parameter("id"))
            try await removeInstance(
                ID(try page.parameter("instance")), from: offered.version.id, by: page.person)
            return .redirect("/exchange/services/\(offered.service.id)")
        }
        editDoors(site)
        closingDoors(site)
    }

    // MARK: What was filled in

    /// All that is missing is said at once.
    private func serviceDraft(_ fields: Fields) throws -> ServiceDraft {
        let name = fields["name"] ?? ""
        guard let dataClass = fields["class"].flatMap(DataClass.init), fields["organisation"] != nil,
            !(fields.files["document"]?.bytes.isEmpty ?? true)
        else {
            var errors = ServiceRecord.check(
                name: Phrase(name: name), about: fields["about"] ?? "", contact: fields["contact"] ?? "")
            if !ServiceRecord.isCode(fields["code"] ?? "") { errors["code"] = .codeIsWrong }
            if fields["class"].flatMap(DataClass.init) == nil { errors["class"] = .chooseDataClass }
            if fields["organisation"] == nil { errors["organisation"] = .chooseOrganisation }
            if fields.files["document"]?.bytes.isEmpty ?? true { errors["document"] = .documentIsMissing }
            throw Problem.invalid(errors)
        }
        var draft = ServiceDraft(
            organisation: ID(fields["organisation"] ?? ""), code: fields["code"] ?? "",
            name: Phrase(vi: name, en: fields["name-en"] ?? name), contact: fields["contact"] ?? "",
            dataClass: dataClass, evidence: try Exchange.evidence(fields, "evidence"),
            first: try versionDraft(fields))
        draft.about = fields["about"] ?? ""
        draft.evidenceAcross = try Exchange.evidence(fields, "evidence-across")
        return draft
    }

    private func versionDraft(_ fields: Fields) throws -> VersionDraft {
        let addresses = (fields["addresses"] ?? "").split(whereSeparator: \.isWhitespace).map {
            VersionDraft.Address(String($0))
        }
        return VersionDraft(
            document: try document(fields), validates: fields.isOn("validates"), addresses: addresses,
            mayBePrivate: fields.isOn("private"))
    }

    /// What is wrong with one of several addresses is said at the field that holds them all.
    private func namingAddresses(_ register: () async throws -> OfferedVersion) async throws -> OfferedVersion {
        do {
            return try await register()
        } catch Problem.invalid(var errors) where errors["address"] != nil {
            errors["addresses"] = errors.removeValue(forKey: "address")
            throw Problem.invalid(errors)
        }
    }

    private func document(_ fields: Fields) throws -> [UInt8] {
        guard let file = fields.files["document"], !file.bytes.isEmpty else {
            throw Problem.invalid(["document": .documentIsMissing])
        }
        return file.bytes
    }

    // MARK: Pages

    private func servicesPage(_ page: Page) async throws -> View {
        let (all, register) = (try await allVersions(), try await authorization.organisations())
        let waiting = try await grants([.waiting])
        let rows = all.map { offered -> [HTML] in
            let asking = waiting.count { $0.offered.version.id == offered.version.id }
            return [
                "<a href=\"\(link: "/exchange/services/\(offered.service.id)")\">\(page[offered.service.name])</a>",
                pathCell(page, offered),
                HTML(page[register.name(of: offered.service.organisation, on: Day(now()))]),
                HTML(page[offered.service.dataClass.phrase]), versionTag(page, offered),
                asking == 0 ? "0" : statusTag("\(asking)", kind: .waiting),
            ]
        }
        let found = page.may(.register) ? buttonLink(page, .registerService, "/exchange/services/new") : ""
        return View(
            title: page[.providedServices], back: "/exchange/catalogue",
            body: """
                \(buttons(found))
                \(if: rows.isEmpty, emptyState(page, .noServices), else: table(
                    page, .providedServices,
                    headers: [.service, .path, .owner, .dataClass, .state, .waitingRequests], rows: rows,
                    isCaptionHidden: true))
                """)
    }

    func versionTag(_ page: Page, _ offered: OfferedVersion) -> HTML {
        guard offered.isOpen else { return statusTag(page[.versionClosed], kind: .neutral) }
        if let closing = offered.version.closing {
            return statusTag(page[.closesOn(Day(closing.at))], kind: .waiting)
        }
        // What has doors of its own needs no instance behind the gateway.
        return offered.instances.isEmpty && !hasOwnDoors(offered.service)
            ? statusTag(page[.standsNowhere], kind: .waiting) : statusTag(page[.versionOpen], kind: .done)
    }

    func hasOwnDoors(_ service: ServiceRecord) -> Bool { ownDoors.withLock { $0 }?.here(service.code) != nil }

    /// Where it is called at the gateway, in a list of services.
    func pathCell(_ page: Page, _ offered: OfferedVersion) -> HTML {
        hasOwnDoors(offered.service) ? HTML(page[.ownDoors]) : "<code>\(offered.path)</code>"
    }

    private func newServicePage(_ page: Page) async throws -> View {
        let body: HTML = """
            \(try await organisationField(page, .register))\
            \(textField(page, "code", .serviceCode, hint: .serviceCodeHint, maxLength: 40))\
            \(serviceFields(page, nil))\
            \(versionFields(page))\
            \(buttons(submit(page, .registerService)))
            """
        return View(
            title: page[.registerService], back: "/exchange/services",
            body: form(page, action: "/exchange/services/new", multipart: true, body))
    }

    private func versionFields(_ page: Page) -> HTML {
        """
        \(fileField(page, "document", .openAPIDocument, hint: .openAPIHint, accept: ".json,.yaml,.yml"))\
        \(languagesPart(page))\
        \(textArea(page, "addresses", .addresses, hint: .addressesHint, required: false, rows: 3, maxLength: 5000))\
        \(if: page.may(.administerExchange), checkbox(page, "private", .allowPrivate, hint: .allowPrivateHint))\
        \(checkbox(page, "validates", .validates, hint: .validatesHint))
        """
    }

    private func newVersionPage(_ page: Page) async throws -> View {
        let id = ID<ServiceRecord>(try page.parameter("id"))
        guard let service = try await database.read({ try ServiceStore.service(id, in: $0) }) else {
            throw Problem.notFound
        }
        return View(
            title: page[.newVersion], about: page[service.name], back: "/exchange/services/\(id)",
            body: form(
                page, action: "/exchange/services/\(id)/version", multipart: true,
                versionFields(page) + buttons(submit(page, .newVersion))))
    }

    private func documentPage(_ page: Page) async throws -> View {
        let offered = try await version(named: try page.parameter("id"))
        let file = fileField(page, "document", .openAPIDocument, hint: .replaceHint, accept: ".json,.yaml,.yml")
        return View(
            title: page[.replaceDocument], about: offered.title(page), back: "/exchange/services/\(offered.service.id)",
            body: form(
                page, action: "/exchange/versions/\(offered.version.id)/document", multipart: true,
                file + languagesPart(page) + buttons(submit(page, .replaceDocument))))
    }

    private static let twoLanguagesSample = """
        paths:
          /dossiers/{code}:
            get:
              operationId: readDossier
              summary: Một hồ sơ
              x-ibm-languages:
                summary: {en: One dossier}
        """

    /// How a document has its words in both languages, for whoever writes it.
    private func languagesPart(_ page: Page) -> HTML {
        details(
            page, .twoLanguages,
            """
            <p>\(page[.twoLanguagesLead])</p>\
            <pre lang="" tabindex="0">\(Exchange.twoLanguagesSample)</pre>
            """)
    }

    private func instancePage(_ page: Page) async throws -> View {
        let offered = try await version(named: try page.parameter("id"))
        return View(
            title: page[.addInstance], about: offered.title(page), back: "/exchange/services/\(offered.service.id)",
            body: form(
                page, action: "/exchange/versions/\(offered.version.id)/instance",
                instanceFields(page, nil) + buttons(submit(page, .addInstance))))
    }

    private func servicePage(_ page: Page) async throws -> View {
        let id = ID<ServiceRecord>(try page.parameter("id"))
        let found = try await database.read { tx -> (ServiceRecord, [(OfferedVersion, Int)])? in
            guard let service = try ServiceStore.service(id, in: tx) else { return nil }
            let versions = try ServiceStore.versions(of: id, in: tx).map { version in
                (
                    OfferedVersion(
                        service: service, version: version,
                        instances: try ServiceStore.instances(of: version.id, in: tx)),
                    try GrantStore.using(version.id, in: tx).count
                )
            }
            return (service, versions)
        }
        guard let (service, versions) = found else { throw Problem.notFound }
        let register = try await authorization.organisations()
        let isOwn = authorization.decide(
            page.person, .register, .registered(id.text, by: service.organisation, as: .service))
        return View(
            title: page[service.name], back: "/exchange/services",
            body: """
                \(summaryList(page, [
                    (.owner, HTML(page[register.name(of: service.organisation, on: Day(now()))])),
                    (.aboutService, service.about.isEmpty ? HTML(page[.nothingSaid]) : asWritten(service.about)),
                    (.contact, asWritten(service.contact)), (.dataClass, HTML(page[service.dataClass.phrase])),
                    (.evidence, HTML(page[service.evidence.phrase])),
                    (.evidenceAcross, HTML(page[(service.evidenceAcross ?? .beforeRelease).phrase])),
                ]))
                \(details(page, .limitsOfService, summaryList(page, limitRows(page, service.limits))))
                \(if: isOwn, buttons(
                    buttonLink(page, .editService, "/exchange/services/\(id)/edit", kind: .quiet),
                    buttonLink(page, .newVersion, "/exchange/services/\(id)/version", kind: .quiet)))
                \(each: versions, { versionPart(page, $0.0, grants: $0.1, isOwn: isOwn) })
                """)
    }

    private func versionPart(_ page: Page, _ offered: OfferedVersion, grants: Int, isOwn: Bool) -> HTML {
        let id = offered.version.id
        let rows = offered.instances.map { instance -> [HTML] in
            [
                "<code>\(instance.address)</code>",
                HTML(page[instance.upstream.mayBePrivate ? .closedNetworkAllowed : .openNetworkOnly]),
                """
                <div class="buttons">\(buttonLink(
                    page, .moveInstance, "/exchange/versions/\(id)/instances/\(instance.id)", kind: .quiet))\
                \(askingButton(
                    page, .removeInstance, .removeInstanceLead,
                    "/exchange/versions/\(id)/instances/\(instance.id)/remove", about: instance.address))</div>
                """,
            ]
        }
        let reading: Link = "/exchange/catalogue/\(offered.service.code)/v\(offered.version.number)"
        return """
            <h2>\(page[.version]) \(offered.version.number)</h2>
            <p>\(versionTag(page, offered)) \(pathCell(page, offered))</p>
            \(summaryList(page, [
                (.grantsInForce, "\(grants)"), (.checksRequests, HTML(page[offered.version.validates ? .yes : .no])),
                (.largestRequest, HTML(page[.figure(Double(offered.requestBytes) / Double(1 << 20))])),
            ]))
            \(if: isOwn && !rows.isEmpty, table(
                page, .instances, headers: [.address, .network, .action], rows: rows))
            <div class="buttons">\(buttonLink(page, .readDocumentation, reading, kind: .quiet))\
            \(if: isOwn && offered.isOpen, """
                \(buttonLink(page, .addInstance, "/exchange/versions/\(id)/instance", kind: .quiet))\
                \(buttonLink(page, .replaceDocument, "/exchange/versions/\(id)/document", kind: .quiet))\
                \(if: offered.version.closing != nil, actionButton(
                    page, .keepVersion, "/exchange/versions/\(id)/keep", about: offered.path))\
                \(buttonLink(page, .closeVersion, "/exchange/versions/\(id)/close", kind: .danger))
                """)</div>
            """
    }

    /// The organisations for which the reader may do this; nothing to choose where there is one.
    func organisationField(_ page: Page, _ permission: Permission) async throws -> HTML {
        let (register, day) = (try await authorization.organisations(), Day(now()))
        let choices = register.existing(on: day).filter {
            authorization.decide(page.person, permission, .registered("new", by: $0.id))
        }.map { Choice($0.id.text, page[$0.name(on: day)]) }
        return selectField(
            page, "organisation", .owner, options: choices,
            chosen: choices.count == 1 ? choices.first?.value : page.person?.organisation?.text)
    }
}

extension OfferedVersion {
    /// As people call it: `Đơn vị hành chính v1`.
    func title(_ page: Page) -> String { "\(page[service.name]) v\(version.number)" }
}

extension Exchange.NamedGrant {
    /// As people call it: the application and what it may use.
    func title(_ page: Page) -> String { "\(application.name) → \(offered.title(page))" }
}
