import Glibc

/// Which addresses lie in the open Internet: the IANA special-purpose registries (RFC 6890), the other way round.
package enum PublicAddress {
    /// Of an IPv4 or IPv6 address as it is written, without brackets; false for anything else.
    package static func contains(_ text: String) -> Bool {
        if let bytes = bytes(of: text, AF_INET, 4) { return contains(v4: bytes) }
        return bytes(of: text, AF_INET6, 16).map { contains(v6: $0) } ?? false
    }

    /// Nil for what is no address of the family.
    package static func bytes(of text: String, _ family: Int32, _ count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        return inet_pton(family, text, &bytes) == 1 ? bytes : nil
    }

    /// Four bytes, network order.
    package static func contains(v4 bytes: [UInt8]) -> Bool {
        let address = bytes.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return !closed.contains { address >> (32 - $0.bits) == $0.network >> (32 - $0.bits) }
    }

    /// Sixteen bytes. Only 2000::/3 is open, without the blocks that carry an IPv4 address or are for examples.
    package static func contains(v6 bytes: [UInt8]) -> Bool {
        guard bytes.count == 16, bytes[0] >> 5 == 1 else { return false }
        let (first, second) = (UInt16(bytes[0]) << 8 | UInt16(bytes[1]), UInt16(bytes[2]) << 8 | UInt16(bytes[3]))
        if first == 0x2002 || first == 0x3FFF { return false }
        return first != 0x2001 || second >= 0x0200 && second != 0x0DB8
    }

    private static let closed: [(network: UInt32, bits: UInt32)] = [
        (0x0000_0000, 8), (0x0A00_0000, 8), (0x6440_0000, 10), (0x7F00_0000, 8), (0xA9FE_0000, 16), (0xAC10_0000, 12),
        (0xC000_0000, 24), (0xC000_0200, 24), (0xC058_6300, 24), (0xC0A8_0000, 16), (0xC612_0000, 15),
        (0xC633_6400, 24), (0xCB00_7100, 24), (0xE000_0000, 4), (0xF000_0000, 4),
    ]
}
