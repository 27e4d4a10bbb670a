/// Big-endian numbers and short texts in the bytes of leaves, segments and tiles.
extension [UInt8] {
    package mutating func append(bigEndian number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
    }

    mutating func append(_ hash: LedgerHash) {
        Swift.withUnsafeBytes(of: hash.words) { append(contentsOf: $0) }
    }
}

extension ArraySlice<UInt8> {
    package mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard self.count >= count else { return nil }
        defer { removeFirst(count) }
        return prefix(count)
    }

    package mutating func takeUInt32() -> UInt32? {
        take(4)?.withUnsafeBytes { UInt32(bigEndian: $0.loadUnaligned(as: UInt32.self)) }
    }

    package mutating func takeUInt64() -> UInt64? {
        take(8)?.withUnsafeBytes { UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)) }
    }

    mutating func takeHash() -> LedgerHash? {
        take(LedgerHash.length).flatMap { LedgerHash($0) }
    }

    /// A length byte, then that many bytes of ASCII.
    mutating func takeText() -> String? {
        guard let length = popFirst(), let units = take(Int(length)), units.allSatisfy({ $0 < 0x80 }) else {
            return nil
        }
        return String(decoding: units, as: UTF8.self)
    }
}
