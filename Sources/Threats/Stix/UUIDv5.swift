import Crypto
import Vocabulary

/// UUIDv5 of RFC 9562 §5.5: the same name always gives the same id, so importing twice adds nothing.
enum UUIDv5 {
    /// Namespace of STIX observables' deterministic ids, STIX 2.1 §2.9.
    static let stix: [UInt8] = [
        0x00, 0xAB, 0xED, 0xB4, 0xAA, 0x42, 0x46, 0x6C, 0x9C, 0x01, 0xFE, 0xD2, 0x33, 0x15, 0xA9, 0xB7,
    ]

    /// Namespace of what we make out of MISP events and lists of indicators.
    static let truc: [UInt8] = [
        0x6E, 0x2B, 0x5F, 0x0C, 0x41, 0x7D, 0x4C, 0x0A, 0x9C, 0x33, 0x1B, 0x8A, 0x70, 0xD4, 0x52, 0xE6,
    ]

    static func make(_ name: String, in namespace: [UInt8]) -> String {
        var bytes = Array(Insecure.SHA1.hash(data: namespace + Array(name.utf8)).prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x50
        bytes[8] = bytes[8] & 0x3F | 0x80
        let hex = Hex.encode(bytes)
        var text = ""
        for (place, digit) in hex.enumerated() {
            if [8, 12, 16, 20].contains(place) { text.append("-") }
            text.append(digit)
        }
        return text
    }
}
