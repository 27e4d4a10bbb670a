import Database
import Synchronization
import TestKit
import Testing
import Vocabulary

@testable import Events
@testable import Web

@Suite("A log of events that was lost, or restored as it was before")
struct LostLogTests {
    private func open(
        _ folder: TemporaryFolder, _ settings: EventLog.Settings = EventLog.Settings()
    ) async throws -> EventLog {
        try await EventLog.open(folder: folder.path + "/log", now: TestClock().now, logger: quiet, settings: settings)
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
            // What is missed comes first in a page, so one that has events ends before it.
            let old = try await log.events(after: 0, types: nil, limit: kept + 1, bytes: 1 << 20)
            if kept > 0 {
                #expect(old.events.map(\.position) == Array(1..<Int64(kept) + 1))
                #expect(old.missed == 0 && old.next == Int64(kept))
            }
            let page = try await log.events(after: Int64(kept), types: nil, limit: 100, bytes: 1 << 20)
            #expect(page.events.map(\.position) == (1...turn).map { 10 + Int64($0) })
            #expect(page.missed == Int64(10 - kept) && page.next == 10 + Int64(turn))
        }
        try await log.close()
    }

    @Test("keeps the files that nobody has looked through since it was opened")
    func unread() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        var settings = EventLog.Settings()
        // Each event is in a file of its own, and of the old files none is read when the log is opened.
        (settings.segmentBytes, settings.knownEvents) = (1, 1)
        var log = try await open(folder, settings)
        for number in 0..<4 { _ = try await log.append([event("\(number)")]) }
        try await log.close()
        log = try await open(folder, settings)
        try await log.skip(to: 10)
        #expect(log.bounds == StoreBounds(oldest: 1, last: 10))
        let page = try await log.events(after: 0, types: nil, limit: 100, bytes: 1 << 20)
        #expect(page.events.map(\.position) == [1, 2, 3, 4] && page.missed == 0)
        try await log.close()
    }

    @Test("a webhook that is away when the log goes on gets what is there before the hole", arguments: Engine.all)
    func holes(engine: Engine) async throws {
        try await World.open(on: engine) { world in
            try await world.begin()
            let mailbox = Mailbox()
            let isAway = Mutex(true)
            world.connect("https://portal.test") { request in
                guard !isAway.withLock({ $0 }) else { return FetchResponse(status: 503, headers: [:], body: []) }
                mailbox.put(request)
                return FetchResponse(status: 204, headers: [:], body: [])
            }
            let made = try await world.webhook("https://portal.test/hook", .batch)
            try await world.publish("1", "2")
            try await world.log.skip(to: 10)
            try await world.publish("3")
            try await world.running { () async throws in
                #expect(try await eventually { (world.events.dispatcher[made.id]?.now.failures ?? 0) > 0 })
                isAway.withLock { $0 = false }
                #expect(try await eventually { mailbox.ids == ["1", "2", "3"] })
            }
            #expect(world.events.dispatcher[made.id]?.now.subscription.missed == 8)
        }
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
