/// Strings as numbers, so that decisions compare no text.
///
/// Two strings are one symbol when their bytes are the same: Swift's own equality would take two spellings of “ệ” for
/// one id. All bytes stand in one row: a string of its own for each would cost more than the text.
struct Symbols: Sendable {
    /// An open table, at most half full: the upper half of a hash, and a number from 1 on; 0 where nothing stands.
    private var table = ContiguousArray<UInt64>(repeating: 0, count: 256)
    private var bytes: ContiguousArray<UInt8> = []
    private var entries: ContiguousArray<Entry> = []

    private struct Entry: Sendable {
        /// Where the bytes of the symbol end.
        let end: Int32
        /// The entity that has it for an id, the latest of several; -1 for none.
        var entity: Int32 = -1
    }

    var count: Int { entries.count }

    subscript(text: String) -> Int32? {
        let text = text.utf8.span.bytes
        let found = number(of: text, Symbols.hash(text))
        return found < 0 ? nil : found
    }

    /// -1 for a text that is no symbol.
    @inline(__always)
    func number(of text: RawSpan, _ hash: UInt64) -> Int32 { place(of: text, hash).number }

    /// The latest entity that has the symbol for an id; -1 for none.
    @inline(__always)
    func entity(_ symbol: Int32) -> Int32 { entries[Int(symbol)].entity }

    mutating func put(entity: Int32, at symbol: Int32) { entries[Int(symbol)].entity = entity }

    mutating func intern(_ text: String) -> Int32 {
        let text = text.utf8.span.bytes
        let hash = Symbols.hash(text)
        let (slot, known) = place(of: text, hash)
        if known >= 0 { return known }
        for place in text.byteOffsets { bytes.append(Symbols.byte(text, place)) }
        entries.append(Entry(end: Int32(bytes.count)))
        table[slot] = hash & Symbols.upper | UInt64(entries.count)
        if entries.count * 2 > table.count { grow() }
        return Int32(entries.count - 1)
    }

    func text(_ symbol: Int32) -> String {
        String(decoding: bytes[start(of: Int(symbol))..<end(of: Int(symbol))], as: UTF8.self)
    }

    private func start(of symbol: Int) -> Int { symbol == 0 ? 0 : end(of: symbol - 1) }

    private func end(of symbol: Int) -> Int { Int(entries[symbol].end) }

    /// The number of a text, or -1 and the slot in which it would stand.
    private func place(of text: RawSpan, _ hash: UInt64) -> (slot: Int, number: Int32) {
        let mask = table.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while table[slot] != 0 {
            let entry = table[slot]
            if (entry ^ hash) & Symbols.upper == 0 {
                let symbol = Int(entry & ~Symbols.upper) - 1
                if isText(of: symbol, text) { return (slot, Int32(symbol)) }
            }
            slot = (slot + 1) & mask
        }
        return (slot, -1)
    }

    private func isText(of symbol: Int, _ text: RawSpan) -> Bool {
        let start = start(of: symbol)
        guard end(of: symbol) - start == text.byteCount else { return false }
        let known = bytes.span.bytes
        var place = 0
        while place + 8 <= text.byteCount {
            if Symbols.word(known, start + place) != Symbols.word(text, place) { return false }
            place += 8
        }
        if place > 0 {
            let last = text.byteCount - 8
            return Symbols.word(known, start + last) == Symbols.word(text, last)
        }
        while place < text.byteCount {
            if Symbols.byte(known, start + place) != Symbols.byte(text, place) { return false }
            place += 1
        }
        return true
    }

    private mutating func grow() {
        table = ContiguousArray(repeating: 0, count: table.count * 2)
        let mask = table.count - 1
        for symbol in entries.indices {
            let hash = Symbols.hash(bytes.span.bytes.extracting(start(of: symbol)..<end(of: symbol)))
            var slot = Int(truncatingIfNeeded: hash) & mask
            while table[slot] != 0 { slot = (slot + 1) & mask }
            table[slot] = hash & Symbols.upper | UInt64(symbol + 1)
        }
    }

    // MARK: Bytes

    private static let upper: UInt64 = 0xffff_ffff_0000_0000

    /// Differs from one run of the program to the next: nobody outside can choose texts that fall together.
    private static let seed = UInt64(bitPattern: Int64(Hasher().finalize())) | 1

    /// Eight bytes at a time, each multiplied into the state.
    static func hash(_ text: RawSpan) -> UInt64 {
        let seed = seed
        var state = mixed(UInt64(text.byteCount), seed)
        var place = 0
        while place + 8 <= text.byteCount {
            state = mixed(state ^ word(text, place), seed)
            place += 8
        }
        if place > 0 { return mixed(state ^ word(text, text.byteCount - 8), seed) }
        var rest: UInt64 = 0
        while place < text.byteCount {
            rest = rest << 8 | UInt64(byte(text, place))
            place += 1
        }
        return mixed(state ^ rest, seed)
    }

    @inline(__always)
    private static func mixed(_ state: UInt64, _ seed: UInt64) -> UInt64 {
        let product = (state ^ seed).multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15)
        return product.high ^ product.low
    }

    @inline(__always)
    private static func word(_ bytes: RawSpan, _ place: Int) -> UInt64 {
        bytes.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self)
    }

    @inline(__always)
    private static func byte(_ bytes: RawSpan, _ place: Int) -> UInt8 {
        bytes.unsafeLoad(fromByteOffset: place, as: UInt8.self)
    }
}
