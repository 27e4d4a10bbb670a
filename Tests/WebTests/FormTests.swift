import House
import Synchronization
import Testing
import Vocabulary
import Web

@Suite("Forms")
struct FormTests {
    let sample = Sample()

    @Test("what was sent is kept, then another page is shown")
    func taken() async {
        await sample.visitor("officer").post("/notes/new", ["text": "  Rò rỉ\r\ndữ liệu "]).expect(
            redirectTo: "/notes/1")
        #expect(sample.notes.withLock { $0 } == ["Rò rỉ\ndữ liệu"])
    }

    @Test("text comes in NFC")
    func composed() async {
        await sample.visitor("officer").post("/notes/new", ["text": "D\u{1B0}\u{1A1}\u{300}ng"])
        #expect(sample.notes.withLock { $0.first.map { Array($0.unicodeScalars).count } } == 5)
    }

    @Test("a form with errors comes back filled, linked and escaped")
    func refilled() async {
        let visitor = sample.visitor("officer")
        await visitor.post("/notes/new", ["text": " "]).expect(422, shows: "Hãy nhập nội dung", "href=\"#text\"")
        await visitor.post("/notes/new", ["text": "twice"]).expect(409, shows: "Đã có rồi", "value=\"twice\"")
        #expect(sample.notes.withLock { $0.isEmpty })
    }

    @Test("what an address asks and cannot be read is told at the field, with a code")
    func asked() async {
        let visitor = sample.visitor("officer")
        await visitor.get("/notes/of-day").expect(200, shows: "today")
        await visitor.get("/notes/of-day?on=2020-11-09").expect(200, shows: "<p>2020-11-09</p>")
        await visitor.get("/notes/of-day?on=2020-11-31").expect(
            422, shows: "aria-invalid", "ngày có thật", "<code>query.day</code>", "value=\"2020-11-31\"",
            hides: ["today"])
    }

    @Test(
        "without the token, with another's token, or from elsewhere nothing happens",
        arguments: [
            ["token": "none"], ["token": "other"], ["token": "own", "origin": "https://evil.example"],
            ["token": "own", "origin": "null"],
            ["token": "own", "site": "cross-site"], ["token": "own", "site": "same-site"],
            ["token": "own", "origin": "http://truc.test:8081"],
        ])
    func forged(attack: [String: String]) async {
        let site = sample.site
        let whose = attack["token"] == "other" ? "citizen" : "officer"
        let token = await site.csrfToken(for: Request(.get, "/", headers: ["cookie": "test-session=\(whose)"]))
        var headers: Headers = [
            "content-type": "application/x-www-form-urlencoded", "cookie": "test-session=officer", "host": "truc.test",
        ]
        headers["origin"] = attack["origin"]
        headers["sec-fetch-site"] = attack["site"]
        let body = attack["token"] == "none" ? "text=x" : "text=x&csrf=\(token)"
        let response = await site.respond(to: Request(.post, "/notes/new", headers: headers, body: Array(body.utf8)))
        #expect(response.status == 403)
        #expect(sample.notes.withLock { $0.isEmpty })
    }

    @Test("the same call with the own token passes: the attacks above fail for their own reason")
    func control() async {
        let token = await sample.site.csrfToken(for: Request(.get, "/", headers: ["cookie": "test-session=officer"]))
        let headers: Headers = [
            "content-type": "application/x-www-form-urlencoded", "cookie": "test-session=officer", "host": "truc.test",
            "origin": "http://truc.test", "sec-fetch-site": "same-origin",
        ]
        let response = await sample.site.respond(
            to: Request(.post, "/notes/new", headers: headers, body: Array("text=x&csrf=\(token)".utf8)))
        #expect(response.status == 303)
    }

    @Test("a program with a person's cookie needs the token too; one that signs does not")
    func programs() async {
        let visitor = sample.visitor("officer")
        #expect(await visitor.send(.post, "/api/notes", body: Array("{}".utf8)).status == 403)
        let token = await sample.site.csrfToken(for: Request(.get, "/", headers: ["cookie": "test-session=officer"]))
        #expect(
            await visitor.send(.post, "/api/notes", headers: ["x-csrf-token": token], body: Array("{}".utf8)).status
                == 201)
        #expect(
            await sample.visitor().send(.post, "/api/notes", headers: ["x-node": "1"], body: Array("{}".utf8)).status
                == 201)
    }

    @Test("a body that is too long, compressed or of another type is refused")
    func bodies() async {
        let visitor = sample.visitor("officer")
        #expect(await visitor.post("/notes/new", ["text": String(repeating: "x", count: 5000)]).status == 413)
        let node: Headers = ["x-node": "1"]
        #expect(
            await sample.visitor().send(.post, "/api/notes", headers: node, body: Array(repeating: 1, count: 1001))
                .status == 413)
        var packed = node
        packed["content-encoding"] = "gzip"
        #expect(await sample.visitor().send(.post, "/api/notes", headers: packed, body: [31, 139]).status == 415)
        #expect(
            await visitor.send(.post, "/notes/new", headers: ["content-type": "text/plain"], body: Array("text=x".utf8))
                .status == 415)
    }

    @Test("files come with their bytes and the last part of their name")
    func files() async {
        var fields: Fields = ["text": "ảnh"]
        fields.files["file"] = UploadedFile(
            name: "../../etc/ổ gà.jpg", type: "image/jpeg", bytes: [0, 13, 10, 45, 45, 255])
        await sample.visitor("officer").post("/notes/new", fields).expect(redirectTo: "/notes/1")
        #expect(sample.notes.withLock { $0 } == ["ảnh + ổ gà.jpg 6"])
    }

    @Test("broken forms are refused", arguments: ["a=%zz", "a=%ff", "a=%00", "a=%c3", "%=1"])
    func broken(body: String) {
        #expect(throws: Problem.self) { try URLEncoded.parse(Array(body.utf8)) }
    }

    @Test("a form of many fields is refused before it costs much")
    func many() {
        let body = Array(repeating: "a=1", count: 201).joined(separator: "&")
        #expect(throws: Problem.self) { try URLEncoded.parse(Array(body.utf8)) }
    }

    @Test(
        "broken and overfull multipart bodies are refused",
        arguments: [
            "", "--b", "--b--", "x--b\r\n", "--b\r\n\r\nx\r\n--b--",
            "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx",
            "--b\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--b--",
            "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\0\r\n--b--",
            "--b\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Transfer-Encoding: base64\r\n\r\n\r\n--b--",
            "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n--b--\r\nmore",
            "--b\r\n" + String(repeating: "X-A: b\r\n", count: 20) + "\r\nx\r\n--b--",
            String(repeating: "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n", count: 400) + "--b--",
            "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n" + String(repeating: "\r\n--", count: 10_000),
        ])
    func multipart(body: String) async {
        let headers: Headers = [
            "content-type": "multipart/form-data; boundary=b", "cookie": "test-session=officer", "accept": "text/html",
        ]
        let request = Request(.post, "/upload", headers: headers, body: Array(body.utf8))
        let site = Sample()
        site.site.action("/upload", allow: .everyone, bodyLimit: 1 << 20) { _, _ in .empty }
        // `--b--` alone is an empty form: it is read and then has no token.
        #expect(await site.site.respond(to: request).status == (body == "--b--" ? 403 : 400))
    }
}
