import House
import StrictJSON
import TestKit
import Testing
import Vocabulary

@testable import Web

/// RFC 6750 at doors for programs, beside the cookie of a browser.
@Suite("keys and tokens at doors for programs")
struct BearerTests {
    private let site: Site

    init() {
        var keeper = Doorkeeper(
            identify: { request in
                request.cookie("test-session") == "officer"
                    ? Caller(
                        person: Cast.officer, session: "officer", responseHeaders: ["set-cookie": "test-session=next"])
                    : Caller()
            },
            decide: { person, _ in person != nil }, look: { _ in Caller() })
        keeper.bearer = { _, token, _ in
            switch token {
            case "reads": Caller(person: Cast.officer, scopes: ["notes.read"])
            case "all": Caller(person: Cast.officer, scopes: ["notes"])
            case "often": throw Problem.tooOften(retryAfterSeconds: 7)
            default: throw BearerFault.notGood
            }
        }
        keeper.freshSeconds = 1800
        site = Site(
            doorkeeper: keeper, settings: SiteSettings(name: Phrase(name: "Trục mẫu"), cookiePrefix: "test"),
            now: { Instant(milliseconds: 1_604_883_600_000) })
        func about(_ scopes: String...) -> APIDoc {
            var about = APIDoc(Phrase(vi: "Ghi chú", en: "Notes"), response: .object(["by": .string]))
            about.scopes = scopes
            return about
        }
        @Sendable func who(_ call: Call) -> Response { .json(["by": .string(orNull: call.person?.id.text)]) }
        site.api(.get, "/notes.json", allow: .readNotes, about("notes.read", "notes")) { who($0) }
        site.api(.post, "/notes.json", allow: .writeNotes, about("notes.write", "notes"), bodyLimit: 1 << 20) {
            who($0)
        }
        site.api(.post, "/sealed.json", allow: .writeNotes, about("notes")) { _ in throw Problem.confirmFirst(level: 2)
        }
        site.api(.get, "/plain.json", allow: .readNotes, about()) { who($0) }
        site.api(.post, "/plain.json", allow: .writeNotes, about()) { who($0) }
    }

    private func call(
        _ method: Method, _ path: String, _ authorization: String? = nil, cookie: Bool = false, csrf: String? = nil
    ) async -> Answered {
        var headers: Headers = ["host": "truc.test"]
        if let authorization { headers["authorization"] = authorization }
        if cookie { headers["cookie"] = "test-session=officer" }
        if let csrf { headers["x-csrf-token"] = csrf }
        return Answered(response: await site.respond(to: Request(method, path, headers: headers)))
    }

    private func csrf() async -> String {
        await site.csrfToken(
            for: Request(.get, "/", headers: ["host": "truc.test", "cookie": "test-session=officer"]))
    }

    @Test("a token opens the doors of its scopes, and no form's token is asked for")
    func scopes() async {
        await call(.get, "/notes.json", "Bearer reads").expect(200, shows: "officer")
        await call(.get, "/notes.json", "bearer all").expect(200)
        await call(.post, "/notes.json", "Bearer all").expect(200, shows: "officer")
        let refused = await call(.post, "/notes.json", "Bearer reads").expect(403, shows: "insufficient-scope")
        #expect(
            refused.response.headers["www-authenticate"]
                == "Bearer realm=\"axis\", error=\"insufficient_scope\", scope=\"notes.write\"")
    }

    @Test("a cookie beside a token opens nothing, and is not renewed; alone it goes with its form's token as before")
    func cookie() async {
        await call(.get, "/notes.json", "Bearer stolen", cookie: true).expect(401, shows: "invalid-token")
        await call(.post, "/notes.json", "Bearer reads", cookie: true, csrf: await csrf()).expect(403)
        let both = await call(.get, "/notes.json", "Bearer reads", cookie: true).expect(200)
        #expect(both.response.headers["set-cookie"] == nil)
        await call(.post, "/notes.json", cookie: true).expect(403, shows: "form-expired")
        await call(.post, "/notes.json", cookie: true, csrf: await csrf()).expect(200)
    }

    @Test(
        "what is no bearer token is refused, whatever cookie comes with it",
        arguments: [
            ("Basic b2ZmaWNlcjp4", 401, "unauthenticated"), ("ApiKey all", 401, "unauthenticated"),
            ("", 401, "unauthenticated"), ("Bearer", 400, "invalid-request"),
            ("Bearer all all", 400, "invalid-request"),
            ("Bearer \"all\"", 400, "invalid-request"), ("Bearer wrong", 401, "invalid-token"),
            ("Bearer " + String(repeating: "a", count: 9000), 400, "invalid-request"),
            ("Bearer often", 429, "too-often"),
        ])
    func refused(line: String, status: Int, code: String) async {
        let answer = await call(.get, "/notes.json", line, cookie: true)
        answer.expect(status, shows: "\"code\":\"\(code)\"")
        #expect((answer.response.headers["www-authenticate"] != nil) == (status != 429))
    }

    @Test("two tokens are none, and a call without any is told that one is wanted")
    func twoOrNone() async {
        var headers: Headers = ["host": "truc.test", "authorization": "Bearer all"]
        headers.add("authorization", "Bearer reads")
        let two = await site.respond(to: Request(.get, "/notes.json", headers: headers))
        #expect(two.status == 400)
        let none = await call(.get, "/notes.json").expect(401)
        #expect(none.response.headers["www-authenticate"] == "Bearer realm=\"axis\"")
    }

    @Test("a door that takes none goes by the cookie alone, as if nothing had been shown")
    func notTaken() async {
        let refused = await call(.get, "/plain.json", "Bearer all").expect(401)
        #expect(refused.response.headers["www-authenticate"] == nil)
        await call(.get, "/plain.json", "Bearer wrong", cookie: true).expect(200)
        await call(.post, "/plain.json", "Bearer all", cookie: true).expect(403, shows: "form-expired")
    }

    @Test("what needs a fresh proof is told to programs in the words of RFC 9470, to browsers as before")
    func stepUp() async {
        let refused = await call(.post, "/sealed.json", "Bearer all").expect(
            401, shows: "insufficient-user-authentication")
        #expect(
            refused.response.headers["www-authenticate"] == """
                Bearer realm="axis", error="insufficient_user_authentication", acr_values="2", max_age="1800"
                """)
        await call(.post, "/sealed.json", cookie: true, csrf: await csrf()).expect(403, shows: "step-up-required")
    }

    @Test("the long body of a program is read when its token is good, and only then")
    func longBodies() async {
        func expects(_ line: String) async -> Bool {
            await site.expectsBody(
                of: Request(.post, "/notes.json", headers: ["host": "truc.test", "authorization": line]))
        }
        #expect(await expects("Bearer all"))
        #expect(await !expects("Bearer wrong"))
        #expect(await !expects("Basic all"))
    }

    @Test("the document says so: a session, or a bearer with one of these scopes")
    func document() async {
        let text = await call(.get, "/openapi.json").text
        let bearer = #"{"bearer":["notes.write"]},{"bearer":["notes"]}"#
        #expect(text.contains(#""security":[{"session":[],"formToken":[]},\#(bearer)]"#))
        #expect(text.contains(#""security":[{"session":[]}]"#))
    }
}
