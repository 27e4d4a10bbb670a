import Database
import House
import TestKit
import Testing
import Vocabulary
import Web

@testable import Identity

@Suite("How staff are reached")
struct StaffContactTests {
    private static let secrets = ["canbo.mau@vi-du.vn", "0912000111", "NV-0042"]

    private static func staff(_ town: Town) async throws -> ID<Person> {
        let person = try await town.identity.createPerson(
            login: "canbo.mau", name: "Cán bộ mẫu", email: secrets[0], roles: [.officer], phc: Town.quickPHC)
        try await town.database.write { tx in
            let known = try AttributeStore.attributes(of: [person], in: tx)[person] ?? []
            let more = [
                PersonAttribute(name: "phoneNumbers", place: 0, value: secrets[1]),
                PersonAttribute(name: "employeeNumber", place: 0, value: secrets[2]),
            ]
            try AttributeStore.replace(known + more, of: person, in: tx)
        }
        return person
    }

    @Test(
        "a person's page masks addresses and numbers until a purpose is given, which is a leaf", arguments: Engine.all)
    func purpose(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let person = try await Self.staff(town)
            // Who handles incidents has contacts of reports unmasked, and none of colleagues.
            try await town.person("quantri.mau", .nodeAdministrator, .incidentHandler)
            let reader = await town.visitor("quantri.mau")
            let page = "/identity/people/\(person)"
            await reader.get(page).expect(
                200, shows: "c•••@vi-du.vn", "•••111", "Dữ liệu cá nhân đang được che", hides: Self.secrets)
            await reader.get("\(page)?purpose=vi").expect(200, shows: "từ 5 đến 200 ký tự", hides: Self.secrets)
            #expect(try await town.contents(of: "identity.person-read").allSatisfy { !$0.contains("purpose") })
            await reader.get("\(page)?purpose=g%E1%BB%8Di+l%E1%BA%A1i+x%C3%A1c+minh").expect(
                200, shows: "canbo.mau@vi-du.vn", "0912000111", "NV-0042", hides: ["đang được che"])
            let leaf = try #require(try await town.contents(of: "identity.person-read").last)
            #expect(leaf.contains("gọi lại xác minh") && leaf.contains("\"way\":\"contact\""), "\(leaf)")
            let looks = try await town.database.read { try LookStore.looks(at: person, limit: 9, in: $0) }
            #expect(Set(looks.map(\.way)) == [.page, .contact], "the person sees who read what")
        }
    }

    @Test("everybody sees their own, and no list shows anybody's", arguments: Engine.all)
    func own(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let person = try await Self.staff(town)
            try await town.identity.giveRole(.auditor, to: person, by: nil)
            let owner = await town.visitor("canbo.mau")
            await owner.get("/identity/people/\(person)").expect(
                200, shows: "canbo.mau@vi-du.vn", "0912000111", hides: ["đang được che"])
            await owner.get("/identity/people").expect(200, shows: "Cán bộ mẫu", hides: Self.secrets)
        }
    }

    @Test("where nothing is recorded, nothing is said to be masked and no purpose is asked for", arguments: Engine.all)
    func nothing(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let person = try await town.person("canbo.mau", .officer)
            try await town.person("quantri.mau", .nodeAdministrator)
            await (await town.visitor("quantri.mau")).get("/identity/people/\(person)").expect(
                200, shows: "Cán bộ mẫu", hides: ["Dữ liệu cá nhân đang được che"])
            #expect(try await town.contents(of: "identity.person-read").last?.contains("\"way\":\"page\"") == true)
        }
    }

    @Test("an approved policy that masks nothing is followed here as well")
    func obliged() throws {
        let person = Account(
            id: ID("a"), login: "a", name: "A", email: nil, state: .active, createdAt: Instant(milliseconds: 0),
            home: ID("H40"))
        let reader = Person(id: ID("b"), name: "B", organisation: ID("H40"), roles: [.auditor, .incidentHandler])
        func obligations(_ text: String) throws -> Set<Decision.Obligation> {
            let rights = try Knowledge(organisations: .seed, home: ID("H40")).rights(
                at: Instant(milliseconds: 1_604_885_400_000), by: try Policies.engine(of: text))
            let decision = decide(reader, .people, on: person.resource, with: rights)
            #expect(decision.allowed)
            return decision.obligations
        }
        #expect(try obligations(Policies.text) == [.mask])
        let open = Policies.text.replacing(
            "resource.kinds.contains(\"personal\")", with: "resource.kinds.contains(\"draft\")")
        #expect(try obligations(open) == [])
    }
}
