@testable import Events
import TestKit
import Testing
import Vocabulary

@Suite("Places for calls")
struct CallPlacesTests {
    func places(quick: Int, slow: Int, seconds: Double) -> CallPlaces {
        var settings = Events.Settings()
        (settings.callsAtOnce, settings.slowCallsAtOnce, settings.quickSeconds) = (quick, slow, seconds)
        return CallPlaces(settings: settings)
    }

    /// Enters beside the test and says when it is in.
    func enter(_ places: CallPlaces, _ kind: CallPlaces.Kind) -> Flag {
        let flag = Flag()
        Task {
            _ = await places.enter(kind)
            flag.raise()
        }
        return flag
    }

    @Test("Who holds a quick place too long gives it to who waits, and the slow are fewer at once for it")
    func takenBack() async throws {
        let places = places(quick: 1, slow: 1, seconds: 0.02)
        let watching = Task { await places.watch() }
        defer { watching.cancel() }
        let long = await places.enter(.quick)
        let next = enter(places, .quick)
        #expect(try await eventually { next.isRaised })
        let slow = enter(places, .slow)
        try await Task.sleep(for: .milliseconds(50))
        #expect(!slow.isRaised)
        places.leave(long)
        #expect(try await eventually { slow.isRaised })
    }

    @Test("While nobody waits nobody is hurried, and groups do not share")
    func apart() async throws {
        let places = places(quick: 1, slow: 1, seconds: 0)
        let watching = Task { await places.watch() }
        defer { watching.cancel() }
        let (quick, slow) = (await places.enter(.quick), await places.enter(.slow))
        _ = await places.enter(.failing)
        let waits = enter(places, .slow)
        try await Task.sleep(for: .milliseconds(50))
        #expect(!waits.isRaised)
        places.leave(quick)
        try await Task.sleep(for: .milliseconds(20))
        #expect(!waits.isRaised)
        places.leave(slow)
        #expect(try await eventually { waits.isRaised })
    }

    @Test("Who waits is let in in order")
    func order() async throws {
        let places = places(quick: 1, slow: 1, seconds: 60)
        var held = await places.enter(.slow)
        let order = Flag.List()
        for place in 0..<5 {
            Task {
                let mine = await places.enter(.slow)
                order.append(place)
                places.leave(mine)
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        places.leave(held)
        #expect(try await eventually { order.all == [0, 1, 2, 3, 4] })
        held = await places.enter(.slow)
        places.leave(held)
    }
}
