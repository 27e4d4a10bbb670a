import Synchronization

extension Gateway {
    /// The same counts in Prometheus' text format 0.0.4, for `/metrics`.
    package func metrics() -> String {
        var text = MetricsText()
        let table = self.table
        let seen = table.parts.grants.all.map { ($0.tally, $0.tally.seen) }.filter { $0.1.calls > 0 }
        text.head("gateway_calls_total", "counter", "Calls that a grant admitted, by the class of their answer.")
        for (tally, counts) in seen {
            for (hundred, count) in counts.classes.enumerated() where count > 0 {
                text.line(
                    "gateway_calls_total", MetricsText.labels(tally) + [("status", "\(hundred)xx")], "\(count)")
            }
        }
        text.head("gateway_call_seconds", "histogram", "From a call's first byte to its answer's last.")
        for (tally, counts) in seen { text.histogram("gateway_call_seconds", MetricsText.labels(tally), counts) }
        text.head("gateway_received_bytes_total", "counter", "Bodies of requests.")
        for (tally, counts) in seen {
            text.line("gateway_received_bytes_total", MetricsText.labels(tally), "\(counts.received)")
        }
        text.head("gateway_sent_bytes_total", "counter", "Bodies of answers.")
        for (tally, counts) in seen {
            text.line("gateway_sent_bytes_total", MetricsText.labels(tally), "\(counts.sent)")
        }
        text.head("gateway_refusals_total", "counter", "Calls that were refused before a service was asked.")
        for hundred in 0..<6 {
            let count = core.refusals[hundred].load(ordering: .relaxed)
            if count > 0 { text.line("gateway_refusals_total", [("status", "\(hundred)xx")], "\(count)") }
        }
        refusals(of: table, to: &text)
        text.head("gateway_instance_up", "gauge", "1 while calls are sent to an instance, 0 while it is left out.")
        let now = Gateway.nanoseconds
        for offer in table.parts.services.all {
            for instance in offer.instances {
                text.line(
                    "gateway_instance_up", [("service", offer.service.id), ("instance", instance.authority)],
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

    /// By application and by grant: as many lines as the registry has of them, at the most.
    private func refusals(of table: CompiledTable, to text: inout MetricsText) {
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
        for grant in table.parts.grants.all {
            let count = grant.tally.limited.load(ordering: .relaxed)
            if count > 0 { text.line("gateway_limited_calls_total", MetricsText.labels(grant.tally), "\(count)") }
        }
    }
}

extension MetricsText {
    static func labels(_ tally: Tally) -> [(String, String)] {
        [("service", tally.service), ("consumer", tally.consumer), ("grant", tally.grant)]
    }

    mutating func histogram(_ name: String, _ labels: [(String, String)], _ seen: Tally.Seen) {
        var sum: Int64 = 0
        for (bucket, count) in seen.times.enumerated().dropLast() {
            sum += count
            if count > 0 {
                line("\(name)_bucket", labels + [("le", "\(Double(Tally.limit(bucket)) / 1e6)")], "\(sum)")
            }
        }
        let whole = seen.times.reduce(0, +)
        line("\(name)_bucket", labels + [("le", "+Inf")], "\(whole)")
        line("\(name)_sum", labels, "\(Double(seen.microseconds) / 1e6)")
        line("\(name)_count", labels, "\(whole)")
    }
}
