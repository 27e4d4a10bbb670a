import Crypto
import StrictJSON
import Testing
import Vocabulary

@testable import Gateway

/// What of a call comes to the service, and how often.
@Suite("Forwarding", .serialized)
struct ForwardTests {
    private static func head(_ method: String) -> String {
        let body = ["GET", "HEAD"].contains(method) ? "" : "\r\nContent-Length: 2"
        let path = ["GET", "HEAD", "POST"].contains(method) ? "units" : "units/36"
        return "\(method) /units/v1/\(path) HTTP/1.1\r\nHost: a\(body)"
    }

    @Test("only what may be repeated is, on a connection that was kept as on a new one", arguments: [false, true])
    func repeats(isKept: Bool) async throws {
        for (method, isRepeated) in [
            ("GET", true), ("HEAD", true), ("PUT", true), ("POST", false), ("PATCH", false),
        ] {
            let upstream = try await TestUpstream.open { request in
                request.contains("/units/first") ? .json("{}") : .init(pieces: [], closes: true)
            }
            try await Axis.with(Axis.table([upstream.port])) { axis async throws in
                let wire = try await axis.wire()
                let key = "\r\nX-Api-Key: \(Axis.key)\r\n\r\n"
                if isKept {
                    try await wire.send("GET /units/v1/units/first HTTP/1.1\r\nHost: a\(key)")
                    #expect(try await wire.answer().status == 200)
                }
                try await wire.send(ForwardTests.head(method) + key + (method.hasPrefix("P") ? "{}" : ""))
                #expect(try await wire.answer(toHead: method == "HEAD").status == 502)
                let tries = upstream.heard.all.count { $0.hasPrefix("\(method) ") && !$0.contains("/first") }
                #expect(isRepeated ? tries > 1 : tries == 1, "\(method): \(tries)")
                try await wire.close()
            }
            try await upstream.close()
        }
    }

    @Test("the caller's trace goes on, with a span of the gateway's own; what is no trace is not passed on")
    func trace() async throws {
        let upstream = try await TestUpstream.open { _ in .json("{}") }
        try await Axis.with(Axis.table([upstream.port])) { axis async throws in
            func sent(_ fields: String) async throws -> [Substring] {
                #expect(try await axis.call("GET /units/v1/units HTTP/1.1\r\nHost: a\(fields)").status == 200)
                let heard = try #require(upstream.heard.all.last)
                let lines = heard.split(separator: "\r\n").filter { $0.lowercased().hasPrefix("traceparent: ") }
                #expect(lines.count == 1)
                return try #require(lines.first).dropFirst("traceparent: ".count).split(separator: "-")
            }
            let (trace, span) = ("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7")
            let spans = [
                try await sent("\r\nTraceparent: 00-\(trace)-\(span)-01"),
                try await sent("\r\ntraceparent: 00-\(trace)-\(span)-01"),
            ]
            for parts in spans {
                #expect(parts.count == 4 && parts[0] == "00" && parts[1] == trace && parts[2].count == 16)
            }
            #expect(Set(spans.map { $0[2] } + [Substring(span)]).count == 3)
            for wrong in [
                "", "\r\ntraceparent: x", "\r\ntraceparent: 00-\(String(repeating: "0", count: 32))-\(span)-01",
                "\r\ntraceparent: 00-\(trace.uppercased())-\(span)-01", "\r\ntraceparent: ff-\(trace)-\(span)-01",
            ] {
                let parts = try await sent(wrong)
                #expect(parts[1].count == 32 && parts[1] != trace, "\(wrong)")
                #expect(parts[1].contains { $0 != "0" })
            }
        }
        try await upstream.close()
    }

    @Test("X-Road's hash of a request covers its body, however it was delimited", arguments: [false, true])
    func requestHash(isChunked: Bool) async throws {
        let upstream = try await TestUpstream.open { _ in .json("{}") }
        try await Axis.with(Axis.table([upstream.port])) { axis async throws in
            let body = #"{"code":"36"}"#
            let framing = isChunked ? "Transfer-Encoding: chunked" : "Content-Length: \(body.utf8.count)"
            let fields =
                "Host: a\r\nX-Road-Client: VN/GOV/H42/kiosk\r\nX-Road-Id: id-1\r\nX-Api-Key: \(Axis.key)\r\n"
                + "\(framing)\r\n"
            let sent = isChunked ? "6\r\n\(body.prefix(6))\r\n7\r\n\(body.dropFirst(6))\r\n0\r\n\r\n" : body
            let wire = try await axis.wire()
            try await wire.send("POST /r1/VN/GOV/H36/registry/units/units HTTP/1.1\r\n\(fields)\r\n\(sent)")
            let answer = try await wire.answer()
            #expect(answer.status == 200)
            let both = Array(SHA512.hash(data: Array(fields.utf8))) + Array(SHA512.hash(data: Array(body.utf8)))
            #expect(answer.field("x-road-request-hash") == Base64.encode(Array(SHA512.hash(data: both))))
            try await wire.close()
        }
        try await upstream.close()
    }
}
