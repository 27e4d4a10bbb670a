import Identity
import JOSE
import StrictJSON
import Vocabulary

/// Programs that are connected to the node: `truc client …`.
extension Control {
    static let clientVerbs = [
        Verb(name: "client.create") { node, input in
            try await node.identity.registerClient(
                try ClientForm(input), days: try input.days("days") ?? ClientSecret.daysDefault, by: nil
            ).json
        },
        Verb(name: "client.list") { node, _ in
            let clients = try await node.identity.registeredClients()
            return .array(
                clients.map { client in
                    [
                        "id": .string(client.id.text), "name": .string(client.name),
                        "state": .string(client.state.rawValue),
                    ]
                })
        },
        Verb(name: "client.rotate") { node, input in
            try await node.identity.rotateClientSecret(
                ID(try input.requireString("client")), days: try input.days("days") ?? ClientSecret.daysDefault,
                overlapDays: try input.days("overlap"), by: nil
            ).json
        },
        Verb(name: "client.certificate") { node, input in
            try await node.identity.rotateClientCertificate(
                ID(try input.requireString("client")), to: try input.requireString("certificate"),
                overlapDays: try input.days("overlap"), by: nil)
            return [:]
        },
        Verb(name: "client.revoke") { node, input in
            try await node.identity.revokeClient(ID(try input.requireString("client")), by: nil)
            return [:]
        },
        Verb(name: "client.rekey") { node, _ in
            try await node.identity.replaceTokenKeys(by: nil)
            return [:]
        },
    ]
}

extension ClientSecret {
    fileprivate var json: JSON {
        [
            "client": .string(client.text), "secret": .string(orNull: secret),
            "until": .string(orNull: until?.rfc3339),
        ]
    }
}

extension JSONValue {
    fileprivate func days(_ name: String) throws -> Int64? { try optional(name)?.requireInteger() }
}

extension ClientForm {
    fileprivate init(_ input: JSONValue) throws {
        func list(_ name: String) throws -> [String] {
            try (input.optional(name)?.requireElements() ?? []).map { try $0.requireString() }
        }
        self.init()
        name = try input.requireString("name")
        nameEn = try input.optionalString("nameEn") ?? ""
        purpose = Client.Purpose(
            vi: try input.optionalString("purposeVi") ?? "", en: try input.optionalString("purposeEn") ?? "")
        redirects = try list("redirects")
        signOutRedirects = try list("signOutRedirects")
        scopes = try list("scopes")
        audiences = try list("audiences")
        logoutURI = try input.optionalString("logoutURI")
        certificate = try input.optionalString("certificate")
        sector = try input.optionalString("sector")
        isPublic = try input.optionalBool("isPublic") ?? false
        actsAlone = try input.optionalBool("actsAlone") ?? false
        introspects = try input.optionalBool("introspects") ?? false
        asksConsent = try input.optionalBool("asksConsent") ?? true
        isPairwise = try input.optionalBool("isPairwise") ?? true
        if let name = try input.optionalString("signing") {
            guard let algorithm = SignatureAlgorithm(rawValue: name) else {
                let known = SignatureAlgorithm.allCases.map(\.rawValue).joined(separator: ", ")
                throw Problem.invalid(["signing": Phrase(vi: "Có: \(known)", en: "There are: \(known)")])
            }
            signing = algorithm
        }
    }
}
