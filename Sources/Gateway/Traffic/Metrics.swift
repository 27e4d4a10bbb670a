import Synchronization

extension Gateway {
    /// The same counts in Prometheus' text format 0.0.4, for `/metrics`.
    package func metrics() -> String {
        var text = MetricsText()
        let table = self.table
        let sums = book.sums(of: table)
        calls(sums, to: &text)
        times(sums, of: table, to: &text)
        names(sums, of: table, to: &text)
        text.head("gateway_refusals_total", "counter", "Calls that were refused before a service was asked.")
        for hundred in 0..<6 {
            let count = core.refusals[hundred].load(ordering: .relaxed)
            if count > 0 { text.line("gateway_refusals_total", [("status", "\(hundred)xx")], "\(count)") }
        }
        refusals(of: table, sums, to: &text)
        text.head("gateway_instance_up", "gauge", "1 while calls are sent to an instance, 0 while it is left out.")
        let now = Gateway.nanoseconds
        for offer in table.parts.services.all {
            for instance in offer.instances {
                let place = instance.authority + instance.upstream.basePath
                text.line(
                    "gateway_instance_up", [("service", offer.service.id), ("instance", place)],
                    instance.state(now) == .closed ? "1" : "0")
            }
        }
        text.head("gateway_connections", "gauge", "Open connections of consumers.")
        text.line("gateway_connections", [], "\(core.connections.load(ordering: .relaxed))")
        text.head("gateway_leaves_total", "counter", "Leaves of evidence that became durable.")
        text.line("gateway_leaves_total", [], "\(core.leaves.load(ordering: .relaxed))")
        text.head(
            "gateway_evidence_lag_seconds", "gauge",
            "What the last batch took to become durable, or longer while one takes longer.")
        text.line("gateway_evidence_lag_seconds", [], "\(Double(core.lag(now)) / 1e9)")
        return text.text
    }

    /// How often and how much by service and application, how long by service: as many lines as there are pairs that
    /// called each other, whatever the number of grants, and 21 for each service that was called.
    private func calls(_ sums: [(pair: MetricsBook.Pair, sum: MetricsBook.Sum)], to text: inout MetricsText) {
        let seen = sums.filter { $0.sum.seen.calls > 0 }.map { ($0.pair.labels, $0.sum.seen) }
        text.head("gateway_calls_total", "counter", "Calls that a grant admitted, by the class of their answer.")
        for (labels, counts) in seen {
            for (hundred, count) in counts.classes.enumerated() where count > 0 {
                text.line("gateway_calls_total", of: "\(labels),status=\"\(hundred)xx\"", "\(count)")
            }
        }
        text.head("gateway_received_bytes_total", "counter", "Bodies of requests.")
        for (labels, counts) in seen where counts.received > 0 {
            text.line("gateway_received_bytes_total", of: labels, "\(counts.received)")
        }
        text.head("gateway_sent_bytes_total", "counter", "Bodies of answers.")
        for (labels, counts) in seen where counts.sent > 0 {
            text.line("gateway_sent_bytes_total", of: labels, "\(counts.sent)")
        }
        text.head("gateway_call_seconds", "histogram", "From a call's first byte to its answer's last.")
        var services: [String: Tally.Seen] = [:]
        for (pair, sum) in sums where sum.seen.calls > 0 { services[pair.service, default: .none] += sum.seen }
        for (service, counts) in services.sorted(by: { $0.key < $1.key }) {
            text.histogram("gateway_call_seconds", MetricsText.spelled([("service", service)]), counts)
        }
    }

    /// How long by application, in a number of lines that does not grow with the registry.
    private func times(
        _ sums: [(pair: MetricsBook.Pair, sum: MetricsBook.Sum)], of table: CompiledTable, to text: inout MetricsText
    ) {
        text.head(
            "gateway_consumer_call_seconds", "histogram",
            "The same by application: of \(ConsumerTimes.ownMax) that called first, and of all others together.")
        for (consumer, seen) in book.times(of: table, sums) {
            text.histogram("gateway_consumer_call_seconds", MetricsText.spelled([("consumer", consumer)]), seen)
        }
    }

    /// Labels are ids, which stay what they are; these lines say what they are called, to be joined to others with
    /// `* on (service) group_left (name, path)`.
    private func names(
        _ sums: [(pair: MetricsBook.Pair, sum: MetricsBook.Sum)], of table: CompiledTable, to text: inout MetricsText
    ) {
        text.head("gateway_service_info", "gauge", "What a service is called: in X-Road, and by its path.")
        for offer in table.parts.services.all.sorted(by: { $0.service.id < $1.service.id }) {
            let service = offer.service
            text.line(
                "gateway_service_info",
                [("service", service.id), ("name", "\(service.provider)/\(service.code)"), ("path", service.path)], "1")
        }
        text.head("gateway_consumer_info", "gauge", "What an application that has called is called in X-Road.")
        let callers = Set(sums.map(\.pair.consumer))
        for caller in table.parts.consumers.all.sorted(by: { $0.consumer.id < $1.consumer.id })
        where callers.contains(caller.consumer.id) || caller.refusals.seen.all > 0 {
            let consumer = caller.consumer
            text.line(
                "gateway_consumer_info", [("consumer", consumer.id), ("name", consumer.name.description)], "1")
        }
    }

    /// By application, and by what it called: as many lines as the registry has of them, at the most.
    private func refusals(
        of table: CompiledTable, _ sums: [(pair: MetricsBook.Pair, sum: MetricsBook.Sum)], to text: inout MetricsText
    ) {
        text.head("gateway_unknown_callers_total", "counter", "Calls of which nobody knows who called.")
        text.line("gateway_unknown_callers_total", [], "\(core.unknownCallers.load(ordering: .relaxed))")
        text.head(
            "gateway_consumer_refusals_total", "counter",
            "Calls of a known application that were refused before a service was asked.")
        for consumer in table.parts.consumers.all {
            let seen = consumer.refusals.seen
            let reasons = [("not-granted", seen.notGranted), ("limited", seen.limited), ("other", seen.other)]
            for (reason, count) in reasons where count > 0 {
                text.line(
                    "gateway_consumer_refusals_total", [("consumer", consumer.consumer.id), ("reason", reason)],
                    "\(count)")
            }
        }
        text.head("gateway_limited_calls_total", "counter", "Calls that found a grant's rate or quota used up.")
        for (pair, sum) in sums where sum.limited > 0 {
            text.line("gateway_limited_calls_total", of: pair.labels, "\(sum.limited)")
        }
    }
}

extension MetricsBook.Pair {
    fileprivate var labels: String { MetricsText.spelled([("service", service), ("consumer", consumer)]) }
}

extension MetricsText {
    /// The ends of buckets that are written, from 256 µs to 67 s: all of them of each series, whether anything lies in
    /// them or not, as sums over series need the same ones of each.
    static let bucketEnds = stride(from: 4, through: 40, by: 2)

    mutating func histogram(_ name: String, _ labels: String, _ seen: Tally.Seen) {
        var sums: [Int64] = []
        for count in seen.times { sums.append((sums.last ?? 0) + count) }
        let whole = sums.last ?? 0
        for end in MetricsText.bucketEnds {
            let seconds = Double(Tally.limit(end)) / 1e6
            line("\(name)_bucket", of: "\(labels),le=\"\(seconds)\"", "\(sums[end])")
        }
        line("\(name)_bucket", of: "\(labels),le=\"+Inf\"", "\(whole)")
        line("\(name)_sum", of: labels, "\(Double(seen.microseconds) / 1e6)")
        line("\(name)_count", of: labels, "\(whole)")
    }
}
