/// Strings: quotes, escapes, UTF-8.
extension JSONReader {
    mutating func string() throws(JSONError) {
        let start = position
        var isSpecial = false
        position += 1
        while true {
            skipPlain()
            guard position < input.count else { throw unexpected() }
            let byte = input[position]
            if byte == UInt8(ascii: "\"") { break }
            if byte == UInt8(ascii: "\\") {
                isSpecial = true
                try escape()
            } else if byte < 0x20 {
                throw error("json.control-character", at: position)
            } else {
                try sequence()
            }
        }
        position += 1
        if position - start - 2 > limits.string { throw error("json.string-too-long", at: start) }
        try append(.string, from: start, isSpecial: isSpecial)
    }

    /// Passes over ASCII that means itself, eight bytes at a time.
    private mutating func skipPlain() {
        guard let base = UnsafeRawPointer(input.baseAddress) else { return }
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        while position + 8 <= input.count {
            let word = base.loadUnaligned(fromByteOffset: position, as: UInt64.self)
            let quote = word ^ (ones &* 0x22)
            let backslash = word ^ (ones &* 0x5C)
            let found =
                (quote &- ones) & ~quote | (backslash &- ones) & ~backslash | (word &- (ones &* 0x20)) & ~word | word
            if found & highs != 0 { break }
            position += 8
        }
        while position < input.count {
            let byte = input[position]
            guard byte >= 0x20, byte < 0x80, byte != 0x22, byte != 0x5C else { return }
            position += 1
        }
    }

    private mutating func escape() throws(JSONError) {
        let start = position
        guard position + 1 < input.count else {
            position = input.count
            throw unexpected()
        }
        position += 2
        switch input[start + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return
        case UInt8(ascii: "u"):
            try unicodeEscape(from: start)
        default:
            throw error("json.escape", at: start)
        }
    }

    /// `\uXXXX`, or two of them for a character beyond the Basic Multilingual Plane.
    private mutating func unicodeEscape(from start: Int) throws(JSONError) {
        let first = try fourDigits()
        guard first & 0xF800 == 0xD800 else { return try refuseNoncharacter(first, at: start) }
        guard first < 0xDC00, position + 1 < input.count, input[position] == UInt8(ascii: "\\"),
            input[position + 1] == UInt8(ascii: "u")
        else { throw error("json.surrogate", at: start) }
        position += 2
        let second = try fourDigits()
        guard second & 0xFC00 == 0xDC00 else { throw error("json.surrogate", at: start) }
        try refuseNoncharacter(JSONEscapes.join(first, second), at: start)
    }

    private mutating func fourDigits() throws(JSONError) -> UInt32 {
        var number: UInt32 = 0
        for _ in 0..<4 {
            guard position < input.count else { throw unexpected() }
            guard let digit = JSONEscapes.hex(input[position]) else { throw error("json.escape", at: position) }
            number = number << 4 | digit
            position += 1
        }
        return number
    }

    /// RFC 7493 §2.1: U+FDD0 to U+FDEF and the last two code points of every plane mean nothing in a text.
    private func refuseNoncharacter(_ scalar: UInt32, at offset: Int) throws(JSONError) {
        if scalar & 0xFFFE == 0xFFFE || (0xFDD0...0xFDEF).contains(scalar) {
            throw error("json.noncharacter", at: offset)
        }
    }

    /// One character of two to four bytes, RFC 3629 §4: no overlong form, no surrogate, nothing beyond U+10FFFF.
    private mutating func sequence() throws(JSONError) {
        let lead = input[position]
        let (length, low, high): (Int, UInt8, UInt8) =
            switch lead {
            case 0xC2...0xDF: (2, 0x80, 0xBF)
            case 0xE0: (3, 0xA0, 0xBF)
            case 0xED: (3, 0x80, 0x9F)
            case 0xE1...0xEF: (3, 0x80, 0xBF)
            case 0xF0: (4, 0x90, 0xBF)
            case 0xF1...0xF3: (4, 0x80, 0xBF)
            case 0xF4: (4, 0x80, 0x8F)
            default: (0, 0, 0)
            }
        guard length > 0, position + length <= input.count, (low...high).contains(input[position + 1]) else {
            throw error("json.utf8", at: position)
        }
        var scalar = UInt32(lead) & (0x7F >> UInt32(length))
        for offset in 1..<length {
            guard input[position + offset] & 0xC0 == 0x80 else { throw error("json.utf8", at: position) }
            scalar = scalar << 6 | UInt32(input[position + offset] & 0x3F)
        }
        try refuseNoncharacter(scalar, at: position)
        position += length
    }
}

/// Backslash escapes of strings that were already checked.
enum JSONEscapes {
    static func hex(_ unit: UInt8) -> UInt32? {
        switch unit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(unit) - 48
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(unit) - 87
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(unit) - 55
        default: nil
        }
    }

    static func join(_ high: UInt32, _ low: UInt32) -> UInt32 {
        0x10000 + (high & 0x3FF) << 10 + (low & 0x3FF)
    }

    static func decode(_ written: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(written.count)
        var place = 0
        while place < written.count {
            guard written[place] == UInt8(ascii: "\\") else {
                text.append(written[place])
                place += 1
                continue
            }
            let letter = written[place + 1]
            place += 2
            if letter == UInt8(ascii: "u") {
                var scalar = unit(written, at: place)
                place += 4
                if scalar & 0xFC00 == 0xD800 {
                    scalar = join(scalar, unit(written, at: place + 2))
                    place += 6
                }
                text += (Unicode.Scalar(scalar) ?? "\u{FFFD}").utf8
            } else {
                text.append(plain(letter))
            }
        }
        return text
    }

    private static func unit(_ written: UnsafeBufferPointer<UInt8>, at place: Int) -> UInt32 {
        written[place..<place + 4].reduce(0) { $0 << 4 | (hex($1) ?? 0) }
    }

    private static func plain(_ letter: UInt8) -> UInt8 {
        switch letter {
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: letter
        }
    }
}
