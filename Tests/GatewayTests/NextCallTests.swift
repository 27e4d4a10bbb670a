import Crypto
import StrictJSON
import TestKit
import Testing
import Vocabulary

@testable import Gateway

/// What one call leaves behind for the next: on its connection, in the breaker, in memory. Nothing.
struct NextCallTests {
    private static func get(_ path: String) -> String {
        "GET /units/v1/\(path) HTTP/1.1\r\nHost: a\r\nX-Api-Key: \(Axis.key)\r\n\r\n"
    }

    @Test("the rest of an answer that came too late is not the next call's, whatever the class of evidence")
    func lateRest() async throws {
        let half = "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n"
        let upstream = try await TestUpstream.open { request in
            // The first one's rest comes while the second one's answer is under way.
            let isFirst = request.contains("/units/1")
            var reply = TestUpstream.Reply.say(half + (isFirst ? "secret" : "second"))
            reply.rest = isFirst ? ("secret", 1500) : ("second", 2000)
            return reply
        }
        let table = Axis.table([upstream.port], limits: { $0.answerSeconds = 0.3 })
        try await Axis.with(table) { axis async throws in
            let wire = try await axis.wire()
            try await wire.send(NextCallTests.get("units/1"))
            #expect(try await wire.answer().code == "service-unreachable")
            try await axis.gateway.swap(Axis.table([upstream.port]))
            try await wire.send(NextCallTests.get("units"))
            let next = try await wire.answer()
            #expect(next.status == 200 && next.body == "secondsecond")
            try await wire.close()
        }
        try await upstream.close()
    }

    @Test("a body at the receipt's door is not taken for the next request")
    func receiptWithBody() async throws {
        let upstream = try await TestUpstream.open { _ in .json("{}") }
        try await Axis.with(Axis.table([upstream.port])) { axis async throws in
            _ = try await axis.call()
            let smuggled = NextCallTests.get("units")
            let wire = try await axis.wire()
            try await wire.send(
                "GET /evidence/0 HTTP/1.1\r\nHost: a\r\nX-Api-Key: \(Axis.key)\r\n"
                    + "Content-Length: \(smuggled.utf8.count)\r\n\r\n")
            #expect(try await wire.answer().status == 200)
            try? await wire.send(smuggled)
            #expect(try await wire.untilClosed().isEmpty)
            #expect(upstream.heard.all.count == 1)
        }
        try await upstream.close()
    }

    @Test("whoever still sends when the answer is out leaves one leaf, and costs the service nothing")
    func lingering() async throws {
        let upstream = try await TestUpstream.open { _ in .json("{}") }
        let table = Axis.table([upstream.port], evidence: .withinOneSecond, limits: { $0.failuresToEject = 1 })
        try await Axis.with(table) { axis async throws in
            // The service answers what it takes for a whole request; the consumer goes on until it is hung up on.
            let wire = try await axis.wire()
            try await wire.goOnSending()
            try await wire.send(
                "POST /units/v1/units HTTP/1.1\r\nHost: a\r\nX-Api-Key: \(Axis.key)\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n5\r\n0\r\n\r\n\r\n")
            #expect(try await wire.answer().status == 200)
            let isHungUpOn = try await eventually { () async in
                do { try await wire.send("1\r\na\r\n") } catch { return true }
                return false
            }
            #expect(isHungUpOn)
            #expect(try await axis.records().count == 1)
            #expect(try await axis.call().status == 200)
            #expect(upstream.heard.connectionCount == 2)
        }
        try await upstream.close()
    }

    @Test(
        "a call behind one whose answer is not given is read on its own, whatever its length",
        arguments: [
            EvidenceClass.withinOneSecond, .beforeRelease,
        ])
    func behindRefused(_ evidence: EvidenceClass) async throws {
        let upstream = try await TestUpstream.open { request in
            request.contains("/units/1")
                ? .say("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 1\r\n\r\nx") : .json("{}")
        }
        try await Axis.with(Axis.table([upstream.port], fields: ["code"], evidence: evidence)) { axis async throws in
            let wire = try await axis.wire()
            let long =
                "GET /units/v1/units HTTP/1.1\r\nX-Long: \(String(repeating: "a", count: 4000))\r\n"
                + "Host: a\r\nX-Api-Key: \(Axis.key)\r\n\r\n"
            try await wire.send(NextCallTests.get("units/1") + long)
            #expect(try await wire.answer().code == "answer-not-json")
            let next = try await wire.answer()
            #expect(next.status == 200, "\(next)")
            try await wire.close()
        }
        try await upstream.close()
    }

    @Test("bodies that are held are counted together, and one that is refused leaves room again")
    func crowded() async throws {
        let upstream = try await TestUpstream.open { _ in .json("{}") }
        var table = Axis.table([upstream.port], validator: { _ in nil })
        let known = try #require(table.consumers.first).credentials
        table.consumers = [Consumer(id: "kiosk", name: Axis.client, credentials: known + [.signer("key-1")])]
        let answers = GatewayAnswers(signature: { $0.body.count < 2000 ? "key-1" : nil })
        try await Axis.with(table, answers: answers, settings: { $0.heldTogetherBytes = 3000 }) { axis async throws in
            func send(_ count: Int, of announced: Int) async throws -> Wire {
                let wire = try await axis.wire()
                try await wire.send(
                    "POST /units/v1/units HTTP/1.1\r\nHost: a\r\nSignature-Input: truc=()\r\n"
                        + "Content-Length: \(announced)\r\n\r\n\(String(repeating: "a", count: count))")
                return wire
            }
            let patient = try await send(1000, of: 1001)
            try await Task.sleep(for: .milliseconds(200))
            #expect(try await send(1000, of: 1000).answer().code == "crowded")
            // Whoever is known has room yet.
            let body = String(repeating: "a", count: 1000)
            let head = "POST /units/v1/units HTTP/1.1\r\nHost: a\r\nContent-Length: 1000"
            #expect(try await axis.call(head, body).status == 200)
            #expect(try await send(100, of: 100).answer().status == 200)
            try await patient.send("a")
            #expect(try await patient.answer().status == 200)
            try await patient.close()
            #expect(try await eventually { try await send(1000, of: 1000).answer().status == 200 })
        }
        try await upstream.close()
    }

    @Test("a signed body in chunks is no longer than its service takes")
    func signedChunks() async throws {
        let upstream = try await TestUpstream.open { _ in .json("{}") }
        var table = Axis.table([upstream.port], limits: { $0.requestBytes = 4 })
        table.consumers = [Consumer(id: "kiosk", name: Axis.client, credentials: [.signer("key-1")])]
        try await Axis.with(table, answers: GatewayAnswers(signature: { _ in "key-1" })) { axis async throws in
            for (body, status) in [("abcd", 200), ("abcde", 413)] {
                let wire = try await axis.wire()
                try await wire.send(
                    "POST /units/v1/units HTTP/1.1\r\nHost: a\r\nSignature-Input: truc=()\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n\(body.utf8.count)\r\n\(body)\r\n0\r\n\r\n")
                #expect(try await wire.answer().status == status)
                try await wire.close()
            }
            #expect(upstream.heard.all.count == 1)
        }
        try await upstream.close()
    }
}
