/// The identifier of one `Kind` of thing. Ids of different kinds do not mix.
///
/// New ones are UUIDv7 (RFC 9562 §5.7) made by an `IDSource`; ids that came from elsewhere are kept as they came.
package struct ID<Kind>: Sendable, Hashable, CustomStringConvertible {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    package var description: String { text }
}

/// Makes the text of a new identifier. A parameter everywhere, so that a test knows what comes.
package typealias IDSource = @Sendable () -> String

/// UUIDv7 of RFC 9562 §5.7: 48 bits of milliseconds, then 74 random bits. Sorts by time of making.
package enum UUIDv7 {
    package static func source(now: @escaping Clock) -> IDSource {
        { make(at: now(), random: (.random(in: .min ... .max), .random(in: .min ... .max))) }
    }

    package static func make(at instant: Instant, random: (UInt64, UInt64)) -> String {
        let time = UInt64(bitPattern: instant.milliseconds) & 0xFFFF_FFFF_FFFF
        let high = time << 16 | 0x7000 | random.0 & 0x0FFF
        let low = 0x8000_0000_0000_0000 | random.1 & 0x3FFF_FFFF_FFFF_FFFF
        return format(high, low)
    }

    private static func format(_ high: UInt64, _ low: UInt64) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for (index, shift) in stride(from: 120, through: 0, by: -8).enumerated() {
            if [4, 6, 8, 10].contains(index) { text.append(UInt8(ascii: "-")) }
            let byte =
                shift >= 64
                ? UInt8(truncatingIfNeeded: high >> UInt64(shift - 64))
                : UInt8(truncatingIfNeeded: low >> UInt64(shift))
            text.append(Hex.digits[Int(byte >> 4)])
            text.append(Hex.digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
