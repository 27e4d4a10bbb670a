import Database
import Gateway
import StrictJSON
import Vocabulary
import Web

/// Services and applications for programs: what the pages do, under the same guards.
extension Exchange {
    func registryAPI(_ site: Site) {
        serviceAPI(site)
        versionAPI(site)
        closingAPI(site)
        applicationAPI(site)
    }

    private func serviceAPI(_ site: Site) {
        site.api(
            .get, "/exchange/services.json", allow: .catalogue,
            APIDoc(
                .providedServices, response: .object(["services": .array(Exchange.versionSchema)]), tags: ["exchange"]
            ).open(to: .read)
        ) { [self] _ in .json(["services": .array(try await allVersions().map(Exchange.json))]) }
        site.api(
            .post, "/exchange/services.json", allow: .register,
            APIDoc(
                .registerService, request: Exchange.registrationSchema, response: Exchange.versionSchema,
                tags: ["exchange"], status: 201
            ).open(to: .services), bodyLimit: 6 << 20
        ) { [self] call in
            let input = try Exchange.input(call, Exchange.registrationSchema)
            guard let dataClass = try Exchange.dataClass(input) else {
                throw Problem.invalid(["data-class": .chooseDataClass])
            }
            var draft = ServiceDraft(
                organisation: ID(try input.requireString("organisation")), code: try input.requireString("code"),
                name: try Exchange.name(input) ?? Phrase(name: ""), contact: try input.requireString("contact"),
                dataClass: dataClass, evidence: try Exchange.evidence(input, "evidence"),
                first: try Exchange.versionDraft(input))
            draft.about = try input.optionalString("about") ?? ""
            draft.evidenceAcross = try Exchange.evidence(input, "evidence-across")
            if let subsystem = try input.optionalString("subsystem") { draft.subsystem = subsystem }
            return .json(Exchange.json(try await registerService(draft, by: call.person)), status: 201)
        }
        site.api(
            .patch, "/exchange/services/{id}", allow: .register,
            APIDoc(
                .editService, request: Exchange.editSchema,
                response: .object(["services": .array(Exchange.versionSchema)]), tags: ["exchange"]
            ).open(to: .services)
        ) { [self] call in
            let (id, input) = (
                ID<ServiceRecord>(try call.parameter("id")), try Exchange.input(call, Exchange.editSchema)
            )
            try await editService(id, by: call.person) { try Exchange.fill(&$0, input) }
            return .json(
                ["services": .array(try await allVersions().filter { $0.service.id == id }.map(Exchange.json))])
        }
        site.api(
            .post, "/exchange/services/{id}/versions", allow: .register,
            APIDoc(
                .newVersion, request: Exchange.versionDraftSchema, response: Exchange.versionSchema,
                tags: ["exchange"], status: 201
            ).open(to: .services), bodyLimit: 6 << 20
        ) { [self] call in
            let draft = try Exchange.versionDraft(try Exchange.input(call, Exchange.versionDraftSchema))
            let offered = try await openVersion(of: ID(try call.parameter("id")), draft, by: call.person)
            return .json(Exchange.json(offered), status: 201)
        }
    }

    private func versionAPI(_ site: Site) {
        site.api(
            .put, "/exchange/versions/{id}/document", allow: .register,
            APIDoc(
                .replaceDocument, request: Exchange.documentSchema, response: Exchange.replacedSchema,
                tags: ["exchange"]
            ).open(to: .services), bodyLimit: 6 << 20
        ) { [self] call in
            let id = ID<ServiceVersion>(try call.parameter("id"))
            let document = try Exchange.input(call, Exchange.documentSchema).requireString("document")
            let harmless = try await replaceDocument(of: id, with: Array(document.utf8), by: call.person)
            var answer = Exchange.json(try await version(named: id.text))
            answer["breaks-nobody-in-use"] = Exchange.json(harmless)
            return .json(answer)
        }
        site.api(
            .delete, "/exchange/versions/{id}", allow: .register,
            APIDoc(.closeUnusedVersion, tags: ["exchange"], status: 204).open(to: .services)
        ) { [self] call in
            try await closeVersion(ID(try call.parameter("id")), by: call.person)
            return .empty
        }
        site.api(
            .get, "/exchange/versions/{id}/instances", allow: .register,
            APIDoc(.instances, response: Exchange.instancesSchema, tags: ["exchange"]).open(to: .services)
        ) { [self] call in
            let id = ID<ServiceVersion>(try call.parameter("id"))
            let offered = try await database.read { [self] tx in try ownVersion(id, by: call.person, in: tx) }
            return .json(["instances": .array(offered.instances.map(Exchange.json))])
        }
        site.api(
            .post, "/exchange/versions/{id}/instances", allow: .register,
            APIDoc(
                .addInstance, request: Exchange.instanceSchema, response: Exchange.versionSchema, tags: ["exchange"],
                status: 201
            ).open(to: .services)
        ) { [self] call in
            let (id, input) = (
                ID<ServiceVersion>(try call.parameter("id")), try Exchange.input(call, Exchange.instanceSchema)
            )
            try await addInstance(
                try Exchange.address(input), to: id, mayBePrivate: try input.optionalBool("allow-private") ?? false,
                by: call.person)
            return .json(Exchange.json(try await version(named: id.text)), status: 201)
        }
        site.api(
            .put, "/exchange/versions/{id}/instances/{instance}", allow: .register,
            APIDoc(
                .moveInstance, request: Exchange.instanceSchema, response: Exchange.versionSchema, tags: ["exchange"]
            ).open(to: .services)
        ) { [self] call in
            let (id, input) = (
                ID<ServiceVersion>(try call.parameter("id")), try Exchange.input(call, Exchange.instanceSchema)
            )
            try await moveInstance(
                ID(try call.parameter("instance")), of: id, to: try Exchange.address(input),
                mayBePrivate: try input.optionalBool("allow-private") ?? false, by: call.person)
            return .json(Exchange.json(try await version(named: id.text)))
        }
        site.api(
            .delete, "/exchange/versions/{id}/instances/{instance}", allow: .register,
            APIDoc(.removeInstance, tags: ["exchange"], status: 204).open(to: .services)
        ) { [self] call in
            try await removeInstance(
                ID(try call.parameter("instance")), from: ID(try call.parameter("id")), by: call.person)
            return .empty
        }
    }
}
