import StrictJSON
import TestKit
import Testing

@testable import Gateway
@testable import Ledger

@Suite("A full disk", .serialized)
struct DiskTests {
    @Test("withholds answers, stops calls before a service is asked, and loses no evidence")
    func full() async throws {
        let isFull = Flag()
        var settings = Ledger.Settings()
        settings.fault = { call throws(LedgerError) in
            if call == .write, isFull.value { throw .disk(call: call.rawValue, code: 28) }
        }
        let upstream = try await TestUpstream.open { _ in .json("{}") }
        try await Axis.with(Axis.table([upstream.port]), fault: settings) { axis async throws in
            #expect(try await axis.call().status == 200)
            isFull.set()
            let withheld = try await axis.call()
            #expect(withheld.status == 507 && withheld.code == "evidence-not-durable")
            #expect(upstream.heard.all.count == 2)
            let refused = try await axis.call()
            #expect(refused.status == 507)
            #expect(upstream.heard.all.count == 2)
            #expect(axis.ledger.checkpoint.size == 1)
            isFull.set(false)
            #expect(try await eventually(withinSeconds: 20) { try await axis.call().status == 200 })
            // What was withheld is not in the log as given: a second leaf of the call takes it back.
            let records = try await axis.records()
            #expect(try records.map { try $0.requireString("part") } == ["whole", "whole", "withheld", "whole"])
            #expect(try records.map { try $0.requireInteger("status") } == [200, 200, 507, 200])
            let call = try #require(withheld.field("truc-call"))
            #expect(try records[1...2].map { try $0.requireString("call") } == [call, call])
            let digest = EvidenceTests.base64("507\n\(withheld.body)")
            #expect(try records[2].requireString("answer") == digest)
            let file = try await axis.call("GET /evidence/\(call) HTTP/1.1\r\nHost: a")
            #expect(file.status == 200)
            let receipts = try Verification.receipts(Array(file.body.utf8), by: axis.ledger.verifierKey)
            #expect(receipts.map(\.receipt.index) == [1, 2])
        }
        try await upstream.close()
    }

    @Test("an answer whose leaf does not come in time is withheld, and a leaf says so", arguments: [10, 300_000])
    func late(count: Int) async throws {
        let upstream = try await TestUpstream.open { _ in .json(String(repeating: "z", count: count)) }
        let disk = StalledDisk()
        try await Axis.with(
            Axis.table([upstream.port]), settings: { $0.leafSeconds = 0.3 }, fault: disk.settings
        ) { axis async throws in
            defer { disk.goOn() }
            disk.stall(after: 0)
            let withheld = try await axis.call()
            #expect(withheld.status == 507 && withheld.code == "evidence-not-durable")
            disk.goOn()
            #expect(try await eventually { try await axis.records().count == 2 })
            let records = try await axis.records()
            let first = count > Gateway.heldBytes ? "opening" : "whole"
            #expect(try records.map { try $0.requireString("part") } == [first, "withheld"])
            #expect(try records.map { try $0.requireInteger("status") } == [200, 507])
            let call = try #require(withheld.field("truc-call"))
            #expect(try records.map { try $0.requireString("call") } == [call, call])
        }
        try await upstream.close()
    }

    @Test("of an answer that its consumer did not wait for, a leaf says that it was not given")
    func left() async throws {
        let upstream = try await TestUpstream.open { _ in .json("{}") }
        let disk = StalledDisk()
        try await Axis.with(Axis.table([upstream.port]), fault: disk.settings) { axis async throws in
            defer { disk.goOn() }
            disk.stall(after: 0)
            let wire = try await axis.wire()
            try await wire.send("GET /units/v1/units HTTP/1.1\r\nHost: a\r\nX-Api-Key: \(Axis.key)\r\n\r\n")
            #expect(try await eventually { disk.isWaiting })
            try await wire.close()
            try await Task.sleep(for: .milliseconds(100))
            disk.goOn()
            #expect(try await eventually { try await axis.records().count == 2 })
            let records = try await axis.records()
            #expect(try records.map { try $0.requireString("part") } == ["whole", "cut"])
            #expect(try records[0].requireString("answer") == records[1].requireString("answer"))
        }
        try await upstream.close()
    }

    @Test("withholds a long answer of which nothing has left yet, and its leaves say so")
    func long() async throws {
        let isFull = Flag()
        var settings = Ledger.Settings()
        settings.fault = { call throws(LedgerError) in
            if call == .write, isFull.value { throw .disk(call: call.rawValue, code: 28) }
        }
        let upstream = try await TestUpstream.open { _ in .json(String(repeating: "z", count: 300_000)) }
        try await Axis.with(Axis.table([upstream.port]), fault: settings) { axis async throws in
            isFull.set()
            #expect(try await axis.call().status == 507)
            isFull.set(false)
            #expect(try await eventually { try await axis.records().count == 2 })
            #expect(try await axis.records().map { try $0.requireString("part") } == ["opening", "withheld"])
        }
        try await upstream.close()
    }

    @Test(
        "of a long answer nothing leaves before its opening leaf, and its end not before its closing one",
        arguments: [65_537, 70_000, 131_072, 300_000], [false, true])
    func lastBytes(count: Int, isChunked: Bool) async throws {
        let body = String(repeating: "z", count: count)
        let upstream = try await TestUpstream.open { _ in
            isChunked
                ? .say(
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "\(String(count, radix: 16))\r\n\(body)\r\n0\r\n\r\n") : .json(body)
        }
        let disk = StalledDisk()
        try await Axis.with(Axis.table([upstream.port]), fault: disk.settings) { axis async throws in
            defer { disk.goOn() }
            for syncs in 0...1 {
                disk.stall(after: syncs)
                let wire = try await axis.wire()
                try await wire.send("GET /units/v1/units HTTP/1.1\r\nHost: a\r\nX-Api-Key: \(Axis.key)\r\n\r\n")
                #expect(try await eventually { disk.isWaiting })
                // What may leave has time to.
                try await Task.sleep(for: .milliseconds(200))
                if syncs == 0 { #expect(wire.count == 0) } else { #expect(wire.count(of: "z") < count) }
                disk.goOn()
                #expect(try await wire.answer().body == body)
                try await wire.close()
            }
            #expect(
                try await axis.records().map { try $0.requireString("part") }
                    == ["opening", "closing", "opening", "closing"])
        }
        try await upstream.close()
    }
}
