/// Markup that is already safe. Whatever is interpolated is escaped, unless it is itself `HTML`.
///
/// ```swift
/// func line(_ page: Page, _ incident: Incident) -> HTML {
///     """
///     <li><a href="\(link: "/incidents/\(incident.id)")">\(incident.title)</a>
///     \(if: incident.isUrgent, statusTag(page[.urgent], kind: .danger))</li>
///     """
/// }
/// ```
///
/// Anything but `String`, `Int`, `HTML` and the labelled forms does not compile. Attributes are always quoted.
/// Nothing is interpolated inside `<script>`, `<style>` or an `on…` attribute: the policy forbids them anyway.
package struct HTML: Sendable, Hashable, ExpressibleByStringInterpolation {
    package private(set) var bytes: [UInt8]

    package var text: String { String(decoding: bytes, as: UTF8.self) }
    package var isEmpty: Bool { bytes.isEmpty }

    package init(stringLiteral literal: String) {
        bytes = Array(literal.utf8)
    }

    package init(stringInterpolation interpolation: StringInterpolation) {
        bytes = interpolation.bytes
    }

    /// Takes text as markup without escaping. Only `Web` may, for what it made itself.
    init(trusted text: String) {
        bytes = Array(text.utf8)
    }

    /// `String` interpolated by its own: `HTML(text)` shows `<b>` as the four characters.
    package init(_ text: String) {
        bytes = []
        HTML.escape(text, into: &bytes)
    }

    package static func + (left: HTML, right: HTML) -> HTML {
        var sum = left
        sum.bytes.append(contentsOf: right.bytes)
        return sum
    }

    package struct StringInterpolation: StringInterpolationProtocol {
        var bytes: [UInt8] = []

        package init(literalCapacity: Int, interpolationCount: Int) {
            bytes.reserveCapacity(literalCapacity + 24 * interpolationCount)
        }

        package mutating func appendLiteral(_ literal: String) {
            bytes.append(contentsOf: literal.utf8)
        }

        package mutating func appendInterpolation(_ text: String) {
            HTML.escape(text, into: &bytes)
        }

        package mutating func appendInterpolation(_ number: Int) {
            bytes.append(contentsOf: String(number).utf8)
        }

        package mutating func appendInterpolation(_ html: HTML) {
            bytes.append(contentsOf: html.bytes)
        }

        package mutating func appendInterpolation(
            if condition: Bool, _ html: @autoclosure () -> HTML, else other: @autoclosure () -> HTML = ""
        ) {
            bytes.append(contentsOf: (condition ? html() : other()).bytes)
        }

        /// What is made of a value, or nothing when there is none.
        package mutating func appendInterpolation<Value>(ifLet value: Value?, _ make: (Value) throws -> HTML) rethrows {
            if let value { bytes.append(contentsOf: try make(value).bytes) }
        }

        package mutating func appendInterpolation<S: Sequence>(
            each values: S, _ make: (S.Element) throws -> HTML
        ) rethrows {
            for value in values { bytes.append(contentsOf: try make(value).bytes) }
        }

        package mutating func appendInterpolation(link: Link) {
            HTML.escape(link.text, into: &bytes)
        }
    }

    static func escape(_ text: String, into bytes: inout [UInt8]) {
        for unit in text.utf8 {
            switch unit {
            case UInt8(ascii: "&"): bytes.append(contentsOf: "&amp;".utf8)
            case UInt8(ascii: "<"): bytes.append(contentsOf: "&lt;".utf8)
            case UInt8(ascii: ">"): bytes.append(contentsOf: "&gt;".utf8)
            case UInt8(ascii: "\""): bytes.append(contentsOf: "&quot;".utf8)
            case UInt8(ascii: "'"): bytes.append(contentsOf: "&#39;".utf8)
            case 0: break
            default: bytes.append(unit)
            }
        }
    }
}
