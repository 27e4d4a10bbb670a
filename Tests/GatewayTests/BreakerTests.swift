import TestKit
import Testing
import Vocabulary

@testable import Gateway

/// When an instance is left out, and what brings it back. With the limits that a service has by itself.
@Suite("The breaker", .serialized)
struct BreakerTests {
    static let ill: [(String, TestUpstream.Reply)] = [
        ("502", .json("{}", status: "502 Bad Gateway")),
        ("503", .json("{}", status: "503 Service Unavailable")),
        ("504", .json("{}", status: "504 Gateway Timeout")),
        ("503 without its whole body", .say("HTTP/1.1 503 No\r\nContent-Length: 9\r\n\r\n{}", closes: true)),
        ("silence", .silence),
        ("a good head and a bad chunk", .say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")),
        ("a good head and half a body", .say("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", closes: true)),
    ]

    @Test("an instance that goes on answering no call is left out after five", arguments: ill, EvidenceClass.allCases)
    func leftOut(ill: (name: String, reply: TestUpstream.Reply), evidence: EvidenceClass) async throws {
        let upstream = try await TestUpstream.open { _ in ill.reply }
        let table = Axis.table([upstream.port], evidence: evidence, limits: { $0.answerSeconds = 0.2 })
        try await Axis.with(table) { axis async throws in
            // What is streamed already breaks off.
            for _ in 0..<5 { #expect((try? await axis.call())?.code != "service-unavailable", "\(ill.name)") }
            #expect(try await axis.call().code == "service-unavailable", "\(ill.name)")
            #expect(upstream.heard.all.count == 5)
        }
        try await upstream.close()
    }

    @Test("an instance whose answers are errors of the caller's, or its own, is not left out")
    func notLeftOut() async throws {
        let upstream = try await TestUpstream.open { request in
            request.contains("/units/none") ? .json("{}", status: "404 Not Found") : .json("{}", status: "500 No")
        }
        try await Axis.with(Axis.table([upstream.port])) { axis async throws in
            for _ in 0..<8 {
                #expect(try await axis.call().status == 500)
                #expect(try await axis.call("GET /units/v1/units/none HTTP/1.1\r\nHost: a").status == 404)
            }
        }
        try await upstream.close()
    }

    @Test("an answer that takes too long to be read, or for whose leaf the disk takes too long, is no failure")
    func notItsFault() async throws {
        let long = String(repeating: "z", count: 200_000)
        let upstream = try await TestUpstream.open { request in
            guard request.contains("/units/long") else { return .json("{}") }
            var reply = TestUpstream.Reply.say("HTTP/1.1 200 OK\r\nContent-Length: 200001\r\n\r\n\(long)")
            reply.rest = ("!", 5_000)
            return reply
        }
        for evidence in [EvidenceClass.withinOneSecond, .beforeRelease] {
            let table = Axis.table(
                [upstream.port], evidence: evidence,
                limits: { ($0.wholeSeconds, $0.failuresToEject, $0.ejectSeconds) = (0.5, 1, 60) })
            let disk = StalledDisk()
            try await Axis.with(table, fault: disk.settings) { axis async throws in
                defer { disk.goOn() }
                if evidence == .beforeRelease { disk.stall(after: 0) }
                let wire = try await axis.wire()
                try await wire.send(
                    "GET /units/v1/units/long HTTP/1.1\r\nHost: a\r\nX-Api-Key: \(Axis.key)\r\n\r\n")
                if evidence == .beforeRelease {
                    #expect(try await wire.answer().code == "evidence-not-durable")
                } else {
                    _ = try await wire.untilClosed()
                }
                try await wire.close()
                disk.goOn()
                #expect(try await axis.call().status == 200, "\(evidence)")
            }
        }
        try await upstream.close()
    }

    @Test("a trial that is answered 503 closes no breaker; one that is answered well does")
    func trial() async throws {
        let isWell = Flag()
        let upstream = try await TestUpstream.open { _ in
            isWell.value ? .json("{}") : .json("{}", status: "503 Service Unavailable")
        }
        try await Axis.with(Axis.table([upstream.port], limits: { $0.ejectSeconds = 0.3 })) { axis async throws in
            for _ in 0..<5 { _ = try await axis.call() }
            for trial in 6...7 {
                let isTried = try await eventually {
                    _ = try await axis.call()
                    return upstream.heard.all.count == trial
                }
                #expect(isTried)
                #expect(try await axis.call().code == "service-unavailable")
            }
            isWell.set()
            #expect(try await eventually { try await axis.call().status == 200 })
            for _ in 0..<10 { #expect(try await axis.call().status == 200) }
        }
        try await upstream.close()
    }

    @Test("an instance that was just left out is not asked at once whether it can be connected to")
    func patience() async throws {
        let upstream = try await TestUpstream.open { _ in .json("{}", status: "503 Service Unavailable") }
        try await Axis.with(Axis.table([upstream.port])) { axis async throws in
            for _ in 0..<5 { _ = try await axis.call() }
            let connections = upstream.heard.connectionCount
            // The loop looks every tenth of a second whom it should ask.
            try await Task.sleep(for: .milliseconds(400))
            #expect(upstream.heard.connectionCount == connections)
            #expect(try await axis.call().code == "service-unavailable")
        }
        try await upstream.close()
    }

    private static let second: Int64 = 1_000_000_000

    private static func instance() -> Instance {
        Instance(Upstream(host: "192.0.2.1", port: 80), limits: ServiceLimits(), xroadPath: "")
    }

    @Test("each opening is twice as long until a call succeeds, and connecting only lets a call try")
    func doubling() {
        let instance = BreakerTests.instance()
        var now = BreakerTests.second
        for _ in 0..<5 { instance.failed(now, began: now) }
        for seconds in [5, 10, 20, 40, 80, 80] as [Int64] {
            now += seconds * BreakerTests.second
            #expect(instance.state(now - 1) == .open && instance.state(now) == .halfOpen)
            instance.failed(now, began: now)
        }
        instance.probed(isWell: true, now + 1)
        #expect(instance.state(now + 1) == .halfOpen)
        instance.failed(now + 2, began: now + 2)
        #expect(instance.state(now + 79 * BreakerTests.second) == .open)
        now += 81 * BreakerTests.second
        instance.succeeded(now)
        #expect(instance.state(now) == .closed)
        for _ in 0..<5 { instance.failed(now, began: now) }
        #expect(instance.state(now + 5 * BreakerTests.second) == .halfOpen)
    }

    @Test("calls from before the opening neither close nor lengthen it")
    func stale() {
        let instance = BreakerTests.instance()
        let now = 100 * BreakerTests.second
        for _ in 0..<5 { instance.failed(now, began: now - BreakerTests.second) }
        instance.succeeded(now - 1)
        #expect(instance.state(now + 1) == .open)
        let later = now + 6 * BreakerTests.second
        instance.failed(later, began: now - 1)
        instance.succeeded(now - 1)
        #expect(instance.state(later) == .halfOpen)
    }

    @Test("questions how it is are counted apart: being well makes up for no failed call")
    func apart() {
        let instance = BreakerTests.instance()
        let now = BreakerTests.second
        for _ in 0..<4 {
            instance.failed(now, began: now)
            instance.probed(isWell: true, now)
        }
        #expect(instance.state(now) == .closed)
        instance.failed(now, began: now)
        #expect(instance.state(now) == .open)
        let other = BreakerTests.instance()
        for _ in 0..<5 { other.probed(isWell: false, now) }
        #expect(other.state(now) == .open)
    }
}
