import Database
import Gateway
import Identity
package import StrictJSON
import Vocabulary
import Web

/// The same for programs.
extension Exchange {
    func grantAPI(_ site: Site) {
        site.api(
            .get, "/exchange/catalogue.json", allow: .catalogue,
            APIDoc(.catalogueTitle, response: .object(["services": .array(Exchange.versionSchema)]), tags: ["exchange"])
                .open(to: .read)
        ) { [self] _ in
            .json(["services": .array(try await allVersions().filter(\.isOpen).map(Exchange.json))])
        }
        site.api(
            .get, "/exchange/grants.json", allow: .catalogue,
            APIDoc(
                .grants, response: .object(["grants": .array(Exchange.grantSchema)]),
                query: [.init("all", .pastToo, schema: .boolean)], tags: ["exchange"]
            ).open(to: .read)
        ) { [self] call in
            let all = try call.request.flag("all")
            let found = all ? try await grants(AccessGrant.State.allCases) : try await grants()
            return .json(["grants": .array(found.map(json))])
        }
        site.api(
            .post, "/exchange/grants.json", allow: .requestGrants,
            APIDoc(
                .askForGrant, request: Exchange.draftSchema, response: Exchange.grantSchema, tags: ["exchange"],
                status: 201
            ).open(to: .ask)
        ) { [self] call in
            let input = try Exchange.input(call, Exchange.draftSchema)
            let asked = try await requestGrant(try await draft(input), by: call.person)
            return .json(try await jsonWithOverlaps(asked.id), status: 201)
        }
        site.api(
            .post, "/exchange/grants/{id}/decision", allow: .decideGrants,
            APIDoc(
                .decide, request: Exchange.decisionSchema, response: Exchange.grantSchema, tags: ["exchange"]
            ).open(to: .everything)
        ) { [self] call in
            guard let text = call.parameters["id"] else { throw Problem.notFound }
            let input = try Exchange.input(call, Exchange.decisionSchema)
            let id = ID<AccessGrant>(text)
            switch try input.requireString("decision") {
            case "approve":
                let asked = try await grant(id).0.grant.terms
                try await approveGrant(id, terms: try Exchange.narrowed(asked, input), by: call.person)
            case "refuse":
                try await refuseGrant(id, because: try input.optionalString("reason") ?? "", by: call.person)
            default: throw Problem.invalid(["decision": .chooseDecision])
            }
            return .json(try await jsonWithOverlaps(id))
        }
        site.api(
            .post, "/exchange/grants/{id}/revocation", allow: .requestGrants,
            APIDoc(
                .endGrant, request: Exchange.reasonSchema, response: Exchange.grantSchema, tags: ["exchange"]
            ).open(to: .ask)
        ) { [self] call in
            guard let text = call.parameters["id"] else { throw Problem.notFound }
            let input = try Exchange.input(call, Exchange.reasonSchema)
            try await endGrant(ID(text), because: try input.requireString("reason"), by: call.person)
            return .json(json(try await grant(ID(text)).0))
        }
        stepAPI(site)
    }

    /// What happens to a grant after it was asked for.
    private func stepAPI(_ site: Site) {
        site.api(
            .put, "/exchange/grants/{id}/suspension", allow: .decideGrants,
            APIDoc(
                .suspend, request: Exchange.suspensionSchema, response: Exchange.grantSchema, tags: ["exchange"]
            ).open(to: .everything)
        ) { [self] call in
            let id = ID<AccessGrant>(try call.parameter("id"))
            let input = try Exchange.input(call, Exchange.suspensionSchema)
            guard let kind = Suspension.Kind(rawValue: try input.requireString("kind")) else {
                throw Problem.invalid(["kind": .chooseSuspension])
            }
            try await suspendGrant(
                id, kind, from: try Exchange.day(input, "from")?.start, until: try Exchange.day(input, "until")?.start,
                because: try input.requireString("reason"), by: call.person)
            return .json(json(try await grant(id).0))
        }
        site.api(
            .delete, "/exchange/grants/{id}/suspension", allow: .decideGrants,
            APIDoc(.resume, response: Exchange.grantSchema, tags: ["exchange"]).open(to: .everything)
        ) { [self] call in
            let id = ID<AccessGrant>(try call.parameter("id"))
            try await resumeGrant(id, by: call.person)
            return .json(json(try await grant(id).0))
        }
        site.api(
            .post, "/exchange/grants/{id}/withdrawal", allow: .requestGrants,
            APIDoc(.withdraw, response: Exchange.grantSchema, tags: ["exchange"]).open(to: .ask)
        ) { [self] call in
            let id = ID<AccessGrant>(try call.parameter("id"))
            try await withdrawGrant(id, by: call.person)
            return .json(json(try await grant(id).0))
        }
    }

    private func draft(_ input: JSONValue) async throws -> GrantDraft {
        GrantDraft(
            application: try await Exchange.found("application", .noSuchApplication) {
                try await application(named: try input.requireString("application"))
            }.id,
            version: try await Exchange.found("service", .noSuchService) {
                try await version(named: try input.requireString("service"))
            }.version.id,
            terms: try terms(input))
    }

    /// What a call names that is not there is a fault of the call, and not of its address.
    static func found<T>(_ field: String, _ words: Phrase, _ find: () async throws -> T) async throws -> T {
        do {
            return try await find()
        } catch Problem.notFound {
            throw Problem.invalid([field: words])
        }
    }

    /// What a program asks for.
    func terms(_ input: JSONValue) throws -> GrantTerms {
        guard let until = try Exchange.day(input, "until") else { throw Problem.invalid(["until": .untilIsWrong]) }
        var terms = GrantTerms(
            operations: try Exchange.texts(input, "operations"), fields: try Exchange.texts(input, "fields"),
            dataItems: try input.optionalString("data-items") ?? "", purpose: try input.requireString("purpose"),
            legalBasis: try input.requireString("legal-basis"),
            frequency: try input.optionalString("frequency") ?? "",
            from: max(now(), try Exchange.day(input, "from")?.start ?? now()), until: until.start.adding(days: 1))
        if let rate = try Exchange.rate(input) { terms.limit(perSecond: rate) }
        if let calls = try input.optionalInteger("quota") { terms.limit(calls: calls) }
        return terms
    }

    /// What was asked for, and less of what is named: `operations`, `fields`, `rate` and how many calls at once
    /// (`burst`), `quota`, `from`, `until`.
    package static func narrowed(_ asked: GrantTerms, _ input: JSONValue) throws -> GrantTerms {
        var terms = asked
        if let operations = try texts(input, "operations") { terms.operations = operations }
        if let fields = try texts(input, "fields") { terms.fields = fields }
        let burst = try input.optionalInteger("burst").map { Int(clamping: $0) }
        if let rate = try rate(input) ?? asked.rate?.perSecond, burst != nil || input["rate"] != nil {
            terms.limit(perSecond: rate, burst: burst)
        } else if burst != nil {
            throw Problem.invalid(["rate": .rateIsWrong])
        }
        if let calls = try input.optionalInteger("quota") { terms.limit(calls: calls) }
        if let from = try day(input, "from") { terms.from = max(from.start, asked.from) }
        if let until = try day(input, "until") { terms.until = asked.end(with: until) }
        return terms
    }

    private static func texts(_ input: JSONValue, _ name: String) throws -> [String]? {
        try input.optional(name).map { try $0.requireElements().map { try $0.requireString() } }
    }

    /// In calls a second.
    private static func rate(_ input: JSONValue) throws -> Double? {
        guard let rate = try input.optional("rate")?.requireNumber() else { return nil }
        guard (0.001...1_000_000).contains(rate) else { throw Problem.invalid(["rate": .rateIsWrong]) }
        return rate
    }

    static func day(_ input: JSONValue, _ name: String) throws -> Day? {
        guard let text = try input.optionalString(name) else { return nil }
        guard let day = Day(text) else { throw Problem.invalid([name: .dayIsWrong]) }
        return day
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
            "overdue": .bool(grant.isOverdue(at: now())), "reason": .string(grant.reason),
            "suspended-from": .string(orNull: grant.suspension?.from.rfc3339),
            "suspended-until": .string(orNull: grant.suspension?.until?.rfc3339),
        ]
    }

    private func jsonWithOverlaps(_ id: ID<AccessGrant>) async throws -> JSON {
        var answer = json(try await grant(id).0)
        (answer["overlaps"], answer["used"]) = try await overlapJSON(of: id)
        return answer
    }

    /// Where it is new or decided, with those in force for the same operations (`overlaps`) and the one of all that
    /// calls go under (`used`).
    static let grantSchema = Schema.object(
        [
            "id": .string, "state": .oneOf(AccessGrant.State.allCases.map(\.rawValue)), "application": .string,
            "service": .string, "purpose": .string, "legal-basis": .string, "from": .dateTime, "until": .dateTime,
            "asked": .dateTime, "due": .dateTime, "overdue": .boolean, "reason": .string,
            "suspended-from": Schema.dateTime.orNull, "suspended-until": Schema.dateTime.orNull,
            "overlaps": .array(.string), "used": Schema.string.orNull,
        ], optional: ["overlaps", "used"])

    static let draftSchema = Schema.object(
        [
            "application": .string, "service": .string, "purpose": .string, "legal-basis": .string, "until": .string,
            "from": .string, "operations": .array(.string), "fields": .array(.string), "data-items": .string,
            "frequency": .string, "rate": .number, "quota": .integer,
        ], optional: ["from", "operations", "fields", "data-items", "frequency", "rate", "quota"]
    ).closed

    private static let decisionSchema = Schema.object(
        [
            "decision": .oneOf(["approve", "refuse"]), "reason": .string, "operations": .array(.string),
            "fields": .array(.string), "rate": .number, "burst": .integer, "quota": .integer,
            "from": .string, "until": .string,
        ], optional: ["reason", "operations", "fields", "rate", "burst", "quota", "from", "until"]
    ).closed

    private static let suspensionSchema = Schema.object(
        [
            "kind": .oneOf(Suspension.Kind.allCases.map(\.rawValue)), "from": .string, "until": .string,
            "reason": .string,
        ], optional: ["from", "until"]
    ).closed
}
