import Identity
import StrictJSON
import Vocabulary
import Web

extension Control {
    static let personVerbs = [
        Verb(name: "person.add") { node, input in
            let roles = try (input["roles"]?.elements ?? []).map { json -> Role in
                guard let role = json.string.flatMap(Role.init), Role.ofPeople.contains(role) else {
                    throw Problem.conflict(.noSuchRole(json.string ?? ""))
                }
                return role
            }
            let password = input["password"]?.string
            let id = try await node.identity.createPerson(
                login: try input.requireString("login"), name: try input.requireString("name"), roles: Set(roles))
            guard let password else {
                return [
                    "id": .string(id.text),
                    "link": .string((try await node.identity.setPasswordLink(for: id, by: nil)).text),
                ]
            }
            try await node.identity.setPassword(password, of: try input.requireString("login"))
            return ["id": .string(id.text)]
        },
        Verb(name: "person.password") { node, input in
            try await node.identity.setPassword(
                try input.requireString("password"), of: try input.requireString("login"))
            return [:]
        },
        // `secret` in base64. No command asks for it: the demo does, whose sample person has a secret that is printed.
        Verb(name: "person.authenticator") { node, input in
            let secret = Base64.decode(try input.requireString("secret")) ?? []
            try await node.identity.setAuthenticator(secret: secret, of: try input.requireString("login"))
            return [:]
        },
    ]

    static let nodeVerbs = [
        Verb(name: "organisation.list") { node, _ in
            let today = Day(node.clock())
            let all = try await node.identity.organisations().existing(on: today)
            return .array(
                all.map { organisation in
                    let name = organisation.name(on: today)
                    return [
                        "code": .string(organisation.id.text), "name": .string(name.vi), "name-en": .string(name.en),
                    ]
                })
        },
        Verb(name: "node.state") { node, _ in
            [
                "organisation": .string(node.organisation.text), "version": .string(trucVersion),
                "pages": .string(node.configuration.pageURL),
            ]
        },
    ]
}

extension Phrase {
    static func noSuchRole(_ name: String) -> Phrase {
        let roles = Role.ofPeople.map(\.rawValue).joined(separator: ", ")
        return Phrase(
            vi: "Không có vai trò “\(name)”. Có: \(roles)", en: "There is no role “\(name)”. There are: \(roles)")
    }
}
