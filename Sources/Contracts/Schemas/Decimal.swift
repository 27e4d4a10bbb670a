import StrictJSON

/// A JSON number as exactly what was written, so that 0.3 is a multiple of 0.1 and 10000000000000001 is not 1e16.
///
/// Numbers of more than 36 digits, or whose decimal points are further apart than that, fall back to IEEE 754 doubles.
struct Decimal: Sendable, Hashable {
    let digits: Int128
    let exponent: Int
    let double: Double
    /// Whether `digits` and `exponent` say it exactly.
    let isExact: Bool

    init(_ value: JSONValue) {
        self.init(String(decoding: value.bytes, as: UTF8.self))
    }

    init(_ text: String) {
        double = Double(text) ?? 0
        var digits: Int128 = 0
        var exponent = 0
        var count = 0
        let parts = text.utf8.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 | 0x20 == UInt8(ascii: "e") }
        var isFraction = false
        for unit in parts[0] {
            switch unit {
            case UInt8(ascii: "."): isFraction = true
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                if count > 0 || unit != UInt8(ascii: "0") { count += 1 }
                if count <= 36 { digits = digits * 10 + Int128(unit - 48) }
                if isFraction { exponent -= 1 }
            default: break
            }
        }
        let written = parts.count > 1 ? Int(String(decoding: parts[1], as: UTF8.self)) : 0
        isExact = count <= 36 && written != nil && (written ?? 0).magnitude < 10_000
        exponent += isExact ? written ?? 0 : 0
        while digits != 0, digits % 10 == 0 {
            digits /= 10
            exponent += 1
        }
        self.digits = text.hasPrefix("-") ? -digits : digits
        self.exponent = digits == 0 ? 0 : exponent
    }

    /// Equal numbers have equal keys: 1, 1.0 and 10e-1.
    var key: String { isExact ? "\(digits)e\(exponent)" : "d\(double)" }

    var isInteger: Bool { isExact ? exponent >= 0 : double.rounded() == double }

    /// Both as whole numbers of the same unit; nil when 128 bits do not hold them.
    private static func aligned(_ a: Decimal, _ b: Decimal) -> (Int128, Int128)? {
        guard a.isExact, b.isExact else { return nil }
        let unit = min(a.exponent, b.exponent)
        guard let left = scaled(a.digits, a.exponent - unit), let right = scaled(b.digits, b.exponent - unit) else {
            return nil
        }
        return (left, right)
    }

    private static func scaled(_ digits: Int128, _ power: Int) -> Int128? {
        guard digits != 0 else { return 0 }
        guard power <= 38 else { return nil }
        var value = digits
        for _ in 0..<power {
            let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            if isTooLarge { return nil }
            value = product
        }
        return value
    }

    static func isLess(_ a: Decimal, _ b: Decimal) -> Bool {
        aligned(a, b).map { $0 < $1 } ?? (a.double < b.double)
    }

    func isMultiple(of divisor: Decimal) -> Bool {
        if let (number, unit) = Decimal.aligned(self, divisor) { return unit != 0 && number % unit == 0 }
        guard divisor.double != 0 else { return false }
        return double.truncatingRemainder(dividingBy: divisor.double) == 0
    }
}

/// A text that is equal only to itself, byte for byte: Swift's own equality takes é and e + U+0301 for the same.
struct Exact: Sendable, Hashable {
    let text: String

    init(_ text: String) {
        self.text = text
    }

    static func == (a: Exact, b: Exact) -> Bool { a.text.utf8.elementsEqual(b.text.utf8) }

    func hash(into hasher: inout Hasher) {
        for unit in text.utf8 { hasher.combine(unit) }
    }
}

/// Equality of JSON Schema (2020-12 core §4.2.2): numbers by value, objects without order.
enum Sameness {
    /// Equal values have equal keys, about as long as the value as sent.
    static func key(_ value: JSONValue) -> Exact { Exact(spell(value)) }

    private static func spell(_ value: JSONValue) -> String {
        switch value.kind {
        case .null: "null"
        case .bool: value.bool == true ? "true" : "false"
        case .number: Decimal(value).key
        case .string: JSON.string(value.string ?? "").text
        case .array: "[" + (value.elements ?? []).map(spell).joined(separator: ",") + "]"
        case .object:
            "{"
                + (value.members ?? []).sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
                .map { JSON.string($0.key).text + ":" + spell($0.value) }.joined(separator: ",") + "}"
        }
    }
}
