import NIOCore
import Synchronization
import TestKit
import Testing
import Vocabulary

@testable import Gateway

/// Much on one connection: long bodies behind other calls, calls without end, answers that nobody takes.
@Suite("Much on one connection")
struct CrowdedConnectionTests {
    private static let key = "X-Api-Key: \(Axis.key)\r\n"

    private static func unchunked(_ request: String) -> String {
        var rest = Substring(request.components(after: "\r\n\r\n"))
        var whole = ""
        while let line = rest.firstRange(of: "\r\n"), let size = Int(rest[..<line.lowerBound], radix: 16), size > 0 {
            whole += rest[line.upperBound...].prefix(size)
            rest = rest[line.upperBound...].dropFirst(size + 1)
        }
        return whole
    }

    @Test("a long body in chunks gets to the service as it was sent, behind another call and before a third")
    func chunks() async throws {
        let gate = TestUpstream.Gate()
        let upstream = try await TestUpstream.open { request in
            var reply = TestUpstream.Reply.json("{}")
            if request.contains("/units/slow") { reply.gate = gate }
            return reply
        }
        let parts = (0..<60).map { String(repeating: Character(UnicodeScalar(UInt8(97 + $0 % 26))), count: 7000) }
        let chunks = parts.map { "\(String($0.count, radix: 16))\r\n\($0)\r\n" }.joined()
        try await Axis.with(Axis.table([upstream.port], evidence: .withinOneSecond)) { axis async throws in
            let wire = try await axis.wire()
            let sending = Task {
                try await wire.send(
                    "GET /units/v1/units/slow HTTP/1.1\r\nHost: a\r\n\(Self.key)\r\n"
                        + "PUT /units/v1/units/long HTTP/1.1\r\nHost: a\r\n\(Self.key)"
                        + "Transfer-Encoding: chunked\r\n\r\n"
                        + "\(chunks)0\r\n\r\n"
                        + "GET /units/v1/units/last HTTP/1.1\r\nHost: a\r\n\(Self.key)\r\n")
            }
            #expect(try await eventually { upstream.heard.all.count == 1 })
            try await Task.sleep(for: .milliseconds(200))
            gate.open()
            for _ in 0..<3 { #expect(try await wire.answer().status == 200) }
            try await sending.value
            let heard = upstream.heard.all
            #expect(heard.count == 3)
            #expect(Self.unchunked(heard[1]) == parts.joined())
            #expect(heard[2].hasPrefix("GET /units/last "))
            try await wire.close()
        }
        try await upstream.close()
    }

    @Test("what was read is let go of, though no message ends where what came ends")
    func kept() {
        var input: ByteBuffer?
        for _ in 0..<10_000 {
            input.add(ByteBuffer(repeating: 97, count: 1000))
            let count = input?.readableBytes ?? 1
            input?.moveReaderIndex(forwardBy: count - 1)
        }
        #expect(input?.readableBytes == 1)
        #expect((input?.capacity ?? 0) < 256 << 10)
    }

    @Test("whoever takes no answers gets no more of them")
    func unread() async throws {
        let upstream = try await TestUpstream.open { _ in .json("{}") }
        try await Axis.with(Axis.table([upstream.port])) { axis async throws in
            let wire = try await axis.wire()
            try await wire.stopReading()
            let calls = String(repeating: "GET / HTTP/1.1\r\nHost: a\r\n\r\n", count: 300_000)
            let sending = Task { try? await wire.send(calls) }
            func answered() -> Int64 { axis.gateway.core.refusals[4].load(ordering: .relaxed) }
            var (before, rests) = (Int64(-1), 0)
            while rests < 10 {
                rests = answered() > 0 && answered() == before ? rests + 1 : 0
                before = answered()
                try await Task.sleep(for: .milliseconds(100))
            }
            #expect(before < 200_000)
            #expect(try await axis.call().status == 200)
            try await wire.close()
            _ = await sending.value
        }
        try await upstream.close()
    }

    @Test("a long body is held to its end though it came while the caller was asked about")
    func held() async throws {
        let upstream = try await TestUpstream.open { _ in .json("{}") }
        var table = Axis.table([upstream.port], validator: { _ in nil })
        table.consumers = [Consumer(id: "kiosk", name: Axis.client, credentials: [.oauthClient("client-7")])]
        let answers = GatewayAnswers(token: { _ in
            try? await Task.sleep(for: .milliseconds(300))
            return "client-7"
        })
        try await Axis.with(table, answers: answers) { axis async throws in
            let wire = try await axis.wire()
            try await wire.send(
                "POST /units/v1/units HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer good\r\n"
                    + "Content-Length: 400000\r\n\r\n\(String(repeating: "a", count: 400_000))")
            #expect(try await wire.answer().status == 200)
            try await wire.close()
        }
        try await upstream.close()
    }
}

extension String {
    fileprivate func components(after mark: String) -> Substring {
        firstRange(of: mark).map { self[$0.upperBound...] } ?? ""
    }
}
