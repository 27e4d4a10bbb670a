/// One JSON text, read once and kept as it was sent.
///
/// Strict RFC 8259 within RFC 7493 (I-JSON): UTF-8 without byte order mark, no duplicate member names, no lone
/// surrogates or noncharacters, no number beyond the range of IEEE 754 doubles, nothing after the value, and within
/// `JSONLimits`. The text becomes a tape of 16 bytes per value; strings and numbers are decoded when asked for.
package struct JSONDocument: Sendable {
    let storage: JSONStorage

    package init(_ bytes: [UInt8], limits: JSONLimits = .standard) throws(JSONError) {
        let tape = try bytes.withUnsafeBufferPointer { input throws(JSONError) -> [JSONNode] in
            var reader = JSONReader(input, limits)
            try reader.read()
            return reader.tape
        }
        storage = JSONStorage(bytes: bytes, tape: tape)
    }

    package init(_ text: String, limits: JSONLimits = .standard) throws(JSONError) {
        try self.init(Array(text.utf8), limits: limits)
    }

    package var root: JSONValue { JSONValue(storage: storage, index: 0) }

    /// The whole text as sent.
    package var bytes: [UInt8] { storage.bytes }
}

/// The text and its tape: values stand in document order, a member's name before its value.
final class JSONStorage: Sendable {
    let bytes: [UInt8]
    let tape: [JSONNode]

    init(bytes: [UInt8], tape: [JSONNode]) {
        self.bytes = bytes
        self.tape = tape
    }
}

/// One value on the tape: where its bytes are and where the tape goes on after it and all that it holds.
struct JSONNode: Sendable {
    enum Kind: UInt8 {
        case null, no, yes, number, string, array, object
    }

    var start: UInt32
    var end: UInt32
    var next: UInt32
    var kind: Kind
    /// A string that holds at least one backslash; a number that has a fraction or an exponent.
    var isSpecial: Bool
}
