import TestKit
import Testing
import Vocabulary

@testable import Identity

@Suite("Whose names somebody may know")
struct NameTests {
    private static func reader(
        _ id: ID<Person>, _ role: Role, at organisation: String? = "H40", guestOf: String? = nil
    ) -> Person {
        Person(
            id: id, name: "Cán bộ mẫu", organisation: organisation.map { ID($0) }, roles: [role],
            guestOf: guestOf.map { ID($0) })
    }

    @Test(
        "colleagues know each other, who reads the list of people knows all, guests and citizens know nobody",
        arguments: Engine.all)
    func names(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.addUnit("H40-A", "Phòng A")
            let officer = try await town.person("can.bo", .officer, name: "Người thứ nhất")
            let other = try await town.identity.createPerson(
                login: "so.khac", name: "Người sở khác", roles: [.officer], organisation: ID("H40-A"))
            let (both, unknown): (Set<ID<Person>>, ID<Person>) = ([officer, other], ID("nobody"))
            func known(to reader: Person?) async throws -> [String] {
                try await town.identity.names(of: both.union([unknown]), for: reader).values.sorted()
            }
            let me = try await town.person("toi", .officer)
            #expect(try await known(to: Self.reader(me, .officer)) == ["Người thứ nhất"])
            #expect(try await known(to: Self.reader(me, .departmentLead)) == ["Người sở khác", "Người thứ nhất"])
            #expect(try await known(to: Self.reader(other, .officer, at: "H40-A")) == ["Người sở khác"])
            #expect(try await known(to: Self.reader(me, .officer, guestOf: "H23")) == [])
            #expect(try await known(to: Self.reader(me, .citizen, at: nil)) == [])
            #expect(try await known(to: nil) == [])
        }
    }
}
