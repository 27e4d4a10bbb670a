import StrictJSON
import Web

/// Events of its types that a subscription was not given (khoảng trống): when they happened, or when their turn came,
/// no grant let them pass, as while it was suspended. They are not lost without a word: who follows is told where they
/// stand in the log.
struct Gap: Sendable, Hashable {
    /// Positions of the first and the last of them; what lies between may have been given.
    let first: Int64
    let last: Int64
    let count: Int64

    init(first: Int64, last: Int64, count: Int64) {
        (self.first, self.last, self.count) = (first, last, count)
    }

    /// - Parameter positions: in their order; nil when there are none.
    init?(_ positions: [Int64]) {
        guard let first = positions.first, let last = positions.last else { return nil }
        self.init(first: first, last: last, count: Int64(positions.count))
    }

    func joined(_ later: Gap) -> Gap {
        Gap(first: min(first, later.first), last: max(last, later.last), count: count + later.count)
    }

    /// Its part up to a position; nil when there is none. How many of its events lie there nobody wrote down: as many
    /// as if they stood evenly, and the first of them at least, but never the last.
    func ahead(of position: Int64) -> Gap? {
        guard first <= position else { return nil }
        guard last > position else { return self }
        let share = Double(position - first + 1) / Double(last - first + 1)
        let most = min(count - 1, position - first + 1)
        return Gap(
            first: first, last: position, count: max(1, min(most, Int64((Double(count) * share).rounded()))))
    }

    static func joined(_ one: Gap?, _ other: Gap?) -> Gap? {
        guard let one, let other else { return one ?? other }
        return one.joined(other)
    }

    /// In the head of an answer, as RFC 9651 has it: `7;first=120;last=180`.
    var header: String { "\(count);first=\(first);last=\(last)" }

    var json: JSON { ["first": .integer(first), "last": .integer(last), "count": .integer(count)] }

    static let schema = Schema.object(["first": .integer, "last": .integer, "count": .integer])
}

/// The gaps of one subscription, in their order.
struct Gaps: Sendable, Hashable {
    /// How many are told apart; the oldest are put together.
    private static let most = 50

    private(set) var all: [Gap] = []

    var count: Int64 { all.reduce(0) { $0 + $1.count } }

    /// - Parameter given: up to where something was given last: what was passed since is one gap.
    mutating func add(_ gap: Gap?, behind given: Int64) {
        guard let gap else { return }
        if let last = all.last, last.last > given {
            all[all.count - 1] = last.joined(gap)
        } else {
            all.append(gap)
        }
        if all.count > Gaps.most {
            all[1] = all[0].joined(all[1])
            all.removeFirst()
        }
    }

    /// The cursor was set back: what it comes to again is told again. Of a gap that it stands in, what is ahead stays.
    mutating func forget(behind position: Int64) { all = all.compactMap { $0.ahead(of: position) } }

    /// As it is written down: `120-180/7 200-200/1`.
    var text: String { all.map { "\($0.first)-\($0.last)/\($0.count)" }.joined(separator: " ") }

    init(_ text: String = "") {
        all = text.split(separator: " ").compactMap { part in
            let numbers = part.split { $0 == "-" || $0 == "/" }.compactMap { Int64($0) }
            return numbers.count == 3 ? Gap(first: numbers[0], last: numbers[1], count: numbers[2]) : nil
        }
    }
}
