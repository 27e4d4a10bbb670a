/// How long calls took by application, in so many series at the most: a registry may have thousands, and each series is
/// 21 lines. Who called first has one of their own, and the rest one together. Nobody changes places while they are
/// registered, as what was counted in one place would be missing there and come twice in the other.
struct ConsumerTimes: Sendable {
    /// So many have a series of their own.
    static let ownMax = 100
    /// What the rest are called; an application's id is longer.
    static let rest = "other"

    private var own = Set<String>()
    private var others = Set<String>()
    /// Of services that are gone, and of applications of the rest that are.
    private var past: [String: Tally.Seen] = [:]

    /// What has no line of its own any more stays in its sum.
    mutating func keep(_ seen: Tally.Seen, of consumer: String) {
        guard seen.calls > 0 else { return }
        past[place(of: consumer), default: .none] += seen
    }

    /// - Parameters:
    ///   - now: of each application what stands in lines.
    ///   - isThere: whether an application is registered.
    mutating func shown(
        _ now: [String: Tally.Seen], where isThere: (String) -> Bool
    ) -> [(consumer: String, seen: Tally.Seen)] {
        for consumer in own where !isThere(consumer) {
            own.remove(consumer)
            past[consumer] = nil
        }
        others = others.filter(isThere)
        var sums = past
        // When many are new at once, those that call the most.
        for (consumer, seen) in now.sorted(by: { ($1.value.calls, $0.key) < ($0.value.calls, $1.key) }) {
            sums[place(of: consumer), default: .none] += seen
        }
        return sums.map { (consumer: $0.key, seen: $0.value) }.sorted { $0.consumer < $1.consumer }
    }

    private mutating func place(of consumer: String) -> String {
        if own.contains(consumer) { return consumer }
        if others.contains(consumer) { return ConsumerTimes.rest }
        guard own.count < ConsumerTimes.ownMax else {
            others.insert(consumer)
            return ConsumerTimes.rest
        }
        own.insert(consumer)
        return consumer
    }
}
