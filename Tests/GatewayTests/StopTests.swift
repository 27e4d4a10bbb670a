import Dispatch
import Glibc
import Logging
import NIOCore
import StrictJSON
import Synchronization
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

    /// Ends the process when something is given to a loop that has ended, as NIO says it will.
    private static func beStrict() { setenv("SWIFTNIO_STRICT", "1", 1) }

    @Test("nothing of a disk that answers after the stop is told to loops that have ended")
    func lateDisk() async throws {
        await #expect(processExitsWith: .success) {
            StopTests.beStrict()
            let upstream = try await TestUpstream.open { _ in .json("{}") }
            let disk = StalledDisk()
            try await Axis.with(
                Axis.table([upstream.port]), settings: { ($0.drainSeconds, $0.provingSeconds) = (0.2, 0.2) },
                fault: disk.settings
            ) { axis async throws in
                disk.stall(after: 0)
                let wire = try await axis.wire()
                try await wire.send(StopTests.get)
                #expect(try await eventually { disk.isWaiting })
                await axis.stopGateway()
                disk.goOn()
                #expect(try await eventually { try await axis.records().count == 2 })
            }
        }
    }

    @Test("nothing of a name server that answers after the stop is told to loops that have ended")
    func lateName() async throws {
        await #expect(processExitsWith: .success) {
            StopTests.beStrict()
            let answers = DispatchSemaphore(value: 0)
            let steps = Mutex((asked: 0, answered: 0))
            var table = Axis.table([], limits: { $0.connectSeconds = 600 })
            table.services = table.services.map { $0.at("silent.test") }
            try await Axis.with(
                table,
                settings: { settings in
                    (settings.drainSeconds, settings.provingSeconds) = (0.2, 0.2)
                    settings.lookUp = { _, _ in
                        steps.withLock { $0.asked += 1 }
                        answers.wait()
                        defer { steps.withLock { $0.answered += 1 } }
                        return try SocketAddress(ipAddress: "127.0.0.1", port: 1)
                    }
                }
            ) { axis async throws in
                let wire = try await axis.wire()
                try await wire.send(StopTests.get)
                #expect(try await eventually { steps.withLock { $0.asked } == 1 })
                await axis.stopGateway()
                answers.signal()
                #expect(try await eventually { steps.withLock { $0.answered } == 1 })
                // What follows the answer on its thread.
                try await Task.sleep(for: .milliseconds(300))
            }
        }
    }
}
