/// A path that means the same to everybody who reads it. What a service might read otherwise than the table did is
/// refused.
enum PathRules {
    /// Nil for a path in its one form (RFC 3986 §6.2.2): no dot or empty segments, nothing encoded that need not be,
    /// no encoded separators.
    static func fault(_ path: UnsafeRawBufferPointer) -> HeadFault? {
        var place = 0
        while place < path.count {
            let byte = path[place]
            if byte == UInt8(ascii: "/") {
                if startsOddSegment(path, place + 1) { return .ambiguousPath }
            } else if byte == UInt8(ascii: "%") {
                guard let value = percent(path, place), isEncodedForReason(value) else { return .ambiguousPath }
                place += 2
            }
            place += 1
        }
        return nil
    }

    /// Whether the segment at `start` is empty though not the last, `.` or `..`.
    private static func startsOddSegment(_ path: UnsafeRawBufferPointer, _ start: Int) -> Bool {
        guard start < path.count else { return false }
        if path[start] == UInt8(ascii: "/") { return true }
        guard path[start] == UInt8(ascii: ".") else { return false }
        var end = start
        while end < path.count, path[end] == UInt8(ascii: ".") { end += 1 }
        return end - start <= 2
            && (end == path.count || path[end] == UInt8(ascii: "/") || path[end] == UInt8(ascii: ";"))
    }

    static func percent(_ path: UnsafeRawBufferPointer, _ place: Int) -> UInt8? {
        guard place + 2 < path.count, let high = hex(path[place + 1]), let low = hex(path[place + 2]) else {
            return nil
        }
        return high << 4 | low
    }

    static func hex(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// Letters, digits and `-._~` are never encoded in the one form; separators and controls would be read differently.
    private static func isEncodedForReason(_ value: UInt8) -> Bool {
        switch value {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"), UInt8(ascii: "/"), UInt8(ascii: "\\"), 0..<0x20, 0x7F:
            false
        default: true
        }
    }
}
