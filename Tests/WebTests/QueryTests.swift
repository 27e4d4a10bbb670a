import House
import StrictJSON
import Synchronization
import Testing
import Vocabulary

@testable import Web

@Suite("What stands behind the question mark")
struct QueryTests {
    let sample = Sample()

    static let unreadable: [(String, String)] = [
        ("q=" + String(repeating: "a", count: 4097), "form.too-many-fields"),
        (String(repeating: "n", count: 101) + "=a", "form.too-many-fields"),
        (String(repeating: "q=1&", count: 101), "form.too-many-fields"),
        ("q=%4", "form.unreadable"), ("q=%00", "form.unreadable"), ("q=%ff", "form.unreadable"),
        ("%zz=1", "form.unreadable"), ("q=fine&r=%", "form.unreadable"),
    ]

    @Test(
        "what cannot be read is 400 with a code at a JSON door, never as if nothing had been asked",
        arguments: unreadable)
    func programs(query: String, code: String) async throws {
        for door in ["/api/notes/7", "/openapi.json"] {
            let visitor = sample.visitor("officer")
            let answer = await visitor.send(.get, "\(door)?\(query)").expect(400)
            #expect(answer.response.headers["content-type"] == "application/problem+json")
            #expect(try JSONDocument(answer.response.bytes ?? []).root["code"]?.string == code)
        }
        #expect(await sample.visitor().send(.get, "/live?\(query)").status == 400)
    }

    @Test("and on a page, in words of the address", arguments: unreadable)
    func pages(query: String, code: String) async {
        let visitor = sample.visitor("officer")
        await visitor.get("/notes/7?\(query)").expect(400, shows: "của địa chỉ", "<code>\(code)</code>")
        await visitor.post("/notes/new?\(query)", ["text": "x"]).expect(400, shows: "<code>\(code)</code>")
        await visitor.post("/notes/clear?\(query)").expect(400, shows: "<code>\(code)</code>")
        #expect(sample.notes.withLock { $0.isEmpty })
        await sample.visitor().get("/notes/7?\(query)").expect(400)
        await sample.visitor().get("/nowhere?\(query)").expect(404)
    }

    @Test("what is just as long as it may be is read")
    func bounds() async {
        let visitor = sample.visitor("officer")
        let long = String(repeating: "a", count: 4096)
        await visitor.get("/notes/7?q=\(long)").expect(200, shows: "<p>\(long)</p>")
        let many = String(repeating: "r=1&", count: 99)
        await visitor.get("/notes/7?\(many)q=last").expect(200, shows: "<p>last</p>")
        await visitor.get("/notes/7?").expect(200)
        await visitor.get("/notes/7?&&q").expect(200)
    }

    @Test("a stranger at a page with a long address signs in; the way back is left out where it is too long to carry")
    func wayBack() async {
        let long = String(repeating: "a", count: 4000)
        await sample.visitor().get("/notes/1?q=\(long)").expect(redirectTo: "/sign-in?next=%2Fnotes%2F1%3Fq%3D\(long)")
        await sample.visitor().get("/notes/1?q=\(long)&r=\(long)").expect(redirectTo: "/sign-in")
    }

    @Test("no long body is read for a call whose query cannot be")
    func unreadBody() async {
        let site = Sample(looks: true).site
        let headers: Headers = ["cookie": "test-session=officer"]
        #expect(await site.expectsBody(of: Request(.post, "/api/notes", headers: headers)))
        #expect(await !site.expectsBody(of: Request(.post, "/api/notes?q=%", headers: headers)))
    }
}

@Suite("Of which type a body is")
struct BodyTypeTests {
    let sample = Sample()

    private func send(_ type: String?, _ body: String = "{}") async -> Answered {
        var headers: Headers = ["x-node": "1"]
        if let type { headers["content-type"] = type }
        return await sample.visitor().send(.post, "/api/notes", headers: headers, body: Array(body.utf8))
    }

    @Test(
        "a door for JSON takes what says that it is JSON, or nothing of itself",
        arguments: [
            nil, "application/json", "Application/JSON; charset=utf-8", "application/ld+json",
            "application/merge-patch+json",
        ])
    func taken(type: String?) async {
        #expect(await send(type).status == 201)
    }

    @Test(
        "anything else is 415 and told what is taken",
        arguments: [
            "text/plain", "application/x-www-form-urlencoded", "application/xml", "image/x+json", "json", "+json",
        ])
    func refused(type: String) async {
        let answer = await send(type).expect(415, shows: "\"unsupported-media-type\"")
        #expect(answer.response.headers["accept"] == "application/json")
        #expect(await send(type, "").status == 201, "where nothing is sent, there is nothing of a type")
    }

    @Test("two types are one too many")
    func two() async {
        var headers: Headers = ["x-node": "1"]
        headers.add("content-type", "application/json")
        headers.add("content-type", "text/plain")
        #expect(await sample.visitor().send(.post, "/api/notes", headers: headers, body: [123, 125]).status == 415)
    }
}
