package import Vocabulary

/// RFC 3986 §2: percent-encoding.
package enum PercentCoding {
    /// Everything but the unreserved characters is encoded, `/` too.
    package static func encode(_ text: String) -> String {
        var bytes: [UInt8] = []
        for unit in text.utf8 {
            if isUnreserved(unit) {
                bytes.append(unit)
            } else {
                bytes.append(UInt8(ascii: "%"))
                bytes.append(contentsOf: Hex.encode([unit]).uppercased().utf8)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Nil when an escape is broken, the result is no UTF-8, or it holds a NUL.
    package static func decode(_ text: some Sequence<UInt8>, plusIsSpace: Bool = false) -> String? {
        var bytes = Array(text)
        let isEscaped = bytes.contains { $0 == UInt8(ascii: "%") || plusIsSpace && $0 == UInt8(ascii: "+") }
        guard isEscaped else { return bytes.contains(0) ? nil : String(validating: bytes, as: UTF8.self) }
        var iterator = bytes.makeIterator()
        bytes = []
        while let unit = iterator.next() {
            if unit == UInt8(ascii: "%") {
                guard let high = iterator.next(), let low = iterator.next(),
                    let byte = Hex.decode(String(decoding: [high, low], as: UTF8.self))?.first
                else { return nil }
                bytes.append(byte)
            } else {
                bytes.append(plusIsSpace && unit == UInt8(ascii: "+") ? UInt8(ascii: " ") : unit)
            }
        }
        return bytes.contains(0) ? nil : String(validating: bytes, as: UTF8.self)
    }

    static func isUnreserved(_ unit: UInt8) -> Bool {
        switch unit {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "-._~".utf8.contains(unit)
        }
    }
}
