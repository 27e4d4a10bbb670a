/// Numbers: RFC 8259 §6, within the range of IEEE 754 doubles (RFC 7493 §2.2).
extension JSONReader {
    mutating func number() throws(JSONError) {
        let start = position
        if input[position] == UInt8(ascii: "-") { position += 1 }
        guard let first = byte, isDigit(first) else { throw bad() }
        position += 1
        if first == UInt8(ascii: "0") {
            if let next = byte, isDigit(next) { throw bad() }
        } else {
            skipDigits()
        }
        let integerEnd = position
        if byte == UInt8(ascii: ".") {
            position += 1
            guard skipDigits() else { throw bad() }
        }
        let hasExponent = byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E")
        if hasExponent {
            position += 1
            if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") { position += 1 }
            guard skipDigits() else { throw bad() }
        }
        if position - start > limits.number { throw error("json.number-too-long", at: start) }
        if hasExponent || integerEnd - start > 300 { try refuseInfinity(from: start) }
        try append(.number, from: start, isSpecial: position > integerEnd)
    }

    private var byte: UInt8? { position < input.count ? input[position] : nil }

    private func bad() -> JSONError {
        error(position < input.count ? "json.number" : "json.incomplete", at: position)
    }

    private func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 }

    @discardableResult
    private mutating func skipDigits() -> Bool {
        let start = position
        while position < input.count, isDigit(input[position]) { position += 1 }
        return position > start
    }

    private func refuseInfinity(from start: Int) throws(JSONError) {
        let number = Double(String(decoding: input[start..<position], as: UTF8.self))
        guard let number, number.isFinite else { throw error("json.number-range", at: start) }
    }
}
