import Crypto
import Database
import Gateway
import Identity
import StrictJSON
import Vocabulary
import Web

/// Grants for both sides: what is asked, what waits for whom, what is in force, and each one with all that happened.
extension Exchange {
    func grantDoors(_ site: Site) {
        site.page("/exchange/grants", allow: .catalogue, grantsPage)
        site.form("/exchange/grants/new", allow: .requestGrants, isKept: true, page: requestPage) {
            [self] page, fields in
            let application = try requestedFor(fields)
            let terms = try terms(fields, GrantTerms(purpose: "", legalBasis: "", from: now(), until: now()))
            let asked = try await requestGrant(
                GrantDraft(application: ID(application), version: ID(fields["version"] ?? ""), terms: terms),
                by: page.person)
            return .redirect("/exchange/grants/\(asked.id)")
        }
        site.page("/exchange/grants/{id}", allow: .catalogue, grantPage)
        site.get("/exchange/grants/{id}/signed", allow: .catalogue) { [self] page in
            let id = ID<AccessGrant>(try page.parameter("id"))
            return .download(
                try await grant(id).1.file().encoded(), type: "application/json", name: "grant-\(id).json")
        }
        site.form(
            "/exchange/grants/{id}/decide", allow: .decideGrants, isKept: true, page: decidePage
        ) { [self] page, fields in
            let id = ID<AccessGrant>(try page.parameter("id"))
            switch fields["decision"] {
            case "approve":
                let asked = try await grant(id).0.grant.terms
                try await approveGrant(id, terms: try decided(fields, asked), by: page.person)
            case "refuse": try await refuseGrant(id, because: fields["reason"] ?? "", by: page.person)
            default: throw Problem.invalid(["decision": .chooseDecision])
            }
            return .redirect("/exchange/grants/\(id)")
        }
        site.form(
            "/exchange/grants/{id}/suspend", allow: .decideGrants, isKept: true, page: suspendPage
        ) { [self] page, fields in
            let id = ID<AccessGrant>(try page.parameter("id"))
            guard let kind = fields["kind"].flatMap(Suspension.Kind.init) else {
                throw Problem.invalid(["kind": .chooseSuspension])
            }
            try await suspendGrant(
                id, kind, from: try day(fields, "from")?.start, until: try day(fields, "until")?.start,
                because: fields["reason"] ?? "", by: page.person)
            return .redirect("/exchange/grants/\(id)")
        }
        site.action("/exchange/grants/{id}/resume", allow: .decideGrants) { [self] page, _ in
            let id = ID<AccessGrant>(try page.parameter("id"))
            try await resumeGrant(id, by: page.person)
            return .redirect("/exchange/grants/\(id)")
        }
        site.form("/exchange/grants/{id}/end", allow: .requestGrants, page: endPage) { [self] page, fields in
            let id = ID<AccessGrant>(try page.parameter("id"))
            try await endGrant(id, because: fields["reason"] ?? "", by: page.person)
            return .redirect("/exchange/grants/\(id)")
        }
        site.action("/exchange/grants/{id}/withdraw", allow: .requestGrants) { [self] page, _ in
            let id = ID<AccessGrant>(try page.parameter("id"))
            try await withdrawGrant(id, by: page.person)
            return .redirect("/exchange/grants/\(id)")
        }
        holidayDoors(site)
    }

    // MARK: Lists

    private func grantsPage(_ page: Page) async throws -> View {
        let open = try await grants()
        let over = try await grants([.refused, .withdrawn, .lapsed, .ended], limit: 50)
        let register = try await authorization.organisations()
        let waiting = open.filter { $0.grant.state == .waiting }.sorted { $0.grant.dueAt < $1.grant.dueAt }
        let makers = try await makers(of: waiting.map(\.grant))
        let mine = waiting.filter { mayDecide(page, $0, makers) }
        let others = waiting.filter { !mayDecide(page, $0, makers) }
        let held = open.filter { $0.grant.state != .waiting }
        let elsewhere = try await farRequests()
        let (given, applications) = (try await heldGrants(), try await allApplications())
        return View(
            title: page[.grants], back: "/exchange/catalogue",
            body: """
                \(buttons(
                    page.may(.requestGrants) ? buttonLink(page, .askForGrant, "/exchange/grants/new") : "",
                    page.may(.administerExchange)
                        ? buttonLink(page, .holidays, "/exchange/holidays", kind: .quiet) : ""))
                \(if: !mine.isEmpty, """
                    <h2>\(page[.waitForYou])</h2>
                    \(grantTable(page, .waitForYou, mine, register, empty: .noGrants))
                    """)
                \(if: !others.isEmpty, """
                    <h2>\(page[.waitForProvider])</h2>
                    \(grantTable(page, .waitForProvider, others, register, empty: .noGrants))
                    """)
                <h2>\(page[.heldGrants])</h2>
                \(grantTable(page, .heldGrants, held, register, empty: .noGrants))
                \(if: !elsewhere.isEmpty, """
                    <h2>\(page[.requestsElsewhere])</h2>
                    \(farRequestTable(page, elsewhere, register))
                    """)
                \(heldPart(page, given, applications, register))
                \(if: !over.isEmpty, details(
                    page, .pastGrants, grantTable(page, .pastGrants, over, register, empty: .noGrants)))
                """)
    }

    func grantTable(
        _ page: Page, _ title: Phrase, _ all: [NamedGrant], _ register: OrganisationRegister, empty: Phrase
    ) -> HTML {
        guard !all.isEmpty else { return emptyState(page, empty) }
        let rows = all.map { named -> [HTML] in
            let grant = named.grant
            let end = grant.state == .waiting ? grant.dueAt : grant.terms.until
            return [
                """
                <a href="\(link: "/exchange/grants/\(grant.id)")">\(page[named.offered.service.name])\
                 v\(named.offered.version.number)</a>
                """,
                applicationCell(page, named.application.name, of: named.application.organisation, register),
                HTML(grant.terms.purpose), stateTag(page, grant),
                "\(page[grant.state == .waiting ? .decideBy : .until]) \(Day(lastOf: end).forReading)",
            ]
        }
        return table(
            page, title, headers: [.service, .application, .purpose, .state, .date], rows: rows, isCaptionHidden: true)
    }
    func stateTag(_ page: Page, _ grant: AccessGrant) -> HTML {
        if grant.isPast(at: now()) { return statusTag(page[AccessGrant.State.lapsed.phrase], kind: .neutral) }
        if grant.isOverdue(at: now()) { return statusTag(page[.overdue], kind: .bad) }
        if grant.state == .active, grant.terms.from > now() { return statusTag(page[.beginsLater], kind: .waiting) }
        if grant.state == .active, let comes = grant.suspension {
            return statusTag(page[.suspendedFrom(Day(comes.from))], kind: .waiting)
        }
        return statusTag(page[grant.state.phrase], kind: grant.state.kind)
    }

    // MARK: One grant

    private func grantPage(_ page: Page) async throws -> View {
        let (named, signed, events) = try await grant(ID(try page.parameter("id")))
        let grant = named.grant
        let holds = signed.isValid(by: home.key.publicKey)
        let (register, makers) = (try await authorization.organisations(), try await makers(of: [grant]))
        return View(
            title: named.offered.title(page), back: "/exchange/grants",
            body: """
                <p>\(stateTag(page, grant))</p>
                \(if: !grant.reason.isEmpty, "<p><strong>\(page[.reason]):</strong> \(page[grant.why])</p>")
                \(try await overlapBanner(page, grant))
                \(summaryList(page, terms(page, named, register)))
                \(decidedByOthers(page, named, makers, register))
                \(steps(page, named, makers))
                <h2>\(page[.signature])</h2>
                <p>\(holds ? statusTag(page[.grantSignatureHolds], kind: .done)
                    : statusTag(page[.grantSignatureFails], kind: .bad))</p>
                \(buttons(
                    buttonLink(page, .downloadGrant, "/exchange/grants/\(grant.id)/signed", kind: .quiet),
                    page.may(Permission("gateway.evidence"))
                        ? buttonLink(page, .exchangesUnder, "/gateway/exchanges?grant=\(grant.id)", kind: .quiet) : ""))
                <h2>\(page[.whatHappened])</h2>
                \(timeline(page, try await happened(page, events, to: grant)))
                """)
    }

    /// What happened, with the names that the reader may know. Another member's node is named with the person in whose
    /// name it asked.
    private func happened(
        _ page: Page, _ events: [GrantEvent], to grant: AccessGrant
    ) async throws -> [TimelineEntry] {
        let names = try await authorization.names(Set(events.compactMap(\.by)), page.person)
        let asker = try await database.read { try AskedStore.asker(of: grant.id, in: $0) }
        return events.map { event in
            let who = event.by.map { id -> String in
                guard id.text.hasPrefix(Exchange.nodePrefix) else { return names[id] ?? page[.someOfficer] }
                let node = ID<Organisation>(String(id.text.dropFirst(Exchange.nodePrefix.count)))
                return page[.askedByNode(name(of: node), event.what == .asked ? asker?.name ?? "" : "")]
            }
            return TimelineEntry(
                at: event.at, what: HTML(page[event.what.phrase]), who: who,
                note: event.reason.isEmpty ? nil : page[GrantReason(event.reason).phrase])
        }
    }

    private func terms(
        _ page: Page, _ named: NamedGrant, _ register: OrganisationRegister
    ) -> [(Phrase, HTML)] {
        let link: Link = "/exchange/applications/\(named.application.id)"
        return [
            (.application, "<a href=\"\(link: link)\">\(named.application.name)</a>"),
            (.consumingOrganisation, HTML(page[register.name(of: named.application.organisation, on: Day(now()))])),
            (.evidence, HTML(page[named.offered.evidence(for: named.application).phrase])),
        ] + termRows(page, named.grant.terms) + [
            (.askedAt, time(named.grant.askedAt)), (.decideBy, HTML(Day(lastOf: named.grant.dueAt).forReading)),
        ]
    }

    /// What a grant allows, for reading.
    func termRows(_ page: Page, _ terms: GrantTerms) -> [(Phrase, HTML)] {
        let rate = terms.rate.map { page[.callsASecond($0.perSecond)] }
        let quota = terms.quota.map { page[.calls($0.calls, each: $0.windowSeconds)] }
        let limits = [rate, quota].compactMap { $0 }.joined(separator: " · ")
        return [
            (.purpose, HTML(terms.purpose)), (.legalBasis, HTML(terms.legalBasis)),
            (.dataItems, HTML(terms.dataItems.isEmpty ? page[.nothingSaid] : terms.dataItems)),
            (.operations, HTML(terms.operations?.joined(separator: "\n") ?? page[.allOperations])),
            (
                .fields,
                HTML(
                    terms.fields.map { ($0 + [page[.fieldsBoundHead]]).joined(separator: "\n") } ?? page[.allFields])
            ),
            (.frequency, HTML(terms.frequency.isEmpty ? page[.nothingSaid] : terms.frequency)),
            (.limits, HTML(limits.isEmpty ? page[.noLimits] : limits)),
            (.fromDay, HTML(Day(terms.from).forReading)), (.untilDay, HTML(Day(lastOf: terms.until).forReading)),
        ]
    }

    private func steps(_ page: Page, _ named: NamedGrant, _ makers: [ID<Person>: Set<ID<Person>>]) -> HTML {
        let (grant, id) = (named.grant, named.grant.id)
        let provides = authorization.decide(
            page.person, .decideGrants, grant.resource(of: named.offered, deciding: false))
        let uses = authorization.decide(
            page.person, .requestGrants,
            .registered(named.application.id.text, by: named.application.organisation))
        let isLiving = grant.state == .active || grant.state == .suspended
        return """
            <div class="buttons">\
            \(if: mayDecide(page, named, makers), buttonLink(page, .decide, "/exchange/grants/\(id)/decide"))\
            \(if: uses && grant.state == .waiting, actionButton(
                page, .withdraw, "/exchange/grants/\(id)/withdraw"))\
            \(if: provides && isLiving, buttonLink(page, .suspend, "/exchange/grants/\(id)/suspend", kind: .quiet))\
            \(if: provides && grant.suspension != nil && isLiving, actionButton(
                page, .resume, "/exchange/grants/\(id)/resume"))\
            \(if: (provides || uses) && isLiving, buttonLink(
                page, .endGrant, "/exchange/grants/\(id)/end", kind: .danger))</div>
            """
    }
}

extension AccessGrant.State {
    var kind: StatusKind {
        switch self {
        case .waiting: .waiting
        case .active: .done
        case .suspended, .refused: .bad
        case .withdrawn, .lapsed, .ended: .neutral
        }
    }
}
