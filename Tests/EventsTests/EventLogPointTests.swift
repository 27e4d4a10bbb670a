@testable import Events
import Foundation
@testable import Ledger
import Synchronization
import TestKit
import Testing
import Vocabulary

/// The disk stops at every single call that the log makes, for good or for once, while files begin, end and are
/// forgotten.
@Suite("Points at which the log of events may break off")
struct EventLogPointTests {
    enum Manner: CaseIterable {
        /// From this call on nothing reaches the disk; then the log is opened again.
        case forGood
        /// This one call fails and the log goes on.
        case once
    }

    /// A disk that counts its calls and refuses the one it was told.
    private final class Disk: Sendable {
        private let calls = Mutex(0)
        let point: Int?
        let manner: Manner

        init(refusing point: Int?, _ manner: Manner) {
            self.point = point
            self.manner = manner
        }

        var count: Int { calls.withLock { $0 } }

        func ask(_ call: DiskFile.Call) throws(LedgerError) {
            let number = calls.withLock { calls in
                calls += 1
                return calls
            }
            guard let point, manner == .once ? number == point : number >= point else { return }
            throw .disk(call: call.rawValue, code: ENOSPC)
        }
    }

    /// What was answered.
    private struct Answers {
        var places: [String: Int64] = [:]
        /// Calls that were refused: all of their events, or none, may be there.
        var refused: [[String]] = []
    }

    private static var settings: EventLog.Settings {
        var settings = EventLog.Settings()
        settings.segmentBytes = 600
        settings.keepBytes = 3000
        settings.tailEvents = 2
        return settings
    }

    private static func event(_ id: String) -> NewEvent {
        NewEvent(
            type: "t", source: "/s", id: id, publisher: "app",
            bytes: Array("{\"id\":\"\(id)\",\"d\":\"\(String(repeating: "x", count: 90))\"}".utf8))
    }

    private static func open(_ folder: TemporaryFolder, _ disk: Disk? = nil) async throws -> EventLog {
        var settings = settings
        if let disk { settings.fault = { call throws(LedgerError) in try disk.ask(call) } }
        return try await EventLog.open(
            folder: folder.path + "/log", now: { Instant(milliseconds: 0) }, logger: quiet, settings: settings)
    }

    /// Calls of one event and of three, repeated ones among them, until files were begun and forgotten.
    private static func work(_ log: EventLog, _ answers: inout Answers) async {
        for number in 0..<24 {
            let ids = number % 4 == 3 ? (0..<3).map { "\(number)-\($0)" } : ["\(number)"]
            for _ in 0..<(number % 5 == 0 ? 2 : 1) {
                do {
                    for (id, appended) in zip(ids, try await log.append(ids.map(event))) {
                        answers.places[id] = appended.position
                    }
                } catch {
                    answers.refused.append(ids)
                }
            }
        }
        _ = try? await log.trim()
    }

    private static func all(_ log: EventLog) async throws -> [StoredEvent] {
        var (found, after): ([StoredEvent], Int64) = ([], log.bounds.oldest - 1)
        while after < log.bounds.last {
            let page = try await log.events(after: after, types: nil, limit: 1000, bytes: 1 << 20)
            found += page.events
            after = page.next
        }
        return found
    }

    @Test(
        "What was answered is there once, and nothing of what was refused is there by halves",
        arguments: Manner.allCases)
    func everyPoint(_ manner: Manner) async throws {
        let whole = Disk(refusing: nil, manner)
        try await EventLogPointTests.live(whole)
        #expect(whole.count > 80)
        for point in 1...whole.count { try await EventLogPointTests.live(Disk(refusing: point, manner)) }
    }

    private static func live(_ disk: Disk) async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        var answers = Answers()
        // When already the opening is refused, nothing was promised.
        if let log = try? await open(folder, disk) {
            await work(log, &answers)
            try await log.close()
        }
        let again = try await open(folder)
        let stored = try await all(again)
        let place: Comment = "point \(disk.point ?? 0), \(disk.manner)"
        #expect(stored.map(\.position) == Array(again.bounds.oldest..<again.bounds.last + 1), place)
        #expect(Set(stored.map(\.id)).count == stored.count, place)
        let byID = Dictionary(stored.map { ($0.id, $0.position) }, uniquingKeysWith: { first, _ in first })
        for (id, position) in answers.places where position >= again.bounds.oldest {
            #expect(byID[id] == position, place)
        }
        for ids in answers.refused {
            let there = ids.filter { byID[$0] != nil }
            #expect(there.isEmpty || there.count == ids.count || again.bounds.oldest > 1, place)
        }
        let next = try await again.append([event("new")])
        #expect(next == [Appended(position: stored.last.map { $0.position + 1 } ?? 1, isKnown: false)], place)
        try await again.close()
    }
}
