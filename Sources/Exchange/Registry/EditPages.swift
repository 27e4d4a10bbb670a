import Database
import Gateway
import Identity
import Vocabulary
import Web

/// Changing what a service says of itself, and where it stands.
extension Exchange {
    func editDoors(_ site: Site) {
        site.form("/exchange/services/{id}/edit", allow: .register, page: editPage) { [self] page, fields in
            let id = ID<ServiceRecord>(try page.parameter("id"))
            guard let dataClass = fields["class"].flatMap(DataClass.init) else {
                throw Problem.invalid(["class": .chooseDataClass])
            }
            try await editService(id, by: page.person) { edit in
                let name = fields["name"] ?? ""
                edit.name = Phrase(vi: name, en: fields["name-en"] ?? name)
                edit.about = fields["about"] ?? ""
                edit.contact = fields["contact"] ?? ""
                edit.dataClass = dataClass
                edit.evidence = try Exchange.evidence(fields, "evidence")
                edit.evidenceAcross = try Exchange.evidence(fields, "evidence-across")
                try self.fill(&edit.limits, fields)
            }
            return .redirect("/exchange/services/\(id)")
        }
        site.form(
            "/exchange/versions/{id}/instances/{instance}", allow: .register, page: moveInstancePage
        ) { [self] page, fields in
            let offered = try await version(named: try page.parameter("id"))
            try await moveInstance(
                ID(try page.parameter("instance")), of: offered.version.id,
                to: VersionDraft.Address(fields["address"] ?? "", pin: fields["pin"]),
                mayBePrivate: fields.isOn("private"), by: page.person)
            return .redirect("/exchange/services/\(offered.service.id)")
        }
    }

    /// The fields that both registering and editing have.
    func serviceFields(_ page: Page, _ service: ServiceRecord?) -> HTML {
        """
        \(textField(page, "name", .serviceName, value: service?.name.vi, maxLength: 200))\
        \(textField(page, "name-en", .serviceNameEn, required: false, value: service?.name.en, maxLength: 200))\
        \(textArea(page, "about", .aboutService, required: false, rows: 3, value: service?.about, maxLength: 2000))\
        \(textField(page, "contact", .contact, hint: .contactHint, value: service?.contact, maxLength: 200))\
        \(radioTiles(page, "class", .dataClass, DataClass.allCases.map {
            Choice($0.rawValue, page[$0.phrase], hint: page[$0.hint])
        }, chosen: service?.dataClass.rawValue))\
        \(radioTiles(page, "evidence", .evidence, evidenceChoices(page), hint: .evidenceHint, required: false,
            chosen: service?.evidence.rawValue ?? ""))\
        \(radioTiles(page, "evidence-across", .evidenceAcross, evidenceChoices(page), hint: .evidenceAcrossHint,
            required: false, chosen: service?.evidenceAcross?.rawValue ?? ""))
        """
    }

    /// With one that says nothing: what was chosen can be taken back.
    private func evidenceChoices(_ page: Page) -> [Choice] {
        [Choice("", page[.evidenceUnsaid])] + EvidenceClass.allCases.map { Choice($0.rawValue, page[$0.phrase]) }
    }

    private func editPage(_ page: Page) async throws -> View {
        let id = ID<ServiceRecord>(try page.parameter("id"))
        let found = try await database.read { try ServiceStore.service(id, in: $0) }
        guard let service = found, service.endedAt == nil else { throw Problem.notFound }
        guard authorization.decide(page.person, .register, .registered(id.text, by: service.organisation, as: .service))
        else {
            throw Problem.forbidden
        }
        return View(
            title: page[.editService], about: "\(page[service.name]) (\(service.code))",
            back: "/exchange/services/\(id)",
            body: """
                <p>\(page[.editLead])</p>
                \(form(page, action: "/exchange/services/\(id)/edit",
                    serviceFields(page, service) + limitFields(page, service.limits)
                        + buttons(submit(page, .saveService))))
                """)
    }

    private func moveInstancePage(_ page: Page) async throws -> View {
        let offered = try await version(named: try page.parameter("id"))
        let id = ID<ServiceInstance>(try page.parameter("instance"))
        guard let instance = offered.instances.first(where: { $0.id == id }) else { throw Problem.notFound }
        let service = offered.service
        guard
            authorization.decide(
                page.person, .register, .registered(service.id.text, by: service.organisation, as: .service))
        else { throw Problem.forbidden }
        return View(
            title: page[.moveInstance], about: offered.title(page), back: "/exchange/services/\(service.id)",
            body: form(
                page, action: "/exchange/versions/\(offered.version.id)/instances/\(id)",
                instanceFields(page, instance) + buttons(submit(page, .moveInstance))))
    }

    /// The fields that both adding and moving an instance have.
    func instanceFields(_ page: Page, _ instance: ServiceInstance?) -> HTML {
        """
        \(textField(page, "address", .address, hint: .addressHint, type: .url, value: instance?.address,
            maxLength: 300))\
        \(textField(page, "pin", .pin, hint: .pinHint, required: false, value: instance?.upstream.pin,
            maxLength: 60))\
        \(if: page.may(.administerExchange), checkbox(page, "private", .allowPrivate, hint: .allowPrivateHint,
            isOn: instance?.upstream.mayBePrivate ?? false))
        """
    }
}
