import House
import StrictJSON
import Testing
import Vocabulary
import Web

@Suite("Doors and who may open them")
struct SiteTests {
    let sample = Sample()

    @Test("a stranger at a page signs in first and comes back")
    func strangers() async {
        await sample.visitor().get("/notes/1?q=a&b=c").expect(redirectTo: "/sign-in?next=%2Fnotes%2F1%3Fq%3Da%26b%3Dc")
        await sample.visitor().post("/notes/new", ["text": "x"]).expect(redirectTo: "/sign-in?next=%2Fnotes%2Fnew")
        await sample.visitor().post("/notes/clear").expect(redirectTo: "/sign-in")
    }

    @Test("who has no right sees why, and the menu shows only what opens")
    func rights() async {
        await sample.visitor("citizen").get("/notes/1?lang=vi").expect(403, shows: "Bạn không có quyền", "quản trị nút")
        await sample.visitor("citizen").get("/").expect(200, shows: "Hello", hides: ["Notes"])
        await sample.visitor("officer").get("/").expect(200, shows: "Ghi chú")
        await sample.visitor("officer").get("/notes/a%2Fb%3Cc%3E").expect(200, shows: "a/b&lt;c&gt;")
    }

    @Test("a node that signed its call is not somebody who signed in")
    func nodes() async {
        await sample.visitor().send(.get, "/api/notes/7", headers: ["x-node": "1"]).expect(200, shows: "\"7\"")
        let answered = await sample.visitor().send(
            .post, "/notes/clear", headers: ["x-node": "1", "content-type": "application/x-www-form-urlencoded"])
        #expect(answered.status == 403)
    }

    @Test(
        "programs get problem+json with a type that is a page",
        arguments: [
            ("/api/notes/1", 401, "unauthenticated"), ("/nowhere", 404, "not-found"),
            ("/api/broken", 500, "internal-error"),
        ])
    func problems(path: String, status: Int, slug: String) async throws {
        let answered = await sample.visitor().send(.get, path).expect(status)
        #expect(answered.response.headers["content-type"] == "application/problem+json")
        let problem = try JSONDocument(answered.response.bytes ?? []).root
        #expect(problem["type"]?.string == "/problems/\(slug)")
        #expect(problem["status"]?.integer == Int64(status))
        await sample.visitor().get("/problems/\(slug)").expect(200, shows: "/problems/\(slug)")
    }

    @Test("an unknown error shows its number and nothing of itself")
    func unknown() async {
        await sample.visitor().get("/broken").expect(500, shows: "id-2", "Xin lỗi", hides: ["secret", "Broken"])
        await sample.visitor("broken").send(.get, "/").expect(500, hides: ["secret", "Broken"])
    }

    @Test("the wrong method is told which are right; HEAD is GET; a last slash is taken off")
    func methods() async {
        let visitor = sample.visitor("officer")
        #expect(await visitor.send(.delete, "/notes/new").expect(405).response.headers["allow"] == "GET, HEAD, POST")
        #expect(await visitor.send(.head, "/notes/1").status == 200)
        await visitor.get("/notes/1/?q=2").expect(redirectTo: "/notes/1?q=2")
        #expect(await visitor.send(.get, "//evil.example/").status == 404)
        #expect(await visitor.send(.get, "/notes/%2e%2e").status == 404)
        #expect(await visitor.send(.get, "/notes/%ff").status == 404)
        #expect(await visitor.send(.get, "/notes/%00").status == 404)
    }

    @Test("a path of slashes costs nothing")
    func slashes() async {
        #expect(await sample.visitor().send(.get, String(repeating: "/", count: 16_000)).status == 404)
        #expect(await sample.visitor().send(.get, String(repeating: "/notes", count: 2000)).status == 404)
    }

    @Test("the rest of a path, however deep, goes to who asked for it")
    func rest() async {
        let sample = Sample()
        sample.site.api(
            .get, "/tiles/{level}/{path...}", allow: .everyone, APIDoc(Phrase(name: "Tile"), response: .any)
        ) { call in
            .json(["level": .string(try call.parameter("level")), "path": .string(try call.parameter("path"))])
        }
        await sample.visitor().send(.get, "/tiles/0/x001/x2%33/067").expect(200, shows: "\"0\"", "\"x001/x23/067\"")
        await sample.visitor().send(.get, "/tiles/0").expect(404)
        await sample.visitor().send(.get, "/tiles/0/a//b").expect(404)
        await sample.visitor().send(.get, "/openapi.json").expect(200, shows: "/tiles/{level}/{path}")
    }

    @Test("a literal segment goes before a name")
    func literalFirst() async {
        await sample.visitor("officer").get("/notes/new").expect(200, shows: "Ghi chú mới")
    }

    @Test("Vietnamese unless chosen; the choice is kept; the browser's setting is not asked")
    func languages() async {
        let visitor = sample.visitor()
        await visitor.get("/", headers: ["accept-language": "en"]).expect(200, shows: "lang=\"vi\"", "Chào")
        await visitor.get("/?lang=en").expect(200, shows: "lang=\"en\"", "Hello")
        await visitor.get("/").expect(200, shows: "Hello")
        await visitor.post("/language", ["language": "vi", "next": "/problems/busy"]).expect(
            redirectTo: "/problems/busy")
        #expect(await visitor.get("/").expect(200, shows: "Chào").response.headers["content-language"] == "vi")
        await visitor.post("/language", ["language": "en", "next": "//evil.example"]).expect(redirectTo: "/")
    }

    @Test("every answer carries the security headers", arguments: ["/", "/nowhere", "/assets/none.css", "/api/broken"])
    func securityHeaders(path: String) async {
        var request = Request(.get, path)
        request.isSecure = true
        let headers = await sample.site.respond(to: request).headers
        #expect(headers["content-security-policy"]?.contains("frame-ancestors 'none'") == true)
        #expect(headers["content-security-policy"]?.contains("unsafe") == false)
        #expect(headers["x-content-type-options"] == "nosniff")
        #expect(headers["strict-transport-security"] != nil)
        #expect(headers["cross-origin-opener-policy"] == "same-origin")
        #expect(
            headers.all("set-cookie").allSatisfy {
                $0.hasPrefix("__Host-test-") && $0.contains("; HttpOnly; SameSite=Lax; Secure")
            })
    }

    @Test("only the hosts it has")
    func hosts() async {
        let site = Sample(hosts: ["truc.test"])
        await site.visitor().get("/").expect(200)
        #expect(await site.visitor().send(.get, "/", headers: ["host": "evil.example"]).status == 421)
    }

    @Test("every door opens to those it is for and to nobody else", arguments: [nil, "citizen", "officer"])
    func walk(who: String?) async {
        for knock in await sample.visitor(who).walk() {
            let isFor =
                switch knock.route.permission {
                case .everyone: true
                case .signedIn: who != nil
                default: who == "officer"
                }
            // Programs that come with a person's cookie also need the token, which this walk does not send.
            if isFor, knock.route.kind == .api, knock.route.method == .post { continue }
            #expect(knock.isOpen == isFor, "\(who ?? "stranger") at \(knock.route.method) \(knock.route.pattern)")
        }
    }

    @Test("the OpenAPI document says what the routes say")
    func openAPI() async throws {
        let answered = await sample.visitor().send(.get, "/openapi.json").expect(200)
        let root = try JSONDocument(answered.response.bytes ?? []).root
        #expect(root["openapi"]?.string == "3.1.0")
        let paths = root["paths"]?.members ?? []
        #expect(paths.map(\.key) == ["/openapi.json", "/api/notes/{id}", "/api/notes", "/api/broken"])
        let get = root["paths"]?["/api/notes/{id}"]?["get"]
        #expect(get?["summary"]?.string == "One note")
        #expect(get?["description"]?.string == "Một ghi chú")
        #expect(get?["parameters"]?.elements?.first?["name"]?.string == "id")
        #expect(get?["parameters"]?.elements?.first?["required"]?.bool == true)
        let post = root["paths"]?["/api/notes"]?["post"]
        #expect(
            post?["requestBody"]?["content"]?["application/json"]?["schema"]?["required"]?.elements?.first?.string
                == "text")
        #expect(post?["responses"]?.members?.map(\.key) == ["201", "default"])
        #expect(root["paths"]?["/api/broken"]?["get"]?["security"]?.elements?.isEmpty == true)
        let identifiers = paths.flatMap { $0.value.members ?? [] }.compactMap { $0.value["operationId"]?.string }
        #expect(Set(identifiers).count == 4)
    }

    @Test("the document says by what a door knows who calls, and lists what one door has for many paths")
    func proofs() async throws {
        let key = Permission("test.key")
        let site = Site(
            doorkeeper: Doorkeeper(identify: { _ in Caller() }, decide: { _, permission in permission == key }),
            settings: SiteSettings(name: Phrase(name: "Trục"), cookiePrefix: "test"),
            now: { Instant(milliseconds: 0) })
        var many = APIDoc(Phrase(name: "many"))
        var one = APIDoc(Phrase(name: "one"), tags: ["things"])
        one.proofs = [.bearer, .apiKey]
        one.refusal = Schema.object(["error": .string])
        one.path = ["id": .integer]
        many.places = [.init("/things/{id}", one), .init("/things", APIDoc(Phrase(name: "all")))]
        site.api(.get, "/things/{path...}", allow: .everyone, many) { _ in .empty }
        site.api(.post, "/closed", allow: .signedIn, APIDoc(Phrase(name: "closed"))) { _ in .empty }
        site.api(.get, "/open", allow: key, APIDoc(Phrase(name: "open"))) { _ in .empty }
        let answer = await site.respond(to: Request(.get, "/openapi.json"))
        let paths = try JSONDocument(answer.bytes ?? []).root["paths"]
        #expect(paths?.members?.map(\.key) == ["/openapi.json", "/things/{id}", "/things", "/closed", "/open"])
        func security(_ path: String, _ method: String) -> [[String]] {
            (paths?[path]?[method]?["security"]?.elements ?? []).map { $0.members?.map(\.key) ?? [] }
        }
        #expect(security("/things/{id}", "get") == [["bearer"], ["apiKey"]])
        let schemes = try JSONDocument(answer.bytes ?? []).root["components"]?["securitySchemes"]
        #expect(schemes?["apiKey"]?["name"]?.string == "X-Api-Key")
        #expect(security("/closed", "post") == [["session", "formToken"]])
        #expect(security("/open", "get") == [[], ["session"]])
        let id = paths?["/things/{id}"]?["get"]
        #expect(id?["parameters"]?.elements?.first?["schema"]?["type"]?.string == "integer")
        let elsewhere = await site.respond(to: Request(.post, "/things/1"))
        #expect(elsewhere.status == 405 && elsewhere.headers["allow"] == "GET, HEAD")
        #expect(await site.respond(to: Request(.post, "/things/1/2")).status == 404)
        let refusals = id?["responses"]?["default"]?["content"]?.members?.map(\.key)
        #expect(refusals == ["application/json", "application/problem+json"])
    }

    @Test("TRACE is not allowed anywhere, and every problem has a code")
    func codes() async throws {
        for (method, path, status, code) in [
            (Method.other, "/openapi.json", 405, "method-not-allowed"), (.get, "/nowhere", 404, "not-found"),
        ] {
            let answer = await sample.visitor().send(method, path).expect(status)
            #expect(try JSONDocument(answer.response.bytes ?? []).root["code"]?.string == code)
        }
    }
}
