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
        Instant(milliseconds: milliseconds + seconds * 1000)
    }

    package func adding(days: Int64) -> Instant {
        adding(seconds: days * 86_400)
    }

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
