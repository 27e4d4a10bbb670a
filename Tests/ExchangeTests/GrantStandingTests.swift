import Database
import Gateway
import StrictJSON
import TestKit
import Testing
import Vocabulary

@testable import Exchange

/// What a call is told under a grant that gives nothing now: at the provider's node and at the one that speaks for the
/// application.
@Suite("Codes of grants that give nothing")
struct GrantStandingTests {
    private struct Both {
        let own: ID<Application>
        let far: ID<Application>
        let version: ID<ServiceVersion>
        let grants: [ID<AccessGrant>]
    }

    /// A service, an application here and one at Ninh Bình, each with a grant.
    private func both(_ town: RegistryTown) async throws -> Both {
        let offered = try await town.exchange.registerService(RegistryTown.draft(), by: town.provider)
        let own = try await town.exchange.addApplication("portal", named: "Mẫu", of: ID("K40"), by: nil).application.id
        let far = try await town.exchange.addApplication(
            "kiosk", named: "Mẫu", of: ID("H42"), at: ID("H42"), by: nil
        ).application.id
        var grants: [ID<AccessGrant>] = []
        for application in [own, far] {
            grants.append(
                try await town.exchange.issueGrant(
                    GrantDraft(application: application, version: offered.version.id, terms: town.terms())
                ).id)
        }
        return Both(own: own, far: far, version: offered.version.id, grants: grants)
    }

    /// What is said here to its own application and to the other node's, and there to its own by what it was told.
    private func codes(_ both: Both, _ town: RegistryTown) async throws -> [String?] {
        let table = try await town.node.database.read { [exchange = town.exchange] in
            try exchange.gatewayTable(in: $0)
        }
        let told = GrantedAcross.all(in: TableRows(table))[ID("H42")]
        let name = SubsystemName(instance: "VN", memberClass: "GOV", member: "H42", subsystem: "kiosk")
        let home = Table(consumers: [Consumer(id: "there", name: name, credentials: [])])
        let joined = try told.map { try GrantedAcross($0.json.canonical()).joined(to: home, from: ID("H40")) } ?? home
        let (here, there) = (try CompiledTable(table), try CompiledTable(joined))
        func code(_ table: CompiledTable, _ consumer: String) -> String? {
            table.refusalCode(
                consumer: consumer, service: both.version.text, operation: "get-unit", at: town.clock.now())
        }
        let own = try await town.exchange.refusalCode(by: both.own, to: "get-unit", of: both.version)
        #expect(own == code(here, both.own.text))
        return [own, code(here, both.far.text), code(there, "there")]
    }

    @Test("suspended is suspended and ended is ended, at both nodes and as long as it is", arguments: Engine.all)
    func atOnce(engine: Engine) async throws {
        try await RegistryTown.with(engine) { town async throws in
            let both = try await both(town)
            #expect(try await codes(both, town) == [nil, nil, nil])
            for grant in both.grants {
                try await town.exchange.suspendGrant(grant, .security, because: "Thử", by: nil)
            }
            #expect(try await codes(both, town) == Array(repeating: "grant-suspended", count: 3))
            for grant in both.grants { try await town.exchange.resumeGrant(grant, by: nil) }
            #expect(try await codes(both, town) == [nil, nil, nil])
            for grant in both.grants { try await town.exchange.endGrant(grant, because: "Thử", by: nil) }
            #expect(try await codes(both, town) == Array(repeating: "no-grant", count: 3))
            town.clock.advance(days: 300)
            #expect(try await codes(both, town) == Array(repeating: "no-grant", count: 3))
            // By then the other node forgets that there ever was such a service.
            town.clock.advance(days: 100)
            #expect(try await codes(both, town) == ["no-grant", "no-grant", "unknown-service"])
        }
    }

    @Test("a planned suspension begins and ends by the clock, and so does the grant")
    func planned() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let both = try await both(town)
            let now = town.clock.now()
            for grant in both.grants {
                try await town.exchange.suspendGrant(
                    grant, .planned, from: now.adding(days: 20), until: now.adding(days: 30), because: "Bảo trì",
                    by: nil)
            }
            for (days, code) in [
                (0, nil), (19, nil), (20, "grant-suspended"), (29, "grant-suspended"), (30, nil), (99, nil),
                (100, "no-grant"), (200, "no-grant"),
            ] as [(Int64, String?)] {
                town.clock.set(now.adding(days: days))
                #expect(try await codes(both, town) == Array(repeating: code, count: 3), "\(days), before")
                try await town.exchange.followGrantDates()
                #expect(try await codes(both, town) == Array(repeating: code, count: 3), "\(days)")
            }
        }
    }
}
