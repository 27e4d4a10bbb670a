/// What an RSA key must be before its signatures mean anything.
enum RSAStrength {
    static let bits = 2048...8192

    /// `modulus` and `exponent` are big-endian without leading zeros (RFC 7518 §6.3.1). The exponent is 65537 or a
    /// larger odd number of 32 bits (NIST SP 800-56B r2 §6.2 asks for 65537 at least).
    static func isEnough(modulus: [UInt8], exponent: [UInt8]) -> Bool {
        guard let first = modulus.first, first != 0, let last = modulus.last, last & 1 == 1 else { return false }
        let length = modulus.count * 8 - first.leadingZeroBitCount
        guard bits.contains(length), let start = exponent.first, start != 0, exponent.count <= 4 else { return false }
        let value = exponent.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return value >= 65_537 && value & 1 == 1 && !hasSmallFactor(modulus) && !isOfBrokenGenerator(modulus)
    }

    /// The primes from 3 to 167.
    private static let primes: [UInt32] = (3...167).filter { number in
        !(2..<number).contains { $0 * $0 <= number && number % $0 == 0 }
    }

    private static func hasSmallFactor(_ modulus: [UInt8]) -> Bool {
        primes.contains { remainder(of: modulus, by: $0) == 0 }
    }

    /// Infineon's RSALib (ROCA, CVE-2017-15361) made primes k·M + (65537^a mod M) with M a product of the first primes.
    /// Their product is a power of 65537 modulo each of them; of other moduli about one in 2²⁷ is by chance.
    private static func isOfBrokenGenerator(_ modulus: [UInt8]) -> Bool {
        zip(primes, powers).allSatisfy { $1.contains(remainder(of: modulus, by: $0)) }
    }

    /// For each prime the numbers that are powers of 65537 modulo it.
    private static let powers: [Set<UInt32>] = primes.map { prime in
        var found: Set<UInt32> = []
        var power: UInt32 = 1
        while found.insert(power).inserted { power = power * (65_537 % prime) % prime }
        return found
    }

    private static func remainder(of number: [UInt8], by divisor: UInt32) -> UInt32 {
        number.reduce(0) { ($0 << 8 | UInt32($1)) % divisor }
    }
}

/// Points of Curve25519 with which anybody can make signatures: those of order 1, 2, 4 and 8.
package enum Ed25519Points {
    /// Little-endian y-coordinates, the sign of x left out.
    private static let small: Set<[UInt8]> = [
        [0] + [UInt8](repeating: 0, count: 31),
        [1] + [UInt8](repeating: 0, count: 31),
        [0xEC] + [UInt8](repeating: 0xFF, count: 30) + [0x7F],
        [
            0x26, 0xE8, 0x95, 0x8F, 0xC2, 0xB2, 0x27, 0xB0, 0x45, 0xC3, 0xF4, 0x89, 0xF2, 0xEF, 0x98, 0xF0, 0xD5, 0xDF,
            0xAC, 0x05, 0xD3, 0xC6, 0x33, 0x39, 0xB1, 0x38, 0x02, 0x88, 0x6D, 0x53, 0xFC, 0x05,
        ],
        [
            0xC7, 0x17, 0x6A, 0x70, 0x3D, 0x4D, 0xD8, 0x4F, 0xBA, 0x3C, 0x0B, 0x76, 0x0D, 0x10, 0x67, 0x0F, 0x2A, 0x20,
            0x53, 0xFA, 0x2C, 0x39, 0xCC, 0xC6, 0x4E, 0xC7, 0xFD, 0x77, 0x92, 0xAC, 0x03, 0x7A,
        ],
    ]

    /// Of small order, or y spelled beyond the field (RFC 8032 §5.1.3).
    package static func isWeak(_ point: [UInt8]) -> Bool {
        var y = point
        y[31] &= 0x7F
        let isBeyond = y[31] == 0x7F && y[1..<31].allSatisfy { $0 == 0xFF } && y[0] >= 0xED
        return isBeyond || small.contains(y)
    }
}
