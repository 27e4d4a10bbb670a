/// Sets of ASCII characters as bits, so that asking costs a shift.
struct Characters: Sendable {
    private let low, high: UInt64

    init(_ text: String) {
        var (low, high) = (UInt64(0), UInt64(0))
        for unit in text.utf8 {
            if unit < 64 { low |= 1 << UInt64(unit) } else if unit < 128 { high |= 1 << UInt64(unit - 64) }
        }
        (self.low, self.high) = (low, high)
    }

    private init(low: UInt64, high: UInt64) {
        (self.low, self.high) = (low, high)
    }

    @inline(__always)
    func contains(_ byte: UInt8) -> Bool {
        byte < 64 ? low >> UInt64(byte) & 1 == 1 : byte < 128 && high >> UInt64(byte - 64) & 1 == 1
    }

    private static let alphanumeric = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    /// `tchar` of RFC 9110 §5.6.2.
    static let token = Characters(alphanumeric + "!#$%&'*+-.^_`|~")
    /// `pchar` and `/` of RFC 3986 §3.3.
    static let path = Characters(alphanumeric + "-._~%!$&'()*+,;=:@/")
    /// A query, with the brackets that people write into it.
    static let query = Characters(alphanumeric + "-._~%!$&'()*+,;=:@/?[]")
    static let host = Characters(alphanumeric + "-._:[]")
    static let digits = Characters("0123456789")
}
