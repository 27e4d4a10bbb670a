import Ledger
import Logging
import Vocabulary

/// The one who writes the log. Confined to the log's own thread.
struct EventLogWriter {
    let folder: DiskFolder
    let settings: EventLog.Settings
    /// Held open: its lock is the log's.
    let lock: DiskFile
    let mark: DiskFile

    private var segment: EventSegment
    private var file: DiskFile
    /// Behind the last durable record of the last segment.
    private var end: Int
    private var last: Int64
    private var known: KnownEvents
    private var hasDebris = false

    struct Written {
        let results: [Result<[Appended], any Error>]
        let stored: [StoredEvent]
        let last: Int64
        let segment: EventSegment
    }

    /// What one batch will be, before it is on the disk.
    private struct Plan {
        var bytes: [UInt8] = []
        var starts: [Int] = []
        var stored: [StoredEvent] = []
        /// Of the stored ones, in their order.
        var keys: [EventDigest] = []
        var fresh: [EventDigest: KnownEvents.Entry] = [:]
        var results: [Result<[Appended], any Error>] = []
        var last: Int64
    }

    /// Makes the events durable. If it throws, none of them is in the log.
    mutating func write(_ batch: [EventLog.Waiting], at: Instant) throws -> Written {
        if hasDebris { try clear() }
        if end >= settings.segmentBytes, segment.count > 0 { try roll() }
        var plan = Plan(last: last)
        for waiting in batch { plan.results.append(add(waiting, at: at, to: &plan)) }
        guard !plan.stored.isEmpty else {
            return Written(results: plan.results, stored: [], last: last, segment: segment)
        }
        do {
            try file.write(plan.bytes, at: end)
            try file.sync()
        } catch {
            hasDebris = true
            try? clear()
            throw error
        }
        segment.grow(plan.starts, of: Set(plan.stored.map(\.type)), to: end + plan.bytes.count, at: at)
        end += plan.bytes.count
        last = plan.last
        for key in plan.keys {
            if let entry = plan.fresh[key] { known.insert(key, entry) }
        }
        // If this fails, the mark is behind, which it may be.
        try? mark.write(DurableMark(segment: segment.first, offset: end, size: last).bytes, at: 0)
        return Written(results: plan.results, stored: plan.stored, last: last, segment: segment)
    }

    /// All events of one call or none: one that contradicts what is known refuses its call and no other.
    private func add(
        _ waiting: EventLog.Waiting, at: Instant, to plan: inout Plan
    ) -> Result<[Appended], any Error> {
        // What cannot be read again is never written: it would end the log where it stands.
        guard waiting.events.allSatisfy(EventRecord.fits) else { return .failure(EventStoreFault.tooLarge) }
        let keys = waiting.keys
        var own: [EventDigest: EventDigest] = [:]
        for (place, key) in keys.enumerated() {
            let content = waiting.digests[place]
            let before = own[key] ?? plan.fresh[key]?.content ?? known[key]?.content
            guard before == nil || before == content else {
                let event = waiting.events[place]
                return .failure(EventStoreFault.otherContent(source: event.source, id: event.id))
            }
            own[key] = content
        }
        var appended: [Appended] = []
        for (place, event) in waiting.events.enumerated() {
            let key = keys[place]
            if let entry = plan.fresh[key] ?? known[key] {
                appended.append(Appended(position: entry.position, isKnown: true))
                continue
            }
            plan.last += 1
            plan.starts.append(end + plan.bytes.count)
            EventRecord.append(event, waiting.digests[place], at: at, as: plan.last, to: &plan.bytes)
            plan.keys.append(key)
            plan.fresh[key] = KnownEvents.Entry(position: plan.last, content: waiting.digests[place], at: at)
            plan.stored.append(
                StoredEvent(
                    position: plan.last, at: at, type: event.type, source: event.source, id: event.id,
                    publisher: event.publisher, bytes: event.bytes))
            appended.append(Appended(position: plan.last, isKnown: false))
        }
        return .success(appended)
    }

    /// Cuts off what a failed write left, so that the file ends with the last event that was acknowledged.
    private mutating func clear() throws {
        try file.truncate(to: end)
        try file.sync()
        hasDebris = false
    }

    /// Begins behind `position`, in a file of its own. Nil when it is there already.
    mutating func skip(to position: Int64) throws -> EventSegment? {
        guard position > last else { return nil }
        if hasDebris { try clear() }
        let before = segment
        (segment, file) = try EventLogWriter.begin(position + 1, in: folder, settings)
        (end, last) = (EventRecord.headerLength, position)
        if before.count == 0 {
            folder.remove(EventRecord.name(before.first))
            try folder.sync()
        }
        return segment
    }

    private mutating func roll() throws {
        (segment, file) = try EventLogWriter.begin(last + 1, in: folder, settings)
        end = EventRecord.headerLength
    }

    private static func begin(
        _ first: Int64, in folder: DiskFolder, _ settings: EventLog.Settings
    ) throws -> (EventSegment, DiskFile) {
        try folder.create(EventRecord.name(first), EventRecord.header(first), fault: settings.fault)
        let file = try DiskFile(folder.file(EventRecord.name(first)), fault: settings.fault)
        return (EventSegment(first: first, file: file, isNew: true), file)
    }
}

/// Opening: what a power loss left at the end is cut off; what was durable and is broken is an error.
extension EventLogWriter {
    static func open(
        _ folder: DiskFolder, _ settings: EventLog.Settings, _ logger: Logger
    ) throws -> (EventLogWriter, EventLog.Front) {
        try folder.make()
        let lock = try DiskFile(folder.file("lock"))
        guard try lock.lock() else { throw LedgerError.locked(folder: folder.path) }
        let mark = try DiskFile(folder.file(DurableMark.name), fault: settings.fault)
        let durable = DurableMark(try mark.read(at: 0, count: 64))
        var segments = try folder.names().compactMap(EventRecord.first).map { first in
            let file = try DiskFile(folder.file(EventRecord.name(first)), fault: settings.fault)
            return EventSegment(first: first, file: file, isNew: false)
        }
        if segments.isEmpty { segments = [try begin(1, in: folder, settings).0] }
        var known = KnownEvents(limit: settings.knownEvents, seconds: settings.knownSeconds)
        var tail = EventTail(limit: settings.tailEvents, byteLimit: settings.tailBytes)
        let newest = segments[segments.count - 1]
        let from = segments.lastIndex { newest.first - $0.first >= Int64(settings.knownEvents) } ?? 0
        for segment in segments[from...] {
            let broken = try segment.scan { record in
                let key = EventDigest(publisher: record.publisher, source: record.source, id: record.id)
                known.insert(
                    key, KnownEvents.Entry(position: record.position, content: record.digest, at: record.at))
                if segment === newest { tail.add([record.stored]) }
            }
            if let broken { try cut(segment, at: broken, isLast: segment === newest, durable, logger) }
        }
        let last = newest.first + newest.count - 1
        let writer = EventLogWriter(
            folder: folder, settings: settings, lock: lock, mark: mark, segment: newest, file: newest.file,
            end: newest.end, last: last, known: known)
        return (writer, EventLog.Front(segments: segments, last: last, tail: tail))
    }

    private static func cut(
        _ segment: EventSegment, at offset: Int, isLast: Bool, _ durable: DurableMark?, _ logger: Logger
    ) throws {
        guard isLast else { throw segment.damage(at: offset, "a closed file ends in a broken record") }
        if let durable, durable.segment == segment.first, durable.offset > offset {
            throw segment.damage(at: offset, "a record that was durable is broken")
        }
        logger.notice(
            "the end of an interrupted write was cut off",
            metadata: ["events.file": "\(EventRecord.name(segment.first))", "events.offset": "\(offset)"])
        try segment.file.truncate(to: offset)
        try segment.file.sync()
    }
}
