import Contracts
import Gateway
import House
import StrictJSON
import Synchronization
import TestKit
import Testing
import Vocabulary
import Web

@testable import Exchange

/// A node says more of a service than it registered, as of the data of an event type, and another shows it to people.
@Suite("Documents that say more than the registered one")
struct FullerDocumentTests {
    private static let page = "/exchange/members/H40/services/units/v1"

    /// One operation that takes a body of this schema, and perhaps more.
    private static func document(
        _ schema: String = #"{"type":"object"}"#, operation: String = "add", components: String = "{}"
    ) -> [UInt8] {
        Array(
            """
            {"openapi":"3.1.0","info":{"title":"Đơn vị","version":"1"},"paths":{"/units":{"post":{
            "operationId":"\(operation)","requestBody":{"required":true,"content":{"application/json":{
            "schema":\(schema)}}},"responses":{"200":{"description":"OK"}}}}},
            "components":{"schemas":\(components)}}
            """.utf8)
    }

    /// What the provider's node says now, and how often it said something else before.
    private final class Said: Sendable {
        private let state = Mutex<(document: [UInt8]?, revision: Int64)>((nil, 0))

        var document: [UInt8]? { state.withLock { $0.document } }
        var revision: Int64 { state.withLock { $0.revision } }

        func say(_ document: [UInt8]?, isTold: Bool = true) {
            state.withLock { $0 = (document, $0.revision + (isTold ? 1 : 0)) }
        }
    }

    /// A service that is registered with little at Nam Định, and somebody at Ninh Bình who looks at it.
    private func look(
        _ body: (_ said: Said, _ ask: () async throws -> Void, _ officer: Visitor, RegistryTown, TestNode) async throws
            -> Void
    ) async throws {
        try await RegistryTown.withNeighbour(.sqlite) { town, home, _ in
            let said = Said()
            town.exchange.servicesWithDoors(
                here: { code in
                    code == "units"
                        ? OwnDoors(page: "/events/types/units", address: "https://h40.example", document: said.document)
                        : nil
                }, elsewhere: { _ in nil }, revision: { said.revision })
            _ = try await town.exchange.registerService(
                RegistryTown.draft(document: Self.document()), by: town.provider)
            let member = try #require(try await home.exchange.roster()?.roster.member(ID("H40")))
            let ask = { try await home.exchange.askOffered(of: member) }
            try await ask()
            try await body(said, ask, town.visitor(AskingTests.asker, at: home), town, home)
        }
    }

    @Test("it is shown with a call that fits, and anew when it changes; what was registered stays what it was")
    func shown() async throws {
        try await look { said, ask, officer, town, home in
            await officer.get(Self.page).expect(200, shows: "<pre lang=\"\">object</pre>")
            let registered = try #require(try await home.exchange.allOffered().first?.services.first)
            #expect(registered.fuller == nil)
            said.say(
                Self.document(
                    ##"{"$ref":"#/components/schemas/data"}"##,
                    components: #"{"data":{"required":["code"],"properties":{"code":{"const":"T40"}}}}"#))
            await officer.get(Self.page).expect(200, hides: ["T40&quot;"])
            try await ask()
            await officer.get(Self.page).expect(
                200, shows: "code: = &quot;T40&quot;", "--data-raw &#39;{&quot;code&quot;:&quot;T40&quot;}&#39;")
            let service = try #require(try await home.exchange.allOffered().first?.services.first)
            #expect(service.document == registered.document && service.fuller != nil)
            #expect(await home.exchange.contract(of: service, at: ID("H40"))?.document.operations.count == 1)

            said.say(Self.document(#"{"properties":{"days":{"type":"integer"}}}"#))
            try await ask()
            await officer.get(Self.page).expect(200, shows: "days?: integer", hides: ["code: ="])
            said.say(nil)
            try await ask()
            await officer.get(Self.page).expect(200, shows: "<pre lang=\"\">object</pre>", hides: ["days"])
            town.network.wire.kill("H40")
            await officer.get(Self.page).expect(200, shows: "<pre lang=\"\">object</pre>")
        }
    }

    @Test("one that is not what was announced is not shown: the registered one stands in its place")
    func otherThanAnnounced() async throws {
        try await look { said, ask, officer, town, _ in
            said.say(Self.document(#"{"properties":{"mine":{"type":"integer"}}}"#))
            try await ask()
            said.say(Self.document(#"{"properties":{"other":{"type":"integer"}}}"#), isTold: false)
            await officer.get(Self.page).expect(
                200, shows: "<pre lang=\"\">object</pre>", hides: ["mine", "other?"])
            said.say(nil, isTold: false)
            await officer.get(Self.page).expect(200, shows: "<pre lang=\"\">object</pre>")
            let asked = town.network.wire.record.filter { $0.request.path.hasSuffix("/fuller") }
            #expect(asked.map(\.response.status) == [200, 404])
        }
    }

    @Test(
        "one of other operations, too deep, too many values, or none at all is not shown",
        arguments: ["operation", "deep", "wide", "broken", "reference", "nothing"])
    func refused(what: String) async throws {
        let levels = 80
        let documents = [
            "operation": Self.document(#"{"properties":{"seen":{}}}"#, operation: "drop"),
            "deep": Self.document(
                #"{"properties":{"seen":"# + String(repeating: #"{"not":"#, count: levels) + "{}"
                    + String(repeating: "}", count: levels) + "}}"),
            "wide": Self.document(
                #"{"properties":{"seen":{}},"enum":["# + String(repeating: "0,", count: 30_000) + "1]}"),
            "broken": Array("{\"openapi\":\"3.1.0\"".utf8),
            "reference": Self.document(#"{"properties":{"seen":{"$ref":"https://elsewhere.example/schema"}}}"#),
            "nothing": [],
        ]
        try await look { said, ask, officer, _, home in
            said.say(documents[what])
            try await ask()
            #expect(try await home.exchange.allOffered().first?.services.first?.fuller != nil)
            await officer.get(Self.page).expect(200, shows: "<pre lang=\"\">object</pre>", hides: ["seen"])
        }
    }

    @Test("one that is larger than another node reads is not announced")
    func large() async throws {
        try await look { said, ask, officer, town, home in
            said.say(Self.document(#"{"description":""# + String(repeating: "a", count: 1 << 20) + "\"}"))
            try await ask()
            #expect(try await home.exchange.allOffered().first?.services.first?.fuller == nil)
            await officer.get(Self.page).expect(200, shows: "<pre lang=\"\">object</pre>")
            #expect(!town.network.wire.record.contains { $0.request.path.hasSuffix("/fuller") })
        }
    }

    @Test("markup is text, circles end, and what is referred to a thousand times does not fill the page")
    func hostile() async throws {
        let long = String(repeating: "dài ", count: 100_000)
        let marks = "e" + String(repeating: "\u{301}", count: 200_000)
        let members = (0..<400).map { ##""m\##($0)":{"$ref":"#/components/schemas/long"}"## }.joined(separator: ",")
        try await look { said, ask, officer, _, _ in
            said.say(
                Self.document(
                    #"{"properties":{"<script>x</script>":{"description":"</pre><img src=x>"},\#(members)}}"#,
                    components: """
                        {"long":{"properties":{"in":{"description":"\(long)","enum":["\(marks)"]},
                        "round":{"$ref":"#/components/schemas/long"},
                        "list":{"items":{"$ref":"#/components/schemas/long"}}}}}
                        """))
            try await ask()
            let page = await officer.get(Self.page)
            page.expect(
                200, shows: "&lt;script&gt;x&lt;/script&gt;", "&lt;/pre&gt;&lt;img src=x&gt;", "dài dài",
                hides: ["<script>x", "<img src=x"])
            #expect(page.response.bytes?.count ?? 0 < 1 << 20)
        }
    }

    @Test("of a document with very many operations the page shows some, and of the others their paths")
    func manyOperations() async throws {
        try await RegistryTown.withNeighbour(.sqlite) { town, home, _ in
            let text = String(repeating: "dài ", count: 1000)
            let paths = (0..<400).map {
                """
                "/p\($0)":{"get":{"operationId":"o\($0)","responses":{"200":{"$ref":"#/components/responses/long"}}}}
                """
            }
            let document = """
                {"openapi":"3.1.0","info":{"title":"Nhiều","version":"1"},"paths":{\(paths.joined(separator: ","))},
                "components":{"responses":{"long":{"description":"\(text)"}}}}
                """
            _ = try await town.exchange.registerService(
                RegistryTown.draft(document: Array(document.utf8)), by: town.provider)
            try await home.exchange.askOffered(
                of: try #require(try await home.exchange.roster()?.roster.member(ID("H40"))))
            let page = await town.visitor(AskingTests.asker, at: home).get("\(Self.page)?lang=en")
            page.expect(200, shows: "More operations", "<li><code>GET /p399</code></li>", "<code>GET /p0</code>")
            #expect(page.response.bytes?.count ?? 0 < 2 << 20)
        }
    }

    @Test("what nodes of before announce is read, and they read what is announced now")
    func otherReleases() throws {
        let offer = FarOffer(
            code: "units", version: 1, name: Phrase(name: "A"), about: "", contact: "", organisation: ID("T40"),
            organisationName: Phrase(name: "T40"), dataClass: .open, operations: [],
            document: String(repeating: "ab", count: 32), documentVersion: "1")
        var all = OfferedAcross(services: [offer])
        let before = all.json.canonical()
        #expect(!String(decoding: before, as: UTF8.self).contains("fuller"))
        #expect(try OfferedAcross(before) == all)
        all.services[0].fuller = String(repeating: "cd", count: 32)
        #expect(try OfferedAcross(all.json.canonical()) == all)
        // A release to come may say more still.
        let more = String(decoding: before, as: UTF8.self).replacing("\"code\"", with: "\"zz\":1,\"code\"")
        #expect(try OfferedAcross(Array(more.utf8)).services == [offer])
        for wrong in ["", "zz", String(repeating: "c", count: 63)] {
            all.services[0].fuller = wrong
            #expect(throws: (any Error).self) { try OfferedAcross(all.json.canonical()) }
        }
    }
}
