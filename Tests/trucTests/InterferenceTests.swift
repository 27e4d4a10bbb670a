import Exchange
import Database
import House
import TestKit
import Testing
import Vocabulary
import Web

@testable import truc

/// The same day at two nodes with and without RED: who may not know sees the same pages, counts and finds.
@Suite("what RED changes on the pages of those who may not know")
struct InterferenceTests {
    private static func report(_ title: String, _ label: String, _ to: String) -> DemoReport {
        DemoReport(
            code: "H40", title: title, kind: "phishing", summary: "Nội dung của \(title)", label: label, to: to,
            named: [])
    }

    private static let pages = [
        "/", "/incidents", "/incidents?q=mat", "/incidents.json", "/threats", "/threats?q=example", "/threats.json",
        // Not the state of the network: a peer that was slow once shows there, whatever was reported.
        "/threats?type=indicator", "/exchange/received", "/exchange/shared", "/identity/account",
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
            .replacing(#/"sequence":[0-9]+/#, with: "…")
    }

    private func day(withRed: Bool) async throws -> [String: [String]] {
        let told = Told()
        try await TestCluster.run(Array(DemoNode.all.prefix(2))) { cluster in
            let now = try cluster["H40"].clock()
            let handler = try await cluster.visitor(at: "H40", "xu-ly-mau", roles: [.incidentHandler])
            _ = try await handler.report(InterferenceTests.report("Thư lạ", "TLP:GREEN", "network"), at: now)
            if withRed {
                for number in 1...3 {
                    _ = try await handler.report(
                        InterferenceTests.report("Bí mật \(number)", "TLP:RED", "nobody"), at: now)
                    let sent = await handler.post(
                        "/threats/new",
                        [
                            "kind": "domain", "value": "bi-mat-\(number).example.com", "label": "TLP:RED",
                            "to": "nobody",
                        ])
                    #expect(sent.status == 303, "\(sent.text.prefix(500))")
                }
            }
            _ = try await handler.report(InterferenceTests.report("Mã độc", "TLP:AMBER", "cluster"), at: now)
            let keeper = try cluster["H40"].exchange
            let done = try await eventually {
                try await keeper.standing()?.waiting.values.allSatisfy { $0 == 0 } ?? false
            }
            #expect(done)
            let officer = try await cluster.visitor(at: "H40", "can-bo-mau", roles: [.officer])
            let neighbour = try await cluster.visitor(at: "H23", "xu-ly-mau", roles: [.incidentHandler])
            await told.keep("officer at the owner", await InterferenceTests.seen(by: officer))
            await told.keep("handler at another node", await InterferenceTests.seen(by: neighbour))
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

    private actor Told {
        var all: [String: [String]] = [:]

        func keep(_ who: String, _ texts: [String]) { all[who] = texts }
    }

    @Test("three RED reports and three RED indicators change no page, count, search or list of theirs")
    func pages() async throws {
        let (quiet, busy) = (try await day(withRed: false), try await day(withRed: true))
        for (who, texts) in quiet {
            for (without, with) in zip(texts, busy[who] ?? []) {
                #expect(without == with, "\(who)")
                #expect(!with.contains("mat-") && !with.contains("Bí mật"))
            }
        }
    }
}
