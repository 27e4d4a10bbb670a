import StrictJSON
import TestKit
import Testing
import Vocabulary

@testable import Gateway

/// Over real sockets: what is malformed is refused with its code, and nothing of it reaches the service.
@Suite("On the wire", .serialized)
struct WireTests {
    @Test("no malformed request reaches the service")
    func malformed() async throws {
        let upstream = try await TestUpstream.open { _ in .json("{}") }
        try await Axis.with(Axis.table([upstream.port])) { axis async throws in
            for (text, fault) in HeadTests.refused {
                let wire = try await axis.wire()
                let spoilt = text.replacing(
                    "Host: a\r\n", with: "Host: a\r\nX-Api-Key: \(Axis.key)\r\n", maxReplacements: 1
                )
                .replacing(" / HTTP", with: " /units/v1/units HTTP")
                try await wire.send(spoilt)
                let answer = try await wire.answer()
                #expect(answer.status == fault.status && answer.code == fault.rawValue, "\(text.debugDescription)")
                #expect(answer.field("connection") == "close")
                try await wire.close()
            }
            #expect(upstream.heard.byteCount == 0)
        }
        try await upstream.close()
    }

    static let bodies: [(String, HeadFault)] = BodyTests.refused

    @Test("no malformed chunk is passed on, and the service sees the call break off")
    func malformedChunks() async throws {
        let upstream = try await TestUpstream.open { _ in .json("{}") }
        try await Axis.with(Axis.table([upstream.port])) { axis async throws in
            for (text, fault) in BodyTests.refused {
                let wire = try await axis.wire()
                try await wire.send(
                    "POST /units/v1/units HTTP/1.1\r\nHost: a\r\nX-Api-Key: \(Axis.key)\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n\(text)"
                )
                let answer = try await wire.answer()
                #expect(answer.code == fault.rawValue, "\(text.debugDescription)")
                try await wire.close()
            }
            #expect(upstream.heard.all.isEmpty)
        }
        try await upstream.close()
    }

    @Test("pipelined calls are answered one after the other, in order")
    func pipelining() async throws {
        let upstream = try await TestUpstream.open { request in
            .json("\"\(request.split(separator: " ")[1])\"")
        }
        try await Axis.with(Axis.table([upstream.port])) { axis async throws in
            let wire = try await axis.wire()
            let calls = (0..<20).map {
                "GET /units/v1/units/\($0) HTTP/1.1\r\nHost: a\r\nX-Api-Key: \(Axis.key)\r\n\r\n"
            }
            try await wire.send(calls.joined())
            for number in 0..<20 {
                let answer = try await wire.answer()
                #expect(answer.status == 200 && answer.body == "\"/units/\(number)\"")
            }
            try await wire.close()
        }
        try await upstream.close()
    }

    @Test("a smuggled second request is a request of its own, with its own grant")
    func smuggled() async throws {
        let upstream = try await TestUpstream.open { _ in .json("{}") }
        try await Axis.with(Axis.table([upstream.port])) { axis async throws in
            let wire = try await axis.wire()
            let hidden = "GET /units/v1/units/export HTTP/1.1\r\nHost: a\r\n\r\n"
            try await wire.send(
                """
                POST /units/v1/units HTTP/1.1\r\nHost: a\r\nX-Api-Key: \(Axis.key)\r\n\
                Content-Length: 2\r\n\r\n{}\(hidden)
                """)
            #expect(try await wire.answer().status == 200)
            #expect(try await wire.answer().code == "unknown-caller")
            #expect(upstream.heard.all.count == 1)
            try await wire.close()
        }
        try await upstream.close()
    }

    static let liars: [(String, TestUpstream.Reply, String)] = [
        ("too few", .say("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", closes: true), "service-unreachable"),
        (
            "too many",
            .say("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"),
            "bad-answer-excess-bytes"
        ),
        (
            "both lengths", .say("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc"),
            "bad-answer-length-and-transfer-encoding"
        ),
        (
            "two lengths", .say("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc"),
            "bad-answer-bad-content-length"
        ),
        ("bad chunk", .say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), "bad-answer-bad-chunk"),
        (
            "chunks cut", .say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", closes: true),
            "service-unreachable"
        ),
        ("no HTTP", .say("+OK ready\r\n\r\n"), "bad-answer-bad-status-line"),
        ("a switch", .say("HTTP/1.1 101 Switching Protocols\r\n\r\n"), "bad-answer-unexpected-answer"),
        (
            "injected field", .say("HTTP/1.1 200 OK\r\nX: a\rSet-Cookie: b\r\nContent-Length: 0\r\n\r\n"),
            "bad-answer-bad-header-value"
        ),
        (
            "a body to 204", .say("HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\nabc"),
            "bad-answer-unexpected-answer"
        ),
        (
            "head too long", .say("HTTP/1.1 200 OK\r\nX: \(String(repeating: "a", count: 20_000))\r\n\r\n"),
            "bad-answer-head-too-long"
        ),
    ]

    @Test("a service that lies about its answer is found out, and none of it reaches the consumer", arguments: liars)
    func lies(name: String, reply: TestUpstream.Reply, code: String) async throws {
        let upstream = try await TestUpstream.open { _ in reply }
        try await Axis.with(Axis.table([upstream.port])) { axis async throws in
            let answer = try await axis.call()
            #expect(answer.status == 502 && answer.code == code, "\(name): \(answer)")
            #expect(!answer.body.contains("evil") && !answer.head.contains("Set-Cookie"))
            // What was tried is proved, too.
            #expect(try await axis.records().last?.requireInteger("status") == 502)
        }
        try await upstream.close()
    }

    @Test("a slow head, a slow body and a silent service are each told so in time")
    func slow() async throws {
        let upstream = try await TestUpstream.open { _ in .silence }
        let table = Axis.table([upstream.port], limits: { $0.answerSeconds = 0.3 })
        try await Axis.with(table, settings: { ($0.headSeconds, $0.bodySeconds) = (0.3, 0.3) }) { axis async throws in
            let head = try await axis.wire()
            try await head.send("GET /units/v1/units HTTP/1.1\r\nHost:")
            #expect(try await head.answer().code == "request-too-slow")
            let body = try await axis.wire()
            try await body.send(
                "POST /units/v1/units HTTP/1.1\r\nHost: a\r\nX-Api-Key: \(Axis.key)\r\nContent-Length: 9\r\n\r\nabc")
            #expect(try await body.answer().code == "request-too-slow")
            #expect(try await axis.call().code == "service-too-slow")
        }
        try await upstream.close()
    }

    /// Every piece comes in time; it is the whole that would never end.
    @Test("a body that trickles is hung up on, and one that keeps a pace goes through")
    func trickle() async throws {
        let upstream = try await TestUpstream.open { _ in .json("{}") }
        let settings = { (it: inout Gateway.Settings) in (it.bodySeconds, it.bodyBytesPerSecond) = (0.5, 1000) }
        try await Axis.with(Axis.table([upstream.port]), settings: settings) { axis async throws in
            func send(_ piece: String, times: Int) async throws -> Heard {
                let wire = try await axis.wire()
                try await wire.send(
                    """
                    POST /units/v1/units HTTP/1.1\r\nHost: a\r\nX-Api-Key: \(Axis.key)\r\n\
                    Content-Length: \(piece.utf8.count * times)\r\n\r\n
                    """)
                for _ in 0..<times {
                    try? await wire.send(piece)
                    try await Task.sleep(for: .milliseconds(100))
                }
                return try await wire.answer()
            }
            #expect(try await send("a", times: 20).code == "request-too-slow")
            #expect(try await send(String(repeating: "a", count: 400), times: 20).status == 200)
        }
        try await upstream.close()
    }

    @Test("consumers that do not take their answers are cut off, and close the service to nobody else")
    func readers() async throws {
        let long = String(repeating: "a", count: 32 << 20)
        let upstream = try await TestUpstream.open { .json($0.contains("/units/1") ? long : "{}") }
        let table = Axis.table(
            [upstream.port], evidence: .withinOneSecond, limits: { ($0.answerSeconds, $0.failuresToEject) = (0.5, 1) })
        try await Axis.with(table) { axis async throws in
            let reader = try await axis.wire()
            try await reader.stopReading()
            try await reader.send("GET /units/v1/units/1 HTTP/1.1\r\nHost: a\r\nX-Api-Key: \(Axis.key)\r\n\r\n")
            #expect(try await eventually { try await axis.records().count == 1 })
            #expect(try await axis.records().last?.requireString("part") == "cut")
            #expect(try await axis.call().status == 200)
            // One for each call, and none that looks whether a breaker may close again.
            #expect(upstream.heard.connectionCount == 2)
            try await reader.close()
        }
        try await upstream.close()
    }

    @Test("an idle connection is closed without a word")
    func idle() async throws {
        try await Axis.with(Axis.table([1]), settings: { $0.idleSeconds = 0.2 }) { axis async throws in
            let wire = try await axis.wire()
            #expect(try await wire.untilClosed() == "")
        }
    }
}
