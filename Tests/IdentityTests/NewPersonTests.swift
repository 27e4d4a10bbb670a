import Database
import House
import TestKit
import Testing
import Vocabulary
import Web

@testable import Identity

@Suite("a new account and the privileged role that is asked for with it")
struct NewPersonTests {
    private static let fields: Fields = [
        "name": "Quản trị mới", "login": "quantri.moi", "role": "node-administrator",
    ]

    @Test("both are made or neither is", arguments: Engine.all)
    func together(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let id = try await town.person("quantri.mau", .nodeAdministrator)
            try await town.person("quantri.hai", .nodeAdministrator)
            let author = Person(id: id, name: "Quản trị mẫu", organisation: ID("H40"), roles: [.nodeAdministrator])
            var asked: [ID<AccessRequest>] = []
            for number in 0..<AccessRequest.waitingMax {
                let officer = try await town.person("canbo.\(number)", .officer)
                asked.append(
                    try await town.identity.ask(
                        .grant, for: officer, "auditor", reason: "Theo quyết định mẫu", by: author))
            }
            let visitor = await town.visitor("quantri.mau")
            await visitor.post("/identity/people/new", Self.fields).expect(409)
            #expect(try await town.count("identity_person WHERE login = 'quantri.moi'") == 0)
            #expect(try await town.contents(of: "identity.person-added").allSatisfy { !$0.contains("quantri.moi") })

            town.clock.advance(days: 8)
            await town.visitor("quantri.mau").post("/identity/people/new?lang=en", Self.fields).expect(
                200, shows: "/identity/set-password?token=")
            #expect(try await town.count("identity_person WHERE login = 'quantri.moi'") == 1)
            #expect(
                try await town.count("identity_membership WHERE role = 'node-administrator'") == 2, "it waits")
        }
    }

    @Test("why is kept as a code, and each reads it in their language", arguments: Engine.all)
    func reason(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.person("quantri.mau", .nodeAdministrator)
            try await town.person("quantri.hai", .nodeAdministrator)
            let officer = try await town.person("canbo.mau", .officer)
            let visitor = await town.visitor("quantri.mau")
            await visitor.post("/identity/people/new?lang=en", Self.fields).expect(200)
            await visitor.post("/identity/people/\(officer)/give-role?lang=en", ["role": "auditor"]).expect(303)
            #expect(try await town.count("identity_request WHERE reason = 'identity.given-privileged'") == 2)
            let second = await town.visitor("quantri.hai")
            for (language, words) in [
                ("vi", "Giao vai trò đặc quyền theo đề nghị"),
                ("en", "A privileged role, as asked by an administrator"),
            ] {
                await second.get("/identity/requests?lang=\(language)").expect(
                    200, shows: words, hides: ["identity.given-privileged"])
                await second.get("/identity/account?lang=\(language)").expect(
                    200, shows: words, hides: ["identity.given-privileged"])
            }
        }
    }

    @Test("what was kept in one language before is kept as the code", arguments: Engine.all)
    func before(engine: Engine) async throws {
        try await engine.withDatabase { database in
            let all = Identity.migrations
            try await database.migrate(Array(all.prefix { $0.name != "identity.25.request-reasons" }))
            let words = [
                "Giao vai trò đặc quyền theo đề nghị của quản trị viên",
                "A privileged role, as asked by an administrator", "Sự cố đang diễn ra",
            ]
            try await database.write { tx in
                let account = Account(
                    id: ID("p"), login: "p", name: "Cán bộ mẫu", email: nil, state: .active,
                    createdAt: Instant(milliseconds: 0))
                try PeopleStore.insert(account, in: tx)
                for (number, reason) in words.enumerated() {
                    let id = "\(number)"
                    try tx.execute(
                        """
                        INSERT INTO identity_request (id, kind, subject, object, reason, asked_by, asked_at, state)
                        VALUES (\(id), 'grant', 'p', 'auditor', \(reason), 'q', 0, 'waiting')
                        """)
                    try tx.execute(
                        """
                        INSERT INTO identity_membership (id, person, organisation, role, valid_from, reason)
                        VALUES (\(id), 'p', 'H40', 'auditor', 0, \(reason))
                        """)
                }
            }
            try await database.migrate(all)
            for table in ["identity_request", "identity_membership"] {
                let kept = try await database.read { tx in
                    try tx.rows("SELECT reason FROM \(SQL(name: table)) ORDER BY id").map {
                        try $0.get("reason", as: String.self)
                    }
                }
                #expect(kept == [AccessRequest.givenPrivileged, AccessRequest.givenPrivileged, words[2]])
            }
        }
    }
}
