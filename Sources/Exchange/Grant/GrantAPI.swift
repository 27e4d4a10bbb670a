import Database
import Gateway
import Identity
import StrictJSON
import Vocabulary
import Web

/// The same for programs.
extension Exchange {
    func grantAPI(_ site: Site) {
        site.api(
            .get, "/exchange/catalogue.json", allow: .catalogue,
            APIDoc(.catalogueTitle, response: .object(["services": .array(Exchange.versionSchema)]), tags: ["exchange"])
        ) { [self] _ in
            .json(["services": .array(try await allVersions().filter(\.isOpen).map(Exchange.json))])
        }
        site.api(
            .get, "/exchange/grants.json", allow: .catalogue,
            APIDoc(.grants, response: .object(["grants": .array(Exchange.grantSchema)]), tags: ["exchange"])
        ) { [self] _ in .json(["grants": .array(try await grants().map(json))]) }
        site.api(
            .post, "/exchange/grants.json", allow: .requestGrants,
            APIDoc(
                .askForGrant, request: Exchange.draftSchema, response: Exchange.grantSchema, tags: ["exchange"],
                status: 201)
        ) { [self] call in
            let input = try JSONDocument(call.request.body).root
            let asked = try await requestGrant(try await draft(input), by: call.person)
            return .json(json(try await grant(asked.id).0), status: 201)
        }
        site.api(
            .post, "/exchange/grants/{id}/decision", allow: .decideGrants,
            APIDoc(
                .decide,
                request: .object(
                    ["decision": .oneOf(["approve", "refuse"]), "reason": .string], optional: ["reason"]),
                response: Exchange.grantSchema, tags: ["exchange"])
        ) { [self] call in
            guard let text = call.parameters["id"] else { throw Problem.notFound }
            let input = try JSONDocument(call.request.body).root
            let id = ID<AccessGrant>(text)
            switch try input.requireString("decision") {
            case "approve": try await approveGrant(id, by: call.person)
            case "refuse":
                try await refuseGrant(id, because: try input.optionalString("reason") ?? "", by: call.person)
            default: throw Problem.invalid(["decision": .chooseDecision])
            }
            return .json(json(try await grant(id).0))
        }
        site.api(
            .post, "/exchange/grants/{id}/revocation", allow: .requestGrants,
            APIDoc(
                .endGrant, request: .object(["reason": .string]), response: Exchange.grantSchema, tags: ["exchange"])
        ) { [self] call in
            guard let text = call.parameters["id"] else { throw Problem.notFound }
            let input = try JSONDocument(call.request.body).root
            try await endGrant(ID(text), because: try input.requireString("reason"), by: call.person)
            return .json(json(try await grant(ID(text)).0))
        }
    }

    private func draft(_ input: JSONValue) async throws -> GrantDraft {
        GrantDraft(
            application: try await application(named: try input.requireString("application")).id,
            version: try await version(named: try input.requireString("service")).version.id,
            terms: try terms(input))
    }

    /// What a program asks for.
    func terms(_ input: JSONValue) throws -> GrantTerms {
        func list(_ name: String) throws -> [String]? {
            try input.optional(name).map { try $0.requireElements().map { try $0.requireString() } }
        }
        func day(_ name: String) throws -> Day? {
            guard let text = try input.optionalString(name) else { return nil }
            guard let day = Day(text) else { throw Problem.invalid([name: .dayIsWrong]) }
            return day
        }
        guard let until = try day("until") else { throw Problem.invalid(["until": .untilIsWrong]) }
        let rate = try input.optional("rate")?.requireNumber()
        if let rate, !(0.001...1_000_000).contains(rate) { throw Problem.invalid(["rate": .rateIsWrong]) }
        return GrantTerms(
            operations: try list("operations"), fields: try list("fields"),
            dataItems: try input.optionalString("data-items") ?? "", purpose: try input.requireString("purpose"),
            legalBasis: try input.requireString("legal-basis"),
            frequency: try input.optionalString("frequency") ?? "",
            rate: rate.map { Rate(perSecond: $0, burst: max(1, Int($0.rounded(.up)))) },
            quota: try input.optionalInteger("quota").map { Quota(calls: $0, windowSeconds: 86_400) },
            from: max(now(), try day("from")?.start ?? now()), until: until.start.adding(days: 1))
    }

    private func json(_ named: NamedGrant) -> JSON {
        let grant = named.grant
        return [
            "id": "\(grant.id)", "state": .string(grant.state.rawValue),
            "application": .string("\(named.application.organisation)/\(named.application.code)"),
            "service": .string("\(named.offered.service.code)/v\(named.offered.version.number)"),
            "purpose": .string(grant.terms.purpose), "legal-basis": .string(grant.terms.legalBasis),
            "from": .string(grant.terms.from.rfc3339), "until": .string(grant.terms.until.rfc3339),
            "asked": .string(grant.askedAt.rfc3339), "due": .string(grant.dueAt.rfc3339),
            "overdue": .bool(grant.isOverdue(at: now())),
        ]
    }

    static let grantSchema = Schema.object([
        "id": .string, "state": .oneOf(AccessGrant.State.allCases.map(\.rawValue)), "application": .string,
        "service": .string, "purpose": .string, "legal-basis": .string, "from": .dateTime, "until": .dateTime,
        "asked": .dateTime, "due": .dateTime, "overdue": .boolean,
    ])

    static let draftSchema = Schema.object(
        [
            "application": .string, "service": .string, "purpose": .string, "legal-basis": .string, "until": .string,
            "from": .string, "operations": .array(.string), "fields": .array(.string), "data-items": .string,
            "frequency": .string, "rate": .number, "quota": .integer,
        ], optional: ["from", "operations", "fields", "data-items", "frequency", "rate", "quota"])
}
