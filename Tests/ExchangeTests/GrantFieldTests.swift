import Gateway
import House
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import Exchange

/// A field that no answer has would make every answer `{}`.
@Suite("The fields and the operations that a grant names are there, and another grant in force is told of")
struct GrantFieldTests {
    private static let refusal = Problem.rejected(
        code: "exchange.no-such-field", ["fields": .noSuchField("nofield", among: ["code", "name"])])

    private func draft(
        _ town: RegistryTown, _ operations: [String]?, fields: [String]?
    ) async throws -> GrantDraft {
        if try await town.exchange.allVersions().isEmpty {
            _ = try await town.exchange.registerService(RegistryTown.draft(), by: town.provider)
            _ = try await town.exchange.addApplication("portal", named: "Cổng mẫu", of: ID("K40"), by: town.user)
        }
        var terms = town.terms(operations)
        terms.fields = fields
        return GrantDraft(
            application: try await town.exchange.application(named: "K40/portal").id,
            version: try await town.exchange.version(named: "units/v1").version.id, terms: terms)
    }

    @Test("a mistyped field is refused at its field, on issue, request and decision, with the names there are")
    func mistyped() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let wrong = try await draft(town, ["list-units"], fields: ["code", "nofield"])
            #expect(await problem { _ = try await town.exchange.issueGrant(wrong) } == Self.refusal)
            #expect(
                await problem { _ = try await town.exchange.requestGrant(wrong, by: town.consumer) } == Self.refusal)
            let asked = try await town.exchange.requestGrant(
                try await draft(town, ["list-units"], fields: nil), by: town.consumer)
            var terms = asked.terms
            terms.fields = ["nofield"]
            let narrowed = terms
            #expect(
                await problem { try await town.exchange.approveGrant(asked.id, terms: narrowed, by: town.provider) }
                    == Self.refusal)
            #expect(await problem { try await town.exchange.approveGrant(asked.id, by: town.provider) } == nil)
        }
    }

    @Test("pages and programs are told at the field")
    func told() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let version = try await draft(town, nil, fields: nil).version
            let application = try await town.exchange.application(named: "K40/portal").id
            await town.visitor(town.consumer).post(
                "/exchange/grants/new?lang=en",
                [
                    "version": version.text, "application": application.text, "purpose": "Thử", "basis": "47/2020",
                    "operation": "list-units", "fields": "nofield", "until": "2021-06-30",
                ]
            ).expect(422, shows: "no field “nofield”", "code, name")
            let ask: JSON = [
                "application": "K40/portal", "service": "units/v1", "purpose": "Thử", "legal-basis": "47/2020",
                "until": "2020-12-31", "operations": ["list-units"], "fields": ["nofield"],
            ]
            await town.visitor(town.consumer, isProgram: true).send(
                .post, "/exchange/grants.json", headers: ["content-type": "application/json"], body: ask.encoded()
            ).expect(422, shows: "exchange.no-such-field", #""field":"fields""#, "code, name")
        }
    }

    @Test("an operation that says nothing of its answers lets any name pass")
    func open() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            _ = try await town.exchange.issueGrant(try await draft(town, ["get-unit"], fields: ["nofield"]))
            _ = try await town.exchange.issueGrant(try await draft(town, nil, fields: ["nofield"]))
        }
    }

    @Test("a request to another node is refused before it is sent, or there when its document cannot be read here")
    func far() async throws {
        try await RegistryTown.withNeighbour(.sqlite) { town, home, _ in
            let asking = AskingTests()
            let application = try await asking.prepare(town, home)
            var terms = town.terms(["list-units"])
            terms.fields = ["nofield"]
            let asked = FarDraft(application: application, node: ID("H40"), service: "units/v1", terms: terms)
            #expect(
                await problem { _ = try await home.exchange.requestFarGrant(asked, by: AskingTests.asker) }
                    == Self.refusal)
        }
    }

    @Test("another grant in force for the same operations is told of, with the one that calls go under")
    func overlap() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let first = try await town.exchange.issueGrant(try await draft(town, ["list-units"], fields: ["code"]))
            #expect(try await town.exchange.overlaps(of: first.id).isEmpty)
            let beside = try await town.exchange.issueGrant(try await draft(town, ["get-unit"], fields: nil))
            #expect(try await town.exchange.overlaps(of: beside.id).isEmpty)
            var later = try await draft(town, ["list-units"], fields: nil)
            later.terms.from = town.clock.now().adding(days: 101)
            later.terms.until = town.clock.now().adding(days: 200)
            let afterwards = try await town.exchange.issueGrant(later)
            #expect(try await town.exchange.overlaps(of: afterwards.id).isEmpty)
            let second = try await town.exchange.requestGrant(
                try await draft(town, nil, fields: nil), by: town.consumer)
            let (overlaps, used) = try await town.exchange.overlapJSON(of: second.id)
            #expect(overlaps.text.contains(first.id.text) && overlaps.text.contains(beside.id.text))
            let ids = [first.id.text, beside.id.text, second.id.text]
            #expect(used == .string(try #require(ids.min())))
            await town.visitor(town.provider).get("/exchange/grants/\(second.id)/decide?lang=en").expect(
                200, shows: first.id.text, "another grant for the same operations")
            try await town.exchange.endGrant(first.id, because: "Thử", by: town.consumer)
            try await town.exchange.endGrant(beside.id, because: "Thử", by: town.consumer)
            #expect(try await town.exchange.overlaps(of: second.id).isEmpty, "what has ended is in nobody's way")
        }
    }
}
