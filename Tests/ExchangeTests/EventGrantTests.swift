import Database
import Gateway
import House
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import Exchange

/// A follower is no publisher unless that was said.
@Suite("Grants of event types: to follow, and to publish only by name")
struct EventGrantTests {
    private static let (follow, publish) = ("follow:vn.gov.test.changed", "publish:vn.gov.test.changed")

    private static let document = Array(
        """
        openapi: 3.1.0
        info: {title: Hồ sơ thay đổi, version: "1"}
        paths:
          /events/v1:
            post: {operationId: "publish:vn.gov.test.changed", responses: {"200": {description: Bền}}}
          /events/v1/subscriptions:
            post: {operationId: "follow:vn.gov.test.changed", responses: {"201": {description: Đăng ký}}}
        """.utf8)

    private func draft(_ town: RegistryTown, _ operations: [String]?) async throws -> GrantDraft {
        let offered = try? await town.exchange.version(named: "changed/v1")
        let version: ID<ServiceVersion>
        if let offered {
            version = offered.version.id
        } else {
            version = try await town.exchange.registerService(
                RegistryTown.draft("changed", document: Self.document), by: town.provider
            ).version.id
            _ = try await town.exchange.addApplication("portal", named: "Cổng mẫu", of: ID("K40"), by: town.user)
        }
        let application = try await town.exchange.application(named: "K40/portal").id
        return GrantDraft(application: application, version: version, terms: town.terms(operations))
    }

    private static func refusal(of operation: String) -> Problem {
        .rejected(
            code: "exchange.no-such-operation",
            ["operation": .noSuchOperation(operation, among: [publish, follow])])
    }

    @Test(
        "what is issued, asked for and decided gives what was named; nothing named is to follow",
        arguments: [
            (nil, [follow]), (["follow"], [follow]), (["publish"], [publish]),
            (["publish", follow], [publish, follow]), (["follow", follow], [follow]),
        ] as [([String]?, [String])])
    func given(named: [String]?, given: [String]) async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let issued = try await town.exchange.issueGrant(try await draft(town, named))
            #expect(issued.terms.operations == given)
            let application = issued.application
            #expect(
                (try await town.allowed(application, "POST", "/changed/v1/events/v1") != nil)
                    == given.contains(Self.publish))
            #expect(
                (try await town.allowed(application, "POST", "/changed/v1/events/v1/subscriptions") != nil)
                    == given.contains(Self.follow))
            let asked = try await town.exchange.requestGrant(try await draft(town, named), by: town.consumer)
            #expect(asked.terms.operations == given)
            try await town.exchange.approveGrant(asked.id, by: town.provider)
            #expect(try await town.exchange.grant(asked.id).0.grant.terms.operations == given)
        }
    }

    @Test("an operation that there is not is refused with the list of those that there are, here and for programs")
    func unknown() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            for wrong in ["read", "follow:", "publish:vn.gov.test", "Follow"] {
                let asked = try await draft(town, [wrong])
                #expect(await problem { _ = try await town.exchange.issueGrant(asked) } == Self.refusal(of: wrong))
            }
            let ask: JSON = [
                "application": "K40/portal", "service": "changed/v1", "purpose": "Thử", "legal-basis": "47/2020",
                "until": "2020-12-31", "operations": ["read"],
            ]
            let program = town.visitor(town.consumer, isProgram: true)
            let refused = await program.send(
                .post, "/exchange/grants.json", headers: ["content-type": "application/json"], body: ask.encoded())
            refused.expect(422, shows: "exchange.no-such-operation", Self.follow, Self.publish)
            var follows = ask
            follows["operations"] = ["follow"]
            await program.send(
                .post, "/exchange/grants.json", headers: ["content-type": "application/json"], body: follows.encoded()
            ).expect(201)
            #expect(try await town.exchange.grants().map(\.grant.terms.operations) == [[Self.follow]])
        }
    }

    @Test("a request of before, which names nothing, is decided as one to follow; the page says what nothing means")
    func ofBefore() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let asked = try await town.exchange.requestGrant(try await draft(town, nil), by: town.consumer)
            try await town.node.database.write { tx in
                _ = try tx.execute("UPDATE exchange_grant SET operations = NULL")
            }
            await town.visitor(town.provider).get("/exchange/grants/\(asked.id)/decide?lang=en").expect(
                200, shows: Self.publish, "to publish must be ticked")
            try await town.exchange.approveGrant(asked.id, by: town.provider)
            #expect(try await town.exchange.grant(asked.id).0.grant.terms.operations == [Self.follow])
        }
    }

    @Test("of a service that is none of events, nothing named is all of it")
    func others() {
        #expect(GrantTerms.usualOperations(among: ["list-units", "publish:x"]) == nil)
        #expect(GrantTerms.usualOperations(among: ["publish:x"]) == [], "publishing is named, always")
        #expect(GrantTerms.usualOperations(among: ["publish:x", "follow:x", "follow:y"]) == ["follow:x", "follow:y"])
        var terms = GrantTerms(
            operations: ["follow"], purpose: "x", legalBasis: "x", from: Instant(milliseconds: 0),
            until: Instant(milliseconds: 1))
        terms.settleOperations(among: ["publish:x", "follow:x", "follow:y"])
        #expect(terms.operations == ["follow"], "which of the two is not said")
    }
}
