import Database
import Scim
import StrictJSON
import Vocabulary
import Web

/// SCIM 2.0 (RFC 7643, 7644) under `/scim/v2`: directories and personnel systems keep people and groups up to date.
///
/// One pattern a method, because SCIM speaks of what is not found or not allowed in words of its own. Whoever calls
/// shows the key of a service account as a bearer token and reaches its organisation and what is below it.
extension Identity {
    static let scimBase = "/scim/v2"
    static let scimBodyLimitBytes = 1 << 20
    /// The `aud` of tokens for this door, where a client names one.
    static let scimAudience = "scim"

    func scimDoors(_ site: Site) {
        for method in [Method.get, .post, .put, .patch, .delete] {
            site.api(
                method, "/scim/v2/{path...}", allow: .provision, .scim(method), bodyLimit: Identity.scimBodyLimitBytes
            ) { call in
                try await scim(call)
            }
        }
    }

    private func scim(_ call: Call) async throws -> Response {
        let taken = ScimRoute.methods(at: ScimRequest.path(of: call))
        guard taken.isEmpty || taken.contains(ScimRequest.method(of: call)) else {
            var response = ScimRoute.notAllowed.response
            response.headers["allow"] = taken.map(\.rawValue).joined(separator: ", ")
            return response
        }
        do {
            let caller = try await scimCaller(call)
            let request = try ScimRequest(call)
            return try await scim(request, caller).response
        } catch let error as ScimError {
            return error.response
        } catch let error as JSONError {
            return ScimError.syntax("\(error)").response
        } catch let problem as Problem {
            return try ScimError(problem).response
        }
    }

    private func scimCaller(_ call: Call) async throws -> ScimCaller {
        let words = (call.request.headers["authorization"] ?? "").split(separator: " ")
        guard words.count == 2, words[0].lowercased() == "bearer",
            let service = try await service(bearing: String(words[1]), call.request)
        else { throw ScimError(401, nil, "send the key of a service account, or an access token with a scope of SCIM") }
        guard !service.scopes.isDisjoint(with: [.readPeople, .writePeople]) else {
            throw ScimError(403, nil, "this service account has no scope for SCIM")
        }
        let scheme = call.request.isSecure ? "https" : "http"
        return ScimCaller(service: service, base: "\(scheme)://\(call.request.host)\(Identity.scimBase)", at: now())
    }

    /// The key of a service account, or a token that a client of OAuth asked for in its own name. Such a client reaches
    /// its organisation as well, and hands out no role.
    private func service(bearing text: String, _ request: Request) async throws -> ServiceAccount? {
        if text.hasPrefix(ServiceKey.prefix) { return try await service(withKey: text) }
        guard let token = try await introspect(text, certificateThumbprint: thumbprint(of: request)),
            token.person == nil, token.audiences.isEmpty || token.audiences.contains(Identity.scimAudience),
            let client = try await database.read({ try ClientStore.find(token.client, in: $0) })
        else { return nil }
        return ServiceAccount(
            id: ID(client.id.text), organisation: client.organisation, name: client.name, purpose: "",
            scopes: Set(token.scopes.compactMap(ServiceAccount.Scope.init)), roles: [], createdAt: client.createdAt,
            endedAt: nil)
    }

    /// One call, also one of those in a bulk.
    func scim(_ request: ScimRequest, _ caller: ScimCaller) async throws -> ScimAnswer {
        let route = try ScimRoute(request.method, request.path)
        guard caller.canWrite || !route.isWriting else {
            throw ScimError(403, nil, "this service account may only read")
        }
        switch route {
        case .config: return ScimAnswer(json: ScimDiscovery.config(base: caller.base))
        case .list(let resources, let name):
            return ScimAnswer(json: try await scimDiscovery(resources, name, request, caller))
        case .bulk: return try await scimBulk(request, caller)
        case .search(let type): return try await scimSearch(type, try ScimQuery(try request.json()), caller)
        case .query(let type): return try await scimSearch(type, try ScimQuery(request.query), caller)
        case .create(let type):
            let document = try ScimDocument(try request.json(), of: type)
            try document.checkRequired(type)
            return try await write(request, caller, type, status: 201) { reach, tx in
                type.name == "User"
                    ? try scimCreateUser(document, reach, tx) : try scimCreateGroup(document, reach, tx)
            }
        case .read(let type, let id): return try await scimRead(type, id, request, caller)
        case .replace(let type, let id):
            let document = try ScimDocument(try request.json(), of: type)
            try document.checkRequired(type)
            return try await change(request, caller, type, id) { _ throws(ScimError) in document }
        case .patch(let type, let id):
            let patch = try ScimPatch(try request.json())
            return try await change(request, caller, type, id) { old throws(ScimError) in
                try patch.applied(to: old, of: type)
            }
        case .delete(let type, let id): return try await scimDelete(type, id, request, caller)
        }
    }

    private func scimDiscovery(
        _ resources: ScimRoute.Discovery, _ name: String?, _ request: ScimRequest, _ caller: ScimCaller
    ) async throws -> JSON {
        guard !request.query.contains(where: { $0.name.lowercased() == "filter" }) else {
            throw ScimError(403, nil, "discovery cannot be filtered")
        }
        let all = ScimDiscovery.all(resources, base: caller.base)
        guard let name else { return ScimQuery.list(all.map(\.json), total: all.count) }
        guard let found = all.first(where: { $0.id.lowercased() == name.lowercased() }) else {
            throw ScimError.notFound
        }
        return found.json
    }

    private func change(
        _ request: ScimRequest, _ caller: ScimCaller, _ type: ScimResourceType, _ id: String,
        _ make: @escaping @Sendable (ScimDocument) throws(ScimError) -> ScimDocument
    ) async throws -> ScimAnswer {
        try await write(request, caller, type, status: 200) { reach, tx in
            let old = try found(type, id, reach, tx)
            try request.checkMatch(old)
            let new = try make(old)
            return type.name == "User"
                ? try scimChangeUser(from: old, to: new, reach, tx) : try scimChangeGroup(from: old, to: new, reach, tx)
        }
    }

    private func write(
        _ request: ScimRequest, _ caller: ScimCaller, _ type: ScimResourceType, status: Int,
        _ body: @escaping @Sendable (ScimReach, any Transaction) throws -> ScimDocument
    ) async throws -> ScimAnswer {
        let projection = try request.projection(type)
        let document = try await endingTokens { tx in
            try body(ScimReach(caller, try OrganisationStore.all(in: tx)), tx)
        }
        return ScimAnswer(
            status: status, json: projection.apply(to: document, of: type).json(type), version: document.version,
            location: caller.location(type, document.id))
    }

    private func scimDelete(
        _ type: ScimResourceType, _ id: String, _ request: ScimRequest, _ caller: ScimCaller
    ) async throws -> ScimAnswer {
        try await endingTokens { tx in
            let reach = ScimReach(caller, try OrganisationStore.all(in: tx))
            let old = try found(type, id, reach, tx)
            try request.checkMatch(old)
            if type.name == "User" {
                try scimDeleteUser(old, reach, tx)
            } else {
                try scimDeleteGroup(old, reach, tx)
            }
        }
        return ScimAnswer(status: 204, json: nil, location: caller.location(type, id))
    }

    func found(
        _ type: ScimResourceType, _ id: String, _ reach: ScimReach, _ tx: any Transaction
    ) throws -> ScimDocument {
        let found =
            type.name == "User"
            ? try UserStore(reach: reach, tx: tx).find(id) : try GroupStore(reach: reach, tx: tx).find(id)
        guard let found else { throw ScimError.notFound }
        return found
    }
}
