import Vocabulary

/// A page of facts on the wire: raw bytes, length by length, nothing escaped.
///
/// `TRF1`, the cursor to ask from next (8 bytes, big endian), 1 when there is more and 0 when not, then for each fact
/// its number (8), the length of its envelope (4), the envelope, the signature (64), the length of its bytes (4), the
/// bytes.
struct FactPage: Sendable {
    static let mediaType = "application/vnd.truc.facts"
    private static let tag = Array("TRF1".utf8)
    /// More than any node puts on a page, which is looked at and stored as a whole.
    private static let longest: Int64 = 10_000

    /// Parts of the page, not copied.
    struct Frame: Sendable {
        let seq: Int64
        let envelope: ArraySlice<UInt8>
        let signature: ArraySlice<UInt8>
        let bytes: ArraySlice<UInt8>
        /// The frame as it came, to be kept when it is refused.
        let raw: ArraySlice<UInt8>
    }

    /// The cursor that was asked from.
    let after: Int64
    let next: Int64
    let hasMore: Bool
    let frames: [Frame]

    /// Only what the gate let out can be written.
    static func encode(_ items: [Delivery], next: Int64, hasMore: Bool) -> [UInt8] {
        var page = tag
        page.reserveCapacity(items.reduce(16) { $0 + $1.released.fact.bytes.count + 512 })
        append(UInt64(bitPattern: next), to: &page)
        page.append(hasMore ? 1 : 0)
        for item in items {
            let fact = item.released.fact
            let envelope = fact.envelope.bytes
            append(UInt64(bitPattern: item.seq), to: &page)
            append(UInt32(envelope.count), to: &page)
            page += envelope
            page += fact.signature
            append(UInt32(fact.bytes.count), to: &page)
            page += fact.bytes
        }
        return page
    }

    /// Nil unless the bytes are one page: lengths that fit, numbers that rise up to `next`.
    init?(_ bytes: [UInt8], after: Int64) {
        var reader = FrameReader(bytes: bytes)
        guard reader.take(4) == FactPage.tag[...], let next = reader.number(8).map(Int64.init(truncatingIfNeeded:)),
            next >= after, next - after <= FactPage.longest,
            let more = reader.number(1), more <= 1, more == 0 || next > after
        else { return nil }
        var frames: [Frame] = []
        var last = after
        while !reader.isAtEnd {
            guard let frame = reader.frame(), frame.seq > last, frame.seq <= next else { return nil }
            last = frame.seq
            frames.append(frame)
        }
        self.after = after
        self.next = next
        hasMore = more == 1
        self.frames = frames
    }

    private static func append(_ number: some FixedWidthInteger, to page: inout [UInt8]) {
        withUnsafeBytes(of: number.bigEndian) { page.append(contentsOf: $0) }
    }
}

private struct FrameReader {
    let bytes: [UInt8]
    var place = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { place == bytes.count }

    mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard count <= bytes.count - place else { return nil }
        defer { place += count }
        return bytes[place..<place + count]
    }

    mutating func number(_ size: Int) -> UInt64? {
        take(size).map { $0.reduce(0) { $0 << 8 | UInt64($1) } }
    }

    mutating func frame() -> FactPage.Frame? {
        let start = place
        guard let seq = number(8), seq <= UInt64(Int64.max), let length = number(4), let envelope = take(Int(length)),
            let signature = take(64), let size = number(4), let content = take(Int(size))
        else { return nil }
        return FactPage.Frame(
            seq: Int64(seq), envelope: envelope, signature: signature, bytes: content, raw: bytes[start..<place])
    }
}
