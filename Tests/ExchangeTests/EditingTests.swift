import Database
import Gateway
import House
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import Exchange

/// What a registered service may become, by page, by program, and what follows for grants.
@Suite("Changing a service")
struct EditingTests {
    private func evidence(_ town: RegistryTown) async throws -> [String: EvidenceClass] {
        let table = try await town.node.database.read { [exchange = town.exchange] in
            try exchange.gatewayTable(in: $0)
        }
        return Dictionary(table.grants.map { ($0.consumer, $0.evidence) }, uniquingKeysWith: { first, _ in first })
    }

    @Test(
        "a call between nodes waits for its evidence whatever the service's class, unless the provider says otherwise",
        arguments: Engine.all)
    func across(engine: Engine) async throws {
        try await RegistryTown.with(engine) { town async throws in
            let open = try await town.exchange.registerService(RegistryTown.draft("maps", .open), by: town.provider)
            let here = try await town.exchange.addApplication("here", named: "Tại đây", of: ID("K40"), by: nil)
            let far = try await town.exchange.addApplication(
                "far", named: "Ở xa", of: ID("H42"), at: ID("H42"), by: nil)
            for made in [here, far] {
                _ = try await town.exchange.issueGrant(
                    GrantDraft(application: made.application.id, version: open.version.id, terms: town.terms()))
            }
            let (near, distant) = (here.application.id.text, far.application.id.text)
            #expect(try await evidence(town) == [near: .withinOneSecond, distant: .beforeRelease])
            let granted = try #require(
                try await town.exchange.grants([.active]).first { $0.application.id.text == distant })
            let signed = try await town.exchange.grant(granted.grant.id).1
            #expect(String(decoding: signed.document, as: UTF8.self).contains(#""evidence":"before-release""#))
            try await town.exchange.editService(open.service.id, by: town.provider) {
                $0.evidenceAcross = .withinOneSecond
            }
            #expect(try await evidence(town) == [near: .withinOneSecond, distant: .withinOneSecond])
            var personal = RegistryTown.draft("people", .personal)
            personal.evidenceAcross = .withinOneSecond
            let draft = personal
            #expect(
                await problem { _ = try await town.exchange.registerService(draft, by: town.provider) }
                    == .invalid(["evidence-across": .personalNeedsEvidence]))
        }
    }

    @Test("what a service says of itself changes, each change a leaf with what was before", arguments: Engine.all)
    func edit(engine: Engine) async throws {
        try await RegistryTown.with(engine) { town async throws in
            let (offered, _, grant) = try await town.asked()
            try await town.exchange.approveGrant(grant.id, by: town.provider)
            let id = offered.service.id
            try await town.exchange.editService(id, by: town.provider) { $0.contact = "Phòng khác" }
            try await town.exchange.editService(id, by: town.provider) { _ in }
            #expect(try await town.leaves("exchange.service-edited").count == 1, "nothing changed, nothing written")
            #expect(try await town.exchange.grant(grant.id).2.map(\.what) == [.asked, .approved])
            _ = town.announced.all()
            // Stricter: the grant in force is signed anew, and its holder is told.
            try await town.exchange.editService(id, by: town.provider) { $0.dataClass = .personal }
            let (named, signed, events) = try await town.exchange.grant(grant.id)
            #expect(events.last?.what == .serviceChanged && named.grant.state == .active)
            #expect(String(decoding: signed.document, as: UTF8.self).contains(#""data-class":"personal""#))
            #expect(town.announced.news().first == "service-changed → consumer")
            // Milder: only when nobody holds or awaits anything.
            func milder() async -> Problem? {
                await problem {
                    try await town.exchange.editService(id, by: town.provider) { $0.dataClass = .open }
                }
            }
            #expect(await milder() == .invalid(["class": .classIsGranted]))
            try await town.exchange.endGrant(grant.id, because: "Xong", by: town.provider)
            #expect(await milder() == nil)
            let content = try await town.node.database.read { tx in
                try tx.rows(
                    "SELECT content FROM ledger_fact WHERE kind = 'exchange.service-edited' ORDER BY at, id"
                ).map { String(decoding: try $0.get("content", as: [UInt8].self), as: UTF8.self) }
            }
            #expect(
                content.contains { $0.contains(#""contact":{"after":"Phòng khác","before":"Phòng mẫu"}"#) },
                "\(content)")
            #expect(
                await problem { try await town.exchange.editService(id, by: town.user) { $0.contact = "x" } }
                    == .forbidden)
            #expect(
                await problem {
                    try await town.exchange.editService(id, by: town.provider) {
                        ($0.dataClass, $0.evidence) = (.personal, .withinOneSecond)
                    }
                } == .invalid(["evidence": .personalNeedsEvidence]))
        }
    }

    @Test("an instance moves in one step", arguments: Engine.all)
    func move(engine: Engine) async throws {
        try await RegistryTown.with(engine) { town async throws in
            let offered = try await town.exchange.registerService(RegistryTown.draft(), by: town.provider)
            let instance = try #require(offered.instances.first)
            try await town.exchange.moveInstance(
                instance.id, of: offered.version.id, to: .init("https://new.example.vn/api"), mayBePrivate: false,
                by: town.provider)
            let after = try await town.exchange.version(named: "units/v1")
            #expect(after.instances.map(\.address) == ["https://new.example.vn:443/api"])
            #expect(
                try await town.leaves("exchange.instance").suffix(2) == [
                    "exchange.instance-removed", "exchange.instance-added",
                ])
            #expect(
                await problem {
                    try await town.exchange.moveInstance(
                        instance.id, of: offered.version.id, to: .init("https://other.example.vn"),
                        mayBePrivate: false, by: town.provider)
                } == .notFound)
        }
    }

    @Test("the pages of a service change it", arguments: ["vi", "en"])
    func pages(language: String) async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let offered = try await town.exchange.registerService(RegistryTown.draft(), by: town.provider)
            let lead = town.visitor(town.provider)
            let (lang, path) = ("lang=\(language)", "/exchange/services/\(offered.service.id)")
            await lead.get("\(path)/edit?\(lang)").expect(200, shows: "Phòng mẫu", "evidence-across")
            await lead.post("\(path)/edit", ["name": "Đơn vị", "contact": "", "class": "internal"]).expect(422)
            await lead.post(
                "\(path)/edit",
                ["name": "Đơn vị", "contact": "Phòng khác", "class": "internal", "evidence-across": "within-1s"]
            ).expect(redirectTo: path)
            await lead.get("\(path)?\(lang)").expect(200, shows: "Phòng khác")
            func across() async throws -> EvidenceClass? {
                try await town.exchange.version(named: offered.version.id.text).service.evidenceAcross
            }
            #expect(try await across() == .withinOneSecond)
            // What was chosen is taken back by choosing nothing of its own.
            await lead.get("\(path)/edit?\(lang)").expect(200, shows: #"name="evidence-across" value="""#)
            await lead.post(
                "\(path)/edit",
                ["name": "Đơn vị", "contact": "Phòng khác", "class": "internal", "evidence-across": ""]
            ).expect(redirectTo: path)
            #expect(try await across() == nil)
            let instance = "/exchange/versions/\(offered.version.id)/instances/\(offered.instances[0].id)"
            await lead.get("\(instance)?\(lang)").expect(200, shows: "https://units.example.vn:443/api")
            await lead.post(instance, ["address": "https://new.example.vn"]).expect(redirectTo: path)
            await town.visitor(town.user).get("\(path)/edit").expect(403)
        }
    }

    @Test("programs register, change and end what the pages do, under the same guards")
    func programs() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let (lead, user) = (
                town.visitor(town.provider, isProgram: true), town.visitor(town.user, isProgram: true)
            )
            func send(_ visitor: Visitor, _ method: Web.Method, _ path: String, _ body: JSON = [:]) async -> Answered {
                await visitor.send(method, path, headers: ["content-type": "application/json"], body: body.encoded())
            }
            let draft: JSON = [
                "organisation": "T40", "code": "units", "name": ["vi": "Đơn vị"], "contact": "Phòng mẫu",
                "data-class": "open", "document": .string(String(decoding: RegistryTown.document(), as: UTF8.self)),
                "instances": [["address": "https://units.example.vn/api"]],
            ]
            await send(user, .post, "/exchange/services.json", draft).expect(403)
            let made = await send(lead, .post, "/exchange/services.json", draft)
            made.expect(201, shows: #""service":"units/v1""#, #""evidence-across":"before-release""#)
            let json = try JSONDocument(made.text).root
            let (service, version) = (try json.requireString("service-id"), try json.requireString("id"))
            await send(lead, .patch, "/exchange/services/\(service)", ["evidence-across": "within-1s"]).expect(
                200, shows: #""evidence-across":"within-1s""#)
            await send(lead, .patch, "/exchange/services/\(service)", ["evidence-across": .null, "contact": "Mới"])
                .expect(200, shows: #""evidence-across":"before-release""#, "Mới")
            await send(
                lead, .post, "/exchange/services/\(service)/versions",
                [
                    "document": .string(String(decoding: RegistryTown.document(version: "2.0.0"), as: UTF8.self))
                ]
            ).expect(201, shows: "units/v2")
            await send(lead, .put, "/exchange/versions/\(version)/document", ["document": "{}"]).expect(422)
            await send(
                lead, .post, "/exchange/versions/\(version)/instances",
                [
                    "address": "http://127.0.0.1:1", "allow-private": true,
                ]
            ).expect(403)
            await send(lead, .delete, "/exchange/versions/\(version)").expect(204)
            await user.send(.get, "/exchange/services.json").expect(200, shows: #""open":false"#)

            let added = await send(
                user, .post, "/exchange/applications.json", ["organisation": "K40", "code": "portal", "name": "Cổng"])
            added.expect(201, shows: "tk_", "VN/GOV/K40/portal")
            let id = try JSONDocument(added.text).root.requireObject("application").requireString("id")
            await send(lead, .post, "/exchange/applications/\(id)/keys").expect(403)
            await send(user, .post, "/exchange/applications/\(id)/keys").expect(201, shows: "tk_")
            await send(user, .delete, "/exchange/applications/\(id)").expect(204)
            await user.send(.get, "/exchange/applications.json").expect(200, shows: #""ended":"2020-"#)
        }
    }

    @Test("in the timeline stand names of those whom the reader may know, and nobody's id")
    func names() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let (_, _, grant) = try await town.asked()
            try await town.exchange.approveGrant(grant.id, by: town.provider)
            let path = "/exchange/grants/\(grant.id)"
            await town.visitor(town.provider).get(path).expect(
                200, shows: "Tên của consumer", "Tên của provider", hides: ["· consumer<", "· provider<"])
            await town.visitor(town.consumer).get("\(path)?lang=vi").expect(
                200, shows: "Tên của consumer", "một cán bộ", hides: ["provider"])
        }
    }

    @Test("a far node has ten seconds for its answer, a service at home thirty")
    func deadline() async throws {
        try await RegistryTown.withNeighbour(.sqlite) { town, _, _ in
            let pin = Base64.encodeURL(Array(repeating: 7, count: 32))
            town.exchange.gatewayIsReachable(at: GatewayPlace(address: "https://10.0.0.1:8444", tlsPin: pin))
            try await town.exchange.tellPlace()
            let name = SubsystemName(instance: "VN", memberClass: "GOV", member: "H40", subsystem: "services")
            let services = [nil, "H40"].map { node in
                Service(
                    id: node ?? "own", provider: name, code: node ?? "own", path: "/\(node ?? "own")", operations: [],
                    upstreams: [Upstream(host: "10.0.0.2", port: 80, node: node)])
            }
            let placed = services.map { town.exchange.placing($0) }
            #expect(placed.map(\.limits.answerSeconds) == [30, 10])
            #expect(placed.last?.upstreams.map(\.port) == [8444])
        }
    }
}
