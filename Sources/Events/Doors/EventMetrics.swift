import Database
import Gateway
import Vocabulary

extension Events {
    /// The log and its queues in Prometheus' text format 0.0.4, for `/metrics`.
    package func metrics() async throws -> String {
        let (subscriptions, dead, leaves) = try await database.read { tx in
            (
                try SubscriptionStore.all(in: tx), try DeadLetterStore.counts(in: tx),
                try EventStates.value(.leaves, in: tx) ?? 0
            )
        }
        let bounds = store.bounds
        var text = MetricsText()
        text.head("events_position", "counter", "The newest position of the log: how many events came.")
        text.line("events_position", [], "\(bounds.last)")
        text.head("events_kept", "gauge", "Events that can still be read.")
        text.line("events_kept", [], "\(max(0, bounds.last - bounds.oldest + 1))")
        text.head("events_without_leaf", "gauge", "Events that are not in the ledger yet.")
        text.line("events_without_leaf", [], "\(max(0, bounds.last - leaves))")
        let lines = subscriptions.map { item in
            let live = dispatcher[item.id]?.now
            return (
                labels: [("queue", item.id.text), ("application", item.name)], live: live,
                behind: max(0, bounds.last - (live?.subscription.position ?? item.position)),
                dead: dead[item.id.text] ?? 0
            )
        }
        text.head("events_queue_behind", "gauge", "Events of all types behind a queue's cursor.")
        for line in lines { text.line("events_queue_behind", line.labels, "\(line.behind)") }
        text.head("events_dead_letters", "gauge", "Events that a webhook would not take.")
        for line in lines { text.line("events_dead_letters", line.labels, "\(line.dead)") }
        text.head("events_delivered_total", "counter", "Events that a webhook took since the start.")
        for line in lines {
            if let live = line.live { text.line("events_delivered_total", line.labels, "\(live.delivered)") }
        }
        text.head("events_webhook_failures", "gauge", "Calls to a webhook that failed one after the other.")
        for line in lines {
            if let live = line.live { text.line("events_webhook_failures", line.labels, "\(live.failures)") }
        }
        return text.text
    }
}
