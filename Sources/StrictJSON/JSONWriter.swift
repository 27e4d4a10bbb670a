import Vocabulary

/// Spells JSON. The canonical form differs only in the order of members and in big integers.
struct JSONWriter {
    let isCanonical: Bool
    var output: [UInt8] = []

    init(isCanonical: Bool) {
        self.isCanonical = isCanonical
    }

    mutating func write(_ value: JSON) {
        switch value {
        case .null: output += "null".utf8
        case .bool(let flag): output += (flag ? "true" : "false").utf8
        case .integer(let number): write(number)
        case .number(let number): output += JSONWriter.spell(number).utf8
        case .string(let text): write(text)
        case .array(let elements): write(elements)
        case .object(let members): write(members)
        }
    }

    private mutating func write(_ elements: [JSON]) {
        output.append(UInt8(ascii: "["))
        for (place, element) in elements.enumerated() {
            if place > 0 { output.append(UInt8(ascii: ",")) }
            write(element)
        }
        output.append(UInt8(ascii: "]"))
    }

    private mutating func write(_ members: [JSON.Member]) {
        let ordered =
            isCanonical ? members.sorted { $0.key.utf16.lexicographicallyPrecedes($1.key.utf16) } : members
        output.append(UInt8(ascii: "{"))
        for (place, member) in ordered.enumerated() {
            if place > 0 { output.append(UInt8(ascii: ",")) }
            write(member.key)
            output.append(UInt8(ascii: ":"))
            write(member.value)
        }
        output.append(UInt8(ascii: "}"))
    }

    private mutating func write(_ number: Int64) {
        let isExact = number.magnitude <= 1 << 53
        output += (isCanonical && !isExact ? JSONWriter.spell(Double(number)) : String(number)).utf8
    }

    private mutating func write(_ text: String) {
        output.append(UInt8(ascii: "\""))
        for unit in text.utf8 {
            switch unit {
            case UInt8(ascii: "\""): output += "\\\"".utf8
            case UInt8(ascii: "\\"): output += "\\\\".utf8
            case 0x08: output += "\\b".utf8
            case 0x09: output += "\\t".utf8
            case 0x0A: output += "\\n".utf8
            case 0x0C: output += "\\f".utf8
            case 0x0D: output += "\\r".utf8
            case 0..<0x20: output += "\\u00\(Hex.encode([unit]))".utf8
            default: output.append(unit)
            }
        }
        output.append(UInt8(ascii: "\""))
    }
}

/// ECMAScript's Number::toString (ECMA-262 §6.1.6.1.20), which RFC 8785 §3.2.2.3 asks for.
extension JSONWriter {
    /// JSON has no infinity and no NaN; they become null.
    static func spell(_ number: Double) -> String {
        guard number.isFinite else { return "null" }
        if number == 0 { return "0" }
        let (digits, point) = decimal(number.magnitude)
        let sign = number < 0 ? "-" : ""
        switch point {
        case digits.count...21 where point >= digits.count:
            return sign + digits + String(repeating: "0", count: point - digits.count)
        case 1...21:
            return sign + digits.prefix(point) + "." + digits.dropFirst(point)
        case -5...0:
            return sign + "0." + String(repeating: "0", count: -point) + digits
        default:
            let exponent = point - 1
            let fraction = digits.count > 1 ? "." + digits.dropFirst() : ""
            return sign + digits.prefix(1) + fraction + "e" + (exponent < 0 ? "-" : "+") + String(exponent.magnitude)
        }
    }

    /// The shortest digits that read back as `number`, and where the decimal point stands before or after them:
    /// 123.4 is ("1234", 3), 0.01 is ("1", -1). Swift prints the shortest digits too, spelled differently.
    private static func decimal(_ number: Double) -> (digits: String, point: Int) {
        let parts = number.description.split(separator: "e")
        let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        let halves = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let whole = String(halves[0])
        let fraction = halves.count > 1 && halves[1] != "0" ? String(halves[1]) : ""
        let all = whole + fraction
        let leading = all.prefix { $0 == "0" }.count
        let trimmed = all.dropFirst(leading)
        let trailing = trimmed.reversed().prefix { $0 == "0" }.count
        return (String(trimmed.dropLast(trailing)), whole.count + exponent - leading)
    }
}
