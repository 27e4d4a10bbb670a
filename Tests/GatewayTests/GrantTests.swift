import Crypto
import StrictJSON
import TestKit
import Testing
import Vocabulary

@testable import Gateway

@Suite("Who may call what", .serialized)
struct GrantTests {
    private static let get = "GET /units/v1/units HTTP/1.1\r\nHost: a"

    @Test("who shows nothing, or something wrong, is told so and goes no further")
    func unknown() async throws {
        let upstream = try await TestUpstream.open { _ in .json("{}") }
        try await Axis.with(Axis.table([upstream.port])) { axis async throws in
            for credential in ["", "X-Api-Key: wrong\r\n", "Authorization: Bearer x\r\n", "Authorization: Basic x\r\n"]
            {
                let wire = try await axis.wire()
                try await wire.send("\(GrantTests.get)\r\n\(credential)\r\n")
                let answer = try await wire.answer()
                #expect(answer.code == "unknown-caller")
                #expect(answer.field("www-authenticate") == "Bearer realm=\"truc\"")
                try await wire.close()
            }
            #expect(upstream.heard.byteCount == 0)
        }
        try await upstream.close()
    }

    @Test("the key may also come as Authorization, and never reaches the service")
    func authorization() async throws {
        let upstream = try await TestUpstream.open { _ in .json("{}") }
        try await Axis.with(Axis.table([upstream.port])) { axis async throws in
            let wire = try await axis.wire()
            try await wire.send("\(GrantTests.get)\r\nAuthorization: ApiKey \(Axis.key)\r\nTruc-Consumer: root\r\n\r\n")
            #expect(try await wire.answer().status == 200)
            let heard = try #require(upstream.heard.all.first).lowercased()
            #expect(!heard.contains(Axis.key) && !heard.contains("root") && heard.contains("truc-consumer: kiosk\r\n"))
            #expect(heard.hasPrefix("get /units http/1.1\r\nhost: 127.0.0.1:\(upstream.port)\r\n"))
            #expect(heard.contains("traceparent: 00-"))
            try await wire.close()
        }
        try await upstream.close()
    }

    @Test("of tables that are put in force at the same time the last one is in force everywhere")
    func swaps() async throws {
        let upstream = try await TestUpstream.open { _ in .json("{}") }
        let full = Axis.table([upstream.port])
        var empty = full
        empty.grants = []
        try await Axis.with(full) { [full, empty] axis async throws in
            for _ in 0..<20 {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for place in 0..<6 {
                        group.addTask { try await axis.gateway.swap(place % 2 == 0 ? full : empty) }
                    }
                    try await group.waitForAll()
                }
                let isEmpty = axis.gateway.table.parts.grants.isEmpty
                #expect(try await axis.call().status == (isEmpty ? 403 : 200))
            }
        }
        try await upstream.close()
    }

    @Test("an access token is asked about, and its client is the consumer")
    func token() async throws {
        let upstream = try await TestUpstream.open { _ in .json("{}") }
        var table = Axis.table([upstream.port])
        table.consumers = [Consumer(id: "kiosk", name: Axis.client, credentials: [.oauthClient("client-7")])]
        let answers = GatewayAnswers(token: { $0 == "good" ? "client-7" : nil })
        try await Axis.with(table, answers: answers) { axis async throws in
            for (token, status) in [("good", 200), ("bad", 401)] {
                let wire = try await axis.wire()
                try await wire.send("\(GrantTests.get)\r\nAuthorization: Bearer \(token)\r\n\r\n")
                #expect(try await wire.answer().status == status)
                try await wire.close()
            }
        }
        try await upstream.close()
    }

    @Test("a signature over a body is asked about with the body")
    func signature() async throws {
        let upstream = try await TestUpstream.open { _ in .json("{}") }
        var table = Axis.table([upstream.port])
        table.consumers = [Consumer(id: "kiosk", name: Axis.client, credentials: [.signer("key-1")])]
        let answers = GatewayAnswers(signature: { $0.body == Array("abc".utf8) ? "key-1" : nil })
        try await Axis.with(table, answers: answers) { axis async throws in
            for (body, status) in [("abc", 200), ("abd", 401)] {
                let wire = try await axis.wire()
                try await wire.send(
                    """
                    POST /units/v1/units HTTP/1.1\r\nHost: a\r\nSignature-Input: truc=()\r\n\
                    Content-Length: 3\r\n\r\n\(body)
                    """)
                #expect(try await wire.answer().status == status)
                try await wire.close()
            }
            #expect(upstream.heard.all.count == 1)
        }
        try await upstream.close()
    }

    static let paths: [(String, String)] = [
        ("GET /units/v1/units/export", "operation-not-granted"),
        ("GET /units/v1/units/%65xport", "ambiguous-path"),
        ("GET /units/v1/units/a%2Fb", "ambiguous-path"),
        ("GET /units/v1/units/../units/export", "ambiguous-path"),
        ("GET /units/v1/./units", "ambiguous-path"),
        ("GET /units/v1//units", "ambiguous-path"),
        ("GET /units/v1/units/..;/export", "ambiguous-path"),
        ("GET /units/v1/units/%00", "ambiguous-path"),
        ("GET /units/v1/units/%zz", "ambiguous-path"),
        ("GET /units/v1/other", "unknown-operation"),
        ("GET /units/v2/units", "unknown-service"),
        ("DELETE /units/v1/units", "other-methods"),
        ("TRACE /units/v1/units", "other-methods"),
        ("QUERY /units/v1/units", "other-methods"),
        ("TRACE /units/v1/other", "unknown-operation"),
    ]

    @Test("only what the grant covers passes, and no path means two things", arguments: paths)
    func path(line: String, code: String) async throws {
        try await Axis.with(Axis.table([1])) { axis async throws in
            #expect(try await axis.call("\(line) HTTP/1.1\r\nHost: a").code == code)
        }
    }

    @Test("a document that has TRACE opens no way for it")
    func trace() throws {
        let tree = try PathTree(
            ["GET", "TRACE"].map { Operation(id: $0, method: $0, template: "/units") }, subject: "units")
        let found = Array("/units".utf8).withUnsafeBytes { path in
            Array("TRACE".utf8).withUnsafeBytes { tree.match(path, method: $0) }
        }
        #expect(found == .otherMethods(["GET"]))
    }

    @Test("a grant is in force from its first moment to its last")
    func days() async throws {
        let upstream = try await TestUpstream.open { _ in .json("{}") }
        let table = Axis.table([upstream.port])
        let compiled = try CompiledTable(table)
        func holds(_ milliseconds: Int64) -> Bool {
            compiled.grantFor(
                consumer: "kiosk", method: "GET", path: "/units/v1/units", at: Instant(milliseconds: milliseconds))
                != nil
        }
        #expect(!holds(-1) && holds(0) && holds(1 << 46 - 1) && !holds(1 << 46))
        try await upstream.close()
    }

    @Test("a rate and a quota are exact, and say when to come back")
    func limits() async throws {
        let upstream = try await TestUpstream.open { _ in .json("{}") }
        try await Axis.with(Axis.table([upstream.port], rate: Rate(perSecond: 0.01, burst: 3))) { axis async throws in
            for _ in 0..<3 { #expect(try await axis.call().status == 200) }
            let refused = try await axis.call()
            #expect(refused.status == 429 && refused.code == "rate" && refused.field("retry-after") != nil)
        }
        let table = Axis.table([upstream.port], quota: Quota(calls: 2, windowSeconds: 86_400))
        try await Axis.with(table) { axis async throws in
            for _ in 0..<2 { #expect(try await axis.call().status == 200) }
            #expect(try await axis.call().code == "quota")
        }
        try await upstream.close()
    }

    @Test("a grant that is taken away stops the next call of an open connection")
    func swap() async throws {
        let upstream = try await TestUpstream.open { _ in .json("{}") }
        let table = Axis.table([upstream.port])
        try await Axis.with(table) { axis async throws in
            let wire = try await axis.wire()
            let call = "\(GrantTests.get)\r\nX-Api-Key: \(Axis.key)\r\n\r\n"
            try await wire.send(call)
            #expect(try await wire.answer().status == 200)
            var without = table
            without.grants = []
            try await axis.gateway.swap(without)
            try await wire.send(call)
            #expect(try await wire.answer().code == "no-grant")
            try await wire.close()
        }
        try await upstream.close()
    }

    @Test("only the fields of the grant pass, however the answer is cut into pieces")
    func fields() async throws {
        let json =
            #"{"code":"36","secret":1,"units":[{"name":"a","cccd":"x","n":{"y":[1,{"z":2}]}},{"name":"b"}],"#
            + #""\u0063ode2":true}"#
        let upstream = try await TestUpstream.open { request in
            guard request.contains("/units/split") else { return .json(json) }
            let pieces = json.map { "1\r\n\($0)\r\n" }
            return .init(
                pieces: ["HTTP/1.1 200 OK\r\nContent-Type: application/geo+json\r\nTransfer-Encoding: chunked\r\n\r\n"]
                    + pieces
                    + ["0\r\n\r\n"])
        }
        let table = Axis.table([upstream.port], fields: ["code", "units/name", "units/n"])
        try await Axis.with(table) { axis async throws in
            let wanted = #"{"code":"36","units":[{"name":"a","n":{"y":[1,{"z":2}]}},{"name":"b"}]}"#
            #expect(try await axis.call().body == wanted)
            #expect(try await axis.call("GET /units/v1/units/split HTTP/1.1\r\nHost: a").body == wanted)
        }
        try await upstream.close()
    }

    @Test("where fields are limited, what is not JSON does not pass")
    func notJSON() async throws {
        let upstream = try await TestUpstream.open { request in
            if request.contains("/units/html") {
                return .say("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\nsecret")
            }
            if request.contains("/units/gzip") {
                return .say(
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                        + "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}"
                )
            }
            // An escape of a name has four digits, and no sign before them.
            if request.contains("/units/sign") { return .json(##"{"\u+12a":"secret","name":1}"##) }
            return .json(#"{"code":"secret"#)
        }
        try await Axis.with(Axis.table([upstream.port], fields: ["name"])) { axis async throws in
            for path in ["units/html", "units/gzip", "units/sign", "units"] {
                let answer = try await axis.call("GET /units/v1/\(path) HTTP/1.1\r\nHost: a")
                #expect(answer.code == "answer-not-json" && !answer.body.contains("secret"))
            }
        }
        try await upstream.close()
    }

    @Test("a request that does not fit its schema is not passed on")
    func validation() async throws {
        let upstream = try await TestUpstream.open { _ in .json("{}") }
        let table = Axis.table(
            [upstream.port],
            validator: { request in
                request.body == Array("{}".utf8) ? nil : ValidationFinding(place: "/", reason: "must be an object")
            })
        try await Axis.with(table) { axis async throws in
            let head = "POST /units/v1/units HTTP/1.1\r\nHost: a\r\nContent-Length: 2"
            #expect(try await axis.call(head, "{}").status == 200)
            #expect(try await axis.call(head, "[]").code == "invalid-request")
            #expect(upstream.heard.all.count == 1)
        }
        try await upstream.close()
    }

    @Test("a service in the node's own networks is not called unless that was allowed")
    func privateTarget() async throws {
        let upstream = try await TestUpstream.open { _ in .json("{}") }
        var table = Axis.table([upstream.port])
        let old = table.services[0]
        table.services[0] = Service(
            id: old.id, provider: old.provider, code: old.code, path: old.path, operations: old.operations,
            upstreams: [Upstream(host: "localhost", port: upstream.port)], limits: old.limits)
        try await Axis.with(table) { axis async throws in
            #expect(try await axis.call().code == "private-address")
            #expect(upstream.heard.connectionCount == 0)
        }
        try await upstream.close()
    }

    @Test("an X-Road client works unchanged: path, fields that come back, hash, error type")
    func road() async throws {
        let upstream = try await TestUpstream.open { _ in .json("{}") }
        try await Axis.with(Axis.table([upstream.port])) { axis async throws in
            let path = "/r1/VN/GOV/H36/registry/units/units"
            let fields =
                "Host: a\r\nX-Road-Client: VN/GOV/H42/kiosk\r\nX-Road-Id: id-1\r\nX-Road-UserId: u\r\n"
                + "X-Api-Key: \(Axis.key)\r\n"
            let wire = try await axis.wire()
            try await wire.send("GET \(path) HTTP/1.1\r\n\(fields)\r\n")
            let answer = try await wire.answer()
            #expect(answer.status == 200)
            #expect(answer.field("x-road-id") == "id-1" && answer.field("x-road-client") == "VN/GOV/H42/kiosk")
            #expect(answer.field("x-road-request-id") == answer.field("truc-call"))
            #expect(
                answer.field("x-road-request-hash") == Base64.encode(Array(SHA512.hash(data: Array(fields.utf8)))))
            try await wire.close()
            let other = try await axis.call("GET \(path) HTTP/1.1\r\nHost: a\r\nX-Road-Client: VN/GOV/H99/kiosk")
            #expect(other.field("x-road-error") == "Server.ClientProxy.AccessDenied")
            #expect(
                try JSONDocument(Array(other.body.utf8)).root.requireString("type") == "Server.ClientProxy.AccessDenied"
            )
            let without = try await axis.call("GET \(path) HTTP/1.1\r\nHost: a")
            #expect(without.field("x-road-error") == "Client.BadRequest")
            // Nor does anybody speak for another on the plain path.
            let plain = "GET /units/v1/units HTTP/1.1\r\nHost: a\r\nX-Road-Client: VN/GOV/H42/"
            #expect(try await axis.call(plain + "kiosk").status == 200)
            #expect(try await axis.call(plain + "other").code == "client-mismatch")
            #expect(upstream.heard.all.count == 2)
        }
        try await upstream.close()
    }
}
