import Database
import Ledger
import StrictJSON
import Vocabulary
import Web

/// The log for people, witnesses and programs. Heads and hashes are for witnesses (`ledger.checkpoint`), leaves need
/// `ledger.read`. Neither is for strangers: how fast the log grows says that something happened, also when it is RED.
struct LedgerDoors: Sendable {
    let ledger: Ledger
    let outbox: LedgerOutbox
    let database: any Database

    private static let leavesAtOnce: Int64 = 50

    func doors(_ site: Site) {
        site.page("/ledger", allow: .ledgerCheckpoint, overview)
        site.page("/ledger/leaf/{index}", allow: .ledgerRead, leaf)
        site.get("/ledger/receipt/{fact}", allow: .ledgerRead) { page in
            try await download(page, at: page.request.place("index") { Int64($0) }, disclosing: false)
        }
        site.action("/ledger/receipt/{fact}", allow: .ledgerRead) { page, _ in
            try await download(page, at: nil, disclosing: true)
        }
        witnessDoors(site)
        site.menu(.ledger, "/ledger", allow: .ledgerRead)
    }

    /// The paths of https://c2sp.org/tlog-tiles below `/ledger`, and proofs that the log only grew.
    private func witnessDoors(_ site: Site) {
        site.api(.get, "/ledger/checkpoint", allow: .ledgerCheckpoint, .checkpoint) { [ledger] _ in
            .bytes(Array(ledger.checkpoint.note.utf8), type: "text/plain; charset=utf-8")
        }
        site.api(.get, "/ledger/growth/{size}", allow: .ledgerCheckpoint, .growth) { [ledger] call in
            guard let old = Int64(try call.parameter("size")) else { throw Problem.notFound }
            return .json(try await Growth.make(ledger, from: old).json)
        }
        for depth in 1...6 {
            let path = (1...depth).map { "{p\($0)}" }.joined(separator: "/")
            site.api(.get, "/ledger/tile/entries/\(path)", allow: .ledgerRead, .entries) {
                try await tile($0, isEntries: true)
            }
            site.api(.get, "/ledger/tile/{level}/\(path)", allow: .ledgerCheckpoint, .hashes) {
                try await tile($0, isEntries: false)
            }
        }
    }

    private func tile(_ call: Call, isEntries: Bool) async throws -> Response {
        let text = call.request.path.dropFirst("/ledger/".count)
        guard let path = TilePath(text), (path.content == .entries) == isEntries else { throw Problem.notFound }
        let bytes = isEntries ? try await ledger.entryBundle(path) : try await ledger.hashTile(path)
        guard let bytes else { throw Problem.notFound }
        let response = Response.bytes(bytes, type: "application/octet-stream")
        return isEntries ? response : response.with("cache-control", "public, max-age=31536000, immutable")
    }
}

/// Receipts, to be kept and checked elsewhere.
extension LedgerDoors {
    /// Without the content by default. Who asks for it leaves a fact: reading somebody's data is written down.
    private func download(_ page: Page, at given: Int64?, disclosing: Bool) async throws -> Response {
        let id = ID<LedgerFact>(try page.parameter("fact"))
        let row = try await database.read { [outbox] tx in try outbox.fact(id, in: tx) }
        guard let index = row?.leafIndex ?? given, (0..<ledger.checkpoint.size).contains(index) else {
            throw Problem.notFound
        }
        var proven = try await ledger.prove(index)
        guard proven.receipt.leaf.fact == id else { throw Problem.notFound }
        if disclosing {
            try await writeDown(page, id, about: row?.subject)
            proven = proven.disclosing(row?.disclosure)
        }
        return .download(proven.json.encoded(), type: "application/json", name: "receipt-\(index).json")
    }

    private func writeDown(_ page: Page, _ fact: ID<LedgerFact>, about subject: String?) async throws {
        let reader = page.person?.id.text ?? ""
        try await database.write { [outbox] tx in
            _ = try outbox.record(
                "ledger.disclosed", ["fact": .string(fact.text), "reader": .string(reader)], subject: subject,
                at: page.now, in: tx)
        }
    }
}

/// Pages.
extension LedgerDoors {
    private func overview(_ page: Page) async throws -> View {
        let head = ledger.checkpoint
        return View(
            title: page[.ledger],
            body: """
                <p class="lead">\(page[.whatTheLedgerIs])</p>
                \(summaryList(page, [
                    (.leaves, "\(Int(head.size))"),
                    (.signedAt, head.at.map { time($0) } ?? ""),
                    (.rootHash, "<code>\(head.root.base64)</code>"),
                    (.verifierKey, copyable(page, id: "verifier-key", "\(ledger.verifierKey)")),
                ]))
                <h2>\(page[.signedHead])</h2>
                <pre>\(head.note)</pre>
                \(details(page, .howToVerify, howToVerify(page)))
                \(page.may(.ledgerRead) ? try await leaves(page, head.size) : "")
                """)
    }

    private func howToVerify(_ page: Page) -> HTML {
        """
        \(verifyPageLink(page))
        <p>\(page[.verifyReceipt])</p>
        <pre>truc verify receipt receipt.json --key '\("\(ledger.verifierKey)")'</pre>
        <p>\(page[.verifyGrowth])</p>
        <pre>truc verify growth checkpoint.txt growth.json --key '\("\(ledger.verifierKey)")'</pre>
        <p>\(page[.verifyFolder])</p>
        <pre>truc verify log LEDGER --key '\("\(ledger.verifierKey)")'</pre>
        <p><a href="/ledger/checkpoint">\(page[.signedHead])</a></p>
        """
    }

    private func leaves(_ page: Page, _ size: Int64) async throws -> HTML {
        let before = try page.request.place("before") { Int64($0) } ?? size
        let end = min(max(before, 0), size)
        let start = max(end - LedgerDoors.leavesAtOnce, 0)
        let found = try await ledger.entries(start..<end)
        let rows = zip(start..<end, found).reversed().map { index, leaf -> [HTML] in
            [
                "<a href=\"\(link: "/ledger/leaf/\(Int(index))")\">\(Int(index))</a>", time(leaf.at),
                "<code>\(leaf.kind)</code>",
            ]
        }
        guard !rows.isEmpty else { return emptyState(page, .noLeaves) }
        return """
            \(table(page, .recentLeaves, headers: [.leafNumber, .when, .kind], rows: rows))
            \(pagination(
                page, showing: rows.count, previous: end < size ? "/ledger" : nil,
                next: start > 0 ? "/ledger?before=\(Int(start))" : nil))
            """
    }

    private func leaf(_ page: Page) async throws -> View {
        guard let index = Int64(try page.parameter("index")), (0..<ledger.checkpoint.size).contains(index),
            let leaf = try await ledger.entries(index..<index + 1).first
        else { throw Problem.notFound }
        let row = try await database.read { [outbox] tx in try outbox.fact(leaf.fact, in: tx) }
        let link: Link = "/ledger/receipt/\(leaf.fact)"
        return View(
            title: page[.leafTitle(index)], back: "/ledger",
            body: """
                \(summaryList(page, [
                    (.kind, "<code>\(leaf.kind)</code>"),
                    (.when, time(leaf.at)),
                    (.factID, "<code>\(leaf.fact.text)</code>"),
                    (.digest, "<code>\("\(leaf.digest)")</code>"),
                    (.content, "\(page[LedgerDoors.state(row)])"),
                ]))
                \(buttons(
                    buttonLink(page, .downloadReceipt, link.with(["index": String(index)])),
                    row?.disclosure == nil ? "" : actionButton(page, .downloadWithContent, link)))
                \(if: row?.disclosure != nil, "<p class=\"hint\">\(page[.readingIsWrittenDown])</p>")
                """)
    }

    private static func state(_ row: RecordedFact?) -> Phrase {
        guard let row else { return .contentElsewhere }
        return row.disclosure == nil ? .contentErased : .contentKept
    }
}

/// The way to the page that checks receipts in the browser, also offline.
func verifyPageLink(_ page: Page) -> HTML {
    """
    <p>\(buttonLink(page, .verifyPage, page.asset("verify-receipt.html"), kind: .quiet))</p>
    <p class="hint">\(page[.verifyPageHint])</p>
    """
}
