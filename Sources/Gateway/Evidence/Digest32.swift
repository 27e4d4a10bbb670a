import Crypto

/// 32 bytes of SHA-256, inline.
struct Digest32: Sendable, Hashable {
    private let a, b, c, d: UInt64

    static let zero = Digest32(a: 0, b: 0, c: 0, d: 0)

    private init(a: UInt64, b: UInt64, c: UInt64, d: UInt64) {
        (self.a, self.b, self.c, self.d) = (a, b, c, d)
    }

    init(_ digest: SHA256.Digest) {
        self = digest.withUnsafeBytes { bytes in
            Digest32(
                a: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self),
                b: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
                c: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self),
                d: bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self))
        }
    }

    func withBytes<T>(_ body: (UnsafeRawBufferPointer) -> T) -> T {
        withUnsafeBytes(of: self, body)
    }

    static let base64Length = 44

    /// Standard base 64.
    func writeBase64(to text: UnsafeMutableRawPointer) {
        let letters = Digest32.letters.utf8Start
        withBytes { source in
            var (place, end) = (0, 0)
            while place < 30 {
                let bits = UInt32(source[place]) << 16 | UInt32(source[place + 1]) << 8 | UInt32(source[place + 2])
                text.storeBytes(of: letters[Int(bits >> 18 & 63)], toByteOffset: end, as: UInt8.self)
                text.storeBytes(of: letters[Int(bits >> 12 & 63)], toByteOffset: end + 1, as: UInt8.self)
                text.storeBytes(of: letters[Int(bits >> 6 & 63)], toByteOffset: end + 2, as: UInt8.self)
                text.storeBytes(of: letters[Int(bits & 63)], toByteOffset: end + 3, as: UInt8.self)
                (place, end) = (place + 3, end + 4)
            }
            let bits = UInt32(source[30]) << 16 | UInt32(source[31]) << 8
            text.storeBytes(of: letters[Int(bits >> 18 & 63)], toByteOffset: 40, as: UInt8.self)
            text.storeBytes(of: letters[Int(bits >> 12 & 63)], toByteOffset: 41, as: UInt8.self)
            text.storeBytes(of: letters[Int(bits >> 6 & 63)], toByteOffset: 42, as: UInt8.self)
            text.storeBytes(of: UInt8(ascii: "="), toByteOffset: 43, as: UInt8.self)
        }
    }

    private static let letters: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
}

/// The id of one call: UUIDv7 (RFC 9562 §5.7), inline. Its random part only keeps ids apart: it is no secret.
struct CallID: Sendable, Hashable {
    let high, low: UInt64

    static func make(at milliseconds: Int64, _ random: inout Xoshiro) -> CallID {
        let time = UInt64(bitPattern: milliseconds) & 0xFFFF_FFFF_FFFF
        return CallID(
            high: time << 16 | 0x7000 | random.next() & 0x0FFF,
            low: 0x8000_0000_0000_0000 | random.next() & 0x3FFF_FFFF_FFFF_FFFF)
    }

    static let length = 36

    /// 8-4-4-4-12 lowercase hexadecimal digits.
    func write(to text: UnsafeMutableRawPointer) {
        let words = (
            Pen.hex(UInt32(truncatingIfNeeded: high >> 32)), Pen.hex(UInt32(truncatingIfNeeded: high)),
            Pen.hex(UInt32(truncatingIfNeeded: low >> 32)), Pen.hex(UInt32(truncatingIfNeeded: low))
        )
        text.storeBytes(of: words.0.bigEndian, as: UInt64.self)
        text.storeBytes(of: UInt32(words.1 >> 32).bigEndian, toByteOffset: 9, as: UInt32.self)
        text.storeBytes(of: UInt32(truncatingIfNeeded: words.1).bigEndian, toByteOffset: 14, as: UInt32.self)
        text.storeBytes(of: UInt32(words.2 >> 32).bigEndian, toByteOffset: 19, as: UInt32.self)
        text.storeBytes(of: UInt32(truncatingIfNeeded: words.2).bigEndian, toByteOffset: 24, as: UInt32.self)
        text.storeBytes(of: words.3.bigEndian, toByteOffset: 28, as: UInt64.self)
        text.storeBytes(of: UInt8(ascii: "-"), toByteOffset: 8, as: UInt8.self)
        text.storeBytes(of: UInt8(ascii: "-"), toByteOffset: 13, as: UInt8.self)
        text.storeBytes(of: UInt8(ascii: "-"), toByteOffset: 18, as: UInt8.self)
        text.storeBytes(of: UInt8(ascii: "-"), toByteOffset: 23, as: UInt8.self)
    }

    var bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: CallID.length) { text, count in
            if let start = text.baseAddress { write(to: start) }
            count = CallID.length
        }
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// xoshiro256++ (Blackman, Vigna 2018), seeded by the system: for ids and choices, never for secrets.
struct Xoshiro: RandomNumberGenerator, Sendable {
    private var a, b, c, d: UInt64

    init() {
        (a, b, c, d) = (
            .random(in: 1...UInt64.max), .random(in: .min ... .max), .random(in: .min ... .max),
            .random(in: .min ... .max)
        )
    }

    mutating func next() -> UInt64 {
        let sum = a &+ d
        let result = (sum << 23 | sum >> 41) &+ a
        let shifted = b << 17
        c ^= a
        d ^= b
        b ^= c
        a ^= d
        c ^= shifted
        d = d << 45 | d >> 19
        return result
    }
}
