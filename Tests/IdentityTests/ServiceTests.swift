import Database
import House
import TestKit
import Testing
import Vocabulary
import Web

@testable import Identity

@Suite("Service accounts")
struct ServiceTests {
    @Test("a key is shown once, kept as a digest, and rotated while the old one works on", arguments: Engine.all)
    func rotation(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let (service, old) = try await town.identity.createService(
                name: "Phần mềm mẫu", purpose: "Ví dụ", scopes: [.readPeople], by: nil)
            #expect(old.hasPrefix("truc-key-") && old.utf8.count == 52)
            let stored = try await town.database.read { tx in
                try tx.rows("SELECT digest FROM identity_service_key").map { try $0.get("digest", as: String.self) }
            }
            #expect(stored == [Token(old).digest])
            let new = try await town.identity.rotateKey(of: service.id, overlapDays: 7, by: nil)
            for key in [old, new] { #expect(try await town.identity.service(withKey: key)?.id == service.id) }
            await #expect(throws: Problem.conflict(.tooManyKeys)) {
                _ = try await town.identity.rotateKey(of: service.id, by: nil)
            }
            town.clock.advance(seconds: 7 * 86_400)
            #expect(try await town.identity.service(withKey: old) == nil)
            #expect(try await town.identity.service(withKey: new) != nil)
            town.clock.advance(seconds: 83 * 86_400)
            #expect(try await town.identity.service(withKey: new) == nil, "a key ends by itself")
        }
    }

    @Test("warnings come 30, 7 and 1 days before the end, once each, and stand on the page", arguments: Engine.all)
    func warnings(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.person("quantri.mau", .nodeAdministrator)
            _ = try await town.identity.createService(
                name: "Phần mềm mẫu", purpose: "Ví dụ", scopes: [.readPeople], days: 60, by: nil)
            var told: [Int] = []
            for _ in 0..<61 {
                try await town.identity.sweep()
                told.append(try await town.contents(of: "identity.service-key-ending").count)
                town.clock.advance(seconds: 86_400)
            }
            #expect([29, 30, 52, 53, 58, 59, 60].map { told[$0] } == [0, 1, 1, 2, 2, 3, 3])
            let visitor = await town.visitor("quantri.mau")
            await visitor.get("/identity/services").expect(200, shows: "Phần mềm mẫu", "Không còn khóa")
        }
    }

    @Test("what is ended or revoked opens nothing, at once", arguments: Engine.all)
    func ending(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let (service, key) = try await town.identity.createService(
                name: "Phần mềm mẫu", purpose: "Ví dụ", scopes: [.readPeople], by: nil)
            let second = try await town.identity.rotateKey(of: service.id, by: nil)
            let keys = try await town.database.read { try ServiceStore.keys(of: service.id, in: $0) }
            let first = try #require(keys.first { key.hasSuffix($0.hint) })
            try await town.identity.revokeKey(first.id, of: service.id, by: nil)
            #expect(try await town.identity.service(withKey: key) == nil)
            #expect(try await town.identity.service(withKey: second) != nil)
            try await town.identity.endService(service.id, by: nil)
            #expect(try await town.identity.service(withKey: second) == nil)
            #expect(try await town.identity.service(withKey: "truc-key-x") == nil)
        }
    }

    @Test("a person makes one on the page, hands out only what they may, and sees warnings", arguments: Engine.all)
    func pages(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.addUnit("H40-A", "Phòng A")
            try await town.identity.createPerson(
                login: "truong.phong", name: "Trưởng phòng mẫu", roles: [.unitAdministrator, .officer],
                phc: Town.quickPHC, organisation: ID("H40-A"))
            let visitor = await town.visitor("truong.phong")
            var fields: Fields = [
                "name": "Nhân sự", "purpose": "Đồng bộ cán bộ", "scope": "scim", "role": "officer", "days": "20",
                "organisation": "H40-A",
            ]
            let made = await visitor.post("/identity/services/new", fields).expect(200, shows: "truc-key-")
            let link = try #require(made.text.firstMatch(of: /(\/identity\/services\/[0-9a-f-]{36})/)?.1)
            await visitor.get(String(link)).expect(200, shows: "Nhân sự", "Đồng bộ cán bộ", hides: ["truc-key-"])
            await visitor.get("/identity/services").expect(200, shows: "sắp hết hạn")
            await visitor.post("\(link)/rotate", ["days": "90"]).expect(200, shows: "truc-key-")
            await visitor.post("\(link)/rotate", ["days": "0"]).expect(409)
            fields.add("role", "incident-handler")
            await visitor.post("/identity/services/new", fields).expect(403)
            await visitor.post("/identity/services/new", ["name": "", "purpose": "", "days": "5"]).expect(422)
            await visitor.post("\(link)/end").expect(redirectTo: "/identity/services")
            await visitor.get(String(link)).expect(200, shows: "Đã chấm dứt")
        }
    }
}
