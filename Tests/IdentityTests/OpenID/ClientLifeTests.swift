import Database
import House
import JOSE
import StrictJSON
import TestKit
import Testing
import Vocabulary
import Web

@testable import Identity

@Suite("what changes about a client while it is registered")
struct ClientLifeTests {
    private static let service = {
        var form = ClientForm()
        (form.name, form.actsAlone, form.scopes) = ("Dịch vụ mẫu", true, ["records.read"])
        return form
    }()

    private static func ownToken(_ client: Relying, certificate: String? = nil) async throws -> Int {
        await client.post("/identity/oauth/token", ["grant_type": "client_credentials"], certificate: certificate)
            .status
    }

    @Test("a secret ends on its day, after warnings 30, 7 and 1 days before", arguments: Engine.all)
    func ends(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.person("quantri.mau", .nodeAdministrator)
            let form = Self.service
            await #expect(throws: Problem.invalid(["days": .secretDaysAreWrong])) {
                try await town.identity.registerClient(form, days: 732, by: nil)
            }
            let made = try await town.identity.registerClient(form, days: 60, by: nil)
            #expect(made.until == town.clock.now().adding(days: 60))
            let client = Relying(town: town, id: made.client.text, secret: made.secret)
            var told: [Int] = []
            for day in 1...59 {
                town.clock.advance(days: 1)
                guard [29, 30, 31, 53, 59].contains(day) else { continue }
                try await town.identity.sweep()
                try await town.identity.sweep()
                let count = try await town.contents(of: "identity.client-secret-ending").count
                if count > told.count { told.append(60 - day) }
            }
            #expect(told == [30, 7, 1])
            #expect(try await Self.ownToken(client) == 200)
            await town.visitor("quantri.mau").get("/identity/account").expect(200, shows: "Dịch vụ mẫu", "hết hạn ngày")
            town.clock.advance(days: 1)
            #expect(try await Self.ownToken(client) == 401)
            // A new one, and the ended one does not come back with it.
            let next = try await town.identity.rotateClientSecret(made.client, days: 30, overlapDays: 7, by: nil)
            #expect(try await Self.ownToken(Relying(town: town, id: client.id, secret: next.secret)) == 200)
            #expect(try await Self.ownToken(client) == 401)
        }
    }

    @Test("two secrets hold at once for as long as was said", arguments: Engine.all)
    func overlap(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let old = try await Relying.service(town)
            let made = try await town.identity.rotateClientSecret(ID(old.id), overlapDays: 7, by: nil)
            let new = Relying(town: town, id: old.id, secret: made.secret)
            town.clock.advance(days: 6)
            #expect(try await Self.ownToken(old) == 200)
            #expect(try await Self.ownToken(new) == 200)
            town.clock.advance(days: 1)
            #expect(try await Self.ownToken(old) == 401)
            #expect(try await Self.ownToken(new) == 200)
            await #expect(throws: Problem.invalid(["overlap": .overlapIsWrong])) {
                try await town.identity.rotateClientSecret(ID(old.id), overlapDays: 31, by: nil)
            }
        }
    }

    @Test("a certificate is replaced without a pause, and the old one ends", arguments: Engine.all)
    func certificates(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            let (mine, next, theirs) = (
                Base64.encodeURL(Array(repeating: 1, count: 32)), Base64.encodeURL(Array(repeating: 2, count: 32)),
                Base64.encodeURL(Array(repeating: 3, count: 32))
            )
            let client = try await Relying.service(town) { $0.certificate = mine }
            let id = ID<Client>(client.id)
            await #expect(throws: Problem.invalid(["certificate": .certificateIsTheSame])) {
                try await town.identity.rotateClientCertificate(id, to: mine, by: nil)
            }
            try await town.identity.rotateClientCertificate(id, to: next, overlapDays: 2, by: nil)
            for (certificate, status) in [(mine, 200), (next, 200), (theirs, 401)] {
                #expect(try await Self.ownToken(client, certificate: certificate) == status)
            }
            // A token is bound to the certificate with which it was asked for.
            let token = try await client.ownToken(certificate: mine)
            #expect(try await town.identity.introspect(token, certificateThumbprint: next) == nil)
            #expect(try await town.identity.introspect(token, certificateThumbprint: mine) != nil)
            town.clock.advance(days: 2)
            #expect(try await Self.ownToken(client, certificate: mine) == 401)
            #expect(try await Self.ownToken(client, certificate: next) == 200)
            #expect(try await town.facts().contains("identity.client-certificate-rotated"))
        }
    }

    @Test("people read what for, in their language, and are asked anew when it is another", arguments: Engine.all)
    func purpose(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.person("canbo.mau", .officer)
            let app = try await Relying.register(town) { form in
                (form.asksConsent, form.nameEn) = (true, "Sample application")
                form.purpose = Client.Purpose(vi: "Nhận hồ sơ trực tuyến", en: "To take applications online")
            }
            let visitor = await town.visitor("canbo.mau")
            let way = app.authorize()
            let consent = try #require(await visitor.get(way).location)
            await visitor.get(consent).expect(200, shows: "Ứng dụng mẫu", "Nhận hồ sơ trực tuyến")
            await visitor.get(consent + "&lang=en").expect(
                200, shows: "Sample application", "To take applications online", hides: ["Nhận hồ sơ"])
            let fields = try URLEncoded.parse(Array(consent.drop { $0 != "?" }.dropFirst().utf8))
            var answer = fields
            answer.add("answer", "yes")
            await visitor.post("/identity/oauth/consent", answer).expect(200)
            #expect(Relying.answer(await visitor.get(way)) != nil, "agreed")
            await visitor.get("/identity/account/applications?lang=vi").expect(200, shows: "Nhận hồ sơ trực tuyến")
            try await town.identity.editClient(ID(app.id), by: nil) { $0.name = "Tên mới" }
            #expect(Relying.answer(await visitor.get(way)) != nil, "another name is the same purpose")
            try await town.identity.editClient(ID(app.id), by: nil) { $0.purpose.vi = "Gửi thông báo" }
            let again = await visitor.get(way)
            #expect(again.location?.hasPrefix("/identity/oauth/consent") == true)
            await visitor.get(try #require(again.location)).expect(200, shows: "Tên mới", "Gửi thông báo")
            #expect(try await town.contents(of: "identity.client-edited").last?.contains("\"asked-anew\":1") == true)
        }
    }

    @Test("whoever agrees to a purpose that was changed while they read is asked anew", arguments: Engine.all)
    func changedWhileReading(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.person("canbo.mau", .officer)
            let app = try await Relying.register(town) { $0.asksConsent = true }
            let visitor = await town.visitor("canbo.mau")
            let way = try #require(await visitor.get(app.authorize()).location)
            var answer = try URLEncoded.parse(Array(way.drop { $0 != "?" }.dropFirst().utf8))
            let page = await visitor.get(way)
            let mark = try #require(try await town.identity.registeredClients().first).purpose.mark
            page.expect(200, shows: "name=\"purpose-seen\" value=\"\(mark)\"")
            answer.add("purpose-seen", mark)
            answer.add("answer", "yes")
            try await town.identity.editClient(ID(app.id), by: nil) { $0.purpose.vi = "Gửi thông báo" }
            let asked = await visitor.post("/identity/oauth/consent", answer)
            let again = try #require(asked.location)
            #expect(again.hasPrefix("/identity/oauth/consent?") && !again.contains("purpose-seen"))
            #expect(try await town.count("identity_openid_consent") == 0)
            await visitor.get(again).expect(200, shows: "Gửi thông báo")
        }
    }

    @Test("another purpose ends what the application may do while people are away", arguments: Engine.all)
    func endedByPurpose(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.person("canbo.mau", .officer)
            let app = try await Relying.register(town) { form in
                form.asksConsent = true
                form.purpose = Client.Purpose(vi: "Nhận hồ sơ trực tuyến", en: "To take applications online")
            }
            let visitor = await town.visitor("canbo.mau")
            let consent = try #require(await visitor.get(app.authorize()).location)
            var agreed = try URLEncoded.parse(Array(consent.drop { $0 != "?" }.dropFirst().utf8))
            agreed.add("answer", "yes")
            await visitor.post("/identity/oauth/consent", agreed).expect(200)
            let tokens = try await app.tokens(visitor)
            let access = try tokens.requireString("access_token")
            try await town.identity.editClient(ID(app.id), by: nil) { $0.name = "Tên mới" }
            let refresh = try await app.refresh(try tokens.requireString("refresh_token")).json(200)
                .requireString("refresh_token")
            #expect(try await app.introspect(access)["active"]?.bool == true)
            try await town.identity.editClient(ID(app.id), by: nil) { $0.purpose.vi = "Gửi thông báo" }
            #expect(try await app.refresh(refresh).error(400) == "invalid_grant")
            #expect(try await app.introspect(access)["active"]?.bool == false)
        }
    }

    @Test("names, purpose and addresses are edited on a page; ids of people at it stay", arguments: Engine.all)
    func edited(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.person("quantri.mau", .nodeAdministrator)
            let app = try await Relying.register(town)
            let visitor = await town.visitor("quantri.mau")
            let place = "/identity/clients/\(app.id)"
            let before = try await town.identity.registeredClients().first
            await visitor.get(place).expect(200, shows: place + "/edit", place + "/rotate")
            await visitor.get(place + "/edit").expect(200, shows: "Ứng dụng mẫu", Relying.redirect)
            await visitor.post(place + "/edit", ["name": "Tên mới", "redirects": "http://evil.example/"]).expect(
                422, shows: "https://", "Tên mới")
            await visitor.post(
                place + "/edit",
                [
                    "name": "Tên mới", "nameEn": "New name", "purposeVi": "Nhận hồ sơ", "purposeEn": "To take papers",
                    "redirects": "https://moi.example/cb\n\(Relying.redirect)",
                ]
            ).expect(redirectTo: place)
            let after = try #require(try await town.identity.registeredClients().first)
            #expect(after.title == Phrase(vi: "Tên mới", en: "New name"))
            #expect(after.redirects == [Relying.redirect, "https://moi.example/cb"] && after.signOutRedirects == [])
            #expect(after.sector == before?.sector && after.scopes == before?.scopes)
            await visitor.get(place + "?lang=en").expect(200, shows: "New name", "To take papers")
            await visitor.post(place + "/rotate", ["days": "30", "overlap": "3"]).expect(200, shows: "client_secret")
            await visitor.get(place + "?lang=vi").expect(200, shows: "Khóa sắp hết hạn", "Khóa bí mật cũ hết hạn")
            await visitor.get(place + "/certificate").expect(404)
            try await town.identity.revokeClient(after.id, by: nil)
            await visitor.get(place + "/edit").expect(404)
        }
    }

    @Test(
        "two edits at once both stand, and none is made to what somebody else changed meanwhile", arguments: Engine.all)
    func atOnce(engine: Engine) async throws {
        try await Town.open(on: engine) { town in
            try await town.person("quantri.mau", .nodeAdministrator)
            let app = try await Relying.register(town)
            let id = ID<Client>(app.id)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await town.identity.editClient(id, by: nil) { $0.name = "Tên mới" } }
                group.addTask { try await town.identity.editClient(id, by: nil) { $0.nameEn = "New name" } }
                group.addTask { try await town.identity.editClient(id, by: nil) { $0.signOutRedirects = [] } }
                try await group.waitForAll()
            }
            let both = try #require(try await town.identity.registeredClients().first)
            #expect(both.title == Phrase(vi: "Tên mới", en: "New name") && both.signOutRedirects == [])

            let visitor = await town.visitor("quantri.mau")
            let place = "/identity/clients/\(app.id)/edit"
            let seen = ClientForm(both).mark
            await visitor.get(place).expect(200, shows: "name=\"seen\" value=\"\(seen)\"")
            let typed: Fields = [
                "seen": seen, "name": "Tên khác", "purposeVi": "Nhận hồ sơ", "purposeEn": "To take papers",
                "redirects": Relying.redirect,
            ]
            try await town.identity.editClient(id, by: nil) { $0.redirects = ["https://moi.example/cb"] }
            await visitor.post(place, typed).expect(409, shows: "vừa được người khác sửa")
            let kept = try #require(try await town.identity.registeredClients().first)
            #expect(kept.redirects == ["https://moi.example/cb"] && kept.name == "Tên mới")
        }
    }

    @Test("addresses that an edit took away are given again; a service that signs nobody in gets none")
    func emptied() async throws {
        try await Town.open(on: .sqlite) { town in
            try await town.person("quantri.mau", .nodeAdministrator)
            let visitor = await town.visitor("quantri.mau")
            let app = try await Relying.register(town) { ($0.actsAlone, $0.scopes) = (true, ["records.read"]) }
            let service = try await Relying.service(town)
            func redirects(_ client: Relying) async throws -> [String] {
                try await town.identity.registeredClients().first { $0.id.text == client.id }?.redirects ?? []
            }
            for addresses in ["", "https://moi.example/cb\nhttps://hai.example/cb"] {
                for client in [app, service] {
                    let place = "/identity/clients/\(client.id)/edit"
                    let page = await visitor.get(place)
                    #expect(page.text.contains("name=\"redirects\"") == (client.id == app.id))
                    await visitor.post(
                        place,
                        [
                            "name": "Tên mới", "purposeVi": "Nhận hồ sơ", "purposeEn": "To take papers",
                            "redirects": addresses,
                        ]
                    ).expect(redirectTo: "/identity/clients/\(client.id)")
                }
                #expect(try await redirects(app).joined(separator: "\n").count == addresses.count)
                #expect(try await redirects(service) == [])
            }
        }
    }

    @Test("whoever registers or edits what asks people says what for, on a page, by a command and elsewhere")
    func purposeIsNeeded() async throws {
        try await Town.open(on: .sqlite) { town in
            func register(_ purpose: Client.Purpose) async throws -> ID<Client> {
                var form = ClientForm()
                (form.name, form.redirects, form.purpose) = ("Một cửa mẫu", [Relying.redirect], purpose)
                return try await town.identity.registerClient(form, by: nil).client
            }
            let missing = Problem.invalid([
                "purposeVi": .clientPurposeIsMissing, "purposeEn": .clientPurposeIsMissing,
            ])
            await #expect(throws: missing) { _ = try await register(Client.Purpose()) }
            await #expect(throws: Problem.invalid(["purposeEn": .clientPurposeIsMissing])) {
                _ = try await register(Client.Purpose(vi: "Nhận hồ sơ"))
            }
            let id = try await register(Client.Purpose(vi: "Nhận hồ sơ", en: "To take papers"))
            await #expect(throws: missing) {
                try await town.identity.editClient(id, by: nil) { $0.purpose = Client.Purpose() }
            }
        }
    }

    @Test("secrets that ended long ago keep no warning of another back")
    func manyEnded() async throws {
        try await Town.open(on: .sqlite) { town in
            try await town.person("quantri.mau", .nodeAdministrator)
            for _ in 0...100 { _ = try await town.identity.registerClient(Self.service, days: 1, by: nil) }
            town.clock.advance(days: 2)
            let late = try await town.identity.registerClient(Self.service, days: 20, by: nil)
            try await town.identity.sweep()
            let told = try await town.contents(of: "identity.client-secret-ending")
            #expect(told.count == 1 && told.first?.contains(late.client.text) == true)
        }
    }

    @Test("a page that registers an application which asks people says what for, in both languages")
    func asked() async throws {
        try await Town.open(on: .sqlite) { town in
            try await town.person("quantri.mau", .nodeAdministrator)
            let visitor = await town.visitor("quantri.mau")
            var fields: Fields = ["name": "Một cửa mẫu", "redirects": Relying.redirect, "asksConsent": "1"]
            await visitor.post("/identity/clients/new", fields).expect(422, shows: "Hãy nêu mục đích")
            fields.add("purposeVi", "Nhận hồ sơ")
            fields.add("purposeEn", "To take papers")
            await visitor.post("/identity/clients/new", fields).expect(200, shows: "client_secret")
            let made = try #require(try await town.identity.registeredClients().first)
            await visitor.get("/identity/clients/\(made.id)/edit?lang=en").expect(
                200, shows: "may do nothing in their name")
        }
    }
}
