import Database
import TestKit
import Testing
import Vocabulary

@testable import Identity

@Suite("Organisations that merge")
struct SuccessionTests {
    @Test("on 1 July 2025 rights of Nam Định go over to Ninh Bình; history keeps the old name", arguments: Engine.all)
    func merger(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let officer = try await town.person("canbo.mau", .officer, .departmentLead)
            let boss = try await town.person("quantri.mau", .nodeAdministrator)
            // A guest from Hà Nam, who leads there.
            let guest = try await town.identity.createPerson(
                login: "ha.nam", name: "Người Hà Nam mẫu", roles: [.incidentHandler, .departmentLead],
                phc: Town.quickPHC, organisation: ID("H25"))
            try await town.reach("2025-06-30")
            #expect(try await town.place(of: officer) == ["H40"])
            try await town.reach("2025-07-01")
            #expect(try await town.place(of: officer) == ["H42-2025"])
            #expect(try await town.roles(of: officer) == [.officer, .departmentLead])
            #expect(try await town.roles(of: boss) == [.nodeAdministrator])
            #expect(try await town.roles(of: guest) == [.incidentHandler], "work goes over, office does not")
            let history = try await town.database.read { try PeopleStore.memberships(of: officer, in: $0) }
            #expect(history.filter { $0.organisation == ID("H40") }.allSatisfy { $0.until == Day("2025-07-01")?.start })
            #expect(history.count == 4)
            #expect(try await town.account(officer)?.home == ID("H42-2025"))
            let browser = try await town.full(from: Browser(address: "192.0.2.1"))
            #expect(
                try await town.person(of: browser)?.roles == [.officer, .departmentLead], "and counts at this node")
            #expect(try await town.contents(of: "identity.role-not-succeeded").count == 1)
            let facts = try await town.facts()
            try await town.identity.sweep()
            #expect(try await town.facts() == facts, "what was done once is done")
            // Nobody is locked out, and the last administrator is still the last.
            #expect(try await town.identity.firstAdministratorLink() == nil)
            await #expect(throws: Problem.conflict(.lastAdministrator)) {
                try await town.identity.setSuspended(true, boss, by: nil)
            }
        }
    }

    @Test(
        "the rule",
        arguments: [
            (Role.officer, 1, false, true), (.incidentHandler, 1, false, true), (.auditor, 1, false, true),
            (.departmentLead, 1, false, false), (.departmentLead, 1, true, true), (.nodeAdministrator, 1, false, false),
            (.nodeAdministrator, 1, true, true), (.unitAdministrator, 1, false, false), (.officer, 2, true, false),
            (.officer, 0, true, false), (.peerNode, 1, true, false),
        ])
    func rule(role: Role, heirs: Int, isOfTheNode: Bool, follows: Bool) {
        #expect(Succession.follows(role, heirs: heirs, isOfTheNode: isOfTheNode) == follows)
    }

    @Test("all five mergers of the cluster lead to one successor each, Quảng Ninh to itself")
    func map() throws {
        let day = try #require(Day("2025-07-01"))
        let heirs = ["H40", "H25", "H42", "H23", "H24", "H54", "H31", "H28", "H49"].map {
            OrganisationRegister.seed.current(of: ID($0), on: day).map(\.id.text)
        }
        #expect(
            heirs == [
                ["H42-2025"], ["H42-2025"], ["H42-2025"], ["H24-2025"], ["H24-2025"], ["H31-2025"], ["H31-2025"],
                ["H44-2025"], ["H49"],
            ])
    }
}

extension Town {
    fileprivate func place(of person: ID<Person>) async throws -> Set<String> {
        let at = clock.now()
        return try await database.read { tx in
            Set(try PeopleStore.memberships(of: person, in: tx).filter { $0.holds(at: at) }.map(\.organisation.text))
        }
    }
}
