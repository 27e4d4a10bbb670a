import Database
import House
import Scim
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import Identity

/// A directory that speaks SCIM with a key of its own.
struct Directory: Sendable {
    let town: Town
    let key: String
    let service: ServiceAccount

    init(
        _ town: Town, organisation: ID<Organisation>? = nil, scopes: Set<ServiceAccount.Scope> = [.writePeople],
        roles: Set<Role> = [.officer]
    ) async throws {
        self.town = town
        (service, key) = try await town.identity.createService(
            name: "Thư mục mẫu", purpose: "Ví dụ", organisation: organisation, scopes: scopes, roles: roles, by: nil)
    }

    @discardableResult
    func call(
        _ method: Web.Method, _ path: String, _ body: String = "", headers: Headers = [:]
    ) async throws -> (status: Int, json: JSONValue?, response: Response) {
        var headers = headers
        headers["authorization"] = "Bearer \(key)"
        headers["content-type"] = "application/scim+json"
        headers["host"] = "truc.test"
        let response = await town.site.respond(
            to: Request(method, "/scim/v2\(path)", headers: headers, body: Array(body.utf8)))
        let bytes = response.bytes ?? []
        return (response.status, bytes.isEmpty ? nil : try JSONDocument(bytes).root, response)
    }

    func add(_ login: String, _ more: String = "") async throws -> String {
        let answer = try await call(
            .post, "/Users",
            "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],\"userName\":\"\(login)\"\(more)}")
        #expect(answer.status == 201, "\(answer.response.text)")
        return try #require(answer.json?["id"]?.string)
    }

    func reach() async throws -> ScimReach {
        let caller = ScimCaller(service: service, base: "https://truc.test/scim/v2", at: town.clock.now())
        return ScimReach(caller, try await town.identity.organisations())
    }
}

@Suite("SCIM over the tables")
struct ScimTests {
    /// One truth in two places: what the database finds and what a document says of itself.
    @Test("a filter in SQL finds exactly those whose documents match", arguments: Engine.all)
    func sameAnswer(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let directory = try await Directory(town)
            var seeds = SystemRandomNumberGenerator()
            let words = ["An", "an", "Đỗ", "đỗ", "x%y", "Phòng_1", "", "B'"]
            for number in 0..<40 {
                var more = ""
                func maybe(_ name: String, _ make: (String) -> String) {
                    let word = words.randomElement(using: &seeds) ?? ""
                    if Bool.random(using: &seeds), !word.isEmpty { more += ",\"\(name)\":\(make(word))" }
                }
                maybe("title") { "\"\($0)\"" }
                maybe("displayName") { "\"\($0)\"" }
                maybe("externalId") { "\"\($0)\"" }
                maybe("active") { _ in Bool.random(using: &seeds) ? "true" : "false" }
                maybe("name") { "{\"familyName\":\"\($0)\"}" }
                maybe("emails") { _ in
                    "[{\"value\":\"a\(number % 3)@w.vn\",\"type\":\"work\",\"primary\":true},{\"value\":\"b@h.vn\"}]"
                }
                maybe("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User") { "{\"employeeNumber\":\"\($0)\"}" }
                _ = try await directory.add("nguoi.\(number)", more)
            }
            let reach = try await directory.reach()
            let everybody = try await town.database.read { tx in
                var query = ScimQuery()
                query.count = 200
                return try UserStore(reach: reach, tx: tx).list(query).documents
            }
            #expect(everybody.count == 40)
            for _ in 0..<150 {
                let text = Self.filter(words, depth: 3, &seeds)
                let filter = try ScimFilter(text, in: .user)
                var query = ScimQuery()
                (query.filter, query.count) = (text, 200)
                let asked = query
                let found = try await town.database.read { tx in
                    try UserStore(reach: reach, tx: tx).list(asked).documents.map(\.id)
                }
                #expect(Set(found) == Set(everybody.filter { filter.matches($0) }.map(\.id)), "\(text)")
            }
        }
    }

    static func filter(_ words: [String], depth: Int, _ seeds: inout SystemRandomNumberGenerator) -> String {
        let choice = Int.random(in: 0..<(depth > 0 ? 8 : 5), using: &seeds)
        let word = words.randomElement(using: &seeds) ?? ""
        let verb = ["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"].randomElement(using: &seeds) ?? "eq"
        let name =
            [
                "userName", "title", "displayName", "externalId", "name.familyName", "emails", "emails.type",
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber",
            ].randomElement(using: &seeds) ?? "title"
        switch choice {
        case 0, 1: return "\(name) \(verb) \"\(word)\""
        case 2: return "\(name) pr"
        case 3:
            return ["active eq true", "active ne true", "name pr", "emails.primary eq false"].randomElement(
                using: &seeds) ?? ""
        case 4: return "emails[type eq \"work\" and not (value sw \"a1\")]"
        case 5: return "not (\(filter(words, depth: depth - 1, &seeds)))"
        case 6:
            return "(\(filter(words, depth: depth - 1, &seeds)) and \(filter(words, depth: depth - 1, &seeds)))"
        default: return "(\(filter(words, depth: depth - 1, &seeds)) or \(filter(words, depth: depth - 1, &seeds)))"
        }
    }

    @Test("a client sees and changes its own subtree alone", arguments: Engine.all)
    func subtree(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.addUnit("H40-CNTT", "Phòng Công nghệ thông tin")
            let (whole, unit) = (
                try await Directory(town), try await Directory(town, organisation: ID("H40-CNTT"), roles: [.officer])
            )
            let above = try await whole.add("o.so")
            let below = try await unit.add("o.phong")
            #expect(try await unit.call(.get, "/Users/\(above)").status == 404)
            #expect(try await unit.call(.delete, "/Users/\(above)").status == 404)
            #expect(try await unit.call(.get, "/Users").json?["totalResults"]?.integer == 1)
            #expect(try await whole.call(.get, "/Users/\(below)").status == 200)
            let operation = #"{"op":"add","path":"members","value":[{"value":"\#(below)"}]}"#
            let patch = "{\"schemas\":[\"\(ScimPatch.schema)\"],\"Operations\":[\(operation)]}"
            #expect(try await unit.call(.patch, "/Groups/officer@H40", patch).status == 404)
            #expect(try await unit.call(.patch, "/Groups/auditor@H40-CNTT", patch).status == 403)
            #expect(try await unit.call(.patch, "/Groups/officer@H40-CNTT", patch).status == 200)
            let held = try await town.database.read { try PeopleStore.memberships(of: ID(below), in: $0) }
            #expect(held.map(\.role) == [.officer])
        }
    }

    @Test("a program cannot become an administrator by way of one", arguments: Engine.all)
    func administrators(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let boss = try await town.person("quantri.mau", .nodeAdministrator)
            let directory = try await Directory(town)
            for operation in [
                #"{"op":"replace","path":"userName","value":"ke.gian"}"#,
                #"{"op":"add","path":"emails","value":[{"value":"x@evil.example","primary":true}]}"#,
            ] {
                let answer = try await directory.call(
                    .patch, "/Users/\(boss)", "{\"schemas\":[\"\(ScimPatch.schema)\"],\"Operations\":[\(operation)]}")
                #expect(answer.status == 403, "\(answer.response.text)")
            }
            #expect(try await directory.call(.delete, "/Users/\(boss)").status == 403)
            await #expect(throws: Problem.invalid(["role": .roleIsPrivileged])) {
                _ = try await Directory(town, roles: [.nodeAdministrator])
            }
        }
    }

    @Test("what is written over SCIM ends sessions and leaves facts with the program's id", arguments: Engine.all)
    func effects(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let person = try await town.person("canbo.mau", .officer)
            let directory = try await Directory(town)
            let browser = try await town.full(from: Browser(address: "192.0.2.1"))
            let off = #"{"op":"replace","path":"active","value":false}"#
            #expect(try await town.person(of: browser) != nil)
            try await directory.call(
                .patch, "/Users/\(person)", "{\"schemas\":[\"\(ScimPatch.schema)\"],\"Operations\":[\(off)]}")
            #expect(try await town.person(of: browser) == nil)
            let facts = try await town.contents(of: "identity.person-suspended")
            #expect(facts.count == 1 && facts[0].contains(directory.service.id.text))
            try await directory.call(.get, "/Users/\(person)")
            #expect(try await town.contents(of: "identity.person-read").last?.contains("scim") == true)
        }
    }

    /// Leaving out is the mask of a program: a masked address would be taken for an address, and written back.
    @Test(
        "a client reads addresses and numbers when its grant says so, and cannot ask about them otherwise",
        arguments: Engine.all)
    func contacts(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let extra = """
                ,"emails":[{"value":"canbo.mau@vi-du.vn"}],"phoneNumbers":[{"value":"0912000111"}],\
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"employeeNumber":"NV-0042"}
                """
            let person = try await Directory(town).add("canbo.mau", extra)
            let reader = try await Directory(town, scopes: [.readPeople])
            let secrets = ["canbo.mau@vi-du.vn", "0912000111", "NV-0042"]
            for path in ["/Users/\(person)", "/Users", "/Users?attributes=emails,phoneNumbers"] {
                let seen = try await reader.call(.get, path)
                #expect(seen.status == 200)
                for secret in secrets { #expect(!seen.response.text.contains(secret), "\(path)") }
            }
            let asking = [
                "filter=emails%20co%20%22canbo%22", "filter=emails%20pr", "filter=phoneNumbers.value%20sw%20%2209%22",
                "filter=emails%5Bvalue%20co%20%22canbo%22%5D", "sortBy=emails.value",
                "filter=urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber%20eq%20%22NV-0042%22",
            ]
            for query in asking { #expect(try await reader.call(.get, "/Users?\(query)").status == 400, "\(query)") }
            let trusted = try await Directory(town, scopes: [.readPeople, .readContacts])
            let all = try await trusted.call(.get, "/Users/\(person)")
            for secret in secrets { #expect(all.response.text.contains(secret)) }
            #expect(try await town.contents(of: "identity.person-read").last?.contains("Ví dụ") == true)
            #expect(try await trusted.call(.get, "/Users?\(asking[0])").json?["totalResults"]?.integer == 1)
            #expect(try await trusted.call(.delete, "/Users/\(person)").status == 403)
        }
    }

    @Test(
        "a method that an address does not take is 405 and names those it takes, to anybody", arguments: [Engine.sqlite]
    )
    func methods(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let directory = try await Directory(town)
            for (method, path, allow) in [
                (Web.Method.put, "/Users", "GET, POST"), (.post, "/Users/1", "DELETE, GET, PATCH, PUT"),
                (.delete, "/Schemas", "GET"), (.get, "/Bulk", "POST"), (.patch, "/Groups/.search", "POST"),
            ] {
                let answer = try await directory.call(method, path, method == .get ? "" : "{}")
                #expect(answer.status == 405 && answer.response.headers["allow"] == allow, "\(method) \(path)")
                #expect(answer.json?["schemas"]?.elements?.first?.string == ScimError.schema)
                let stranger = await town.site.respond(to: Request(method, "/scim/v2\(path)"))
                #expect(stranger.status == 405 && stranger.headers["allow"] == allow)
            }
            #expect(try await directory.call(.head, "/Users").status == 200)
            #expect(try await directory.call(.put, "/Nothing").status == 404)
        }
    }

    @Test(
        "a unit's directory changes nobody who holds anything outside of the unit, the node's changes everybody",
        arguments: Engine.all)
    func reach(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let cellar = ID<Organisation>("H40-CNTT")
            try await town.addUnit(cellar.text, "Phòng Công nghệ thông tin")
            let (boss, lead) = (try await town.person("quantri.mau"), try await town.person("lanhdao.mau"))
            for person in [boss, lead] { try await town.identity.place(person, in: cellar, by: nil) }
            try await town.identity.giveRole(.nodeAdministrator, to: boss, by: nil)
            try await town.identity.giveRole(.departmentLead, to: lead, by: nil)
            let (whole, unit) = (try await Directory(town), try await Directory(town, organisation: cellar))
            let own = try await unit.add("canbo.mau")
            func patch(_ operation: String) -> String {
                "{\"schemas\":[\"\(ScimPatch.schema)\"],\"Operations\":[\(operation)]}"
            }
            let off = patch(#"{"op":"replace","path":"active","value":false}"#)
            let title = patch(#"{"op":"replace","path":"title","value":"Phó phòng"}"#)
            let mail = patch(#"{"op":"add","path":"emails","value":[{"value":"x@evil.example"}]}"#)
            for person in [boss, lead] {
                for body in [off, title, mail] {
                    let answer = try await unit.call(.patch, "/Users/\(person)", body)
                    #expect(answer.status == 403, "\(answer.response.text)")
                }
                #expect(try await unit.call(.delete, "/Users/\(person)").status == 403)
            }
            #expect(try await town.account(lead)?.state == .active)
            #expect(try await unit.call(.patch, "/Users/\(own)", title).status == 200)
            #expect(try await unit.call(.delete, "/Users/\(own)").status == 204)
            for person in [boss, lead] {
                #expect(try await whole.call(.patch, "/Users/\(person)", title).status == 200)
            }
            #expect(try await whole.call(.delete, "/Users/\(lead)").status == 204)
        }
    }

    @Test("a province of a hundred units has its groups in one answer", arguments: Engine.all)
    func manyGroups(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            for number in 1...120 { try await town.addUnit("H40-\(number)", "Xã \(number)") }
            let directory = try await Directory(town)
            let answer = try await directory.call(.get, "/Groups?count=200")
            let total = try #require(answer.json?["totalResults"]?.integer, "\(answer.response.text)")
            #expect(total > 600)
            let filter = "filter=displayName%20sw%20%22c%C3%A1n%20b%E1%BB%99%22&sortBy=displayName"
            #expect(try await directory.call(.get, "/Groups?\(filter)").json?["totalResults"]?.integer ?? 0 >= 121)
            let one = try await directory.call(.get, "/Groups/officer@H40-77")
            #expect(one.json?["displayName"]?.string == "Cán bộ – Xã 77", "\(one.response.text)")
        }
    }

    @Test("what a bulk makes is named where it is needed, whatever the order; what needs itself is refused")
    func bulk() async throws {
        try await Town.open(on: .sqlite) { town in
            let directory = try await Directory(town)
            func make(_ name: String, _ needs: String...) -> String {
                let members = needs.map { "{\"value\":\"bulkId:\($0)\"}" }.joined(separator: ",")
                let schema = "urn:ietf:params:scim:schemas:core:2.0:\(needs.isEmpty ? "User" : "Group")"
                let data = needs.isEmpty ? "\"userName\":\"\(name)\"" : "\"displayName\":\"a\",\"members\":[\(members)]"
                let path = needs.isEmpty ? "Users" : "Groups"
                return """
                    {"method":"POST","path":"/\(path)","bulkId":"\(name)","data":{"schemas":["\(schema)"],\(data)}}
                    """
            }
            let schema = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
            let operations = [
                make("nhom", "can.bo", "lanh.dao"), make("lanh.dao"), make("can.bo"), make("vong", "vong"),
            ]
            let answer = try await directory.call(
                .post, "/Bulk", "{\"schemas\":[\"\(schema)\"],\"Operations\":[\(operations.joined(separator: ","))]}")
            let said = (answer.json?["Operations"]?.elements ?? []).map { $0["status"]?.string }
            #expect(said == ["201", "201", "201", "409"], "\(answer.response.text)")
        }
    }

    @Test("an address says what it takes, and nobody is called .search")
    func methods() async throws {
        try await Town.open(on: .sqlite) { town in
            for (path, taken) in [
                ("/Users", "GET, HEAD, POST"), ("/Users/x", "DELETE, GET, HEAD, PATCH, PUT"),
                ("/Users/.search", "POST"), ("/.search", "POST"), ("/Bulk", "POST"), ("/Schemas", "GET, HEAD"),
            ] {
                let answer = await town.site.respond(
                    to: Request(.options, Identity.scimBase + path, headers: ["host": "truc.test"]))
                #expect(answer.status == 405 && answer.headers["allow"] == taken, "\(path)")
            }
        }
    }
}
