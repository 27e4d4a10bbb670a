import Ledger
import Vocabulary

/// Finds the leaves of a call by its id, which says when the call began: leaves stand in the log nearly in the order in
/// which they were recorded, so the search begins there.
struct ExchangeSearch {
    let ledger: Ledger

    /// Calls that last longer than any service may allow have ended.
    private static let longestMilliseconds = Int64(ServiceLimits.wholeSecondsMax * 1000)
    /// How much later than its moment a leaf may stand: of those of another loop, or after a disk that stalled.
    private static let disorderMilliseconds: Int64 = 5_000
    /// So many leaves are looked through. The last leaf of a call that lasted longer than it takes to write them is
    /// found by going on where the search ended.
    let leavesLimit: Int64
    /// Behind a call's last leaf, for the one that takes it back.
    private static let leavesBehind: Int64 = 4_096
    private static let atOnce: Int64 = 256

    /// What was found, and how far was looked.
    struct Found: Sendable {
        /// In the order of the log; empty when the log has none, or none as near.
        var exchanges: [RecordedExchange] = []
        /// The leaves that were looked through.
        var searched: Range<Int64>
        /// Whether leaves of the call may stand behind them.
        var hasMore = false
    }

    /// - Parameters:
    ///   - consumer: whose call it is: what is another's is passed over, as if it were not there.
    ///   - from: the leaf where to begin, when that is not before where the call's leaves begin.
    func exchanges(of call: CallID, for consumer: String, from: Int64 = 0) async throws -> Found {
        let size = ledger.checkpoint.size
        let (began, fact) = (call.milliseconds, call.text)
        let first = max(min(from, size), try await place(of: began - ExchangeSearch.disorderMilliseconds, in: size))
        var (start, end) = (first, min(first + leavesLimit, size))
        var found = Found(searched: first..<first)
        while start < end {
            let stop = min(start + ExchangeSearch.atOnce, end)
            let leaves = try await ledger.entries(start..<stop)
            for (place, leaf) in leaves.enumerated() where leaf.fact.text == fact {
                guard let exchange = RecordedExchange(leaf, index: start + Int64(place)),
                    exchange.consumer == consumer
                else { continue }
                found.exchanges.append(exchange)
                if exchange.isLast { end = min(end, exchange.index + ExchangeSearch.leavesBehind) }
            }
            start = stop
            if let last = leaves.last, last.at.milliseconds > began + ExchangeSearch.longestMilliseconds { end = start }
        }
        let isOver = end == size || end < first + leavesLimit || found.exchanges.contains(where: \.isLast)
        (found.searched, found.hasMore) = (first..<max(first, start), !isOver)
        return found
    }

    /// The first leaf that is not older, as far as the leaves are in order.
    private func place(of milliseconds: Int64, in size: Int64) async throws -> Int64 {
        var (low, high) = (Int64(0), size)
        while low < high {
            let middle = low + (high - low) / 2
            if try await time(at: middle, before: high) < milliseconds { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Of the next exchange from there on: leaves of other rooms may have waited long for their place.
    private func time(at place: Int64, before end: Int64) async throws -> Int64 {
        let first = try await ledger.entries(place..<place + 1)
        if let leaf = first.first, leaf.isExchange { return leaf.at.milliseconds }
        let next = try await ledger.entries(place..<min(place + ExchangeSearch.atOnce, end))
        return (next.first(where: \.isExchange) ?? next.first)?.at.milliseconds ?? .max
    }
}

extension Leaf {
    private static let exchangeKind = String(decoding: EvidenceText.kind, as: UTF8.self)

    var isExchange: Bool { kind == Leaf.exchangeKind }
}

extension RecordedExchange {
    /// Whether the call has no further leaf, but one that takes this back.
    var isLast: Bool { part != "opening" }
}

extension CallID {
    /// Since 1970, when the call began.
    var milliseconds: Int64 { Int64(high >> 16) }

    /// Nil unless it is spelled as `write(to:)` does.
    init?(_ text: UnsafeRawBufferPointer) {
        guard text.count == CallID.length else { return nil }
        var (words, place) = ((high: UInt64(0), low: UInt64(0)), 0)
        for byte in text where byte != UInt8(ascii: "-") {
            guard let digit = PathRules.hex(byte), place < 32 else { return nil }
            if place < 16 {
                words.high = words.high << 4 | UInt64(digit)
            } else {
                words.low = words.low << 4 | UInt64(digit)
            }
            place += 1
        }
        self.init(high: words.high, low: words.low)
        guard place == 32, bytes.elementsEqual(text) else { return nil }
    }
}
