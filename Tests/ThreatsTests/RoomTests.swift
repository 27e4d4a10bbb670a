import Exchange
import House
import Jobs
import StrictJSON
import Synchronization
import TestKit
import Testing
import Vocabulary
import Web

@testable import Threats

private let id = "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"

@Suite("The doors of threats")
struct RoomTests {
    @Test("every door is guarded", arguments: Engine.all)
    func guards(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            for path in [
                "/threats", "/threats/new", "/threats/paste", "/threats/import", "/threats/\(id)", "/threats.json",
            ] {
                let answer = await world.visitor(Cast.citizen).get(path)
                #expect([403, 404].contains(answer.status), "\(path)")
            }
            #expect(await world.visitor(Cast.officer).get("/threats/import").status == 403)
            #expect(await world.visitor(Cast.auditor).get("/threats/new").status == 403)
            await world.visitor(Cast.auditor).get("/threats").expect(200, shows: "Chưa có dữ liệu nào ở đây")
            let search = await world.visitor(Cast.auditor).get("/threats?q=khac")
            search.expect(200, shows: "Không có đối tượng nào như vậy")
        }
    }

    @Test("an indicator typed in is stored, found without accents, shown, and shared when asked", arguments: Engine.all)
    func typedIn(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            let officer = world.visitor(Cast.officer)
            await officer.get("/threats/new").expect(200, shows: "Giá trị", hides: ["Gửi cho ai"])
            var fields: Fields = ["kind": "domain", "value": "http://xau.example", "label": "TLP:GREEN"]
            await officer.post("/threats/new", fields).expect(422, shows: "Giá trị không đúng với loại đã chọn")
            fields = [
                "kind": "domain", "value": "xau[.]example", "description": "Đường dẫn lừa đảo", "label": "TLP:GREEN",
                "valid-until": "2021-01-01",
            ]
            let saved = await officer.post("/threats/new", fields)
            #expect(saved.status == 303)
            await officer.get(saved.location ?? "").expect(
                200, shows: "[domain-name:value = &#39;xau.example&#39;]", "Chưa ký", "TLP:GREEN", "Đường dẫn lừa đảo")
            await officer.get("/threats?q=duong+dan").expect(200, shows: "xau.example")
            // A label that there is not is never taken for all labels.
            await officer.get("/threats?label=TLP:REDD").expect(400, shows: "<code>query.choice</code>")
            await officer.send(.get, "/threats.json?label=RED").expect(400, shows: "\"query.choice\"")
            await officer.get("/threats?label=").expect(200)
            await officer.get("/threats?q=khac").expect(200, hides: ["xau.example"])
            #expect(world.published.sent.isEmpty)

            let lead = world.visitor(Cast.lead)
            fields.add("to", "cluster")
            await lead.post("/threats/new", fields).expect(303)
            #expect(world.published.sent.map(\.tlp) == [.green])
            #expect(world.published.rings.withLock { $0 } == 1)
        }
    }

    @Test("RED is shown to whoever brought it in, to nobody for their rank, and never sent", arguments: Engine.all)
    func red(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            try await world.importing(bundle([indicator(marked(.red))]))
            await world.visitor(Cast.handler).get("/threats").expect(200, shows: "xau.example")
            await world.visitor(Cast.handler).get("/threats/\(id)").expect(
                200, shows: "TLP:RED", "class=\"watermark\"", hides: ["/share"])
            for person in [Cast.lead, Cast.officer, Cast.auditor, Cast.guest] {
                await world.visitor(person).get("/threats").expect(200, hides: ["xau.example"])
                await world.visitor(person).get("/threats/\(id)").expect(404)
                await world.visitor(person).send(.get, "/threats/\(id)/stix.json").expect(404)
                await world.visitor(person).send(.get, "/threats.json").expect(200, hides: ["xau.example"])
            }
            let answer = await world.visitor(Cast.handler).post(
                "/threats/\(id)/share", ["label": "TLP:GREEN", "to": "cluster"])
            #expect(answer.status == 409)
            #expect(world.published.sent.isEmpty)
        }
    }

    @Test("sharing signs, shows who has it, and never weakens the object's label", arguments: Engine.all)
    func share(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            try await world.importing(bundle([indicator(marked(.amber))]))
            let handler = world.visitor(Cast.handler)
            await handler.get("/threats/\(id)/share").expect(200, shows: "TLP:AMBER", hides: ["value=\"TLP:GREEN\""])
            #expect(await handler.post("/threats/\(id)/share", ["label": "TLP:GREEN", "to": "cluster"]).status == 409)
            await handler.post("/threats/\(id)/share", ["label": "TLP:AMBER", "to": "named"]).expect(
                422, shows: "Hãy chọn ít nhất một đơn vị")
            for (label, to) in [("TLP:AMBER", "network"), ("TLP:AMBER+STRICT", "cluster")] {
                await handler.post("/threats/\(id)/share", ["label": label, "to": to]).expect(
                    422, shows: "không đơn vị nào trong nơi nhận đã chọn được nhận")
                await handler.post(
                    "/threats/new", ["kind": "ipv4", "value": "192.0.2.7", "label": label, "to": to]
                ).expect(422, shows: "không đơn vị nào trong nơi nhận đã chọn được nhận")
            }
            #expect(world.published.sent.isEmpty)
            await handler.post("/threats/\(id)/share", ["label": "TLP:AMBER", "to": "cluster", "member": "VNCERT"])
                .expect(redirectTo: "/threats/\(id)")
            #expect(world.published.sent.map(\.recipients) == [.cluster(and: [ID("VNCERT")])])
            await handler.get("/threats/\(id)").expect(200, shows: "Đơn vị đã ký", "Hải Dương", "#7")
            await world.visitor(Cast.officer).post("/threats/\(id)/share", ["label": "TLP:AMBER", "to": "cluster"])
                .expect(403)
        }
    }

    @Test(
        "a pasted list is previewed line by line; saving waits until every line was dealt with", arguments: Engine.all)
    func paste(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            let officer = world.visitor(Cast.officer)
            let lines = "xau[.]example\nsai sai\n192.0.2.9"
            await officer.get("/threats/paste").expect(200, shows: "Xem trước")
            await officer.post("/threats/paste", ["lines": lines, "label": "TLP:GREEN", "do": "preview"])
                .expect(422, shows: "Không đọc được", "sai sai", "Lưu 2 dấu hiệu")
            await officer.post("/threats/paste", ["lines": lines, "label": "TLP:GREEN", "do": "save"]).expect(
                422, shows: "sai sai")
            let before = try await world.count()
            #expect(before == 0)
            await officer.post(
                "/threats/paste", ["lines": lines, "label": "TLP:GREEN", "do": "save", "pass-over": "1"]
            )
            .expect(redirectTo: "/threats")
            #expect(try await world.count() == 2)
        }
    }

    @Test("a file is taken at once and read by a job, its progress is a page and a stream", arguments: Engine.all)
    func importing(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            let handler = world.visitor(Cast.handler)
            await handler.get("/threats/import").expect(200, shows: "Bắt đầu nhập")
            var fields: Fields = ["to": "nobody", "label": "TLP:CLEAR"]
            await handler.post("/threats/import", fields).expect(422, shows: "Hãy chọn một tệp")
            fields.files["file"] = UploadedFile(
                name: "C:\\tep.json", type: "application/json",
                bytes: bundle([indicator(), indicator(#","a_ref":1"#, id: indicatorID(1))]))
            let taken = await handler.post("/threats/import", fields)
            let page = try #require(taken.location)
            await handler.get(page).expect(200, shows: "Đang chờ", "tep.json")
            await handler.get("/threats").expect(200, shows: "<progress", "tep.json")
            await world.visitor(Cast.officer).get("/threats").expect(200, hides: ["<progress", "tep.json"])
            _ = try await world.jobs.runDue()
            await handler.get("/threats").expect(200, hides: ["<progress", "tep.json"])
            await handler.get(page).expect(200, shows: "Xong", "/a_ref", "Giá trị không đúng kiểu")
            let id = ID<ThreatImport>(String(page.split(separator: "/").last ?? ""))
            var events: [ServerEvent] = []
            for try await event in world.threats.progressEvents(id, after: nil) { events.append(event) }
            #expect(events.map(\.data) == [#"{"done":2}"#])
        }
    }

    @Test("programs list, read the signed bytes, and hand in bundles", arguments: Engine.all)
    func programs(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            let handler = world.visitor(Cast.handler)
            let body = bundle((0..<120).map { indicator(id: indicatorID($0)) })
            let token = await world.site.csrfToken(
                for: Request(.get, "/", headers: ["host": "truc.test", "cookie": "who=handler"]))
            let answer = await handler.send(
                .post, "/threats.json",
                headers: ["content-type": "application/stix+json;version=2.1", "x-csrf-token": token],
                body: body)
            answer.expect(202)
            _ = try await world.jobs.runDue()
            let list = try JSONDocument(await handler.send(.get, "/threats.json?type=indicator").response.bytes ?? [])
                .root
            #expect(list["items"]?.elements?.count == 100)
            let next = try #require(list["next"]?.string)
            let rest = try JSONDocument(await handler.send(.get, next).response.bytes ?? []).root
            #expect(rest["items"]?.elements?.count == 20)
            let raw = await handler.send(.get, "/threats/\(indicatorID(3))/stix.json")
            #expect(raw.response.bytes == Array(indicator(id: indicatorID(3)).utf8))
            #expect(raw.response.headers["content-type"] == "application/stix+json;version=2.1")
            await handler.get("/threats").expect(200, shows: "rel=\"next\"")
        }
    }

    @Test("relations show both ways, through relationship objects", arguments: Engine.all)
    func relations(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            let malware = "malware--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"
            let times = #""created":"2020-11-09T01:30:00Z","modified":"2020-11-09T01:30:00Z","spec_version":"2.1""#
            try await world.importing(
                bundle([
                    indicator(#","name":"Chỉ dấu mẫu""#),
                    #"{"type":"malware","id":"\#(malware)",\#(times),"is_family":false,"name":"Mã độc mẫu"}"#,
                    #"{"type":"relationship","id":"relationship--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",\#(times),"#
                        + #""relationship_type":"indicates","source_ref":"\#(id)","target_ref":"\#(malware)"}"#,
                ]))
            await world.visitor(Cast.officer).get("/threats/\(id)").expect(200, shows: "Mã độc mẫu", "indicates")
            await world.visitor(Cast.officer).get("/threats/\(malware)").expect(200, shows: "Chỉ dấu mẫu")
            await world.visitor(Cast.officer).get("/threats/\(malware)?lang=en").expect(
                200, shows: "Malware", "Related objects")
        }
    }
}
