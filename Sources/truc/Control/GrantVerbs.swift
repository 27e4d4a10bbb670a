import Exchange
import Gateway
import Identity
import StrictJSON
import Vocabulary

extension Control {
    /// Behind `truc grant …`. Whoever owns the folder stands for both sides.
    static let grantVerbs = [
        Verb(name: "grant.issue") { node, input in
            let draft = try await Control.draft(input, at: node)
            return try await Control.withOverlaps(try await node.exchange.issueGrant(draft), at: node)
        },
        Verb(name: "grant.request") { node, input in
            guard let there = try input.optionalString("node") else {
                let draft = try await Control.draft(input, at: node)
                return try await Control.withOverlaps(try await node.exchange.requestGrant(draft, by: nil), at: node)
            }
            let draft = FarDraft(
                application: try await node.exchange.application(named: try input.requireString("application")).id,
                node: try await node.exchange.member(named: there), service: try input.requireString("version"),
                terms: try Control.terms(input, at: node))
            let id = try await node.exchange.requestFarGrant(draft, by: nil)
            let (overlaps, used) = try await node.exchange.farOverlapJSON(of: id)
            return ["id": .string(id), "overlaps": overlaps, "used": used]
        },
        Verb(name: "grant.approve") { node, input in
            let id = ID<AccessGrant>(try input.requireString("id"))
            let asked = try await node.exchange.grant(id).0.grant.terms
            try await node.exchange.approveGrant(id, terms: try Exchange.narrowed(asked, input), by: nil)
            return try await Control.withOverlaps(try await node.exchange.grant(id).0.grant, at: node)
        },
        Verb(name: "grant.withdraw") { node, input in
            try await node.exchange.withdrawRequest(try input.requireString("id"), by: nil)
            return [:]
        },
        Verb(name: "grant.refuse") { node, input in
            try await node.exchange.refuseGrant(
                ID(try input.requireString("id")), because: try input.requireString("reason"), by: nil)
            return [:]
        },
        Verb(name: "grant.suspend") { node, input in
            guard let kind = Suspension.Kind(rawValue: try input.requireString("kind")) else {
                throw Problem.conflict(.noSuchSuspension)
            }
            let id = ID<AccessGrant>(try input.requireString("id"))
            try await node.exchange.suspendGrant(
                id, kind, from: try Control.day(input, "from")?.start,
                until: try Control.day(input, "until")?.start, because: try input.requireString("reason"), by: nil)
            return Control.json(try await node.exchange.grant(id).0.grant, at: node)
        },
        Verb(name: "grant.resume") { node, input in
            try await node.exchange.resumeGrant(ID(try input.requireString("id")), by: nil)
            return [:]
        },
        Verb(name: "grant.revoke") { node, input in
            let there = try input.optionalString("node")
            let told = try await node.exchange.endAnyGrant(
                try input.requireString("id"),
                at: there == nil ? nil : try await node.exchange.member(named: there ?? ""),
                because: try input.requireString("reason"), by: nil)
            return ["node": .string(orNull: told?.text)]
        },
        Verb(name: "grant.list") { node, input in
            let all = try input.optionalBool("all") ?? false
            let grants = try await node.exchange.grants(
                all ? AccessGrant.State.allCases : [.waiting, .active, .suspended])
            let here = grants.map { named -> JSON in
                var json = Control.json(named.grant, at: node)
                json["application"] = .string("\(named.application.organisation)/\(named.application.code)")
                json["service"] = .string("\(named.offered.service.code)/v\(named.offered.version.number)")
                return json
            }
            let asked = try await node.exchange.requestsElsewhere(all: all)
            return .array(here + asked + (try await node.exchange.grantsElsewhere(all: all)))
        },
        Verb(name: "grant.show") { node, input in
            let (id, there) = (try input.requireString("id"), try input.optionalString("node"))
            if let there {
                return try await node.exchange.signedElsewhere(id, at: try await node.exchange.member(named: there))
            }
            do {
                return try await node.exchange.grant(ID(id)).1.file()
            } catch Problem.notFound {
                return try await node.exchange.signedElsewhere(id)
            }
        },
        Verb(name: "grant.check") { node, input in
            let application = try await node.exchange.application(named: try input.requireString("application"))
            let offered = try await node.exchange.version(named: try input.requireString("version"))
            let operation = try input.requireString("operation")
            let decision = try await node.exchange.explainCall(
                by: application.id, to: operation, of: offered.version.id)
            let code = try await node.exchange.refusalCode(by: application.id, to: operation, of: offered.version.id)
            return [
                "code": .string(orNull: decision.allowed ? nil : code),
                "allowed": .bool(decision.allowed), "reason": .string(decision.reason),
                "words": .array(decision.words.map { ["vi": .string($0.vi), "en": .string($0.en)] }),
            ]
        },
    ]

    private static func draft(_ input: JSONValue, at node: Node) async throws -> GrantDraft {
        GrantDraft(
            application: try await node.exchange.application(named: try input.requireString("application")).id,
            version: try await node.exchange.version(named: try input.requireString("version")).version.id,
            terms: try terms(input, at: node))
    }

    private static func terms(_ input: JSONValue, at node: Node) throws -> GrantTerms {
        func list(_ name: String) throws -> [String]? {
            let texts = try (input[name]?.elements ?? []).map { try $0.requireString() }
            return texts.isEmpty ? nil : texts
        }
        guard let until = try day(input, "until") else { throw Problem.conflict(.noEndOfGrant) }
        let rate = try input.optionalInteger("rate")
        let quota = try input.optionalInteger("quota")
        return GrantTerms(
            operations: try list("operations"), fields: try list("fields"),
            dataItems: try input.optionalString("items") ?? "", purpose: try input.requireString("purpose"),
            legalBasis: try input.requireString("basis"), frequency: try input.optionalString("frequency") ?? "",
            rate: rate.map { Rate(perSecond: Double($0), burst: Int(clamping: max(1, $0))) },
            quota: quota.map { Quota(calls: $0, windowSeconds: 86_400) },
            from: try day(input, "from")?.start ?? node.clock(), until: until.start.adding(days: 1))
    }

    static func day(_ input: JSONValue, _ name: String) throws -> Day? {
        try input.optionalString(name).map { try day($0, name) }
    }

    static func requiredDay(_ input: JSONValue, _ name: String) throws -> Day {
        try day(try input.requireString(name), name)
    }

    private static func day(_ text: String, _ name: String) throws(Problem) -> Day {
        guard let day = Day(text) else { throw .rejected(code: "query.day", [name: .noDay(text)]) }
        return day
    }

    /// With the grants that are in force for the same operations, and the one that calls go under.
    private static func withOverlaps(_ grant: AccessGrant, at node: Node) async throws -> JSON {
        var json = json(grant, at: node)
        (json["overlaps"], json["used"]) = try await node.exchange.overlapJSON(of: grant.id)
        return json
    }

    private static func json(_ grant: AccessGrant, at node: Node) -> JSON {
        [
            "id": "\(grant.id)", "state": .string(grant.state.rawValue), "purpose": .string(grant.terms.purpose),
            "from": .string(grant.terms.from.rfc3339), "until": .string(grant.terms.until.rfc3339),
            "due": .string(orNull: grant.state == .waiting ? grant.dueAt.rfc3339 : nil),
            "overdue": .bool(grant.isOverdue(at: node.clock())), "reason": .string(grant.reason),
            "suspended-from": .string(orNull: grant.suspension?.from.rfc3339),
        ]
    }
}

extension Phrase {
    static let noSuchSuspension = Phrase(
        vi: "Lý do tạm ngừng là planned, violation hoặc security",
        en: "A suspension is planned, violation or security")
    fileprivate static let noEndOfGrant = Phrase(
        vi: "Cần ngày hết hạn, như 2027-12-31", en: "The last day is needed, as 2027-12-31")

    fileprivate static func noDay(_ text: String) -> Phrase {
        Phrase(vi: "“\(text)” không phải ngày như 2027-12-31", en: "“\(text)” is no day as 2027-12-31")
    }
}
