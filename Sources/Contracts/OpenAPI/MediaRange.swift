/// A media type or a range of them, as a document names what is sent (RFC 9110 §8.3.1), for comparing two.
struct MediaRange: Hashable {
    /// In lower case: `application/json`, `text/*`. What is not read for certain is only like itself.
    private let kind: String
    private let parameters: [String: String]

    init(_ text: String) {
        let parts = text.split(separator: ";", omittingEmptySubsequences: false).map(MediaRange.trimmed)
        var parameters: [String: String] = [:]
        for part in parts.dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = pair[0].lowercased()
            guard pair.count == 2, !name.isEmpty, !text.contains("\""), parameters[name] == nil else {
                (kind, self.parameters) = (text, [:])
                return
            }
            // Of all parameters this one is known to be the same in either case (RFC 9110 §8.3.2).
            parameters[name] = name == "charset" ? pair[1].lowercased() : String(pair[1])
        }
        (kind, self.parameters) = (parts[0].lowercased(), parameters)
    }

    private static func trimmed(_ text: Substring) -> String {
        String(text.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }

    /// How much is covered: itself, all of its kind, or everything.
    private var width: Int { kind == "*/*" ? 2 : kind.hasSuffix("/*") ? 1 : 0 }

    func isNearer(than other: MediaRange) -> Bool {
        (width, -parameters.count) < (other.width, -other.parameters.count)
    }

    /// Whether it is the same but for parameters, of which the other may have more.
    func isSaidMore(by other: MediaRange) -> Bool { kind == other.kind && hasNoMore(than: other) }

    /// Whether all that is of the other is of this one.
    func covers(_ other: MediaRange) -> Bool { coversKind(of: other) && hasNoMore(than: other) }

    /// Whatever the parameters.
    func coversKind(of other: MediaRange) -> Bool {
        switch width {
        case 2: true
        case 1: other.kind.hasPrefix(kind.dropLast())
        default: kind == other.kind
        }
    }

    private func hasNoMore(than other: MediaRange) -> Bool {
        parameters.allSatisfy { other.parameters[$0.key] == $0.value }
    }
}

/// What is said of several media types.
struct ContentList {
    let all: [APIContent]
    private let first: [MediaRange: APIContent]

    init(_ all: [APIContent]) {
        self.all = all
        first = Dictionary(all.map { ($0.range, $0) }) { first, _ in first }
    }

    /// Those of which nothing is said by itself in another list, and those that are there twice.
    func others(than list: ContentList) -> [APIContent] {
        all.filter { list.first[$0.range] == nil || first[$0.range]?.mediaType != $0.mediaType }
    }

    func exact(_ range: MediaRange) -> APIContent? { first[range] }

    /// The nearest of those that meet a condition (OpenAPI 3.1.1 §4.8.13: of several keys the most specific).
    func nearest(where isMet: (MediaRange) -> Bool) -> APIContent? {
        all.filter { isMet($0.range) }.max { $1.range.isNearer(than: $0.range) }
    }
}
