import Exchange
import House
import Identity
import Ledger
import TestKit
import Testing
import Vocabulary
import Web

@testable import truc

/// From the page that somebody opens to the page that says that they did, in a whole node.
@Suite("who could read a report, and who did")
struct ReadersTests {
    private static let reason = "Sự cố lan sang hệ thống của đơn vị"

    @Test("whoever opened a report stands on the page of its readers with a proof; who did not does not")
    func readers() async throws {
        try await TestCluster.run(Array(DemoNode.all.prefix(1))) { cluster in
            let now = try cluster["H40"].clock()
            let author = try await cluster.visitor(at: "H40", "xu-ly-mau", roles: [.incidentHandler, .departmentLead])
            let officer = try await cluster.visitor(at: "H40", "doc-mau", roles: [.officer])
            _ = try await cluster.visitor(at: "H40", "khong-doc", roles: [.officer])
            let auditor = try await cluster.visitor(at: "H40", "kiem-toan-mau", roles: [.auditor])
            let report = try #require(DemoReport.all.first { $0.label == "TLP:AMBER" })
            let sent = await author.post("/incidents/new", report.fields(at: now))
            let place = String(try #require(sent.location).prefix { $0 != "?" })
            await author.get(place).expect(200)
            for _ in 1...2 { await officer.get(place).expect(200) }
            let readers = "/identity/explain/readers?resource=\(place.dropFirst())"
            let today = await auditor.get(readers).expect(
                200, shows: "doc-mau", "khong-doc", "Đã đọc", "incidents.read", "incidents.reported")
            #expect(today.text.matches(of: /incidents\.read</).count == 2, "the author and the officer")
            // The ledger gives the proof of each.
            _ = try await cluster["H40"].drain.drain()
            let proof = try #require(
                (await auditor.get(readers)).text.firstMatch(of: /\/ledger\/receipt\/[0-9a-z-]+/)
            ).output
            await auditor.get(String(proof)).expect(200, shows: "truc-receipt-1")
            await auditor.get(readers + "&on=2020-11-08").expect(200, hides: ["incidents.read"])
        }
    }

    @Test("what was opened in an emergency is read on record, with the fact that opened it")
    func brokenGlass() async throws {
        try await TestCluster.run(Array(DemoNode.all.prefix(1))) { cluster in
            let node = try cluster["H40"]
            let start = try #require(Day("2015-01-01"))
            try await node.identity.save(
                OrganisationRecord(
                    id: ID("T40"), kind: .department, validFrom: start, names: [],
                    parents: [Dated(ID("H40"), from: start)]), by: nil)
            _ = try await node.identity.createPerson(
                login: "don-vi-mau", name: "Cán bộ đơn vị mẫu", roles: [.officer],
                phc: try PasswordHash.make(TestCluster.password), organisation: ID("T40"))
            let unit = Visitor(node.site)
            await unit.post("/sign-in", ["login": "don-vi-mau", "password": TestCluster.password]).expect(303)
            let author = try await cluster.visitor(at: "H40", "xu-ly-mau", roles: [.incidentHandler])
            let administrator = try await cluster.visitor(at: "H40", "quan-tri-mau", roles: [.nodeAdministrator])
            let strict = try #require(DemoReport.all.first { $0.label == "TLP:AMBER+STRICT" })
            let sent = await author.post("/incidents/new", strict.fields(at: node.clock()))
            let place = String(try #require(sent.location).prefix { $0 != "?" })
            await unit.get(place).expect(404)
            await unit.post(
                "/identity/requests/new",
                ["kind": "break-glass", "resource": String(place.dropFirst()), "reason": Self.reason]
            ).expect(303)
            let waiting = await administrator.get("/identity/requests")
            let approve = try #require(waiting.text.firstMatch(of: /\/identity\/requests\/[0-9a-z-]+\/approve/)).output
            await administrator.post(String(approve)).expect(303)
            await unit.get(place).expect(200)
            let auditor = try await cluster.visitor(at: "H40", "kiem-toan-mau", roles: [.auditor])
            await auditor.get("/identity/explain/readers?resource=\(place.dropFirst())").expect(
                200, shows: "don-vi-mau", "Cán bộ đơn vị mẫu", "incidents.read")
        }
    }
}
