import House
@testable import Incidents
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@Suite("Doors for programs, and both tongues")
struct ProgramTests {
    static let body: JSON = [
        "title": "Thư giả mạo", "kind": "phishing", "summary": "Đã chặn", "operator": "Bệnh viện Mẫu",
        "detected": "2020-11-09T00:00:00Z",
        "present": "unhandled", "detections": ["log", "ids"], "notified": ["coordinator"],
        "reporter-name": "Người Báo Mẫu",
        "reporter-address": "1 phố Mẫu", "reporter-phone": "0912345678", "reporter-email": "bao@mau.gov.vn",
        "contact-name": "Người Liên Hệ Mẫu", "contact-position": "Trưởng phòng", "contact-phone": "0228999888",
        "contact-email": "lienhe@mau.gov.vn", "tlp": "TLP:AMBER", "to": "cluster",
    ]

    func send(_ body: [UInt8], _ world: World) async -> Response {
        let page = await world.site.respond(to: Request(.get, "/incidents/new", headers: ["cookie": "who=handler"]))
        let token = page.text.firstMatch(of: /name="csrf" value="([^"]+)"/).map { String($0.1) } ?? ""
        return await world.site.respond(
            to: Request(
                .post, "/incidents.json",
                headers: ["cookie": "who=handler", "content-type": "application/json", "x-csrf-token": token],
                body: body))
    }

    @Test("A report comes in as JSON and is listed, without its contacts", arguments: Engine.all)
    func create(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            let answer = await send(Self.body.encoded(), world)
            #expect(answer.status == 201, "\(answer.text)")
            let id = try #require(try JSONDocument(answer.bytes ?? []).root["id"]?.string)
            #expect(answer.headers["location"] == "/incidents/\(id)")
            let list = await world.site.respond(
                to: Request(.get, "/incidents.json", headers: ["cookie": "who=colleague"]))
            let first = try #require(try JSONDocument(list.bytes ?? []).root["incidents"]?[0])
            #expect(first["title"]?.string == "Thư giả mạo")
            #expect(first["detected"]?.string == "2020-11-09T00:00:00.000Z")
            #expect(!list.text.contains("0912345678") && !list.text.contains("Người Báo Mẫu"))
        }
    }

    @Test("What is missing or broken is told as problem+json", arguments: Engine.all)
    func refused(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            var gaps = Self.body
            gaps["operator"] = nil
            let answer = await send(gaps.encoded(), world)
            #expect(answer.status == 422)
            #expect(answer.text.contains("operator"))
            #expect(await send(Array("{\"title\":\"a\",\"title\":\"b\"}".utf8), world).status == 400)
            let kinds = try await world.ledger().kinds
            #expect(kinds.isEmpty)
        }
    }

    @Test("Every page is whole in both tongues", arguments: Language.allCases)
    func pages(language: Language) async throws {
        try await World.open(on: .sqlite) { world in
            let id = try await world.incidents.report(.sample, by: Cast.handler)
            try await world.incidents.share(id, SharedVersion(title: "Thư giả mạo", text: "Đã chặn"), by: Cast.handler)
            let draft = try await world.incidents.keep(InitialReport(), by: Cast.handler)
            let visitor = world.visitor(Cast.handler)
            for path in [
                "", "/new", "/\(id)", "/\(id)?done=reported", "/\(id)/share", "/\(id)/audience", "/\(id)/state",
                "/\(id)/contact",
                "/\(draft)", "/\(draft)/edit", "/\(draft)/share",
            ] {
                let mark = path.contains("?") ? "&" : "?"
                await visitor.get("/incidents\(path)\(mark)lang=\(language)").expect(
                    200, shows: "<html lang=\"\(language)\">")
            }
        }
    }
}
