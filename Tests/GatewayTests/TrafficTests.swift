import Crypto
import TestKit
import Testing
import Vocabulary

@testable import Gateway

@Suite("Seeing it", .serialized)
struct TrafficTests {
    @Test("an operator sees calls by grant, refusals, breakers and evidence, on a page and as metrics")
    func counts() async throws {
        let upstream = try await TestUpstream.open { request in
            request.contains("/units/none") ? .json("{}", status: "404 Not Found") : .json("{}")
        }
        try await Axis.with(Axis.table([upstream.port])) { axis async throws in
            for _ in 0..<3 { _ = try await axis.call() }
            _ = try await axis.call("GET /units/v1/units/none HTTP/1.1\r\nHost: a")
            _ = try await axis.call("GET /units/v1/nothing HTTP/1.1\r\nHost: a")
            // What is answered is counted once it is on its way.
            #expect(try await eventually { axis.gateway.traffic().refusedAtTheDoor == 1 })
            let traffic = axis.gateway.traffic()
            let line = try #require(traffic.lines.first)
            #expect(traffic.lines.count == 1 && line.calls == 4 && line.refused == 1 && line.grant == "grant-1")
            #expect(traffic.refusedAtTheDoor == 1 && traffic.durableLeaves == 4)
            #expect(line.medianMilliseconds > 0 && line.p99Milliseconds >= line.medianMilliseconds)
            #expect(traffic.places.map(\.state) == ["closed"])
            let metrics = axis.gateway.metrics()
            let labels = #"service="units-v1",consumer="kiosk""#
            #expect(metrics.contains("gateway_calls_total{\(labels),status=\"2xx\"} 3\n"))
            #expect(metrics.contains("gateway_calls_total{\(labels),status=\"4xx\"} 1\n"))
            #expect(metrics.contains("gateway_call_seconds_count{service=\"units-v1\"} 4\n"))
            #expect(metrics.contains("gateway_refusals_total{status=\"4xx\"} 1\n"))
            #expect(metrics.contains("gateway_leaves_total 4\n"))
        }
        try await upstream.close()
    }

    @Test("while the disk stalls, the lag of evidence grows before anybody's eyes")
    func lag() async throws {
        let upstream = try await TestUpstream.open { _ in .json("{}") }
        let disk = StalledDisk()
        let table = Axis.table([upstream.port], evidence: .withinOneSecond)
        try await Axis.with(table, fault: disk.settings) { axis async throws in
            defer { disk.goOn() }
            #expect(try await axis.call().status == 200)
            #expect(try await eventually { axis.gateway.traffic().durableLeaves == 1 })
            disk.stall(after: 0)
            #expect(try await axis.call().status == 200)
            for limit in [1000.0, 2000] {
                #expect(try await eventually { axis.gateway.traffic().evidenceLagMilliseconds > limit })
            }
            let line = axis.gateway.metrics().split(separator: "\n").last {
                $0.hasPrefix("gateway_evidence_lag_seconds ")
            }
            #expect(try #require(line?.split(separator: " ").last.flatMap { Double($0) }) > 2)
            disk.goOn()
            #expect(try await eventually { try await axis.call().status == 200 })
            #expect(
                try await eventually {
                    _ = try await axis.call()
                    return axis.gateway.traffic().evidenceLagMilliseconds < 1000
                })
        }
        try await upstream.close()
    }

    @Test("refusals are told apart by application and grant, and those of strangers are counted apart")
    func refusals() async throws {
        let upstream = try await TestUpstream.open { _ in .json("{}") }
        var table = Axis.table([upstream.port], rate: Rate(perSecond: 0.01, burst: 1))
        let name = SubsystemName(instance: "VN", memberClass: "GOV", member: "H42", subsystem: "other")
        let digest = Array(SHA256.hash(data: Array("other".utf8)))
        let other = Consumer(id: "other", name: name, credentials: [.apiKey(sha256: digest)])
        table.consumers.append(other)
        try await Axis.with(table) { [table] axis async throws in
            func call(_ path: String, _ key: String) async throws -> Int {
                let wire = try await axis.wire()
                try await wire.send("GET \(path) HTTP/1.1\r\nHost: a\r\nX-Api-Key: \(key)\r\n\r\n")
                defer { Task { try await wire.close() } }
                return try await wire.answer().status
            }
            let units = "/units/v1/units"
            for (path, key, status) in [
                (units, Axis.key, 200), (units, Axis.key, 429), (units, Axis.key, 429),
                (units + "/export", Axis.key, 403),
                (units, "other", 403), ("/nothing/v1", "other", 404), (units, "stranger", 401),
                ("/evidence/0", Axis.key, 200),
            ] { #expect(try await call(path, key) == status) }
            // What is answered is counted once it is on its way; the receipt, asked for last, is no refusal.
            #expect(try await eventually { axis.gateway.traffic().refusedAtTheDoor == 6 })
            let traffic = axis.gateway.traffic()
            #expect(traffic.refusedAtTheDoor == 6 && traffic.unknownCallers == 1)
            #expect(traffic.lines.map(\.limited) == [2])
            let told = traffic.refused.map { "\($0.consumer) \($0.notGranted) \($0.limited) \($0.other)" }
            #expect(told == ["kiosk 1 2 0", "other 1 0 1"])
            let metrics = axis.gateway.metrics()
            for line in [
                #"gateway_unknown_callers_total 1"#,
                #"gateway_consumer_refusals_total{consumer="kiosk",reason="not-granted"} 1"#,
                #"gateway_consumer_refusals_total{consumer="kiosk",reason="limited"} 2"#,
                #"gateway_consumer_refusals_total{consumer="other",reason="other"} 1"#,
                #"gateway_limited_calls_total{service="units-v1",consumer="kiosk"} 2"#,
            ] { #expect(metrics.contains("\(line)\n"), "\(line)") }
            // Counts outlive a change of the application's key and name.
            var changed = table
            let renamed = SubsystemName(instance: "VN", memberClass: "GOV", member: "H43", subsystem: "other")
            changed.consumers[1] = Consumer(id: "other", name: renamed, credentials: [])
            try await axis.gateway.swap(changed)
            #expect(axis.gateway.traffic().refused.last?.notGranted == 1)
        }
        try await upstream.close()
    }

    @Test("buckets are those whose limits they name")
    func buckets() {
        for microseconds in [0, 1, 64, 65, 96, 97, 128, 129, 1000, 1_000_000] as [Int64] {
            let bucket = Tally.bucket(microseconds)
            #expect(microseconds <= Tally.limit(bucket), "\(microseconds)")
            if bucket > 0 { #expect(microseconds > Tally.limit(bucket - 1), "\(microseconds)") }
        }
    }
}
