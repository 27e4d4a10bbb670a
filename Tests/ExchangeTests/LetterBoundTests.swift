import Database
import House
import Identity
import StrictJSON
import TestKit
import Testing
import Vocabulary

@testable import Exchange

/// What Nam Định says of grants and requests, told by letter at Ninh Bình.
@Suite("Letters about what another node says have a bound a day")
struct LetterBoundTests {
    private static let node: ID<Organisation> = ID("H40")

    /// Leaves room for so many today.
    private func leave(
        _ count: Int, for subject: LetterBound.Subject, _ town: RegistryTown, _ home: TestNode
    ) async throws {
        let day = Day(town.clock.now())
        try await home.database.write { tx in
            let written = try LetterBound.written(about: subject, of: Self.node, on: day, in: tx)
            _ = try LetterBound.take(
                LetterBound.dayMax - written - count, about: subject, of: Self.node, on: day, in: tx)
        }
    }

    /// What people were told of since the last look, whoever they are.
    private func steps(_ told: Announced) -> Set<String> {
        Set(told.news().map { String($0.prefix { $0 != " " }) })
    }

    private func suspendAndResume(_ id: ID<AccessGrant>, _ town: RegistryTown) async throws {
        try await town.exchange.suspendGrant(id, .security, because: "Lộ khóa", by: town.provider)
        try await town.exchange.resumeGrant(id, by: town.provider)
    }

    @Test(
        "a node that says more than people can read of what it gives fills no mailbox, and is heard the next day",
        arguments: Engine.all)
    func grants(engine: Engine) async throws {
        try await RegistryTown.withNeighbour(engine) { town, home, told in
            try await leave(2, for: .grants, town, home)
            let grant = try await HeldTests().given(town, home)
            try await AskingTests().follow(home)
            #expect(told.news() == ["approved → department-lead of H42"])
            for _ in 0..<2 { try await suspendAndResume(grant.id, town) }
            try await AskingTests().follow(home)
            #expect(told.news() == ["resumed → department-lead of H42"], "the last of what happened")
            try await town.exchange.suspendGrant(grant.id, .security, because: "Lộ khóa", by: town.provider)
            try await AskingTests().follow(home)
            #expect(told.news().isEmpty)
            #expect(
                try await home.exchange.heldGrants().map(\.standing.state) == [.suspended],
                "pages have it all the same")
            town.clock.advance(seconds: 86_400)
            try await town.exchange.resumeGrant(grant.id, by: town.provider)
            try await AskingTests().follow(home)
            #expect(told.news() == ["resumed → department-lead of H42"])
        }
    }

    @Test("so has what it says of requests, with a count of its own", arguments: Engine.all)
    func requests(engine: Engine) async throws {
        try await RegistryTown.withNeighbour(engine) { town, home, told in
            let far = try await AskingTests().ask(town, home, try await AskingTests().prepare(town, home))
            try await AskingTests().follow(home)
            _ = told.all()
            try await leave(0, for: .grants, town, home)
            try await leave(2, for: .requests, town, home)
            let there = try #require(try await town.exchange.grants([.waiting]).first).grant.id
            try await town.exchange.approveGrant(there, by: town.provider)
            try await AskingTests().follow(home)
            #expect(steps(told) == ["approved"], "the bound of grants is another one")
            for _ in 0..<2 { try await suspendAndResume(there, town) }
            try await AskingTests().follow(home)
            #expect(steps(told) == ["resumed"], "the last of what happened")
            try await town.exchange.suspendGrant(there, .security, because: "Lộ khóa", by: town.provider)
            try await AskingTests().follow(home)
            #expect(told.all().isEmpty)
            #expect(try await home.exchange.farRequest(far.id).0.state == .suspended)
            town.clock.advance(seconds: 86_400)
            try await town.exchange.resumeGrant(there, by: town.provider)
            try await AskingTests().follow(home)
            #expect(steps(told) == ["resumed"])
        }
    }

    @Test("that a grant of a request ends soon waits for the next day, and is not lost")
    func endings() async throws {
        try await RegistryTown.withNeighbour(.sqlite) { town, home, told in
            let far = try await AskingTests().ask(town, home, try await AskingTests().prepare(town, home))
            try await AskingTests().follow(home)
            let there = try #require(try await town.exchange.grants([.waiting]).first).grant.id
            try await town.exchange.approveGrant(there, by: town.provider)
            try await AskingTests().follow(home)
            let due = try #require(try await home.exchange.farRequest(far.id).0.expiryNoticeAt)
            town.clock.set(due.adding(days: 1))
            _ = told.all()
            try await leave(0, for: .requests, town, home)
            try await AskingTests().follow(home)
            #expect(told.all().isEmpty)
            town.clock.advance(seconds: 86_400)
            try await AskingTests().follow(home)
            #expect(!told.all().isEmpty)
            try await AskingTests().follow(home)
            #expect(told.all().isEmpty)
        }
    }

    @Test("a restart, and another process of the node, count on from what was written", arguments: Engine.all)
    func restart(engine: Engine) async throws {
        try await RegistryTown.withNeighbour(engine) { town, home, told in
            try await leave(1, for: .grants, town, home)
            let grant = try await HeldTests().given(town, home)
            try await AskingTests().follow(home)
            #expect(told.news() == ["approved → department-lead of H42"])
            let again = try await town.network.add(
                "H42", on: home.database, authority: try RegistryTown.authority(home: "H42", telling: told))
            try await suspendAndResume(grant.id, town)
            try await AskingTests().follow(again)
            #expect(told.news().isEmpty)
            #expect(try await again.exchange.heldGrants().first?.standing.steps.last?.what == .resumed)
        }
    }
}
