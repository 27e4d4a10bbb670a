import TestKit
import Testing
import Vocabulary

@testable import Gateway

/// `/metrics` as Prometheus reads it (text format 0.0.4).
@Suite("metrics", .serialized)
struct MetricsTests {
    /// So many grants of so many applications for so many services; each pair has some.
    private static func table(_ grants: Int, consumers: Int, services: Int) -> Table {
        let one = Axis.table([9])
        return Table(
            consumers: (0..<consumers).map { place in
                Consumer(
                    id: id("c", place),
                    name: SubsystemName(instance: "VN", memberClass: "GOV", member: "H42", subsystem: "app\(place)"),
                    credentials: [])
            },
            services: (0..<services).map { place in
                Service(
                    id: id("s", place), provider: Axis.provider, code: "units\(place)", path: "/units\(place)/v1",
                    operations: one.services[0].operations, upstreams: one.services[0].upstreams)
            },
            grants: (0..<grants).map { place in
                Grant(
                    id: id("g", place), consumer: id("c", place % consumers),
                    service: id("s", place / consumers % services), purpose: "Thử", legalBasis: "47/2020/NĐ-CP",
                    from: Instant(milliseconds: 0), until: Instant(milliseconds: 1 << 46))
            })
    }

    /// As long as the registry's.
    private static func id(_ kind: String, _ place: Int) -> String {
        let number = "\(place)"
        return kind + String(repeating: "0", count: 35 - number.count) + number
    }

    private static func tally(_ axis: Axis, _ grant: Int) throws -> Tally {
        try #require(axis.gateway.table.parts.grants.all.first { $0.grant.id == id("g", grant) }).tally
    }

    @Test("every histogram has the same buckets, filled or not, so that they can be added up")
    func buckets() async throws {
        try await Axis.with(MetricsTests.table(4, consumers: 2, services: 2)) { axis async throws in
            // Fast at one service, slow at the other, and out of all bounds.
            for microseconds in [1, 300, 900] as [Int64] {
                try MetricsTests.tally(axis, 0).count(status: 200, microseconds: microseconds, received: 0, sent: 1)
            }
            try MetricsTests.tally(axis, 2).count(status: 200, microseconds: 2_000_000, received: 3, sent: 1)
            try MetricsTests.tally(axis, 3).count(status: 500, microseconds: 1 << 40, received: 0, sent: 1)
            let page = try MetricsPage(axis.gateway.metrics())
            let histograms = page.histograms("gateway_call_seconds")
            #expect(histograms.count == 2)
            let ends = histograms.map { $0.buckets.map(\.end) }
            #expect(Set(ends).count == 1 && (10...20).contains(ends[0].count))
            #expect(ends[0].contains { (0.0005...0.002).contains($0) } && ends[0].dropLast().last ?? 0 > 60)
            // What lies at or below an end, and at each; the whole in the last.
            let fast = try #require(histograms.first { $0.labels["service"] == MetricsTests.id("s", 0) })
            #expect(fast.buckets.map(\.count) == [1, 2] + Array(repeating: 3, count: ends[0].count - 2))
            let slow = try #require(histograms.first { $0.labels["service"] == MetricsTests.id("s", 1) })
            #expect(slow.buckets.last?.count == 2 && slow.count == 2 && slow.buckets.first?.count == 0)
            #expect(slow.buckets.filter { $0.count == 1 }.first?.end ?? 0 > 2)
        }
    }

    @Test("what is counted never goes back, whichever grants come and go")
    func monotonic() async throws {
        let all = MetricsTests.table(2, consumers: 1, services: 1)
        try await Axis.with(all) { axis async throws in
            func calls() throws -> Double? {
                try MetricsPage(axis.gateway.metrics()).value("gateway_calls_total", ["status": "2xx"])
            }
            #expect(try calls() == nil, "no line before a call")
            for grant in [0, 0, 0, 1] {
                try MetricsTests.tally(axis, grant).count(status: 200, microseconds: 5, received: 0, sent: 0)
            }
            #expect(try calls() == 4)
            var fewer = all
            fewer.grants.removeFirst()
            try await axis.gateway.swap(fewer)
            try MetricsTests.tally(axis, 1).count(status: 200, microseconds: 5, received: 0, sent: 0)
            #expect(try calls() == 5)
            fewer.grants = []
            try await axis.gateway.swap(fewer)
            #expect(try calls() == 5)
            try await axis.gateway.swap(all)
            try MetricsTests.tally(axis, 0).count(status: 200, microseconds: 5, received: 0, sent: 0)
            #expect(try calls() == 6)
            // Of a service that is gone nothing is said.
            try await axis.gateway.swap(Table(consumers: all.consumers))
            #expect(try calls() == nil)
        }
    }

    @Test("how long calls took stands by application, too, and adds up to the same as by service")
    func byConsumer() async throws {
        try await Axis.with(MetricsTests.table(4, consumers: 2, services: 2)) { axis async throws in
            for microseconds in [300, 900] as [Int64] {
                try MetricsTests.tally(axis, 0).count(status: 200, microseconds: microseconds, received: 0, sent: 1)
            }
            try MetricsTests.tally(axis, 2).count(status: 200, microseconds: 2_000_000, received: 3, sent: 1)
            try MetricsTests.tally(axis, 3).count(status: 500, microseconds: 5_000, received: 0, sent: 1)
            let page = try MetricsPage(axis.gateway.metrics())
            let histograms = page.histograms("gateway_consumer_call_seconds")
            #expect(
                histograms.map(\.labels) == [0, 1].map { ["consumer": MetricsTests.id("c", $0)] }
                    && histograms.map(\.count) == [3, 1])
            let services = page.histograms("gateway_call_seconds")
            #expect(histograms[0].buckets.map(\.end) == services[0].buckets.map(\.end))
            #expect(abs(histograms.map(\.sum).reduce(0, +) - services.map(\.sum).reduce(0, +)) < 0.001)
        }
    }

    @Test("so many applications have a series of their own, the rest one together; nobody moves and nothing goes back")
    func others() async throws {
        let (max, rest) = (ConsumerTimes.ownMax, ConsumerTimes.rest)
        var table = MetricsTests.table(max + 5, consumers: max + 5, services: 1)
        try await Axis.with(table) { axis async throws in
            func call(_ grant: Int, times: Int = 1) throws {
                for _ in 0..<times {
                    try MetricsTests.tally(axis, grant).count(status: 200, microseconds: 5, received: 0, sent: 0)
                }
            }
            func counts() throws -> [String: Double] {
                let page = try MetricsPage(axis.gateway.metrics()).histograms("gateway_consumer_call_seconds")
                return Dictionary(uniqueKeysWithValues: page.map { ($0.labels["consumer"] ?? "", $0.count) })
            }
            for grant in 0..<max + 3 { try call(grant, times: grant < 3 ? 1 : 2) }
            let first = try counts()
            #expect(first.count == max + 1 && first[rest] == 3, "those that called the least are the rest")
            #expect(first[MetricsTests.id("c", 1)] == nil && first[MetricsTests.id("c", 3)] == 2)
            // One of the rest calls more than anybody, and somebody new comes.
            try call(0, times: 10)
            try call(max + 4)
            let second = try counts()
            #expect(second.count == max + 1 && second[rest] == 14)
            // An application of the rest goes, and one with a series of its own: its place is for whoever comes next.
            table.consumers.removeAll { [0, 3].map { MetricsTests.id("c", $0) }.contains($0.id) }
            table.grants.removeAll { [0, 3].map { MetricsTests.id("g", $0) }.contains($0.id) }
            try await axis.gateway.swap(table)
            #expect(try counts()[rest] == 14)
            try call(max + 3)
            let last = try counts()
            #expect(last[MetricsTests.id("c", 3)] == nil && last[MetricsTests.id("c", max + 3)] == 1)
            #expect(last.count == max + 1 && last[rest] == 14)
        }
    }

    @Test("what an application called of a service that is gone stays in its sum")
    func goneService() async throws {
        var table = MetricsTests.table(2, consumers: 1, services: 2)
        try await Axis.with(table) { axis async throws in
            for grant in 0..<2 {
                try MetricsTests.tally(axis, grant).count(status: 200, microseconds: 5, received: 0, sent: 0)
            }
            _ = axis.gateway.metrics()
            table.services.removeLast()
            table.grants.removeLast()
            try await axis.gateway.swap(table)
            for _ in 0..<2 {
                let page = try MetricsPage(axis.gateway.metrics())
                #expect(page.value("gateway_consumer_call_seconds_count", [:]) == 2)
                #expect(page.value("gateway_call_seconds_count", [:]) == 1)
            }
        }
    }

    @Test("what a label means can be read, and joined to the rest")
    func names() async throws {
        try await Axis.with(MetricsTests.table(2, consumers: 2, services: 1)) { axis async throws in
            try MetricsTests.tally(axis, 0).count(status: 200, microseconds: 5, received: 0, sent: 0)
            let page = try MetricsPage(axis.gateway.metrics())
            #expect(
                page.samples("gateway_service_info").map(\.labels) == [
                    [
                        "service": MetricsTests.id("s", 0), "name": "VN/GOV/H36/registry/units0",
                        "path": "/units0/v1",
                    ]
                ])
            #expect(
                page.samples("gateway_consumer_info").map(\.labels) == [
                    ["consumer": MetricsTests.id("c", 0), "name": "VN/GOV/H42/app0"]
                ])
        }
    }

    @Test("10,000 grants that are all in use make a page that can be read every few seconds")
    func size() async throws {
        let table = MetricsTests.table(10_000, consumers: 100, services: 50)
        try await Axis.with(table) { axis async throws in
            for grant in axis.gateway.table.parts.grants.all {
                grant.tally.count(status: 200, microseconds: 500, received: 0, sent: 10)
            }
            let text = axis.gateway.metrics()
            let page = try MetricsPage(text)
            #expect(page.samples("gateway_calls_total").count == 5_000)
            #expect(page.samples("gateway_calls_total").allSatisfy { $0.value == 2 })
            #expect(page.histograms("gateway_call_seconds").count == 50)
            #expect(page.histograms("gateway_consumer_call_seconds").count == 100)
            #expect(text.utf8.count < 2 << 20, "\(text.utf8.count)")
        }
    }

    @Test("a label may hold whatever it holds")
    func escapes() throws {
        var text = MetricsText()
        text.head("a_total", "counter", "A.")
        text.line("a_total", [("name", "quo\"te, back\\slash,\nline } end"), ("other", "Cụm 3")], "1")
        let sample = try #require(try MetricsPage(text.text).samples("a_total").first)
        #expect(sample.labels == ["name": "quo\"te, back\\slash,\nline } end", "other": "Cụm 3"])
    }
}
