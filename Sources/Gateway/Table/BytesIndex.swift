/// Finds short byte strings where they lie, without making a `String` of them: open addressing over one array of bytes.
struct BytesIndex: Sendable {
    private struct Slot: Sendable {
        var hash: UInt64 = 0
        var start: Int32 = 0
        var count: Int32 = 0
        var value: Int32 = -1
    }

    private var slots: [Slot] = []
    private var bytes: [UInt8] = []
    private let mask: Int

    /// Of two entries with the same key the first is found.
    init(_ entries: [(key: [UInt8], value: Int)]) {
        var size = 4
        while size < entries.count * 2 { size *= 2 }
        mask = size - 1
        guard !entries.isEmpty else { return }
        slots = Array(repeating: Slot(), count: size)
        for entry in entries { insert(entry.key, entry.value) }
    }

    private mutating func insert(_ key: [UInt8], _ value: Int) {
        let hash = key.reduce(BytesHash()) { $0.adding($1) }
        guard key.withUnsafeBytes({ find($0, hash) }) == nil else { return }
        var place = Int(truncatingIfNeeded: hash.spread) & mask
        while slots[place].value >= 0 { place = (place + 1) & mask }
        slots[place] = Slot(
            hash: hash.value, start: Int32(bytes.count), count: Int32(key.count), value: Int32(value))
        bytes += key
    }

    func find(_ key: UnsafeRawBufferPointer) -> Int? {
        guard !slots.isEmpty else { return nil }
        var hash = BytesHash()
        for byte in key { hash = hash.adding(byte) }
        return find(key, hash)
    }

    /// For whoever has the hash already, as of the part of a path that was read so far.
    func find(_ key: UnsafeRawBufferPointer, _ hash: BytesHash) -> Int? {
        guard !slots.isEmpty else { return nil }
        var place = Int(truncatingIfNeeded: hash.spread) & mask
        while slots[place].value >= 0 {
            let slot = slots[place]
            if slot.hash == hash.value, Int(slot.count) == key.count, holds(key, at: Int(slot.start)) {
                return Int(slot.value)
            }
            place = (place + 1) & mask
        }
        return nil
    }

    private func holds(_ key: UnsafeRawBufferPointer, at start: Int) -> Bool {
        bytes.withUnsafeBytes { known in
            var same = true
            for place in 0..<key.count where known[start + place] != key[place] { same = false }
            return same
        }
    }
}

/// FNV-1a, taken byte by byte.
struct BytesHash: Sendable {
    private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    @inline(__always)
    func adding(_ byte: UInt8) -> BytesHash {
        var next = self
        next.value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
        return next
    }

    /// The low bits of FNV are its weak ones.
    var spread: UInt64 { value ^ (value >> 29) }
}
