import Database
import House
import TestKit
import Testing
import Vocabulary

@testable import Identity

@Suite("Whose an OAuth client is")
struct OwnedClientTests {
    @Test("whoever registered it and administrators, while it is not revoked", arguments: Engine.all)
    func owned(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            func person(_ login: String, _ role: Role) async throws -> Person {
                Person(id: try await town.person(login, role), name: login, organisation: ID("H40"), roles: [role])
            }
            let (author, other) = (try await person("canbo.mau", .officer), try await person("canbo.hai", .officer))
            let boss = try await person("quantri.mau", .nodeAdministrator)
            var form = ClientForm()
            form.name = "Ứng dụng mẫu"
            form.actsAlone = true
            let client = try await town.identity.registerClient(form, by: author).client
            func owns(_ person: Person?, _ client: ID<Client>) async throws -> Bool {
                let at = town.clock.now()
                return try await town.database.read { try town.identity.owns(client, person, at: at, in: $0) }
            }
            for one in [author, boss, nil] { #expect(try await owns(one, client)) }
            #expect(try await !owns(other, client))
            for one in [boss, nil] { #expect(try await !owns(one, ID("nobody's"))) }
            try await town.identity.revokeClient(client, by: nil)
            for one in [author, nil] { #expect(try await !owns(one, client)) }
        }
    }
}
