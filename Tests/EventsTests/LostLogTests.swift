import Database
import Synchronization
import TestKit
import Testing
import Vocabulary

@testable import Events
@testable import Web

@Suite("A log of events that was lost, or restored as it was before")
struct LostLogTests {
    private func open(_ folder: TemporaryFolder) async throws -> EventLog {
        try await EventLog.open(folder: folder.path + "/log", now: TestClock().now, logger: quiet)
    }

    private func event(_ id: String) -> NewEvent {
        NewEvent(type: "t", source: "/s", id: id, publisher: "app", bytes: Array("{}".utf8))
    }

    @Test("goes on behind what was told of it, and who reads is told what is gone", arguments: [0, 3])
    func skipping(kept: Int) async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        var log = try await open(folder)
        for number in 0..<kept { _ = try await log.append([event("\(number)")]) }
        try await log.skip(to: 10)
        try await log.skip(to: 9)
        #expect(log.bounds == StoreBounds(oldest: kept == 0 ? 11 : 1, last: 10))
        for turn in 1...2 {
            #expect(try await log.append([event("new \(turn)")]).map(\.position) == [10 + Int64(turn)])
            try await log.close()
            log = try await open(folder)
            let page = try await log.events(after: 0, types: nil, limit: 100, bytes: 1 << 20)
            let new = (1...turn).map { 10 + Int64($0) }
            #expect(page.events.map(\.position) == Array(1..<Int64(kept) + 1) + new)
            #expect(page.missed == Int64(10 - kept) && page.next == 10 + Int64(turn))
        }
        try await log.close()
    }

    @Test("gives no other event a position that a cursor has passed", arguments: Engine.all)
    func cursors(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            try await world.begin()
            let mailbox = world.takes("https://portal.test")
            let made = try await world.webhook("https://portal.test/hook")
            _ = try await world.events.replay(made.id, from: nil, position: 0, by: "test")
            try await world.database.write { tx in
                try tx.execute("UPDATE events_subscription SET position = 500")
            }
            world.events.dispatcher.remove(made.id)
            try await world.running { () async throws in
                #expect(try await eventually { world.log.bounds.last == 500 })
                try await world.publish("after")
                #expect(try await eventually { mailbox.ids == ["after"] })
            }
            #expect(world.log.bounds.last == 501)
        }
    }
}
