import StrictJSON
import Vocabulary

/// Formats that are checked. Every other format is what the vocabulary calls it, an annotation.
enum CheckedFormat: String, Sendable, CaseIterable {
    case date
    case dateTime = "date-time"
    case uuid, ipv4, ipv6, int32, int64

    func holds(_ value: JSONValue) -> Bool {
        switch self {
        case .int32, .int64:
            guard value.kind == .number else { return true }
            let number = Decimal(value)
            let bound = self == .int32 ? ("-2147483648", "2147483647") : ("\(Int64.min)", "\(Int64.max)")
            return !Decimal.isLess(number, Decimal(bound.0)) && !Decimal.isLess(Decimal(bound.1), number)
        default:
            guard let text = value.string else { return true }
            return holds(text)
        }
    }

    private func holds(_ text: String) -> Bool {
        switch self {
        case .date: Day(text) != nil
        case .dateTime: Instant(rfc3339: text) != nil
        case .uuid: CheckedFormat.isUUID(text)
        case .ipv4: CheckedFormat.isIPv4(text[...])
        case .ipv6: CheckedFormat.isIPv6(text)
        case .int32, .int64: true
        }
    }

    private static func isUUID(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return parts.map(\.utf8.count) == [8, 4, 4, 4, 12] && parts.allSatisfy { $0.allSatisfy(\.isHexDigit) }
    }

    private static func isIPv4(_ text: Substring) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                (1...3).contains(part.utf8.count) && part.utf8.allSatisfy { (48...57).contains($0) }
                    && (part == "0" || part.first != "0") && Int(part) ?? 256 < 256
            }
    }

    /// RFC 4291 §2.2: eight groups, one run of zeros left out, the last two groups perhaps as IPv4.
    private static func isIPv6(_ text: String) -> Bool {
        let halves = text.components(around: "::")
        guard halves.count <= 2 else { return false }
        var count = 0
        for (place, half) in halves.enumerated() where !half.isEmpty {
            let groups = half.split(separator: ":", omittingEmptySubsequences: false)
            for (index, group) in groups.enumerated() {
                if place == halves.count - 1, index == groups.count - 1, group.contains(".") {
                    guard isIPv4(group) else { return false }
                    count += 2
                } else {
                    guard (1...4).contains(group.utf8.count), group.allSatisfy(\.isHexDigit) else { return false }
                    count += 1
                }
            }
        }
        return halves.count == 2 ? count < 8 : count == 8
    }
}

extension String {
    fileprivate func components(around separator: String) -> [Substring] {
        split(separator: separator, omittingEmptySubsequences: false)
    }
}
