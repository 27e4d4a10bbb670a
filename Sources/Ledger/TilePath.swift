/// What of a log a reader asks for, in the paths of https://c2sp.org/tlog-tiles: `tile/0/x001/x234/067`,
/// `tile/entries/000.p/17`. A tile has 256 hashes or leaves; a partial one, `.p/W`, the first W of them.
package struct TilePath: Sendable, Hashable, CustomStringConvertible {
    package enum Content: Sendable, Hashable {
        /// The hashes of perfect subtrees of 256^level leaves: for witnesses and mirrors.
        case hashes(level: Int)
        /// The leaves themselves: for readers with `ledger.read`.
        case entries
    }

    package let content: Content
    package let index: Int64
    /// 1…256.
    package let width: Int

    static let full = 256

    package init(_ content: Content, index: Int64, width: Int = 256) {
        self.content = content
        self.index = index
        self.width = width
    }

    /// Nil unless the path has its one spelling. `tile/` may be left out.
    package init?(_ path: some StringProtocol) {
        var parts = String(path).split(separator: "/", omittingEmptySubsequences: false).map { String($0) }[...]
        if parts.first == "tile" { parts.removeFirst() }
        guard let first = parts.popFirst(), let content = TilePath.content(first) else { return nil }
        var width = TilePath.full
        if parts.count >= 2, parts[parts.endIndex - 2].hasSuffix(".p") {
            guard let text = parts.popLast(), let partial = Int(text), "\(partial)" == text,
                (1..<TilePath.full).contains(partial),
                let name = parts.popLast()
            else { return nil }
            width = partial
            parts.append(String(name.dropLast(2)))
        }
        guard let index = TilePath.index(Array(parts)) else { return nil }
        self.init(content, index: index, width: width)
    }

    package var description: String {
        var groups: [String] = []
        var rest = index
        repeat {
            let digits = String(rest % 1000)
            groups.append((groups.isEmpty ? "" : "x") + String(repeating: "0", count: 3 - digits.count) + digits)
            rest /= 1000
        } while rest > 0
        let place = groups.reversed().joined(separator: "/")
        let level = if case .hashes(let level) = content { "\(level)" } else { "entries" }
        return "tile/\(level)/\(place)" + (width == TilePath.full ? "" : ".p/\(width)")
    }

    private static func content(_ text: String) -> Content? {
        if text == "entries" { return .entries }
        guard let level = Int(text), (0...7).contains(level), "\(level)" == text else { return nil }
        return .hashes(level: level)
    }

    private static func index(_ groups: [String]) -> Int64? {
        guard (1...6).contains(groups.count) else { return nil }
        var index: Int64 = 0
        for (place, group) in groups.enumerated() {
            let isLast = place == groups.count - 1
            guard isLast || group.hasPrefix("x") else { return nil }
            let digits = isLast ? group[...] : group.dropFirst()
            guard digits.utf8.count == 3, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let number = Int64(digits)
            else { return nil }
            index = index * 1000 + number
        }
        return groups.count == 1 || groups[0] != "x000" ? index : nil
    }
}
