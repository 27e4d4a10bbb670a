import Logging
import StrictJSON
import TestKit
import Testing

@testable import Gateway

@Suite("An orderly stop", .serialized)
struct StopTests {
    private static let get = "GET /units/v1/units HTTP/1.1\r\nHost: a\r\nX-Api-Key: \(Axis.key)\r\n\r\n"

    @Test("ends a call that takes longer than may be waited for with an answer and its leaf")
    func unanswered() async throws {
        let upstream = try await TestUpstream.open { _ in .silence }
        try await Axis.with(Axis.table([upstream.port]), settings: { $0.drainSeconds = 0.2 }) { axis async throws in
            let wire = try await axis.wire()
            try await wire.send(StopTests.get)
            #expect(try await eventually { upstream.heard.all.count == 1 })
            await axis.stopGateway()
            let answer = try await wire.answer()
            #expect(answer.status == 503 && answer.code == "stopping")
            let record = try #require(try await axis.records().last)
            #expect(try record.requireString("call") == answer.field("truc-call"))
            #expect(try record.requireInteger("status") == 503)
        }
        try await upstream.close()
    }

    @Test("breaks an answer off that is still under way, and its leaf says so", arguments: EvidenceClass.allCases)
    func streaming(evidence: EvidenceClass) async throws {
        let part = String(repeating: "z", count: 200_000)
        let upstream = try await TestUpstream.open { _ in
            .say("HTTP/1.1 200 OK\r\nContent-Length: 900000\r\n\r\n\(part)")
        }
        let table = Axis.table([upstream.port], evidence: evidence)
        try await Axis.with(table, settings: { $0.drainSeconds = 0.2 }) { axis async throws in
            let wire = try await axis.wire()
            try await wire.send(StopTests.get)
            #expect(try await eventually { wire.count(of: "z") > 100_000 })
            await axis.stopGateway()
            #expect(try await axis.records().last?.requireString("part") == "cut")
            _ = try await wire.untilClosed()
        }
        try await upstream.close()
    }

    @Test("waits for a slow disk, and gives the answer that waited for it")
    func slowDisk() async throws {
        let upstream = try await TestUpstream.open { _ in .json("{}") }
        let disk = StalledDisk()
        try await Axis.with(
            Axis.table([upstream.port]), settings: { $0.drainSeconds = 0.2 }, fault: disk.settings
        ) { axis async throws in
            disk.stall(after: 0)
            let wire = try await axis.wire()
            try await wire.send(StopTests.get)
            #expect(try await eventually { disk.isWaiting })
            async let stopped: Void = axis.stopGateway()
            try await Task.sleep(for: .milliseconds(500))
            disk.goOn()
            await stopped
            #expect(try await wire.answer().status == 200)
            #expect(try await axis.records().count == 1)
        }
        try await upstream.close()
    }

    @Test("does not wait for a disk for ever: what is not durable is withheld and counted in the log")
    func stalledDisk() async throws {
        let upstream = try await TestUpstream.open { _ in .json("{}") }
        let (disk, heard) = (StalledDisk(), HeardLines())
        try await Axis.with(
            Axis.table([upstream.port]), settings: { ($0.drainSeconds, $0.provingSeconds) = (0.2, 0.2) },
            fault: disk.settings, logger: Logger(label: "test") { _ in heard }
        ) { axis async throws in
            defer { disk.goOn() }
            disk.stall(after: 0)
            let wire = try await axis.wire()
            try await wire.send(StopTests.get)
            #expect(try await eventually { disk.isWaiting })
            await axis.stopGateway()
            #expect(try await wire.answer().code == "evidence-not-durable")
            #expect(heard.all.contains { $0.contains("not durable") && $0.contains("\"gateway.leaves\": 2") })
            disk.goOn()
            #expect(try await eventually { try await axis.records().count == 2 })
            #expect(try await axis.records().map { try $0.requireString("part") } == ["whole", "withheld"])
        }
        try await upstream.close()
    }
}
