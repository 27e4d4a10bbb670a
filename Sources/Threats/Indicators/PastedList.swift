/// A list of indicators as people paste it: one per line. Nothing is lost: every line is read, empty or wrong.
package struct PastedList: Sendable {
    package struct Line: Sendable, Hashable {
        /// Counted from 1.
        package let number: Int
        package let text: String
        package let reading: Reading
    }

    package enum Reading: Sendable, Hashable {
        case value(Observable)
        /// The same value stands in an earlier line.
        case repeated(of: Int)
        case unreadable
    }

    package let lines: [Line]

    package static let lineLimit = 5000

    /// Stops one line after the limit: that one tells that there are too many.
    ///
    /// Empty lines and comments (`#`) are passed over; a value may be followed by a comment.
    package init(_ text: String) {
        var lines: [Line] = []
        var seen: [Observable: Int] = [:]
        for (place, raw) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = String(raw).trimmed
            if line.isEmpty || line.hasPrefix("#") { continue }
            let reading = PastedList.read(line, place + 1, &seen)
            lines.append(Line(number: place + 1, text: line, reading: reading))
            if lines.count > PastedList.lineLimit { break }
        }
        self.lines = lines
    }

    package var values: [Observable] {
        lines.compactMap { line in
            if case .value(let value) = line.reading { value } else { nil }
        }
    }

    package var unreadable: [Line] { lines.filter { $0.reading == .unreadable } }

    private static func read(_ line: String, _ number: Int, _ seen: inout [Observable: Int]) -> Reading {
        let bare = line.firstRange(of: " #").map { String(line[..<$0.lowerBound]) } ?? line
        let text = bare.trimmed.trimmingSuffix(while: { $0 == "," || $0 == ";" })
        guard let value = Observable(text) else { return .unreadable }
        if let first = seen[value] { return .repeated(of: first) }
        seen[value] = number
        return .value(value)
    }
}

extension String {
    fileprivate func trimmingSuffix(while drop: (Character) -> Bool) -> String {
        var text = self[...]
        while let last = text.last, drop(last) { text.removeLast() }
        return String(text)
    }
}
