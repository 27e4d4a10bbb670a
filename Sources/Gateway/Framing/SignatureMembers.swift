/// The members of `Signature` or `Signature-Input`, dictionaries of RFC 8941 §3.2: each from its label to before the
/// comma, with what stands around it cut off.
struct SignatureMembers: Sequence, IteratorProtocol {
    private let bytes: UnsafeRawBufferPointer
    private var place = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    mutating func next() -> UnsafeRawBufferPointer? {
        guard place < bytes.count else { return nil }
        let start = place
        var (isQuoted, depth) = (false, 0)
        scan: while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "\\") where isQuoted: place += 1
            case UInt8(ascii: "\""): isQuoted.toggle()
            case UInt8(ascii: "(") where !isQuoted: depth += 1
            case UInt8(ascii: ")") where !isQuoted: depth -= 1
            case UInt8(ascii: ",") where !isQuoted && depth <= 0: break scan
            default: break
            }
            place += 1
        }
        let end = Swift.min(place, bytes.count)
        place = end + 1
        return SignatureMembers.trimmed(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
    }

    private static func trimmed(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
        var (start, end) = (0, bytes.count)
        while start < end, isSpace(bytes[start]) { start += 1 }
        while end > start, isSpace(bytes[end - 1]) { end -= 1 }
        return UnsafeRawBufferPointer(rebasing: bytes[start..<end])
    }

    static func label(of member: UnsafeRawBufferPointer) -> String {
        String(decoding: member.prefix { $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: ";") }, as: UTF8.self)
    }

    /// Its parameter `keyid`, when it is spelled as those of applications are: without an escape.
    static func keyID(of member: UnsafeRawBufferPointer) -> String? {
        let text = String(decoding: member, as: UTF8.self)
        guard let start = text.firstRange(of: ";keyid=\"")?.upperBound ?? text.firstRange(of: "; keyid=\"")?.upperBound
        else { return nil }
        return String(text[start...].prefix { $0 != "\"" })
    }
}
