/// IPv6 addresses in the one spelling of RFC 5952.
enum IPv6 {
    /// Nil unless `text` is an address of RFC 4291 §2.2, perhaps with a prefix length.
    static func normal(_ text: String) -> String? {
        let halves = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let groups = read(String(halves[0])) else { return nil }
        guard halves.count == 2 else { return write(groups) }
        return Observable.isNumber(halves[1], upTo: 128) ? write(groups) + "/" + halves[1] : nil
    }

    private static func read(_ text: String) -> [UInt16]? {
        guard text.utf8.contains(58) else { return nil }
        guard let gap = text.firstRange(of: "::") else {
            guard let groups = list(text[...]), groups.count == 8 else { return nil }
            return groups
        }
        guard let head = list(text[..<gap.lowerBound]), let tail = list(text[gap.upperBound...]),
            head.count + tail.count < 8
        else { return nil }
        return head + [UInt16](repeating: 0, count: 8 - head.count - tail.count) + tail
    }

    private static func list(_ text: Substring) -> [UInt16]? {
        if text.isEmpty { return [] }
        var groups: [UInt16] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (place, part) in parts.enumerated() {
            if place == parts.count - 1, let address = Observable.ipv4(String(part)), !part.contains("/") {
                let bytes = address.split(separator: ".").compactMap { UInt16($0) }
                groups += [bytes[0] << 8 | bytes[1], bytes[2] << 8 | bytes[3]]
            } else {
                guard (1...4).contains(part.utf8.count), !part.hasPrefix("+"), !part.hasPrefix("-"),
                    let group = UInt16(part, radix: 16)
                else { return nil }
                groups.append(group)
            }
        }
        return groups
    }

    private static func write(_ groups: [UInt16]) -> String {
        let texts = groups.map { String($0, radix: 16) }
        guard let run = longestRun(groups) else { return texts.joined(separator: ":") }
        return texts[..<run.lowerBound].joined(separator: ":") + "::" + texts[run.upperBound...].joined(separator: ":")
    }

    /// The first longest run of two zeros or more.
    private static func longestRun(_ groups: [UInt16]) -> Range<Int>? {
        var best: Range<Int>?
        var start = 0
        while start < groups.count {
            let end = groups[start...].firstIndex { $0 != 0 } ?? groups.count
            if end - start >= 2, end - start > best?.count ?? 0 { best = start..<end }
            start = max(end, start) + 1
        }
        return best
    }
}
