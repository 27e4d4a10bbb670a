import Database
import TestKit
import Testing
import Vocabulary

@testable import Exchange
@testable import Identity

@Suite("Grants under review")
struct GrantReviewTests {
    private static func holding(
        _ town: RegistryTown, of house: Set<ID<Organisation>>
    ) async throws -> [KeptRights.Right] {
        let (rights, at) = (town.exchange.rightsUnderReview, town.clock.now())
        return try await town.node.database.read { try rights.holding(house, at, $0) }
    }

    @Test(
        "a grant that holds is looked at by whoever consumes, or provides to somebody elsewhere",
        arguments: Engine.all)
    func whose(engine: Engine) async throws {
        try await RegistryTown.with(engine) { town async throws in
            let (_, _, grant) = try await town.asked(["get-unit"])
            let (both, provider) = (Set<ID<Organisation>>([ID("T40"), ID("K40")]), Set<ID<Organisation>>([ID("T40")]))
            #expect(try await Self.holding(town, of: both).isEmpty, "what is only asked for is no right")
            try await town.exchange.approveGrant(grant.id, by: town.provider)
            let right = try #require(try await Self.holding(town, of: both).first)
            #expect(right.id == grant.id.text && right.organisation == ID("K40"))
            #expect(right.what == "K40/portal → units/v1" && right.until == grant.terms.until)
            #expect(right.grantedBy == town.consumer.id && right.approvedBy == town.provider.id)
            #expect(try await Self.holding(town, of: provider).map(\.organisation) == [ID("T40")])
            #expect(try await Self.holding(town, of: [ID("H42")]).isEmpty)
            let today = Day(town.clock.now())
            #expect(right.usedOn == nil)
            try await town.exchange.noteUse(of: [grant.id], on: today)
            try await town.exchange.noteUse(of: [grant.id], on: Day(town.clock.now().adding(days: -3)))
            #expect(try await Self.holding(town, of: both).map(\.usedOn) == [today], "an older day changes nothing")
        }
    }

    @Test("a grant that a review ends is closed at the gateway, with its leaf", arguments: Engine.all)
    func ending(engine: Engine) async throws {
        try await RegistryTown.with(engine) { town async throws in
            let (_, application, grant) = try await town.asked(["get-unit"])
            try await town.exchange.approveGrant(grant.id, by: town.provider)
            let (rights, at, reviewer) = (town.exchange.rightsUnderReview, town.clock.now(), town.user)
            let portal = application.application.id
            #expect(try await town.allowed(portal, "GET", "/units/v1/units/1") == grant.id.text)
            for _ in 0..<2 {
                try await town.node.database.write { try rights.end(grant.id.text, reviewer, at, $0) }
            }
            #expect(try await town.state(grant.id) == .ended)
            #expect(try await town.allowed(portal, "GET", "/units/v1/units/1") == nil)
            #expect(try await town.leaves("exchange.grant-ended").count == 1)
            #expect(try await !town.node.database.read { try rights.holds(grant.id.text, at, $0) })
            #expect(try await Self.holding(town, of: [ID("K40")]).isEmpty)
        }
    }
}
