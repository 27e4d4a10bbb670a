import Database
@testable import Events
import Exchange
import House
import TestKit
import Testing
import Vocabulary
import Web

@testable import truc

@Suite("Event types in the catalogue")
struct EventCatalogueTests {
    static let draft = EventTypeDraft(
        code: "dossier-changed", name: "vn.gov.test.dossier.changed", organisation: ID("H40"),
        title: Phrase(vi: "Hồ sơ thay đổi (ví dụ)", en: "Dossier changed (example)"),
        schema: Array(#"{"type":"object"}"#.utf8))

    @Test("A type is found by its words, with its own doors to paste and the page of its schema")
    func catalogue() async throws {
        try await TestCluster.run(Array(DemoNode.all.prefix(1))) { cluster in
            let node = try cluster["H40"]
            try await node.events.register(EventCatalogueTests.draft, by: nil)
            let officer = try await cluster.visitor(at: "H40", "can-bo-mau", roles: [.officer])
            await officer.get("/exchange/catalogue?q=ho+so+thay+doi").expect(
                200, shows: "/exchange/catalogue/dossier-changed/v1")
            await officer.get("/exchange/catalogue/dossier-changed/v1").expect(
                200, shows: "/events/types/dossier-changed", "/events/v1/subscriptions")
            await officer.get("/events/types/dossier-changed").expect(200, shows: "vn.gov.test.dossier.changed")
        }
    }

    @Test("Another member's type is described with the doors of this node, where its events are followed")
    func farType() async throws {
        try await TestCluster.run(Array(DemoNode.all.prefix(2))) { cluster in
            let codes = DemoNode.all.prefix(2).map(\.code)
            let (home, other) = (try cluster[codes[0]], try cluster[codes[1]])
            var draft = EventCatalogueTests.draft
            draft.organisation = ID(codes[0])
            draft.schema = Array(
                #"""
                {"type":"object","required":["dossier"],"additionalProperties":false,
                "properties":{"dossier":{"type":"string","minLength":1,"description":"Mã <hồ sơ>"}}}
                """#.utf8)
            try await home.events.register(draft, by: nil)
            let officer = try await cluster.visitor(at: codes[1], "can-bo-mau", roles: [.officer])
            let place = "/exchange/members/\(codes[0])/services/dossier-changed/v1"
            // Offered first, and described as soon as the type is read anew.
            let isKnown = try await eventually { await officer.get(place).text.contains("dossier: string") }
            #expect(isKnown)
            let page = await officer.get(place)
            page.expect(
                200, shows: "\(other.exchange.pagesAddress)/events/v1/subscriptions", "— Mã &lt;hồ sơ&gt;",
                "&quot;data&quot;:{&quot;dossier&quot;:&quot;DOSSIER&quot;}",
                hides: ["/dossier-changed/v1/events/v1"])
            #expect(other.exchange.pagesAddress != home.exchange.pagesAddress)
            // A newer shape is told, too.
            draft.schema = Array(
                #"{"type":"object","properties":{"dossier":{"type":"string"},"days":{"type":"integer"}}}"#.utf8)
            try await home.events.register(draft, by: nil)
            let isNew = try await eventually { await officer.get(place).text.contains("days?: integer") }
            #expect(isNew)
        }
    }

    @Test("The shape of data may be as deep as registration takes, and the page still shows it")
    func deep() async throws {
        try await TestCluster.run(Array(DemoNode.all.prefix(1))) { cluster in
            var draft = EventCatalogueTests.draft
            let levels = 31
            draft.schema = Array(
                (String(repeating: #"{"properties":{"a":"#, count: levels) + #"{"type":"integer"}"#
                    + String(repeating: "}}", count: levels)).utf8)
            try await cluster["H40"].events.register(draft, by: nil)
            let officer = try await cluster.visitor(at: "H40", "can-bo-mau", roles: [.officer])
            await officer.get("/exchange/catalogue/dossier-changed/v1").expect(200, shows: "data: data")
        }
    }

    @Test("A type that the registry took before its offer broke off is taken as offered, not twice")
    func offeredTwice() async throws {
        try await TestCluster.run(Array(DemoNode.all.prefix(1))) { cluster in
            let node = try cluster["H40"]
            try await node.events.register(EventCatalogueTests.draft, by: nil)
            try await node.database.write { tx in
                _ = try tx.execute("UPDATE events_type SET offered_at = NULL")
            }
            try await node.events.offerWhatIsNot()
            let (waiting, all) = try await node.database.read { tx in
                (try EventTypeStore.notOffered(in: tx), try EventTypeStore.all(in: tx))
            }
            #expect(waiting.isEmpty && all.count == 1)
        }
    }
}
