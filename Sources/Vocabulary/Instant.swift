/// A moment: milliseconds since 1970-01-01T00:00:00Z, as every table stores it.
package struct Instant: Sendable, Hashable, Comparable {
    package let milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    package static func < (earlier: Instant, later: Instant) -> Bool {
        earlier.milliseconds < later.milliseconds
    }

    package func adding(seconds: Int64) -> Instant {
        adding(seconds, of: 1000)
    }

    package func adding(days: Int64) -> Instant {
        adding(days, of: 86_400_000)
    }

    /// Stops at the first or last moment instead of trapping: the number may come from a stranger.
    private func adding(_ count: Int64, of unit: Int64) -> Instant {
        let (product, isTooLong) = count.multipliedReportingOverflow(by: unit)
        let (sum, isTooLate) = milliseconds.addingReportingOverflow(product)
        if isTooLong || isTooLate { return Instant(milliseconds: count < 0 ? .min : .max) }
        return Instant(milliseconds: sum)
    }

    /// What a calendar can say: ±100,000,000 days around 1970, as ECMAScript has it. Beyond, moments are spelled as it.
    var withinCalendar: Int64 { min(max(milliseconds, -8_640_000_000_000_000), 8_640_000_000_000_000) }

    /// Whole seconds since 1970, as RFC 9421 `created` and JWT dates have it.
    package var seconds: Int64 { milliseconds.floorDivided(by: 1000) }
}

/// What time it is. A parameter everywhere, so that tests travel in time.
package typealias Clock = @Sendable () -> Instant

extension Int64 {
    /// Division that rounds down, also below zero: moments before 1970 stay on their own day.
    func floorDivided(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}

extension Instant {
    /// Later than anything that a calendar can say.
    package static let distantFuture = Instant(milliseconds: .max)
}
