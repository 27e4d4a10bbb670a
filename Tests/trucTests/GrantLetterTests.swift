import Database
import Exchange
import Gateway
import Identity
import TestKit
import Testing
import Vocabulary

@testable import truc

/// What happens to grants reaches people's mail, through the node as it is composed.
@Suite("letters about grants")
struct GrantLetterTests {
    private static let contract = """
        {"openapi": "3.1.0", "info": {"title": "Ví dụ", "version": "1"}, "paths": {"/a": {"get": {"operationId": "a",
        "responses": {"200": {"description": "x"}}}}}}
        """

    private func letters(_ node: Node) async throws -> [String] {
        try await node.database.read { tx in
            try tx.rows("SELECT recipient, subject FROM mail_message ORDER BY created_at, id").map {
                "\(try $0.get("recipient", as: String.self)): \(try $0.get("subject", as: String.self))"
            }
        }
    }

    @Test("a lead hears of a request and its deadline, who asked of the answer, each in their language")
    func letters() async throws {
        let home = try TemporaryFolder()
        let shift = DemoNode.day.milliseconds - Configuration.machineClock().milliseconds
        let node = try await Node.open(
            try Configuration.load(
                flags: [
                    "folder": home.path + "/H40", "organisation": "H40", "log.level": "critical",
                    "mail.server": "127.0.0.1:1", "mail.security": "none", "mail.from": "truc@namdinh.example",
                    "clock-offset-ms": "\(shift)",
                ], file: nil, environment: [:]
            ) { _ in nil })
        defer { home.remove() }
        let (exchange, identity) = (node.exchange, node.identity)
        _ = try await identity.createPerson(
            login: "lanh.dao", name: "Lãnh đạo mẫu", email: "lanh.dao@namdinh.example", roles: [.departmentLead])
        let asker = try await identity.createPerson(
            login: "can.bo", name: "Cán bộ mẫu", email: "can.bo@namdinh.example", roles: [.officer])
        try await node.database.write { tx in
            try tx.execute(
                """
                INSERT INTO identity_attribute (person, name, place, value, key)
                VALUES (\(asker), 'preferredLanguage', 0, 'en', 'en')
                """)
        }
        let offered = try await exchange.registerService(
            ServiceDraft(
                organisation: ID("H40"), code: "vi-du", name: Phrase(vi: "Dịch vụ mẫu", en: "Sample service"),
                contact: "Phòng mẫu", dataClass: .open,
                first: VersionDraft(document: Array(Self.contract.utf8))), by: nil)
        let made = try await exchange.addApplication("vi-du", named: "Ứng dụng mẫu", of: ID("H40"), by: nil)
        let now = node.clock()
        let officer = Person(
            id: asker, name: "Cán bộ mẫu", organisation: ID("H40"), roles: [.officer],
            assurance: Assurance(level: 2, methods: [], at: now))
        let grant = try await exchange.requestGrant(
            GrantDraft(
                application: made.application.id, version: offered.version.id,
                terms: GrantTerms(
                    purpose: "Thử", legalBasis: "47/2020/NĐ-CP", from: now, until: now.adding(days: 30))), by: officer)
        #expect(
            try await letters(node).map { $0.split(separator: " / ").first ?? "" } == [
                "lanh.dao@namdinh.example: Có đề nghị khai thác chờ quyết định: Dịch vụ mẫu"
            ])
        try await exchange.approveGrant(grant.id, by: nil)
        let told = try await letters(node)
        #expect(told.contains("can.bo@namdinh.example: A grant was given: Sample service"), "\(told)")
        let names = try await identity.names(of: [asker], for: officer)
        #expect(names == [asker: "Cán bộ mẫu"])
        try await node.close()
    }
}
