import Exchange
import Gateway
import StrictJSON
import Vocabulary

extension Control {
    /// Behind `truc service …` and `truc application …`. Whoever owns the folder stands for every organisation.
    static let registryVerbs = [
        Verb(name: "service.register") { node, input in
            guard let dataClass = try Control.dataClass(input) else { throw Problem.conflict(.noSuchClass) }
            let name = try input.requireString("name")
            var draft = ServiceDraft(
                organisation: try await owner(input, at: node), code: try input.requireString("code"),
                name: Phrase(vi: name, en: try input.optionalString("name-en") ?? name),
                contact: try input.requireString("contact"), dataClass: dataClass,
                evidence: try Control.evidence(input, "evidence"), first: try await Control.version(input, at: node))
            draft.evidenceAcross = try Control.evidence(input, "evidence-across")
            draft.about = try input.optionalString("about") ?? ""
            if let subsystem = try input.optionalString("subsystem") { draft.subsystem = subsystem }
            return Control.json(try await node.exchange.registerService(draft, by: nil))
        },
        Verb(name: "service.version") { node, input in
            let service = try await node.exchange.service(named: try input.requireString("service"))
            return Control.json(
                try await node.exchange.openVersion(
                    of: service.id, try await Control.version(input, at: node), by: nil))
        },
        Verb(name: "service.edit") { node, input in
            let service = try await node.exchange.version(named: try input.requireString("service")).service
            let (dataClass, evidence) = (try Control.dataClass(input), try Control.evidence(input, "evidence"))
            let across = try Control.evidence(input, "evidence-across")
            try await node.exchange.editService(service.id, by: nil) { edit in
                if let name = try input.optionalString("name") { edit.name = Phrase(vi: name, en: name) }
                if let name = try input.optionalString("name-en") { edit.name = Phrase(vi: edit.name.vi, en: name) }
                if let about = try input.optionalString("about") { edit.about = about }
                if let contact = try input.optionalString("contact") { edit.contact = contact }
                if let dataClass { (edit.dataClass, edit.evidence) = (dataClass, nil) }
                if let evidence { edit.evidence = evidence }
                if let across { edit.evidenceAcross = across }
            }
            return [:]
        },
        Verb(name: "service.limits") { node, input in
            let code = try input.requireString("service")
            let service = try await node.exchange.version(named: code).service
            let limits = try input.require("limits")
            if try !limits.requireMembers().isEmpty {
                try await node.exchange.editService(service.id, by: nil) { try Exchange.fill(&$0.limits, limits) }
            }
            var now = Exchange.json(try await node.exchange.version(named: code).service.limits)
            now["checked"] = .array(
                try await node.exchange.allVersions().filter {
                    $0.service.id == service.id && $0.isOpen && $0.version.validates
                }.map { ["version": .string("v\($0.version.number)"), "request-bytes": .integer($0.requestBytes)] })
            return now
        },
        Verb(name: "service.document") { node, input in
            let offered = try await node.exchange.version(named: try input.requireString("version"))
            let harmless = try await node.exchange.replaceDocument(
                of: offered.version.id, with: Array(try input.requireString("document").utf8), by: nil)
            return ["breaks-nobody-in-use": Exchange.json(harmless)]
        },
        Verb(name: "service.instance") { node, input in
            let offered = try await node.exchange.version(named: try input.requireString("version"))
            try await node.exchange.addInstance(
                VersionDraft.Address(
                    try input.requireString("address"), pin: try input.optionalString("pin"),
                    node: try await Control.node(input, at: node)?.text),
                to: offered.version.id, mayBePrivate: try input.optionalBool("allow-private") ?? false, by: nil)
            return [:]
        },
        Verb(name: "service.close") { node, input in
            let offered = try await node.exchange.version(named: try input.requireString("version"))
            guard let kind = Suspension.Kind(rawValue: try input.optionalString("kind") ?? "planned") else {
                throw Problem.conflict(.noSuchSuspension)
            }
            try await node.exchange.closeVersion(
                offered.version.id, kind, on: try Control.day(input, "on")?.start,
                because: try input.optionalString("reason") ?? "", by: nil)
            let after = try await node.exchange.version(named: offered.version.id.text)
            return ["closes": .string(orNull: after.isOpen ? after.version.closing?.at.rfc3339 : nil)]
        },
        Verb(name: "service.keep") { node, input in
            let offered = try await node.exchange.version(named: try input.requireString("version"))
            try await node.exchange.keepVersion(offered.version.id, by: nil)
            return [:]
        },
        Verb(name: "service.instances") { node, input in
            let offered = try await node.exchange.version(named: try input.requireString("version"))
            return .array(offered.instances.map(Exchange.json))
        },
        Verb(name: "service.move") { node, input in
            let offered = try await node.exchange.version(named: try input.requireString("version"))
            try await node.exchange.moveInstance(
                ID(try input.requireString("instance")), of: offered.version.id,
                to: VersionDraft.Address(
                    try input.requireString("address"), pin: try input.optionalString("pin"),
                    node: try await Control.node(input, at: node)?.text),
                mayBePrivate: try input.optionalBool("allow-private") ?? false, by: nil)
            return [:]
        },
        Verb(name: "service.remove") { node, input in
            let offered = try await node.exchange.version(named: try input.requireString("version"))
            try await node.exchange.removeInstance(
                ID(try input.requireString("instance")), from: offered.version.id, by: nil)
            return [:]
        },
        Verb(name: "service.list") { node, _ in
            .array(try await node.exchange.allVersions().map(Control.json))
        },
        Verb(name: "application.add") { node, input in
            let made = try await node.exchange.addApplication(
                try input.requireString("code"), named: try input.requireString("name"),
                of: try await node.exchange.organisation(named: try input.requireString("owner")),
                contact: try input.optionalString("contact") ?? "", at: try await Control.node(input, at: node),
                by: nil)
            return [
                "id": "\(made.application.id)", "name": "\(node.exchange.subsystem(of: made.application))",
                "key": .string(orNull: made.key),
            ]
        },
        Verb(name: "application.contact") { node, input in
            let application = try await node.exchange.application(named: try input.requireString("application"))
            try await node.exchange.setContact(try input.requireString("contact"), of: application.id, by: nil)
            return [:]
        },
        Verb(name: "application.key") { node, input in
            let application = try await node.exchange.application(named: try input.requireString("application"))
            return ["key": .string(try await node.exchange.issueKey(for: application.id, by: nil))]
        },
        Verb(name: "application.credential") { node, input in
            let application = try await node.exchange.application(named: try input.requireString("application"))
            guard let kind = ApplicationCredential.Kind(rawValue: try input.requireString("kind")) else {
                throw Problem.conflict(.noSuchCredential)
            }
            try await node.exchange.addCredential(
                kind, try input.requireString("value"), proof: try input.optionalString("proof"), to: application.id,
                by: nil)
            return [:]
        },
        Verb(name: "application.credentials") { node, input in
            let application = try await node.exchange.application(named: try input.requireString("application"))
            return .array(try await node.exchange.credentials(of: application.id, by: nil).map(Exchange.json))
        },
        Verb(name: "application.revoke") { node, input in
            let application = try await node.exchange.application(named: try input.requireString("application"))
            try await node.exchange.revokeCredential(
                ID(try input.requireString("credential")), of: application.id, by: nil)
            return [:]
        },
        Verb(name: "application.unproven") { node, _ in
            node.exchange.json(try await node.exchange.unprovenCredentials())
        },
        Verb(name: "application.require-proofs") { node, input in
            try await node.exchange.requireProofs(from: try Control.day(input, "from"), by: nil)
            return [:]
        },
        Verb(name: "application.find") { node, input in
            let application = try await node.exchange.application(named: try input.requireString("application"))
            return ["id": "\(application.id)"]
        },
        Verb(name: "application.end") { node, input in
            let application = try await node.exchange.application(named: try input.requireString("application"))
            try await node.exchange.endApplication(application.id, by: nil)
            return [:]
        },
        Verb(name: "application.list") { node, _ in
            .array(
                try await node.exchange.allApplications().map { application in
                    [
                        "id": "\(application.id)",
                        "application": .string("\(application.organisation)/\(application.code)"),
                        "name": .string(application.name), "node": .string(orNull: application.node?.text),
                        "ended": .string(orNull: application.endedAt?.rfc3339),
                    ]
                })
        },
    ]

    /// Whose it is: the organisation that is named, the node's own when none is.
    static func owner(_ input: JSONValue, at node: Node) async throws -> ID<Organisation> {
        guard let named = try input.optionalString("owner") else { return node.organisation }
        return try await node.exchange.organisation(named: named)
    }

    /// A member's node, by the id of its organisation or by the code that it bears today.
    private static func node(_ input: JSONValue, at node: Node) async throws -> ID<Organisation>? {
        guard let text = try input.optionalString("node") else { return nil }
        return try await node.exchange.organisation(named: text)
    }

    private static func dataClass(_ input: JSONValue) throws -> DataClass? {
        guard let text = try input.optionalString("class") else { return nil }
        guard let found = DataClass(rawValue: text) else { throw Problem.conflict(.noSuchClass) }
        return found
    }

    private static func evidence(_ input: JSONValue, _ name: String) throws -> EvidenceClass? {
        guard let text = try input.optionalString(name) else { return nil }
        guard let found = EvidenceClass(rawValue: text) else { throw Problem.conflict(.noSuchEvidence) }
        return found
    }

    private static func version(_ input: JSONValue, at here: Node) async throws -> VersionDraft {
        let pin = try input.optionalString("pin")
        let node = try await node(input, at: here)?.text
        let addresses = try input["instances"]?.elements ?? []
        return VersionDraft(
            document: Array(try input.requireString("document").utf8),
            validates: try input.optionalBool("validate") ?? false,
            addresses: try addresses.map { .init(try $0.requireString(), pin: pin, node: node) },
            mayBePrivate: try input.optionalBool("allow-private") ?? false)
    }

    private static func json(_ offered: OfferedVersion) -> JSON {
        [
            "id": "\(offered.version.id)", "service": "\(offered.service.id)", "path": .string(offered.path),
            "owner": "\(offered.service.organisation)", "name": .string(offered.service.name.vi),
            "name-en": .string(offered.service.name.en),
            "class": .string(offered.service.dataClass.rawValue),
            "evidence": .string(offered.service.evidence.rawValue),
            "instances": .array(offered.instances.map { .string($0.address) }),
            "open": .bool(offered.isOpen),
            "closes": .string(orNull: offered.isOpen ? offered.version.closing?.at.rfc3339 : nil),
            "closed": .string(orNull: (offered.version.closedAt ?? offered.service.endedAt)?.rfc3339),
        ]
    }
}

extension Phrase {
    fileprivate static let noSuchClass = Phrase(
        vi: "Loại dữ liệu là open, internal hoặc personal", en: "The class of data is open, internal or personal")
    fileprivate static let noSuchEvidence = Phrase(
        vi: "Chứng cứ là before-release hoặc within-1s", en: "Evidence is before-release or within-1s")
    fileprivate static let noSuchCredential = Phrase(
        vi: "Cách xác thực là certificate, oauth-client hoặc signer",
        en: "A credential is certificate, oauth-client or signer")
}
