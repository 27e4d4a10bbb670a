package import StrictJSON
import Vocabulary
import Web

/// Requests at other members' nodes, for programs.
extension Exchange {
    func farRequestAPI(_ site: Site) {
        site.api(
            .get, "/exchange/requests.json", allow: .catalogue,
            APIDoc(
                .requestsElsewhere, response: .object(["requests": .array(Exchange.farSchema)]), tags: ["exchange"]
            ).open(to: .read)
        ) { [self] _ in .json(["requests": .array(try await farRequests().map(json))]) }
        site.api(
            .post, "/exchange/members/{node}/requests", allow: .requestGrants,
            APIDoc(
                .farRequestTitle, request: Exchange.draftSchema, response: Exchange.farSchema, tags: ["exchange"],
                status: 201
            ).open(to: .ask)
        ) { [self] call in
            let input = try Exchange.input(call, Exchange.draftSchema)
            let id = try await requestFarGrant(
                FarDraft(
                    application: try await Exchange.found("application", .noSuchApplication) {
                        try await application(named: try input.requireString("application"))
                    }.id,
                    node: try await member(named: try call.parameter("node")),
                    service: try input.requireString("service"), terms: try terms(input)), by: call.person)
            var answer = json(try await farRequest(ID(id)).0)
            (answer["overlaps"], answer["used"]) = try await farOverlapJSON(of: id)
            return .json(answer, status: 201)
        }
        giveUpAPI(site)
        site.api(
            .get, "/exchange/members/{node}/catalogue.json", allow: .catalogue,
            APIDoc(
                .servicesOfMembers, response: .object(["services": .array(Exchange.farServiceSchema)]),
                tags: ["exchange"]
            ).open(to: .read)
        ) { [self] call in
            let node = try await member(named: try call.parameter("node"))
            let services = try await allOffered().first { $0.node == node }?.services ?? []
            return .json(["services": .array(services.map(\.json))])
        }
    }

    private func giveUpAPI(_ site: Site) {
        site.api(
            .post, "/exchange/requests/{id}/withdrawal", allow: .requestGrants,
            APIDoc(.withdrawFar, response: Exchange.farSchema, tags: ["exchange"]).open(to: .ask), bodyLimit: 1024
        ) { [self] call in
            let id = ID<GrantRequest>(try call.parameter("id"))
            try await giveUpFar(id, as: .withdraw, because: "", by: call.person)
            return .json(json(try await farRequest(id).0))
        }
        site.api(
            .post, "/exchange/requests/{id}/revocation", allow: .requestGrants,
            APIDoc(
                .endFar, request: Exchange.reasonSchema, response: Exchange.farSchema, tags: ["exchange"]
            ).open(to: .ask)
        ) { [self] call in
            let id = ID<GrantRequest>(try call.parameter("id"))
            let input = try Exchange.input(call, Exchange.reasonSchema)
            try await giveUpFar(id, as: .end, because: try input.requireString("reason"), by: call.person)
            return .json(json(try await farRequest(id).0))
        }
    }

    /// As `truc grant list` prints them, in words that fit those of grants.
    ///
    /// - Parameter all: those that are over, too.
    package func requestsElsewhere(all: Bool) async throws -> [JSON] {
        try await farRequests().filter { all || $0.isOpen }.map { far in
            var line = json(far)
            line["service"] = .string("\(far.request.provider):\(far.request.service)")
            return line
        }
    }

    func json(_ far: FarRequest) -> JSON {
        [
            "id": "\(far.id)", "node": "\(far.request.provider)", "service": .string(far.request.service),
            "application": .string("\(far.request.organisation)/\(far.request.applicationCode)"),
            "purpose": .string(far.request.terms.purpose),
            "state": .string(far.failure != nil ? "not-taken" : far.state?.rawValue ?? "on-its-way"),
            "asked": .string(far.request.askedAt.rfc3339),
            "until": .string((far.standing?.terms ?? far.request.terms).until.rfc3339),
            "due": .string(orNull: far.standing?.dueAt.rfc3339), "grant": .string(orNull: far.standing?.grant.text),
            "suspended-from": .string(orNull: far.standing?.suspension?.from.rfc3339),
            "reason": .string(far.failure?.en ?? far.standing.map { GrantReason($0.reason).phrase.en } ?? ""),
            "under-way": .string(orNull: far.isOpen ? far.wish.flatMap { Exchange.underWay[$0] } : nil),
        ]
    }

    /// What the other node is being told, by the doors that asked for it.
    private static let underWay: [FarRequest.Wish: String] = [.withdraw: "withdrawal", .end: "revocation"]

    /// Where it is new, with what the application has or asked for of the same operations (`overlaps`), and the one of
    /// all that calls go under (`used`).
    private static let farSchema = Schema.object(
        [
            "id": .string, "node": .string, "service": .string, "application": .string, "purpose": .string,
            "state": .oneOf(["on-its-way", "not-taken"] + AccessGrant.State.allCases.map(\.rawValue)),
            "asked": .dateTime,
            "until": .dateTime, "due": Schema.dateTime.orNull, "grant": Schema.string.orNull,
            "suspended-from": Schema.dateTime.orNull, "reason": .string,
            "under-way": Schema.oneOf(underWay.values.sorted()).orNull, "overlaps": .array(.string),
            "used": Schema.string.orNull,
        ], optional: ["overlaps", "used"])

    private static let farServiceSchema = Schema.object([
        "code": .string, "version": .integer, "name": .object(["vi": .string, "en": .string]), "about": .string,
        "contact": .string, "organisation": .string,
        "organisation-name": .object(["vi": .string, "en": .string]),
        "data-class": .oneOf(DataClass.allCases.map(\.rawValue)), "document": .string, "document-version": .string,
        "operations": .array(.object(["id": .string, "method": .string, "template": .string])),
    ])
}
