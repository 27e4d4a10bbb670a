import Crypto
import FoundationEssentials
import Ledger
import StrictJSON
import Synchronization
import TestKit
import Testing
import Vocabulary

@testable import Gateway

@Suite("Evidence", .serialized)
struct EvidenceTests {
    static func base64(_ text: String) -> String { Base64.encode(Array(SHA256.hash(data: Array(text.utf8)))) }

    @Test(
        "one leaf for a call: who, what, why, when, and digests that anybody can make again",
        arguments: EvidenceClass.allCases)
    func leaf(evidence: EvidenceClass) async throws {
        let upstream = try await TestUpstream.open { _ in .json("{\"a\":1}") }
        try await Axis.with(Axis.table([upstream.port], evidence: evidence)) { axis async throws in
            let answer = try await axis.call("POST /units/v1/units?x=y HTTP/1.1\r\nHost: a\r\nContent-Length: 2", "hi")
            #expect(answer.body == "{\"a\":1}")
            _ = try await eventually { axis.ledger.checkpoint.size == 1 }
            let record = try #require(try await axis.records().first)
            #expect(try record.requireString("consumer") == "kiosk")
            #expect(try record.requireString("client") == "VN/GOV/H42/kiosk")
            #expect(try record.requireString("grant") == "grant-1")
            #expect(try record.requireString("purpose") == "Tra cứu đơn vị hành chính")
            #expect(try record.requireString("operation") == "add")
            #expect(try record.requireString("service") == "VN/GOV/H36/registry/units/units-v1")
            #expect(try record.requireInteger("status") == 200)
            #expect(try record.requireString("call") == answer.field("truc-call"))
            #expect(try record.requireString("request") == EvidenceTests.base64("POST /units/v1/units?x=y\nhi"))
            #expect(try record.requireString("answer") == EvidenceTests.base64("200\n{\"a\":1}"))
            #expect(try record.requireString("part") == "whole")
            // One exchange has one spelling: members in order, nothing between them.
            let text = String(decoding: try await axis.ledger.entries(0..<1)[0].record ?? [], as: UTF8.self)
            let names = text.split(separator: "\"").filter { text.contains("\"\($0)\":") }
            #expect(names == names.sorted() && !text.contains(", ") && !text.contains("\": "))
        }
        try await upstream.close()
    }

    @Test("the answer says its leaf, and the receipt of that leaf convinces offline; another's is not given")
    func receipt() async throws {
        let upstream = try await TestUpstream.open { _ in .json("{}") }
        var table = Axis.table([upstream.port])
        let other = SubsystemName(instance: "VN", memberClass: "GOV", member: "H42", subsystem: "other")
        table.consumers.append(
            Consumer(
                id: "other", name: other, credentials: [.apiKey(sha256: Array(SHA256.hash(data: Array("other".utf8))))])
        )
        try await Axis.with(table) { axis async throws in
            _ = try await axis.call()
            let answer = try await axis.call()
            #expect(answer.field("truc-evidence") == "00000000000000000001")
            let receipt = try await axis.call("GET /evidence/1 HTTP/1.1\r\nHost: a")
            let proven = try Verification.receipt(Array(receipt.body.utf8), by: axis.ledger.verifierKey)
            #expect(proven.receipt.index == 1)
            #expect(String(decoding: proven.receipt.leaf.record ?? [], as: UTF8.self).contains("grant-1"))
            for place in 0..<receipt.body.utf8.count {
                var spoilt = Array(receipt.body.utf8)
                spoilt[place] ^= UInt8(1 << (place % 8))
                #expect(throws: (any Error).self, "byte \(place)") {
                    try Verification.receipt(spoilt, by: axis.ledger.verifierKey)
                }
            }
            let wire = try await axis.wire()
            try await wire.send("GET /evidence/1 HTTP/1.1\r\nHost: a\r\nX-Api-Key: other\r\n\r\n")
            #expect(try await wire.answer().code == "no-receipt")
            try await wire.close()
        }
        try await upstream.close()
    }

    @Test("a long answer has an opening leaf before its first byte and a closing one before its last")
    func long() async throws {
        let body = "\"" + String(repeating: "a", count: 300_000) + "\""
        let upstream = try await TestUpstream.open { request in
            request.contains("/units/chunked")
                ? .say(
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "\(String(body.utf8.count, radix: 16))\r\n\(body)\r\n0\r\n\r\n")
                : .json(body)
        }
        try await Axis.with(Axis.table([upstream.port])) { axis async throws in
            for path in ["units", "units/chunked"] {
                let answer = try await axis.call("GET /units/v1/\(path) HTTP/1.1\r\nHost: a")
                #expect(answer.body == body)
                let records = try await axis.records().suffix(2)
                #expect(try records.map { try $0.requireString("part") } == ["opening", "closing"])
                #expect(try records.last?.requireString("answer") == EvidenceTests.base64("200\n\(body)"))
            }
        }
        try await upstream.close()
    }

    @Test("a long answer that breaks off is cut at the consumer, too, and its leaf says so")
    func cut() async throws {
        let part = String(repeating: "a", count: 200_000)
        let upstream = try await TestUpstream.open { _ in
            .say("HTTP/1.1 200 OK\r\nContent-Length: 900000\r\n\r\n\(part)", closes: true)
        }
        try await Axis.with(Axis.table([upstream.port])) { axis async throws in
            let wire = try await axis.wire()
            try await wire.send("GET /units/v1/units HTTP/1.1\r\nHost: a\r\nX-Api-Key: \(Axis.key)\r\n\r\n")
            let heard = try await wire.untilClosed()
            #expect(heard.utf8.count < 900_000)
            _ = try await eventually { axis.ledger.checkpoint.size == 2 }
            #expect(try await axis.records().map { try $0.requireString("part") } == ["opening", "cut"])
        }
        try await upstream.close()
    }

    @Test("a service that cannot be reached leaves a leaf, and the caller a clear error")
    func unreachable() async throws {
        try await Axis.with(Axis.table([1])) { axis async throws in
            let answer = try await axis.call()
            #expect(answer.status == 502 && answer.code == "service-unreachable")
            #expect(try await axis.records().map { try $0.requireInteger("status") } == [502])
        }
    }

    @Test("one of two instances is down: calls go to the other, and it is left out")
    func failover() async throws {
        let upstream = try await TestUpstream.open { _ in .json("{}") }
        try await Axis.with(Axis.table([1, upstream.port], limits: { $0.failuresToEject = 2 })) { axis async throws in
            for _ in 0..<20 { #expect(try await axis.call().status == 200) }
            let states = axis.gateway.table.service(id: "units-v1")?.instances.map { $0.state(.max / 2) }
            #expect(states == [.halfOpen, .closed])
        }
        try await upstream.close()
    }

    @Test("all instances are down: the breaker opens and answers at once")
    func breaker() async throws {
        try await Axis.with(Axis.table([1], limits: { $0.failuresToEject = 2 })) { axis async throws in
            var codes: [String] = []
            for _ in 0..<6 { codes.append(try await axis.call().code) }
            #expect(codes.first == "service-unreachable" && codes.last == "service-unavailable")
        }
    }

    @Test("an instance that was left out comes back when it can be connected to again")
    func recovery() async throws {
        let upstream = try await TestUpstream.open { _ in .json("{}") }
        let port = upstream.port
        try await upstream.close()
        let table = Axis.table([port], limits: { ($0.failuresToEject, $0.ejectSeconds, $0.healthSeconds) = (1, 60, 1) })
        try await Axis.with(table) { axis async throws in
            #expect(try await axis.call().status == 502)
            #expect(try await axis.call().code == "service-unavailable")
            let again = try await TestUpstream.open(port: port) { _ in .json("{}") }
            #expect(try await eventually(withinSeconds: 20) { try await axis.call().status == 200 })
            try await again.close()
        }
    }

    @Test("an instance that says it is not well is left out, whatever it answers to calls")
    func health() async throws {
        let upstream = try await TestUpstream.open { request in
            request.hasPrefix("GET /health ") ? .json("{}", status: "503 Service Unavailable") : .json("{}")
        }
        let table = Axis.table(
            [upstream.port],
            limits: {
                ($0.failuresToEject, $0.healthSeconds, $0.healthPath) = (1, 1, "/health")
            })
        try await Axis.with(table) { axis async throws in
            #expect(try await axis.call().status == 200)
            #expect(
                try await eventually(withinSeconds: 20) {
                    try await axis.call().code == "service-unavailable"
                })
        }
        try await upstream.close()
    }

    @Test("a call that takes longer than its service allows is ended, however lively it is")
    func whole() async throws {
        let upstream = try await TestUpstream.open { _ in .silence }
        let table = Axis.table([upstream.port], limits: { $0.wholeSeconds = 0.3 })
        try await Axis.with(table) { axis async throws in
            #expect(try await axis.call().code == "service-too-slow")
        }
        try await upstream.close()
    }

    @Test("an instance that drops a kept connection costs the caller of a repeatable call nothing")
    func stale() async throws {
        let count = Mutex(0)
        let upstream = try await TestUpstream.open { _ in
            let number = count.withLock {
                $0 += 1; return $0
            }
            return number % 2 == 0 ? .init(pieces: [], closes: true) : .json("{}")
        }
        try await Axis.with(Axis.table([upstream.port])) { axis async throws in
            for _ in 0..<6 { #expect(try await axis.call().status == 200) }
        }
        try await upstream.close()
    }
}
