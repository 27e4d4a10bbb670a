import Synchronization
package import Vocabulary

/// A clock that stands still until a test moves it. It begins on 9 November 2020, 08:00 in Vietnam.
package final class TestClock: Sendable {
    private let instant: Mutex<Instant>

    package init(_ start: Instant = Instant(milliseconds: 1_604_883_600_000)) {
        instant = Mutex(start)
    }

    package var now: Clock { { self.instant.withLock { $0 } } }

    package func set(_ new: Instant) {
        instant.withLock { $0 = new }
    }

    package func advance(seconds: Int64) {
        instant.withLock { $0 = $0.adding(seconds: seconds) }
    }

    package func advance(days: Int64) {
        advance(seconds: days * 86_400)
    }
}

/// UUIDv7s that are the same in every run and sort in the order of their making.
package final class SeededIDs: Sendable {
    private let state: Mutex<(random: SeededRandom, made: Int64)>

    package init(seed: UInt64 = 1) {
        state = Mutex((SeededRandom(seed: seed), 0))
    }

    package var source: IDSource { { self.next() } }

    package func next() -> String {
        state.withLock { state in
            state.made += 1
            let instant = Instant(milliseconds: 1_604_883_600_000 + state.made)
            return UUIDv7.make(at: instant, random: (state.random.next(), state.random.next()))
        }
    }
}

/// SplitMix64: the same numbers from the same seed. For tests only.
package struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
