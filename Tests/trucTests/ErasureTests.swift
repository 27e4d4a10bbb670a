import Database
import Exchange
import House
import Identity
import Ledger
import TestKit
import Testing
import Vocabulary
import Web

@testable import truc

@Suite("an erasure in the whole node")
struct ErasureTests {
    private static let contract = """
        {"openapi": "3.1.0", "info": {"title": "Ví dụ", "version": "1"}, "paths": {"/a": {"get": {"operationId": "a",
        "responses": {"200": {"description": "x"}}}}}}
        """
    private static let words = ["Người Sẽ Xóa", "nguoi se xoa", "nguoi.xoa", "xoa@vi-du.vn"]

    @Test("no table of any room names somebody who worked in each and was erased")
    func everyTable() async throws {
        try await TestCluster.run(Array(DemoNode.all.prefix(1))) { cluster in
            let node = try cluster["H40"]
            let id = try await node.identity.createPerson(
                login: "nguoi.xoa", name: "Người Sẽ Xóa", email: "xoa@vi-du.vn",
                roles: [.incidentHandler, .departmentLead], phc: try PasswordHash.make(TestCluster.password))
            let visitor = try await cluster.visitor(at: "H40", "nguoi.xoa", roles: [])
            let boss = try await cluster.visitor(at: "H40", "quan.tri", roles: [.nodeAdministrator])
            try await Self.work(visitor, id, at: node)
            await boss.get("/identity/people").expect(200, shows: "Người Sẽ Xóa")
            await boss.get("/identity/people/\(id)").expect(200)
            #expect(try await !node.database.places(saying: Self.words).isEmpty)

            await boss.post("/identity/people/\(id)/leave").expect(redirectTo: "/identity/people/\(id)")
            await boss.post("/identity/people/\(id)/erase", ["sure": "1"]).expect(redirectTo: "/identity/people")
            try await node.identity.sweep()
            _ = try await node.drain.drain()
            let places = try await node.database.places(saying: Self.words)
            #expect(places == [])
            for table in ["service", "application"] {
                let contacts = try await node.database.read { tx in
                    try tx.rows("SELECT contact FROM \(SQL(name: "exchange_\(table)"))").map {
                        try $0.get("contact", as: String.self)
                    }
                }
                #expect(contacts.contains { $0.contains("[…]") }, "\(table)")
            }
        }
    }

    /// What a lead does in a day: in every room something that bears their hand.
    private static func work(_ visitor: Visitor, _ id: ID<Person>, at node: Node) async throws {
        let report = try #require(DemoReport.all.first)
        var fields = report.fields(at: node.clock())
        fields.remove("reporter-name")
        fields.add("reporter-name", "Người Sẽ Xóa")
        let sent = await visitor.post("/incidents/new", fields)
        let place = String(try #require(sent.location, "\(sent.text.prefix(2000))").prefix { $0 != "?" })
        for state in ["resolved", "handling"] {
            await visitor.post("\(place)/state", ["state": state, "note": ""]).expect(303)
        }
        await visitor.get(place).expect(200, shows: "<span class=\"muted\"> · Người Sẽ Xóa</span>")
        await visitor.post(
            "/identity/requests/new",
            [
                "kind": "break-glass", "resource": String(place.dropFirst()),
                "reason": "Sự cố đang diễn ra, cần xem ngay",
            ]
        ).expect(redirectTo: "/identity/requests?done=asked")
        let person = Person(
            id: id, name: "Người Sẽ Xóa", organisation: ID("H40"), roles: [.incidentHandler, .departmentLead],
            assurance: Assurance(level: 2, methods: [], at: node.clock()))
        let offered = try await node.exchange.registerService(
            ServiceDraft(
                organisation: ID("H40"), code: "vi-du", name: Phrase(vi: "Dịch vụ mẫu", en: "Sample service"),
                contact: "Người Sẽ Xóa, xoa@vi-du.vn", dataClass: .open,
                first: VersionDraft(document: Array(contract.utf8))),
            by: person)
        let made = try await node.exchange.addApplication(
            "vi-du", named: "Ứng dụng mẫu", of: ID("H40"), contact: "nguoi.xoa", by: person)
        try await node.exchange.editService(offered.service.id, by: person) {
            $0.contact = "Người Sẽ Xóa (xoa@vi-du.vn)"
        }
        let now = node.clock()
        _ = try await node.exchange.requestGrant(
            GrantDraft(
                application: made.application.id, version: offered.version.id,
                terms: GrantTerms(
                    operations: nil, dataItems: "Mã", purpose: "Hiển thị", legalBasis: "NĐ 47/2020/NĐ-CP",
                    frequency: "100 lượt/ngày", from: now, until: now.adding(days: 30))), by: person)
        let closed = try await node.exchange.registerService(
            ServiceDraft(
                organisation: ID("H40"), code: "vi-du-cu", name: Phrase(vi: "Dịch vụ cũ", en: "An old service"),
                contact: "Phòng mẫu", dataClass: .open, first: VersionDraft(document: Array(contract.utf8))),
            by: person)
        try await node.exchange.closeVersion(
            closed.version.id, on: now.adding(days: 30), because: "Không ai dùng, hỏi Người Sẽ Xóa", by: person)
    }

    @Test("whoever erases is told of the reasons that a grant had before")
    func history() async throws {
        try await TestCluster.run(Array(DemoNode.all.prefix(1))) { cluster in
            let node = try cluster["H40"]
            let id = try await node.identity.createPerson(
                login: "nguoi.xoa", name: "Người Sẽ Xóa", email: nil, roles: [.officer],
                phc: try PasswordHash.make(TestCluster.password))
            let offered = try await node.exchange.registerService(
                ServiceDraft(
                    organisation: ID("H40"), code: "vi-du", name: Phrase(vi: "Dịch vụ mẫu", en: "Sample service"),
                    contact: "Phòng mẫu", dataClass: .open, first: VersionDraft(document: Array(Self.contract.utf8))),
                by: nil)
            let made = try await node.exchange.addApplication("vi-du", named: "Ứng dụng mẫu", of: ID("H40"), by: nil)
            let now = node.clock()
            let grant = try await node.exchange.issueGrant(
                GrantDraft(
                    application: made.application.id, version: offered.version.id,
                    terms: GrantTerms(
                        purpose: "Hiển thị", legalBasis: "NĐ 47/2020/NĐ-CP", from: now, until: now.adding(days: 30))))
            try await node.exchange.suspendGrant(grant.id, .security, because: "Lộ khóa của Người Sẽ Xóa", by: nil)
            try await node.exchange.resumeGrant(grant.id, by: nil)
            let boss = try await cluster.visitor(at: "H40", "quan.tri", roles: [.nodeAdministrator])
            await boss.post("/identity/people/\(id)/leave").expect(redirectTo: "/identity/people/\(id)")
            await boss.get("/identity/people/\(id)/erase").expect(
                200, shows: "Lý do trong diễn biến của một quyền khai thác", "/exchange/grants/\(grant.id)")
        }
    }
}
