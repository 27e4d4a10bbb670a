import TestKit
import Testing

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
            let traffic = axis.gateway.traffic()
            let line = try #require(traffic.lines.first)
            #expect(traffic.lines.count == 1 && line.calls == 4 && line.refused == 1 && line.grant == "grant-1")
            #expect(traffic.refusedAtTheDoor == 1 && traffic.durableLeaves == 4)
            #expect(line.medianMilliseconds > 0 && line.p99Milliseconds >= line.medianMilliseconds)
            #expect(traffic.places.map(\.state) == ["closed"])
            let metrics = axis.gateway.metrics()
            let labels = #"service="units-v1",consumer="kiosk",grant="grant-1""#
            #expect(metrics.contains("gateway_calls_total{\(labels),status=\"2xx\"} 3\n"))
            #expect(metrics.contains("gateway_calls_total{\(labels),status=\"4xx\"} 1\n"))
            #expect(metrics.contains("gateway_call_seconds_count{\(labels)} 4\n"))
            #expect(metrics.contains("gateway_refusals_total{status=\"4xx\"} 1\n"))
            #expect(metrics.contains("gateway_leaves_total 4\n"))
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
