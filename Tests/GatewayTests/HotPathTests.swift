import Crypto
import FoundationEssentials
import Ledger
import Testing
import Vocabulary

@testable import Gateway

/// What makes a call cheap must not make it another call.
@Suite("The hot path")
struct HotPathTests {
    private static func call(_ key: String, _ path: String = "units") -> String {
        "GET /units/v1/\(path) HTTP/1.1\r\nHost: a\r\nX-Api-Key: \(key)\r\n\r\n"
    }

    @Test("a pen writes numbers, ids and digests as everybody spells them")
    func pen() throws {
        let pen = Pen()
        var random = Xoshiro()
        func spelled(_ write: () -> Void) -> String {
            pen.clear()
            write()
            return String(decoding: pen.bytes, as: UTF8.self)
        }
        for number in [0, 7, 10, 99, 100, 1_234_567_890, -1, -10, .max, .min] as [Int64] {
            #expect(spelled { pen.add(decimal: number) } == "\(number)")
        }
        for _ in 0..<200 {
            let number = random.next()
            let digits = String(number, radix: 16)
            #expect(spelled { pen.add(hex: number) } == String(repeating: "0", count: 16 - digits.count) + digits)
            let id = CallID.make(at: 1_764_000_000_000, &random)
            let uuid = try #require(UUID(uuidString: spelled { pen.add(id) }))
            #expect(uuid.uuidString.lowercased() == id.text)
            let digest = SHA256.hash(data: withUnsafeBytes(of: number) { Array($0) })
            #expect(spelled { pen.add(base64: Digest32(digest)) } == Data(digest).base64EncodedString())
        }
        let long = String(repeating: "đ", count: 9000)
        #expect(spelled { pen.add(long) } == long)
    }

    @Test("a key that was known on a connection is asked for again: another key, and one that was taken away")
    func knownKey() async throws {
        let upstream = try await TestUpstream.open { _ in .json("{}") }
        var table = Axis.table([upstream.port])
        let other = "b-key-of-the-test"
        table.consumers.append(
            Consumer(
                id: "other", name: SubsystemName(instance: "VN", memberClass: "GOV", member: "H40", subsystem: "x"),
                credentials: [.apiKey(sha256: Array(SHA256.hash(data: Array(other.utf8))))]))
        try await Axis.with(table) { axis async throws in
            let wire = try await axis.wire()
            for _ in 0..<2 {
                try await wire.send(HotPathTests.call(Axis.key))
                #expect(try await wire.answer().status == 200)
                try await wire.send(HotPathTests.call(other))
                #expect(try await wire.answer().code == "no-grant")
                try await wire.send(HotPathTests.call("c-key-of-the-test"))
                #expect(try await wire.answer().code == "unknown-caller")
            }
            try await wire.send(HotPathTests.call(Axis.key))
            #expect(try await wire.answer().status == 200)
            var without = table
            without.consumers.removeFirst()
            without.grants = []
            try await axis.gateway.swap(without)
            try await wire.send(HotPathTests.call(Axis.key))
            #expect(try await wire.answer().code == "unknown-caller")
            try await wire.close()
        }
        try await upstream.close()
    }

    @Test("slow calls that are under way hold up nobody who waits for a leaf")
    func slowCalls() async throws {
        let gate = TestUpstream.Gate()
        let upstream = try await TestUpstream.open { request in
            var reply = TestUpstream.Reply.json("{\"a\":1}")
            if request.contains("/slow") { reply.gate = gate }
            return reply
        }
        try await Axis.with(Axis.table([upstream.port])) { axis async throws in
            defer { gate.open() }
            var slow: [Wire] = []
            for _ in 0..<8 {
                let wire = try await axis.wire()
                try await wire.send(HotPathTests.call(Axis.key, "units/slow"))
                slow.append(wire)
            }
            for _ in 0..<5 { #expect(try await axis.call().status == 200) }
            // None of the slow ones has an answer yet.
            #expect(axis.ledger.checkpoint.size == 5)
            gate.open()
            for wire in slow {
                #expect(try await wire.answer().status == 200)
                try await wire.close()
            }
            #expect(axis.ledger.checkpoint.size == 13)
        }
        try await upstream.close()
    }

    @Test("answers of one connection keep their bytes apart, short and long in turn", arguments: EvidenceClass.allCases)
    func turns(_ evidence: EvidenceClass) async throws {
        let sizes = [1, 70_000, 10, 5000, 300_000, 3, 64 << 10]
        let upstream = try await TestUpstream.open { request in
            let size = sizes.first { request.contains("/units/n\($0) ") } ?? 0
            return .json("\"" + String(repeating: "\(size % 10)", count: size) + "\"")
        }
        try await Axis.with(Axis.table([upstream.port], evidence: evidence)) { axis async throws in
            let wire = try await axis.wire()
            for size in sizes + sizes.reversed() {
                try await wire.send(HotPathTests.call(Axis.key, "units/n\(size)"))
                let answer = try await wire.answer()
                #expect(answer.body.utf8.count == size + 2 && Set(answer.body.dropFirst().dropLast()).count == 1)
            }
            try await wire.close()
        }
        try await upstream.close()
    }
}
