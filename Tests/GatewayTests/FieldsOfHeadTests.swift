import TestKit
import Testing

@testable import Gateway

/// Which fields of a head go through, and which would say what is not so on the other side.
@Suite("Fields of a head", .serialized)
struct FieldsOfHeadTests {
    static let ofProxies = [
        "X-Forwarded-For", "X-Forwarded-Host", "x-forwarded-proto", "X-FORWARDED-PREFIX", "Forwarded", "X-Real-IP",
        "X-Client-IP", "True-Client-IP", "X-HTTP-Method-Override", "X-Original-URL", "X-Rewrite-URL",
        "X-Forwarded-Client-Certificate-Chain",
    ]

    @Test("a consumer cannot say for whom it speaks, nor that it means another method or path")
    func proxies() async throws {
        let upstream = try await TestUpstream.open { _ in .json("{}") }
        try await Axis.with(Axis.table([upstream.port])) { axis async throws in
            let fields = FieldsOfHeadTests.ofProxies.map { "\r\n\($0): said-by-the-consumer" }.joined()
            let answer = try await axis.call("GET /units/v1/units HTTP/1.1\r\nHost: a\r\nX-Forward: other\(fields)")
            #expect(answer.status == 200)
            let heard = try #require(upstream.heard.all.first)
            #expect(!heard.contains("said-by-the-consumer") && heard.contains("X-Forward: other\r\n"), "\(heard)")
            // Nor is one hidden behind another spelling.
            let disguised = "GET /units/v1/units HTTP/1.1\r\nHost: a\r\nX_Forwarded_For: 10.0.0.1"
            #expect(try await axis.call(disguised).status == 400)
        }
        try await upstream.close()
    }

    private static let described = [
        "Content-Digest: sha-256=:AA==:", "Repr-Digest: sha-256=:AA==:", "Digest: sha-256=AA==", "Content-MD5: AA==",
        "Content-Range: bytes 0-1/2", "ETag: \"tag-1\"", "Signature: a=:AA==:",
        "Signature-Input: a=(\"content-digest\")", "X-Kept: yes",
    ]

    private static func reply(_ request: String) -> TestUpstream.Reply {
        let fields = described.map { $0 + "\r\n" }.joined()
        let ours = request.contains("/weak") ? fields.replacing("ETag: ", with: "ETag: W/") : fields
        return .say(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 17\r\n\(ours)\r\n"
                + #"{"code":1,"b":22}"#)
    }

    @Test("what is said of the bytes of a body goes with it, and stays behind when fields of it do")
    func digests() async throws {
        let upstream = try await TestUpstream.open(FieldsOfHeadTests.reply)
        try await Axis.with(Axis.table([upstream.port])) { axis async throws in
            let whole = try await axis.call()
            for field in FieldsOfHeadTests.described { #expect(whole.head.contains(field), "\(field)") }
        }
        try await Axis.with(Axis.table([upstream.port], fields: ["code"])) { axis async throws in
            let filtered = try await axis.call()
            #expect(filtered.body == #"{"code":1}"#)
            // A tag may be a digest of the whole body, a weak one too.
            for path in ["units", "units/weak"] {
                let answer = try await axis.call("GET /units/v1/\(path) HTTP/1.1\r\nHost: a")
                for name in [
                    "content-digest", "repr-digest", "digest", "content-md5", "content-range", "etag", "signature",
                    "signature-input",
                ] {
                    #expect(answer.field(name) == nil, "\(path) \(name)")
                }
            }
        }
        try await upstream.close()
    }

    /// What a service may put into a head without thinking of a grant's fields.
    private static let telling = [
        "Set-Cookie: session=secret", "X-Internal-Secret: secret", "Location: /people?number=secret",
        "Content-Location: /people/secret", "Link: </people/secret>; rel=next", "Last-Modified: secret",
        "Content-Disposition: attachment; filename=secret", "WWW-Authenticate: Basic realm=secret",
        "Server: secret", "Via: secret", "Server-Timing: secret", "x-total-count: secret",
    ]
    /// What says how an answer is read and kept, and whose call it was.
    private static let harmless = [
        "Content-Language: vi", "cache-control: no-store", "Expires: 0", "Age: 1", "VARY: Accept-Language",
        "Date: Mon, 30 Nov 2026 00:00:00 GMT", "Retry-After: 5", "Traceparent: 00-1", "tracestate: a=b",
        "Deprecation: @1688169599", "X-Road-Error: none",
    ]

    @Test(
        "under a grant for some fields the head says how to read and keep the answer, and nothing else",
        arguments: ["200 secret", "201 secret", "303 secret", "204 secret"])
    func allowed(status: String) async throws {
        let upstream = try await TestUpstream.open { request in
            let fields = (FieldsOfHeadTests.telling + FieldsOfHeadTests.harmless).map { $0 + "\r\n" }.joined()
            let isEmpty = status.hasPrefix("204") || request.hasPrefix("HEAD")
            let body = isEmpty ? "" : #"{"code":1,"secret":2}"#
            let length = status.hasPrefix("204") ? "" : "Content-Length: 21\r\n"
            return .say(
                "HTTP/1.1 \(status)\r\nContent-Type: application/json\r\n\(length)\(fields)\r\n\(body)")
        }
        for evidence in EvidenceClass.allCases {
            try await Axis.with(Axis.table([upstream.port], fields: ["code"], evidence: evidence)) {
                axis async throws in
                for method in ["GET", "HEAD"] {
                    let wire = try await axis.wire()
                    try await wire.send(
                        "\(method) /units/v1/units HTTP/1.1\r\nHost: a\r\nX-Api-Key: \(Axis.key)\r\n\r\n")
                    let answer = try await wire.answer(toHead: method == "HEAD" || status.hasPrefix("204"))
                    #expect(answer.status == Int(status.prefix(3)))
                    #expect(!answer.head.contains("secret"), "\(answer.head)")
                    for field in FieldsOfHeadTests.harmless { #expect(answer.head.contains(field), "\(field)") }
                    #expect(answer.field("content-type") == "application/json" && answer.field("truc-call") != nil)
                    try await wire.close()
                }
            }
        }
        try await Axis.with(Axis.table([upstream.port])) { axis async throws in
            let wire = try await axis.wire()
            try await wire.send("GET /units/v1/units HTTP/1.1\r\nHost: a\r\nX-Api-Key: \(Axis.key)\r\n\r\n")
            let whole = try await wire.answer(toHead: status.hasPrefix("204"))
            for field in FieldsOfHeadTests.telling { #expect(whole.head.contains(field), "\(field)") }
            #expect(whole.head.hasPrefix("HTTP/1.1 \(status)\r\n"))
            try await wire.close()
        }
        try await upstream.close()
    }

    @Test("of a body that is cut down to fields nobody gets a part")
    func ranges() async throws {
        let upstream = try await TestUpstream.open { _ in .json("{}") }
        let head = [
            "GET /units/v1/units HTTP/1.1", "Host: a", "Range: bytes=0-1", "If-Range: \"tag-1\"",
            "If-None-Match: \"tag-1\"",
        ].joined(separator: "\r\n")
        for fields in [nil, ["code"]] as [Set<String>?] {
            try await Axis.with(Axis.table([upstream.port], fields: fields)) { axis async throws in
                #expect(try await axis.call(head).status == 200)
                let heard = try #require(upstream.heard.all.last)
                #expect(heard.contains("Range: bytes") == (fields == nil))
                #expect(heard.contains("If-Range") == (fields == nil))
                #expect(heard.contains("If-None-Match") == (fields == nil), "nor tries a tag that is not shown")
                // What is written only when nobody wrote before stays so.
                let put = "PUT /units/v1/units/a HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nIf-None-Match: *"
                #expect(try await axis.call(put, "{}").status == 200)
                #expect(upstream.heard.all.last?.contains("If-None-Match: *") == true)
            }
        }
        try await upstream.close()
    }

    @Test("of problem details only what the standard names passes where fields are limited")
    func problems() async throws {
        let problem =
            #"{"type":"/p","title":"t","status":404,"detail":"d","instance":"/i","citizen":"x","code":"c","more":[1]}"#
        let upstream = try await TestUpstream.open { request in
            .say(
                "HTTP/1.1 \(request.contains("/units/ok") ? "200 OK" : "404 Not Found")\r\n"
                    + "Content-Type: application/problem+json\r\n"
                    + "Content-Length: \(problem.utf8.count)\r\n\r\n\(problem)")
        }
        try await Axis.with(Axis.table([upstream.port], fields: ["code"])) { axis async throws in
            let answer = try await axis.call()
            #expect(answer.status == 404)
            #expect(answer.body == #"{"type":"/p","title":"t","status":404,"detail":"d","instance":"/i"}"#)
            let good = try await axis.call("GET /units/v1/units/ok HTTP/1.1\r\nHost: a")
            #expect(good.body == #"{"code":"c"}"#)
        }
        try await Axis.with(Axis.table([upstream.port])) { axis async throws in
            #expect(try await axis.call().body == problem)
        }
        try await upstream.close()
    }
}
