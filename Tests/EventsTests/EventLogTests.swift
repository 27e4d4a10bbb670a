@testable import Events
import Foundation
@testable import Ledger
import Synchronization
import TestKit
import Testing
import Vocabulary

@Suite("The log of events")
struct EventLogTests {
    func event(_ id: String, type: String = "t", text: String = "x") -> NewEvent {
        NewEvent(
            type: type, source: "/s", id: id, publisher: "app",
            bytes: Array("{\"id\":\"\(id)\",\"d\":\"\(text)\"}".utf8))
    }

    func open(
        _ folder: TemporaryFolder, _ settings: EventLog.Settings = .init(), clock: TestClock = TestClock()
    )
        async throws -> EventLog
    {
        try await EventLog.open(folder: folder.path + "/log", now: clock.now, logger: quiet, settings: settings)
    }

    @Test("What was appended is there after opening again, in order and once")
    func reopening() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        var settings = EventLog.Settings()
        settings.segmentBytes = 2000
        settings.tailEvents = 10
        let log = try await open(folder, settings)
        for round in 0..<30 {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for place in 0..<10 { group.addTask { _ = try await log.append([event("\(round * 10 + place)")]) } }
                try await group.waitForAll()
            }
        }
        #expect(log.bounds == StoreBounds(oldest: 1, last: 300))
        try await log.close()
        let again = try await open(folder, settings)
        #expect(again.bounds.last == 300)
        #expect(try await again.append([event("7")]).first?.isKnown == true)
        var (seen, after): ([StoredEvent], Int64) = ([], 0)
        while after < 300 {
            let page = try await again.events(after: after, types: nil, limit: 70, bytes: 1 << 20)
            seen += page.events
            after = page.next
        }
        #expect(seen.map(\.position) == Array(1...300))
        #expect(Set(seen.map(\.id)) == Set((0..<300).map(String.init)))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/log").count > 5)
        try await again.close()
    }

    @Test("One (source, id) is stored once; with other content it is refused, and the rest of its call with it")
    func dedupe() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let log = try await open(folder)
        #expect(try await log.append([event("1"), event("2"), event("1")]).map(\.position) == [1, 2, 1])
        await #expect(throws: EventStoreFault.otherContent(source: "/s", id: "2")) {
            try await log.append([event("3"), event("2", text: "y")])
        }
        #expect(log.bounds.last == 2)
        try await log.close()
    }

    @Test("Publishers who use the same (source, id) do not take each other's place, after opening again neither")
    func publishers() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let log = try await open(folder)
        let real = event("1")
        let other = NewEvent(type: "t", source: "/s", id: "1", publisher: "intruder", bytes: Array("{}".utf8))
        #expect(try await log.append([other]).map(\.position) == [1])
        #expect(try await log.append([real]).map(\.position) == [2])
        try await log.close()
        let again = try await open(folder)
        #expect(try await again.append([real, other]).map(\.isKnown) == [true, true])
        #expect(again.bounds.last == 2)
        try await again.close()
    }

    @Test("What could not be read again is not written, and the log goes on")
    func tooLarge() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let log = try await open(folder)
        let long = event("long", text: String(repeating: "x", count: EventRecord.payloadLimit))
        await #expect(throws: EventStoreFault.tooLarge) { try await log.append([event("1"), long]) }
        #expect(try await log.append([event("2")]).map(\.position) == [1])
        try await log.close()
        let again = try await open(folder)
        #expect(again.bounds.last == 1)
        try await again.close()
    }

    func stored(_ position: Int64, _ bytes: Int, type: String = "t") -> StoredEvent {
        StoredEvent(
            position: position, at: Instant(milliseconds: 0), type: type, source: "/s", id: "\(position)",
            publisher: "app", bytes: Array(repeating: 0x78, count: bytes))
    }

    @Test("The tail keeps no more in memory than twice what it gives")
    func tail() {
        var tail = EventTail(limit: 4096, byteLimit: 4 << 10)
        for position in 1...500 { tail.add([stored(Int64(position), 1024)]) }
        #expect(tail.held <= 8)
    }

    @Test("One step looks at so many bytes of other types and no more")
    func looks() {
        let settings = EventLog.Settings()
        var page = PageInTheMaking(
            after: 0, types: ["rare"], limit: 10, bytes: 1 << 20,
            looks: (settings.looksPerPage, settings.lookedBytesPerPage))
        var position: Int64 = 1
        while page.take(stored(position, 256 << 10)), position < 1000 { position += 1 }
        #expect(page.done.next == 128 && page.done.events.isEmpty)
    }

    @Test("What is known is bounded in number and in time")
    func bounded() {
        var known = KnownEvents(limit: 100, seconds: 60)
        for place in 0..<10_000 {
            let digest = EventDigest(high: UInt64(place), low: 0)
            known.insert(
                digest, .init(position: Int64(place), content: digest, at: Instant(milliseconds: Int64(place))))
        }
        #expect(known.count == 100 && known[EventDigest(high: 9_999, low: 0)]?.position == 9_999)
        let late = EventDigest(high: 1, low: 1)
        known.insert(late, .init(position: 1, content: late, at: Instant(milliseconds: 10_000_000)))
        #expect(known.count == 1)
    }

    @Test("A torn end is cut off; a broken record that was durable is an error", arguments: [false, true])
    func torn(isDurable: Bool) async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let log = try await open(folder)
        _ = try await log.append((0..<5).map { event("\($0)") })
        try await log.close()
        let path = folder.path + "/log/" + EventRecord.name(1)
        var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        if isDurable { bytes[bytes.count - 3] ^= 1 } else { bytes += bytes[16..<60] }
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        if isDurable {
            await #expect(throws: LedgerError.self) { try await open(folder) }
        } else {
            let again = try await open(folder)
            #expect(again.bounds.last == 5)
            #expect(try await again.append([event("new")]).first?.position == 6)
            try await again.close()
        }
    }

    @Test("A disk that fails refuses and keeps nothing of what it refused")
    func fullDisk() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let isFailing = Mutex(false)
        var settings = EventLog.Settings()
        settings.fault = { call throws(LedgerError) in
            if call == .sync, isFailing.withLock({ $0 }) { throw .disk(call: "sync", code: 28) }
        }
        let log = try await open(folder, settings)
        _ = try await log.append([event("1")])
        isFailing.withLock { $0 = true }
        await #expect(throws: LedgerError.self) { try await log.append([event("2")]) }
        isFailing.withLock { $0 = false }
        #expect(try await log.append([event("3")]).first?.position == 2)
        let page = try await log.events(after: 0, types: nil, limit: 10, bytes: 1 << 20)
        #expect(page.events.map(\.id) == ["1", "3"])
        try await log.close()
    }

    @Test("A moment leads to what came since; old events are forgotten, and who comes late is told how many")
    func time() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let clock = TestClock()
        var settings = EventLog.Settings()
        settings.segmentBytes = 1
        settings.tailEvents = 1
        let whole = try await open(folder, settings, clock: clock)
        let start = clock.now()
        for day in 0..<6 {
            _ = try await whole.append([event("\(day)")])
            clock.advance(seconds: 86_400)
        }
        #expect(try await whole.position(before: start.adding(days: 3)) == 3)
        #expect(try await whole.position(before: start) == 0)
        #expect(try await whole.position(before: clock.now()) == 6)
        try await whole.close()
        settings.keepDays = 2
        let log = try await open(folder, settings, clock: clock)
        #expect(try await log.trim() == 5)
        let page = try await log.events(after: 1, types: nil, limit: 10, bytes: 1 << 20)
        #expect(page.events.map(\.id) == ["4", "5"] && page.missed == 3)
        try await log.close()
    }

    @Test("A busy log stays within its bytes by itself; who comes late is told how many events are gone")
    func bytes() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        var settings = EventLog.Settings()
        settings.segmentBytes = 2000
        settings.keepBytes = 10_000
        settings.tailEvents = 1
        let log = try await open(folder, settings)
        for place in 0..<400 { _ = try await log.append([event("\(place)", text: String(repeating: "x", count: 100))]) }
        let isSmall = try await eventually(withinSeconds: 20) {
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/log")
            let sizes = names.filter { $0.hasSuffix(".events") }.map { name in
                FileManager.default.contents(atPath: folder.path + "/log/" + name)?.count ?? 0
            }
            return sizes.reduce(0, +) <= 14_500
        }
        #expect(isSmall)
        let page = try await log.events(after: 0, types: nil, limit: 10, bytes: 1 << 20)
        #expect(page.missed > 300 && page.events.first?.position == page.missed + 1)
        #expect(log.bounds.last == 400)
        try await log.close()
        let again = try await open(folder, settings)
        #expect(again.bounds.last == 400 && again.bounds.oldest == page.missed + 1)
        try await again.close()
    }

    @Test("Of many types only those asked for come, and the cursor still goes on")
    func types() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        var settings = EventLog.Settings()
        settings.tailEvents = 4
        let log = try await open(folder, settings)
        _ = try await log.append((0..<100).map { event("\($0)", type: $0 % 10 == 0 ? "rare" : "usual") })
        let page = try await log.events(after: 0, types: ["rare"], limit: 3, bytes: 1 << 20)
        #expect(page.events.map(\.position) == [1, 11, 21] && page.next == 21)
        let none = try await log.events(after: 0, types: [], limit: 3, bytes: 1 << 20)
        #expect(none.events.isEmpty && none.next == 100)
        try await log.close()
    }

    @Test("A page reads so many events at most, and no file that has none of the types")
    func reads() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        var settings = EventLog.Settings()
        (settings.tailEvents, settings.segmentBytes, settings.looksPerPage) = (4, 10_000, 300)
        var log = try await open(folder, settings)
        for round in 0..<20 {
            _ = try await log.append((0..<100).map { event("\(round)-\($0)", type: round == 17 ? "rare" : "usual") })
        }
        let rare = try await log.events(after: 0, types: ["rare"], limit: 1000, bytes: 1 << 20)
        #expect(rare.events.map(\.position) == Array(1701...1800))
        #expect((100..<300).contains(log.readCount), "of its own files only")
        let read = log.readCount
        let none = try await log.events(after: 0, types: ["usual"], limit: 9, bytes: 1 << 20) { _ in false }
        #expect(none.events.isEmpty && none.next == 300 && none.withheld.count == 300)
        #expect(log.readCount == read + 300)
        try await log.close()
        // After a start a file is looked through once.
        log = try await open(folder, settings)
        #expect(try await log.events(after: 0, types: ["rare"], limit: 1000, bytes: 1 << 20).events.count == 100)
        #expect(log.readCount < 300)
        try await log.close()
    }
}
