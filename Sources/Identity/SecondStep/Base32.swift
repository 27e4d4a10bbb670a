/// Base 32 of RFC 4648 §6 without padding, as authenticator apps type and show secrets.
package enum Base32 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

    package static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        var bits: UInt32 = 0
        var held = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            held += 8
            while held >= 5 {
                held -= 5
                text.append(alphabet[Int(bits >> UInt32(held) & 31)])
            }
        }
        if held > 0 { text.append(alphabet[Int(bits << UInt32(5 - held) & 31)]) }
        return String(decoding: text, as: UTF8.self)
    }

    /// `ABCD EFGH …`: what a person can copy by eye.
    package static func grouped(_ text: String, by separator: String = " ") -> String {
        stride(from: 0, to: text.count, by: 4).map { String(text.dropFirst($0).prefix(4)) }.joined(separator: separator)
    }
}
