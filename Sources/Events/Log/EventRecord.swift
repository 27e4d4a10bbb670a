import Crypto
import Ledger
import Vocabulary

/// How events stand on disk: files `<first position, 20 digits>.events`, each a header and then records.
///
/// All numbers are big endian.
///
/// | header, 16 bytes | |
/// |---|---|
/// | 8 | `TRUCEVT1` |
/// | 8 | the position of the first record |
///
/// | record | |
/// |---|---|
/// | 4 | length of the payload |
/// | 8 | the first 8 bytes of SHA-256(payload) |
/// | | payload: position 8, instant 8, digest of the event 16, then type, source, id and publisher, each with its |
/// | | length in 2 bytes, then the event in its structured form |
enum EventRecord {
    static let magic = Array("TRUCEVT1".utf8)
    static let headerLength = 16
    static let frameLength = 12
    /// An event and its names, with room.
    static let payloadLimit = CloudEvent.Limits.eventBytes + (32 << 10)

    static func name(_ first: Int64) -> String {
        let digits = String(first)
        return String(repeating: "0", count: 20 - digits.count) + digits + ".events"
    }

    static func first(_ name: String) -> Int64? {
        guard name.hasSuffix(".events"), let first = Int64(name.dropLast(7)), EventRecord.name(first) == name else {
            return nil
        }
        return first
    }

    static func header(_ first: Int64) -> [UInt8] {
        var bytes = magic
        bytes.append(bigEndian: first)
        return bytes
    }

    /// Whether `read` will take what `append` makes of it.
    static func fits(_ event: NewEvent) -> Bool {
        let names = [event.type, event.source, event.id, event.publisher].map(\.utf8.count)
        return names.allSatisfy { $0 <= UInt16.max }
            && 40 + names.reduce(0, +) + event.bytes.count <= payloadLimit
    }

    static func append(
        _ event: NewEvent, _ digest: EventDigest, at: Instant, as position: Int64, to bytes: inout [UInt8]
    ) {
        let start = bytes.count
        bytes.append(bigEndian: UInt32(0))
        bytes.append(bigEndian: UInt64(0))
        bytes.append(bigEndian: position)
        bytes.append(bigEndian: at.milliseconds)
        bytes.append(bigEndian: digest.high)
        bytes.append(bigEndian: digest.low)
        for text in [event.type, event.source, event.id, event.publisher] {
            bytes.append(bigEndian: UInt16(text.utf8.count))
            bytes.append(contentsOf: text.utf8)
        }
        bytes.append(contentsOf: event.bytes)
        let length = bytes.count - start - frameLength
        bytes.withUnsafeMutableBytes { raw in
            let payload = UnsafeRawBufferPointer(rebasing: raw[(start + frameLength)...])
            raw.storeBytes(of: UInt32(length).bigEndian, toByteOffset: start, as: UInt32.self)
            raw.storeBytes(of: check(payload), toByteOffset: start + 4, as: UInt64.self)
        }
    }

    /// As it lies in the file.
    static func check(_ payload: UnsafeRawBufferPointer) -> UInt64 {
        var hasher = SHA256()
        hasher.update(bufferPointer: payload)
        return hasher.finalize().withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
    }

    /// What stands at `offset`; nil when no whole record does.
    static func read(_ bytes: [UInt8], at offset: Int) -> (record: Found, end: Int)? {
        bytes.withUnsafeBytes { raw -> (Found, Int)? in
            guard raw.count >= offset + frameLength else { return nil }
            let length = Int(UInt32(bigEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
            let start = offset + frameLength
            guard length >= 40, length <= payloadLimit, raw.count >= start + length else { return nil }
            let payload = UnsafeRawBufferPointer(rebasing: raw[start..<start + length])
            guard raw.loadUnaligned(fromByteOffset: offset + 4, as: UInt64.self) == check(payload),
                let found = Found(payload)
            else { return nil }
            return (found, start + length)
        }
    }

    /// How long the record at `offset` says it is; nil when its frame is not whole.
    static func length(_ bytes: [UInt8], at offset: Int) -> Int? {
        guard bytes.count >= offset + 4 else { return nil }
        return bytes.withUnsafeBytes {
            frameLength + Int(UInt32(bigEndian: $0.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
        }
    }

    struct Found {
        let position: Int64
        let at: Instant
        let digest: EventDigest
        let type: String
        let source: String
        let id: String
        let publisher: String
        let bytes: [UInt8]

        init?(_ payload: UnsafeRawBufferPointer) {
            func number(_ offset: Int) -> UInt64 {
                UInt64(bigEndian: payload.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            }
            position = Int64(bitPattern: number(0))
            at = Instant(milliseconds: Int64(bitPattern: number(8)))
            digest = EventDigest(high: number(16), low: number(24))
            var place = 32
            var texts: [String] = []
            for _ in 0..<4 {
                guard payload.count >= place + 2 else { return nil }
                let length = Int(UInt16(bigEndian: payload.loadUnaligned(fromByteOffset: place, as: UInt16.self)))
                guard payload.count >= place + 2 + length else { return nil }
                texts.append(String(decoding: payload[place + 2..<place + 2 + length], as: UTF8.self))
                place += 2 + length
            }
            (type, source, id, publisher) = (texts[0], texts[1], texts[2], texts[3])
            bytes = Array(payload[place...])
        }

        var stored: StoredEvent {
            StoredEvent(
                position: position, at: at, type: type, source: source, id: id, publisher: publisher, bytes: bytes)
        }
    }
}

/// 16 bytes of SHA-256: of an event's content, or of its publisher, source and id.
struct EventDigest: Sendable, Hashable {
    let high: UInt64
    let low: UInt64

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    init(content bytes: [UInt8]) {
        self.init(SHA256.hash(data: bytes))
    }

    /// Of (publisher, source, id); no text holds the byte between them.
    init(publisher: String, source: String, id: String) {
        self.init(SHA256.hash(data: Array(publisher.utf8) + [0] + Array(source.utf8) + [0] + Array(id.utf8)))
    }

    private init(_ digest: SHA256Digest) {
        (high, low) = digest.withUnsafeBytes {
            (
                UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)),
                UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
    }
}

/// Which (publisher, source, id) were stored lately, and as what: bounded in number and in age.
struct KnownEvents {
    struct Entry {
        let position: Int64
        let content: EventDigest
        let at: Instant
    }

    let limit: Int
    let seconds: Int64
    private var entries: [EventDigest: Entry] = [:]
    private var order: [EventDigest] = []
    private var head = 0

    init(limit: Int, seconds: Int64) {
        self.limit = limit
        self.seconds = seconds
    }

    var count: Int { entries.count }

    subscript(key: EventDigest) -> Entry? { entries[key] }

    mutating func insert(_ key: EventDigest, _ entry: Entry) {
        if entries.updateValue(entry, forKey: key) == nil { order.append(key) }
        while head < order.count, let first = entries[order[head]],
            entries.count > limit || first.at.adding(seconds: seconds) < entry.at
        {
            entries[order[head]] = nil
            head += 1
        }
        if head > 4096, head > order.count / 2 {
            order.removeFirst(head)
            head = 0
        }
    }
}
