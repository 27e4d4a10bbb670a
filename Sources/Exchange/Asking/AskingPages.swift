import Identity
import StrictJSON
import Vocabulary
import Web

/// Requests that were made at other members' nodes, as their people see them at home.
extension Exchange {
    func farRequestDoors(_ site: Site) {
        site.page("/exchange/requests/{id}", allow: .catalogue, farRequestPage)
        site.get("/exchange/requests/{id}/signed", allow: .catalogue) { [self] page in
            let (far, _) = try await farRequest(ID(try page.parameter("id")))
            guard let signed = far.standing?.signed else { throw Problem.notFound }
            let file = SignedGrant(document: signed.document, signature: signed.signature)
            return .download(
                try file.file().encoded(), type: "application/json", name: "grant-\(far.id).json")
        }
        site.action("/exchange/requests/{id}/withdraw", allow: .requestGrants) { [self] page, _ in
            let id = try page.parameter("id")
            try await giveUpFar(ID(id), because: "", by: page.person)
            return .redirect("/exchange/requests/\(id)")
        }
        site.form("/exchange/requests/{id}/end", allow: .requestGrants, page: endFarPage) { [self] page, fields in
            let id = try page.parameter("id")
            try await giveUpFar(ID(id), because: fields["reason"] ?? "", by: page.person)
            return .redirect("/exchange/requests/\(id)")
        }
    }

    func farRequestTable(_ page: Page, _ all: [FarRequest], _ register: OrganisationRegister) -> HTML {
        let rows = all.map { far -> [HTML] in
            let day: HTML =
                far.standing.map { standing in
                    let end = standing.state == .waiting ? standing.dueAt : standing.terms.until
                    return "\(page[standing.state == .waiting ? .decideBy : .until]) \(Day(lastOf: end).forReading)"
                } ?? "\(page[.askedAt]) \(far.request.askedAt.forReading)"
            return [
                """
                <a href="\(link: "/exchange/requests/\(far.id)")">\(page[far.serviceName])</a> \
                <code>\(far.request.service)</code>
                """,
                HTML(page[name(of: far.request.provider)]),
                applicationCell(page, far.request.applicationName, of: far.request.organisation, register),
                farTag(page, far), day,
            ]
        }
        return table(
            page, .requestsElsewhere, headers: [.service, .atMember, .application, .state, .date], rows: rows,
            isCaptionHidden: true)
    }

    func farTag(_ page: Page, _ far: FarRequest) -> HTML {
        if far.failure != nil { return statusTag(page[.notTaken], kind: .bad) }
        guard let standing = far.standing else { return statusTag(page[.onItsWayThere], kind: .waiting) }
        return stateTag(page, standing.grant(of: far))
    }

    private func farRequestPage(_ page: Page) async throws -> View {
        let (far, application) = try await farRequest(ID(try page.parameter("id")))
        let names = try await authorization.names(Set([far.askedBy].compactMap { $0 }), page.person)
        let register = try await authorization.organisations()
        let link: Link = "/exchange/applications/\(application.id)"
        let asker = far.askedBy.map { names[$0] ?? page[.someOfficer] }
        let sent = TimelineEntry(at: far.request.askedAt, what: HTML(page[GrantEvent.What.asked.phrase]), who: asker)
        let steps = (far.standing?.steps ?? []).filter { $0.what != .asked }.map {
            TimelineEntry(
                at: $0.at, what: HTML(page[$0.what.phrase]),
                note: $0.reason.isEmpty ? nil : page[GrantReason($0.reason).phrase])
        }
        return View(
            title: page[.farRequestTitle], back: "/exchange/grants",
            body: """
                <p>\(farTag(page, far))</p>
                \(farBanner(page, far))
                \(overlapBanner(page, try await overlaps(of: far)))
                \(ifLet: far.standing.flatMap { $0.reason.isEmpty ? nil : GrantReason($0.reason) }, {
                    "<p><strong>\(page[.reason]):</strong> \(page[$0.phrase])</p>"
                })
                \(summaryList(page, [
                    (.service, "\(page[far.serviceName]) <code>\(far.request.service)</code>"),
                    (.atMember, HTML(page[name(of: far.request.provider)])),
                    (.application, "<a href=\"\(link: link)\">\(application.name)</a>"),
                    (.consumingOrganisation, organisationCell(page, application.organisation, register)),
                ] + termRows(page, far.standing?.terms ?? far.request.terms) + [
                    (.askedAt, time(far.request.askedAt)),
                ] + (far.standing.map { [(.decideBy, HTML(Day(lastOf: $0.dueAt).forReading))] } ?? [])))
                \(farSteps(page, far, application))
                \(farSignature(page, far))
                <h2>\(page[.whatHappened])</h2>
                \(timeline(page, [sent] + steps))
                """)
    }

    private func farBanner(_ page: Page, _ far: FarRequest) -> HTML {
        if let failure = far.failure { return banner(page, .error, .notTaken, "<p>\(page[failure])</p>") }
        if far.standing == nil { return banner(page, .info, .onItsWayThere, "<p>\(page[.onItsWayLead])</p>") }
        return far.wish == nil || far.wish == .forget ? "" : "<p>\(page[.wishIsUnderWay])</p>"
    }

    private func farSteps(_ page: Page, _ far: FarRequest, _ application: Application) -> HTML {
        let isOwn = authorization.decide(
            page.person, .requestGrants, .registered(application.id.text, by: application.organisation))
        guard isOwn, far.isOpen, far.wish != .withdraw, far.wish != .end else { return "" }
        let holds = far.state == .active || far.state == .suspended
        return """
            <div class="buttons">\
            \(if: !holds, actionButton(page, .withdraw, "/exchange/requests/\(far.id)/withdraw"))\
            \(if: holds, buttonLink(page, .endGrant, "/exchange/requests/\(far.id)/end", kind: .danger))</div>
            """
    }

    private func farSignature(_ page: Page, _ far: FarRequest) -> HTML {
        guard let signed = far.standing?.signed else { return "" }
        let member = rosters.known?.roster.member(far.request.provider)
        let holds = member.map { signed.isValid(by: $0.key) } ?? false
        return """
            <h2>\(page[.providerSignature])</h2>
            <p>\(holds ? statusTag(page[.providerSignatureHolds], kind: .done)
                : statusTag(page[.providerSignatureFails], kind: .bad))</p>
            <p>\(buttonLink(page, .downloadGrant, "/exchange/requests/\(far.id)/signed", kind: .quiet))</p>
            """
    }

    private func endFarPage(_ page: Page) async throws -> View {
        let (far, application) = try await farRequest(ID(try page.parameter("id")))
        let about = "\(application.name) → \(page[far.serviceName]) (\(page[name(of: far.request.provider)]))"
        return endForm(page, about: about, "/exchange/requests/\(far.id)/end", back: "/exchange/requests/\(far.id)")
    }
}
