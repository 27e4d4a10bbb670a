import Database
import Identity
import StrictJSON
import Vocabulary
import Web

/// Grants that other members' nodes gave to applications of this one, as people see them at home.
extension Exchange {
    func heldDoors(_ site: Site) {
        site.page("/exchange/held/{node}/{id}", allow: .catalogue, heldPage)
        site.get("/exchange/held/{node}/{id}/signed", allow: .catalogue) { [self] page in
            let (held, _) = try await heldGrant(page)
            return .download(try held.file().encoded(), type: "application/json", name: "grant-\(held.id).json")
        }
        site.form("/exchange/held/{node}/{id}/end", allow: .requestGrants, page: giveBackPage) {
            [self] page, fields in
            let (node, id) = (try page.parameter("node"), try page.parameter("id"))
            try await giveBack(ID(id), from: ID(node), because: fields["reason"] ?? "", by: page.person)
            return .redirect("/exchange/held/\(node)/\(id)")
        }
        site.api(
            .get, "/exchange/held.json", allow: .catalogue,
            APIDoc(.heldElsewhere, response: .object(["grants": .array(Exchange.heldSchema)]), tags: ["exchange"]).open(
                to: .read)
        ) { [self] _ in
            let all = try await database.read { try HeldStore.named(in: $0) }
            return .json(["grants": .array(all.map { Exchange.json($0.held, of: $0.application) })])
        }
        site.api(
            .post, "/exchange/held/{node}/{id}/revocation", allow: .requestGrants,
            APIDoc(
                .giveBack, request: Exchange.reasonSchema, response: Exchange.heldSchema, tags: ["exchange"]
            ).open(to: .ask)
        ) { [self] call in
            let node = ID<Organisation>(try call.parameter("node"))
            let id = ID<AccessGrant>(try call.parameter("id"))
            let input = try Exchange.input(call, Exchange.reasonSchema)
            try await giveBack(id, from: node, because: try input.requireString("reason"), by: call.person)
            let (held, application) = try await heldGrant(id, from: node)
            return .json(Exchange.json(held, of: "\(application.organisation)/\(application.code)"))
        }
    }

    private static let heldSchema = Schema.object([
        "id": .string, "node": .string, "service": .string, "application": .string,
        "state": .oneOf(AccessGrant.State.allCases.map(\.rawValue)), "given-back": Schema.dateTime.orNull,
        "giving-back": Schema.oneOf(HeldGrant.givingBackCodes).orNull,
        "suspended-from": Schema.dateTime.orNull,
        "reason": .string, "operations": Schema.array(.string).orNull, "fields": Schema.array(.string).orNull,
        "data-items": .string, "purpose": .string, "legal-basis": .string, "frequency": .string,
        "rate": Schema.object(["per-second": .number, "burst": .integer]).orNull,
        "quota": Schema.object(["calls": .integer, "seconds": .integer]).orNull, "from": .dateTime,
        "until": .dateTime,
    ])

    func heldTable(
        _ page: Page, _ all: [HeldGrant], _ applications: [Application], _ register: OrganisationRegister
    ) -> HTML {
        let names = Dictionary(applications.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let rows = all.map { held -> [HTML] in
            let application = names[held.application].map {
                applicationCell(page, $0.name, of: $0.organisation, register)
            }
            return [
                """
                <a href="\(link: "/exchange/held/\(held.node)/\(held.id)")">\(page[held.serviceName])</a> \
                <code>\(held.service)</code>
                """,
                HTML(page[name(of: held.node)]), application ?? HTML(held.application.text),
                HTML(held.standing.terms.purpose), heldTag(page, held),
                "\(page[.until]) \(Day(lastOf: held.standing.terms.until).forReading)",
            ]
        }
        return table(
            page, .heldElsewhere, headers: [.service, .atMember, .application, .purpose, .state, .date], rows: rows,
            isCaptionHidden: true)
    }

    /// With its heading; nothing when there are none.
    func heldPart(
        _ page: Page, _ all: [HeldGrant], _ applications: [Application], _ register: OrganisationRegister
    ) -> HTML {
        guard !all.isEmpty else { return "" }
        return "<h2>\(page[.heldElsewhere])</h2>\(heldTable(page, all, applications, register))"
    }

    private func heldGrant(_ page: Page) async throws -> (HeldGrant, Application) {
        try await heldGrant(ID(try page.parameter("id")), from: ID(try page.parameter("node")))
    }

    private func heldPage(_ page: Page) async throws -> View {
        let (held, application) = try await heldGrant(page)
        let (grant, register) = (held.grant, try await authorization.organisations())
        let link: Link = "/exchange/applications/\(application.id)"
        let told = held.standing.steps.map { (at: $0.at, what: $0.what.phrase, why: GrantReason($0.reason)) }
        let steps = (told + ownSteps(held)).sorted { $0.at < $1.at }.map {
            TimelineEntry(
                at: $0.at, what: HTML(page[$0.what]), note: $0.why.isEmpty ? nil : page[$0.why.phrase])
        }
        let holds = rosters.known?.roster.member(held.node).map { held.standing.signed.isValid(by: $0.key) } ?? false
        return View(
            title: page[held.serviceName], about: page[.heldElsewhere], back: "/exchange/grants",
            body: """
                <p>\(heldTag(page, held))</p>
                \(givenBackBanner(page, held))
                \(overlapBanner(page, try await overlaps(of: held)))
                \(if: !grant.reason.isEmpty, "<p><strong>\(page[.reason]):</strong> \(page[grant.why])</p>")
                <p>\(page[.heldLead])</p>
                \(summaryList(page, [
                    (.service, "\(page[held.serviceName]) <code>\(held.service)</code>"),
                    (.atMember, HTML(page[name(of: held.node)])),
                    (.application, "<a href=\"\(link: link)\">\(application.name)</a>"),
                    (.consumingOrganisation, organisationCell(page, application.organisation, register)),
                ] + termRows(page, grant.terms)))
                \(giveBackStep(page, held, application))
                <h2>\(page[.providerSignature])</h2>
                <p>\(holds ? statusTag(page[.providerSignatureHolds], kind: .done)
                    : statusTag(page[.providerSignatureFails], kind: .bad))</p>
                <p>\(buttonLink(
                    page, .downloadGrant, "/exchange/held/\(held.node)/\(held.id)/signed", kind: .quiet))</p>
                <h2>\(page[.whatHappened])</h2>
                \(timeline(page, steps))
                """)
    }

    func heldTag(_ page: Page, _ held: HeldGrant) -> HTML {
        switch held.givenBack?.answer?.what {
        case .noDoor, .refused: statusTag(page[.endIsNotTaken], kind: .bad)
        case .unknown: statusTag(page[.unknownThere], kind: .done)
        case nil: held.awaitsEnd ? statusTag(page[.awaitsEnd], kind: .waiting) : stateTag(page, held.grant)
        }
    }

    private func givenBackBanner(_ page: Page, _ held: HeldGrant) -> HTML {
        guard let answer = held.givenBack?.answer else {
            return held.awaitsEnd ? banner(page, .info, .wasGivenBack, "<p>\(page[.awaitsEndLead])</p>") : ""
        }
        switch answer.what {
        case .noDoor:
            return banner(
                page, .warning, .endIsNotTaken, "<p>\(page[.noDoorLead])</p><p>\(page[.askTheProvider])</p>")
        case .refused(let why):
            return banner(
                page, .warning, .endIsNotTaken,
                "<p>\(page[.refusedLead]) \(page[why])</p><p>\(page[.askTheProvider])</p>")
        case .unknown: return banner(page, .info, .unknownThere, "<p>\(page[.unknownThereLead])</p>")
        }
    }

    /// What happened here, beside what that node told of.
    private func ownSteps(_ held: HeldGrant) -> [(at: Instant, what: Phrase, why: GrantReason)] {
        guard let given = held.givenBack else { return [] }
        let answer = given.answer.map { answer in
            (at: answer.at, what: given.isUnknownThere ? Phrase.unknownThere : .endIsNotTaken, why: GrantReason(""))
        }
        return [(at: given.at, what: .wasGivenBack, why: GrantReason(given.reason))] + [answer].compactMap { $0 }
    }

    private func giveBackStep(_ page: Page, _ held: HeldGrant, _ application: Application) -> HTML {
        let isOwn = authorization.decide(
            page.person, .requestGrants, .registered(application.id.text, by: application.organisation))
        guard isOwn, held.isOpen, held.givenBack == nil else { return "" }
        return buttons(buttonLink(page, .giveBack, "/exchange/held/\(held.node)/\(held.id)/end", kind: .danger))
    }

    private func giveBackPage(_ page: Page) async throws -> View {
        let (held, application) = try await heldGrant(page)
        guard
            authorization.decide(
                page.person, .requestGrants, .registered(application.id.text, by: application.organisation))
        else { throw Problem.forbidden }
        guard held.isOpen, held.givenBack == nil else { throw Problem.conflict(.notActive) }
        let path: Link = "/exchange/held/\(held.node)/\(held.id)"
        return View(
            title: page[.giveBack],
            about: "\(application.name) → \(page[held.serviceName]) (\(page[name(of: held.node)]))", back: path,
            body: """
                <p>\(page[.giveBackLead])</p>
                \(form(page, action: "/exchange/held/\(held.node)/\(held.id)/end", """
                    \(textArea(page, "reason", .reason, rows: 2, maxLength: 2000))\
                    \(buttons(submit(page, .giveBack, kind: .danger)))
                    """))
                """)
    }
}
