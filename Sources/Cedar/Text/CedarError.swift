package import Vocabulary

/// Where something stands in a text: line and column from 1; columns count Unicode scalars.
package struct Position: Sendable, Hashable, Comparable {
    package let line: Int
    package let column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    package static let start = Position(line: 1, column: 1)

    package static func < (a: Position, b: Position) -> Bool { (a.line, a.column) < (b.line, b.column) }
}

/// Why a policy or a schema was not taken, and where it says so.
package struct CedarError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Stable names, for programs.
    package enum Code: String, Sendable, Hashable {
        case tooLong = "cedar.too-long"
        case tooDeep = "cedar.too-deep"
        case tooMany = "cedar.too-many"
        case badCharacter = "cedar.bad-character"
        case badString = "cedar.bad-string"
        case badNumber = "cedar.bad-number"
        case unexpected = "cedar.unexpected"
        case reserved = "cedar.reserved-word"
        case duplicate = "cedar.duplicate"
        case notSupported = "cedar.not-supported"
        case unknownName = "cedar.unknown-name"
        case wrongType = "cedar.wrong-type"
        case maybeAbsent = "cedar.maybe-absent"
        case neverApplies = "cedar.never-applies"
        case circular = "cedar.circular"
    }

    package let code: Code
    package let at: Position
    package let message: Phrase

    init(_ code: Code, at: Position, vi: String, en: String) {
        self.code = code
        self.at = at
        message = Phrase(vi: vi, en: en)
    }

    package var description: String { "\(at.line):\(at.column): \(message.en) (\(code.rawValue))" }
}
