import Identity
import StrictJSON
import Vocabulary

extension Control {
    /// Behind `truc service-account …`. Whoever owns the folder reaches the whole of the node's organisation.
    static let serviceAccountVerbs = [
        Verb(name: "service-account.add") { node, input in
            let scopes = try (input["scopes"]?.elements ?? []).map { json in
                guard let scope = json.string.flatMap(ServiceAccount.Scope.init) else {
                    throw Problem.conflict(.noSuchScope(json.string ?? ""))
                }
                return scope
            }
            let roles = try (input["roles"]?.elements ?? []).map { json in
                guard let role = json.string.flatMap(Role.init) else {
                    throw Problem.conflict(.noSuchRole(json.string ?? ""))
                }
                return role
            }
            let made = try await node.identity.createService(
                name: try input.requireString("name"), purpose: try input.requireString("purpose"),
                organisation: try input.optionalString("organisation").map { ID($0) }, scopes: Set(scopes),
                roles: Set(roles), days: try input.optionalInteger("days") ?? ServiceKey.daysDefault, by: nil)
            return ["id": .string(made.service.id.text), "key": .string(made.key)]
        },
        Verb(name: "service-account.list") { node, _ in
            let all = try await node.identity.services(by: nil)
            return .array(
                all.map { service, keys in
                    [
                        "id": .string(service.id.text), "name": .string(service.name),
                        "organisation": .string(service.organisation.text),
                        "ends": .string(orNull: keys.map(\.expiresAt).max()?.rfc3339),
                    ]
                })
        },
        Verb(name: "service-account.rotate") { node, input in
            let days = try input.optionalInteger("days") ?? ServiceKey.daysDefault
            let key = try await node.identity.rotateKey(
                of: ID(try input.requireString("id")), days: days, by: nil)
            return ["key": .string(key)]
        },
        Verb(name: "service-account.end") { node, input in
            try await node.identity.endService(ID(try input.requireString("id")), by: nil)
            return [:]
        },
    ]
}

extension Phrase {
    fileprivate static func noSuchScope(_ name: String) -> Phrase {
        let scopes = ServiceAccount.Scope.allCases.map(\.rawValue).joined(separator: ", ")
        return Phrase(
            vi: "Không có quyền “\(name)”. Có: \(scopes)", en: "There is no scope “\(name)”. There are: \(scopes)")
    }
}
