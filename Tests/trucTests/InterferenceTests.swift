import Database
import Exchange
import House
import Synchronization
import TestKit
import Testing
import Vocabulary
import Web

@testable import truc

/// The same day at two nodes with and without RED: who may not know sees the same pages, counts, finds and live events.
@Suite("what RED changes for those who may not know")
struct InterferenceTests {
    private static func report(_ title: String, _ label: String, _ to: String) -> DemoReport {
        DemoReport(
            code: "H40", title: title, kind: "phishing", summary: "Nội dung của \(title)", label: label, to: to,
            named: [])
    }

    private static let pages = [
        "/", "/incidents", "/incidents?q=mat", "/incidents.json", "/threats", "/threats?q=example", "/threats.json",
        "/threats?type=indicator", "/exchange", "/exchange.json", "/exchange/alarms", "/exchange/members/H40",
        "/exchange/members/H23", "/exchange/received", "/exchange/shared", "/identity/account",
    ]

    /// Everything that `visitor` can read, without what differs between any two runs: ids, times, tokens and hashes.
    private static func seen(by visitor: Visitor) async -> [String] {
        var texts: [String] = []
        for path in pages {
            let answer = await visitor.send(.get, path)
            texts.append("\(path) \(answer.status) \(plain(answer.text))")
        }
        return texts
    }

    /// Long words of letters and digits are ids, keys and tokens; numbers with colons or dashes are times and ports.
    private static func plain(_ text: String) -> String {
        text.replacing(#/[0-9A-Za-z_+\/=-]{20,}/#, with: "…")
            .replacing(#/127\.0\.0\.1:[0-9]+/#, with: "…")
            .replacing(#/[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?Z?/#, with: "…")
            .replacing(#/[0-9]{13}/#, with: "…")
    }

    /// Waits until nothing is on its way: everybody has confirmed everything, and the last answer of everybody was
    /// none that failed. How long that took does not show on any page; that somebody was slow meanwhile would.
    private static func settle(_ cluster: TestCluster) async throws {
        for node in cluster.nodes.values {
            let isSettled = try await eventually {
                let status = try await node.exchange.status()
                return status.members.allSatisfy { member in
                    member.state == .here
                        || member.waiting == 0 && member.state == .reachable
                            && member.rosterVersion == status.version
                }
            }
            #expect(isSettled, "\(node.organisation)")
        }
        // What rings after the last confirmation was written has rung.
        try await Task.sleep(for: .milliseconds(500))
    }

    private func day(withRed: Bool) async throws -> [String: [String]] {
        let told = Told()
        try await TestCluster.run(Array(DemoNode.all.prefix(2))) { cluster in
            let now = try cluster["H40"].clock()
            let handler = try await cluster.visitor(at: "H40", "xu-ly-mau", roles: [.incidentHandler])
            let officer = try await cluster.visitor(at: "H40", "can-bo-mau", roles: [.officer])
            let neighbour = try await cluster.visitor(at: "H23", "xu-ly-mau", roles: [.incidentHandler])
            let readers = [("officer at the owner", officer), ("handler at another node", neighbour)]

            _ = try await handler.report(InterferenceTests.report("Thư lạ", "TLP:GREEN", "network"), at: now)
            try await InterferenceTests.settle(cluster)
            var open: [Listener] = []
            for (_, reader) in readers {
                for path in ["/incidents/live", "/exchange/events"] { open.append(try await Listener(path, reader)) }
            }
            if withRed { try await InterferenceTests.tellRed(handler, at: now) }
            try await Task.sleep(for: .seconds(1))
            for listener in open { #expect(listener.heard.isEmpty, "\(listener.path)") }
            _ = try await handler.report(InterferenceTests.report("Mã độc", "TLP:AMBER", "cluster"), at: now)
            try await InterferenceTests.settle(cluster)
            for listener in open {
                let hears = try await eventually { !listener.heard.isEmpty }
                #expect(hears, "\(listener.path) is deaf: its silence before proves nothing")
                listener.stop()
            }

            for (who, reader) in readers {
                await told.keep(who, await InterferenceTests.seen(by: reader))
                let node = try cluster[who.hasPrefix("officer") ? "H40" : "H23"]
                await told.keep("\(who), live", [try await InterferenceTests.events(of: node, for: reader)])
            }
            for code in ["H40", "H23"] {
                await told.keep(
                    "stranger at \(code)", await InterferenceTests.seen(by: Visitor(try cluster[code].site)))
            }
            // The measure itself: the RED reports are there.
            let reds = try await cluster["H40"].database.read { tx in
                try tx.rows("SELECT id FROM incidents_incident WHERE tlp = \(TLP.red)").count
            }
            #expect(reds == (withRed ? 3 : 0))
        }
        return await told.all
    }

    /// All live events of the room from the first on, as `reader` gets them.
    private static func events(of node: Node, for reader: Visitor) async throws -> String {
        let last = try await node.database.read { tx in
            try tx.row("SELECT MAX(seq) AS last FROM exchange_event")?.get("last", as: Int64.self) ?? 0
        }
        let listener = try await Listener("/exchange/events?after=0", reader)
        let isWhole = try await eventually { listener.heard.contains("id: \(last)\n") }
        #expect(isWhole)
        listener.stop()
        return plain(listener.heard)
    }

    private static func tellRed(_ handler: Visitor, at now: Instant) async throws {
        for number in 1...3 {
            _ = try await handler.report(report("Bí mật \(number)", "TLP:RED", "nobody"), at: now)
            let sent = await handler.post(
                "/threats/new",
                ["kind": "domain", "value": "bi-mat-\(number).example.com", "label": "TLP:RED", "to": "nobody"])
            #expect(sent.status == 303, "\(sent.text.prefix(500))")
        }
    }

    /// A page that is open: what its live stream has said since, without the words that only keep it open.
    private final class Listener: Sendable {
        let path: String
        private let text: Kept
        private let reading: Task<Void, Never>

        init(_ path: String, _ reader: Visitor) async throws {
            let answer = await reader.send(.get, path, headers: ["accept": "text/event-stream"])
            guard case .stream(let write) = answer.response.body else { throw CancellationError() }
            let text = Kept()
            self.path = path
            self.text = text
            reading = Task {
                try? await write(
                    ResponseWriter { bytes in
                        let piece = String(decoding: bytes, as: UTF8.self)
                        if piece.hasPrefix("id:") { text.add(piece) }
                    })
            }
        }

        var heard: String { text.all }

        func stop() { reading.cancel() }
    }

    private final class Kept: Sendable {
        private let text = Mutex("")

        var all: String { text.withLock { $0 } }

        func add(_ piece: String) { text.withLock { $0 += piece } }
    }

    private actor Told {
        var all: [String: [String]] = [:]

        func keep(_ who: String, _ texts: [String]) { all[who] = texts }
    }

    @Test("three RED reports and three RED indicators change no page, count, search, list or live event of theirs")
    func pages() async throws {
        let (quiet, busy) = (try await day(withRed: false), try await day(withRed: true))
        #expect(quiet.count == 6 && Set(quiet.keys) == Set(busy.keys))
        for (who, texts) in quiet {
            for (without, with) in zip(texts, busy[who] ?? []) {
                #expect(without == with, "\(who)")
                #expect(!with.contains("mat-") && !with.contains("Bí mật"))
            }
        }
    }
}
