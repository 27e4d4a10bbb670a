package import Vocabulary

/// Why a text is not JSON that we accept, or not the JSON that was asked for.
///
/// `code` is stable and for programs, `offset` counts bytes from 0, `pointer` (RFC 6901) names the value that was
/// being read.
package struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
    package let code: String
    package let offset: Int
    package let pointer: String

    package init(code: String, offset: Int, pointer: String) {
        self.code = code
        self.offset = offset
        self.pointer = pointer
    }

    package var description: String { "\(code) at byte \(offset), pointer \"\(pointer)\"" }

    /// What a person or a program on the other side of a door is told.
    package var problem: Problem {
        let place = pointer.isEmpty ? "" : " (\(pointer))"
        return .malformed(
            code: code,
            Phrase(
                vi: "Dữ liệu JSON không hợp lệ tại byte \(offset)\(place): \(code)",
                en: "The JSON is not valid at byte \(offset)\(place): \(code)"))
    }
}

/// How much of a stranger's text is read before we give up.
package struct JSONLimits: Sendable, Hashable {
    /// Length of the whole text, in bytes.
    package var bytes: Int
    /// Arrays and objects inside each other.
    package var depth: Int
    /// Values and member names together.
    package var nodes: Int
    /// Length of one string as sent, in bytes without its quotes.
    package var string: Int
    /// Length of one number as sent, in bytes.
    package var number: Int

    package init(
        bytes: Int = 64 << 20, depth: Int = 64, nodes: Int = 4_000_000, string: Int = 16 << 20, number: Int = 64
    ) {
        self.bytes = min(bytes, Int(Int32.max))
        self.depth = depth
        self.nodes = nodes
        self.string = string
        self.number = number
    }

    package static let standard = JSONLimits()
}
