import Crypto
import FoundationEssentials
import Ledger
import StrictJSON
import TestKit
import Testing
import Vocabulary

@testable import Gateway

/// Whoever called gets the receipts of the call by what its answer said: the call's id.
@Suite("Receipts of a call", .serialized)
struct ReceiptTests {
    private static func evidence(_ call: String) -> String { "GET /evidence/\(call) HTTP/1.1\r\nHost: a" }

    /// Asks until the evidence is durable.
    private func receipts(_ axis: Axis, _ call: String) async throws -> Heard {
        var heard = try await axis.call(ReceiptTests.evidence(call))
        _ = try await eventually {
            if heard.status == 202 { heard = try await axis.call(ReceiptTests.evidence(call)) }
            return heard.status != 202
        }
        return heard
    }

    private func parts(_ receipts: [ProvenReceipt]) throws -> [String] {
        try receipts.map { try JSONDocument($0.receipt.leaf.record ?? []).root.requireString("part") }
    }

    @Test("every exchange has its receipts for the one who called, whatever its class and length")
    func found() async throws {
        let long = String(repeating: "z", count: 200_000)
        let upstream = try await TestUpstream.open { .json($0.contains("/units/long") ? long : "{}") }
        for evidence in EvidenceClass.allCases {
            try await Axis.with(Axis.table([upstream.port], evidence: evidence)) { axis async throws in
                for path in ["units", "units/long"] {
                    let answer = try await axis.call("GET /units/v1/\(path) HTTP/1.1\r\nHost: a")
                    let call = try #require(answer.field("truc-call"))
                    let file = try await receipts(axis, call)
                    #expect(file.status == 200, "\(file)")
                    let found = try Verification.receipts(Array(file.body.utf8), by: axis.ledger.verifierKey)
                    #expect(found.allSatisfy { $0.receipt.leaf.fact.text == call })
                    let isInTwo = path == "units/long" && evidence == .beforeRelease
                    #expect(try parts(found) == (isInTwo ? ["opening", "closing"] : ["whole"]))
                }
            }
        }
        try await upstream.close()
    }

    @Test("what is another's looks like what never was")
    func others() async throws {
        let upstream = try await TestUpstream.open { _ in .json("{}") }
        var table = Axis.table([upstream.port])
        let name = SubsystemName(instance: "VN", memberClass: "GOV", member: "H42", subsystem: "other")
        let digest = Array(SHA256.hash(data: Array("other".utf8)))
        table.consumers.append(Consumer(id: "other", name: name, credentials: [.apiKey(sha256: digest)]))
        try await Axis.with(table) { axis async throws in
            let call = try #require(try await axis.call().field("truc-call"))
            let wire = try await axis.wire()
            try await wire.send("\(ReceiptTests.evidence(call))\r\nX-Api-Key: other\r\n\r\n")
            #expect(try await wire.answer().code == "no-receipt")
            try await wire.close()
            let never = call.dropLast() + (call.hasSuffix("0") ? "1" : "0")
            #expect(try await axis.call(ReceiptTests.evidence(String(never))).code == "no-receipt")
            let refused = try await axis.call("GET /units/v1/units/export HTTP/1.1\r\nHost: a").field("truc-call")
            #expect(try await axis.call(ReceiptTests.evidence(refused ?? "")).code == "no-receipt")
            for bad in ["", "x", "\(call)0", call.uppercased() + "/", call.replacing("-", with: "")] {
                #expect(try await axis.call(ReceiptTests.evidence(bad)).code == "unknown-service", "\(bad)")
            }
        }
        try await upstream.close()
    }

    @Test("while the call is under way, or its evidence not durable, one is told to come back")
    func notYet() async throws {
        let gate = TestUpstream.Gate()
        let upstream = try await TestUpstream.open { request in
            var reply = TestUpstream.Reply.json("{}")
            if request.contains("/units/slow") { reply.gate = gate }
            return reply
        }
        let disk = StalledDisk()
        let table = Axis.table([upstream.port], evidence: .withinOneSecond)
        try await Axis.with(table, fault: disk.settings) { axis async throws in
            defer {
                disk.goOn()
                gate.open()
            }
            disk.stall(after: 0)
            let call = try #require(try await axis.call().field("truc-call"))
            let early = try await axis.call(ReceiptTests.evidence(call))
            #expect(early.status == 202 && early.code == "receipt-not-yet" && early.field("retry-after") == "1")
            disk.goOn()
            #expect(try await receipts(axis, call).status == 200)
            // A call has its id before it has an answer: the service is told.
            let wire = try await axis.wire()
            try await wire.send("GET /units/v1/units/slow HTTP/1.1\r\nHost: a\r\nX-Api-Key: \(Axis.key)\r\n\r\n")
            #expect(try await eventually { upstream.heard.all.count == 2 })
            let told = upstream.heard.all.last?.split(separator: "\r\n").first { $0.hasPrefix("truc-call: ") }
            let open = try #require(told).dropFirst("truc-call: ".count)
            #expect(try await axis.call(ReceiptTests.evidence(String(open))).code == "receipt-not-yet")
            gate.open()
            #expect(try await wire.answer().status == 200)
            #expect(try await receipts(axis, String(open)).status == 200)
            try await wire.close()
        }
        try await upstream.close()
    }

    @Test("a call is found in a long log, among leaves that waited long for their place")
    func longLog() async throws {
        let upstream = try await TestUpstream.open { _ in .json("{}") }
        try await Axis.with(Axis.table([upstream.port])) { axis async throws in
            let before = Axis.clock().milliseconds
            func add(_ count: Int, at time: (Int) -> Int64) async throws {
                let leaves = try (0..<count).map { place in
                    try Leaf(
                        kind: place % 7 == 0 ? "exchange.call" : "identity.signed-in", fact: ID("fact-\(place)"),
                        at: Instant(milliseconds: place % 7 == 0 ? time(place) : 1), record: Array("{}".utf8))
                }
                _ = try await axis.ledger.append(contentsOf: leaves)
            }
            try await add(3000) { before - 10_000_000 + Int64($0) * 1000 }
            var calls: [String] = []
            for _ in 0..<3 {
                calls.append(try await axis.call().field("truc-call") ?? "")
                try await add(700) { _ in Axis.clock().milliseconds }
            }
            try await add(3000) { Axis.clock().milliseconds + Int64($0) * 1000 }
            for call in calls { #expect(try await receipts(axis, call).status == 200) }
        }
        try await upstream.close()
    }

    @Test("of a call whose last leaf is not found there is no half a file, but each leaf by its number")
    func withoutEnd() async throws {
        let upstream = try await TestUpstream.open { _ in .json(String(repeating: "z", count: 100_000)) }
        try await Axis.with(Axis.table([upstream.port])) { axis async throws in
            // A call that was open when the machine stopped: its opening is there, and nothing more.
            _ = try await axis.call()
            let opening = try #require(try await axis.ledger.entries(0..<1).first)
            var random = Xoshiro()
            let call = CallID.make(at: Axis.clock().milliseconds, &random).text
            _ = try await axis.ledger.append(contentsOf: [
                Leaf(kind: opening.kind, fact: ID(call), at: Axis.clock(), record: opening.record ?? [])
            ])
            let half = try await axis.call(ReceiptTests.evidence(call))
            #expect(half.status == 404 && half.code == "receipt-without-end", "\(half)")
            let leaf = try await axis.call(ReceiptTests.evidence("\(axis.ledger.checkpoint.size - 1)"))
            #expect(leaf.status == 200, "\(leaf)")
        }
        try await upstream.close()
    }

    @Test("what is not found is said with how far was looked, and a long call's end is found by going on there")
    func bounded() async throws {
        let upstream = try await TestUpstream.open { _ in .json(String(repeating: "z", count: 100_000)) }
        try await Axis.with(Axis.table([upstream.port]), settings: { $0.receiptLeaves = 100 }) { axis async throws in
            _ = try await axis.call()
            let leaves = try await axis.ledger.entries(0..<2)
            var random = Xoshiro()
            let call = CallID.make(at: Axis.clock().milliseconds, &random).text
            func add(_ leaf: Leaf) async throws {
                let text = String(decoding: leaf.record ?? [], as: UTF8.self)
                let record = text.replacing(leaf.fact.text, with: call)
                _ = try await axis.ledger.append(
                    Leaf(kind: leaf.kind, fact: ID(call), at: Axis.clock(), record: Array(record.utf8)))
            }
            func others(_ count: Int) async throws {
                _ = try await axis.ledger.append(
                    contentsOf: (0..<count).map { place in
                        try Leaf(
                            kind: "exchange.call", fact: ID("f-\(place)"), at: Axis.clock(), record: Array("{}".utf8))
                    })
            }
            // Its opening is leaf 2, its closing leaf 153.
            try await add(leaves[0])
            try await others(150)
            try await add(leaves[1])
            let half = try await axis.call(ReceiptTests.evidence(call))
            #expect(half.code == "receipt-without-end" && half.body.contains("Leaves 0 to 99"), "\(half)")
            let next = try #require(half.field("link"))
            #expect(next == "</evidence/\(call)?from=100>; rel=\"next\"")
            let rest = try await axis.call(ReceiptTests.evidence("\(call)?from=100"))
            let found = try Verification.receipts(Array(rest.body.utf8), by: axis.ledger.verifierKey)
            #expect(try parts(found) == ["closing"] && found.map(\.receipt.index) == [153])
            // At the end of the log nothing is promised.
            let over = try await axis.call(ReceiptTests.evidence("\(call)?from=154"))
            #expect(over.code == "no-receipt" && over.field("link") == nil)
            let never = CallID.make(at: Axis.clock().milliseconds, &random).text
            let none = try await axis.call(ReceiptTests.evidence(never))
            #expect(none.code == "no-receipt" && none.body.contains("Leaves 0 to 99"))
            #expect(none.field("link")?.contains("from=100") == true)
            let last = try await axis.call(ReceiptTests.evidence("\(never)?from=100"))
            #expect(last.body.contains("Leaves 100 to 153") && last.field("link") == nil)
        }
        try await upstream.close()
    }

    @Test("one application looks for one call at a time, and leaves the other places to others")
    func places() {
        var places = SearchPlaces()
        #expect(places.enter("a") && !places.enter("a"))
        #expect(places.enter("b") && places.enter("c") && places.enter("d") && !places.enter("e"))
        places.leave("a")
        #expect(places.enter("e") && !places.enter("a"))
    }

    @Test("a file of receipts is that of one call, unaltered and in order")
    func file() async throws {
        let upstream = try await TestUpstream.open { _ in .json(String(repeating: "z", count: 100_000)) }
        try await Axis.with(Axis.table([upstream.port])) { axis async throws in
            let key = axis.ledger.verifierKey
            var files: [String] = []
            for _ in 0..<2 {
                let call = try #require(try await axis.call().field("truc-call"))
                files.append(try await receipts(axis, call).body)
            }
            let members = try files.flatMap { try JSONDocument(Array($0.utf8)).root.requireElements("receipts") }
            func reads(_ places: [Int]) -> Bool {
                let json: JSON = [
                    "format": "truc-receipts-1", "receipts": .array(places.map { JSON(members[$0]) }),
                ]
                return (try? Verification.receipts(json.canonical(), by: key)) != nil
            }
            #expect(reads([0, 1]) && reads([2, 3]) && reads([0]))
            for wrong in [[], [1, 0], [0, 0], [0, 2], [0, 3], [0, 1, 2]] { #expect(!reads(wrong), "\(wrong)") }
            // A single receipt is read as before.
            #expect(try Verification.receipts(JSON(members[0]).canonical(), by: key).count == 1)
            for place in stride(from: 10, to: files[0].utf8.count, by: 97) {
                var spoilt = Array(files[0].utf8)
                spoilt[place] ^= 1
                #expect(throws: (any Error).self, "\(place)") { try Verification.receipts(spoilt, by: key) }
            }
        }
        try await upstream.close()
    }
}
