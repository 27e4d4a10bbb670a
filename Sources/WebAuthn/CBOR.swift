/// What CTAP2's canonical CBOR can say (RFC 8949 within CTAP 2.2 §8): integers of 64 bits, byte and text strings,
/// arrays, maps, booleans, null. No tags, no floating point, no indefinite lengths.
indirect enum CBOR: Sendable, Hashable {
    case integer(Int64)
    case bytes([UInt8])
    case text(String)
    case array([CBOR])
    /// In the order of the encoding, which is the only one allowed.
    case map([Entry])
    case bool(Bool)
    case null

    struct Entry: Sendable, Hashable {
        let key: CBOR
        let value: CBOR
    }

    subscript(key: CBOR) -> CBOR? {
        guard case .map(let entries) = self else { return nil }
        return entries.first { $0.key == key }?.value
    }

    subscript(name: String) -> CBOR? { self[.text(name)] }

    var bytes: [UInt8]? {
        if case .bytes(let bytes) = self { bytes } else { nil }
    }

    var integer: Int64? {
        if case .integer(let number) = self { number } else { nil }
    }

    var text: String? {
        if case .text(let text) = self { text } else { nil }
    }

    var elements: [CBOR]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    var entries: [Entry]? {
        if case .map(let entries) = self { entries } else { nil }
    }

    /// One value and nothing behind it. Throws `webauthn.cbor`.
    init(_ bytes: [UInt8]) throws(WebAuthnFault) {
        var reader = CBORReader(bytes[...])
        self = try reader.value()
        guard reader.rest.isEmpty else { throw .cbor }
    }
}

/// Reads one value from the front of some bytes; `rest` is what lies behind it.
///
/// Strict: every length and number in its shortest form, map keys in canonical order and therefore never twice, at
/// most `depthMax` containers in each other. Lengths are believed only as far as there are bytes, so memory stays
/// within a small multiple of the input.
struct CBORReader {
    static let bytesMax = 64 << 10
    static let depthMax = 8

    private(set) var rest: ArraySlice<UInt8>
    private var depth = 0

    init(_ bytes: ArraySlice<UInt8>) {
        rest = bytes
    }

    mutating func value() throws(WebAuthnFault) -> CBOR {
        guard rest.count <= CBORReader.bytesMax else { throw .cbor }
        let (major, argument) = try head()
        switch major {
        case 0:
            guard let number = Int64(exactly: argument) else { throw .cbor }
            return .integer(number)
        case 1:
            guard let number = Int64(exactly: argument) else { throw .cbor }
            return .integer(-1 - number)
        case 2: return .bytes(try take(argument))
        case 3:
            guard let text = String(validating: try take(argument), as: UTF8.self) else { throw .cbor }
            return .text(text)
        case 4: return try array(argument)
        case 5: return try map(argument)
        case 7: return try simple(argument)
        default: throw .cbor
        }
    }

    /// The major type and its argument (RFC 8949 §3), the latter in its shortest form.
    private mutating func head() throws(WebAuthnFault) -> (major: UInt8, argument: UInt64) {
        guard let first = rest.popFirst() else { throw .cbor }
        let (major, short) = (first >> 5, first & 31)
        guard short >= 24 else { return (major, UInt64(short)) }
        guard short <= 27, major != 7 else { throw .cbor }
        let width = 1 << Int(short - 24)
        let argument = try take(UInt64(width)).reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        let least: [UInt64] = [24, 1 << 8, 1 << 16, 1 << 32]
        guard argument >= least[Int(short - 24)] else { throw .cbor }
        return (major, argument)
    }

    private mutating func take(_ count: UInt64) throws(WebAuthnFault) -> [UInt8] {
        guard count <= UInt64(rest.count) else { throw .cbor }
        defer { rest = rest.dropFirst(Int(count)) }
        return Array(rest.prefix(Int(count)))
    }

    private mutating func array(_ count: UInt64) throws(WebAuthnFault) -> CBOR {
        try enter(count)
        var elements: [CBOR] = []
        for _ in 0..<count { elements.append(try value()) }
        depth -= 1
        return .array(elements)
    }

    private mutating func map(_ count: UInt64) throws(WebAuthnFault) -> CBOR {
        try enter(count)
        var entries: [CBOR.Entry] = []
        var before: ArraySlice<UInt8>?
        for _ in 0..<count {
            let start = rest
            let key = try value()
            let spelled = start.prefix(start.count - rest.count)
            if let before, !CBORReader.comes(before, before: spelled) { throw .cbor }
            before = spelled
            entries.append(CBOR.Entry(key: key, value: try value()))
        }
        depth -= 1
        return .map(entries)
    }

    /// CTAP 2.2 §8: by major type, then the shorter first, then by bytes.
    private static func comes(_ one: ArraySlice<UInt8>, before other: ArraySlice<UInt8>) -> Bool {
        let majors = ((one.first ?? 0) >> 5, (other.first ?? 0) >> 5)
        if majors.0 != majors.1 { return majors.0 < majors.1 }
        if one.count != other.count { return one.count < other.count }
        return one.lexicographicallyPrecedes(other)
    }

    private mutating func enter(_ count: UInt64) throws(WebAuthnFault) {
        guard depth < CBORReader.depthMax, count <= UInt64(rest.count) else { throw .cbor }
        depth += 1
    }

    private func simple(_ argument: UInt64) throws(WebAuthnFault) -> CBOR {
        switch argument {
        case 20: .bool(false)
        case 21: .bool(true)
        case 22: .null
        default: throw .cbor
        }
    }
}
