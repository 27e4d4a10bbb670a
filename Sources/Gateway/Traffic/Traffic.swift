import NIOCore
import Synchronization

/// What passes through the gateway, for an operator's page: counts of this moment, and figures of the last half minute.
package struct Traffic: Sendable {
    /// The calls under one grant.
    package struct Line: Sendable {
        package let service: String
        /// As X-Road names it: provider and code.
        package let serviceName: String
        package let consumer: String
        package let consumerName: String
        package let grant: String
        /// Since the program began.
        package let calls: Int64
        /// Answers of 400 to 499, and of 500 and above.
        package let refused: Int64
        package let failed: Int64
        /// Calls beside them that found the grant's rate or quota used up.
        package let limited: Int64
        /// Of the window.
        package let callsPerSecond: Double
        package let medianMilliseconds: Double
        package let p95Milliseconds: Double
        package let p99Milliseconds: Double
        package let receivedBytes: Int64
        package let sentBytes: Int64
    }

    /// What one application was refused before a service was asked.
    package struct Refused: Sendable {
        package let consumer: String
        package let consumerName: String
        /// 403.
        package let notGranted: Int64
        /// 429.
        package let limited: Int64
        package let other: Int64
    }

    /// One instance of a service and its breaker: `closed`, `open` or `half-open`.
    package struct Place: Sendable {
        package let service: String
        package let serviceName: String
        package let address: String
        /// The node at which it stands; nil for the service itself.
        package let node: String?
        package let state: String
    }

    /// The busiest first; grants without a call are left out.
    package let lines: [Line]
    package let places: [Place]
    /// Calls that were refused before a service was asked.
    package let refusedAtTheDoor: Int64
    /// Those of them of which nobody knows who called.
    package let unknownCallers: Int64
    /// The others by application, the one with the most first; applications without any are left out.
    package let refused: [Refused]
    package let connections: Int
    package let durableLeaves: Int64
    /// How far evidence is behind: what the last batch took to become durable, and longer while one takes longer.
    package let evidenceLagMilliseconds: Double
    /// How long the window is.
    package let windowSeconds: Double

    package var callsPerSecond: Double { lines.reduce(0) { $0 + $1.callsPerSecond } }
}

/// What was counted at one moment: where a window begins.
package struct TrafficMark: Sendable {
    let at: Int64
    /// By grant.
    let seen: [String: Tally.Seen]

    /// Before anything was counted.
    package static let none = TrafficMark(at: 0, seen: [:])

    /// The grants by which something was called since another moment; their ids.
    package func used(since other: TrafficMark) -> [String] {
        seen.filter { $0.value.calls != other.seen[$0.key]?.calls }.map(\.key)
    }
}

extension Gateway {
    package func trafficMark() -> TrafficMark {
        let seen = table.parts.grants.all.map { ($0.grant.id, $0.tally.seen) }.filter { $0.1.calls > 0 }
        return TrafficMark(at: Gateway.nanoseconds, seen: Dictionary(seen, uniquingKeysWith: { first, _ in first }))
    }

    static var nanoseconds: Int64 { Int64(truncatingIfNeeded: NIODeadline.now().uptimeNanoseconds) }

    /// Counts of this moment, read without holding up a call.
    ///
    /// - Parameter mark: where the window begins; nil takes all since the program began.
    package func traffic(since mark: TrafficMark? = nil) -> Traffic {
        let table = self.table
        let now = Gateway.nanoseconds
        let seconds = max(Double(now - (mark?.at ?? core.startedAt)) / 1e9, 0.001)
        let lines = table.parts.grants.all.compactMap { grant -> Traffic.Line? in
            let seen = grant.tally.seen
            let limited = grant.tally.limited.load(ordering: .relaxed)
            guard seen.calls > 0 || limited > 0 else { return nil }
            let lately = mark?.seen[grant.grant.id].map(seen.since) ?? seen
            let tally = grant.tally
            let consumer = table.consumer(id: tally.consumer)?.consumer
            return Traffic.Line(
                service: tally.service, serviceName: table.service(id: tally.service)?.name ?? tally.service,
                consumer: tally.consumer, consumerName: consumer?.name.description ?? tally.consumer,
                grant: tally.grant, calls: seen.calls, refused: seen.classes[4], failed: seen.classes[5],
                limited: limited,
                callsPerSecond: Double(lately.calls) / seconds, medianMilliseconds: lately.percentile(0.5),
                p95Milliseconds: lately.percentile(0.95), p99Milliseconds: lately.percentile(0.99),
                receivedBytes: seen.received, sentBytes: seen.sent)
        }
        return Traffic(
            lines: lines.sorted { ($0.callsPerSecond, $0.calls) > ($1.callsPerSecond, $1.calls) },
            places: places(table, now),
            refusedAtTheDoor: (0..<6).reduce(0) { $0 + core.refusals[$1].load(ordering: .relaxed) },
            unknownCallers: core.unknownCallers.load(ordering: .relaxed), refused: refused(table),
            connections: core.connections.load(ordering: .relaxed),
            durableLeaves: core.leaves.load(ordering: .relaxed),
            evidenceLagMilliseconds: Double(core.lag(now)) / 1e6, windowSeconds: seconds)
    }

    private func refused(_ table: CompiledTable) -> [Traffic.Refused] {
        let found = table.parts.consumers.all.map { ($0.consumer, $0.refusals.seen) }.filter { $0.1.all > 0 }
        return found.sorted { $0.1.all > $1.1.all }.map { consumer, seen in
            Traffic.Refused(
                consumer: consumer.id, consumerName: consumer.name.description, notGranted: seen.notGranted,
                limited: seen.limited, other: seen.other)
        }
    }

    private func places(_ table: CompiledTable, _ now: Int64) -> [Traffic.Place] {
        table.parts.services.all.flatMap { offer in
            offer.instances.map {
                Traffic.Place(
                    service: offer.service.id, serviceName: offer.name,
                    address: $0.authority, node: $0.upstream.node, state: $0.state(now).rawValue)
            }
        }
    }
}

extension CompiledOffer {
    /// As X-Road names it: provider and code.
    fileprivate var name: String { "\(service.provider)/\(service.code)" }
}

extension Tally.Seen {
    /// What came after `earlier`.
    func since(_ earlier: Tally.Seen) -> Tally.Seen {
        Tally.Seen(
            classes: zip(classes, earlier.classes).map { max($0 - $1, 0) },
            times: zip(times, earlier.times).map { max($0 - $1, 0) },
            microseconds: max(microseconds - earlier.microseconds, 0), received: max(received - earlier.received, 0),
            sent: max(sent - earlier.sent, 0))
    }
}
