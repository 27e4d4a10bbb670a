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
        site.api(
            .get, "/exchange/held.json", allow: .catalogue,
            APIDoc(.heldElsewhere, response: .object(["grants": .array(Exchange.heldSchema)]), tags: ["exchange"])
        ) { [self] _ in
            var all: [JSON] = []
            for held in try await heldGrants() { all.append(try await json(held)) }
            return .json(["grants": .array(all)])
        }
    }

    private static let heldSchema = Schema.object([
        "id": .string, "node": .string, "service": .string, "application": .string,
        "state": .oneOf(AccessGrant.State.allCases.map(\.rawValue)), "suspended-from": Schema.dateTime.orNull,
        "reason": .string, "operations": Schema.array(.string).orNull, "fields": Schema.array(.string).orNull,
        "data-items": .string, "purpose": .string, "legal-basis": .string, "frequency": .string,
        "rate": Schema.object(["per-second": .number, "burst": .integer]).orNull,
        "quota": Schema.object(["calls": .integer, "seconds": .integer]).orNull, "from": .dateTime,
        "until": .dateTime,
    ])

    func heldTable(_ page: Page, _ all: [HeldGrant], _ applications: [Application]) -> HTML {
        let names = Dictionary(applications.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let rows = all.map { held -> [HTML] in
            let application = names[held.application].map { "\($0.organisation.text) · \($0.name)" }
            return [
                """
                <a href="\(link: "/exchange/held/\(held.node)/\(held.id)")">\(page[held.serviceName])</a> \
                <code>\(held.service)</code>
                """,
                HTML(page[name(of: held.node)]), HTML(application ?? held.application.text),
                HTML(held.standing.terms.purpose), stateTag(page, held.grant),
                "\(page[.until]) \(Day(lastOf: held.standing.terms.until).forReading)",
            ]
        }
        return table(
            page, .heldElsewhere, headers: [.service, .atMember, .application, .purpose, .state, .date], rows: rows,
            isCaptionHidden: true)
    }

    /// With its heading; nothing when there are none.
    func heldPart(_ page: Page, _ all: [HeldGrant], _ applications: [Application]) -> HTML {
        guard !all.isEmpty else { return "" }
        return "<h2>\(page[.heldElsewhere])</h2>\(heldTable(page, all, applications))"
    }

    private func heldGrant(_ page: Page) async throws -> (HeldGrant, Application) {
        try await heldGrant(ID(try page.parameter("id")), from: ID(try page.parameter("node")))
    }

    private func heldPage(_ page: Page) async throws -> View {
        let (held, application) = try await heldGrant(page)
        let grant = held.grant
        let link: Link = "/exchange/applications/\(application.id)"
        let steps = held.standing.steps.map {
            TimelineEntry(
                at: $0.at, what: HTML(page[$0.what.phrase]),
                note: $0.reason.isEmpty ? nil : page[GrantReason($0.reason).phrase])
        }
        let holds = rosters.known?.roster.member(held.node).map { held.standing.signed.isValid(by: $0.key) } ?? false
        return View(
            title: page[held.serviceName], about: page[.heldElsewhere], back: "/exchange/grants",
            body: """
                <p>\(stateTag(page, grant))</p>
                \(if: !grant.reason.isEmpty, "<p><strong>\(page[.reason]):</strong> \(page[grant.why])</p>")
                <p>\(page[.heldLead])</p>
                \(summaryList(page, [
                    (.service, "\(page[held.serviceName]) <code>\(held.service)</code>"),
                    (.atMember, HTML(page[name(of: held.node)])),
                    (.application,
                        "<a href=\"\(link: link)\">\(application.organisation.text) · \(application.name)</a>"),
                ] + termRows(page, grant.terms)))
                <h2>\(page[.providerSignature])</h2>
                <p>\(holds ? statusTag(page[.providerSignatureHolds], kind: .done)
                    : statusTag(page[.providerSignatureFails], kind: .bad))</p>
                <p>\(buttonLink(
                    page, .downloadGrant, "/exchange/held/\(held.node)/\(held.id)/signed", kind: .quiet))</p>
                <h2>\(page[.whatHappened])</h2>
                \(timeline(page, steps))
                """)
    }
}

extension Phrase {
    static let heldElsewhere = Phrase(vi: "Quyền do nút khác cấp", en: "Given by other nodes")
    static let heldLead = Phrase(
        vi: "Nút cung cấp tự cấp quyền này. Muốn đổi hoặc trả lại, hãy liên hệ đơn vị cung cấp.",
        en: "The provider's node gave this by itself. To change it or give it back, ask the provider.")
}
