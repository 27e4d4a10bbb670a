import Database
import StrictJSON
package import Vocabulary
package import Web

extension Exchange {
    /// The doors for people, on the node's own site.
    package func doors(_ site: Site) {
        site.menu(.exchange, "/exchange", allow: .viewExchange)
        site.page("/exchange", allow: .viewExchange) { [self] page in overview(page, try await status()) }
        site.page("/exchange/received", allow: .viewExchange) { [self] page in
            try await list(page, .weReceived, "f.came_from IS NOT NULL", empty: .nothingReceived)
        }
        site.page("/exchange/shared", allow: .viewDeliveries) { [self] page in
            try await list(page, .weShared, "f.came_from IS NULL", empty: .nothingShared)
        }
        site.page("/exchange/facts/{seq}", allow: .viewExchange) { [self] page in try await factPage(page) }
        site.page("/exchange/members/{code}", allow: .viewExchange) { [self] page in try await memberPage(page) }
        site.page("/exchange/alarms", allow: .viewExchange) { [self] page in try await alarmPage(page) }
        clusterDoors(site)
        catalogueDoors(site)
        serviceDoors(site)
        applicationDoors(site)
        grantDoors(site)
        grantAPI(site)
        farServiceDoors(site)
        farRequestDoors(site)
        heldDoors(site)
        farRequestAPI(site)
        registryAPI(site)
        site.api(
            .get, "/exchange.json", allow: .viewExchange,
            APIDoc(.statusSummary, response: Exchange.statusSchema, tags: ["exchange"])
        ) { [self] _ in .json(try await status().json) }
        site.events("/exchange/events", allow: .viewExchange) { [self] _, after in try await liveEvents(after: after) }
    }

    private static let statusSchema = Schema.object(
        [
            "cluster": Schema.object(["vi": .string, "en": .string]).orNull, "rosterVersion": .integer,
            "keeper": .string.orNull,
            "shared": .integer,
            "received": .integer, "quarantined": .integer, "refusedCalls": .any,
            "members": .array(
                .object(
                    [
                        "organisation": .string, "name": .object(["vi": .string, "en": .string]),
                        "role": .string.orNull,
                        "address": .string,
                        "state": .oneOf(["here", "reachable", "unreachable", "unseen", "left"]),
                        "lastSeen": .dateTime.orNull,
                        "rosterVersion": .integer.orNull, "waiting": .integer, "acknowledged": .integer,
                    ], optional: ["role", "lastSeen", "rosterVersion"])),
        ], optional: ["cluster", "keeper"])

    private func liveEvents(after: Int64?) async throws -> EventTail {
        let database = database
        let last = try await database.read { try Events.last(in: $0) }
        return EventTail(after: after ?? last, bell: bells.events) { after, limit in
            try await database.read { tx in
                try Events.after(after, limit: limit, in: tx).map {
                    ServerEvent(sequence: $0.seq, name: $0.name, data: $0.data)
                }
            }
        }
    }

    private func overview(_ page: Page, _ status: ClusterStatus) -> View {
        guard let cluster = status.cluster else {
            let found =
                page.may(.administerExchange) ? buttonLink(page, .clusterAdministration, "/exchange/cluster") : ""
            return View(title: page[.exchangeTitle], body: emptyState(page, .noClusterYet, sign: .share, action: found))
        }
        return View(
            title: page[.exchangeTitle],
            body: """
                \(buttons(
                    buttonLink(page, .weReceived, "/exchange/received", kind: .quiet),
                    page.may(.viewDeliveries) ? buttonLink(page, .weShared, "/exchange/shared", kind: .quiet) : "",
                    buttonLink(page, .alarms, "/exchange/alarms", kind: .quiet),
                    buttonLink(page, .goAcross, "/exchange/across", kind: .quiet),
                    page.may(.administerExchange) ? buttonLink(page, .clusterAdministration, "/exchange/cluster",
                        kind: .quiet) : ""))
                \(liveRegion(id: "exchange", source: "/exchange/events", """
                    \(summaryList(page, [
                        (.weShared, "\(status.shared)"), (.weReceived, "\(status.received)"), (.setAside,
                            "\(status.quarantined)"),
                        (.refusedCalls, "\(status.refused.values.reduce(0, +))"), (.rosterVersion,
                            "\(Int(status.version))"),
                    ]))
                    \(clusterDiagram(page, title: cluster,
                        status.members.filter { $0.role != nil }.map { diagram(page, $0) }))
                    """))
                """)
    }

    private func diagram(_ page: Page, _ member: MemberStatus) -> DiagramMember {
        let standing: DiagramMember.Standing =
            switch member.role {
            case .lead: .lead
            case .deputy: .deputy
            case .coordinator: .coordinator
            case .member, nil: .member
            }
        return DiagramMember(
            code: member.organisation.text, name: page[member.name], standing: standing,
            state: page[member.state.phrase],
            kind: member.state.kind, link: "/exchange/members/\(member.organisation.text)",
            isHere: member.state == .here)
    }

    private func list(_ page: Page, _ title: Phrase, _ which: SQL, empty: Phrase) async throws -> View {
        let before = try page.request.place("before") { Int64($0) }
        let lines = try await database.read { try Shelf(tx: $0).facts(which, before: before, limit: 50) }
        let isOurs = title == .weShared
        guard !lines.isEmpty else { return View(title: page[title], back: "/exchange", body: emptyState(page, empty)) }
        let headers: [Phrase] = [
            .object, .label, isOurs ? .recipients : .origin, isOurs ? .sharedAt : .arrivedAt,
            isOurs ? .receivers : .signature,
        ]
        let rows = lines.map { line -> [HTML] in
            let last: HTML =
                isOurs
                ? HTML("\(line.taken)/\(line.given)")
                : statusTag(
                    page[line.isQuarantined ? .setAside : .signatureHeldOnArrival],
                    kind: line.isQuarantined ? .bad : .done)
            return [
                factLink(page, line, named: page.may(.viewDeliveries)), tlpTag(page, line.tlp.rawValue),
                HTML(isOurs ? words(page, line.recipients) : page[name(of: line.origin)]), time(line.at), last,
            ]
        }
        let next = lines.count == 50 ? lines.last.map { Int($0.seq) } : nil
        let older: Link? = next.map { isOurs ? "/exchange/shared?before=\($0)" : "/exchange/received?before=\($0)" }
        return View(
            title: page[title], back: "/exchange",
            body:
                """
                \(table(page, title, headers: headers, rows: rows, isCaptionHidden: true))
                \(pagination(page, showing: lines.count, next: older))
                """
        )
    }

    private func factLink(_ page: Page, _ line: ShelfLine, named: Bool) -> HTML {
        """
        <a href="\(link: "/exchange/facts/\(Int(line.seq))")">\(named ? line.name ?? line.id : line.id)</a>\
        \(if: line.isRevocation, " \(statusTag(page[.revoked], kind: .neutral))")
        """
    }

    func words(_ page: Page, _ recipients: Recipients) -> String {
        let groups = recipients.groups.map { page[$0 == .cluster ? .toCluster : .toNetwork] }.sorted()
        let named = recipients.named.map { page[name(of: $0)] }.sorted()
        return recipients.isNobody ? page[.toNobodyElse] : (groups + named).joined(separator: ", ")
    }
}

extension MemberStatus.State {
    var kind: StatusKind {
        switch self {
        case .here, .reachable: .done
        case .unreachable: .bad
        case .unseen: .waiting
        case .left: .neutral
        }
    }
}
