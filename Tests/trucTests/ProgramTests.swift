import Database
import Exchange
import Foundation
import House
import Identity
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import truc

/// The doors of the axis as a program meets them, with the key of a service account.
@Suite("programs on the axis", .serialized)
struct ProgramTests {
    private static let root = URL(filePath: #filePath).appending(path: "../../../").standardizedFileURL

    /// A program that calls a node with its key.
    private struct Program {
        let node: Node
        let key: String
        let id: String

        init(
            _ node: Node, of organisation: String = "H40", _ scopes: ServiceAccount.Scope..., by author: Person? = nil
        )
            async throws
        {
            self.node = node
            let made = try await node.identity.createService(
                name: "Phần mềm mẫu", purpose: "Ví dụ", organisation: ID(organisation), scopes: Set(scopes), by: author)
            (key, id) = (made.key, made.service.id.text)
        }

        func call(_ method: Web.Method, _ target: String, _ body: JSON? = nil) async -> Answered {
            await send(method, target, body?.encoded() ?? [])
        }

        func send(_ method: Web.Method, _ target: String, _ body: [UInt8]) async -> Answered {
            let request = Request(
                method, target,
                headers: [
                    "host": "truc.test", "authorization": "Bearer \(key)", "content-type": "application/json",
                ], body: body)
            return Answered(response: await node.site.respond(to: request))
        }

        func json(_ method: Web.Method, _ target: String, _ body: JSON? = nil) async throws -> JSONValue {
            try JSONDocument(Array(await call(method, target, body).text.utf8)).root
        }
    }

    private static func document() throws -> String {
        try String(contentsOf: root.appending(path: "Demo/axis/units.openapi.yaml"), encoding: .utf8)
    }

    private static func registration(_ code: String = "units", of organisation: String = "H40") throws -> JSON {
        [
            "organisation": .string(organisation), "code": .string(code), "data-class": "open", "contact": "Mẫu",
            "name": ["vi": "Đơn vị"], "document": .string(try document()),
        ]
    }

    private static func run(_ body: @escaping @Sendable (Node, TestCluster) async throws -> Void) async throws {
        try await TestCluster.run(Array(DemoNode.all.prefix(1))) { cluster in
            try await body(try cluster["H40"], cluster)
        }
    }

    private static func facts(_ node: Node, _ kind: String) async throws -> [String] {
        try await node.database.read { tx in
            try tx.rows("SELECT content FROM ledger_fact WHERE kind = \(kind) ORDER BY id").map { row in
                String(decoding: try row.get("content", as: [UInt8].self), as: UTF8.self)
            }
        }
    }

    // MARK: The guide

    /// The commands of the guide, each with its method, path and body.
    private static func commands() throws -> [(method: Web.Method, path: String, body: String?)] {
        let guide = try String(contentsOf: root.appending(path: "docs/programs.md"), encoding: .utf8)
        return try guide.components(separatedBy: "```sh\n").dropFirst().map { part in
            let command = try #require(part.components(separatedBy: "\n```").first)
            #expect(command.contains("-H \"Authorization: Bearer $KEY\""))
            let path = try #require(command.firstMatch(of: /"\$NODE([^"]+)"/)?.1)
            let method = command.firstMatch(of: /-X ([A-Z]+)/).flatMap { Web.Method(rawValue: String($0.1)) } ?? .get
            let body = command.firstMatch(of: /jq -n[^']*'([^']+)'/).map { String($0.1) }
            #expect((body != nil) == command.hasSuffix("--json @-"))
            return (method, String(path), body)
        }
    }

    @Test("each command of the guide does what it says there, on the real doors and with the scopes that it names")
    func guide() async throws {
        try await Self.run { node, _ in
            let program = try await Program(node, .readAxis, .keepServices, .askForGrants)
            var names: [String: String] = [:]
            let document = JSON.string(try Self.document()).text
            for command in try Self.commands() {
                var path = command.path
                for (name, value) in names { path = path.replacing(name, with: value) }
                #expect(!path.contains("$"), "\(path)")
                let body = command.body?.replacing("$document", with: document) ?? ""
                let answer = await program.send(command.method, path, Array(body.utf8))
                #expect([200, 201].contains(answer.status), "\(command.method) \(path): \(answer.text)")
                let said = try JSONDocument(Array(answer.text.utf8)).root
                if path == "/exchange/services.json" {
                    names["$SERVICE"] = try said.requireString("service-id")
                    names["$VERSION"] = try said.requireString("id")
                }
                if path == "/exchange/grants.json", command.method == .post {
                    names["$GRANT"] = try said.requireString("id")
                }
            }
            #expect(names.count == 3)
            let guide = try String(contentsOf: Self.root.appending(path: "docs/programs.md"), encoding: .utf8)
            for scope in AxisScope.allCases { #expect(guide.contains("| `\(scope.rawValue)` |")) }
            let registered = try await Self.facts(node, "exchange.service-registered")
            #expect(registered.allSatisfy { $0.contains("\"by\":\"\(program.id)\"") } && registered.count == 1)
        }
    }

    // MARK: Which key opens which door

    @Test("every door that takes keys is listed with its scope, and opens to a key of that scope alone")
    func doors() async throws {
        try await Self.run { node, _ in
            let doors = node.site.table.filter { $0.about?.scopes.isEmpty == false }
            let found = Dictionary(
                uniqueKeysWithValues: doors.map { ("\($0.method.rawValue) \($0.pattern)", $0.about?.scopes.first) })
            #expect(found == AccessTable.programs.mapValues(\.rawValue))
            let programs = [
                AxisScope.read: try await Program(node, .readAxis), .services: try await Program(node, .keepServices),
                .ask: try await Program(node, .askForGrants), .keys: try await Program(node, .issueKeys),
            ]
            for door in doors {
                let path = door.pattern.split(separator: "/", omittingEmptySubsequences: false).map {
                    $0.hasPrefix("{") ? "0" : $0
                }.joined(separator: "/")
                let listed = AccessTable.programs["\(door.method.rawValue) \(door.pattern)"]
                for (scope, program) in programs {
                    let answer = await program.call(door.method, path)
                    let isOpen = answer.status != 401 && !answer.text.contains("\"code\":\"insufficient-scope\"")
                    #expect(isOpen == (scope == listed), "\(door.method) \(path) with \(scope): \(answer.text)")
                }
            }
        }
    }

    // MARK: What a program may not

    @Test("a program reaches its own organisation and what is below it, and nothing above or beside")
    func reach() async throws {
        try await Self.run { node, _ in
            let early = Day(daysSince1970: 10_000)
            let department = OrganisationRecord(
                id: ID("H40-A"), kind: .department, validFrom: early,
                names: [Dated(Phrase(name: "Sở mẫu"), from: early)], parents: [Dated(ID("H40"), from: early)])
            try await node.identity.save(department, by: nil)
            let unit = try await Program(node, of: "H40-A", .keepServices, .askForGrants)
            let whole = try await Program(node, .keepServices)
            await unit.call(.post, "/exchange/services.json", try Self.registration()).expect(
                403, shows: "\"code\":\"forbidden\"")
            await whole.call(.post, "/exchange/services.json", try Self.registration(of: "H23")).expect(403)
            let made = try await whole.json(
                .post, "/exchange/services.json", try Self.registration(of: "H40-A"))
            let service = try made.requireString("service-id")
            await unit.call(.patch, "/exchange/services/\(service)", ["contact": "Mới"]).expect(200)
            let own = try await whole.json(.post, "/exchange/services.json", try Self.registration("roads"))
            await unit.call(.patch, "/exchange/services/\(try own.requireString("service-id"))", ["contact": "Mới"])
                .expect(403)
            await unit.call(.delete, "/exchange/versions/\(try own.requireString("id"))").expect(403)
        }
    }

    @Test("a program opens no closed network, and refuses nobody's request by closing what it asks for")
    func people() async throws {
        try await Self.run { node, _ in
            let program = try await Program(node, .keepServices, .askForGrants)
            var closed = try Self.registration()
            closed["instances"] = [["address": "https://10.0.0.1/api"]]
            closed["allow-private"] = true
            await program.call(.post, "/exchange/services.json", closed).expect(403)
            let made = try await program.json(.post, "/exchange/services.json", try Self.registration())
            let version = try made.requireString("id")
            _ = try await program.json(
                .post, "/exchange/applications.json", ["organisation": "H40", "code": "portal", "name": "Cổng"])
            let asked = try await program.json(
                .post, "/exchange/grants.json",
                [
                    "application": "H40/portal", "service": "units/v1", "until": "2020-12-31", "purpose": "Tra cứu",
                    "legal-basis": "NĐ 47/2020",
                ])
            let grant = try asked.requireString("id")
            await program.call(.delete, "/exchange/versions/\(version)").expect(403)
            await program.call(.post, "/exchange/grants/\(grant)/decision", ["decision": "approve"]).expect(403)
            await program.call(.post, "/exchange/grants/\(grant)/withdrawal").expect(200)
            await program.call(.delete, "/exchange/versions/\(version)").expect(204)
        }
    }

    @Test("a mistake is told at its member: a word that nobody reads, what is not there, a name that nobody can read")
    func mistakes() async throws {
        try await Self.run { node, _ in
            let program = try await Program(node, .keepServices, .askForGrants)
            _ = try await program.json(.post, "/exchange/services.json", try Self.registration())
            func application(_ name: String) async -> Answered {
                await program.call(
                    .post, "/exchange/applications.json",
                    ["organisation": "H40", "code": "portal", "name": .string(name)])
            }
            for name in ["Cổng\u{202E}gpj", "Cổng\nhai", " \u{200B} ", ""] {
                await application(name).expect(422, shows: "\"field\":\"name\"")
            }
            var named = try Self.registration("roads")
            named["name"] = ["vi": "Đường\u{2066}"]
            await program.call(.post, "/exchange/services.json", named).expect(422, shows: "\"field\":\"name\"")
            await application("Cổng 👨‍👩‍👧").expect(201)
            let draft: JSON = [
                "application": "H40/portal", "service": "units/v1", "until": "2020-12-31", "purpose": "Tra cứu",
                "legal-basis": "NĐ 47/2020",
            ]
            for (member, value, code) in [
                ("field", "code", "exchange.unknown-member"), ("application", "H40/none", "invalid"),
                ("application", "X9/portal", "invalid"), ("service", "units/v9", "invalid"),
            ] {
                var wrong = draft
                wrong[member] = .string(value)
                await program.call(.post, "/exchange/grants.json", wrong).expect(
                    422, shows: "\"code\":\"\(code)\"", "\"field\":\"\(member)\"")
            }
            await program.call(.post, "/exchange/grants.json", draft).expect(201)
        }
    }

    @Test("keys of applications need a scope of their own: with one that asks, nobody becomes an application")
    func keys() async throws {
        try await Self.run { node, _ in
            let asks = try await Program(node, .askForGrants)
            let issues = try await Program(node, .issueKeys)
            let made = try await asks.json(
                .post, "/exchange/applications.json", ["organisation": "H40", "code": "portal", "name": "Cổng"])
            let id = try made.requireObject("application").requireString("id")
            #expect(try !made.requireString("key").isEmpty)
            await asks.call(.post, "/exchange/applications/\(id)/keys").expect(403, shows: "axis.keys")
            await issues.call(.post, "/exchange/applications/\(id)/keys").expect(201)
            let held = try await issues.json(.get, "/exchange/applications/\(id)/credentials")
            #expect(try held.requireElements("credentials").count == 2)
            await issues.call(.delete, "/exchange/applications/\(id)").expect(403, shows: "axis.ask")
            await asks.call(.delete, "/exchange/applications/\(id)").expect(204)
        }
    }

    /// Somebody who decides, and who keeps service accounts.
    private static func administrator(_ login: String, at node: Node) async throws -> Person {
        let account = try #require(try await node.identity.colleague(login))
        return Person(
            id: account.id, name: account.name, organisation: ID("H40"), roles: [.departmentLead, .unitAdministrator])
    }

    @Test("whoever made an account or renewed its key does not decide what it asked for; a page says who asked")
    func makers() async throws {
        try await Self.run { node, cluster in
            let maker = try await cluster.visitor(at: "H40", "lanh-dao", roles: [.departmentLead, .unitAdministrator])
            let other = try await cluster.visitor(at: "H40", "lanh-dao-2", roles: [.departmentLead])
            let renewer = try await cluster.visitor(
                at: "H40", "lanh-dao-3", roles: [.departmentLead, .unitAdministrator])
            let program = try await Program(
                node, .keepServices, .askForGrants, by: try await Self.administrator("lanh-dao", at: node))
            // Whoever renews a key has it in their hands.
            let account = ID<ServiceAccount>(program.id)
            let renewing = try await Self.administrator("lanh-dao-3", at: node)
            _ = try await node.identity.rotateKey(of: account, by: renewing)
            _ = try await program.json(.post, "/exchange/services.json", try Self.registration())
            _ = try await program.json(
                .post, "/exchange/applications.json", ["organisation": "H40", "code": "portal", "name": "Cổng"])
            let asked = try await program.json(
                .post, "/exchange/grants.json",
                [
                    "application": "H40/portal", "service": "units/v1", "until": "2020-12-31", "purpose": "Tra cứu",
                    "legal-basis": "NĐ 47/2020",
                ])
            let grant = try asked.requireString("id")
            let decide = "/exchange/grants/\(grant)/decide"
            await maker.get("/exchange/grants/\(grant)").expect(
                200, shows: "Phần mềm mẫu", "Phần mềm do bạn chịu trách nhiệm đã gửi", hides: [decide])
            await maker.get("/exchange/grants").expect(200, hides: ["Chờ bạn quyết định"])
            await maker.get(decide).expect(403)
            await other.get("/exchange/grants").expect(200, shows: "Chờ bạn quyết định")
            await other.get("/exchange/grants/\(grant)").expect(200, shows: decide, hides: ["chịu trách nhiệm"])
            let decision: Fields = ["decision": "refuse", "reason": "Chưa đủ căn cứ"]
            try await node.identity.endService(account, by: renewing)
            for own in [maker, renewer] { await own.post("/exchange/grants/\(grant)/decide", decision).expect(403) }
            await other.post("/exchange/grants/\(grant)/decide", decision).expect(
                redirectTo: "/exchange/grants/\(grant)")
        }
    }
}
