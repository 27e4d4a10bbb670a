import Database
import House
import Logging
import TestKit
import Testing
import Vocabulary

@testable import Identity

@Suite("What the clock makes due")
struct DutyTests {
    @Test(
        "two administrators whose posts end on one day stop no sweep: one leaves, the other stays",
        arguments: Engine.all)
    func administratorsLeave(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let end = try #require(Day("2020-12-01")).start
            let bosses = [
                try await town.person("quantri.mot", .nodeAdministrator),
                try await town.person("quantri.hai", .nodeAdministrator),
            ]
            let officer = try await town.person("canbo.mau", .officer)
            for person in bosses + [officer] { try await town.identity.leave(person, at: end, by: nil) }
            _ = try await town.full(from: Browser(address: "192.0.2.1"))
            try await town.reach("2020-12-01")
            let at = town.clock.now()
            let left = try await town.database.read { try town.identity.administrators(at: at, in: $0) }
            #expect(left.count == 1 && left.isSubset(of: bosses))
            #expect(try await town.account(officer)?.state == .suspended)
            #expect(try await town.count("identity_session") == 0)
            try await town.identity.sweep()
            #expect(try await town.database.read { try town.identity.administrators(at: at, in: $0) } == left)
        }
    }

    @Test("a duty that fails is logged, and the others are done", arguments: Engine.all)
    func failing(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let (lines, officer) = (HeardLines(), try await town.person("canbo.mau", .officer))
            let identity = Identity(
                database: town.database, outbox: town.identity.outbox, now: town.clock.now,
                newID: SeededIDs().source, logger: Logger(label: "identity") { _ in lines },
                settings: town.identity.settings)
            try await town.identity.leave(officer, at: try #require(Day("2020-12-01")).start, by: nil)
            _ = try await town.full(from: Browser(address: "192.0.2.1"))
            try await town.database.write { try $0.execute("DROP TABLE identity_notice") }
            town.clock.advance(days: 60)
            await #expect(throws: DutiesLeftUndone(names: ["notices"])) { try await identity.sweep() }
            #expect(try await town.count("identity_session") == 0)
            #expect(try await town.account(officer)?.state == .suspended)
            #expect(lines.all.count == 1 && lines.all.first?.contains("notices") == true)
        }
    }
}
