import Database
import House
import Identity
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import Exchange

@Suite("Pages of services, applications and grants")
struct GrantPageTests {
    private func registration(_ document: [UInt8] = RegistryTown.document()) -> Fields {
        var fields: Fields = [
            "organisation": "T40", "code": "units", "name": "Đơn vị hành chính", "contact": "Phòng mẫu",
            "class": "open", "addresses": "https://units.example.vn/api", "about": "Danh mục xã, phường",
        ]
        fields.files["document"] = UploadedFile(name: "units.yaml", type: "application/yaml", bytes: document)
        return fields
    }

    private func limits(_ language: String) -> String {
        language == "vi"
            ? "2,5 lượt mỗi giây · 1.000 lượt mỗi ngày" : "2.5 calls a second · 1,000 calls a day"
    }

    @Test("a request walks from the catalogue to a decision and an end", arguments: ["vi", "en"])
    func walk(language: String) async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let (provider, consumer, user) = (
                town.visitor(town.provider), town.visitor(town.consumer), town.visitor(town.user)
            )
            let lang = "lang=\(language)"
            await provider.get("/exchange/services?\(lang)").expect(200)
            await provider.get("/exchange/services/new?\(lang)").expect(200, shows: "document")
            let service = try #require(await provider.post("/exchange/services/new", registration()).location)
            await provider.get("\(service)?\(lang)").expect(200, shows: "/units/v1", "https://units.example.vn:443/api")
            await consumer.get("\(service)?\(lang)").expect(200, hides: ["units.example.vn"])

            await user.post(
                "/exchange/applications/new", ["organisation": "K40", "code": "portal", "name": "Cổng mẫu"]
            ).expect(200, shows: "tk_")
            let application = try #require(try await town.exchange.allApplications().first)
            await user.get("/exchange/applications?\(lang)").expect(200, shows: "Cổng mẫu")
            await user.get("/exchange/applications/\(application.id)?\(lang)").expect(
                200, shows: "VN/GOV/K40/portal", hides: ["tk_"])

            let version = try #require(try await town.exchange.allVersions().first).version.id
            await consumer.get("/exchange/catalogue?q=don+vi&\(lang)").expect(
                200, shows: "/exchange/catalogue/units/v1")
            await consumer.get("/exchange/catalogue?q=khong+co&\(lang)").expect(
                200, hides: ["/exchange/catalogue/units"])
            await consumer.get("/exchange/catalogue/units/v1?\(lang)").expect(
                200, shows: "GET /units/{code}", "integer ≥ 1 ≤ 3",
                "curl --fail-with-body &#39;https://GATEWAY/units/v1/units?level=1&#39;",
                "code: string", "curl --fail-with-body &#39;https://GATEWAY/evidence/CALL&#39;", "/r1/VN/GOV/",
                "truc verify receipts.json --key '\(town.exchange.home.ledgerKey)'")
            await consumer.get("/exchange/catalogue/units/v1/openapi").expect(200, shows: "openapi: 3.1.0")
            await consumer.get("/exchange/grants/new?version=\(version)&\(lang)").expect(200, shows: "list-units")
            await consumer.post("/exchange/grants/new", ["version": version.text]).expect(422)
            let grant = try #require(
                await consumer.post(
                    "/exchange/grants/new",
                    [
                        "version": version.text, "application": application.id.text, "purpose": "Hiển thị địa chỉ",
                        "basis": "NĐ 47/2020/NĐ-CP", "operation": "get-unit", "fields": "code\nname",
                        "quota": "1.000", "until": "2021-06-30",
                    ]
                ).location)
            await consumer.get("\(grant)?\(lang)").expect(200, shows: "Hiển thị địa chỉ", "16/11/2020")
            await provider.get("/exchange/grants?\(lang)").expect(
                200, shows: language == "vi" ? "Chờ bạn quyết định" : "Waiting for you")
            await consumer.get("\(grant)/decide").expect(403)
            await provider.get("\(grant)/decide?\(lang)").expect(
                200, shows: "Hiển thị địa chỉ", (language == "vi" ? "Lý do" : "Reason") + "</label><p class=\"hint\"")
            await provider.post("\(grant)/decide", ["until": "2021-06-30"]).expect(422)
            await provider.post(
                "\(grant)/decide",
                [
                    "decision": "approve", "operation": "get-unit", "fields": "code", "rate": "2,5", "quota": "1000",
                    "until": "2021-03-31",
                ]
            ).expect(redirectTo: grant)
            await consumer.get("\(grant)?\(lang)").expect(200, shows: limits(language), "31/03/2021")
            await consumer.get("\(grant)/signed").expect(200, shows: #""state":"active""#, "signature")
            await provider.get("\(grant)/suspend?\(lang)").expect(
                200, shows: "2020-11-18", "\(application.name) → ")
            await provider.post("\(grant)/suspend", ["kind": "planned", "from": "2020-11-10", "reason": "Bảo trì"])
                .expect(422)
            await provider.post("\(grant)/suspend", ["kind": "security", "reason": "Lộ khóa"]).expect(redirectTo: grant)
            await consumer.get("\(grant)?\(lang)").expect(200, shows: "Lộ khóa")
            await provider.post("\(grant)/resume").expect(redirectTo: grant)
            await consumer.get("\(grant)/end?\(lang)").expect(200, shows: "\(application.name) → ")
            await consumer.post("\(grant)/end", ["reason": "Không cần nữa"]).expect(redirectTo: grant)
            await consumer.get("/exchange/grants?\(lang)").expect(200, shows: "Hiển thị địa chỉ")
        }
    }

    @Test("problems of a document come back in the form, each on its line")
    func flaws() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let broken = String(decoding: RegistryTown.document(), as: UTF8.self).replacing(
                "type: integer", with: "type: whole")
            await town.visitor(town.provider).post("/exchange/services/new?lang=vi", registration(Array(broken.utf8)))
                .expect(422, shows: "dòng 8", "/paths/~1units/get/parameters/0/schema/type")
        }
    }

    @Test("a wrong address is said at the field of addresses, spaces and empty lines around one do no harm")
    func addresses() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let provider = town.visitor(town.provider)
            var fields = registration()
            fields.remove("addresses")
            fields.add("addresses", "https://units.example.vn/api\r\nunits.example.vn")
            let file = try #require(registration().files["document"])
            fields.files["document"] = file
            await provider.post("/exchange/services/new", fields).expect(
                422, shows: "id=\"field-addresses-error\"")
            fields.remove("addresses")
            fields.add("addresses", "  https://units.example.vn/api \r\n\r\n")
            let service = try #require(await provider.post("/exchange/services/new", fields).location)
            await provider.get(service).expect(200, shows: "https://units.example.vn:443/api")
        }
    }

    @Test("what is missing in a form is said at once")
    func missing() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let (offered, _, _) = try await town.asked(["get-unit"])
            let form = "/exchange/grants/new"
            await town.visitor(town.consumer).post(form, ["version": offered.version.id.text]).expect(
                422, shows: "field-application-error", "field-purpose-error", "field-basis-error", "field-until-error")
            await town.visitor(town.provider).post("/exchange/services/new", [:]).expect(
                422, shows: "field-code-error", "field-name-error", "field-contact-error", "field-class-error",
                "field-document-error")
        }
    }

    @Test("a decision that somebody made meanwhile is told, though the form is no more")
    func decidedMeanwhile() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let (_, _, grant) = try await town.asked(["get-unit"])
            let provider = town.visitor(town.provider)
            try await town.exchange.refuseGrant(grant.id, because: "Chưa đủ", by: town.provider)
            await provider.post(
                "/exchange/grants/\(grant.id)/decide?lang=vi",
                ["decision": "approve", "operation": "get-unit", "until": "2021-01-01"]
            ).expect(409, shows: "Đề nghị này đã được xử lý.")
        }
    }

    @Test("what cannot be taken back asks first, and says what comes of it")
    func asking() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let made = try await town.exchange.addApplication("portal", named: "Cổng", of: ID("K40"), by: town.user)
            let page = await town.visitor(town.user).get("/exchange/applications/\(made.application.id)?lang=vi")
            page.expect(
                200, shows: "<details class=\"ask\"><summary class=\"btn danger\">Chấm dứt ứng dụng",
                "chấm dứt ngay, không khôi phục được")
        }
    }

    @Test("programs ask, decide and revoke by JSON")
    func api() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let (_, _, first) = try await town.asked()
            try await town.exchange.withdrawGrant(first.id, by: town.consumer)
            let (consumer, provider) = (
                town.visitor(town.consumer, isProgram: true), town.visitor(town.provider, isProgram: true)
            )
            await consumer.send(.get, "/exchange/catalogue.json").expect(200, shows: #""service":"units/v1""#)
            func send(_ visitor: Visitor, _ path: String, _ body: JSON) async -> Answered {
                await visitor.send(
                    .post, path, headers: ["content-type": "application/json"], body: body.encoded())
            }
            let asked = await send(
                consumer, "/exchange/grants.json",
                [
                    "application": "K40/portal", "service": "units/v1", "purpose": "Thử", "legal-basis": "NĐ 47/2020",
                    "until": "2021-01-31",
                ])
            asked.expect(201, shows: #""state":"waiting""#, #""until":"2021-01-31T17:00:00.000Z""#)
            let id = try JSONDocument(asked.text).root.requireString("id")
            await send(consumer, "/exchange/grants/\(id)/decision", ["decision": "approve"]).expect(403)
            await send(provider, "/exchange/grants/\(id)/decision", ["decision": "approve"]).expect(
                200, shows: #""state":"active""#)
            await send(consumer, "/exchange/grants/\(id)/revocation", ["reason": "Xong"]).expect(
                200, shows: #""state":"ended""#)
            await consumer.send(.get, "/exchange/grants.json").expect(200, hides: [id])
        }
    }

    @Test("an administrator enters the year's holidays")
    func holidays() async throws {
        try await RegistryTown.with(.sqlite) { town async throws in
            let administrator = town.visitor(town.administrator)
            await administrator.post(
                "/exchange/holidays", ["day": "2021-02-12", "name": "Tết Nguyên đán", "works": "no"]
            ).expect(redirectTo: "/exchange/holidays")
            await administrator.get("/exchange/holidays").expect(200, shows: "12/02/2021", "Tết Nguyên đán")
            let calendar = try await town.node.database.read { try HolidayStore.calendar(in: $0) }
            #expect(Day("2021-02-12").map { calendar.isWorked($0) } == false)
            await administrator.post("/exchange/holidays/2021-02-12/remove").expect(redirectTo: "/exchange/holidays")
            await town.visitor(town.provider).get("/exchange/holidays").expect(403)
        }
    }
}
