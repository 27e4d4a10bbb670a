import Dispatch
import Vocabulary

extension Ledger {
    /// Reads what opening passed over because the log is long, one segment after the other, on a thread of its own and
    /// with pauses as long as the work. Returns when all of it is as it was signed; returns at once when opening read
    /// everything.
    ///
    /// - Throws: `LedgerError`: `damaged` (says which leaf), `disk`. Or `CancellationError`.
    package func checkPast() async throws {
        guard checkedFrom > 0 else { return }
        let queue = DispatchQueue(label: "ledger.past", qos: .utility)
        var (replay, rest) = try await queue.run { [folder, cache, checkedFrom] in
            let segments = try SegmentList(folder)
            let replay = Replay(from: try segments.header(0), frontier: Frontier(), witness: cache)
            return (replay, segments.firsts.filter { $0 < checkedFrom }[...])
        }
        while let first = rest.popFirst() {
            let begun = ContinuousClock.now
            replay = try await queue.run { [folder, replay] in
                var replay = replay
                _ = try SegmentList(folder).replay(first, &replay) { _ in }
                return replay
            }
            try await Task.sleep(for: begun.duration(to: .now))
        }
    }
}
