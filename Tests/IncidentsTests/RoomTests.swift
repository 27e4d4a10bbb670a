import Database
import Exchange
import House
import Identity
@testable import Incidents
import StrictJSON
import TestKit
import Synchronization
import Testing
import Vocabulary
import Web

@Suite("The room, on both engines")
struct RoomTests {
    @Test("An organisation sees its own reports and no other's", arguments: Engine.all)
    func ownOnly(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            let id = try await world.incidents.report(.sample, by: Cast.handler)
            await world.visitor(Cast.colleague).get("/incidents").expect(
                200, shows: "Thư giả mạo đòi cập nhật mật khẩu")
            await world.visitor(Cast.hospital).get("/incidents").expect(
                200, hides: ["Thư giả mạo đòi cập nhật mật khẩu"])
            for door in ["", "/share", "/audience", "/state", "/contact", "/edit"] {
                await world.visitor(Cast.hospital).get("/incidents/\(id)\(door)").expect(404)
            }
            await world.visitor(Cast.citizen).get("/incidents/\(id)").expect(403)
            await world.visitor(Cast.hospital).post("/incidents/\(id)/state", ["state": "resolved"]).expect(404)
            await world.visitor(Cast.hospital).post("/incidents/\(id)/share", ["title": "a", "text": "b"]).expect(404)
            #expect(world.published.sent.isEmpty)
        }
    }

    @Test("A draft is its author's alone, and may be half empty", arguments: Engine.all)
    func drafts(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            let handler = world.visitor(Cast.handler)
            let kept = await handler.post(
                "/incidents/new", ["title": "Mới một nửa", "tlp": "TLP:AMBER", "to": "cluster", "draft": "1"])
            let place = try #require(kept.location?.split(separator: "?").first.map(String.init))
            await handler.get(place).expect(200, shows: "Mới một nửa")
            await handler.get("\(place)/edit").expect(200, shows: "value=\"Mới một nửa\"")
            await world.visitor(Cast.colleague).get(place).expect(404)
            await world.visitor(Cast.colleague).get("/incidents").expect(200, hides: ["Mới một nửa"])
            await handler.post("\(place)/edit", InitialReport.sampleFields).expect(redirectTo: "\(place)?done=reported")
            await world.visitor(Cast.colleague).get(place).expect(200, shows: "Đã báo cáo")
            await handler.get("\(place)/edit").expect(409)
        }
    }

    @Test("A report with gaps comes back with its words and a way to each gap", arguments: Engine.all)
    func gaps(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            var fields = InitialReport.sampleFields
            fields.remove("operator")
            fields.remove("kind")
            await world.visitor(Cast.handler).post("/incidents/new", fields).expect(
                422, shows: "href=\"#field-operator\"", "href=\"#field-kind\"", "Thư giả mạo đòi cập nhật mật khẩu",
                "Hãy nhập tên đơn vị vận hành hệ thống")
            await world.visitor(Cast.handler).get("/incidents").expect(200, shows: "Đơn vị chưa có sự cố nào.")
        }
    }

    @Test("The form starts with what is known of the reporter", arguments: Engine.all)
    func prefilled(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            await world.visitor(Cast.handler).get("/incidents/new").expect(
                200, shows: "value=\"Cán bộ mẫu\"", "value=\"Sở Thông tin và Truyền thông Nam Định\"",
                "value=\"2020-11-09T08:00\"")
        }
    }

    @Test("Sharing shows who gets it, publishes that and rings", arguments: Engine.all)
    func sharing(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            let id = try await world.incidents.report(.sample, by: Cast.handler)
            let handler = world.visitor(Cast.handler)
            await handler.get("/incidents/\(id)/share").expect(
                200, shows: "<li>Hải Dương</li>", "<li>Hòa Bình</li>", "Chia sẻ với 2 đơn vị",
                hides: ["<li>VNCERT/CC</li>"])
            await handler.post("/incidents/\(id)/share", ["title": "Thư giả mạo", "text": "Đã chặn đường dẫn"])
                .expect(redirectTo: "/incidents/\(id)?done=shared")
            let draft = try #require(world.published.sent.first)
            #expect(draft.id == "incident--\(id)")
            #expect(draft.tlp == .amber && draft.recipients == .cluster)
            #expect(draft.mediaType == "application/stix+json;version=2.1")
            #expect(try JSONDocument(draft.bytes).root["name"]?.string == "Thư giả mạo")
            #expect(world.published.ringCount == 1)
            await handler.get("/incidents/\(id)").expect(
                200, shows: "Ai đang có thông tin này", "Hải Dương", "#7", "Đang gửi")
        }
    }

    @Test("A share that cannot be published has not happened", arguments: Engine.all)
    func allOrNothing(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            let id = try await world.incidents.report(.sample, by: Cast.handler)
            world.published.refuses.withLock { $0 = true }
            await #expect(throws: World.Published.Refused.self) {
                try await world.incidents.share(id, SharedVersion(title: "a", text: "b"), by: Cast.handler)
            }
            let kinds = try await world.ledger().kinds
            #expect(kinds == ["incidents.reported"])
            #expect(world.published.ringCount == 0)
            await world.visitor(Cast.handler).get("/incidents/\(id)").expect(200, shows: "Chưa chia sẻ với đơn vị nào.")
        }
    }

    @Test("RED is kept, never published, and the page says why", arguments: Engine.all)
    func red(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            var report = InitialReport.sample
            report.tlp = .red
            let id = try await world.incidents.report(report, by: Cast.handler)
            let handler = world.visitor(Cast.handler)
            await handler.get("/incidents/\(id)/share").expect(
                200, shows: "không bao giờ gửi qua máy", hides: ["name=\"text\""])
            await handler.post("/incidents/\(id)/share", ["title": "a", "text": "b"]).expect(409)
            #expect(world.published.sent.isEmpty)
            await handler.post("/incidents/\(id)/audience", ["tlp": "TLP:GREEN", "to": "named", "named": "VNCERT"])
                .expect(redirectTo: "/incidents/\(id)/share")
            await handler.get("/incidents/\(id)/share").expect(
                200, shows: "<li>VNCERT/CC</li>", hides: ["<li>Hải Dương</li>"])
        }
    }

    @Test("After a RED report nobody is told to share it; after another, they are", arguments: Engine.all)
    func afterReporting(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            let handler = world.visitor(Cast.handler)
            var report = InitialReport.sample
            let amber = try await world.incidents.report(report, by: Cast.handler)
            await handler.get("/incidents/\(amber)?done=reported").expect(
                200, shows: "Bước tiếp theo: chia sẻ", hides: ["gặp mặt hoặc"])
            report.tlp = .red
            let red = try await world.incidents.report(report, by: Cast.handler)
            await handler.get("/incidents/\(red)?done=reported").expect(
                200, shows: "gặp mặt hoặc", hides: ["Bước tiếp theo: chia sẻ"])
        }
    }

    @Test("What would reach nobody is not called shared", arguments: Engine.all)
    func nobody(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            var report = InitialReport.sample
            report.recipients = .named([ID("H99")])
            let id = try await world.incidents.report(report, by: Cast.handler)
            let handler = world.visitor(Cast.handler)
            await handler.get("/incidents/\(id)/share").expect(
                200, shows: "không đơn vị nào nhận được", hides: ["name=\"text\"", "Chia sẻ với 0"])
            await handler.post("/incidents/\(id)/share", ["title": "a", "text": "b"]).expect(
                409, shows: "không đơn vị nào nhận được")
            #expect(world.published.sent.isEmpty && world.published.ringCount == 0)
            await handler.get("/incidents/\(id)").expect(200, shows: "Chưa chia sẻ với đơn vị nào.")
        }
    }

    @Test(
        "RED is read at home by its author, its handlers and those named: by nobody for their rank",
        arguments: Engine.all)
    func redAtHome(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            var report = InitialReport.sample
            report.tlp = .red
            report.recipients = .nobody
            let id = try await world.incidents.report(report, by: Cast.colleague)
            for person in [Cast.handler, Cast.lead] {
                let visitor = world.visitor(person)
                await visitor.get("/incidents").expect(200, hides: ["Thư giả mạo đòi"])
                await visitor.get("/incidents?q=thu+gia+mao").expect(200, hides: ["Thư giả mạo đòi"])
                await visitor.send(.get, "/incidents.json").expect(200, hides: ["Thư giả mạo đòi"])
                for door in ["", "/share", "/audience", "/state", "/contact", "/people"] {
                    await visitor.get("/incidents/\(id)\(door)").expect(404)
                }
            }
            let author = world.visitor(Cast.colleague)
            await author.get("/incidents/\(id)").expect(
                200, shows: "Thư giả mạo đòi", "class=\"watermark\"", "Đồng nghiệp mẫu · ")
            await author.post("/incidents/\(id)/people", ["login": "nobody", "relation": "handler"]).expect(422)
            await author.post("/incidents/\(id)/people", ["login": "handler", "relation": "handler"]).expect(
                redirectTo: "/incidents/\(id)/people")
            await author.post("/incidents/\(id)/people", ["login": "handler", "relation": "handler"]).expect(409)
            await author.post("/incidents/\(id)/people", ["login": "lead", "relation": "named"]).expect(303)
            await world.visitor(Cast.handler).get("/incidents").expect(200, shows: "Thư giả mạo đòi")
            await world.visitor(Cast.handler).get("/incidents/\(id)/contact").expect(200, shows: "0912-345-678")
            await world.visitor(Cast.lead).get("/incidents/\(id)").expect(200, shows: "TLP:RED")
            await world.visitor(Cast.lead).get("/incidents/\(id)/contact").expect(
                200, shows: "N••• B••• M•••", "•••678", hides: ["0912-345-678"])
            await author.get("/incidents/\(id)/people").expect(200, shows: "Lãnh đạo mẫu", "Người được biết")
            world.clock.advance(seconds: 1)
            for (who, relation) in [(Cast.lead, "handler"), (Cast.colleague, "handler"), (Cast.handler, "named")] {
                await world.visitor(who).post(
                    "/incidents/\(id)/people", ["login": who.id.text, "relation": relation]
                ).expect(403)
            }
            await author.post("/incidents/\(id)/people/named/lead/end", [:]).expect(303)
            await world.visitor(Cast.lead).get("/incidents/\(id)").expect(404)
            #expect(
                try await world.ledger().kinds.suffix(5) == [
                    "incidents.handler-added", "incidents.named-added", "incidents.contact-read", "incidents.read",
                    "incidents.named-ended",
                ])
        }
    }

    @Test("a RED report by somebody who may not read it yet says that it is kept, before it asks for anything")
    func redIsKept() async throws {
        try await World.open(on: .sqlite) { world in
            let hasty = world.visitor(Cast.hasty)
            for (draft, done) in [("", "reported"), ("on", "draft")] {
                var fields = InitialReport.sampleFields
                fields.remove("tlp")
                fields.add("tlp", "TLP:RED")
                fields.add("draft", draft)
                await hasty.post("/incidents/new", fields).expect(redirectTo: "/incidents?done=\(done)")
                await hasty.get("/incidents?done=\(done)").expect(
                    200, shows: "hai bước", hides: ["Thư giả mạo đòi"])
            }
            let kinds = try await world.ledger().kinds
            #expect(kinds == ["incidents.reported", "incidents.drafted"])
        }
    }

    @Test("whoever has RED by right and only a password is asked for the second factor", arguments: Engine.all)
    func redNeedsTwoFactors(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            var report = InitialReport.sample
            report.tlp = .red
            let id = try await world.incidents.report(report, by: Cast.hasty)
            let hasty = world.visitor(Cast.hasty)
            await hasty.get("/incidents").expect(200, hides: ["Thư giả mạo đòi"])
            let answer = await hasty.get("/incidents/\(id)")
            #expect(answer.status == 303 && answer.location?.hasPrefix("/identity/confirm") == true)
            let other = try await world.incidents.report(report, by: Cast.handler)
            await hasty.get("/incidents/\(other)").expect(404)
        }
    }

    @Test("a record is decided as it stood then: label, state, addressees and people of a past moment")
    func standing() async throws {
        try await World.open(on: .sqlite) { world in
            let id = try await world.incidents.report(.sample, by: Cast.colleague)
            let first = world.clock.now()
            world.clock.advance(seconds: 60)
            try await world.incidents.address(id, .green, to: .named([ID("H23")]), by: Cast.handler)
            try await world.incidents.name("lead", as: .handler, of: id, by: Cast.colleague)
            let second = world.clock.now()
            world.clock.advance(seconds: 60)
            try await world.incidents.unname(ID("lead"), as: .handler, of: id, by: Cast.colleague)
            let third = world.clock.now()
            let found = try await world.database.read { tx in
                try [first.adding(seconds: -1), first, second, third].map {
                    try world.incidents.resource(id.text, at: $0, in: tx)
                }
            }
            #expect(found[0] == nil)
            #expect(found[1]?.label == "TLP:AMBER" && found[1]?.recipients == [] && found[1]?.handlers == [])
            #expect(found[2]?.label == "TLP:GREEN" && found[2]?.recipients == [ID("H23")])
            #expect(found[2]?.handlers == [ID("lead")] && found[3]?.handlers == [])
        }
    }

    @Test(
        "An addressee that is no code is refused, and can neither name a group nor spoil the list",
        arguments: Engine.all)
    func addressees(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            let id = try await world.incidents.report(.sample, by: Cast.handler)
            let handler = world.visitor(Cast.handler)
            for named in ["a b", "@network", "H23,VNCERT", String(repeating: "x", count: 33)] {
                await handler.post(
                    "/incidents/\(id)/audience", ["tlp": "TLP:AMBER", "to": "named", "named": named]
                ).expect(422, shows: "Có mã đơn vị không hợp lệ")
            }
            await handler.get("/incidents").expect(200, shows: "Thư giả mạo đòi")
        }
    }

    @Test("Nothing goes to an audience that the sharer did not see, and nothing goes twice", arguments: Engine.all)
    func seenAudience(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            let id = try await world.incidents.report(.sample, by: Cast.handler)
            let handler = world.visitor(Cast.handler)
            await handler.get("/incidents/\(id)/share").expect(200, shows: "value=\"TLP:AMBER @cluster\"")
            try await world.incidents.address(id, .green, to: .network, by: Cast.colleague)
            var fields: Fields = ["title": "Thư giả mạo", "text": "Đã chặn", "seen": "TLP:AMBER @cluster"]
            await handler.post("/incidents/\(id)/share", fields).expect(409)
            #expect(world.published.sent.isEmpty)
            fields = ["title": "Thư giả mạo", "text": "Đã chặn", "seen": "TLP:GREEN @network"]
            for _ in 1...2 {
                await handler.post("/incidents/\(id)/share", fields).expect(
                    redirectTo: "/incidents/\(id)?done=shared")
            }
            #expect(world.published.sent.count == 1)
            world.clock.advance(seconds: 120)
            await handler.post("/incidents/\(id)/share", fields).expect(redirectTo: "/incidents/\(id)?done=shared")
            #expect(world.published.sent.count == 2)
        }
    }

    @Test("Reading contacts is in the ledger, and the ledger names nobody", arguments: Engine.all)
    func contacts(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            let id = try await world.incidents.report(.sample, by: Cast.handler)
            await world.visitor(Cast.colleague).get("/incidents/\(id)").expect(
                200, hides: ["0912-345-678", "Người Liên Hệ Mẫu"])
            await world.visitor(Cast.colleague).get("/incidents/\(id)/contact").expect(
                200, shows: "N••• L••• H••• M•••", "•••678", "l•••@mau.gov.vn", hides: ["0912-345-678"])
            #expect(try await world.ledger().kinds == ["incidents.reported", "incidents.read"])
            await world.visitor(Cast.colleague).get("/incidents/\(id)/contact?purpose=Goi+lai+xac+minh").expect(
                200, shows: "0912-345-678", "Người Liên Hệ Mẫu")
            try await world.incidents.move(id, to: .resolved, note: "Xong", by: Cast.handler)
            let ledger = try await world.ledger()
            #expect(
                ledger.kinds == [
                    "incidents.reported", "incidents.read", "incidents.contact-read", "incidents.state-changed",
                ])
            for secret in InitialReport.sample.contact.words + InitialReport.sample.reporter.words + [
                "Bệnh viện Mẫu", "Cán bộ mẫu",
            ] {
                #expect(!ledger.words.contains(secret))
            }
        }
    }

    @Test("Search finds Vietnamese without accents", arguments: Engine.all)
    func search(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            try await world.incidents.report(.sample, by: Cast.handler)
            let handler = world.visitor(Cast.handler)
            await handler.get("/incidents?q=duong%20dan%20doc%20hai").expect(
                200, shows: "Thư giả mạo đòi cập nhật mật khẩu")
            await handler.get("/incidents?q=bão%20lũ").expect(
                200, shows: "Không tìm thấy", hides: ["Thư giả mạo đòi cập nhật mật khẩu"])
        }
    }

    @Test("A long list goes on where the page before ended", arguments: Engine.all)
    func pages(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            for number in 1...51 {
                var report = InitialReport.sample
                report.title = "Số \(number)."
                world.clock.advance(seconds: 1)
                try await world.incidents.report(report, by: Cast.handler)
            }
            let first = await world.visitor(Cast.handler).get("/incidents").expect(
                200, shows: "Số 51.", "Số 2.", hides: ["Số 1."])
            let next = try #require(first.text.firstMatch(of: /rel="next" href="([^"]+)"/)).1
            await world.visitor(Cast.handler).get(String(next)).expect(200, shows: "Số 1.", hides: ["Số 2."])
        }
    }

    @Test("Every door asks who is there", arguments: Engine.all)
    func strangers(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            let doors = world.site.table.filter { $0.pattern.hasPrefix("/incidents") }
            #expect(doors.count == 21)
            for door in doors {
                #expect(door.permission.name.hasPrefix("incidents."))
                let path = door.pattern.replacing("{id}", with: "x").replacing("{origin}", with: "H23")
                    .replacing("{relation}", with: "named").replacing("{person}", with: "x")
                let answer = await world.visitor(nil).send(door.method, path)
                #expect([303, 401].contains(answer.status), "\(door.method) \(path) \(answer.status)")
            }
        }
    }
}
