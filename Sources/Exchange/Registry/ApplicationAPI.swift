import Gateway
import StrictJSON
import Vocabulary
import Web

/// Applications and their credentials for programs: what the pages do, under the same guards.
extension Exchange {
    func applicationAPI(_ site: Site) {
        site.api(
            .get, "/exchange/applications.json", allow: .catalogue,
            APIDoc(
                .applications, response: .object(["applications": .array(Exchange.applicationSchema)]),
                tags: ["exchange"]
            ).open(to: .read)
        ) { [self] _ in .json(["applications": .array(try await allApplications().map(json))]) }
        site.api(
            .post, "/exchange/applications.json", allow: .register,
            APIDoc(
                .addApplication,
                request: Exchange.newApplicationSchema, response: Exchange.madeSchema, tags: ["exchange"], status: 201
            ).open(to: .ask)
        ) { [self] call in
            let input = try Exchange.input(call, Exchange.newApplicationSchema)
            let made = try await addApplication(
                try input.requireString("code"), named: try input.requireString("name"),
                of: ID(try input.requireString("organisation")),
                contact: try input.optionalString("contact") ?? "", by: call.person)
            return .json(
                ["application": json(made.application), "key": .string(orNull: made.key)], status: 201)
        }
        site.api(
            .delete, "/exchange/applications/{id}", allow: .register,
            APIDoc(.endApplication, tags: ["exchange"], status: 204).open(to: .ask)
        ) { [self] call in
            try await endApplication(ID(try call.parameter("id")), by: call.person)
            return .empty
        }
        credentialAPI(site)
        proofAPI(site)
    }

    private func credentialAPI(_ site: Site) {
        site.api(
            .post, "/exchange/applications/{id}/keys", allow: .register,
            APIDoc(.issueKey, response: .object(["key": .string]), tags: ["exchange"], status: 201).open(to: .keys)
        ) { [self] call in
            .json(
                ["key": .string(try await issueKey(for: ID(try call.parameter("id")), by: call.person))], status: 201)
        }
        site.api(
            .get, "/exchange/applications/{id}/credentials", allow: .register,
            APIDoc(
                .credentials, response: .object(["credentials": .array(Exchange.credentialSchema)]),
                tags: ["exchange"]
            ).open(to: .keys)
        ) { [self] call in
            let found = try await credentials(of: ID(try call.parameter("id")), by: call.person)
            return .json(["credentials": .array(found.map(Exchange.json))])
        }
        site.api(
            .post, "/exchange/applications/{id}/credentials", allow: .register,
            APIDoc(
                .addCredential,
                request: Exchange.newCredentialSchema, response: Exchange.credentialSchema, tags: ["exchange"],
                status: 201
            ).open(to: .keys)
        ) { [self] call in
            let id = ID<Application>(try call.parameter("id"))
            let input = try Exchange.input(call, Exchange.newCredentialSchema)
            guard let kind = ApplicationCredential.Kind(rawValue: try input.requireString("kind")), kind != .apiKey
            else { throw Problem.invalid(["kind": .chooseCredential]) }
            let made = try await addCredential(
                kind, try input.requireString("value"), proof: try input.optionalString("proof"), to: id,
                by: call.person)
            return .json(Exchange.json(made), status: 201)
        }
        site.api(
            .delete, "/exchange/applications/{id}/credentials/{credential}", allow: .register,
            APIDoc(.revokeCredential, tags: ["exchange"], status: 204).open(to: .keys)
        ) { [self] call in
            try await revokeCredential(
                ID(try call.parameter("credential")), of: ID(try call.parameter("id")), by: call.person)
            return .empty
        }
    }
}
