import Synchronization

/// What `/metrics` adds up: the calls of all grants by which one application may call one service. A grant that is gone
/// stays in its sum, as a counter that goes back would be read as one that began anew.
final class MetricsBook: Sendable {
    /// One application and one service, by their ids.
    struct Pair: Sendable, Hashable {
        let service: String
        let consumer: String
    }

    struct Sum: Sendable {
        var seen = Tally.Seen.none
        var limited: Int64 = 0

        mutating func add(_ tally: Tally) {
            seen += tally.seen
            limited += tally.limited.load(ordering: .relaxed)
        }

        var isEmpty: Bool { seen.calls == 0 && limited == 0 }
    }

    private struct State {
        /// Those of the grants that were in force when it was last looked.
        var known: [ObjectIdentifier: Tally] = [:]
        /// Of grants that are gone.
        var gone: [Pair: Sum] = [:]
        var times = ConsumerTimes()
    }

    private let state = Mutex(State())

    /// The pairs of this table that had a call, in the order of their ids.
    func sums(of table: CompiledTable) -> [(pair: Pair, sum: Sum)] {
        let tallies = table.parts.grants.all.map(\.tally)
        let here = Dictionary(tallies.map { (ObjectIdentifier($0), $0) }, uniquingKeysWith: { first, _ in first })
        var sums = state.withLock { state in
            for (id, tally) in state.known where here[id] == nil {
                state.gone[Pair(tally), default: Sum()].add(tally)
            }
            state.known = here
            // What nobody can call any more, or nobody is there to call, has no line.
            for (pair, sum) in state.gone
            where sum.isEmpty || table.parts.serviceIDs.find(pair.service) == nil
                || table.parts.consumerIDs.find(pair.consumer) == nil
            {
                state.times.keep(sum.seen, of: pair.consumer)
                state.gone[pair] = nil
            }
            return state.gone
        }
        for tally in here.values { sums[Pair(tally), default: Sum()].add(tally) }
        return sums.filter { !$0.value.isEmpty }.map { (pair: $0.key, sum: $0.value) }.sorted {
            ($0.pair.service, $0.pair.consumer) < ($1.pair.service, $1.pair.consumer)
        }
    }

    /// How long the calls of each application took, of all but some of them together.
    func times(
        of table: CompiledTable, _ sums: [(pair: Pair, sum: Sum)]
    ) -> [(consumer: String, seen: Tally.Seen)] {
        var seen: [String: Tally.Seen] = [:]
        for (pair, sum) in sums where sum.seen.calls > 0 { seen[pair.consumer, default: .none] += sum.seen }
        return state.withLock { state in
            state.times.shown(seen) { table.parts.consumerIDs.find($0) != nil }
        }
    }
}

extension MetricsBook.Pair {
    fileprivate init(_ tally: Tally) {
        (service, consumer) = (tally.service, tally.consumer)
    }
}
