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
    private var mask = -1
    private(set) var count = 0
    /// Bytes of keys that were taken out.
    private var leftOver = 0

    init() {}

    /// Of two entries with the same key the first is found.
    init(_ entries: [(key: [UInt8], value: Int)]) {
        reserve(entries.count)
        for entry in entries { entry.key.withUnsafeBytes { _ = insert($0, BytesHash($0), entry.value) } }
    }

    /// - Returns: the value that the key has already; then nothing was put in.
    mutating func insert(_ key: UnsafeRawBufferPointer, _ hash: BytesHash, _ value: Int) -> Int? {
        if let known = find(key, hash) { return known }
        if (count + 1) * 2 > slots.count { reserve(count + 1) }
        place(Slot(hash: hash.value, start: Int32(bytes.count), count: Int32(key.count), value: Int32(value)))
        bytes.append(contentsOf: key)
        count += 1
        return nil
    }

    /// Makes room for so many keys, and lets go of the bytes of those that were taken out.
    private mutating func reserve(_ keys: Int) {
        var size = max(slots.count, 4)
        while size < keys * 2 { size *= 2 }
        let (old, known) = (slots, bytes)
        slots = Array(repeating: Slot(), count: size)
        (mask, leftOver) = (size - 1, 0)
        bytes.removeAll(keepingCapacity: true)
        for var slot in old where slot.value >= 0 {
            let start = Int(slot.start)
            slot.start = Int32(bytes.count)
            bytes += known[start..<start + Int(slot.count)]
            place(slot)
        }
    }

    private mutating func place(_ slot: Slot) {
        var place = home(of: slot)
        while slots[place].value >= 0 { place = (place + 1) & mask }
        slots[place] = slot
    }

    private func home(of slot: Slot) -> Int { Int(truncatingIfNeeded: BytesHash.spread(slot.hash)) & mask }

    /// What comes behind moves up, so that nothing is looked for behind a gap.
    mutating func remove(_ key: UnsafeRawBufferPointer, _ hash: BytesHash) {
        guard var gap = place(of: key, hash) else { return }
        leftOver += Int(slots[gap].count)
        count -= 1
        var next = (gap + 1) & mask
        while slots[next].value >= 0 {
            // Whether its home is not between the gap and where it lies.
            if (next - home(of: slots[next])) & mask >= (next - gap) & mask {
                slots[gap] = slots[next]
                gap = next
            }
            next = (next + 1) & mask
        }
        slots[gap] = Slot()
        if leftOver * 2 > bytes.count { reserve(count) }
    }

    func find(_ key: UnsafeRawBufferPointer) -> Int? {
        slots.isEmpty ? nil : find(key, BytesHash(key))
    }

    /// For whoever has the hash already, as of the part of a path that was read so far.
    func find(_ key: UnsafeRawBufferPointer, _ hash: BytesHash) -> Int? {
        place(of: key, hash).map { Int(slots[$0].value) }
    }

    private func place(of key: UnsafeRawBufferPointer, _ hash: BytesHash) -> Int? {
        guard !slots.isEmpty else { return nil }
        var place = Int(truncatingIfNeeded: hash.spread) & mask
        while slots[place].value >= 0 {
            let slot = slots[place]
            if slot.hash == hash.value, Int(slot.count) == key.count, holds(key, at: Int(slot.start)) { return place }
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

    init() {}

    init(_ key: UnsafeRawBufferPointer) {
        for byte in key { self = adding(byte) }
    }

    @inline(__always)
    func adding(_ byte: UInt8) -> BytesHash {
        var next = self
        next.value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
        return next
    }

    /// The low bits of FNV are its weak ones.
    var spread: UInt64 { BytesHash.spread(value) }

    static func spread(_ value: UInt64) -> UInt64 { value ^ (value >> 29) }

    /// One of 256, told apart by other bits than `spread`.
    var shard: Int { Int(truncatingIfNeeded: (value &* 0x9e37_79b9_7f4a_7c15) >> 56) }
}
