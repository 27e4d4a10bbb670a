import Exchange
import Gateway
import Ledger
import StrictJSON
import Vocabulary
import Web

/// Each exchange as its leaf tells of it, and its receipt.
extension TrafficPages {
    private static let shown = 50
    /// So many leaves are looked through for one page.
    private static let lookedThrough: Int64 = 5000

    func exchanges(_ page: Page) async throws -> View {
        let size = ledger.checkpoint.size
        let before = min(max(try page.request.place("before") { Int64($0) } ?? size, 0), size)
        let wanted = page.request.query["grant"].flatMap { $0.isEmpty ? nil : $0 }
        let (found, next) = try await newest(before: before, of: wanted)
        let names = try await exchange.names(
            ofApplications: Set(found.map(\.client)), services: Set(found.map(\.serviceName)))
        let search = searchForm(
            page, action: "/gateway/exchanges",
            """
            \(textField(page, "grant", .grantID, type: .search, required: false, value: wanted ?? ""))
            \(submit(page, .find, kind: .quiet))
            """)
        let list =
            found.isEmpty
            ? emptyState(page, .noExchanges)
            : table(
                page, .exchanges, headers: [.leafNumber, .when, .application, .service, .operation, .answered],
                rows: found.map { row(page, $0, names) }, isCaptionHidden: true)
        let link: Link = "/gateway/exchanges"
        let older = next.map { link.with(["before": String($0), "grant": wanted ?? ""]) }
        return View(
            title: page[.exchanges], back: "/gateway",
            body: "\(search)\(list)\(pagination(page, showing: found.count, next: older))")
    }

    private func row(_ page: Page, _ exchange: RecordedExchange, _ names: AxisNames) -> [HTML] {
        [
            "<a href=\"\(link: "/gateway/exchanges/\(Int(exchange.index))")\">\(Int(exchange.index))</a>",
            time(exchange.began), application(page, exchange.client, names),
            service(page, exchange.serviceName, names),
            "<code>\(exchange.operation)</code>",
            statusTag("\(exchange.status)", kind: exchange.status < 400 ? .done : .bad),
        ]
    }

    /// Newest first, and where to go on; nil at the log's beginning.
    private func newest(
        before: Int64, of grant: String?
    ) async throws -> (found: [RecordedExchange], next: Int64?) {
        var (end, found) = (before, [RecordedExchange]())
        let stop = max(before - TrafficPages.lookedThrough, 0)
        while end > stop {
            let start = max(end - 256, stop)
            for (place, leaf) in try await ledger.entries(start..<end).enumerated().reversed() {
                let index = start + Int64(place)
                guard let exchange = RecordedExchange(leaf, index: index), grant == nil || exchange.grant == grant
                else { continue }
                found.append(exchange)
                if found.count == TrafficPages.shown { return (found, index > 0 ? index : nil) }
            }
            end = start
        }
        return (found, end > 0 ? end : nil)
    }

    func exchangePage(_ page: Page) async throws -> View {
        let found = try await recorded(page)
        let node = gateway.table.node(ofService: found.serviceID)
        let names = try await exchange.names(ofApplications: [found.client], services: [found.serviceName])
        // One that another node gave is no page of this one.
        let isKnown = (try? await exchange.grant(ID(found.grant))) != nil
        let code: HTML = "<code>\(found.grant)</code>"
        let grant: HTML =
            isKnown ? "<a href=\"\(link: "/exchange/grants/\(found.grant)")\">\(code)</a>" : code
        let part: Phrase =
            switch found.part {
            case "opening": .partOpening
            case "closing": .partClosing
            case "cut": .partCut
            case "withheld": .partWithheld
            default: .partWhole
            }
        return View(
            title: page[.exchangeTitle(found.index)], back: "/gateway/exchanges",
            body: """
                \(summaryList(page, [
                    (.application, application(page, found.client, names)),
                    (.service, service(page, found.serviceName, names, whole: found.service)),
                    (.operation, "<code>\(found.operation)</code>"),
                    (.answered, statusTag("\(found.status)", kind: found.status < 400 ? .done : .bad)),
                    (.part, "\(page[part])"),
                    (.began, time(found.began)), (.ended, time(found.ended)),
                    (.lasted, "\(Int(found.ended.milliseconds - found.began.milliseconds)) ms"),
                    (.purpose, "<span lang=\"\">\(found.purpose)</span>"),
                    (.legalBasis, "<span lang=\"\">\(found.legalBasis)</span>"),
                    (.grantID, grant), (.callID, "<code>\(found.call)</code>"),
                    (.otherLeaf, HTML(found.peer.map { "\($0)" } ?? "–")),
                ]))
                \(buttons(
                    buttonLink(page, .downloadReceipt, "/gateway/receipt/\(Int(found.index))"),
                    found.peer != nil && node != nil
                        ? buttonLink(page, .downloadOther, "/gateway/receipt/\(Int(found.index))/other", kind: .quiet)
                        : ""))
                \(details(page, .howToVerify, isOpen: true, """
                    \(verifyPageLink(page))
                    <p>\(page[.verifierKey]): \(copyable(page, id: "verifier-key", "\(ledger.verifierKey)"))</p>
                    <p>\(page[.verifyReceipt])</p>
                    <pre>truc verify receipt receipt-\(Int(found.index)).json --key '\("\(ledger.verifierKey)")'</pre>
                    """))
                """)
    }

    private func recorded(_ page: Page) async throws -> RecordedExchange {
        guard let index = Int64(try page.parameter("leaf")), (0..<ledger.checkpoint.size).contains(index),
            let leaf = try await ledger.entries(index..<index + 1).first,
            let found = RecordedExchange(leaf, index: index)
        else { throw Problem.notFound }
        return found
    }

    func receipt(_ page: Page) async throws -> Response {
        let found = try await recorded(page)
        let proven = try await ledger.prove(found.index)
        return .download(proven.json.encoded(), type: "application/json", name: "receipt-\(found.index).json")
    }

    /// The provider's node is asked for what it has of the same exchange.
    func otherReceipt(_ page: Page) async throws -> Response {
        let found = try await recorded(page)
        guard let peer = found.peer, let node = gateway.table.node(ofService: found.serviceID) else {
            throw Problem.notFound
        }
        guard let receipt = await exchange.receipt(at: ID(node), leaf: peer, of: found.client) else {
            throw Problem.busy(retryAfterSeconds: 30)
        }
        return .download(receipt, type: "application/json", name: "receipt-\(node)-\(peer).json")
    }
}

extension RecordedExchange {
    /// The X-Road name of the service, without the registry's id at its end.
    fileprivate var serviceName: String { service.split(separator: "/").dropLast().joined(separator: "/") }
}
