import Ledger
import Synchronization
import Vocabulary

/// One file of the log, with a sparse index of where its records begin.
///
/// The writer adds to the last one; whoever reads sees only what was durable when it asked.
final class EventSegment: Sendable {
    static let stride: Int64 = 64
    private static let mostTypes = 1000

    let first: Int64
    let file: DiskFile

    private struct State {
        /// The offset of every 64th record; nil until a closed segment was looked through.
        var offsets: [UInt32]?
        var count: Int64 = 0
        var end = EventRecord.headerLength
        var lastAt: Instant?
        /// Of its events; nil when there are too many to be told.
        var types: Set<String>? = []

        mutating func add(_ type: String) {
            types?.insert(type)
            if (types?.count ?? 0) > EventSegment.mostTypes { types = nil }
        }
    }

    private let state: Mutex<State>

    /// - Parameter isNew: begins empty; otherwise its records are found when they are first asked for.
    init(first: Int64, file: DiskFile, isNew: Bool) {
        self.first = first
        self.file = file
        state = Mutex(State(offsets: isNew ? [] : nil))
    }

    var end: Int { state.withLock { $0.end } }
    var count: Int64 { state.withLock { $0.count } }
    var lastAt: Instant? { state.withLock { $0.lastAt } }
    var isKnown: Bool { state.withLock { $0.offsets != nil } }

    /// Whether it may have events of these types, or of all with nil. One that was not looked through yet may.
    func mayHave(_ types: Set<String>?) -> Bool {
        guard let types else { return true }
        return state.withLock { state in
            guard state.offsets != nil, let here = state.types else { return true }
            return !here.isDisjoint(with: types)
        }
    }

    /// Takes note of records that are durable now.
    func grow(_ starts: [Int], of types: Set<String>, to end: Int, at: Instant) {
        state.withLock { state in
            for type in types { state.add(type) }
            for start in starts {
                if state.count % EventSegment.stride == 0 { state.offsets?.append(UInt32(start)) }
                state.count += 1
            }
            state.end = end
            state.lastAt = at
        }
    }

    /// Reads the whole file once, checking every record, and remembers where they begin.
    ///
    /// - Parameter each: gets each record.
    /// - Returns: where the first broken record begins; nil when the file ends with a whole one.
    func scan(_ each: (EventRecord.Found) throws -> Void) throws -> Int? {
        let size = try file.size()
        let header = try file.read(at: 0, count: EventRecord.headerLength)
        guard header == EventRecord.header(first) else { throw damage(at: 0, "the header cannot be read") }
        var found = State(offsets: [])
        var broken: Int?
        try walk(from: EventRecord.headerLength, to: size) { record, start, end in
            guard record.position == first + found.count else {
                throw damage(at: start, "record \(record.position) stands where \(first + found.count) belongs")
            }
            if found.count % EventSegment.stride == 0 { found.offsets?.append(UInt32(start)) }
            found.count += 1
            found.end = end
            found.lastAt = record.at
            found.add(record.type)
            try each(record)
            return true
        }
        if found.end < size { broken = found.end }
        state.withLock { $0 = found }
        return broken
    }

    /// Calls `each` with the records from `position` on, until it says false or the durable end.
    func records(from position: Int64, _ each: (EventRecord.Found) throws -> Bool) throws {
        if !isKnown, let broken = try scan({ _ in }) {
            throw damage(at: broken, "a closed file ends in a broken record")
        }
        let (start, end) = state.withLock { state -> (Int, Int) in
            let slot = Int(max(0, position - first) / EventSegment.stride)
            let offsets = state.offsets ?? []
            return (slot < offsets.count ? Int(offsets[slot]) : state.end, state.end)
        }
        try walk(from: start, to: end) { record, start, _ in
            guard record.position >= position else { return true }
            return try each(record)
        }
    }

    /// In pieces, so that a long file is never in memory as a whole. Stops at what is no whole record.
    private func walk(
        from start: Int, to end: Int, _ each: (EventRecord.Found, Int, Int) throws -> Bool
    ) throws {
        var base = start
        while base < end {
            var piece = try file.read(at: base, count: min(256 << 10, end - base))
            if let length = EventRecord.length(piece, at: 0), length > piece.count, length <= end - base,
                length <= EventRecord.payloadLimit + EventRecord.frameLength
            {
                piece = try file.read(at: base, count: length)
            }
            var offset = 0
            while let (record, next) = EventRecord.read(piece, at: offset) {
                guard try each(record, base + offset, base + next) else { return }
                offset = next
            }
            if offset == 0 { return }
            base += offset
        }
    }

    func damage(at offset: Int, _ reason: String) -> LedgerError {
        .damaged(LedgerDamage(file: EventRecord.name(first), offset: offset, reason: reason))
    }
}
