import Dispatch
import Ledger
package import Logging
import Synchronization
package import Vocabulary
package import Web

/// The node's own store of events: append-only segment files with group commit, as the ledger has for its leaves.
///
/// Events that come while the disk is busy form the next batch, which costs one `fdatasync`; there is no timer. What
/// is newest is also kept in memory, so that those who follow closely cost no reading. Disk work is done on two
/// threads of the log's own, one that writes and one that reads.
package final class EventLog: EventStore {
    package struct Settings: Sendable {
        package var segmentBytes = 32 << 20
        /// Events are forgotten after so many days, or earlier when there are too many bytes: the files take no more
        /// than these and two segments.
        package var keepDays: Int64 = 30
        package var keepBytes = 4 << 30
        /// How far back one (source, id) is known again, in events and in time.
        package var knownEvents = 250_000
        package var knownSeconds: Int64 = 7 * 86_400
        package var waitingBytesLimit = 64 << 20
        /// What of the end of the log is also in memory.
        package var tailEvents = 4096
        package var tailBytes = 8 << 20
        /// So many events, and bytes of them, one page looks at, so that a rare type holds up nobody else's reading.
        package var looksPerPage = 20_000
        package var lookedBytesPerPage = 32 << 20
        /// Throws what a failing disk would.
        var fault: DiskFile.Fault?

        package init() {}
    }

    package let bell = Bell()
    let settings: Settings
    let now: Clock
    private let logger: Logger
    private let front: Mutex<Front>
    private let writer: Mutex<EventLogWriter?>
    private let writing = DispatchQueue(label: "events.write")
    private let reading = DispatchQueue(label: "events.read")
    private let looked = Atomic<Int>(0)

    /// How many events were read from files for pages so far.
    var readCount: Int { looked.load(ordering: .relaxed) }

    /// What callers see while the disk works.
    struct Front {
        var segments: [EventSegment]
        var last: Int64
        var tail: EventTail
        var waiting: [Waiting] = []
        var waitingBytes = 0
        var isWriting = false
        var isClosed = false

        var oldest: Int64 { segments.first?.first ?? last + 1 }
    }

    struct Waiting: Sendable {
        let events: [NewEvent]
        let digests: [EventDigest]
        let keys: [EventDigest]
        let then: CheckedContinuation<[Appended], any Error>

        var bytes: Int { events.reduce(0) { $0 + $1.bytes.count + 256 } }
    }

    /// Opens the log in `folder`, or begins one there, and takes the folder's lock until `close`.
    ///
    /// - Throws: `LedgerError`: `locked`, `damaged` (says where), `disk`.
    package static func open(
        folder: String, now: @escaping Clock, logger: Logger, settings: Settings = Settings()
    ) async throws -> EventLog {
        try await DispatchQueue(label: "events.open").run {
            let (writer, front) = try EventLogWriter.open(DiskFolder(path: folder), settings, logger)
            return EventLog(writer, front, now, logger, settings)
        }
    }

    private init(
        _ writer: EventLogWriter, _ front: Front, _ now: @escaping Clock, _ logger: Logger, _ settings: Settings
    ) {
        self.settings = settings
        self.now = now
        self.logger = logger
        self.front = Mutex(front)
        self.writer = Mutex(writer)
    }

    package var bounds: StoreBounds { front.withLock { StoreBounds(oldest: $0.oldest, last: $0.last) } }

    package func append(_ events: [NewEvent]) async throws -> [Appended] {
        guard !events.isEmpty else { return [] }
        // Hashed by whoever brings them, so that the writer's thread does what only it can.
        let digests = events.map { EventDigest(content: $0.bytes) }
        let keys = events.map { EventDigest(publisher: $0.publisher, source: $0.source, id: $0.id) }
        return try await withCheckedThrowingContinuation { continuation in
            let waiting = Waiting(events: events, digests: digests, keys: keys, then: continuation)
            let outcome = front.withLock { front -> Result<Bool, EventStoreFault> in
                if front.isClosed { return .failure(.closed) }
                guard front.waitingBytes + waiting.bytes <= settings.waitingBytesLimit else { return .failure(.busy) }
                front.waiting.append(waiting)
                front.waitingBytes += waiting.bytes
                defer { front.isWriting = true }
                return .success(!front.isWriting)
            }
            switch outcome {
            case .success(let mustStart): if mustStart { writing.async { self.writeWhatWaits() } }
            case .failure(let fault): continuation.resume(throwing: fault)
            }
        }
    }

    private func writeWhatWaits() {
        while true {
            let batch = front.withLock { front -> [Waiting] in
                defer { (front.waiting, front.waitingBytes) = ([], 0) }
                front.isWriting = !front.waiting.isEmpty
                return front.waiting
            }
            if batch.isEmpty { return }
            let at = now()
            do {
                let written = try writer.withLock { writer -> EventLogWriter.Written in
                    guard let written = try writer?.write(batch, at: at) else { throw EventStoreFault.closed }
                    return written
                }
                let isRolled = front.withLock { front in
                    let isRolled = front.segments.last !== written.segment
                    if isRolled { front.segments.append(written.segment) }
                    front.last = written.last
                    front.tail.add(written.stored)
                    return isRolled
                }
                if !written.stored.isEmpty { bell.ring() }
                for (waiting, result) in zip(batch, written.results) { waiting.then.resume(with: result) }
                if isRolled { reading.async { self.trimAfterRoll() } }
            } catch {
                for waiting in batch { waiting.then.resume(throwing: error) }
            }
        }
    }

    package func events(
        after position: Int64, types: Set<String>?, limit: Int, bytes: Int,
        where isGiven: (@Sendable (StoredEvent) -> Bool)?
    ) async throws -> EventPage {
        var page = PageInTheMaking(
            after: position, types: types, limit: limit, bytes: bytes,
            looks: (settings.looksPerPage, settings.lookedBytesPerPage), where: isGiven)
        let isInMemory = front.withLock { front in
            page.begin(oldest: front.oldest)
            return front.tail.fill(&page, upTo: front.last)
        }
        if isInMemory { return page.done }
        return try await reading.run { [page] in
            var page = page
            // What was forgotten since is missed, too.
            let (segments, last, oldest) = self.front.withLock { ($0.segments, $0.last, $0.oldest) }
            page.begin(oldest: oldest)
            for (place, segment) in segments.enumerated() where !page.isFull {
                let behind = place + 1 < segments.count ? segments[place + 1].first : last + 1
                guard behind > page.next + 1 else { continue }
                page.begin(oldest: segment.first)
                if page.isFull { break }
                guard segment.mayHave(types) else {
                    page.pass(to: behind - 1)
                    continue
                }
                try segment.records(from: page.next + 1) { page.take($0.stored) }
            }
            self.looked.add(page.looked, ordering: .relaxed)
            return page.done
        }
    }

    package func position(before moment: Instant) async throws -> Int64 {
        try await reading.run {
            let (segments, last, oldest) = self.front.withLock { ($0.segments, $0.last, $0.oldest) }
            for segment in segments {
                if !segment.isKnown { try segment.records(from: segment.first) { _ in false } }
                guard let newest = segment.lastAt, newest >= moment else { continue }
                var found = segment.first - 1
                try segment.records(from: segment.first) { record in
                    guard record.at < moment else { return false }
                    found = record.position
                    return true
                }
                return max(found, oldest - 1)
            }
            return last
        }
    }

    package func skip(to position: Int64) async throws {
        try await writing.run {
            guard let segment = try self.writer.withLock({ try $0?.skip(to: position) }) else { return }
            self.front.withLock { front in
                // Of a file that nobody looked through yet it is not known how many it has.
                front.segments.removeAll { $0.isKnown && $0.count == 0 }
                front.segments.append(segment)
                front.last = position
                front.tail = EventTail(limit: self.settings.tailEvents, byteLimit: self.settings.tailBytes)
            }
        }
    }

    package func trim() async throws -> Int64 {
        try await reading.run {
            try self.forget()
            return self.bounds.oldest
        }
    }

    /// A busy log fills the disk long before somebody asks for `trim`.
    private func trimAfterRoll() {
        do {
            try forget()
        } catch {
            logger.warning("old events could not be forgotten", metadata: ["events.cause": "\(error)"])
        }
    }

    /// Removes the oldest files while they are too old or all are too large. On the reading thread.
    private func forget() throws {
        let limit = now().adding(days: -settings.keepDays)
        let segments = front.withLock { $0.segments }
        var bytes = try segments.reduce(0) { $0 + (try $1.file.size()) }
        var gone: [EventSegment] = []
        for segment in segments.dropLast() {
            if !segment.isKnown { try segment.records(from: segment.first) { _ in false } }
            let isOld = segment.lastAt.map { $0 < limit } ?? true
            guard isOld || bytes > settings.keepBytes else { break }
            bytes -= try segment.file.size()
            gone.append(segment)
        }
        guard !gone.isEmpty else { return }
        front.withLock { $0.segments.removeFirst(gone.count) }
        try writer.withLock { writer in
            for segment in gone { writer?.folder.remove(EventRecord.name(segment.first)) }
            try writer?.folder.sync()
        }
        logger.info("old events forgotten", metadata: ["events.segments": "\(gone.count)"])
    }

    package func close() async throws {
        front.withLock { $0.isClosed = true }
        try await writing.run { self.writer.withLock { $0 = nil } }
    }
}

/// The newest events, in memory.
struct EventTail: Sendable {
    let limit: Int
    let byteLimit: Int
    private var events: [StoredEvent] = []
    private var head = 0
    private var bytes = 0

    /// How many events are in memory, those that are not given any more with them.
    var held: Int { events.count }

    init(limit: Int, byteLimit: Int) {
        self.limit = limit
        self.byteLimit = byteLimit
    }

    mutating func add(_ new: [StoredEvent]) {
        for event in new {
            events.append(event)
            bytes += event.bytes.count + 256
        }
        while events.count - head > limit || bytes > byteLimit, head < events.count {
            bytes -= events[head].bytes.count + 256
            head += 1
        }
        if head * 2 > events.count {
            events.removeFirst(head)
            head = 0
        }
    }

    /// Fills the page from memory; false when it begins before what is here.
    func fill(_ page: inout PageInTheMaking, upTo last: Int64) -> Bool {
        if page.next >= last { return true }
        guard head < events.count, page.next + 1 >= events[head].position else { return false }
        for event in events[(head + Int(page.next + 1 - events[head].position))...] where !page.take(event) { break }
        return true
    }
}

/// A page while it is filled.
struct PageInTheMaking: Sendable {
    let types: Set<String>?
    let limit: Int
    let bytes: Int
    private let isGiven: (@Sendable (StoredEvent) -> Bool)?
    private(set) var next: Int64
    private var missed: Int64 = 0
    private var events: [StoredEvent] = []
    private var withheld: [Int64] = []
    private var held = 0
    private var isBegun = false
    private(set) var looked = 0
    private var lookedBytes = 0
    private(set) var isFull = false
    private let looks: (events: Int, bytes: Int)

    init(
        after position: Int64, types: Set<String>?, limit: Int, bytes: Int, looks: (events: Int, bytes: Int),
        where isGiven: (@Sendable (StoredEvent) -> Bool)? = nil
    ) {
        next = position
        self.looks = looks
        self.isGiven = isGiven
        self.types = types
        self.limit = limit
        self.bytes = bytes
    }

    /// What lies before `oldest` is not there. Where something was looked at already, the page ends before that: what
    /// is missed always comes first in a page.
    mutating func begin(oldest: Int64) {
        guard next < oldest - 1 else { return }
        guard !isBegun else {
            isFull = true
            return
        }
        missed += oldest - 1 - next
        next = oldest - 1
    }

    /// Up to here there is nothing of these types.
    mutating func pass(to position: Int64) {
        isBegun = true
        next = max(next, position)
    }

    /// False when there is no room for this or any later event.
    mutating func take(_ event: StoredEvent) -> Bool {
        isBegun = true
        let isOfTypes = types?.contains(event.type) ?? true
        let isWanted = isOfTypes && isGiven?(event) ?? true
        if isWanted, !events.isEmpty, held + event.bytes.count > bytes {
            isFull = true
            return false
        }
        next = event.position
        looked += 1
        lookedBytes += event.bytes.count
        if isWanted {
            events.append(event)
            held += event.bytes.count
        } else if isOfTypes {
            withheld.append(event.position)
        }
        isFull =
            events.count >= limit || held >= bytes || looked >= looks.events || lookedBytes >= looks.bytes
        return !isFull
    }

    var done: EventPage { EventPage(events: events, next: next, missed: missed, withheld: withheld) }
}
