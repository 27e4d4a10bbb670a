import Events
import Exchange
import Gateway
import Ledger
import StrictJSON
import Synchronization
import Vocabulary
import Web

/// What passes through the gateway, for operators: live figures, and each exchange with its receipt.
final class TrafficPages: Sendable {
    let gateway: Gateway
    let ledger: Ledger
    let exchange: Exchange
    let events: Events
    private static let rowsMax = 200
    private let ticks = EventRing(capacity: 4)
    private let marks = Mutex<(older: TrafficMark?, newer: TrafficMark?)>((nil, nil))

    init(gateway: Gateway, ledger: Ledger, exchange: Exchange, events: Events) {
        self.gateway = gateway
        self.ledger = ledger
        self.exchange = exchange
        self.events = events
    }

    func doors(_ site: Site) {
        site.menu(.gatewayTitle, "/gateway", allow: .viewGateway)
        site.page("/gateway", allow: .viewGateway) { [self] page in try await overview(page, lately()) }
        site.events("/gateway/live", allow: .viewGateway) { [ticks] _, after in ticks.tail(after: after) }
        site.api(.get, "/gateway.json", allow: .viewGateway, .traffic) { [self] _ in .json(json(lately())) }
        site.api(.get, "/metrics", allow: .viewGateway, .metrics) { [self] _ in try await metrics() }
        site.page("/gateway/exchanges", allow: .readEvidence) { [self] page in try await exchanges(page) }
        site.page("/gateway/exchanges/{leaf}", allow: .readEvidence) { [self] page in try await exchangePage(page) }
        site.get("/gateway/receipt/{leaf}", allow: .readEvidence) { [self] page in try await receipt(page) }
        site.get("/gateway/receipt/{leaf}/other", allow: .readEvidence) { [self] page in
            try await otherReceipt(page)
        }
    }

    func metrics() async throws -> Response {
        let text = gateway.metrics() + (try await events.metrics())
        return .bytes(Array(text.utf8), type: "text/plain; version=0.0.4; charset=utf-8")
    }

    /// Tells open pages every other second that the figures have moved on, and moves the window. Until cancelled.
    func watch() async {
        var round = 0
        var last = ""
        while (try? await Task.sleep(for: .seconds(2))) != nil {
            if round % 10 == 0 { moveWindow() }
            round += 1
            let now = figures(lately())
            if now != last { ticks.publish("changed", now) }
            last = now
        }
    }

    /// The window is between 20 and 40 seconds long.
    private func moveWindow() {
        let mark = gateway.trafficMark()
        marks.withLock { marks in marks = (older: marks.newer, newer: mark) }
    }

    func lately() -> Traffic { gateway.traffic(since: marks.withLock { $0.older ?? $0.newer }) }

    /// What the page's head shows, so that a page is not fetched anew for nothing.
    private func figures(_ traffic: Traffic) -> String {
        let rate = Int(traffic.callsPerSecond * 10)
        let calls = traffic.lines.reduce(0) { $0 + $1.calls }
        let states = traffic.places.map(\.state).joined()
        // While the disk stalls, the page tells each second of it.
        let lag = Int(traffic.evidenceLagMilliseconds / 1000)
        return """
            \(calls) \(rate) \(traffic.connections) \(traffic.refusedAtTheDoor) \(traffic.durableLeaves) \(lag) \
            \(states)
            """
    }

    private func json(_ traffic: Traffic) -> JSON {
        [
            "state": .string(gateway.state.rawValue), "connections": .integer(Int64(traffic.connections)),
            "refusedAtTheDoor": .integer(traffic.refusedAtTheDoor),
            "unknownCallers": .integer(traffic.unknownCallers), "durableLeaves": .integer(traffic.durableLeaves),
            "evidenceLagMilliseconds": .number(traffic.evidenceLagMilliseconds),
            "windowSeconds": .number(traffic.windowSeconds),
            "lines": .array(
                traffic.lines.map { line in
                    [
                        "service": .string(line.serviceName), "consumer": .string(line.consumerName),
                        "grant": .string(line.grant), "calls": .integer(line.calls), "refused": .integer(line.refused),
                        "failed": .integer(line.failed), "limited": .integer(line.limited),
                        "callsPerSecond": .number(line.callsPerSecond),
                        "p50Milliseconds": .number(line.medianMilliseconds),
                        "p95Milliseconds": .number(line.p95Milliseconds),
                        "p99Milliseconds": .number(line.p99Milliseconds),
                    ]
                }),
            "refusals": .array(
                traffic.refused.map { refused in
                    [
                        "consumer": .string(refused.consumerName), "notGranted": .integer(refused.notGranted),
                        "limited": .integer(refused.limited), "other": .integer(refused.other),
                    ]
                }),
            "instances": .array(
                traffic.places.map { place in
                    [
                        "service": .string(place.serviceName), "address": .string(place.address),
                        "node": .string(orNull: place.node), "state": .string(place.state),
                    ]
                }),
        ]
    }
}

/// The page.
extension TrafficPages {
    private func overview(_ page: Page, _ traffic: Traffic) async throws -> View {
        let names = try await names(of: traffic)
        return View(
            title: page[.gatewayTitle],
            body: """
                <p class="lead">\(page[.whatTheGatewayIs])</p>
                \(buttons(
                    page.may(.readEvidence)
                        ? buttonLink(page, .exchanges, "/gateway/exchanges", kind: .quiet) : "",
                    buttonLink(page, .metricsLink, "/metrics", kind: .quiet)))
                \(liveRegion(id: "traffic", source: "/gateway/live", """
                    \(state(page))
                    \(summaryList(page, [
                        (.callsPerSecond, "<span class=\"nums\">\(decimal(page, traffic.callsPerSecond))</span>"),
                        (.openConnections, count(page, Int64(traffic.connections))),
                        (.refusedAtTheDoor, count(page, traffic.refusedAtTheDoor)),
                        (.unknownCallers, count(page, traffic.unknownCallers)),
                        (.durableLeaves, count(page, traffic.durableLeaves)),
                        (.evidenceLag, "\(decimal(page, traffic.evidenceLagMilliseconds)) ms"),
                    ]))
                    \(lines(page, traffic, names))
                    \(refusals(page, traffic, names))
                    \(places(page, traffic, names))
                    """))
                """)
    }

    private func names(of traffic: Traffic) async throws -> AxisNames {
        let lines = traffic.lines.prefix(Self.rowsMax)
        let refused = traffic.refused.prefix(Self.rowsMax).map(\.consumerName)
        let places = traffic.places.prefix(Self.rowsMax).map(\.serviceName)
        return try await exchange.names(
            ofApplications: Set(lines.map(\.consumerName) + refused), services: Set(lines.map(\.serviceName) + places))
    }

    /// What people call it, above what it is called on the wire.
    func application(_ page: Page, _ code: String, _ names: AxisNames) -> HTML {
        guard let name = names.application(code) else { return "<code>\(code)</code>" }
        return "<span lang=\"\">\(name)</span><br><code>\(code)</code>"
    }

    /// - Parameter whole: the name with more behind it, to be shown in its place.
    func service(_ page: Page, _ code: String, _ names: AxisNames, whole: String? = nil) -> HTML {
        let shown = whole ?? code
        guard let name = names.service(code) else { return "<code>\(shown)</code>" }
        return "\(page[name])<br><code>\(shown)</code>"
    }

    private func state(_ page: Page) -> HTML {
        switch gateway.state {
        case .serving: "<p>\(statusTag(page[.gatewayServes], kind: .done))</p>"
        case .withoutEvidence: banner(page, .error, .gatewayWithoutEvidence, "<p>\(page[.gatewayRefuses])</p>")
        case .closed: "<p>\(statusTag(page[.gatewayClosed], kind: .bad))</p>"
        }
    }

    private func lines(_ page: Page, _ traffic: Traffic, _ names: AxisNames) -> HTML {
        guard !traffic.lines.isEmpty else { return emptyState(page, .noCallsYet, sign: .share) }
        let rows = traffic.lines.prefix(Self.rowsMax).map { line -> [HTML] in
            [
                service(page, line.serviceName, names), application(page, line.consumerName, names),
                count(page, line.calls),
                HTML(decimal(page, line.callsPerSecond)), HTML(decimal(page, line.medianMilliseconds)),
                HTML(decimal(page, line.p95Milliseconds)), HTML(decimal(page, line.p99Milliseconds)),
                count(page, line.refused),
                count(page, line.failed), count(page, line.limited),
            ]
        }
        return """
            \(table(
                page, .callsByService,
                headers: [
                    .service, .application, .calls, .perSecond, .median, .p95, .p99, .refusedCalls4, .failedCalls5,
                    .limitedCalls,
                ],
                rows: Array(rows), numbers: [2, 3, 4, 5, 6, 7, 8, 9]))
            <p class="hint">\(page[.windowHint(Int(traffic.windowSeconds))])</p>
            """
    }

    private func refusals(_ page: Page, _ traffic: Traffic, _ names: AxisNames) -> HTML {
        guard !traffic.refused.isEmpty else { return "" }
        let rows = traffic.refused.prefix(Self.rowsMax).map { refused -> [HTML] in
            [
                application(page, refused.consumerName, names), count(page, refused.notGranted),
                count(page, refused.limited), count(page, refused.other),
            ]
        }
        return table(
            page, .refusedByApplication,
            headers: [.application, .notGrantedCalls, .limitedCalls, .otherRefusals], rows: Array(rows),
            numbers: [1, 2, 3])
    }

    private func places(_ page: Page, _ traffic: Traffic, _ names: AxisNames) -> HTML {
        guard !traffic.places.isEmpty else { return "" }
        let rows = traffic.places.prefix(Self.rowsMax).map { place -> [HTML] in
            [
                service(page, place.serviceName, names), "<code>\(place.address)</code>", HTML(place.node ?? "–"),
                statusTag(page[breaker(place.state)], kind: place.state == "closed" ? .done : .bad),
            ]
        }
        return table(
            page, .instances, headers: [.service, .instanceAddress, .atNode, .breakerState], rows: Array(rows))
    }

    private func breaker(_ state: String) -> Phrase {
        switch state {
        case "closed": .breakerClosed
        case "open": .breakerOpen
        default: .breakerHalfOpen
        }
    }

    private func decimal(_ page: Page, _ value: Double) -> String { page[.figure(value, decimals: 1)] }

    private func count(_ page: Page, _ number: Int64) -> HTML { HTML(page[.count(Int(number))]) }
}
